"""What each sector owes and how its figures must fit together, as `rules/periodic.yaml` says; and which periods are due on a day."""

import calendar
from datetime import date, timedelta
from pathlib import Path

from pydantic import model_validator

from screening.reference.data_files import Strict, checked, read_yaml
from screening.rulebook.rule import BasisRef
from screening.vocabulary import Kind, Sector

_YEAR = 12


class Sum(Strict):
    """A whole that equals its parts."""

    whole: str
    parts: list[str]


class Bound(Strict):
    """A figure that is not above the sum of others."""

    less: str
    more: list[str]


class StatedShare(Strict):
    """A share that was reported beside the two amounts it comes from."""

    share: str
    part: str
    of: str


class Limit(Strict):
    """What the rule of that id forbids in one period's figures.

    `amount` at most `at_most` times `of` (a figure) or `of_register` (of the entity list); without either, none at all, or none where the figure
    `none_where_no` says no. `shortfall`: that figure may be below `of_register` by at most the share `at_most`.
    """

    rule: str
    amount: str | None = None
    shortfall: str | None = None
    of: str | None = None
    of_register: str | None = None
    at_most: str | None = None
    none_where_no: str | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> "Limit":
        if (self.amount is None) == (self.shortfall is None):
            raise ValueError("amount 与 shortfall 写一个")
        if (self.at_most is None) != (self.of is None and self.of_register is None) or (self.of and self.of_register):
            raise ValueError("at_most 与 of 或 of_register 须同时写，of 与 of_register 只写一个")
        return self


class Duty(Strict):
    """One sector's report: kind, frequency, what must add up, what is limited. `months`, `grace_days`, `at_most` name parameters."""

    report: Kind
    months: str
    grace_days: str
    basis: list[BasisRef]
    capital: str
    sums: list[Sum] = []
    bounds: list[Bound] = []
    shares: list[StatedShare] = []
    same_as_register: list[str] = []
    limits: list[Limit] = []

    @property
    def parameters(self) -> list[str]:
        """Names of the numbers it needs."""
        return [self.months, self.grace_days, *(limit.at_most for limit in self.limits if limit.at_most)]


def read_duties(rules: Path) -> dict[Sector, Duty]:
    """Duties by sector; raises `InvalidRule` naming file and key."""
    path = rules / "periodic.yaml"
    return {checked(Sector, word, path): checked(Duty, content, path, word) for word, content in read_yaml(path).items()}


def due_periods(as_of: date, months: int, grace_days: int, how_many: int) -> list[date]:
    """Last days of the newest periods whose grace is over, the oldest first. Grace of 15 days: 30 September is due through 15 October."""
    reached = as_of - timedelta(days=grace_days + 1)
    month = reached.year * _YEAR + reached.month - 1 + (reached == month_end(reached))
    last = month // months * months  # the month after the period
    return [_last_day_before(last - months * back) for back in reversed(range(how_many))]


def previous_period(end: date, months: int) -> date:
    """The last day of the period before."""
    return _last_day_before(end.year * _YEAR + end.month - months)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def period_label(end: date, months: int) -> str:
    """2026年三季度, 2026年9月, 2026年上半年, 2026年度; a month's end that ends no such period is named by its month."""
    if months == 3 and end.month % 3 == 0:
        return f"{end.year}年{'一二三四'[end.month // 3 - 1]}季度"
    if months == 6 and end.month % 6 == 0:
        return f"{end.year}年{'上' if end.month == 6 else '下'}半年"
    return f"{end.year}年度" if months == _YEAR and end.month == _YEAR else f"{end.year}年{end.month}月"


def _last_day_before(month: int) -> date:
    return date(month // _YEAR, month % _YEAR + 1, 1) - timedelta(days=1)
