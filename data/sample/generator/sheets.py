"""A table as an office lays it out: titles, one or two header rows, totals, footnotes, merged cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Generic, TypeVar

from .model import Value

Source = TypeVar("Source")
Row = list[Value]
FICTION = "备注：本表数据为虚构，仅供测试。"


@dataclass(frozen=True)
class Column(Generic[Source]):
    """A header, optionally under a wider one, and how to read the cell from a record."""

    header: str
    read: Callable[[Source], Value]
    above: str = ""


@dataclass
class Sheet:
    """One sheet. `rows` are the data rows, blank lines among them; counts are those a receipt must show."""

    name: str
    header: list[tuple[str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    footer: list[Row] = field(default_factory=list)
    merge_column: int | None = None
    rejected: int = 0
    duplicate: int = 0

    @property
    def rows_read(self) -> int:
        """Data rows, without blank lines, titles, totals and notes."""
        return sum(any(cell not in (None, "") for cell in row) for row in self.rows)

    @property
    def two_levels(self) -> bool:
        """Whether the header takes two rows."""
        return any(above for above, _ in self.header)

    def header_rows(self) -> list[list[str]]:
        """One header row, or two: a cell shared by several columns is written once, at its left end."""
        if not self.two_levels:
            return [[lower for _, lower in self.header]]
        upper, previous = [], ""
        for above, lower in self.header:
            upper.append("" if above and above == previous else above or lower)
            previous = above
        return [upper, [lower if above else "" for above, lower in self.header]]

    def grid(self) -> list[Row]:
        """Every row from top to bottom, ragged."""
        heads: list[Row] = [list(r) for r in self.header_rows()] if self.header else []
        titles: list[Row] = [[t] for t in self.titles]
        return titles + heads + self.rows + self.footer

    def repeat(self, rng: Random, times: int) -> None:
        """Some rows come twice, the second time further down."""
        for row in rng.sample([r for r in self.rows if any(r)], times):
            self.rows.insert(rng.randint(self.rows.index(row) + 1, len(self.rows)), list(row))
        self.duplicate += times

    def spoil(self, rng: Random, *rows: Row) -> None:
        """Rows that name nobody, or a complaint that says nothing: to be rejected."""
        for row in rows:
            self.rows.insert(rng.randint(3, len(self.rows)), row)
        self.rejected += len(rows)

    def leave_blank(self, rng: Random) -> None:
        """A blank line in the middle."""
        self.rows.insert(rng.randint(5, len(self.rows) - 5), [None] * len(self.header))


def table(
    name: str,
    columns: Sequence[Column[Source]],
    sources: Iterable[Source],
    *,
    numbered: bool = False,
    titles: Sequence[str] = (),
    note: bool = True,
) -> Sheet:
    """A sheet with one row a record; `numbered` puts 序号 in front, `note` the footnote at the end."""
    header = [("", "序号")] if numbered else []
    header += [(c.above, c.header) for c in columns]
    rows: list[Row] = []
    for place, source in enumerate(sources, start=1):
        cells = [c.read(source) for c in columns]
        rows.append([place, *cells] if numbered else cells)
    return Sheet(name, header, rows, list(titles), [[FICTION]] if note else [])
