"""Unmasked details in the dashboard: asked for on the entity's page, granted by another person on theirs, shown once."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from screening.ui import words
from screening.ui.places import ENTITY, ME
from screening.vocabulary import Role
from tests.ui.test_pages import listed, shown

STREET = frozenset({"440803001"})


def test_asked_granted_seen_once(open_app: Callable[..., AppTest], own_scored_home: Path) -> None:
    entity = next(entity for entity in listed(own_scored_home) if entity.street == "解放街道").entity_id

    def at_the_street() -> AppTest:
        app = open_app(own_scored_home, ENTITY, role=Role.STREET, areas=STREET, name="虚街道", entity=entity)
        app.session_state[f"entity.tab.{entity}"] = words.TAB_REGISTRATION
        return app.run()

    page = at_the_street()
    page.text_input(key="entity.purpose").input("约谈前联系法定代表人")
    page.button(key="entity.ask").click().run()
    assert not page.exception and "已提请" in shown(page)
    own = open_app(own_scored_home, ME, role=Role.STREET, areas=STREET, name="虚街道")
    assert "等批准" in shown(own) and not [button for button in own.button if button.label == "批准"]
    chief = open_app(own_scored_home, ME, role=Role.CHIEF, name="虚负责")
    next(button for button in chief.button if button.label == "批准").click().run()
    assert not chief.exception
    page = at_the_street()
    page.button(key="entity.disclose").click().run()
    assert not page.exception and "仅供虚街道" in shown(page)
    assert page.run().button(key="entity.ask")
