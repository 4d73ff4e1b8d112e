"""`screening user`: accounts from the machine's own command line. One-time passwords are printed once and kept nowhere."""

from typing import Annotated

import typer
from rich.table import Table

from screening.accounts.people import add_person, first_administrator_said, list_people, reset_password, set_areas, set_disabled
from screening.cli.options import AsJson, acting, open_workspace, read_word
from screening.cli.printing import err, out, print_json, print_table
from screening.reference.areas import read_areas
from screening.store.workspace import Workspace
from screening.vocabulary import Role

Login = Annotated[str, typer.Argument(metavar="账号")]
Areas = Annotated[
    list[str] | None, typer.Option("--area", metavar="街道", help="负责的街道，名称或代码，可写多次；街道和网格员必写。")
]

users_app = typer.Typer(no_args_is_help=True, add_completion=False)


@users_app.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", metavar="姓名", help="本人姓名。")],
    role: Annotated[
        str,
        typer.Option("--role", metavar="角色", help="角色：" + " ".join(role.value for role in Role if role is not Role.SYSTEM)),
    ],
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="所在单位，如 解放街道办。")] = "",
    area: Areas = None,
    sso: Annotated[str | None, typer.Option("--sso", metavar="标识", help="单位统一认证里的用户标识；有统一认证时才写。")] = None,
    as_json: AsJson = False,
) -> None:
    """新建账号，给出一次性密码；首次登录须改密码。"""
    with open_workspace() as workspace:
        tell_first_administrator(workspace)
        password = add_person(
            workspace,
            actor=acting(workspace),
            login=login,
            name=name,
            unit=unit,
            role=read_word(Role, role, "角色"),
            areas=area or (),
            sso_subject=sso,
        )
    _tell(login, password, as_json)


@users_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """全部账号：姓名、单位、角色、街道、状态。"""
    with open_workspace() as workspace:
        tell_first_administrator(workspace)
        found = list_people(workspace, actor=acting(workspace))
        names = {code: area.name for code, area in read_areas(workspace.settings.rules).items()}
    if as_json:
        print_json([person.document() for person in found])
        return
    table = Table("账号", "姓名", "单位", "角色", "街道", "状态")
    for person in found:
        states = [
            ("示例", person.is_sample),
            ("停用", person.is_disabled),
            ("锁定", person.locked_until is not None),
            ("待改密码", person.must_change),
        ]
        state = "、".join(label for label, applies in states if applies) or "正常"
        areas = "、".join(names.get(code, code) for code in sorted(person.areas))
        table.add_row(person.login, person.name, person.unit, person.role.label, areas, state)
    print_table(table)


@users_app.command("disable")
def disable(
    login: Login, undo: Annotated[bool, typer.Option("--undo", help="重新启用。")] = False, as_json: AsJson = False
) -> None:
    """停用账号，正在用的会话立即失效；加 --undo 重新启用。"""
    with open_workspace() as workspace:
        set_disabled(workspace, login, disabled=not undo, actor=acting(workspace))
    _done({"login": login, "is_disabled": not undo}, f"{login} 已{'重新启用' if undo else '停用'}。", as_json)


@users_app.command("reset")
def reset(login: Login, as_json: AsJson = False) -> None:
    """重设密码：给出新的一次性密码，解除锁定，结束正在用的会话。"""
    with open_workspace() as workspace:
        password = reset_password(workspace, login, actor=acting(workspace))
    _tell(login, password, as_json)


@users_app.command("areas")
def areas(login: Login, area: Areas = None, as_json: AsJson = False) -> None:
    """改一个人负责的街道（写全，不写的就不再负责）。"""
    with open_workspace() as workspace:
        set_areas(workspace, login, area or (), actor=acting(workspace))
    _done({"login": login, "areas": area or []}, f"{login} 负责：{'、'.join(area or ())}。", as_json)


def tell_first_administrator(workspace: Workspace) -> None:
    """At the first start, say once how the first administrator comes in."""
    if said := first_administrator_said(workspace):
        err.print(said, markup=False)


def _tell(login: str, password: str, as_json: bool) -> None:
    sentence = f"{login} 的一次性密码：{password}\n只显示这一次，请当面或用可靠的办法交给本人；首次登录须改掉。"
    _done({"login": login, "one_time_password": password}, sentence, as_json)


def _done(document: dict[str, object], sentence: str, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        out.print(sentence, markup=False)
