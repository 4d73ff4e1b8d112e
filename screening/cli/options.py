"""What several commands take, and how their words are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, TypeVar

import typer

from screening.access import Actor
from screening.errors import InvalidRequest
from screening.reference.areas import read_areas
from screening.settings import read_settings
from screening.store.workspace import Workspace
from screening.vocabulary import Role, Word

W = TypeVar("W", bound=Word)

AsJson = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 文档。")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="日期", help="截止日期，如 2026-10-31；默认今天。")]
RunId = Annotated[str | None, typer.Option("--run", metavar="评分编号", help="默认最近一次评分。")]
EntityWord = Annotated[str, typer.Argument(metavar="编号", help="主体编号、信用代码、注册号或全称。")]


@contextmanager
def open_workspace() -> Iterator[Workspace]:
    """The workspace the environment names, closed afterwards."""
    workspace = Workspace(read_settings())
    try:
        yield workspace
    finally:
        workspace.register.close()


def acting(name: str, unit: str, role: str, areas: list[str] | None) -> Actor:
    """Who acts, as the command line says; until accounts say it. Raises `InvalidRequest` for an unknown role or subdistrict, or the system itself."""
    if not name.strip() or not unit.strip():
        raise InvalidRequest("请写明谁在办、是哪个单位", "用 --by 姓名 --unit 单位 --role 角色。", {})
    chosen = read_word(Role, role, "角色")
    if chosen is Role.SYSTEM:
        raise InvalidRequest("“系统”不是人，不能代办", "请写明办理人的角色。", {"role": role})
    known = read_areas(read_settings().rules)
    codes = {
        word: next((code for code, area in known.items() if word in (code, area.name, *area.aliases)), None)
        for word in areas or ()
    }
    if wrong := [word for word, code in codes.items() if code is None]:
        raise InvalidRequest(f"没有名为“{wrong[0]}”的街道", "街道名单见 rules/areas.yaml。", {"area": wrong[0]})
    return Actor(f"{unit.strip()}/{name.strip()}", name.strip(), unit.strip(), chosen, frozenset(filter(None, codes.values())))


def read_day(text: str | None) -> date:
    """An ISO date, today where none is given; raises `InvalidRequest`."""
    try:
        return date.today() if text is None else date.fromisoformat(text)
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
