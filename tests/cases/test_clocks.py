"""Clocks start, are extended once, stand still with approval and run on; marks are passed and told to whom they concern."""

from datetime import UTC, date, datetime, timedelta

import pytest

from screening.access import SYSTEM
from screening.cases import moves
from screening.cases.case import Case
from screening.cases.work import desk as desk_of
from screening.cases.work import due
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.clock import CHINA, local_day
from screening.vocabulary import Grade, Role
from tests.cases.office import CHIEF, NOW, OFFICER, STREET_HAND, Desk, person


def day_of(case: Case) -> date:
    assert case.due_at is not None
    return local_day(case.due_at)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


@pytest.mark.parametrize(
    ("grade", "last"),
    [
        (Grade.RED, "2026-11-24"),
        (Grade.ORANGE, "2026-11-25"),
        (Grade.YELLOW, "2026-11-26"),
        (Grade.INSUFFICIENT, "2026-11-26"),
        (Grade.BLUE, "2026-12-07"),
    ],
)
def test_triage_is_due_by_grade(desk: Desk, grade: Grade, last: str) -> None:
    case = desk.put("A1", grade=grade)
    assert day_of(desk.move(SYSTEM, case, "A2")) == date.fromisoformat(last)


def test_feedback_is_due_by_whom_it_was_asked_of(desk: Desk) -> None:
    found = {}
    for origin, role in (("D4", Role.MARKET), ("D5", Role.INDUSTRY), ("D6", Role.POLICE), ("D7", Role.POLICE)):
        fields = desk.papers(["receipt"]) if origin == "D7" else {}
        found[origin] = day_of(desk.move(person(role), desk.put(origin), "E2", fields, at=at("2026-09-29 10:00"))).isoformat()
    assert found == {"D4": "2026-10-26", "D5": "2026-10-26", "D6": "2026-10-19", "D7": "2026-10-02"}


def test_a_transfer_is_sent_within_24_hours_of_the_approval_and_decided_within_three_days(desk: Desk) -> None:
    row = next(row for row in desk.book.workflow.rows("D8", "D7"))
    waiting = desk.move(OFFICER, desk.put("D8"), "D7", desk.papers(row.needs), at=NOW)
    assert waiting.pending is not None
    (decision,) = [item for item in due(desk.book, CHIEF, at("2026-11-26 09:00")) if item.step == "等批准"]
    assert (decision.left, decision.mark, decision.tell) == (0, "今日到期", ["chief", "officer"])
    sent = desk.approve(CHIEF, waiting, at=NOW + timedelta(days=1))
    assert sent.due_at == NOW + timedelta(days=2)


def test_a_rectification_is_due_on_the_day_of_the_notice_and_then_rechecked_by_itself(desk: Desk) -> None:
    row = next(row for row in desk.book.workflow.rows("D2", "D3"))
    case = desk.through(desk.put("D2"), row, Role.OFFICER, rectify_by="2026-12-10")
    assert day_of(case) == date(2026, 12, 10)
    assert moves.sweep(desk.book, at("2026-12-10 20:00")) == []
    (moved,) = moves.sweep(desk.book, at("2026-12-11 08:00"))
    assert (moved.state, day_of(moved)) == ("E1", date(2026, 12, 16))


def test_a_term_in_the_past_is_refused(desk: Desk) -> None:
    row = next(row for row in desk.book.workflow.rows("D2", "D3"))
    with pytest.raises(InvalidRequest, match="期限须在今天之后"):
        desk.through(desk.put("D2"), row, Role.OFFICER, rectify_by="2026-11-23")


def test_a_verification_is_extended_once_by_at_most_its_own_length(desk: Desk) -> None:
    case = desk.put("B3", grade=Grade.RED)
    assert day_of(case) == date(2026, 11, 30)
    with pytest.raises(NotAllowed, match="不得超过原时限"):
        moves.extend(desk.book, STREET_HAND, case.case_id, 6, version=case.version, at=NOW, reason="企业停业")
    waiting = moves.extend(desk.book, STREET_HAND, case.case_id, 5, version=case.version, at=NOW, reason="企业停业")
    assert day_of(waiting) == date(2026, 11, 30), "asked for is not granted"
    granted = desk.approve(CHIEF, waiting)
    assert day_of(granted) == date(2026, 12, 7)
    with pytest.raises(NotAllowed, match="已经延期过一次"):
        moves.extend(desk.book, STREET_HAND, case.case_id, 1, version=granted.version, at=NOW, reason="再延")
    other = desk.put("B4")
    with pytest.raises(NotAllowed, match="不能延期"):
        moves.extend(desk.book, OFFICER, other.case_id, 1, version=other.version, at=NOW, reason="延")


def test_a_clock_stands_still_with_approval_and_runs_on_with_what_was_left(desk: Desk) -> None:
    case = desk.put("B3", grade=Grade.ORANGE)
    assert day_of(case) == date(2026, 12, 7)
    asked = moves.pause(
        desk.book, STREET_HAND, case.case_id, "等待鉴定", version=case.version, at=at("2026-11-25 09:00"), reason="送检金条"
    )
    assert asked.due_at == case.due_at
    still = desk.approve(CHIEF, asked, at=at("2026-11-25 15:00"))
    assert still.due_at is None, "nothing is due while the clock stands still"
    assert due(desk.book, OFFICER, at("2026-12-20 09:00")) == []
    with pytest.raises(NotAllowed):
        moves.pause(desk.book, STREET_HAND, case.case_id, "等待鉴定", version=still.version, at=NOW, reason="再停")
    back = moves.resume(desk.book, STREET_HAND, case.case_id, version=still.version, at=at("2026-12-14 09:00"), reason="鉴定已回")
    assert back.due_at is None
    assert day_of(desk.approve(CHIEF, back, at=at("2026-12-14 10:00"))) == date(2026, 12, 24), "eight working days were left"


def paused(desk: Desk, case: Case, day: str) -> Case:
    asked = moves.pause(desk.book, STREET_HAND, case.case_id, "等待鉴定", version=case.version, at=at(day), reason="送检金条")
    return desk.approve(CHIEF, asked, at=at(day))


def ran_on(desk: Desk, case: Case, day: str) -> Case:
    asked = moves.resume(desk.book, STREET_HAND, case.case_id, version=case.version, at=at(day), reason="鉴定已回")
    return desk.approve(CHIEF, asked, at=at(day))


def test_a_clock_stopped_on_its_last_day_has_that_day_left(desk: Desk) -> None:
    case = paused(desk, desk.put("B3", grade=Grade.ORANGE), "2026-12-07 09:00")
    assert day_of(ran_on(desk, case, "2026-12-21 09:00")) == date(2026, 12, 21)


def test_what_was_late_when_it_stopped_is_late_by_as_much_afterwards(desk: Desk) -> None:
    case = paused(desk, desk.put("B3", grade=Grade.ORANGE), "2026-12-08 09:00")
    ran_on(desk, case, "2026-12-28 09:00")
    (found,) = due(desk.book, OFFICER, at("2026-12-28 10:00"))
    assert (found.left, found.mark) == (-1, "逾期1日")


def test_a_clock_that_stands_still_is_not_extended(desk: Desk) -> None:
    case = paused(desk, desk.put("B3"), "2026-11-25 09:00")
    with pytest.raises(NotAllowed, match="暂停"):
        moves.extend(desk.book, STREET_HAND, case.case_id, 1, version=case.version, at=NOW, reason="企业停业")


def test_a_pause_needs_a_cause_of_the_list_and_words(desk: Desk) -> None:
    case = desk.put("B3")
    with pytest.raises(InvalidRequest, match="暂停原因"):
        moves.pause(desk.book, STREET_HAND, case.case_id, "太忙", version=case.version, at=NOW, reason="太忙")
    with pytest.raises(InvalidRequest, match="写明原因"):
        moves.pause(desk.book, STREET_HAND, case.case_id, "等待鉴定", version=case.version, at=NOW, reason=" ")
    market = desk.put("B3")
    with pytest.raises(NotAllowed):
        moves.pause(desk.book, person(Role.MARKET), market.case_id, "等待鉴定", version=1, at=NOW, reason="等")


@pytest.mark.parametrize(
    ("now", "mark", "told"),
    [
        ("2026-11-26 09:00", "", set()),
        ("2026-11-30 09:00", "时限过半", {"street"}),
        ("2026-12-03 09:00", "时限只剩两成", {"street", "officer"}),
        ("2026-12-07 09:00", "今日到期", {"street", "officer"}),
        ("2026-12-08 09:00", "逾期1日", {"street", "officer"}),
        ("2026-12-09 09:00", "逾期1日", {"street", "officer"}),
        ("2026-12-10 09:00", "逾期3日", {"street", "officer", "chief"}),
        ("2026-12-14 09:00", "逾期5日", {"street", "officer", "chief", "leader"}),
    ],
)
def test_who_is_told_at_each_mark(desk: Desk, now: str, mark: str, told: set[str]) -> None:
    desk.put("B3", grade=Grade.ORANGE)  # ten working days from Monday 23 November: due 7 December
    (found,) = due(desk.book, OFFICER, at(now))
    assert (found.mark, set(found.tell)) == (mark, told)


def test_a_deadline_in_a_year_not_announced_says_so(desk: Desk) -> None:
    desk.put("D0")
    (found,) = due(desk.book, OFFICER, NOW)
    assert not found.is_confirmed


@pytest.mark.parametrize(
    ("origin", "holders"),
    [("D4", {Role.MARKET}), ("D5", {Role.INDUSTRY}), ("D6", {Role.POLICE}), ("D7", {Role.POLICE, Role.OFFICER})],
)
def test_feedback_is_asked_of_the_unit_the_case_was_sent_to(desk: Desk, origin: str, holders: set[Role]) -> None:
    case = desk.put("E2", came_from=origin, to_unit="区民政局" if origin == "D5" else "")
    told = {role for item in due(desk.book, OFFICER, at("2026-12-07 09:00")) for role in item.tell}
    assert {role for role in (Role.MARKET, Role.INDUSTRY, Role.POLICE) if role in told} == holders - {Role.OFFICER}
    everybody = (Role.MARKET, Role.INDUSTRY, Role.POLICE, Role.OFFICER)
    assert {role for role in everybody if desk_of(desk.book, person(role)).to_do == [case]} == holders


@pytest.mark.parametrize(
    ("grade", "rules", "is_urgent"),
    [
        (Grade.RED, {"REG-01": 8.0}, True),
        (Grade.YELLOW, {"CMP-04": 30.0}, True),
        (Grade.ORANGE, {"REG-01": 8.0}, False),
    ],
)
def test_red_and_what_brooks_no_delay_is_to_be_discussed_the_same_day(
    desk: Desk, grade: Grade, rules: dict[str, float], is_urgent: bool
) -> None:
    case = desk.put("A2", grade=grade, rules=rules)
    found = [item for item in due(desk.book, CHIEF, NOW) if item.step]
    assert [(item.step, local_day(item.due), item.mark) for item in found] == (
        [("会商研判", date(2026, 11, 23), "今日到期")] if is_urgent else []
    )
    if is_urgent:
        desk.move(CHIEF, case, "C1", desk.papers(["invited", "grounds"]))
        assert [item for item in due(desk.book, CHIEF, NOW) if item.step] == []
