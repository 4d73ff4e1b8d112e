"""Working days (工作日): the national calendar with its make-up workdays (调休), overridden by `rules/workdays.yaml`, and how terms are counted on it.

A term starts the day after. Terms in working days end on a working day by construction; terms in natural days end where they end, rest day or not.
A year whose holidays nobody announced counts weekends as rest and says so (`is_confirmed`).
Source: 行政处罚法 art. 85 (二日、三日、五日、七日 are working days); State Council holiday notices, through the package chinesecalendar.
"""

import functools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal

import chinese_calendar

from screening.reference.clock import end_of, local_day
from screening.reference.data_files import Strict, checked, read_yaml

_SATURDAY = 5


class Unit(StrEnum):
    """What a term is counted in."""

    WORKDAYS = "workdays"
    DAYS = "days"
    HOURS = "hours"

    @property
    def label(self) -> str:
        """The unit in Chinese."""
        return {"workdays": "个工作日", "days": "日", "hours": "小时"}[self.value]


class _Exception(Strict):
    day: date
    is_: Literal["work", "rest"]
    source: str


class _Table(Strict):
    confirmed_years: list[int] = []
    days: list[_Exception] = []


@dataclass(frozen=True)
class Workdays:
    """The calendar: national arrangement, exceptions first."""

    exceptions: dict[date, bool]
    confirmed_years: frozenset[int]

    @cached_property
    def _known_years(self) -> frozenset[int]:
        years = {day.year for day in chinese_calendar.constants.holidays}
        return frozenset(years) | self.confirmed_years

    @cached_property
    def _counted(self) -> dict[tuple[date, date], int]:
        """Spans counted so far: a list of cases asks for the same few over and over."""
        return {}

    def is_workday(self, day: date) -> bool:
        """Whether people work that day."""
        if day in self.exceptions:
            return self.exceptions[day]
        return _is_national_workday(day)

    def is_confirmed(self, start: date, end: date | None = None) -> bool:
        """Whether the holidays of every year between two days were announced."""
        years = range(start.year, (end or start).year + 1)
        return all(year in self._known_years for year in years)

    def next_workday(self, day: date) -> date:
        """That day, or the first working day after it."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def add_workdays(self, start: date, number: int) -> date:
        """The last day of a term of `number` working days that starts the day after; 0 is the day itself, or the next working day."""
        day = start
        for _ in range(number):
            day = self.next_workday(day + timedelta(days=1))
        return self.next_workday(day) if number == 0 else day

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and with `end`; negative when `end` lies before."""
        if end < start:
            return -self.workdays_between(end, start)
        if (start, end) not in self._counted:
            days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
            self._counted[start, end] = sum(self.is_workday(day) for day in days)
        return self._counted[start, end]

    def count(self, unit: Unit, start: date, end: date) -> int:
        """Days after `start`, up to and with `end`, in the unit."""
        return self.workdays_between(start, end) if unit is Unit.WORKDAYS else (end - start).days

    def due(self, start: datetime, number: int, unit: Unit) -> datetime:
        """The last moment of a term begun at `start`: the end of a day in China; hours run from the moment itself."""
        if unit is Unit.HOURS:
            return start + timedelta(hours=number)
        day = local_day(start)
        last = self.add_workdays(day, number) if unit is Unit.WORKDAYS else day + timedelta(days=number)
        return end_of(last)

    def late_since(self, now: datetime, number: int, unit: Unit) -> datetime:
        """When a term ended that is so many units late now."""
        if unit is Unit.HOURS:
            return now - timedelta(hours=number)
        day = local_day(now)
        last = day - timedelta(days=number)
        while unit is Unit.WORKDAYS and self.workdays_between(last, day) < number:
            last -= timedelta(days=1)
        return end_of(last)


@functools.lru_cache(maxsize=10_000)  # a desk counts the same days for thousands of cases; the package takes its time over each
def _is_national_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year not announced yet
        return day.weekday() < _SATURDAY


def read_workdays(rules: Path) -> Workdays:
    """The calendar with the exceptions of `rules/workdays.yaml`; raises `InvalidRule` for a faulty table."""
    path = rules / "workdays.yaml"
    content = read_yaml(path) or {}
    days = [{("is_" if key == "is" else key): value for key, value in row.items()} for row in content.get("days") or []]
    table = checked(_Table, content | {"days": days}, path)
    return Workdays({row.day: row.is_ == "work" for row in table.days}, frozenset(table.confirmed_years))
