"""A case from the desk to the referral, each step by whom it belongs to, in a real Chromium: the visit on a phone."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from screening.access import SYSTEM
from screening.cases import audit
from screening.cases.casebook import Casebook
from screening.cases.visits import visits
from screening.reference.workdays import local_day
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role
from tests.ui.conftest import PASSPHRASE
from tests.ui.walking import OFFICE_SCREEN, PHONE, Walker

pytestmark = pytest.mark.browser


def walk(sign_in: Callable[..., Walker], case: str, folder: Path) -> None:
    """One case through the hands of five units."""
    photo = folder / "现场.jpg"
    photo.write_bytes(b"\xff\xd8\xff picture")
    place = f"/case?case={case}"

    officer = sign_in(Role.OFFICER)
    officer.go(place)
    officer.choose("下一步", "已派发")
    officer.fill("核查要点", "查看有没有托管合同和返利海报")
    officer.press("办理")
    officer.sees("现在：已派发")

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
        walker.go(place)
        walker.choose("建议的处置", "移送市场监管")
        walker.fill("意见和理由", "涉嫌违法广告")
        walker.press("提交意见")
        walker.sees("涉嫌违法广告")
    chief = sign_in(Role.CHIEF)
    chief.go(place)
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
    for walker in (officer, street, chief, market):
        assert {url.split("/")[2].split(":")[0] for url in walker.requested if url.startswith(("http", "ws"))} == {"127.0.0.1"}


def test_a_case_from_desk_to_referral(address: str, browser: Browser, own_scored_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=own_scored_home, database_url=f"sqlite:///{(own_scored_home / 'register.sqlite').as_posix()}")
    workspace = Workspace(settings)
    urgent = (Grade.RED, Grade.ORANGE)
    case = next(c for c in Casebook(workspace).cases(SYSTEM) if c.place == "440803001" and c.grade in urgent)
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
