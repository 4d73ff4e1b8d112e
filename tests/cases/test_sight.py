"""Who sees which case, and what of it: the office all, a subdistrict its own, others what was shared with them, nobody the police's words but those told."""

import pytest

from screening.cases.sessions import give_opinion, record_session
from screening.errors import NotAllowed
from screening.vocabulary import Role
from tests.cases.office import CHIEF, NOW, OFFICER, STREET_HAND, Desk, person

ALL = {Role.SYSTEM, Role.OFFICER, Role.CHIEF, Role.LEADER, Role.LEGAL}
TOLD_BY_POLICE = "涉嫌犯罪，拟立案侦查"


@pytest.mark.parametrize(
    ("been", "more"),
    [
        (["A2"], set()),
        (["A2", "B1", "B3"], {Role.STREET, Role.GRID}),
        (["A2", "B4"], {Role.STREET}),
        (["A2", "C1"], {Role.STREET, Role.MARKET, Role.POLICE, Role.INDUSTRY}),
        (["A2", "C1", "D4"], {Role.STREET, Role.MARKET, Role.POLICE, Role.INDUSTRY}),
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
