"""`screening disclose`: personal details unmasked, once, for a purpose that is written down and that another person granted."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.table import Table

from screening.access import Actor
from screening.accounts.logs import disclosure_log
from screening.cli.options import AsJson, EntityWord, acting, open_workspace
from screening.cli.printing import out, print_json, print_table
from screening.features.portrait import ask_contact, disclose_contact
from screening.identity.decisions import subject_of
from screening.identity.tipsters import ask_tipster, disclose
from screening.reference.fields import column_label
from screening.store.disclosures import Request, decide, requests_for
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

Purpose = Annotated[str, typer.Option("--purpose", metavar="理由", help="为什么要看；会留记录。获准以后再运行时不用写。")]
Number = Annotated[int, typer.Argument(metavar="请求号")]

disclose_app = typer.Typer(no_args_is_help=True, add_completion=False)


@disclose_app.command("contact")
def contact(entity: EntityWord, purpose: Purpose = "", as_json: AsJson = False) -> None:
    """一户的法定代表人、电话、邮箱：先提请，批准后再运行一次看到。"""

    def look(workspace: Workspace, actor: Actor) -> dict[str, Any]:
        return disclose_contact(workspace, actor, entity)

    found = _asked(lambda workspace, actor: ask_contact(workspace, actor, entity, purpose), look, as_json)
    for column, value in found.items():
        if value is not None:
            out.print(f"{column_label(Kind.ENTITIES, column)}：{value}", markup=False)


@disclose_app.command("tipster")
def tipster(
    complaint: Annotated[str, typer.Argument(metavar="工单编号", help="投诉的工单编号。")],
    purpose: Purpose = "",
    as_json: AsJson = False,
) -> None:
    """一件投诉的举报人；只有处非办负责人可以提请（加 --as 账号），由另一位负责人或分管领导批准。"""
    record = subject_of(Kind.COMPLAINTS, complaint)
    found = _asked(
        lambda workspace, actor: ask_tipster(workspace, actor, record, purpose),
        lambda workspace, actor: vars(disclose(workspace, actor, record)),
        as_json,
    )
    if found:
        out.print(f"{found['name'] or '没有留名'}　{found['phone'] or '没有留电话'}", markup=False)


@disclose_app.command("requests")
def requests(as_json: AsJson = False) -> None:
    """自己提的查看请求；有批准权的，连同别人在等的。"""
    with open_workspace() as workspace:
        found = requests_for(workspace, acting(workspace))
    if as_json:
        print_json([_document(one) for one in found])
        return
    table = Table("请求号", "时间", "谁", "看谁的", "哪些项", "为什么", "现状")
    for one in found:
        when, who = f"{one.at.astimezone():%Y-%m-%d %H:%M}", f"{one.name}（{one.unit}）"
        table.add_row(str(one.seq), when, who, one.about, "、".join(one.fields), one.purpose, one.state)
    print_table(table)


@disclose_app.command("grant")
def grant(number: Number, as_json: AsJson = False) -> None:
    """批准一个查看请求；自己提的不能自己批。"""
    _decided(number, True, as_json)


@disclose_app.command("refuse")
def refuse(number: Number, as_json: AsJson = False) -> None:
    """不同意一个查看请求。"""
    _decided(number, False, as_json)


@disclose_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """谁在什么时候、为什么看过谁的个人信息，谁批准的。"""
    with open_workspace() as workspace:
        lines = disclosure_log(workspace, actor=acting(workspace))
    if as_json:
        print_json([vars(line) for line in lines])
        return
    table = Table("时间", "谁", "看了谁的", "哪些项", "为什么", "谁批准")
    for line in lines:
        when, who = f"{line.at.astimezone():%Y-%m-%d %H:%M}", f"{line.name}（{line.unit}）"
        table.add_row(when, who, line.subject, "、".join(line.fields), line.purpose, line.granted_by)
    print_table(table)


def _asked(
    ask: Callable[[Workspace, Actor], Request], look: Callable[[Workspace, Actor], dict[str, Any]], as_json: bool
) -> dict[str, Any]:
    """The details where the wish is granted; else says where it stands and gives nothing."""
    with open_workspace() as workspace:
        actor = acting(workspace)
        request = ask(workspace, actor)
        found = look(workspace, actor) if request.is_open else {}
    if as_json:
        print_json({"request": _document(request), "found": found or None})
        raise typer.Exit
    if not found:
        out.print(
            f"请求 {request.seq} {request.state}：由另一位负责人用 disclose grant {request.seq} 批准后，再运行一次即可查看。"
        )
    return found


def _decided(number: int, granted: bool, as_json: bool) -> None:
    with open_workspace() as workspace:
        request = decide(workspace, acting(workspace), number, granted=granted)
    if as_json:
        print_json(_document(request))
    else:
        out.print(f"请求 {request.seq} {request.state}。")


def _document(request: Request) -> dict[str, Any]:
    return vars(request) | {"state": request.state}
