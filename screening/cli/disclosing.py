"""`screening disclose`: personal details unmasked, for a purpose that is written down."""

from typing import Annotated

import typer
from rich.table import Table

from screening.accounts.logs import disclosure_log
from screening.cli.options import AsJson, EntityWord, acting, open_workspace
from screening.cli.printing import out, print_json
from screening.features.portrait import disclose_contact
from screening.identity.decisions import subject_of
from screening.identity.tipsters import disclose
from screening.reference.fields import column_label
from screening.vocabulary import Kind

Purpose = Annotated[str, typer.Option("--purpose", metavar="理由", help="为什么要看；会留记录。")]

disclose_app = typer.Typer(name="disclose", help="查看未遮挡的个人信息：写明理由，留下记录。", no_args_is_help=True)


@disclose_app.command("contact")
def contact(entity: EntityWord, purpose: Purpose, as_json: AsJson = False) -> None:
    """一户的法定代表人、电话、邮箱。"""
    with open_workspace() as workspace:
        found = disclose_contact(workspace, acting(workspace), entity, purpose)
    if as_json:
        print_json(found)
        return
    for column, value in found.items():
        if value is not None:
            out.print(f"{column_label(Kind.ENTITIES, column)}：{value}", markup=False)


@disclose_app.command("tipster")
def tipster(
    complaint: Annotated[str, typer.Argument(metavar="工单编号", help="投诉的工单编号。")],
    purpose: Purpose,
    as_json: AsJson = False,
) -> None:
    """一件投诉的举报人；只有处非办负责人可以（加 --as 账号）。"""
    with open_workspace() as workspace:
        found = disclose(workspace, acting(workspace), subject_of(Kind.COMPLAINTS, complaint), purpose)
    if as_json:
        print_json(vars(found))
    else:
        out.print(f"{found.name or '没有留名'}　{found.phone or '没有留电话'}", markup=False)


@disclose_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """谁在什么时候、为什么看过谁的个人信息。"""
    with open_workspace() as workspace:
        lines = disclosure_log(workspace, actor=acting(workspace))
    if as_json:
        print_json([vars(line) for line in lines])
        return
    table = Table("时间", "谁", "看了谁的", "哪些项", "为什么")
    for line in lines:
        when = f"{line.at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(when, f"{line.name}（{line.unit}）", line.subject, "、".join(line.fields), line.purpose)
    out.print(table)
