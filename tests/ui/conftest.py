"""The dashboard opened as a browser would open it."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser, sync_playwright
from streamlit.testing.v1 import AppTest

from screening.access import OPERATOR
from screening.accounts.people import Person, add_person, change_password, find_person
from screening.cases.casebook import Casebook
from screening.follow_up import raise_from_run
from screening.scoring.ranking import find_run
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.ui import session
from screening.ui.places import Place
from screening.vocabulary import Role

PATIENCE_SECONDS = 120
START_SECONDS = 60
PASSPHRASE = "一句记得住的话 2026"  # noqa: S105  of accounts that live as long as a test
OFFICE = "区处非办"
UNITS = {Role.STREET: "解放街道办", Role.MARKET: "区市场监管局", Role.POLICE: "区公安经侦大队"}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def name_of(role: Role) -> str:
    """The name on a role's account of the running dashboard."""
    return f"测试{role.label}"


@pytest.fixture
def own_scored_home(scored_home: Path, tmp_path: Path) -> Path:
    """A copy of the scored home that a test may write to."""
    return Path(shutil.copytree(scored_home, tmp_path / "home"))


def person(role: Role = Role.OFFICER, areas: frozenset[str] = frozenset(), name: str = "测试员") -> Person:
    """Somebody of a role who is signed in."""
    now = datetime.now(UTC)
    return Person(name * 4, "ceshi", name, OFFICE, role, areas, None, False, False, False, None, now, now)


def work(app: AppTest, button: str) -> AppTest:
    """Press a button that begins long work, and look again when it is over."""
    app.button(key=button).click().run()
    for thread in threading.enumerate():
        if thread.name.startswith("job-"):
            thread.join(PATIENCE_SECONDS)
    return app.run()


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


@pytest.fixture
def address(own_scored_home: Path) -> Iterator[str]:
    """The address of a running dashboard over a workspace of its own: alerts raised, an account a role, named after it."""
    with served(own_scored_home) as running:
        yield running


@contextmanager
def served(home: Path) -> Iterator[str]:
    """A dashboard over a scored home: its alerts are raised, an account a role is made and named after it."""
    settings = Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}")
    workspace = Workspace(settings)
    for role in (Role.OFFICER, Role.CHIEF, Role.STREET, Role.MARKET, Role.POLICE):
        areas = ["解放街道"] if role is Role.STREET else []
        unit = UNITS.get(role, OFFICE)
        once = add_person(workspace, actor=OPERATOR, login=role.value, name=name_of(role), unit=unit, role=role, areas=areas)
        change_password(workspace, find_person(workspace, role.value), once, PASSPHRASE)
    raise_from_run(Casebook(workspace), find_run(workspace), at=datetime.now(UTC))
    workspace.register.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--server.address=127.0.0.1",
        f"--server.port={port}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
    ]
    environment = {name: value for name, value in os.environ.items() if name != "SCREENING_DATABASE_URL"} | {
        "SCREENING_HOME": str(home)
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "app.py"), *options], cwd=PROJECT_ROOT, env=environment
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield running
        running.close()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)
