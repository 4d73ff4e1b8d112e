"""Leads and alerts merge into one open case an entity; what was closed stays closed until something new is known."""

from datetime import timedelta

import pytest

from screening.cases.casebook import Casebook
from screening.cases.leads import Alert, Became, link_lead, open_doubles, raise_alerts, record_lead
from screening.errors import InvalidRequest, NotAllowed
from screening.identity import decisions
from screening.vocabulary import Grade, Role, Verdict
from tests.cases.office import NOW, OFFICER, STREET, Desk, person


def alert(entity_id: str = "E1", grade: Grade = Grade.ORANGE, rules: dict[str, float] | None = None) -> Alert:
    return Alert(entity_id, "虚构商行", STREET, grade, red_line=False, rules=rules or {"RET-01": 20.0}, summary="约定高额回报")


def test_an_alert_becomes_a_case_that_waits_for_triage(desk: Desk) -> None:
    became = raise_alerts(desk.book, "run1", [alert()], at=NOW)
    (case_id,) = became[Became.NEW]
    case = desk.book.case(OFFICER, case_id)
    assert (case.case_id, case.state, case.grade, case.entity_id) == ("YJ-20261123-0001", "A2", Grade.ORANGE, "E1")
    assert [event.to_state for event in desk.book.events(OFFICER, case_id)] == ["A1", "A2"]


def test_the_same_run_twice_changes_nothing(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert()], at=NOW)
    again = raise_alerts(desk.book, "run1", [alert()], at=NOW)
    assert not any(again.values())
    assert len(desk.book.cases(OFFICER)) == 1


def test_only_grades_of_the_table_and_red_lines_become_alerts(desk: Desk) -> None:
    blue = alert("E2", Grade.BLUE)
    red_line = Alert("E3", "虚构", STREET, Grade.INSUFFICIENT, red_line=True)
    raise_alerts(desk.book, "run1", [blue, red_line], at=NOW)
    assert [case.entity_id for case in desk.book.cases(OFFICER)] == ["E3"]


def test_a_second_alert_and_a_lead_join_the_open_case(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert()], at=NOW)
    more = raise_alerts(
        desk.book, "run2", [alert(grade=Grade.RED, rules={"RET-01": 20.0, "CMP-04": 30.0})], at=NOW + timedelta(days=30)
    )
    assert more[Became.ADDED] == ["YJ-20261123-0001"]
    case, became = record_lead(
        desk.book, OFFICER, source="12345热线", summary="店里收黄金托管", at=NOW, entity_name="虚构商行", entity_id="E1"
    )
    assert became is Became.ADDED
    assert (case.grade, case.rules, case.state) == (Grade.RED, {"RET-01": 20.0, "CMP-04": 30.0}, "A2")
    assert len(desk.book.cases(OFFICER)) == 1


def test_an_alert_that_knows_nothing_new_leaves_no_event(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert()], at=NOW)
    raise_alerts(desk.book, "run2", [alert(rules={"RET-01": 15.0})], at=NOW)
    assert len(desk.book.events(OFFICER, "YJ-20261123-0001")) == 2


def closed(desk: Desk, expires_on: str = "2027-11-23") -> str:
    raise_alerts(desk.book, "run1", [alert(grade=Grade.YELLOW)], at=NOW)
    (case,) = desk.book.cases(OFFICER)
    desk.move(
        OFFICER, case, "A9", {"reason_code": "持牌合规经营", "explanation": "查验许可证，业务合规", "expires_on": expires_on}
    )
    return case.case_id


def test_a_cleared_entity_stays_cleared_while_the_reason_holds(desk: Desk) -> None:
    case_id = closed(desk)
    known = raise_alerts(desk.book, "run2", [alert(rules={"RET-01": 18.0})], at=NOW + timedelta(days=60))
    assert known[Became.KNOWN] == [case_id]
    assert desk.book.case(OFFICER, case_id).state == "A9"


@pytest.mark.parametrize("rules", [{"RET-01": 20.0, "GLD-01": 30.0}, {"RET-01": 25.0}])
def test_new_facts_reopen_it(desk: Desk, rules: dict[str, float]) -> None:
    case_id = closed(desk)
    found = raise_alerts(desk.book, "run2", [alert(rules=rules)], at=NOW + timedelta(days=60))
    assert found[Became.REOPENED] == [case_id]
    case = desk.book.case(OFFICER, case_id)
    assert (case.state, case.grade, case.closing) == ("A2", Grade.ORANGE, None)
    assert [event.to_state for event in desk.book.events(OFFICER, case_id)][-3:] == ["A9", "F9", "A2"]


def test_an_expired_reason_reopens_it_with_the_same_facts(desk: Desk) -> None:
    case_id = closed(desk, "2026-12-31")
    assert raise_alerts(desk.book, "run2", [alert()], at=NOW + timedelta(days=20))[Became.KNOWN] == [case_id]
    assert raise_alerts(desk.book, "run3", [alert()], at=NOW + timedelta(days=60))[Became.REOPENED] == [case_id]
    last = desk.book.events(OFFICER, case_id)[-2]
    assert last.fields["new_fact"] == "expired"


def test_what_is_watched_is_judged_anew_when_its_term_is_over(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert(grade=Grade.YELLOW)], at=NOW)
    (case,) = desk.book.cases(OFFICER)
    desk.move(OFFICER, case, "D0", {"grounds": "情况轻微，先监测"})  # yellow: 90 days
    same = alert(grade=Grade.YELLOW)
    assert raise_alerts(desk.book, "run2", [same], at=NOW + timedelta(days=90))[Became.KNOWN] == [case.case_id]
    assert raise_alerts(desk.book, "run3", [same], at=NOW + timedelta(days=91))[Became.REOPENED] == [case.case_id]
    assert desk.book.case(OFFICER, case.case_id).state == "A2"


def test_a_lead_reopens_a_closed_case_and_begins_a_new_one_beside_an_archived(desk: Desk) -> None:
    case_id = closed(desk)
    again, became = record_lead(
        desk.book, OFFICER, source="信访", summary="又在收钱", at=NOW, entity_name="虚构商行", entity_id="E1"
    )
    assert (again.case_id, again.state, became) == (case_id, "A2", Became.REOPENED)
    archived = desk.put("F2", entity_id="E77")
    new, became = record_lead(
        desk.book, OFFICER, source="信访", summary="又在收钱", at=NOW, entity_name="虚构商行", entity_id="E77"
    )
    assert became is Became.NEW and new.case_id != archived.case_id


def said_same(desk: Desk, one: str, other: str) -> None:
    subject, entity_id = decisions.pair_of(one, other)
    decisions.decide(desk.book.workspace, subject, entity_id, Verdict.SAME, actor=OFFICER)


def test_a_case_survives_when_two_ids_are_said_to_be_one(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert("E1")], at=NOW)
    said_same(desk, "E1", "91440803MA0000001X")
    found = raise_alerts(desk.book, "run2", [alert("91440803MA0000001X", rules={"CMP-04": 30.0})], at=NOW)
    assert found[Became.ADDED] == ["YJ-20261123-0001"]
    assert len(desk.book.cases(OFFICER)) == 1


def test_a_cleared_case_survives_the_merge_too(desk: Desk) -> None:
    case_id = closed(desk)
    said_same(desk, "E1", "91440803MA0000001X")
    assert raise_alerts(desk.book, "run2", [alert("91440803MA0000001X")], at=NOW)[Became.KNOWN] == [case_id]


def test_two_open_cases_that_turn_out_to_be_one_are_shown(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert("E1"), alert("E2")], at=NOW)
    assert open_doubles(desk.book, OFFICER) == []
    said_same(desk, "E1", "E2")
    (pair,) = open_doubles(desk.book, OFFICER)
    assert [case.entity_id for case in pair] == ["E1", "E2"]
    found = raise_alerts(desk.book, "run2", [alert("E2", rules={"CMP-04": 30.0})], at=NOW)
    assert found[Became.ADDED] == [pair[0].case_id], "the older one goes on"


def test_a_lead_is_kept_without_who_gave_it(desk: Desk) -> None:
    case, became = record_lead(
        desk.book,
        person(Role.GRID),
        source="网格上报",
        summary="住户电话13800001234说楼下收会员费",
        at=NOW,
        entity_name="楼下的店",
    )
    assert became is Became.NEW
    assert (case.case_id, case.state, case.entity_id) == ("XS-20261123-0001", "A0", None)
    events = desk.book.events(OFFICER, case.case_id)
    assert "13800001234" not in f"{case.summary}{events}"


@pytest.mark.parametrize(
    ("source", "answer_due"),
    [("12315投诉", "2026-12-02"), ("12315举报", "2026-12-14"), ("信访", "2026-12-08"), ("群众举报", None)],
)
def test_the_source_is_answered_by_when_the_law_says(desk: Desk, source: str, answer_due: str | None) -> None:
    case, _ = record_lead(desk.book, OFFICER, source=source, summary="反映返利", at=NOW, entity_name="虚构店")
    assert desk.book.events(OFFICER, case.case_id)[0].fields.get("answer_due") == answer_due


def test_who_reports_nothing_and_what_says_nothing_is_refused(desk: Desk) -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.SYSTEM, Role.LEGAL):
        with pytest.raises(NotAllowed):
            record_lead(desk.book, person(role), source="信访", summary="反映", at=NOW, entity_name="店")
    with pytest.raises(InvalidRequest, match="来源"):
        record_lead(desk.book, OFFICER, source="听说", summary="反映", at=NOW, entity_name="店")
    with pytest.raises(InvalidRequest, match="不能空着"):
        record_lead(desk.book, OFFICER, source="信访", summary=" ", at=NOW, entity_name="店")


def test_an_officer_says_whom_a_lead_means(desk: Desk) -> None:
    lead, _ = record_lead(desk.book, OFFICER, source="信访", summary="反映返利", at=NOW, entity_name="楼下的店")
    linked = link_lead(desk.book, OFFICER, lead.case_id, "E9", "虚构商行", STREET, version=lead.version, at=NOW)
    assert (linked.entity_id, linked.area_code) == ("E9", STREET)
    other, _ = record_lead(desk.book, OFFICER, source="信访", summary="反映返利", at=NOW, entity_name="楼下那家")
    with pytest.raises(NotAllowed, match="已有在办案件"):
        link_lead(desk.book, OFFICER, other.case_id, "E9", "虚构商行", STREET, version=other.version, at=NOW)


def test_a_book_opened_anew_knows_the_same(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert()], at=NOW)
    assert Casebook(desk.book.workspace).cases(OFFICER) == desk.book.cases(OFFICER)
