"""Two units at one door: visits made or planned by different units to one entity within so many days, shown to both.

A visit may be several units' own (「市场监管局、工农街道办」): that is a joint visit, and no double one. The units' names are compared without the
district before and the 办事处 behind them.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from screening.scoring.coverage import Planned
from screening.scoring.visits import Visit

_SEPARATOR = re.compile(r"[、,;/+&]+|会同|联合")
_PLACE = re.compile(r"^(广东省)?(湛江市)?(霞山区)?(?=.{2,})")
_OFFICE = re.compile(r"(街道)(办事处|办)$")


@dataclass(frozen=True)
class Call:
    """One visit, made or planned, as one side of a double."""

    unit: str
    day: date
    is_planned: bool


@dataclass(frozen=True)
class Double:
    """Two calls of different units at one entity; `earlier` is not after `later`."""

    entity_id: str
    earlier: Call
    later: Call

    @property
    def days_apart(self) -> int:
        """Days between them; 0 may be a joint visit that both wrote down."""
        return (self.later.day - self.earlier.day).days

    @property
    def units(self) -> tuple[str, str]:
        """Both units as written."""
        return self.earlier.unit, self.later.unit

    def document(self) -> dict[str, Any]:
        """As in `coverage --json`."""
        sides = {
            key: {"unit": c.unit, "day": c.day, "is_planned": c.is_planned}
            for key, c in (("earlier", self.earlier), ("later", self.later))
        }
        return {"entity_id": self.entity_id, "days_apart": self.days_apart, **sides}


def double_visits(
    visits: Iterable[Visit], planned: Iterable[Planned], as_of: date, within_days: int, lookback_days: int
) -> list[Double]:
    """Doubles of which the later call is at most so many days before a day, the newest first. Visits without a unit tell nothing."""
    calls: dict[str, set[Call]] = {}
    for visit in visits:
        if visit.unit and unit_key(visit.unit):
            calls.setdefault(visit.entity_id, set()).add(Call(visit.unit, visit.day, visit.day > as_of))
    for plan in planned:
        if unit_key(plan.unit) and plan.day >= as_of:  # a plan that passed is a visit made, or overdue
            calls.setdefault(plan.entity_id, set()).add(Call(plan.unit, plan.day, True))
    since = as_of - timedelta(days=lookback_days)
    found = []
    for entity_id, here in calls.items():
        for earlier, later in combinations(sorted(here, key=lambda c: (c.day, c.unit, c.is_planned)), 2):
            is_near = later.day - earlier.day <= timedelta(days=within_days) and later.day >= since
            if is_near and unit_key(earlier.unit).isdisjoint(unit_key(later.unit)):
                found.append(Double(entity_id, earlier, later))
    return sorted(found, key=lambda d: (-d.later.day.toordinal(), d.entity_id, d.earlier.day, *d.units))


def by_unit(doubles: Iterable[Double]) -> dict[str, list[Double]]:
    """Unit → the doubles it has a part in: each stands under both."""
    found: dict[str, list[Double]] = {}
    for double in doubles:
        for unit in sorted(set(double.units)):
            found.setdefault(unit, []).append(double)
    return dict(sorted(found.items()))


def unit_key(unit: str) -> frozenset[str]:
    """What units a cell names, by bare name; empty for a cell that says nothing."""
    parts = _SEPARATOR.split(re.sub(r"\s+", "", unicodedata.normalize("NFKC", unit)))
    return frozenset(_OFFICE.sub(r"\1", _PLACE.sub("", part)) for part in parts if part)
