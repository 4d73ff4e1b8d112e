"""The dashboard opened as a browser would open it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from screening.accounts.people import Person
from screening.settings import PROJECT_ROOT
from screening.ui import session
from screening.ui.places import Place
from screening.vocabulary import Role

PATIENCE_SECONDS = 120


@pytest.fixture
def own_scored_home(scored_home: Path, tmp_path: Path) -> Path:
    """A copy of the scored home that a test may write to."""
    return Path(shutil.copytree(scored_home, tmp_path / "home"))


def person(role: Role = Role.OFFICER, areas: frozenset[str] = frozenset(), name: str = "测试员") -> Person:
    """Somebody of a role who is signed in."""
    now = datetime.now(UTC)
    return Person(name * 4, "ceshi", name, "区处非办", role, areas, None, False, False, False, None, now, now)


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """`open_app(home, place, role=…, areas=…, **query)`: the app through `app.py`, as a browser at that address would have it, signed in."""

    def _open(
        home: Path,
        place: Place | None = None,
        *,
        role: Role | None = Role.OFFICER,
        areas: frozenset[str] = frozenset(),
        name: str = "测试员",
        **query: str,
    ) -> AppTest:
        monkeypatch.setattr(session, "who", lambda workspace, token: person(role, areas, name) if role else None)
        monkeypatch.setenv("SCREENING_HOME", str(home))
        monkeypatch.delenv("SCREENING_DATABASE_URL", raising=False)
        st.cache_resource.clear()
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=PATIENCE_SECONDS)
        app.run()
        if place is not None:
            for key, value in query.items():
                app.query_params[key] = value
            app.switch_page(place.path).run()
        return app

    return _open
