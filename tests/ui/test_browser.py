"""One walk through the dashboard in a real Chromium, as an officer would: upload, receipt, score, list, entity. Nothing leaves this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from screening.access import OPERATOR
from screening.accounts.people import add_person, change_password, find_person
from screening.rehearsal.digest import ALL_THE_SAME
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.places import ENTITY, LIST, REVIEW, RULEBOOK, SIGN_IN, UPLOAD
from screening.vocabulary import Role

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LOGIN, PASSPHRASE = "ceshi", "一句记得住的话 2026"
START_SECONDS = 60
STEP_MS = 60_000
OFFICE_SCREEN, PHONE = (1366, 768), (390, 844)
NEW_COMPLAINTS = PROJECT_ROOT / "data" / "sample" / "2026-10" / "07_12345工单_10月.xlsx"


@pytest.fixture
def address(own_scored_home: Path) -> Iterator[str]:
    """The address of a running dashboard over a workspace of its own, with one officer's account."""
    workspace = Workspace(
        Settings(home=own_scored_home, database_url=f"sqlite:///{(own_scored_home / 'register.sqlite').as_posix()}")
    )
    once = add_person(workspace, actor=OPERATOR, login=LOGIN, name="测试员", unit="区处非办", role=Role.OFFICER)
    change_password(workspace, find_person(workspace, LOGIN), once, PASSPHRASE)
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
        "SCREENING_HOME": str(own_scored_home)
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


def _open(browser: Browser, address: str, size: tuple[int, int], requested: list[str]) -> Page:
    """A page, signed in, that fails slowly enough for a busy machine and notes every address it asks."""
    page = browser.new_context(locale="zh-CN", viewport={"width": size[0], "height": size[1]}).new_page()
    page.set_default_timeout(STEP_MS)
    expect.set_options(timeout=STEP_MS)

    def note(request: Request) -> None:
        requested.append(request.url)

    page.on("request", note)
    page.on("websocket", lambda socket: requested.append(socket.url))
    page.goto(f"{address}{SIGN_IN}")
    page.get_by_label(words.LOGIN).fill(LOGIN)
    page.get_by_label(words.PASSWORD).fill(PASSPHRASE)
    page.get_by_role("button", name=words.SIGN_IN).click()
    page.wait_for_url(f"{address}/")
    return page


def _hosts(requested: list[str]) -> set[str | None]:
    return {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:"))}


def test_upload_receipt_score_list_entity(address: str, browser: Browser, tmp_path: Path) -> None:
    requested: list[str] = []
    page = _open(browser, address, OFFICE_SCREEN, requested)
    page.goto(address)
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first).to_be_visible()
    page.screenshot(path=tmp_path / "overview.png")

    page.get_by_role("link", name=UPLOAD.title).first.click()
    page.locator("input[type=file]").set_input_files(NEW_COMPLAINTS)
    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.get_by_text("本次没有新增")).to_be_visible()
    page.screenshot(path=tmp_path / "upload.png")

    page.get_by_role("button", name="开始评分").click()
    expect(page.get_by_text("评分完成")).to_be_visible()
    page.get_by_role("link", name="看核查次序").click()
    expect(page.get_by_role("heading", name=LIST.title)).to_be_visible()
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    page.wait_for_timeout(1500)  # the grid is drawn on a canvas: nothing to wait for
    page.screenshot(path=tmp_path / "list.png")
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 400, box["y"] + 60)  # on the first row's name
    expect(page.get_by_role("heading", name="为什么是这个分值")).to_be_visible()
    assert f"/{ENTITY.name}?entity=" in page.url
    page.screenshot(path=tmp_path / "entity.png")
    assert _hosts(requested) == {"127.0.0.1"}


def test_filters_stay_in_the_address_and_come_back_with_it(address: str, browser: Browser) -> None:
    requested: list[str] = []
    page = _open(browser, address, OFFICE_SCREEN, requested)
    page.goto(address)
    page.get_by_role("link", name="看名单").first.click()
    expect(page.get_by_role("heading", name=LIST.title)).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    page.wait_for_url("**/list?list.grade=*")
    filtered = page.url
    page.get_by_text("只看命中红线").click()
    page.wait_for_url("**list.red_line=true*")
    page.get_by_role("link", name="总览").first.click()
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    page.goto(filtered)
    expect(page.get_by_test_id("stMultiSelect").first).to_contain_text("红")
    assert _hosts(requested) == {"127.0.0.1"}


def test_a_complaint_is_settled_by_keyboard(address: str, browser: Browser) -> None:
    requested: list[str] = []
    page = _open(browser, address, OFFICE_SCREEN, requested)
    page.goto(f"{address}/{REVIEW.name}")
    expect(page.get_by_role("button", name="是这一家").first).to_be_enabled()
    page.get_by_role("heading", name=REVIEW.title).click()
    page.keyboard.press("1")
    expect(page.get_by_text("重新评分后生效")).to_be_visible()
    page.get_by_role("tab", name="已作的判断").click()
    expect(page.get_by_text("测试员（区处非办）").first).to_be_visible()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()
    assert _hosts(requested) == {"127.0.0.1"}


def test_an_unchanged_draft_is_rehearsed(address: str, browser: Browser) -> None:
    requested: list[str] = []
    page = _open(browser, address, OFFICE_SCREEN, requested)
    page.goto(f"{address}/{RULEBOOK.name}")
    page.get_by_text("演练与启用", exact=True).click()
    page.get_by_role("button", name="演练", exact=True).click()
    expect(page.get_by_text(ALL_THE_SAME)).to_be_visible()
    expect(page.get_by_role("tab", name="2026年09月")).to_be_visible()
    expect(page.get_by_role("heading", name="历次版本")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert _hosts(requested) == {"127.0.0.1"}


def test_every_room_fits_a_phone(address: str, browser: Browser) -> None:
    requested: list[str] = []
    page = _open(browser, address, PHONE, requested)
    for path in ("", UPLOAD.name, LIST.name, ENTITY.name, REVIEW.name, RULEBOOK.name):
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert _hosts(requested) == {"127.0.0.1"}


def test_signing_out_leads_to_the_door_and_shuts_every_window(address: str, browser: Browser) -> None:
    requested: list[str] = []
    page = _open(browser, address, OFFICE_SCREEN, requested)
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    expect(page.get_by_text("测试员")).to_be_visible()
    page.get_by_role("button", name=words.SIGN_OUT).click()
    page.wait_for_url(f"{address}{SIGN_IN}")
    page.goto(f"{address}/{LIST.name}")
    page.wait_for_url(f"{address}{SIGN_IN}")
    assert _hosts(requested) == {"127.0.0.1"}
