"""Who sees which case, and what of it: the office all, a subdistrict its own, others what was shared with them, nobody the police's words but those told."""

from dataclasses import replace

import pytest

from screening.cases.sessions import give_opinion, record_session
from screening.cases.work import assign
from screening.errors import NotAllowed
from screening.store.sharing import shared_with
from screening.vocabulary import Role
from tests.cases.office import CHIEF, NOW, OFFICER, STREET_HAND, Desk, person

ALL = {Role.SYSTEM, Role.OFFICER, Role.CHIEF, Role.LEADER}
TOLD_BY_POLICE = "涉嫌犯罪，拟立案侦查"


@pytest.mark.parametrize(
    ("been", "more"),
    [
        (["A2"], set()),
        (["A2", "B1", "B3"], {Role.STREET}),
        (["A2", "B4"], {Role.STREET}),
        (["A2", "C1"], {Role.STREET, Role.MARKET, Role.POLICE, Role.INDUSTRY, Role.LEGAL}),
        (["A2", "C1", "D4"], {Role.STREET, Role.MARKET, Role.POLICE, Role.INDUSTRY, Role.LEGAL}),
        (["D4", "E2"], {Role.STREET, Role.MARKET}),
        (["D2", "D6", "E2"], {Role.STREET, Role.POLICE, Role.INDUSTRY}),
        (["D5", "E2"], {Role.STREET, Role.INDUSTRY}),
    ],
)
def test_each_role_sees_what_it_is_meant_to(desk: Desk, been: list[str], more: set[Role]) -> None:
    desk.put(been[-1], been=been)
    seen = {role for role in Role if desk.book.cases(person(role))}
    assert seen == ALL | more | {Role.STREET}, "the subdistrict sees what lies in it"


def test_a_subdistrict_sees_nothing_of_another(desk: Desk) -> None:
    case = desk.put("B3")
    elsewhere = person(Role.STREET, 2, frozenset({"440803002"}))
    assert desk.book.cases(elsewhere) == []
    for read in (desk.book.case, desk.book.events):
        with pytest.raises(NotAllowed, match="查看范围"):
            read(elsewhere, case.case_id)


def test_a_grid_worker_sees_the_task_and_its_entity_while_it_is_theirs(desk: Desk) -> None:
    worker, other = person(Role.GRID), person(Role.GRID, 2)
    case = desk.put("B1", summary="群众反映返利", rules={"RET-01": 20.0})
    assert desk.book.cases(worker) == []
    case = assign(desk.book, STREET_HAND, case.case_id, worker, version=case.version, at=NOW)
    (task,) = desk.book.cases(worker)
    assert (task.entity_name, task.rules, task.summary) == (case.entity_name, {}, "")
    assert {event.to_state for event in desk.book.events(worker, case.case_id)} == {"B1"}
    register = desk.book.workspace.register
    assert shared_with(register, worker) == {case.entity_id} and desk.book.cases(other) == []
    desk.through(desk.put("F1", entity_id=case.entity_id), desk.book.workflow.rows("F1", "F2")[0], Role.OFFICER)
    assert shared_with(register, worker) == frozenset(), "an archived case is nobody's task"


def test_what_is_sent_is_seen_by_whom_it_was_sent_to(desk: Desk) -> None:
    register, own, other = desk.book.workspace.register, person(Role.INDUSTRY), replace(person(Role.INDUSTRY), unit="区教育局")
    discussed = desk.put("C1")
    for role in (Role.MARKET, Role.POLICE, Role.INDUSTRY, Role.LEGAL):
        assert shared_with(register, person(role)) == {discussed.entity_id}
    sent = desk.put("D5", to_unit=own.unit)
    assert shared_with(register, own) == {discussed.entity_id, sent.entity_id}
    assert shared_with(register, other) == {discussed.entity_id}


def test_the_street_learns_that_the_police_answered_and_nothing_more(desk: Desk) -> None:
    police, market = person(Role.POLICE), person(Role.MARKET)
    case = desk.put("C1", session={"invited": [], "opinions": []})
    for actor, text in ((OFFICER, "建议提示"), (market, "建议提示"), (police, TOLD_BY_POLICE)):
        case = give_opinion(desk.book, actor, case.case_id, proposal="D6", text=text, version=case.version, at=NOW)
    case = record_session(desk.book, CHIEF, case.case_id, decided=["D6"], text="转经侦研判", version=case.version, at=NOW)
    row = next(row for row in desk.book.workflow.rows("C1", "D6"))
    case = desk.through(case, row, Role.OFFICER)
    case = desk.move(police, case, "E2")
    case = desk.move(police, case, "F1", {"feedback": "留存备查", "feedback_text": TOLD_BY_POLICE}, reason=TOLD_BY_POLICE)
    waiting = f"{desk.book.case(STREET_HAND, case.case_id)}{desk.book.cases(STREET_HAND)}"
    case = desk.approve(CHIEF, case, {"conclusion": "已排除", "grounds": "无证据"})
    told = f"{desk.book.events(STREET_HAND, case.case_id)}{desk.book.case(STREET_HAND, case.case_id)}{waiting}"
    assert TOLD_BY_POLICE not in told and "留存" not in told
    assert told.count("已反馈") >= 3
    assert TOLD_BY_POLICE in f"{desk.book.events(OFFICER, case.case_id)}"


def test_a_case_is_not_given_to_a_subdistrict_that_is_not_ours(desk: Desk) -> None:
    case = desk.put("A2")
    with pytest.raises(Exception, match="没有“泉庄街道”这个街道"):
        desk.move(OFFICER, case, "B1", {"street": "泉庄街道", "points": "查看"})
