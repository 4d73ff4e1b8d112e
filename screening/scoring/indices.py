"""Subdistricts and sectors compared: what the machine proposes and what people found, side by side and never mixed.

Ordered by the lower end of an interval, so that 1 of 2 does not stand above 30 of 200.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from screening.access import Actor
from screening.scoring.intervals import wilson
from screening.scoring.ranking import Ranked, ranked
from screening.scoring.visits import outcomes, visits
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Grade

_URGENT = (Grade.RED, Grade.ORANGE)
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


def by_street(workspace: Workspace, run: Run, unknown: str, *, actor: Actor) -> list[Index]:
    """Subdistricts, the most pressing first; `unknown` names those of no known subdistrict."""
    return _indices(workspace, run, actor, lambda entity: entity.street or unknown)


def by_sector(workspace: Workspace, run: Run, *, actor: Actor) -> list[Index]:
    """Sectors, the most pressing first."""
    return _indices(workspace, run, actor, lambda entity: entity.sector.label)


def _indices(workspace: Workspace, run: Run, actor: Actor, name_of: Callable[[Ranked], str]) -> list[Index]:
    entities, findings = ranked(workspace, run, actor=actor), _findings(workspace, run)
    indices = []
    for name in sorted({name_of(entity) for entity in entities}):
        here = [entity for entity in entities if name_of(entity) == name]
        visited = [findings[entity.entity_id] for entity in here if entity.entity_id in findings]
        indices.append(
            Index(name, Share(sum(entity.grade in _URGENT for entity in here), len(here)), Share(sum(visited), len(visited)))
        )
    return sorted(indices, key=lambda index: (-index.proposed.lower, -index.found.lower, index.name))


def _findings(workspace: Workspace, run: Run) -> dict[str, bool]:
    """Entity id → whether any visit of the year before the run's day found something."""
    return outcomes(visits(workspace, run), run.as_of - _RECENT - timedelta(days=1), run.as_of)
