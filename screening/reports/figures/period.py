"""The time a report speaks of: whole days in China, from the first moment of a day to the first moment of another (domain brief 6.2, rule 2)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from screening.errors import InvalidRequest

_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"20\d{2}")
_DECEMBER = 12


@dataclass(frozen=True)
class Period:
    """`opens` is the first day, `until` the day after the last."""

    opens: date
    until: date

    @property
    def closes(self) -> date:
        """The last day."""
        return self.until - timedelta(days=1)

    @property
    def before(self) -> date:
        """The last day of what went before."""
        return self.opens - timedelta(days=1)

    @property
    def is_month(self) -> bool:
        """Whether it is one calendar month."""
        return self == month_of(self.opens)

    @property
    def key(self) -> str:
        """`2026-10`, or `2026-01..2026-10` for several months."""
        first, last = f"{self.opens:%Y-%m}", f"{self.closes:%Y-%m}"
        return first if first == last else f"{first}..{last}"


def month_of(day: date) -> Period:
    """The calendar month a day lies in."""
    opens = day.replace(day=1)
    return Period(opens, _next_month(opens))


def month_before(period: Period) -> Period:
    """The calendar month before a period begins."""
    return month_of(period.before)


def year_to(day: date) -> Period:
    """From New Year's Day to the end of the month a day lies in."""
    return Period(date(day.year, 1, 1), month_of(day).until)


def months_in(period: Period) -> list[Period]:
    """The calendar months of a period, in order."""
    months = [month_of(period.opens)]
    while months[-1].until < period.until:
        months.append(month_of(months[-1].until))
    return months


def read_month(text: str) -> Period:
    """A month written 2026-10; raises `InvalidRequest`."""
    found = _MONTH.fullmatch(text.strip())
    if not found:
        raise InvalidRequest(f"“{text}”不是月份", "请写成 2026-10 的样子。", {"month": text})
    return month_of(date(int(found[1]), int(found[2]), 1))


def read_year(text: str) -> Period:
    """A year written 2026; raises `InvalidRequest`."""
    if not _YEAR.fullmatch(text.strip()):
        raise InvalidRequest(f"“{text}”不是年份", "请写成 2026 的样子。", {"year": text})
    return Period(date(int(text), 1, 1), date(int(text) + 1, 1, 1))


def _next_month(day: date) -> date:
    return date(day.year + 1, 1, 1) if day.month == _DECEMBER else date(day.year, day.month + 1, 1)
