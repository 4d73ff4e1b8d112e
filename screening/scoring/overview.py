"""The situation at a glance: how many entities stand in each grade, sector and subdistrict, and what moved since the run before."""

from collections import Counter
from dataclasses import dataclass

from screening.access import Actor
from screening.scoring.ranking import Ranked, previous_run, ranked
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Sector


@dataclass(frozen=True)
class Move:
    """An entity whose grade is not what it was; `before` is None for one that was not there."""

    entity: Ranked
    before: Grade | None


@dataclass(frozen=True)
class Overview:
    """Counts of one run; each count's total is the number of entities. `street` None stands for 未知街道."""

    run: Run
    entities: int
    by_grade: dict[Grade, int]
    by_sector: dict[tuple[Sector, Grade], int]
    by_street: dict[tuple[str | None, Grade], int]
    previous: Run | None
    risen: list[Move]
    fallen: list[Move]
    new: list[Move]
    gone: int


def overview(workspace: Workspace, run: Run, *, actor: Actor) -> Overview:
    """Count what the actor sees of a run and compare it with the newest run of an earlier date."""
    entities = ranked(workspace, run, actor=actor)
    earlier = previous_run(workspace, run)
    before = {entity.entity_id: entity.grade for entity in ranked(workspace, earlier, actor=actor)} if earlier else {}
    moves = [Move(entity, before.get(entity.entity_id)) for entity in entities] if earlier else []
    order = list(Grade)
    counted = Counter(entity.grade for entity in entities)
    return Overview(
        run=run,
        entities=len(entities),
        by_grade={grade: counted[grade] for grade in Grade},
        by_sector=dict(Counter((entity.sector, entity.grade) for entity in entities)),
        by_street=dict(Counter((entity.street, entity.grade) for entity in entities)),
        previous=earlier,
        risen=[m for m in moves if m.before and order.index(m.entity.grade) < order.index(m.before)],
        fallen=[m for m in moves if m.before and order.index(m.entity.grade) > order.index(m.before)],
        new=[m for m in moves if m.before is None],
        gone=len(before.keys() - {entity.entity_id for entity in entities}),
    )
