"""The command line: the same verbs as the dashboard, without a browser. Thin: each command reads, calls the core, prints.

Exit codes: 0 done · 1 done, with rejected rows or findings · 2 wrong use or bad input · 3 refused · 4 internal.
With `--json` exactly one JSON document goes to stdout; progress and warnings go to stderr.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from typer import rich_utils
from typer import TyperException

from screening import pipeline
from screening.errors import InvalidRequest, NotAllowed, ScreeningError, StaleRecord
from screening.features.portrait import find_entity, portrait
from screening.reports.ranked_list import write_ranked_list
from screening.rulebook.book import read_rulebook
from screening.rulebook.examples import try_examples
from screening.rulebook.rule import TENTHS
from screening.scoring.explanation import Explanation, explain as explain_entity
from screening.scoring.ranking import Filter, find_run, ranked
from screening.settings import PROJECT_ROOT, read_settings
from screening.store.workspace import Workspace
from screening.vocabulary import Dimension, Element, Grade, Kind, RuleStatus, Sector

app = typer.Typer(name="screening", help="防非筛查：哪些主体该先去看看，为什么。", no_args_is_help=True, add_completion=False, rich_markup_mode="rich")
rules_app = typer.Typer(help="规则库：检查、列出、查看、运行示例。", no_args_is_help=True)
app.add_typer(rules_app, name="rules")

rich_utils.OPTIONS_PANEL_TITLE, rich_utils.ARGUMENTS_PANEL_TITLE = "选项", "参数"
rich_utils.COMMANDS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = "命令", "用法有误"
rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = "[默认：{}]", "[必填]"

_WIDE = 200  # columns where nobody's terminal sets them, as in a pipe
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)
GRADE_STYLES = {Grade.RED: "bold red", Grade.ORANGE: "dark_orange", Grade.YELLOW: "yellow", Grade.INSUFFICIENT: "magenta", Grade.BLUE: "blue"}

AsJson = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 文档。")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="日期", help="截止日期，如 2026-10-31；默认今天。")]
RunId = Annotated[str | None, typer.Option("--run", metavar="评分编号", help="默认最近一次评分。")]


@app.command()
def load(
    kind: Annotated[str, typer.Argument(metavar="种类", help="auto 或：" + " ".join(Kind))],
    files: Annotated[list[Path], typer.Argument(metavar="文件...")],
    source: Annotated[str | None, typer.Option("--source", help="来源名称；rules/sources 下有同名映射时按映射读列。")] = None,
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看回执，不入库。")] = False,
    as_json: AsJson = False,
) -> None:
    """读取名单和投诉等文件，逐行入库并给出回执。"""
    wanted = None if kind == "auto" else _word(Kind, kind, "种类")
    with _workspace() as workspace, _progress() as report:
        receipt = pipeline.load(workspace, files, kind=wanted, source=source, received=_day(as_of), dry_run=dry_run, progress=report)
    document: dict[str, Any] = {"files": receipt.files, "dry_run": dry_run}
    if receipt.unreadable:
        first = receipt.unreadable[0]
        document |= {"error": first["message"], "hint": first["hint"], "where": {"file": first["file"]}}
    if as_json:
        _print_json(document)
    else:
        _print_receipt(receipt, dry_run)
    raise typer.Exit(2 if receipt.unreadable else 0 if receipt.is_clean else 1)


@app.command()
def score(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """按规则给全部主体评分。"""
    with _workspace() as workspace, _progress() as report:
        run = pipeline.score(workspace, as_of=_day(as_of), progress=report)
    summary = {"run": run.run_id, "as_of": run.as_of, "entities": run.summary["entities"], "by_grade": run.summary["by_grade"]}
    if as_json:
        _print_json(summary)
        return
    counts = "，".join(f"[{GRADE_STYLES[g]}]{g.label} {run.summary['by_grade'][g]}[/]" for g in Grade)
    out.print(f"评分 {run.run_id}（截至 {run.as_of}）：共 {run.summary['entities']} 户。{counts}。")


@app.command("list")
def list_(
    top: Annotated[int | None, typer.Option("--top", min=1, help="只列前若干户。")] = None,
    grade: Annotated[list[str] | None, typer.Option("--grade", help="等级：" + " ".join(Grade))] = None,
    sector: Annotated[list[str] | None, typer.Option("--sector", help="行业：" + " ".join(Sector))] = None,
    area: Annotated[str | None, typer.Option("--area", help="街道名称或代码。")] = None,
    run_id: RunId = None,
    workbook: Annotated[Path | None, typer.Option("--out", metavar="文件.xlsx", help="另存为 Excel 工作簿，附每户理由。")] = None,
    as_json: AsJson = False,
) -> None:
    """按先后次序列出该先核查的主体。"""
    wanted = Filter(
        grades=[_word(Grade, word, "等级") for word in grade or ()],
        sectors=[_word(Sector, word, "行业") for word in sector or ()],
        area=area,
        top=top,
    )
    with _workspace() as workspace:
        run = find_run(workspace, run_id)
        entities = ranked(workspace, run, wanted)
        if workbook:
            workbook.write_bytes(write_ranked_list(workspace, run, entities))
            err.print(f"已写入 {workbook}")
    if as_json:
        columns = ("rank", "entity_id", "name", "sector", "street", "score", "grade", "completeness", "could_add", "red_line")
        listed = [{column: getattr(entity, column) for column in columns} for entity in entities]
        _print_json({"run": run.run_id, "as_of": run.as_of, "entities": listed})
        return
    table = Table(*("名次", "主体", "编号", "行业", "街道", "分值", "等级", "资料完整度"), title=f"核查次序（截至 {run.as_of}）")
    for entity in entities:
        grade_text = f"[{GRADE_STYLES[entity.grade]}]{entity.grade.label}{'（红线待确认）' if entity.red_line else ''}[/]"
        cells = (entity.name or "（无名称）", entity.entity_id, entity.sector.label, entity.street or "未知", f"{entity.score:g}")
        table.add_row(str(entity.rank), *cells, grade_text, f"{entity.completeness:.0%}")
    out.print(table)


@app.command()
def show(entity: Annotated[str, typer.Argument(metavar="编号", help="主体编号、信用代码、注册号或全称。")], as_json: AsJson = False) -> None:
    """查看一户的登记资料及每项来自哪一行。"""
    with _workspace() as workspace:
        found = portrait(workspace, entity)
    if as_json:
        _print_json(found.document())
        return
    table = Table("项目", "内容", "来源", title=str(found.entity["name"] or found.entity["entity_id"]))
    for column, value in found.entity.items():
        if value is not None:
            source = found.sources.get(column)
            table.add_row(column, str(value), f"{source['file']} {source['sheet']} 第{source['row']}行" if source else "")
    out.print(table)


@app.command()
def explain(
    entity: Annotated[str, typer.Argument(metavar="编号", help="主体编号、信用代码、注册号或全称。")], run_id: RunId = None, as_json: AsJson = False
) -> None:
    """说明一户为什么是这个分值：每条理由、依据、来源行，以及哪些还不知道。"""
    with _workspace() as workspace:
        run = find_run(workspace, run_id)
        found = explain_entity(workspace, run, find_entity(workspace, entity))
    if as_json:
        _print_json(found.document())
    else:
        _print_explanation(found)


@rules_app.command("check")
def rules_check(as_json: AsJson = False) -> None:
    """检查规则库写法是否正确、引用是否齐全。"""
    book = read_rulebook(read_settings().rules)
    active = sum(rule.status is RuleStatus.ACTIVE for rule in book.rules.values())
    if as_json:
        _print_json({"version": book.version, "rules": len(book.rules), "active": active, "waiting": len(book.waiting)})
    else:
        out.print(f"规则库 {book.version} 检查通过：{len(book.rules)} 条规则，启用 {active} 条；另有 {len(book.waiting)} 条待数据。")


@rules_app.command("list")
def rules_list(waiting: Annotated[bool, typer.Option("--waiting", help="列出还不能计算的规则和所等的数据。")] = False, as_json: AsJson = False) -> None:
    """列出规则。"""
    book = read_rulebook(read_settings().rules)
    cells: list[tuple[str, ...]]
    if waiting:
        rows = [rule.model_dump() for rule in book.waiting]
        table = Table("编号", "名称", "等待")
        cells = [(row["id"], row["name"], row["waits_for"]) for row in rows]
    else:
        rows = [
            {"id": r.id, "name": r.name, "group": r.group, "points": r.highest / TENTHS, "element": r.element, "dimension": r.dimension}
            | {"status": r.status, "red_line": r.red_line, "verified": r.verified}
            for r in book.rules.values()
        ]
        table = Table("编号", "名称", "最高分", "要件", "维度", "状态")
        cells = [
            (
                r["id"],
                r["name"] + ("（红线）" if r["red_line"] else "") + ("" if r["verified"] else "（待核）"),
                f"{r['points']:g}",
                Element(r["element"]).label,
                Dimension(r["dimension"]).label,
                RuleStatus(r["status"]).label,
            )
            for r in rows
        ]
    if as_json:
        _print_json({"version": book.version, "rules": rows})
        return
    for row in cells:
        table.add_row(*row)
    out.print(table)


@rules_app.command("show")
def rules_show(rule_id: Annotated[str, typer.Argument(metavar="规则编号")], as_json: AsJson = False) -> None:
    """查看一条规则的全文。"""
    book = read_rulebook(read_settings().rules)
    if (rule := book.rules.get(rule_id)) is None:
        raise InvalidRequest(f"没有规则 {rule_id}", "用 screening rules list 查看编号。", {"rule": rule_id})
    document = rule.model_dump(mode="json") | {"points": rule.highest / TENTHS, "cited": [book.sources[b.source].cite(b.article) for b in rule.basis]}
    document["steps"] = [{"when": step.when, "points": step.points / TENTHS} for step in rule.levels]
    if as_json:
        _print_json(document)
        return
    table = Table("项目", "内容", title=f"{rule.id} {rule.name}")
    for key, value in document.items():
        table.add_row(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    out.print(table)


@rules_app.command("test")
def rules_test(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """运行每条规则自带的示例。"""
    book = read_rulebook(read_settings().rules)
    failures = try_examples(book, _day(as_of))
    total = sum(len(rule.examples) for rule in book.rules.values())
    if as_json:
        _print_json({"version": book.version, "examples": total, "failures": failures})
    else:
        for line in failures:
            out.print(line)
        out.print(f"{total} 个示例，{len(failures)} 个不符。")
    raise typer.Exit(2 if failures else 0)


@app.command()
def demo(serve_after: Annotated[bool, typer.Option("--serve/--no-serve", help="评分后打开看板。")] = True) -> None:
    """用虚构的示例月份走一遍：入库、评分、打开看板。"""
    sample = read_settings().sample
    with _workspace() as workspace, _progress() as report:
        for month in sorted(folder for folder in sample.iterdir() if folder.is_dir() and folder.name[:2] == "20"):
            files = sorted(path for path in month.iterdir() if path.is_file() and not path.name.startswith("."))
            received = pipeline.month_end(month.name)
            receipt = pipeline.load(workspace, files, kind=None, received=received, progress=report)
            read, accepted = (sum(entry[key] for entry in receipt.files) for key in ("rows_read", "accepted"))
            run = pipeline.score(workspace, as_of=received, progress=report)
            err.print(f"{month.name}：{len(files)} 个文件，读入 {read} 行，入库 {accepted} 行；评分 {run.run_id}，{run.summary['entities']} 户。")
    if serve_after:
        serve()


@app.command()
def serve(port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口。")] = 8501) -> None:
    """打开看板（账号功能上线前只在本机可访问）。"""
    err.print(f"看板地址：http://127.0.0.1:{port} （只在本机可访问；按 Ctrl+C 结束）")
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "app.py"), "--server.address=127.0.0.1", f"--server.port={port}"]
    raise typer.Exit(subprocess.call(command, cwd=PROJECT_ROOT, env=os.environ | {"SCREENING_HOME": str(read_settings().home)}))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error becomes a sentence and an exit code, never a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(app(args=words, standalone_mode=False) or 0)
    except ScreeningError as error:
        _fail(error, words, 3 if isinstance(error, (NotAllowed, StaleRecord)) else 2)
    except TyperException as error:
        _fail(InvalidRequest(f"用法有误：{getattr(error, 'message', error)}", "加 --help 查看用法。"), words, 2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as error:  # the last line of defence: people get a sentence, the log gets the rest
        log = read_settings().home / "errors.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{datetime.now().isoformat()} {words}\n{traceback.format_exc()}\n")
        _fail(ScreeningError(f"程序内部错误：{type(error).__name__}", f"详情已记入 {log}，请转交维护人员。"), words, 4)


def _fail(error: ScreeningError, words: Sequence[str], code: int) -> None:
    if "--json" in words:
        _print_json({"error": error.message, "hint": error.hint, "where": error.where})
    err.print(f"[red]{error.message}[/]" + (f"\n{error.hint}" if error.hint else ""))
    sys.exit(code)


@contextmanager
def _workspace() -> Iterator[Workspace]:
    workspace = Workspace(read_settings())
    try:
        yield workspace
    finally:
        workspace.register.close()


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr, in a terminal only."""
    with Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda label, share: bar.update(task, description=label, completed=share)


def _day(text: str | None) -> date:
    try:
        return date.today() if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(f"“{text}”不是日期", "请写成 2026-10-31 的样子。", {"as_of": text}) from error


def _word(words: type[Any], text: str, what: str) -> Any:
    for word in words:
        if text in (word.value, word.label):
            return word
    raise InvalidRequest(f"没有“{text}”这种{what}", f"可用：{'、'.join(f'{w.value}（{w.label}）' for w in words)}。", {what: text})


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _print_receipt(receipt: pipeline.Receipt, dry_run: bool) -> None:
    table = Table("文件", "工作表", "种类", "读入", "入库", "拒收", "重复", "提示", title="回执（试读，未入库）" if dry_run else "回执")
    for entry in receipt.files:
        kind = Kind(entry["kind"]).label if entry["kind"] else "未识别"
        counts = [str(entry[key]) for key in ("rows_read", "accepted", "rejected", "duplicate")]
        table.add_row(entry["file"], entry["sheet"], kind, *counts, entry["message"] or f"{len(entry['findings'])} 处提示")
    out.print(table)
    for entry in receipt.files:
        for name, lines in (("拒收", entry["rejects"]), ("提示", entry["findings"])):
            for line in lines[:20]:
                place = f"{line.get('sheet') or entry['sheet']} 第{line['row']}行" if line["row"] else line.get("sheet") or entry["sheet"]
                out.print(f"{name}：{entry['file']} {place} {line['column']} “{line['value']}” {line['problem']}", markup=False)
            if len(lines) > 20:
                out.print(f"{name}：{entry['file']} 另有 {len(lines) - 20} 条，完整内容加 --json 查看。")


def _print_explanation(found: Explanation) -> None:
    out.print(f"[bold]{found.name or found.entity_id}[/]  {found.score:g} 分，[{GRADE_STYLES[found.grade]}]{found.grade.label}[/]，第 {found.rank} 位（截至 {found.as_of}）")
    if found.red_line:
        out.print("命中红线规则：等级至少为橙，是否升红须人工确认。")
    for reason in found.reasons:
        element = f"〔{Element(reason.element).label}〕" if reason.element else ""
        out.print(f"{reason.points:+g}  {element}{reason.name}{'' if reason.verified else '（待核）'}：{reason.sentence}", markup=False)
        out.print(f"      依据：{'；'.join(reason.basis)}", markup=False)
        for source in reason.sources[:5]:
            out.print(f"      来源：{source.file} {source.sheet} 第{source.row}行 {source.quote or ''}", markup=False)
    out.print(f"资料完整度 {found.completeness:.0%}；未知事项最多还可能加 {found.could_add:g} 分：")
    for unknown in found.unknown:
        out.print(f"  {unknown.name}（最多 {unknown.could_add:g} 分）：缺 {'、'.join(unknown.missing)}", markup=False)


if __name__ == "__main__":
    main()
