"""Two stored runs laid side by side: who rose, who newly hit a red line, who came in, and which rules made the difference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from screening.reference.areas import read_areas
from screening.rehearsal.moves import Cause, causes, changed_rules, is_more_urgent
from screening.rehearsal.snapshot import Snapshot, stored
from screening.rulebook.active import active_rules
from screening.rulebook.rule import TENTHS
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Sector
from screening.watch.alerts import Alert, AlertKind

_URGENT = (Grade.RED, Grade.ORANGE)


@dataclass(frozen=True)
class Changes:
    """What differs between two runs. `rescored`: entities of both whose points or grade differ; `fallen`: those whose grade is a less urgent one."""

    alerts: list[Alert]
    rescored: int
    fallen: int
    new: int
    gone: int
    is_rulebook_changed: bool


def changes(workspace: Workspace, before: Run | None, after: Run) -> Changes:
    """Compare a run with the one before; without one, everybody is new."""
    streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
    now = stored(workspace, after)
    then = stored(workspace, before) if before else None
    shared = [entity["entity_id"] for entity in now.entities if then and entity["entity_id"] in then.row]
    fresh = [entity["entity_id"] for entity in now.entities if then is None or entity["entity_id"] not in then.row]
    old, new = (then.only(shared) if then else now.only([])), now.only(shared)
    rule_ids = changed_rules(old, new)
    alerts, rescored, fallen = [], 0, 0
    for index, (was, is_) in enumerate(zip(old.entities, new.entities, strict=True)):
        if (was["score"], was["grade"], was["red_line"]) == (is_["score"], is_["grade"], is_["red_line"]):
            continue
        rescored += 1
        fallen += is_more_urgent(was["grade"], is_["grade"])
        kind = AlertKind.RED_LINE if is_["red_line"] and not was["red_line"] else AlertKind.RISEN
        if kind is AlertKind.RED_LINE or is_more_urgent(is_["grade"], was["grade"]):
            alert = _alert(now, is_, kind, causes(old, new, index, rule_ids), streets, before, after)
            alerts.append(replace(alert, grade_before=Grade(was["grade"]), points_before=was["score"] / TENTHS))
    alerts += _newcomers(now.only(fresh), streets, before, after)
    order = list(AlertKind)
    alerts.sort(key=lambda alert: (order.index(alert.kind), -alert.points_after, alert.entity_id))
    gone = len(then.entities) - len(shared) if then else 0
    return Changes(alerts, rescored, fallen, len(fresh), gone, before is not None and before.rulebook != after.rulebook)


def _newcomers(fresh: Snapshot, streets: Mapping[str, str], before: Run | None, after: Run) -> list[Alert]:
    """Alerts of those the run before did not hold and who are urgent at once."""
    found = []
    for index, entity in enumerate(fresh.entities):
        if entity["grade"] in _URGENT or entity["red_line"]:
            hit = [Cause(rule.id, rule.name, 0.0, int(fresh.points_of(rule.id)[index]) / TENTHS) for rule in fresh.rules]
            hit = sorted((cause for cause in hit if cause.after), key=lambda cause: (-cause.after, cause.id))
            caps = [
                Cause(f"CAP-{group}", "同组上限", 0.0, -int(cut[index]) / TENTHS)
                for group, cut in fresh.cuts.items()
                if cut[index]
            ]
            found.append(_alert(fresh, entity, AlertKind.NEW, hit + caps, streets, before, after))
    return found


def _alert(
    snapshot: Snapshot,
    entity: Mapping[str, Any],
    kind: AlertKind,
    because: list[Cause],
    streets: Mapping[str, str],
    before: Run | None,
    after: Run,
) -> Alert:
    name, street = entity["name"], entity["street_code"]
    return Alert(
        entity_id=str(entity["entity_id"]),
        name=name,
        sector=Sector(entity["sector"]),
        street=streets.get(street),
        kind=kind,
        grade_before=None,
        grade_after=Grade(entity["grade"]),
        points_before=0.0,
        points_after=entity["score"] / TENTHS,
        red_line=bool(entity["red_line"]),
        because=because,
        run=after.run_id,
        previous_run=before.run_id if before else None,
        as_of=snapshot.as_of,
    )
