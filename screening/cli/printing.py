"""How the command line prints: one JSON document, or tables and sentences for people."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from screening.pipeline import Receipt
from screening.reference.fields import column_label
from screening.scoring.explanation import Explanation
from screening.vocabulary import Element, Grade, Kind

_LINES_SHOWN = 20  # of each file
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


def print_json(document: Any) -> None:
    """The one document on stdout."""
    print(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_receipt(receipt: Receipt, dry_run: bool) -> None:
    """A line a file, then the first rejects and findings of each."""
    table = Table(
        "文件", "工作表", "种类", "读入", "入库", "拒收", "重复", "提示", title="回执（试读，未入库）" if dry_run else "回执"
    )
    for entry in receipt.files:
        kind = Kind(entry["kind"]).label if entry["kind"] else "未识别"
        counts = [str(entry[key]) for key in ("rows_read", "accepted", "rejected", "duplicate")]
        told = "读不了" if entry["error"] else entry["message"] or f"{len(entry['findings'])} 处提示"
        table.add_row(entry["file"], entry["sheet"], kind, *counts, told)
    out.print(table)
    for entry in receipt.unreadable:
        out.print(f"读不了：{entry['message']}。{entry['hint']}", markup=False)
    for entry in receipt.files:
        for name, lines in (("拒收", entry["rejects"]), ("提示", entry["findings"])):
            for line in lines[:_LINES_SHOWN]:
                out.print(f"{name}：{_problem(entry, line)}", markup=False)
            if len(lines) > _LINES_SHOWN:
                out.print(f"{name}：{entry['file']} 另有 {len(lines) - _LINES_SHOWN} 条，完整内容加 --json 查看。")


def _problem(entry: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    """File, sheet, row, column, what was found, what is wrong with it."""
    place = [entry["file"], line["sheet"] or entry["sheet"], f"第{line['row']}行" if line["row"] else ""]
    said = [column_label(Kind(entry["kind"]), line["column"]), f"“{line['value']}”" if line["value"] else "", line["problem"]]
    return " ".join(filter(None, place + said))


def print_explanation(found: Explanation) -> None:
    """Reasons by weight with basis and source rows, then what is not known."""
    out.print(
        f"[bold]{found.name or found.entity_id}[/]  {found.score:g} 分，[{GRADE_STYLES[found.grade]}]{found.grade.label}[/]，第 {found.rank} 位（截至 {found.as_of}）"
    )
    if found.red_line:
        out.print("命中红线规则：等级至少为橙，是否升红须人工确认。")
    for adjustment in found.adjustments:
        out.print(f"组合加判 {adjustment.sentence}（{'、'.join(adjustment.rests_on)}）", markup=False)
    for reason in found.reasons:
        element = f"〔{Element(reason.element).label}〕" if reason.element else ""
        out.print(
            f"{reason.points:+g}  {element}{reason.name}{'' if reason.verified else '（待核）'}：{reason.sentence}", markup=False
        )
        out.print(f"      依据：{'；'.join(reason.basis)}", markup=False)
        for source in reason.sources[:5]:
            out.print(f"      来源：{source.file} {source.sheet} 第{source.row}行 {source.quote or ''}", markup=False)
    out.print(f"资料完整度 {found.completeness:.0%}；未知事项最多还可能加 {found.could_add:g} 分：")
    for unknown in found.unknown:
        out.print(f"  {unknown.name}（最多 {unknown.could_add:g} 分）：缺 {'、'.join(unknown.missing)}", markup=False)
