"""What the passing of days alone may change: of which entities another day's features can differ though nothing new was received.

Facts age by whole days, and conditions ask whether an age lies within 30, 90, 365 days … Whoever has a fact at such an edge, or a feature that is itself an
age, differs. Within one calendar month ages in months and reports that fall due stand still.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from screening.features.catalogue import read_themes
from screening.vocabulary import Kind

_AGE = "age_days"
_DATED = {
    Kind.COMPLAINTS: "received_at",
    Kind.CHANGES: "change_date",
    Kind.PENALTIES: "penalty_date",
    Kind.PUBLICITY: "captured_at",
    Kind.INSPECTIONS: "visit_date",
}
_ANY_DAY = (Kind.ABNORMAL, Kind.LICENCES, Kind.MICROLENDER_REPORTS, Kind.PAWNSHOP_REPORTS)  # few, and tied to days in other ways
_CASE_WINDOW = "case_window_days"


def moved_sql(before: date, now: date, features: str, links: str) -> list[str]:
    """Queries that each select `entity_id` of entities that may differ between two days of one month: all that do, and some more.

    Over `every_<kind>` (all rows received), `features` as of `before`, and `links`; none for one and the same day.
    """
    if before == now:
        return []
    ages = " OR ".join(f'"{name}" IS NOT NULL' for name in _ages())
    found = [f"SELECT entity_id FROM {features} WHERE {ages}"]
    for kind, column in _DATED.items():
        at_edge = " OR ".join(f"r.{column}::DATE BETWEEN {_days(before, now, edge)}" for edge in _edges())
        found.append(
            f"SELECT l.entity_id FROM every_{kind.table} r JOIN {links} l ON l.kind = '{kind}' AND l.ord = r.ord "
            f"WHERE l.entity_id IS NOT NULL AND ({at_edge})"
        )
    kinds = ", ".join(f"'{kind}'" for kind in _ANY_DAY)
    return [*found, f"SELECT entity_id FROM {links} WHERE entity_id IS NOT NULL AND kind IN ({kinds})"]


def shared_moved_sql(before: date, now: date, parameters: Mapping[str, float | int]) -> str:
    """Over `raw_cases`: the cases that count for entities on one of two days only."""
    return f"SELECT ord FROM raw_cases WHERE case_date BETWEEN {_days(before, now, int(parameters[_CASE_WINDOW]))}"


@cache
def _edges() -> tuple[int, ...]:
    """Every number of days that any condition holds an age against, and 0: what lies in the future counts from its day on."""
    conditions = (f.condition for theme in read_themes() for f in theme.features.values() if _AGE in f.condition)
    return tuple(sorted({0, *(int(number) for said in conditions for number in re.findall(r"\b\d+\b", said))}))


def _ages() -> list[str]:
    """Features that are an age themselves: another one every day."""
    return [name for theme in read_themes() for name, f in theme.features.items() if f.measured == _AGE]


def _days(before: date, now: date, edge: int) -> str:
    """The days of facts that come to, or past, an edge between two days."""
    first, last = sorted((before, now))
    return f"DATE '{first}' - {edge} AND DATE '{last}' - {edge}"
