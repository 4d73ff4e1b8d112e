"""Real `screening serve` processes, and a visitor who comes to them over HTTP."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from screening.settings import PROJECT_ROOT
from screening.ui.places import SESSION_COOKIE, SIGN_IN, SIGN_OUT

_START_SECONDS = 600  # of a machine that has other things to do as well
_PATIENCE_SECONDS = 120
_TOKEN = re.compile(r'name="form" value="([^"]+)"')


@contextmanager
def served(environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """A server over the workspace that the environment names; what it says goes to the log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "screening.cli", "serve", "--port", str(port)]
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=os.environ | environment, stdout=stream, stderr=subprocess.STDOUT
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=_START_SECONDS)


def wait_for(address: str) -> None:
    """Until it answers; raises `TimeoutError`."""
    deadline = time.monotonic() + _START_SECONDS
    with httpx.Client(timeout=5) as visitor:
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                if visitor.get(f"{address}/_stcore/health").is_success:
                    return
            time.sleep(0.5)
    raise TimeoutError(address)


def sign_in(address: str, login: str, password: str) -> httpx.Client:
    """A browser without scripts that is signed in there."""
    visitor = httpx.Client(base_url=address, timeout=_PATIENCE_SECONDS)
    token = _TOKEN.search(visitor.get(SIGN_IN).text)
    assert token, "a form with a token"
    answer = visitor.post(SIGN_IN, data={"login": login, "password": password, "form": token[1]})
    assert answer.status_code == 303 and visitor.cookies.get(SESSION_COOKIE), answer.text
    return visitor


def sign_out(visitor: httpx.Client) -> None:
    """Out, on every server."""
    visitor.post(SIGN_OUT, data={"form": visitor.cookies["screening_form"]})


def is_in(address: str, visitor: httpx.Client) -> bool:
    """Whether that server lets in whom another signed in."""
    answer = httpx.get(
        f"{address}/", cookies={SESSION_COOKIE: visitor.cookies.get(SESSION_COOKIE) or ""}, timeout=_PATIENCE_SECONDS
    )
    return answer.status_code == 200
