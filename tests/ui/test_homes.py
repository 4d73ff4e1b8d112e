"""Each role's home through `app.py`: what waits for them, in their order, with ways on; nothing of others."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.access import SYSTEM
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.home import Home, home
from screening.features.complaints import particulars
from screening.follow_up import raise_from_run
from screening.scoring.ranking import find_run
from screening.ui import words
from screening.ui.homes import HOMES
from screening.ui.places import CASE, DESK
from screening.vocabulary import Role
from tests.cases.office import STREET, Desk
from tests.homes import open_home
from tests.ui.conftest import person
from tests.ui.test_pages import shown

OpenApp = Callable[..., AppTest]
AREAS = {Role.STREET: frozenset({STREET}), Role.GRID: frozenset({STREET})}
STATES = ("B1", "B3", "B4", "C1", "D4", "D6", "E1", "F1")
AT_HOME = [role for role in HOMES if role is not Role.GRID]


@pytest.fixture(scope="module")
def busy(scored_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The scored sample with its alerts as cases, and one case more in each of several states, four weeks old, of entities of the first subdistrict."""
    folder = Path(shutil.copytree(scored_home, tmp_path_factory.mktemp("busy") / "home"))
    workspace = open_home(folder)
    desk = Desk(Casebook(workspace))
    raise_from_run(desk.book, find_run(workspace), at=datetime.now(UTC))
    alerts = [case for case in desk.book.cases(SYSTEM) if case.place == STREET]
    at = datetime.now(UTC) - timedelta(days=28)
    for state, alert in zip(STATES, alerts, strict=False):
        table: dict[str, object] | None = {"invited": [], "opinions": []} if state == "C1" else None
        desk.put(state, at=at, entity_id=alert.entity_id, entity_name=f"{alert.entity_name}*{state}", session=table)
    yield desk
    workspace.register.close()


def core(desk: Desk, role: Role) -> Home:
    """What the core says to the same person."""
    return home(desk.book, person(role, AREAS.get(role, frozenset())).actor, datetime.now(UTC))


def opened(open_app: OpenApp, desk: Desk, role: Role) -> AppTest:
    app = open_app(desk.book.workspace.home, role=role, areas=AREAS.get(role, frozenset()))
    assert not app.exception and not app.error
    assert app.title[0].value == DESK.title, "the room one comes into"
    return app


def linked(app: AppTest) -> str:
    """Labels of all links, as they read."""
    return "\n".join(str(link.proto.label) for link in app.get("page_link")).replace("\\", "")


def in_state(desk: Desk, state: str) -> Case:
    return next(case for case in desk.book.cases(SYSTEM, states=[state]) if case.entity_name.endswith(state))


@pytest.mark.parametrize("role", AT_HOME)
def test_every_home_opens_with_its_sections_and_shows_only_cases_in_sight(open_app: OpenApp, busy: Desk, role: Role) -> None:
    app = opened(open_app, busy, role)
    mine, text = core(busy, role), shown(app) + linked(app)
    for state in STATES[:-1]:
        name = in_state(busy, state).entity_name
        if name not in {case.entity_name for case in mine.open}:
            assert name not in text, "nothing of what others see"
    for case in [*mine.desk.to_speak, *mine.desk.to_decide][:8]:
        assert case.entity_name in text
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures.get("轮到我办", f"{len(mine.desk.to_do)} 件") == f"{len(mine.desk.to_do)} 件"
    assert figures.get("已逾期", f"{len(mine.late)} 件") == f"{len(mine.late)} 件"


def test_the_office_begins_with_what_is_new_and_late(open_app: OpenApp, busy: Desk) -> None:
    app = opened(open_app, busy, Role.OFFICER)
    mine = core(busy, Role.OFFICER)
    headers = [header.value for header in app.header]
    assert headers[:2] == [f"新预警和线索，等初筛（{len(mine.fresh)}）", f"逾期 {len(mine.late)} 件，快到期 {len(mine.soon)} 件"]
    assert "覆盖一览" in headers
    assert mine.fresh[0].entity_name in linked(app) and mine.late[0].case.entity_name in linked(app)
    assert in_state(busy, "B4").entity_name in linked(app), "a review is the office's turn"


def test_a_subdistrict_sees_where_to_go_and_comes_to_the_form(open_app: OpenApp, busy: Desk) -> None:
    app = opened(open_app, busy, Role.STREET)
    visits = core(busy, Role.STREET).visits
    assert app.header[0].value == f"我要上门的（{len(visits)}）"
    workspace, actor = busy.book.workspace, person(Role.STREET, AREAS[Role.STREET]).actor
    known = particulars(workspace, find_run(workspace), [str(case.entity_id) for case in visits], actor=actor)
    for case in visits:
        row = known[str(case.entity_id)]
        assert case.entity_name in shown(app)
        assert (row["address_biz"] or row["address_reg"]) in shown(app)
    sheet = in_state(busy, "B3")
    app.button(key=f"desk.visit.{sheet.case_id}").click().run()
    assert not app.exception
    assert app.title[0].value.replace("\\", "") == sheet.entity_name
    assert app.query_params["case"] in (sheet.case_id, [sheet.case_id])


def test_a_grid_worker_without_a_task_is_told_so(open_app: OpenApp, busy: Desk) -> None:
    app = opened(open_app, busy, Role.GRID)
    assert "现在没有派给您上门的" in shown(app)
    assert not app.button(key="house.sign_out").disabled
    assert not [button for button in app.button if str(button.key).startswith("desk.visit")]


@pytest.mark.parametrize(("role", "state"), [(Role.MARKET, "D4"), (Role.POLICE, "D6")])
def test_a_unit_sees_what_was_sent_to_it_and_until_when_to_answer(open_app: OpenApp, busy: Desk, role: Role, state: str) -> None:
    app = opened(open_app, busy, role)
    headers = [header.value for header in app.header]
    assert headers[0] == f"移送给本单位的（{len(core(busy, role).desk.to_do)}）"
    assert in_state(busy, state).entity_name in linked(app)
    assert "到期（逾期" in shown(app)
    assert any(header.startswith("等本单位会商意见") for header in headers)


def test_the_leader_reads_one_page(open_app: OpenApp, busy: Desk) -> None:
    app = opened(open_app, busy, Role.LEADER)
    headers = [header.value for header in app.header]
    assert headers[0] == "现在的情况" and {"逐月走势", "从预警到办结", "覆盖一览"} < set(headers)
    run = find_run(busy.book.workspace)
    assert {metric.label: metric.value for metric in app.metric}["红"] == f"{run.summary['by_grade']['red']} 户"
    assert words.NOT_A_FINDING in shown(app)


def test_what_somebody_asked_for_waits_on_the_home_of_who_decides(open_app: OpenApp, busy: Desk) -> None:
    case = in_state(busy, "B4")
    row = next(row for row in busy.book.workflow.rows("B4", "F1"))
    if case.pending is None:
        busy.move(person(Role.OFFICER, name="虚经办").actor, case, "F1", busy.papers(row.needs))
    app = opened(open_app, busy, Role.CHIEF)
    assert app.header[0].value == "等我批准（1）"
    assert case.entity_name in linked(app) and "提请：办结" in shown(app)


def test_a_home_leads_to_the_case(open_app: OpenApp, busy: Desk) -> None:
    case = core(busy, Role.OFFICER).late[0].case
    app = open_app(busy.book.workspace.home, CASE, role=Role.OFFICER, case=case.case_id)
    assert app.title[0].value.replace("\\", "") == case.entity_name


@pytest.mark.parametrize("role", [Role.OFFICER, Role.STREET, Role.LEADER])
def test_an_empty_home_says_that_nothing_waits(open_app: OpenApp, tmp_path: Path, role: Role) -> None:
    app = open_app(tmp_path, role=role, areas=AREAS.get(role, frozenset()))
    assert not app.exception and not app.error
    assert words.NOTHING_WAITS in shown(app)
    assert (words.FIRST_STEPS[0] in shown(app)) == (role is Role.OFFICER), "only who may upload is told to"
