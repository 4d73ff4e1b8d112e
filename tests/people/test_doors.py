"""The doors of a running dashboard, asked over HTTP as a browser and as somebody who is none would."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from screening.access import OPERATOR
from screening.accounts.people import add_person, change_password, find_person, set_disabled
from screening.settings import PROJECT_ROOT
from screening.store.workspace import Workspace
from screening.ui.places import PASSWORD, SESSION_COOKIE, SIGN_IN, SIGN_OUT, SSO
from screening.vocabulary import Role
from tests.homes import open_home

GOOD, BETTER = "海边的灯塔亮着 9 盏", "山上的茶园有 12 亩"
START_SECONDS = 120
ONCE = re.compile(r"admin，一次性密码 (\S+)")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(url)


@dataclass
class Visitor:
    """A browser without scripts: keeps cookies, follows nothing by itself."""

    address: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    headers: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        """Status and text; the answer's headers stay in `headers`."""
        stay = type("Stay", (urllib.request.HTTPRedirectHandler,), {"redirect_request": lambda *_: None})
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), stay)
        url = path if path.startswith("http") else self.address + path
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(url, data, headers)
        try:
            with opener.open(request, timeout=60) as answer:
                status, text, found = answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            status, text, found = error.code, error.read().decode(), error.headers
        self.headers = list(found.items())
        return status, text

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        """Send a form as the server gave it to this visitor."""
        _, page = self.ask(SIGN_IN if path != PASSWORD else PASSWORD)
        token = re.search(r'name="form" value="([^"]+)"', page)
        return self.ask(path, {**fields, "form": token[1] if token else self.cookie("screening_form")}, **headers)

    def cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self.jar if cookie.name == name), "")

    def sign_in(self, login: str, password: str) -> int:
        return self.post(SIGN_IN, {"login": login, "password": password})[0]


@dataclass
class Server:
    address: str
    home: Path
    said: Callable[[], str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard over an empty workspace, and what its console said."""
    home, port = tmp_path_factory.mktemp("doors") / "home", free_port()
    console = home.parent / "console.txt"
    environment = {k: v for k, v in os.environ.items() if k not in ("SCREENING_DATABASE_URL", "SCREENING_OIDC_URL")}
    with console.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "app.py"), f"--server.port={port}"],
            cwd=PROJECT_ROOT,
            env=environment | {"SCREENING_HOME": str(home), "PYTHONUTF8": "1"},
            stderr=stream,
            stdout=stream,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield Server(f"http://127.0.0.1:{port}", home, lambda: console.read_text(encoding="utf-8"))
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture(scope="module")
def office(server: Server) -> Iterator[Workspace]:
    workspace = open_home(server.home)
    once = add_person(workspace, actor=OPERATOR, login="zhang", name="张某", unit="区处非办", role=Role.OFFICER)
    change_password(workspace, find_person(workspace, "zhang"), once, GOOD)
    yield workspace
    workspace.register.close()


def test_without_a_session_nothing_but_the_door_opens(server: Server) -> None:
    stranger = Visitor(server.address)
    for path in ("/", "/list", "/upload", "/_stcore/host-config", "/_stcore/stream", "/static/js/x.js", "/auth/login", PASSWORD):
        status, text = stranger.ask(path)
        assert (status, stranger.header("location")) == (303, [SIGN_IN]), path
        assert "streamlit" not in text.lower()
    assert stranger.ask("/_stcore/health")[0] == 200


def test_the_socket_stays_shut_without_a_session(server: Server, office: Workspace) -> None:
    def upgrade(cookie: str) -> int:
        host = server.address.removeprefix("http://")
        with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), timeout=60) as line:
            line.sendall(
                f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {server.address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: streamlit\r\n{cookie}\r\n".encode()
            )
            return int(line.recv(64).split()[1])

    assert upgrade("") == 403
    assert upgrade(f"Cookie: {SESSION_COOKIE}=forged\r\n") == 403
    visitor = Visitor(server.address)
    visitor.sign_in("zhang", GOOD)
    assert upgrade(f"Cookie: {SESSION_COOKIE}={visitor.cookie(SESSION_COOKIE)}\r\n") == 101


def test_the_first_administrator_comes_in_with_what_the_console_said_once(server: Server) -> None:
    said = ONCE.findall(server.said())
    assert len(said) == 1
    admin = Visitor(server.address)
    assert admin.sign_in("admin", said[0]) == 303
    assert admin.header("location") == [PASSWORD]
    assert admin.ask("/")[0] == 303 and admin.header("location") == [PASSWORD], "a one-time password opens nothing else"
    weak = {"old": said[0], "new": "短", "again": "短"}
    assert admin.post(PASSWORD, weak)[0] == 400
    assert admin.post(PASSWORD, {"old": said[0], "new": BETTER, "again": GOOD})[0] == 400
    assert admin.post(PASSWORD, {"old": said[0], "new": BETTER, "again": BETTER})[0] == 303
    assert admin.ask("/")[0] == 200
    assert Visitor(server.address).sign_in("admin", said[0]) == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server, office: Workspace) -> None:
    visitor = Visitor(server.address)
    visitor.ask(SIGN_IN)
    (form_cookie,) = visitor.header("set-cookie")
    assert "HttpOnly" in form_cookie and "SameSite=strict" in form_cookie
    assert (
        "no-store" in visitor.header("cache-control")[0]
        and "frame-ancestors 'none'" in visitor.header("content-security-policy")[0]
    )
    assert visitor.sign_in("zhang", GOOD) == 303
    (cookie,) = visitor.header("set-cookie")
    assert cookie.startswith(SESSION_COOKIE) and "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert visitor.ask("/")[0] == 200


def test_a_form_that_another_site_made_is_refused(server: Server, office: Workspace) -> None:
    visitor = Visitor(server.address)
    fields = {"login": "zhang", "password": GOOD}
    assert visitor.ask(SIGN_IN, fields)[0] == 403, "no token"
    visitor.ask(SIGN_IN)
    assert visitor.ask(SIGN_IN, {**fields, "form": "guessed"})[0] == 403
    assert visitor.post(SIGN_IN, fields, Origin="http://evil.invalid")[0] == 403
    assert visitor.ask(SIGN_IN, {"form": visitor.cookie("screening_form"), "login": "x" * 20_000})[0] == 403
    assert not visitor.cookie(SESSION_COOKIE)


def test_wrong_locked_disabled_and_signed_out(server: Server, office: Workspace) -> None:
    once = add_person(office, actor=OPERATOR, login="li", name="李某", unit="区处非办", role=Role.OFFICER)
    change_password(office, find_person(office, "li"), once, BETTER)
    visitor = Visitor(server.address)
    assert visitor.sign_in("li", BETTER) == 303 and visitor.ask("/")[0] == 200
    assert visitor.ask(SIGN_OUT, {"form": visitor.cookie("screening_form")})[0] == 303
    assert visitor.ask("/")[0] == 303
    assert visitor.sign_in("li", BETTER) == 303
    set_disabled(office, "li", disabled=True, actor=OPERATOR)
    assert visitor.ask("/")[0] == 303 and Visitor(server.address).sign_in("li", BETTER) == 401
    set_disabled(office, "li", disabled=False, actor=OPERATOR)
    assert [Visitor(server.address).sign_in("li", "不对的密码 12345") for _ in range(5)] == [401] * 5
    status, text = Visitor(server.address).post(SIGN_IN, {"login": "li", "password": BETTER})
    assert status == 401 and "锁定" in text


def test_without_a_service_there_is_no_such_door(server: Server) -> None:
    status, text = Visitor(server.address).ask(SSO)
    assert status == 404 and SSO not in text
