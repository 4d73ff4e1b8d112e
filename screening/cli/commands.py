"""The commands: each reads its words, calls one verb of the core, prints."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from screening import follow_up, pipeline
from screening.accounts.samples import SAMPLE_ACCOUNTS, sample_password
from screening.cases.casebook import Casebook
from screening.cli import oversight, publishing
from screening.cli.cases import audit_app, case_app
from screening.cli.disclosing import disclose_app
from screening.cli.figures import figures
from screening.cli.options import AsJson, AsOf, EntityWord, RunId, act_as, acting, open_workspace, read_day, read_word
from screening.cli.printing import GRADE_STYLES, err, out, print_explanation, print_json, print_receipt, progress_bar
from screening.cli.rules import rules_app
from screening.cli.texts import link, text
from screening.cli.users import tell_first_administrator, users_app
from screening.cli.watching import watch
from screening.features.portrait import find_entity, portrait
from screening.follow_up import raise_from_run
from screening.reference.fields import column_label
from screening.reports.ranked_list import write_ranked_list
from screening.rulebook.publishing import is_folder_changed
from screening.scoring.explanation import explain as explain_entity
from screening.scoring.ranking import Filter, find_run, ranked
from screening.settings import PROJECT_ROOT, read_settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind, Sector

app = typer.Typer(
    name="screening",
    help="防非筛查：哪些主体该先去看看，为什么。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
)
for verb in (publishing.versions, publishing.propose, publishing.approve, publishing.reject):
    rules_app.command()(verb)
app.add_typer(rules_app, name="rules")
app.add_typer(users_app, name="user")
app.add_typer(disclose_app, name="disclose")
app.add_typer(case_app, name="case")
app.add_typer(audit_app, name="audit")
app.command()(text)
app.command()(link)
app.command("coverage")(oversight.show_coverage)
app.command()(oversight.plan)
app.command()(figures)
app.command()(watch)


@app.callback()
def root(
    as_: Annotated[
        str | None, typer.Option("--as", metavar="账号", help="按这个账号的权限做；不写就是本机操作员。写在哪里都行。")
    ] = None,
) -> None:
    """防非筛查：哪些主体该先去看看，为什么。"""
    act_as(as_)


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
        print_receipt(receipt, dry_run)
    raise typer.Exit(2 if receipt.unreadable else 0 if receipt.is_clean else 1)


@app.command()
def score(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """按规则给全部主体评分。"""
    with open_workspace() as workspace, progress_bar() as report:
        run = follow_up.score(workspace, as_of=read_day(as_of), progress=report, actor=acting(workspace))
        if is_folder_changed(workspace):
            err.print("规则目录里的改动还没有启用，这次按现用版本评分。用 rules propose 提请，另一人 rules approve 批准。")
    summary = {"run": run.run_id, "as_of": run.as_of, "entities": run.summary["entities"], "by_grade": run.summary["by_grade"]}
    if as_json:
        print_json(summary)
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
        grades=[read_word(Grade, word, "等级") for word in grade or ()],
        sectors=[read_word(Sector, word, "行业") for word in sector or ()],
        area=area,
        top=top,
    )
    with open_workspace() as workspace:
        run = find_run(workspace, run_id)
        actor = acting(workspace)
        entities = ranked(workspace, run, wanted, actor=actor)
        if workbook:
            workbook.write_bytes(write_ranked_list(workspace, run, entities, actor=actor))
            err.print(f"已写入 {workbook}")
    if as_json:
        columns = ("rank", "entity_id", "name", "sector", "street", "score", "grade", "completeness", "could_add", "red_line")
        listed = [{column: getattr(entity, column) for column in columns} for entity in entities]
        print_json({"run": run.run_id, "as_of": run.as_of, "entities": listed})
        return
    table = Table(*("名次", "主体", "编号", "行业", "街道", "分值", "等级", "资料完整度"), title=f"核查次序（截至 {run.as_of}）")
    for entity in entities:
        grade_text = f"[{GRADE_STYLES[entity.grade]}]{entity.grade.label}{'（红线待确认）' if entity.red_line else ''}[/]"
        cells = (entity.name or "（无名称）", entity.entity_id, entity.sector.label, entity.street or "未知", f"{entity.score:g}")
        table.add_row(str(entity.rank), *cells, grade_text, f"{entity.completeness:.0%}")
    out.print(table)


@app.command()
def show(entity: EntityWord, as_json: AsJson = False) -> None:
    """查看一户的登记资料及每项来自哪一行。"""
    with open_workspace() as workspace:
        found = portrait(workspace, entity, actor=acting(workspace))
    if as_json:
        print_json(found.document())
        return
    table = Table("项目", "内容", "来源", title=str(found.entity["name"] or found.entity["entity_id"]))
    for column, value in found.entity.items():
        if value is not None:
            source = found.sources.get(column)
            table.add_row(
                column_label(Kind.ENTITIES, column),
                str(value),
                f"{source['file']} {source['sheet']} 第{source['row']}行" if source else "",
            )
    out.print(table)


@app.command()
def explain(entity: EntityWord, run_id: RunId = None, as_json: AsJson = False) -> None:
    """说明一户为什么是这个分值：每条理由、依据、来源行，以及哪些还不知道。"""
    with open_workspace() as workspace:
        run = find_run(workspace, run_id)
        actor = acting(workspace)
        found = explain_entity(workspace, run, find_entity(workspace, entity, actor=actor), actor=actor)
    if as_json:
        print_json(found.document())
    else:
        print_explanation(found)


@app.command()
def demo(serve_after: Annotated[bool, typer.Option("--serve/--no-serve", help="评分后打开看板。")] = True) -> None:
    """用虚构的示例月份走一遍：入库、评分、打开看板。"""
    sample = read_settings().sample
    with open_workspace() as workspace, progress_bar() as report:
        for month in sorted(folder for folder in sample.iterdir() if folder.is_dir() and folder.name[:2] == "20"):
            files = sorted(path for path in month.iterdir() if path.is_file() and not path.name.startswith("."))
            received = pipeline.month_end(month.name)
            receipt = pipeline.load(workspace, files, kind=None, received=received, progress=report)
            read, accepted = (sum(entry[key] for entry in receipt.files) for key in ("rows_read", "accepted"))
            run = follow_up.score(workspace, as_of=received, progress=report)
            err.print(
                f"{month.name}：{len(files)} 个文件，读入 {read} 行，入库 {accepted} 行；评分 {run.run_id}，{run.summary['entities']} 户。"
            )
        raise_from_run(Casebook(workspace), run, at=datetime.now(UTC))
        _tell_sample_accounts(workspace)
    if serve_after:
        serve()


def _tell_sample_accounts(workspace: Workspace) -> None:
    """How to come in and look at the sample as each role would; never beside an office's own files."""
    tell_first_administrator(workspace)
    if password := sample_password(workspace):
        err.print("示例账号（只在示例资料的工作目录里有；密码每次运行 demo 都重新生成）：")
        for login, name, unit, role, _ in SAMPLE_ACCOUNTS:
            err.print(f"  {login:<10} {role.label}（{name}，{unit}）", markup=False)
        err.print(f"  以上账号的密码都是  {password}", markup=False)


@app.command()
def serve(port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口。")] = 8501) -> None:
    """打开看板：须登录；只在本机可访问。"""
    with open_workspace() as workspace:
        tell_first_administrator(workspace)
    err.print(f"看板地址：http://127.0.0.1:{port} （只在本机可访问；按 Ctrl+C 结束）")
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(PROJECT_ROOT / "app.py"),
        "--server.address=127.0.0.1",
        f"--server.port={port}",
    ]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=os.environ | {"SCREENING_HOME": str(read_settings().home)}) as dashboard:
        signal.signal(signal.SIGTERM, lambda *_: dashboard.terminate())  # whoever stops us stops the dashboard
        raise typer.Exit(dashboard.wait())
