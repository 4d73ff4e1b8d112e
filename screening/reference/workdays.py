"""Working days: which days count, and when a term ends.

Holidays and make-up working days as the State Council's yearly notices have them (package `chinesecalendar`), with what the office writes into
`rules/workdays.yaml` above them. A year without a notice knows weekends and the fixed holidays only, and says so. Terms of the Law on Administrative
Penalties of two to seven days are working days (art. 85); longer and other ones are natural days; a term starts the day after.
Source: domain brief 8.4.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar

from screening.reference.data_files import Strict, checked, read_yaml

CHINA = ZoneInfo("Asia/Shanghai")
_DAY_ENDS = time(23, 59, 59)
_FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}  # what no notice can move


class _Day(Enum):
    WORK = "work"
    REST = "rest"


class _Overrides(Strict):
    confirmed: list[int] = []
    days: dict[date, _Day] = {}


@dataclass(frozen=True)
class Term:
    """How long something may take: working days, natural days or hours, one of them."""

    work: int | None = None
    natural: int | None = None
    hours: int | None = None


@dataclass(frozen=True)
class Calendar:
    """The days of one rules folder."""

    overrides: _Overrides

    def is_workday(self, day: date) -> bool:
        """Whether offices work that day."""
        if said := self.overrides.days.get(day):
            return said is _Day.WORK
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS

    def is_confirmed(self, year: int) -> bool:
        """Whether the notice for that year is known; until then a term that runs through it may yet move."""
        if year in self.overrides.confirmed:
            return True
        try:
            chinese_calendar.is_workday(date(year, 6, 1))
        except NotImplementedError:
            return False
        return True

    def workday(self, start: date, number: int) -> date:
        """The `number`-th working day after `start`; `start` itself, or the next working day, for 0."""
        day, left = start, number
        while left > 0 or not self.is_workday(day):
            day += timedelta(days=1)
            left -= self.is_workday(day)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def due(self, start: datetime, term: Term) -> datetime:
        """When a term that starts at a moment ends: the end of its last day in China, or the hour."""
        if term.hours is not None:
            return start + timedelta(hours=term.hours)
        day = start.astimezone(CHINA).date()
        last = self.workday(day, term.work) if term.work is not None else day + timedelta(days=term.natural or 0)
        return end_of(last)


def end_of(day: date) -> datetime:
    """The last second of a day in China."""
    return datetime.combine(day, _DAY_ENDS, CHINA)


@cache
def read_calendar(rules: Path) -> Calendar:
    """The calendar with the office's own corrections; raises `InvalidRule`."""
    path = rules / "workdays.yaml"
    return Calendar(checked(_Overrides, read_yaml(path), path))
