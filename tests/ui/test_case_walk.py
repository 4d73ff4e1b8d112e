"""The guided demo of docs/demo.md in a real Chromium, each step by whom it belongs to: upload, score, send out, the visit on a phone, the joint
session, the referral. With `DEMO_PICTURES` naming a folder, the pictures of docs/demo.md are taken on the way."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, expect

from screening.access import OPERATOR, SYSTEM
from screening.cases import audit
from screening.cases.casebook import Casebook
from screening.cases.visits import visits
from screening.reference.clock import local_day
from screening.scoring.ranking import Filter, find_run, ranked
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.vocabulary import Grade, Role
from tests.ui.conftest import PASSPHRASE
from tests.ui.walking import OFFICE_SCREEN, PHONE, Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEW = PROJECT_ROOT / "data" / "sample" / "walk" / "12345工单_11月第一周.csv"
FIRM, ENTITY_ID, DAY = "例壬福金行", "92440803MA911529X8", "2026-11-06"


def picture(walker: Walker, name: str) -> None:
    """Take a picture for docs/demo.md, when asked to."""
    if folder := os.environ.get("DEMO_PICTURES"):
        walker.page.wait_for_timeout(1500)
        walker.page.screenshot(path=Path(folder) / f"demo-{name}.png")


def upload_and_score(officer: Walker) -> None:
    """The week's complaints go in, the list is scored anew."""
    officer.go("/upload")
    officer.attach(words.DROP_HERE, [NEW])
    officer.day("收到日期", DAY)
    officer.press("入库")
    officer.sees("已入库 5 行")
    picture(officer, "1-receipt")
    officer.day("评分截止日期", DAY)
    officer.press("开始评分")
    officer.sees("评分完成")
    officer.go(f"/entity?entity={ENTITY_ID}")
    expect(officer.page.get_by_role("heading", name=FIRM)).to_be_visible()
    officer.sees("等级：红")
    picture(officer, "2-entity")


def send_out(officer: Walker) -> None:
    """The firm is found in the list and its visit sent out."""
    officer.go(f"/list?list.text={FIRM}")
    officer.sees("共 1 户")
    officer.page.get_by_text(words.SEND_OUT).click()
    officer.sees("核查要点")
    table = officer.page.get_by_test_id("stDataFrame")
    expect(table.locator("canvas").first).to_be_visible()
    officer.page.wait_for_timeout(1500)  # the grid is drawn on a canvas: nothing to wait for
    box = table.bounding_box()
    assert box is not None
    officer.page.mouse.click(box["x"] + 20, box["y"] + 60)
    officer.sees("派发选中的 1 户")
    officer.fill("核查要点", "查看有没有托管合同和返利海报")
    picture(officer, "3-send")
    officer.press("派发选中的 1 户")
    officer.sees("已派发 1 件")


def month_report(chief: Walker, folder: Path) -> str:
    """The month's report is looked at, found to reconcile and taken along; returns its words."""
    chief.go("/reports")
    chief.choose("月份", DAY[:7])
    chief.page.get_by_text("看这个月的数字").click()
    chief.sees("勾稽全部相符")
    picture(chief, "7-report")
    chief.page.get_by_text("生成文件").click()
    with chief.page.expect_download() as taken:
        chief.page.get_by_role("button", name=re.compile("下载 .*docx")).first.click()
    path = folder / "月报.docx"
    taken.value.save_as(path)
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def walk(sign_in: Callable[..., Walker], case: str, folder: Path) -> None:
    """One case through the hands of five units."""
    photo = folder / "现场.jpg"
    photo.write_bytes(b"\xff\xd8\xff picture")
    place = f"/case?case={case}"

    officer = sign_in(Role.OFFICER)
    upload_and_score(officer)
    send_out(officer)

    street = sign_in(Role.STREET, PHONE)
    street.go(place)
    street.choose("下一步", "核查中")
    for number, name in enumerate(("虚甲", "虚乙"), start=1):
        street.fill(f"第 {number} 人姓名", name)
    street.press("办理")
    street.sees("现在：核查中")
    street.choose("下一步", "待审核")
    street.day("核查日期", local_day(datetime.now(UTC)).isoformat())
    for number, name in enumerate(("虚甲", "虚乙"), start=1):
        street.fill(f"第 {number} 人姓名", name)
        street.fill(f"第 {number} 人执法证号", f"粤G00{number}")
    street.choose("核查发现（S01–S14）", "S02")
    street.fill("海报内容（可不填）", "保本保息")
    street.attach("现场照片", [photo])
    street.fill("现场情况", "店内张贴返利海报")
    picture(street, "4-visit")
    street.press("办理")
    street.sees("现在：待审核")
    assert street.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "fits the phone"

    officer.go(place)
    officer.sees("保本保息")
    officer.choose("下一步", "会商研判")
    officer.fill("依据和理由", "海报承诺保本保息")
    officer.press("办理")
    officer.sees("现在：会商研判")
    for walker in (officer, sign_in(Role.MARKET), sign_in(Role.POLICE)):
        walker.go(f"/sessions?sessions.case={case}")
        walker.choose("建议的处置", "移送市场监管")
        walker.fill("意见和理由", "涉嫌违法广告")
        walker.press("提交意见")
        walker.sees("涉嫌违法广告")
    chief = sign_in(Role.CHIEF)
    chief.go(f"/sessions?sessions.case={case}")
    picture(chief, "5-session")
    chief.unfold("形成纪要")
    chief.choose("决定的处置", "移送市场监管")
    chief.fill("纪要（定级、处置、分工、时限）", "定橙，移送市场监管查处广告")
    chief.press("形成纪要")
    chief.sees("纪要：决定移送市场监管")

    officer.go(place)
    officer.choose("下一步", "移送市场监管")
    officer.fill("移送或通报的事实", "张贴保本保息海报")
    officer.attach("证据清单", [photo])
    officer.fill("依据和理由", "条例第十一条")
    officer.press("提请")
    officer.sees("等批准")
    chief.go(place)
    chief.press("批准")
    chief.sees("现在：移送市场监管")
    market = sign_in(Role.MARKET)
    market.go(place)
    market.choose("下一步", "待部门反馈")
    market.press("办理")
    market.sees("现在：待部门反馈")
    picture(market, "6-referral")
    report = month_report(chief, folder)
    assert FIRM not in report, "the month's report counts firms and names none in its figures"
    assert "移送" in report
    for walker in (officer, street, chief, market):
        assert {url.split("/")[2].split(":")[0] for url in walker.requested if url.startswith(("http", "ws"))} == {"127.0.0.1"}


def test_the_guided_demo(address: str, browser: Browser, own_scored_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=own_scored_home, database_url=f"sqlite:///{(own_scored_home / 'register.sqlite').as_posix()}")
    workspace = Workspace(settings)
    (before,) = ranked(workspace, find_run(workspace), Filter(text=ENTITY_ID), actor=OPERATOR)
    assert before.grade is Grade.YELLOW, "the new complaints change something"
    case = next(c for c in Casebook(workspace).cases(SYSTEM) if c.entity_id == ENTITY_ID)
    walk(lambda role, size=OFFICE_SCREEN: Walker(browser, address, role.value, PASSPHRASE, size), case.case_id, tmp_path)
    after = Casebook(workspace).case(SYSTEM, case.case_id)
    assert (after.state, after.came_from) == ("E2", "D4")
    assert audit.verify(workspace).is_sound
    (record,) = visits(workspace.register, case_id=case.case_id)
    assert [finding["code"] for finding in record.findings] == ["S02"] and record.unit == "解放街道办"
    workspace.register.close()


def test_the_desk_and_a_new_lead(address: str, browser: Browser) -> None:
    officer = Walker(browser, address, Role.OFFICER.value, PASSPHRASE)
    officer.sees("轮到我办")
    officer.go("/cases")
    officer.fill("反映的是谁", "虚构路口的黄金店<b>")
    officer.fill("反映什么（不写举报人是谁）", "说黄金托管每月返利，群众电话 13812341234")
    officer.press("登记")
    officer.sees("新立案件：XS-")
    officer.page.get_by_role("link", name="虚构路口的黄金店").click()
    officer.sees("线索摘要：说黄金托管每月返利")
    assert "13812341234" not in officer.page.inner_text("body")
