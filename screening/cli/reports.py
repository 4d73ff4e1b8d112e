"""`screening report …` and `screening pack`: what leaves the house, written to a folder, or told as figures."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from screening.cases.casebook import Casebook
from screening.cli.options import AsJson, acting, open_workspace
from screening.cli.printing import out, print_json
from screening.errors import InvalidRequest
from screening.reference.clock import today
from screening.reports.checking import check_documents
from screening.reports.figures.catalogue import FIGURES
from screening.reports.figures.period import Period, read_month, read_year
from screening.reports.ledgers.ledger import as_csv, as_workbook, make_ledger
from screening.reports.letters.letter import LetterForm, draw_up, letters_for
from screening.reports.monthly.report import Report, monthly, yearly
from screening.reports.monthly.writing import issue
from screening.reports.pack.build import build_pack
from screening.reports.pack.manifest import verify
from screening.settings import read_settings

report_app = typer.Typer(no_args_is_help=True, add_completion=False)
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
    _make(monthly, read_month(month), folder, preview=preview, as_json=as_json)


@report_app.command("year")
def report_year(
    year: Annotated[str, typer.Option("--year", metavar="年份", help="如 2026。")],
    folder: Out = Path("."),
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """年度情况：供区年报用的全年数字，分行业、分街道。"""
    _make(yearly, read_year(year), folder, preview=preview, as_json=as_json)


@report_app.command("ledger")
def report_ledger(
    kind: Annotated[
        str, typer.Argument(metavar="种类", help="inspection 排查、key 重点线索、sessions 会商、talks 约谈整改、referrals 移送。")
    ],
    area: Annotated[str | None, typer.Option("--area", metavar="街道", help="只出一个街道。")] = None,
    as_csv_: Annotated[bool, typer.Option("--csv", help="写成 CSV（Excel 直接打开），不写 xlsx。")] = False,
    folder: Out = Path("."),
    as_json: AsJson = False,
) -> None:
    """台账：查看范围内的案件，按各地通行的栏目次序。"""
    at = datetime.now(UTC)
    with open_workspace() as workspace:
        made = make_ledger(workspace, kind, actor=acting(workspace), at=at, area=area)
        content = as_csv(made) if as_csv_ else as_workbook(workspace, made, at)
    path = _write(folder, f"{made.title}{area or ''}.{'csv' if as_csv_ else 'xlsx'}", content)
    if as_json:
        print_json({"title": made.title, "columns": made.head, "rows": made.rows, "file": str(path)})
    else:
        out.print(f"{made.title}：{len(made.rows)} 件，已写 {path}", markup=False)


@report_app.command("letter")
def report_letter(
    case_id: Annotated[str, typer.Argument(metavar="案件编号")],
    kind: Annotated[str | None, typer.Argument(metavar="文书", help="如 notice 风险提示函；不写就列出现在可以出的。")] = None,
    folder: Out = Path("."),
    as_json: AsJson = False,
) -> None:
    """文书：按 Word 模板出一件案子的草稿，编号，不盖章。"""
    with open_workspace() as workspace:
        actor = acting(workspace)
        if kind is None:
            _list_letters(letters_for(workspace, Casebook(workspace), case_id, actor=actor), as_json)
            return
        letter = draw_up(workspace, case_id, kind, actor=actor, at=datetime.now(UTC))
    path = _write(folder, letter.file_name, letter.content)
    if as_json:
        print_json({"kind": letter.kind, "label": letter.label, "number": letter.number, "file": str(path)})
    else:
        out.print(f"{letter.label} {letter.number}（草稿），已写 {path}", markup=False)


@report_app.command("check")
def report_check(as_json: AsJson = False) -> None:
    """检查 rules/documents 的文字和模板写得对不对。"""
    found = check_documents(read_settings().rules)
    if as_json:
        print_json(found)
    else:
        out.print("，".join(f"{name} {number} 项" for name, number in found.items()) + "，检查通过。")


def pack(
    what: Annotated[str, typer.Argument(metavar="案件编号", help="案件编号；或写 verify，核对一个材料包。")],
    file: Annotated[Path | None, typer.Argument(metavar="文件", help="要核对的材料包（只在 verify 时写）。")] = None,
    folder: Out = Path("."),
    as_json: AsJson = False,
) -> None:
    """材料包：一件案子的全部材料和清单，一个 zip；pack verify 文件 找出任何改动、缺失和多出。"""
    if what == "verify":
        _verify(file, as_json)
        return
    with open_workspace() as workspace:
        built = build_pack(workspace, what, actor=acting(workspace), at=datetime.now(UTC))
    path = _write(folder, f"材料包_{built.case_id}.zip", built.content)
    if as_json:
        print_json({"case": built.case_id, "content": built.digest, "files": built.files, "file": str(path)})
    else:
        out.print(f"{len(built.files)} 个文件，内容指纹 {built.digest}，已写 {path}", markup=False)


def _verify(file: Path | None, as_json: bool) -> None:
    if file is None or not file.is_file():
        raise InvalidRequest(
            "请写明要核对的材料包" if file is None else f"没有文件 {file}", "写法：screening pack verify 材料包.zip。"
        )
    verdict = verify(file.read_bytes())
    if as_json:
        print_json({"sound": verdict.is_sound, "case": verdict.case_id, "content": verdict.content, "faults": verdict.faults})
    else:
        out.print(
            f"案件 {verdict.case_id}，{verdict.files} 个文件，内容指纹 {verdict.content}。"
            + ("完整无缺。" if verdict.is_sound else "发现问题："),
            markup=False,
        )
        for fault in verdict.faults:
            out.print(f"　{fault}", markup=False)
    if not verdict.is_sound:
        raise typer.Exit(1)


def _list_letters(forms: dict[str, LetterForm], as_json: bool) -> None:
    if as_json:
        print_json({"letters": {name: form.label for name, form in forms.items()}})
        return
    for name, form in forms.items():
        out.print(f"{name}　{form.label}", markup=False)
    if not forms:
        out.print("现在没有可以出的文书。")


def _write(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def _make(make: Callable[..., Report], period: Period, folder: Path, *, preview: bool, as_json: bool) -> None:
    with open_workspace() as workspace:
        actor = acting(workspace)
        report = make(workspace, period, actor=actor, today=today())
        paths = [] if preview else issue(workspace, report, folder, actor=actor, at=datetime.now(UTC))
    _tell(report, paths, as_json)


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
