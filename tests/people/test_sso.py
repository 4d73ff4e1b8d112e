"""A unit's own sign-in service, a real OpenID Connect provider on loopback, lets in whom an account names and nobody else."""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.access import OPERATOR
from screening.accounts.people import add_person, list_people
from screening.settings import PROJECT_ROOT
from screening.ui.places import SESSION_COOKIE, SIGN_IN, SSO
from screening.vocabulary import Role
from tests.homes import open_home
from tests.people.test_doors import Visitor, free_port, wait_for


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider that knows three people."""
    port = free_port()
    users = [
        word for sub in ("gov-7001", "gov-7002", "zhang") for word in ("--user-claims", json.dumps({"sub": sub, "name": sub}))
    ]
    process = subprocess.Popen([sys.executable, "-m", "oidc_provider_mock", "-p", str(port), *users])
    try:
        wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sso") / "home"
    workspace = open_home(home)
    for login, subject in (("zhang", "gov-7001"), ("li", None)):
        add_person(workspace, actor=OPERATOR, login=login, name=login, unit="区处非办", role=Role.OFFICER, sso_subject=subject)
    workspace.register.close()
    return home


@pytest.fixture(scope="module")
def address(home: Path, provider: str) -> Iterator[str]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "SCREENING_DATABASE_URL"}
    oidc = {
        "SCREENING_OIDC_URL": f"{provider}/.well-known/openid-configuration",
        "SCREENING_OIDC_CLIENT": "screening",
        "SCREENING_OIDC_SECRET": "s",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "app.py"), f"--server.port={port}"],
        cwd=PROJECT_ROOT,
        env=environment | oidc | {"SCREENING_HOME": str(home)},
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def come_in(address: str, subject: str) -> tuple[Visitor, int, str]:
    """Through the service as that person and back; the visitor, the last status and its text."""
    visitor = Visitor(address)
    assert SSO in visitor.ask(SIGN_IN)[1]
    assert visitor.ask(SSO)[0] in (302, 303, 307)
    (there,) = visitor.header("location")
    assert "code_challenge_method=S256" in there and urllib.parse.urlsplit(there).hostname == "127.0.0.1"
    status, _ = visitor.ask(there, {"sub": subject})
    assert status in (302, 303)
    (back,) = visitor.header("location")
    return visitor, *visitor.ask(back)


def test_an_account_that_names_the_person_lets_them_in(address: str) -> None:
    visitor, status, _ = come_in(address, "gov-7001")
    assert status == 303 and visitor.cookie(SESSION_COOKIE)


@pytest.mark.parametrize("subject", ["gov-7002", "zhang"])
def test_nobody_else_comes_in_and_no_account_is_made(address: str, home: Path, subject: str) -> None:
    visitor, status, text = come_in(address, subject)
    assert status == 403 and "没有对应的账号" in text and not visitor.cookie(SESSION_COOKIE)
    workspace = open_home(home)
    assert {person.login for person in list_people(workspace, actor=OPERATOR)} == {"zhang", "li", "admin"}
    workspace.register.close()


def test_an_answer_nobody_asked_for_is_refused(address: str) -> None:
    visitor = Visitor(address)
    assert visitor.ask("/sign-in/sso/back?code=stolen&state=guessed")[0] == 502
    assert not visitor.cookie(SESSION_COOKIE)
