"""The search box of every room: straight to the only one found, else a list that says where each matched; each role finds its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.access import SYSTEM
from screening.cases.casebook import Casebook
from screening.follow_up import raise_from_run
from screening.scoring.ranking import find_run
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.places import LIST, ME, OVERVIEW, SEARCH, Place
from screening.ui.text import plain
from screening.vocabulary import Role
from tests.ui.test_pages import shown

OpenApp = Callable[..., AppTest]
STREET = frozenset({"440803001"})
GOLD_SHOP = "霞山区虚甲聚福打金店"


def ask(app: AppTest, text: str) -> AppTest:
    """Type into the margin's box and press Enter."""
    app.sidebar.text_input(key="search.text").set_value(text)
    return app.button(key="search.search").click().run()


@pytest.mark.parametrize("place", [OVERVIEW, LIST, ME], ids=lambda place: place.name)
def test_every_room_leads_straight_to_the_only_one_found(open_app: OpenApp, scored_home: Path, place: Place) -> None:
    app = ask(open_app(scored_home, place), "虚甲聚福")
    assert not app.exception
    assert app.title[0].value == plain(GOLD_SHOP)


def test_several_are_listed_with_where_each_matched(open_app: OpenApp, scored_home: Path) -> None:
    app = ask(open_app(scored_home, OVERVIEW), "解放街道")
    assert not app.exception
    assert app.title[0].value == f"{SEARCH.title}：解放街道"
    places = [caption.value for caption in app.main.caption if caption.value != words.NOT_A_FINDING]
    assert len(places) == len(app.get("page_link")) > 1
    assert all("解放街道" in place for place in places)


def test_a_list_is_an_address_one_can_keep(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, SEARCH, q="解放街道")
    assert app.get("page_link") and not app.error


def test_only_a_brand_found_is_said_so(open_app: OpenApp, scored_home: Path) -> None:
    app = ask(open_app(scored_home, OVERVIEW), "湛江聚福金店")
    assert "聚福" in app.info[0].value and GOLD_SHOP in app.get("page_link")[0].proto.label.replace("\\", "")


def test_nothing_found_is_said_with_what_one_may_write(open_app: OpenApp, scored_home: Path) -> None:
    app = ask(open_app(scored_home, OVERVIEW), "<b>绝无此名</b>")
    assert not app.exception
    assert words.NOTHING_FOUND.format(text="<b>绝无此名</b>") in shown(app)
    assert words.SEARCH_EXPLAINED in shown(app)


def test_a_subdistrict_does_not_find_what_lies_elsewhere(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, SEARCH, role=Role.STREET, areas=STREET, q=GOLD_SHOP)
    assert not app.get("page_link") and "没有找到" in shown(app)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_sees_no_firm_has_no_box(open_app: OpenApp, scored_home: Path, role: Role) -> None:
    app = open_app(scored_home, ME, role=role)
    assert not app.exception and not app.sidebar.text_input


def test_a_case_is_found_by_its_number(open_app: OpenApp, own_scored_home: Path) -> None:
    register = f"sqlite:///{(own_scored_home / 'register.sqlite').as_posix()}"
    workspace = Workspace(Settings(home=own_scored_home, database_url=register))
    book = Casebook(workspace)
    raise_from_run(book, find_run(workspace), at=datetime.now(UTC))
    case = book.cases(SYSTEM)[0]
    workspace.register.close()
    app = ask(open_app(own_scored_home, OVERVIEW), case.case_id.lower())
    assert not app.exception and app.title[0].value == plain(case.entity_name)
    app = open_app(own_scored_home, SEARCH, role=Role.POLICE, q=case.case_id)
    assert not app.get("page_link"), "a case that was not sent to the police"
