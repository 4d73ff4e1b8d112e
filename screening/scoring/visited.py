"""Where anybody has ever been, by subdistrict and sector, at a glance: out of the run's own table of scores, in a few milliseconds.

`coverage` classes every registered entity as of today and links all lists anew for it, which takes seconds; this says one thing of it, as the last
scoring knew it: how many have a visit on record at all.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from screening.access import Actor, Document
from screening.reference.areas import read_areas
from screening.rulebook.active import active_rules
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.sight import sight
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Sector

_URGENT = [grade.value for grade in (Grade.RED, Grade.ORANGE, Grade.YELLOW)]


@dataclass(frozen=True)
class Visited:
    """One subdistrict and sector: how many entities, at how many of them anybody ever was, how many of the graded ones nobody ever was at.

    `street` None stands for 未知街道.
    """

    street: str | None
    sector: Sector
    total: int
    visited: int
    urgent_unvisited: int

    @property
    def share(self) -> float:
        """Visited of all, 0 to 1; a line has at least one entity."""
        return self.visited / self.total


def visited(workspace: Workspace, run: Run, *, actor: Actor) -> list[Visited]:
    """What the actor sees of a run: subdistricts by name (unknown last), sectors in their order; the totals add up to the entities."""
    condition, bound = sight(workspace, actor, Document.RANKING).sql()
    query = (
        "SELECT street_code, sector, count(*), count(last_visit_date), count(*) FILTER (WHERE last_visit_date IS NULL AND list_contains(?, grade)) "
        f"FROM read_parquet(?) WHERE {condition} GROUP BY ALL"
    )
    with reading() as connection:
        rows = connection.execute(query, [_URGENT, workspace.run_table(run, "scores"), *bound]).fetchall()
    streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
    merged: dict[tuple[str | None, Sector], tuple[int, int, int]] = {}
    for code, sector, *counts in rows:  # several codes, or none, may lead to 未知街道
        key = streets.get(code), Sector(sector)
        total, been, urgent = (a + b for a, b in zip(merged.get(key, (0, 0, 0)), counts, strict=True))
        merged[key] = total, been, urgent
    order = list(Sector)
    lines = [Visited(street, sector, *counts) for (street, sector), counts in merged.items()]
    return sorted(lines, key=lambda line: (line.street is None, line.street or "", order.index(line.sector)))


def unvisited_by_street(cells: Iterable[Visited]) -> list[tuple[str | None, int]]:
    """Subdistricts with graded entities nobody ever was at, and how many, most first."""
    sums: Counter[str | None] = Counter()
    for cell in cells:
        sums[cell.street] += cell.urgent_unvisited
    return sorted(((street, count) for street, count in sums.items() if count), key=lambda line: (-line[1], line[0] or ""))
