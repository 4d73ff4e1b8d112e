"""One walk through the dashboard in a real Chromium, as an officer would: upload, receipt, score, list, entity. Nothing leaves this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from screening.rehearsal.digest import ALL_THE_SAME
from screening.settings import PROJECT_ROOT
from screening.ui import words
from screening.ui.places import DESK, ENTITY, LIST, OVERVIEW, REVIEW, RULEBOOK, SIGN_IN, UPLOAD
from screening.vocabulary import Role
from tests.ui.conftest import OFFICE, PASSPHRASE, name_of, served
from tests.ui.walking import OFFICE_SCREEN, PHONE, Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFICER_SIGNATURE = f"{name_of(Role.OFFICER)}（{OFFICE}）"
NEW_COMPLAINTS = PROJECT_ROOT / "data" / "sample" / "2026-10" / "07_12345工单_10月.xlsx"


@pytest.fixture(scope="module")
def address(scored_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One dashboard for all walks here: none asks for what another leaves behind."""
    with served(Path(shutil.copytree(scored_home, tmp_path_factory.mktemp("browser") / "home"))) as running:
        yield running


def _hosts(requested: list[str]) -> set[str | None]:
    return {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:"))}


def test_upload_receipt_score_list_entity(address: str, browser: Browser, tmp_path: Path) -> None:
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE, OFFICE_SCREEN)
    page, requested = walker.page, walker.requested
    page.goto(f"{address}/{OVERVIEW.name}")
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
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE, OFFICE_SCREEN)
    page, requested = walker.page, walker.requested
    page.goto(f"{address}/{OVERVIEW.name}")
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
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE, OFFICE_SCREEN)
    page, requested = walker.page, walker.requested
    page.goto(f"{address}/{REVIEW.name}")
    expect(page.get_by_role("button", name="是这一家").first).to_be_enabled()
    page.get_by_role("heading", name=REVIEW.title).click()
    page.keyboard.press("1")
    expect(page.get_by_text("重新评分后生效")).to_be_visible()
    page.get_by_role("tab", name="已作的判断").click()
    expect(page.get_by_text(OFFICER_SIGNATURE).first).to_be_visible()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()
    assert _hosts(requested) == {"127.0.0.1"}


def test_an_unchanged_draft_is_rehearsed(address: str, browser: Browser) -> None:
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE, OFFICE_SCREEN)
    page, requested = walker.page, walker.requested
    page.goto(f"{address}/{RULEBOOK.name}")
    page.get_by_text("演练与启用", exact=True).click()
    page.get_by_role("button", name="演练", exact=True).click()
    expect(page.get_by_text(ALL_THE_SAME)).to_be_visible()
    expect(page.get_by_role("tab", name="2026年09月")).to_be_visible()
    expect(page.get_by_role("heading", name="历次版本")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert _hosts(requested) == {"127.0.0.1"}


def test_every_room_fits_a_phone(address: str, browser: Browser) -> None:
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE, PHONE)
    page, requested = walker.page, walker.requested
    for path in ("", UPLOAD.name, LIST.name, ENTITY.name, REVIEW.name, RULEBOOK.name):
        walker.go(f"/{path}")
        expect(page.get_by_role("heading").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert _hosts(requested) == {"127.0.0.1"}


def test_signing_out_leads_to_the_door_and_shuts_every_window(address: str, browser: Browser) -> None:
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE, OFFICE_SCREEN)
    page, requested = walker.page, walker.requested
    expect(page.get_by_role("heading", name=DESK.title)).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_text(OFFICER_SIGNATURE)).to_be_visible()
    page.get_by_role("button", name=words.SIGN_OUT).click()
    page.wait_for_url(f"{address}{SIGN_IN}")
    page.goto(f"{address}/{LIST.name}")
    page.wait_for_url(f"{address}{SIGN_IN}")
    assert _hosts(requested) == {"127.0.0.1"}
