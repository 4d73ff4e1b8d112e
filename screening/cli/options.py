"""What several commands take, and how their words are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from screening.access import OPERATOR, Actor
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.clock import today
from screening.settings import read_settings
from screening.vocabulary import Word

if TYPE_CHECKING:
    from screening.store.workspace import Workspace

W = TypeVar("W", bound=Word)
_ACTING_AS: ContextVar[str | None] = ContextVar("acting_as", default=None)

AsJson = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 文档。")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="日期", help="截止日期，如 2026-10-31；默认今天。")]
RunId = Annotated[str | None, typer.Option("--run", metavar="评分编号", help="默认最近一次评分。")]
EntityWord = Annotated[str, typer.Argument(metavar="编号", help="主体编号、信用代码、注册号或全称。")]


@contextmanager
def open_workspace() -> Iterator["Workspace"]:
    """The workspace the environment names, closed afterwards."""
    from screening.store.workspace import Workspace  # noqa: PLC0415  `--help` does not wait for the register

    workspace = Workspace(read_settings())
    try:
        yield workspace
    finally:
        workspace.register.close()


def act_as(login: str | None) -> None:
    """Remember whose rights this command asks for; None is the operator of this machine."""
    _ACTING_AS.set(login)


def acting(workspace: "Workspace") -> Actor:
    """Who acts: the operator of this machine, or the account named by `--as`, which goes into the log. Raises `NotAllowed` for a disabled one."""
    login = _ACTING_AS.get()
    if login is None:
        return OPERATOR
    from screening.accounts.people import find_person, log  # noqa: PLC0415  only who acts as somebody waits for it

    person = find_person(workspace, login)
    if person.is_disabled:
        raise NotAllowed(f"账号 {login} 已停用", "请系统管理员启用，或换一个账号。", {"login": login})
    with workspace.register.writing() as connection:
        log(connection, "act_as", by=OPERATOR.person_id, login=login)
    return person.actor


def read_day(text: str | None) -> date:
    """An ISO date, today where none is given; raises `InvalidRequest`."""
    try:
        return today() if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(f"“{text}”不是日期", "请写成 2026-10-31 的样子。", {"as_of": text}) from error


def read_word(words: type[W], text: str, what: str) -> W:
    """A word by its code or its Chinese label; raises `InvalidRequest` naming the choice."""
    for word in words:
        if text in (word.value, word.label):
            return word
    raise InvalidRequest(
        f"没有“{text}”这种{what}", f"可用：{'、'.join(f'{w.value}（{w.label}）' for w in words)}。", {what: text}
    )
