"""`screening report …` and `screening pack`: what leaves the house, written to a folder, or told as figures."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from screening.cli.options import AsJson, acting, open_workspace
from screening.cli.printing import out, print_json
from screening.reports.checking import check_documents
from screening.reports.figures.catalogue import FIGURES
from screening.reports.figures.period import read_month, read_year
from screening.reports.monthly.report import Report, monthly, yearly
from screening.reports.monthly.writing import issue
from screening.settings import read_settings

report_app = typer.Typer(no_args_is_help=True)
Out = Annotated[Path, typer.Option("--out", metavar="目录", help="写到哪个目录。")]
Preview = Annotated[bool, typer.Option("--preview", help="只看数字和勾稽，不写文件。")]


@report_app.command("monthly")
def report_monthly(
    month: Annotated[str, typer.Option("--month", metavar="月份", help="如 2026-10。")],
    folder: Out = Path("."),
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """月报：公文（docx）和附表（xlsx）；有一处对不上就不写，并逐条说明。"""
    with open_workspace() as workspace:
        actor = acting(workspace)
        report = monthly(workspace, read_month(month), actor=actor, today=date.today())
        paths = [] if preview else issue(workspace, report, folder, actor=actor, at=datetime.now(UTC))
    _tell(report, paths, as_json)


@report_app.command("year")
def report_year(
    year: Annotated[str, typer.Option("--year", metavar="年份", help="如 2026。")],
    folder: Out = Path("."),
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """年度情况：供区年报用的全年数字，分行业、分街道。"""
    with open_workspace() as workspace:
        actor = acting(workspace)
        report = yearly(workspace, read_year(year), actor=actor, today=date.today())
        paths = [] if preview else issue(workspace, report, folder, actor=actor, at=datetime.now(UTC))
    _tell(report, paths, as_json)


@report_app.command("check")
def report_check(as_json: AsJson = False) -> None:
    """检查 rules/documents 的文字和模板写得对不对。"""
    found = check_documents(read_settings().rules)
    if as_json:
        print_json(found)
    else:
        out.print("，".join(f"{name} {number} 项" for name, number in found.items()) + "，检查通过。")


def _tell(report: Report, paths: list[Path], as_json: bool) -> None:
    if as_json:
        print_json(report.document() | {"files": [str(path) for path in paths]})
        return
    table = Table("数字", "本期", "上月", "本年累计", title=report.title)
    for name, counted in report.month.items():
        figure = FIGURES[name]
        table.add_row(figure.label, f"{counted.value}{figure.unit}", str(report.before[name].value), str(report.year[name].value))
    out.print(table)
    for note in report.notes:
        out.print(f"注：{note}", markup=False)
    for number, fault in enumerate(report.faults, start=1):
        out.print(f"对不上 {number}：{fault}", markup=False, style="red")
    if not report.faults:
        out.print("勾稽全部相符。")
    for path in paths:
        out.print(f"已写 {path}", markup=False)
    if report.faults:
        raise typer.Exit(1)
