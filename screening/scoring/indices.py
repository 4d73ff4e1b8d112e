"""Subdistricts and sectors compared: what the machine proposes and what people found, side by side and never mixed.

Ordered by the lower end of an interval, so that 1 of 2 does not stand above 30 of 200.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from screening.access import Actor, Document
from screening.reference.areas import read_areas
from screening.rulebook.active import active_rules
from screening.scoring.intervals import wilson
from screening.scoring.visits import outcomes, visits
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.sight import sight
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Sector

_URGENT = [grade.value for grade in (Grade.RED, Grade.ORANGE)]
_RECENT = timedelta(days=365)


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % interval of the share; None where there is nothing to divide by."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends of the interval."""
        return wilson(self.count, self.of)

    @property
    def lower(self) -> float:
        """What to order by; below every known share where nothing is known."""
        return -1.0 if self.interval is None else self.interval[0]


@dataclass(frozen=True)
class Index:
    """One subdistrict or sector: `proposed` is entities graded 红 or 橙 by the machine, `found` is entities where a visit of the last year found something."""

    name: str
    proposed: Share
    found: Share


@dataclass(frozen=True)
class Compared:
    """Sectors and subdistricts of one run, the most pressing first."""

    by_sector: list[Index]
    by_street: list[Index]


def compared(workspace: Workspace, run: Run, unknown: str, *, actor: Actor) -> Compared:
    """What the actor sees of a run; `unknown` names those of no known subdistrict."""
    condition, bound = sight(workspace, actor, Document.RANKING).sql()
    findings = _findings(workspace, run)
    streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
    counted = "SELECT sector, street_code, count(*) FILTER (WHERE list_contains(?, grade)), count(*)"
    visited = "SELECT sector, street_code, entity_id"
    seen = f"FROM (SELECT * FROM read_parquet(?) WHERE {condition})"
    table = [workspace.run_table(run, "scores"), *bound]
    with reading() as connection:
        proposed = connection.execute(f"{counted} {seen} GROUP BY ALL", [_URGENT, *table]).fetchall()
        known = connection.execute(
            f"{visited} {seen} WHERE entity_id IN (SELECT unnest(?::VARCHAR[]))", [*table, list(findings)]
        ).fetchall()
    found = [(sector, street, int(findings[entity_id]), 1) for sector, street, entity_id in known]
    return Compared(
        by_sector=_indices(proposed, found, lambda sector, _: Sector(sector).label),
        by_street=_indices(proposed, found, lambda _, street: streets.get(street or "", unknown)),
    )


def by_street(workspace: Workspace, run: Run, unknown: str, *, actor: Actor) -> list[Index]:
    """Subdistricts, the most pressing first; `unknown` names those of no known subdistrict."""
    return compared(workspace, run, unknown, actor=actor).by_street


def by_sector(workspace: Workspace, run: Run, *, actor: Actor) -> list[Index]:
    """Sectors, the most pressing first."""
    return compared(workspace, run, "", actor=actor).by_sector


def _indices(
    proposed: Iterable[tuple[str, str | None, int, int]],
    found: Iterable[tuple[str, str | None, int, int]],
    name_of: Callable[[str, str | None], str],
) -> list[Index]:
    """Counts by sector and subdistrict (so many, of so many) summed under the names of either."""
    sums: dict[str, list[int]] = {}
    for place, rows in ((0, proposed), (2, found)):
        for sector, street, count, of in rows:
            here = sums.setdefault(name_of(sector, street), [0, 0, 0, 0])
            here[place] += count
            here[place + 1] += of
    indices = [Index(name, Share(*counts[:2]), Share(*counts[2:])) for name, counts in sums.items()]
    return sorted(indices, key=lambda index: (-index.proposed.lower, -index.found.lower, index.name))


def _findings(workspace: Workspace, run: Run) -> dict[str, bool]:
    """Entity id → whether any visit of the year before the run's day found something."""
    return outcomes(visits(workspace, run), run.as_of - _RECENT - timedelta(days=1), run.as_of)
