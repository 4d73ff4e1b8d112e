"""Who sees which case, and what of it: the office all, a subdistrict its own, others what was shared with them, nobody the police's words but those told."""

from dataclasses import replace

import pytest

from screening.cases import moves
from screening.cases.case import Case
from screening.cases.sessions import answer_police, give_opinion, record_session
from screening.cases.work import assign
from screening.errors import InvalidRequest, NotAllowed
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


@pytest.mark.parametrize(("word", "code"), [("有", "found"), ("无", "none"), ("需面谈", "meet")])
def test_the_police_answer_in_one_word_and_everybody_at_the_case_is_told_that_word(desk: Desk, word: str, code: str) -> None:
    case = desk.put("C1", been=["C1"])
    answered = answer_police(desk.book, person(Role.POLICE), case.case_id, word, version=case.version, at=NOW)
    assert answered.state == "C1"
    for actor in (STREET_HAND, OFFICER, person(Role.MARKET)):
        last = desk.book.events(actor, case.case_id)[-1]
        assert (last.kind.label, last.fields, last.reason, last.attachments) == ("公安答复", {"police_answer": code}, "", [])


def test_the_police_can_answer_nothing_else_and_nobody_answers_for_them(desk: Desk) -> None:
    case = desk.put("C1")
    for word in ("已立案", "有前科", ""):
        with pytest.raises(InvalidRequest):
            answer_police(desk.book, person(Role.POLICE), case.case_id, word, version=case.version, at=NOW)
    for role in set(Role) - {Role.POLICE}:
        with pytest.raises(NotAllowed):
            answer_police(desk.book, person(role), case.case_id, "有", version=case.version, at=NOW)
    unshared, closed = desk.put("B3", been=["B3"]), desk.put("F1")
    for other in (unshared, closed):
        with pytest.raises(NotAllowed):
            answer_police(desk.book, person(Role.POLICE), other.case_id, "有", version=other.version, at=NOW)


def _told_to_the_street(desk: Desk, case: Case) -> str:
    return f"{desk.book.events(STREET_HAND, case.case_id)}{desk.book.case(STREET_HAND, case.case_id)}"


def test_what_the_police_wrote_stays_hidden_whoever_files_it(desk: Desk) -> None:
    case = desk.put("E2", came_from="D7", been=["D7", "E2"])
    papers = desk.papers(["police_notice", "conclusion", "grounds"], grounds=TOLD_BY_POLICE)
    waiting = desk.move(OFFICER, case, "F1", papers, reason=TOLD_BY_POLICE)
    assert TOLD_BY_POLICE not in _told_to_the_street(desk, case) and papers["police_notice"][0] not in _told_to_the_street(
        desk, case
    )
    declined = moves.decline(
        desk.book, CHIEF, case.case_id, version=waiting.version, at=NOW, reason=f"{TOLD_BY_POLICE}，暂不办结"
    )
    again = desk.move(OFFICER, declined, "F1", papers)
    desk.approve(CHIEF, again)
    assert TOLD_BY_POLICE not in _told_to_the_street(desk, case) and papers["police_notice"][0] not in _told_to_the_street(
        desk, case
    )
    assert TOLD_BY_POLICE in f"{desk.book.events(OFFICER, case.case_id)}"
    for actor, may_read in ((OFFICER, True), (STREET_HAND, False)):
        if may_read:
            assert desk.book.attachment(actor, case.case_id, papers["police_notice"][0])
        else:
            with pytest.raises(NotAllowed, match="附件"):
                desk.book.attachment(actor, case.case_id, papers["police_notice"][0])


def test_a_file_is_read_through_the_case_it_belongs_to(desk: Desk) -> None:
    row = next(row for row in desk.book.workflow.rows("B3", "B4"))
    case = desk.through(desk.put("B3"), row, Role.STREET)
    photo, other = desk.file("photos"), desk.file("别的案件的材料")
    assert desk.book.attachment(STREET_HAND, case.case_id, photo) == b"photos"
    with pytest.raises(NotAllowed):
        desk.book.attachment(STREET_HAND, case.case_id, other)
    with pytest.raises(NotAllowed, match="查看范围"):
        desk.book.attachment(person(Role.STREET, 2, frozenset({"440803002"})), case.case_id, photo)
