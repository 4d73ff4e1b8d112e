"""Clocks of cases: started by a move, extended once, stopped and resumed with approval; and the marks at which people are told.

Source: domain brief 8.4; 行政处罚法 art. 85; 行政执法机关移送涉嫌犯罪案件的规定 art. 5 (three days, 24 hours).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import model_validator

from screening.errors import InvalidRequest
from screening.reference.clock import end_of, local_day
from screening.reference.data_files import Strict
from screening.reference.workdays import Unit, Workdays
from screening.vocabulary import Grade, Role

Numbers = int | dict[Grade, int]
_HOUR = timedelta(hours=1)


class Term(Strict):
    """How long something may take: a number in one unit, perhaps by grade, or the date that a field names."""

    workdays: Numbers | None = None
    days: Numbers | None = None
    hours: Numbers | None = None
    field: str | None = None
    source: str = ""

    @model_validator(mode="after")
    def _one_unit(self) -> "Term":
        given = [name for name in ("workdays", "days", "hours", "field") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("workdays、days、hours、field 须写且只写一个")
        for unit in Unit:
            numbers = getattr(self, unit)
            if isinstance(numbers, dict) and set(numbers) != set(Grade):
                raise ValueError(f"{unit} 按等级分写时须写全五个等级")
        return self

    def length(self, grade: Grade) -> tuple[int, Unit] | None:
        """Number and unit for a grade; None where a field names the date."""
        for unit in Unit:
            numbers: Numbers | None = getattr(self, unit)
            if numbers is not None:
                return (numbers[grade] if isinstance(numbers, dict) else numbers), unit
        return None

    def said(self, grade: Grade) -> str:
        """The term in Chinese."""
        length = self.length(grade)
        if length is None:
            return "以所填日期为准"
        return "当日" if length[0] == 0 else f"{length[0]}{length[1].label}"


class Reminder(Strict):
    """A mark on the clock and who is told there: `left` is the share of the term left, `overdue` days late."""

    mark: str
    left: float | None = None
    overdue: int | None = None
    tell: list[Role | Literal["holder"]]


@dataclass(frozen=True)
class Clock:
    """A running term. `number` is its length with what it was extended by, `left` what was left when it was stopped (None while it runs)."""

    started: datetime
    number: int
    unit: Unit
    due: datetime
    source: str
    is_confirmed: bool
    extended: int = 0
    left: int | None = None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"started": self.started.isoformat(), "due": self.due.isoformat(), "unit": self.unit.value}


def clock_from(document: Mapping[str, Any] | None) -> Clock | None:
    """A clock from its JSON."""
    if document is None:
        return None
    moments = {name: datetime.fromisoformat(document[name]) for name in ("started", "due")}
    return Clock(**(dict(document) | moments | {"unit": Unit(document["unit"])}))


def start(days: Workdays, term: Term | None, grade: Grade, at: datetime, fields: Mapping[str, Any]) -> Clock | None:
    """The clock of a term begun now; None where nothing is due. A term may end on a date that was filled in."""
    if term is None:
        return None
    length = term.length(grade)
    if length is None:
        last = date.fromisoformat(fields[str(term.field)])
        if last <= local_day(at):
            raise InvalidRequest("期限须在今天之后", "请核对所填的日期。", {"field": term.field})
        number, unit, due = (last - local_day(at)).days, Unit.DAYS, end_of(last)
    else:
        number, unit = length
        due = days.due(at, number, unit)
    return Clock(at, number, unit, due, term.source, days.is_confirmed(local_day(at), local_day(due)))


def extended(days: Workdays, clock: Clock, number: int) -> Clock:
    """The clock with so many units more, counted on from its last day."""
    due = days.due(clock.due, number, clock.unit)
    confirmed = days.is_confirmed(local_day(clock.started), local_day(due))
    return replace(clock, number=clock.number + number, due=due, extended=clock.extended + number, is_confirmed=confirmed)


def stopped(days: Workdays, clock: Clock, at: datetime) -> Clock:
    """The clock standing still since now."""
    return replace(clock, left=units_left(days, clock, at))


def resumed(days: Workdays, clock: Clock, at: datetime) -> Clock:
    """The clock running again with what was left, today where that was its last day; what was overdue stays overdue by as much."""
    left = clock.left or 0
    due = days.due(at, left, clock.unit) if left >= 0 else days.late_since(at, -left, clock.unit)
    return replace(clock, left=None, due=due, is_confirmed=days.is_confirmed(local_day(clock.started), local_day(due)))


def units_left(days: Workdays, clock: Clock, now: datetime) -> int:
    """Whole units left, 0 on the last day, negative when late."""
    if clock.left is not None:
        return clock.left
    if clock.unit is Unit.HOURS:
        return (clock.due - now) // _HOUR
    return days.count(clock.unit, local_day(now), local_day(clock.due))


def mark(days: Workdays, clock: Clock, now: datetime, reminders: Sequence[Reminder]) -> Reminder | None:
    """The last mark this clock has passed; None before the first, and while it stands still."""
    if clock.left is not None:
        return None
    left = units_left(days, clock, now)
    late = _days_late(days, clock, now)
    passed = [reminder for reminder in reminders if _is_passed(reminder, left, late, clock.number)]
    return passed[-1] if passed else None


def _days_late(days: Workdays, clock: Clock, now: datetime) -> int:
    unit = Unit.DAYS if clock.unit is Unit.HOURS else clock.unit
    return max(0, days.count(unit, local_day(clock.due), local_day(now)))


def _is_passed(reminder: Reminder, left: int, late: int, number: int) -> bool:
    if reminder.overdue is not None:
        return late >= reminder.overdue
    share = left / number if number else 0.0
    return share <= (reminder.left or 0.0)
