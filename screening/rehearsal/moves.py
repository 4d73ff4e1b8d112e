"""Who stands elsewhere when other rules are put to the same facts, which rules made the difference, and what that means for visits."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.rehearsal.snapshot import Snapshot
from screening.rulebook.rule import TENTHS
from screening.vocabulary import Grade

VISITED = (Grade.RED, Grade.ORANGE, Grade.YELLOW)  # one visit for an entity in any of these
GRADING, GRADING_NAME = (
    "GRADES",
    "分数线、红线或资料完整度的规定",
)  # stands for cut-offs, red line and completeness where no rule's points explain a change of grade
_LEVEL = {Grade.RED: 3, Grade.ORANGE: 2, Grade.YELLOW: 1, Grade.INSUFFICIENT: 0, Grade.BLUE: 0}


@dataclass(frozen=True)
class Cause:
    """One line of a difference, in points: what a rule (or a group's cap, id `CAP-<group>`, points ≤ 0) gave and gives, and could have added and could add."""

    id: str
    name: str
    before: float
    after: float
    could_add_before: float = 0.0
    could_add_after: float = 0.0


@dataclass(frozen=True)
class Move:
    """One entity whose points or grade changed. Σ (after - before) of `because` is exactly `points_after - points_before`."""

    entity_id: str
    name: str | None
    sector: str
    street: str | None
    grade_before: str
    grade_after: str
    points_before: float
    points_after: float
    because: list[Cause]

    @property
    def is_regraded(self) -> bool:
        """Whether the grade, not only the points, changed."""
        return self.grade_before != self.grade_after

    @property
    def is_lifted(self) -> bool:
        """Whether the grade is a more urgent one; from 蓝 to 资料不足 is none."""
        return is_more_urgent(self.grade_after, self.grade_before)

    @property
    def lifted_by(self) -> list[str]:
        """Ids of what raised the grade: every cause that gives more than before, the grading itself where none does."""
        if not self.is_lifted:
            return []
        return [cause.id for cause in self.because if cause.after > cause.before and not cause.id.startswith("CAP-")] or [GRADING]


def is_more_urgent(grade: str, other: str) -> bool:
    """Whether a grade is a more urgent one than another; 蓝 and 资料不足 are equally little."""
    return _LEVEL[Grade(grade)] > _LEVEL[Grade(other)]


def moves(before: Snapshot, after: Snapshot, streets: Mapping[str, str]) -> list[Move]:
    """Entities whose points or grade differ, the most points after first. `streets`: code → name. Both snapshots hold the same entities."""
    assert before.row.keys() == after.row.keys(), "rules decide how entities stand, not which there are"
    changed = changed_rules(before, after)
    found = []
    for index, (old, new) in enumerate(zip(before.entities, after.entities, strict=True)):
        if (old["score"], old["grade"]) != (new["score"], new["grade"]):
            found.append(_move(before, after, index, streets, changed))
    return sorted(found, key=lambda move: (-move.points_after, -move.points_before, move.entity_id))


def changed_rules(before: Snapshot, after: Snapshot) -> set[str]:
    """Rules that say anything else of anybody: their points or what unknowns could add."""
    return {
        rule_id
        for rule_id in before.column.keys() | after.column.keys()
        if (before.points_of(rule_id) != after.points_of(rule_id)).any()
        or (before.maybe_of(rule_id) != after.maybe_of(rule_id)).any()
    }


def by_grade(found: Sequence[Move], key: str) -> dict[str, list[dict[str, Any]]]:
    """Documents of those regraded, by the grade of attribute `key` (`grade_before` or `grade_after`); every grade is there."""
    return {grade.value: [asdict(m) for m in found if m.is_regraded and getattr(m, key) == grade] for grade in Grade}


def visits(before: Snapshot, after: Snapshot, streets: Mapping[str, str]) -> dict[str, Any]:
    """How many visits each would ask for: `{before, after, by_street: [{street, before, after}], by_unit: [{unit, before, after}]}`.

    The unit in charge is the subdistrict for now. `street` None stands for 未知街道.
    """
    counts = [Counter(streets.get(e["street_code"]) for e in s.entities if e["grade"] in VISITED) for s in (before, after)]
    named = sorted(counts[0].keys() | counts[1].keys(), key=lambda street: (street is None, street or ""))
    lines = [(street, counts[0][street], counts[1][street]) for street in named]
    return {
        "before": counts[0].total(),
        "after": counts[1].total(),
        "by_street": [{"street": street, "before": old, "after": new} for street, old, new in lines],
        "by_unit": [{"unit": street, "before": old, "after": new} for street, old, new in lines],
    }


def _move(before: Snapshot, after: Snapshot, index: int, streets: Mapping[str, str], changed: Collection[str]) -> Move:
    old, new = before.entities[index], after.entities[index]
    return Move(
        entity_id=new["entity_id"],
        name=new["name"],
        sector=new["sector"],
        street=streets.get(new["street_code"]),
        grade_before=old["grade"],
        grade_after=new["grade"],
        points_before=old["score"] / TENTHS,
        points_after=new["score"] / TENTHS,
        because=causes(before, after, index, changed),
    )


def causes(before: Snapshot, after: Snapshot, index: int, rule_ids: Collection[str]) -> list[Cause]:
    """What differs in one row of both: rules (of those given) by weight, then caps."""
    names = before.names | after.names
    found = []
    for rule_id in sorted(rule_ids):
        points = [int(snapshot.points_of(rule_id)[index]) for snapshot in (before, after)]
        maybe = [int(snapshot.maybe_of(rule_id)[index]) for snapshot in (before, after)]
        if points[0] != points[1] or maybe[0] != maybe[1]:
            found.append(Cause(rule_id, names[rule_id], *(tenths / TENTHS for tenths in (*points, *maybe))))
    found.sort(key=lambda cause: (-abs(cause.after - cause.before), cause.id))
    found += _cap_causes(before, after, index)
    if not found and before.entities[index]["grade"] != after.entities[index]["grade"]:
        found.append(Cause(GRADING, GRADING_NAME, 0.0, 0.0))
    return found


def _cap_causes(before: Snapshot, after: Snapshot, index: int) -> list[Cause]:
    found = []
    for group in sorted(before.cuts.keys() | after.cuts.keys()):
        cut_before, cut_after = _cut(before.cuts, group, index), _cut(after.cuts, group, index)
        if cut_before != cut_after:
            found.append(Cause(f"CAP-{group}", "同组上限", -cut_before / TENTHS, -cut_after / TENTHS))
    return found


def _cut(cuts: Mapping[str, NDArray[np.int64]], group: str, row: int) -> int:
    return int(cuts[group][row]) if group in cuts else 0
