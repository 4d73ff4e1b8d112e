"""How the command line prints: one JSON document, or tables and sentences for people."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from screening.vocabulary import Grade

_WIDE = 200  # columns where nobody's terminal sets them, as in a pipe
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)
GRADE_STYLES = {
    Grade.RED: "bold red",
    Grade.ORANGE: "dark_orange",
    Grade.YELLOW: "yellow",
    Grade.INSUFFICIENT: "magenta",
    Grade.BLUE: "blue",
}


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr, in a terminal only."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda label, share: bar.update(task, description=label, completed=share)


def print_table(table: Table) -> None:
    """A table whose long cells go on in the next line: no word of them is cut off."""
    for column in table.columns:
        column.overflow = "fold"  # Chinese has no spaces to break at
    out.print(table, soft_wrap=False)


def print_lines(lines: Sequence[Sequence[str]], styles: Sequence[str]) -> None:
    """A long list, one line each with a style of its own: a table with lines between would take a minute for a district."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(*lines, strict=True)]
    padded = ("  ".join(map(set_cell_size, line, widths)).rstrip() + "\n" for line in lines)
    out.print(Text.assemble(*zip(padded, styles, strict=True)), end="")


def print_json(document: Any) -> None:
    """The one document on stdout."""
    print(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
