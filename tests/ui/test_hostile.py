"""What is delivered is shown as text everywhere, whatever it pretends to be, and what a role may not read is on none of its pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from screening import pipeline
from screening.access import OPERATOR
from screening.cases.casebook import Casebook
from screening.follow_up import raise_from_run
from screening.reports.ranked_list import write_ranked_list
from screening.scoring.ranking import find_run, ranked
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.ui.places import CASES, ENTITY, LIST, PLACES
from screening.vocabulary import Kind, Role
from tests.promises.world import write_csv
from tests.ui.conftest import PASSPHRASE, served
from tests.ui.test_pages import shown
from tests.ui.walking import Walker

OpenApp = Callable[..., AppTest]
AS_OF = date(2026, 10, 31)
CODES = ("91440803MA9010033J", "91440803MA9010041D", "91440803MA9010025P", "92440803MA91000125")
NAMES = (
    '虚构<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>典当行',
    '=HYPERLINK("http://evil.invalid","虚构")打金店',
    "虚构\u202eli.dilavni\u202c💰👨‍👩‍👧‍👦 [点我](http://evil.invalid) ![](http://evil.invalid/x.png) :red[红] $x^2$ 金店",
    "虚构" + "很长" * 150 + "打金店",
)
HEAD, PHONE, WRITER, WRITER_PHONE = "司马绝密", "13800123456", "欧阳举报", "13800654321"
SAID = (
    '<script>window.pwned=1</script> 在{name}存了十万，保本保息年化24%，提不了现 ![](http://evil.invalid/y.png) =cmd|"/c calc"!A1'
)


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four firms with hostile names, a hostile complaint about each, scored, their alerts raised."""
    folder = tmp_path_factory.mktemp("hostile")
    home = folder / "home"
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    firms = [
        {
            "企业名称": name,
            "统一社会信用代码": code,
            "法定代表人": HEAD,
            "联系电话": PHONE,
            "住所": "湛江市霞山区解放街道<b>虚构路</b>1号",
            "所属街道": "解放街道",
        }
        for name, code in zip(NAMES, CODES, strict=True)
    ]
    complaints = [
        {
            "工单编号": f"=1+{number}",
            "诉求内容": SAID.format(name=name),
            "统一社会信用代码": code,
            "受理时间": "2026-10-20",
            "求助人员": WRITER,
            "求助号码": WRITER_PHONE,
        }
        for number, (name, code) in enumerate(zip(NAMES, CODES, strict=True))
    ]
    for kind, rows in ((Kind.ENTITIES, firms), (Kind.COMPLAINTS, complaints)):
        receipt = pipeline.load(workspace, [write_csv(folder / f"{kind.value}.csv", rows)], kind=kind, received=AS_OF)
        assert receipt.files[0]["accepted"] == len(NAMES)
    raise_from_run(Casebook(workspace), pipeline.score(workspace, as_of=AS_OF), at=datetime.now(UTC))
    workspace.register.close()
    return home


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_no_room_shows_a_role_whom_it_may_not_know(open_app: OpenApp, hostile_home: Path, role: Role) -> None:
    areas = frozenset({"440803001"}) if role in (Role.STREET, Role.GRID) else frozenset[str]()
    app = open_app(hostile_home, role=role, areas=areas)
    for place in PLACES:
        app.query_params["entity"] = CODES[0]
        app.switch_page(place.path).run()
        assert not app.exception, place
        text = shown(app)
        assert not [secret for secret in (HEAD, PHONE, WRITER, WRITER_PHONE) if secret in text], place


def test_lists_that_leave_carry_no_formula_and_whole_names(hostile_home: Path) -> None:
    workspace = Workspace(Settings(home=hostile_home, database_url=f"sqlite:///{(hostile_home / 'register.sqlite').as_posix()}"))
    run = find_run(workspace)
    path = hostile_home / "list.xlsx"
    firms = ranked(workspace, run, actor=OPERATOR)
    path.write_bytes(write_ranked_list(workspace, run, firms, actor=OPERATOR))
    workspace.register.close()
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {firm.name for firm in firms} <= {cell.value for cell in cells}
    assert {name for name in NAMES if "\u202e" not in name} <= {firm.name for firm in firms}


@pytest.mark.browser
def test_in_a_browser_nothing_runs_and_nothing_is_fetched(hostile_home: Path, browser: Browser) -> None:
    with served(hostile_home) as address:
        walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE)
        for where in ("", LIST.name, CASES.name, *(f"{ENTITY.name}?entity={code}" for code in CODES)):
            walker.go(f"/{where}")
            expect(walker.page.get_by_role("heading").first).to_be_visible()
            walker.page.wait_for_timeout(1000)
            assert walker.page.evaluate("window.pwned") is None
            assert not walker.page.locator("a[href*='//evil'], img[src*=evil]").count()
            assert walker.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        walker.go(f"/{ENTITY.name}?entity={CODES[0]}")
        walker.sees("window.pwned=1")
        assert not [url for url in walker.requested if "evil" in url]
