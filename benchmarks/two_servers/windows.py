"""Real browser windows, one on each server, doing by hand what a person does while thirty others work."""

import shutil
import time
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from benchmarks.door import come_in
from benchmarks.two_servers.office import write_entities
from screening.ui.places import LIST, OVERVIEW, SEARCH, UPLOAD
from screening.ui.words import INTERNAL_ERROR
from screening.vocabulary import Role

_PATIENCE_MS = 120_000
_ROOMS = (OVERVIEW, LIST, SEARCH)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]


def walk(addresses: list[str], password: str, seconds: float, folder: Path) -> list[str]:
    """From room to room, a file handed in at each round; what went wrong, as sentences. Every second round is made on the other server."""
    found: list[str] = []
    rounds, until = 0, time.monotonic() + seconds
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        pages = [_come_in(browser, address, f"{Role.OFFICER.value}{n}", password) for n, address in enumerate(addresses, 2)]
        while time.monotonic() < until:
            for number, page in enumerate(pages):
                address = addresses[(number + rounds) % 2]
                try:
                    _round(page, address, write_entities(folder, f"窗口{number}第{rounds}次", 20))
                except (Error, AssertionError) as error:
                    found.append(f"window {number} at {page.url}: {str(error)[:300]}")
                if page.get_by_text(INTERNAL_ERROR[0]).count():
                    found.append(f"window {number} at {page.url}: {INTERNAL_ERROR[0]}")
            rounds += 1
        browser.close()
    print(f"windows: {rounds} rounds of {len(pages)}, {len(found)} failed")
    return found


def _come_in(browser: Browser, address: str, login: str, password: str) -> Page:
    page = browser.new_context(locale="zh-CN").new_page()
    page.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    come_in(page, address, login, password)
    return page


def _round(page: Page, address: str, file: Path) -> None:
    """Cookies know no ports: whoever came in at one server is in at the other."""
    for room in _ROOMS:
        page.goto(f"{address}/{room.name}")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page.goto(f"{address}/{UPLOAD.name}")
    page.locator("input[type=file]").first.set_input_files(str(file))
    page.get_by_role("button", name="入库", exact=True).click()
    expect(page.get_by_text("已入库 20 行").first).to_be_visible()
