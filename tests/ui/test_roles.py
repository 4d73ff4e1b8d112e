"""Every room × every role through `app.py`: it opens, or says in a sentence that it is not one's own; never a fault."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.scoring.ranking import Filter
from screening.ui import words
from screening.ui.places import ENTITY, PLACES, SIGN_IN
from screening.ui.text import plain
from screening.vocabulary import Role
from tests.ui.conftest import person
from tests.ui.test_pages import listed

OpenApp = Callable[..., AppTest]
AREAS = {Role.STREET: frozenset({"440803001"}), Role.GRID: frozenset({"440803001"})}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_every_room_opens_or_says_whose_it_is(open_app: OpenApp, scored_home: Path, role: Role) -> None:
    areas = AREAS.get(role, frozenset[str]())
    app = open_app(scored_home, role=role, areas=areas)
    assert not app.exception
    for place in PLACES:
        app.switch_page(place.path).run()
        assert not app.exception, place
        said = [error.value for error in app.error]
        assert said == ([] if place.is_open_to(person(role, areas).actor) else [plain(words.NOT_YOUR_ROOM[0])]), place


def test_market_supervision_sees_the_registration_of_what_was_not_sent(open_app: OpenApp, scored_home: Path) -> None:
    (first,) = listed(scored_home, Filter(top=1))
    app = open_app(scored_home, ENTITY, role=Role.MARKET, entity=first.entity_id)
    assert not app.exception and not app.error
    assert [info.value for info in app.info] == [words.ONLY_REGISTRATION]
    assert not app.metric


def test_a_subdistrict_finds_nobody_elsewhere(open_app: OpenApp, scored_home: Path) -> None:
    stranger = next(entity for entity in listed(scored_home) if entity.street not in ("解放街道", None))
    app = open_app(scored_home, ENTITY, role=Role.STREET, areas=AREAS[Role.STREET], entity=stranger.entity_id)
    assert "没有找到主体" in app.error[0].value


def test_nobody_signed_in_sees_nothing_but_the_way_to_the_door(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, role=None)
    assert not app.exception and not app.title and not app.sidebar.caption
    assert SIGN_IN in app.markdown[0].value
