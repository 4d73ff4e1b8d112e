"""Terms end on the right day: across the holidays of 2026, make-up Saturdays, and years nobody has announced yet."""

from datetime import date, datetime, timedelta

import pytest

from screening.cases.casebook import Casebook
from screening.reference.workdays import CHINA, Term, end_of, read_calendar
from screening.settings import PROJECT_ROOT
from screening.store.workspace import Workspace
from screening.vocabulary import Grade
from tests.cases.office import AT, CHIEF, OFFICER, STREET_CLERK, place, walk

CALENDAR = read_calendar(PROJECT_ROOT / "rules")

# The State Council's notice for 2026: Spring Festival 15 to 23 February (14 and 28 work), Qingming 4 to 6 April, 1 to 5 May (9 works),
# Dragon Boat 19 to 21 June, Mid-Autumn 25 to 27 September, National Day 1 to 7 October (20 September and 10 October work), New Year 1 to 3 (4 works).
DUE = [
    ("2025-12-31", Term(work=1), "2026-01-04"),
    ("2025-12-31", Term(work=5), "2026-01-08"),
    ("2026-01-30", Term(work=1), "2026-02-02"),
    ("2026-02-13", Term(work=1), "2026-02-14"),
    ("2026-02-13", Term(work=2), "2026-02-24"),
    ("2026-02-14", Term(work=3), "2026-02-26"),
    ("2026-02-24", Term(work=4), "2026-02-28"),
    ("2026-02-20", Term(work=5), "2026-02-28"),
    ("2026-02-27", Term(work=2), "2026-03-02"),
    ("2026-04-03", Term(work=1), "2026-04-07"),
    ("2026-04-30", Term(work=3), "2026-05-08"),
    ("2026-04-30", Term(work=4), "2026-05-09"),
    ("2026-05-08", Term(work=2), "2026-05-11"),
    ("2026-06-18", Term(work=1), "2026-06-22"),
    ("2026-09-18", Term(work=1), "2026-09-20"),
    ("2026-09-24", Term(work=1), "2026-09-28"),
    ("2026-09-30", Term(work=1), "2026-10-08"),
    ("2026-09-30", Term(work=3), "2026-10-10"),
    ("2026-09-30", Term(work=5), "2026-10-13"),
    ("2026-10-09", Term(work=2), "2026-10-12"),
    ("2026-09-28", Term(natural=3), "2026-10-01"),
    ("2026-02-13", Term(natural=90), "2026-05-14"),
    ("2026-11-02", Term(work=15), "2026-11-23"),
]


@pytest.mark.parametrize(("start", "term", "end"), DUE)
def test_terms_across_the_holidays_of_2026(start: str, term: Term, end: str) -> None:
    begun = datetime.fromisoformat(start).replace(hour=16, tzinfo=CHINA)
    assert CALENDAR.due(begun, term) == end_of(date.fromisoformat(end))


def test_hours_run_through_the_night() -> None:
    assert CALENDAR.due(AT, Term(hours=24)) == AT + timedelta(hours=24)


def test_a_year_without_a_notice_says_so_and_a_correction_counts() -> None:
    assert CALENDAR.is_confirmed(2026) and not CALENDAR.is_confirmed(2027)
    assert (
        not CALENDAR.is_workday(date(2027, 1, 1))
        and not CALENDAR.is_workday(date(2027, 1, 2))
        and CALENDAR.is_workday(date(2027, 1, 4))
    )
    told = CALENDAR.overrides.model_validate({"confirmed": [2027], "days": {"2027-02-06": "work", "2027-02-08": "rest"}})
    corrected = CALENDAR.__class__(told)
    assert corrected.is_confirmed(2027)
    assert corrected.is_workday(date(2027, 2, 6)) and not corrected.is_workday(date(2027, 2, 8))


@pytest.mark.parametrize(
    ("grade", "end"),
    [(Grade.RED, "2026-11-09"), (Grade.ORANGE, "2026-11-16"), (Grade.YELLOW, "2026-11-23"), (Grade.INSUFFICIENT, "2026-11-23"), (Grade.BLUE, "2026-11-30")],
)  # fmt: skip
def test_a_verification_takes_as_long_as_its_grade_allows_and_is_extended_once(
    grade: Grade, end: str, workspace: Workspace
) -> None:
    book = Casebook(workspace)
    case = walk(book, place(workspace, book, "B1", grade=grade), ("B3", STREET_CLERK, {}))
    assert case.due_at == end_of(date.fromisoformat(end))
    asked = book.extend(STREET_CLERK, case.case_id, version=case.version, reason="店主外出", at=AT)
    longer = book.answer(CHIEF, case.case_id, version=asked.version, agree=True, reason="", at=AT)
    assert longer.due_at is not None and longer.due_at > case.due_at
    with pytest.raises(Exception, match="已经延期"):
        book.extend(STREET_CLERK, case.case_id, version=longer.version, reason="再延", at=AT)


def test_a_clock_that_stood_still_ends_later_by_the_working_days_it_stood(workspace: Workspace) -> None:
    book = Casebook(workspace)
    case = walk(book, place(workspace, book, "B1", grade=Grade.RED), ("B3", STREET_CLERK, {}))
    asked = book.pause(STREET_CLERK, case.case_id, version=case.version, reason="等待鉴定", at=AT)
    stopped = book.answer(CHIEF, case.case_id, version=asked.version, agree=True, reason="", at=AT)
    assert stopped.paused_at == AT
    running = book.resume(OFFICER, case.case_id, version=stopped.version, at=AT + timedelta(days=7))
    assert running.due_at == end_of(date(2026, 11, 16)) and running.paused_at is None
