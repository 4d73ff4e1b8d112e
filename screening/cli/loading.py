"""`screening load` and `screening score`: files in, receipts out; facts in, a ranked run out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from screening import follow_up, pipeline
from screening.cli.options import AsJson, AsOf, acting, open_workspace, read_day, read_word
from screening.cli.printing import GRADE_STYLES, err, out, print_json, progress_bar
from screening.pipeline import Receipt
from screening.reference.fields import column_label
from screening.rulebook.publishing import is_folder_changed
from screening.vocabulary import Engine, Grade, Kind

_LINES_SHOWN = 20  # of each file


def load(
    kind: Annotated[str, typer.Argument(metavar="种类", help="auto 或：" + " ".join(Kind))],
    files: Annotated[list[Path], typer.Argument(metavar="文件...")],
    source: Annotated[str | None, typer.Option("--source", help="来源名称；rules/sources 下有同名映射时按映射读列。")] = None,
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看回执，不入库。")] = False,
    as_json: AsJson = False,
) -> None:
    """Read files row by row; a line and the rejects of each."""
    wanted = None if kind == "auto" else read_word(Kind, kind, "种类")
    with open_workspace() as workspace, progress_bar() as report:
        receipt = pipeline.load(
            workspace,
            files,
            kind=wanted,
            source=source,
            received=read_day(as_of),
            dry_run=dry_run,
            progress=report,
            actor=acting(workspace),
        )
    document: dict[str, Any] = {"files": receipt.files, "dry_run": dry_run}
    if receipt.unreadable:
        first = receipt.unreadable[0]
        document |= {"error": first["message"], "hint": first["hint"], "where": {"file": first["file"]}}
    if as_json:
        print_json(document)
    else:
        _print_receipt(receipt, dry_run)
    raise typer.Exit(2 if receipt.unreadable else 0 if receipt.is_clean else 1)


def score(
    as_of: AsOf = None,
    engine: Annotated[str, typer.Option("--engine", help="duckdb（默认）或 spark：结果相同，见 docs/spark.md。")] = Engine.DUCKDB,
    as_json: AsJson = False,
) -> None:
    """Score everybody."""
    chosen = read_word(Engine, engine, "引擎")
    with open_workspace() as workspace, progress_bar() as report:
        run = follow_up.score(workspace, as_of=read_day(as_of), engine=chosen, progress=report, actor=acting(workspace))
        if is_folder_changed(workspace):
            err.print("规则目录里的改动还没有启用，这次按现用版本评分。用 rules propose 提请，另一人 rules approve 批准。")
    summary = {"run": run.run_id, "as_of": run.as_of, "entities": run.summary["entities"], "by_grade": run.summary["by_grade"]}
    if as_json:
        print_json(summary)
        return
    counts = "，".join(f"[{GRADE_STYLES[g]}]{g.label} {run.summary['by_grade'][g]}[/]" for g in Grade)
    out.print(f"评分 {run.run_id}（截至 {run.as_of}）：共 {run.summary['entities']} 户。{counts}。")


def _print_receipt(receipt: Receipt, dry_run: bool) -> None:
    """A line a file, then the first rejects and findings of each."""
    table = Table(
        "文件", "工作表", "种类", "读入", "入库", "拒收", "重复", "提示", title="回执（试读，未入库）" if dry_run else "回执"
    )
    for entry in receipt.files:
        kind = Kind(entry["kind"]).label if entry["kind"] else "未识别"
        counts = [str(entry[key]) for key in ("rows_read", "accepted", "rejected", "duplicate")]
        told = "读不了" if entry["error"] else entry["message"] or f"{len(entry['findings'])} 处提示"
        if any(found["remembered"] for found in entry["tables"]):
            told += "；列按上次的对应"
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
