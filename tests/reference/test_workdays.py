"""Terms across the holidays of 2026, make-up workdays and a year nobody announced. The dates were counted by hand on the official calendar."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from screening.errors import InvalidRule
from screening.reference.clock import CHINA, local_day
from screening.reference.workdays import Unit, Workdays, read_workdays
from screening.settings import PROJECT_ROOT

TABLE = [
    # begun, number, unit, last day, why
    ("2026-02-13", 1, "workdays", "2026-02-14", "春节前的周六补班"),
    ("2026-02-13", 2, "workdays", "2026-02-24", "跳过春节九天"),
    ("2026-02-13", 5, "workdays", "2026-02-27", "节后四天"),
    ("2026-02-13", 6, "workdays", "2026-02-28", "节后的周六补班"),
    ("2026-02-13", 7, "workdays", "2026-03-02", "补班次日是周日"),
    ("2026-02-14", 1, "workdays", "2026-02-24", "补班日起算"),
    ("2026-02-16", 1, "workdays", "2026-02-24", "节中收到，节后第一天到期"),
    ("2026-02-12", 3, "workdays", "2026-02-24", "13、14日后是24日"),
    ("2026-02-12", 3, "days", "2026-02-15", "自然日不顺延"),
    ("2026-02-10", 15, "workdays", "2026-03-09", "节前四天、节后十一天"),
    ("2026-02-27", 2, "workdays", "2026-03-02", "28日补班、1日周日"),
    ("2026-04-30", 1, "workdays", "2026-05-06", "劳动节五天"),
    ("2026-05-08", 1, "workdays", "2026-05-09", "周六补班"),
    ("2026-04-30", 5, "workdays", "2026-05-11", "6至9日四天，10日周日"),
    ("2026-09-18", 1, "workdays", "2026-09-20", "周日补班"),
    ("2026-09-24", 1, "workdays", "2026-09-28", "中秋三天"),
    ("2026-09-28", 5, "workdays", "2026-10-10", "跨国庆到周六补班"),
    ("2026-09-30", 1, "workdays", "2026-10-08", "国庆七天"),
    ("2026-09-30", 3, "workdays", "2026-10-10", "周六补班到期"),
    ("2026-09-30", 4, "workdays", "2026-10-12", "补班次日是周日"),
    ("2026-09-30", 3, "days", "2026-10-03", "自然日在节中到期"),
    ("2025-12-31", 1, "workdays", "2026-01-04", "元旦后的周日补班"),
    ("2026-11-20", 10, "workdays", "2026-12-04", "两个平常周"),
    ("2026-11-23", 90, "days", "2027-02-21", "九十日是自然日"),
    ("2026-11-21", 0, "workdays", "2026-11-23", "当日遇周六，顺延"),
    ("2026-11-23", 0, "workdays", "2026-11-23", "当日"),
]


@pytest.fixture(scope="module")
def days() -> Workdays:
    return read_workdays(PROJECT_ROOT / "rules")


@pytest.mark.parametrize(("begun", "number", "unit", "last", "why"), TABLE, ids=[f"{row[0]}+{row[1]}{row[2]}" for row in TABLE])
def test_a_term_ends_on_the_day_counted_by_hand(days: Workdays, begun: str, number: int, unit: str, last: str, why: str) -> None:
    start = datetime.combine(date.fromisoformat(begun), datetime.min.time(), CHINA) + timedelta(hours=10)
    due = days.due(start, number, Unit(unit))
    assert local_day(due) == date.fromisoformat(last), why
    assert due.astimezone(CHINA).strftime("%H:%M") == "23:59"
    if number:
        assert days.count(Unit(unit), date.fromisoformat(begun), date.fromisoformat(last)) == number


@pytest.mark.parametrize("row", [row for row in TABLE if row[1]], ids=[f"{row[0]}+{row[1]}{row[2]}" for row in TABLE if row[1]])
def test_a_term_so_much_late_ended_so_much_before(days: Workdays, row: tuple[str, int, str, str, str]) -> None:
    now, unit = datetime.combine(date.fromisoformat(row[3]), datetime.min.time(), CHINA), Unit(row[2])
    ended = local_day(days.late_since(now, row[1], unit))
    assert days.count(unit, local_day(now), ended) == -row[1]
    assert days.late_since(now, 5, Unit.HOURS) == now - timedelta(hours=5)


def test_hours_run_through_the_night_and_the_holiday(days: Workdays) -> None:
    start = datetime(2026, 9, 30, 9, 30, tzinfo=CHINA)
    assert days.due(start, 24, Unit.HOURS) == datetime(2026, 10, 1, 9, 30, tzinfo=CHINA)


def test_the_day_it_is_is_the_day_in_china(days: Workdays) -> None:
    after_midnight = datetime(2026, 9, 29, 16, 30, tzinfo=UTC)
    assert local_day(days.due(after_midnight, 1, Unit.WORKDAYS)) == date(2026, 10, 8)


def test_a_year_nobody_announced_counts_weekends_and_says_so(days: Workdays) -> None:
    assert days.add_workdays(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert days.is_workday(date(2027, 1, 4)) and not days.is_workday(date(2027, 1, 3))
    assert days.is_confirmed(date(2026, 12, 31))
    assert not days.is_confirmed(date(2026, 12, 31), date(2027, 1, 1))


def with_table(tmp_path: Path, text: str) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    shutil.copy(PROJECT_ROOT / "rules" / "workdays.yaml", rules)
    (rules / "workdays.yaml").write_text(text, encoding="utf-8")
    return rules


def test_the_office_may_override_any_day_and_confirm_a_year(tmp_path: Path) -> None:
    text = "confirmed_years: [2027]\ndays:\n- {day: 2027-01-01, is: rest, source: 虚构通知}\n- {day: 2026-11-28, is: work, source: 虚构通知}\n"
    days = read_workdays(with_table(tmp_path, text))
    assert days.add_workdays(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert days.is_workday(date(2026, 11, 28))
    assert days.is_confirmed(date(2026, 12, 31), date(2027, 1, 4))


def test_a_slip_in_the_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRule, match=r"workdays\.yaml"):
        read_workdays(with_table(tmp_path, "days: [{day: 2027-01-01, is: holiday, source: 虚构}]"))
