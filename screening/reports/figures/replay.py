"""The chain of events played again: where each case stood after each event, as far as reports count it.

The case's row says only how it stands today. A report of an earlier month must say what stood then, so everything a figure groups by (state, grade, place,
entity, what it rests on) is folded from the events themselves, in the order of the chain.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from screening.cases.case import Case
from screening.cases.events import EventKind
from screening.reference.clock import CHINA
from screening.vocabulary import Grade, Role

_URGENCY = {grade.value: number for number, grade in enumerate(Grade)}
_SENT_BACK = ("A2", "B2")  # a case there is with no subdistrict
_BY_ITSELF = ("A2", "F9")  # where the system steps to by itself, it takes the case back from its subdistrict


@dataclass(frozen=True)
class Standing:
    """A case after an event. `area` is where its entity lies, `street` who works on it; `rules` what it rests on (id → most points)."""

    entity_id: str | None
    area: str | None
    street: str | None = None
    grade: str = Grade.INSUFFICIENT.value
    rules: Mapping[str, float] = field(default_factory=dict)

    @property
    def place(self) -> str | None:
        """The subdistrict that answers for it."""
        return self.street or self.area


@dataclass(frozen=True)
class Step:
    """One event and what stood after it; moments are wall-clock time in China."""

    seq: int
    case_id: str
    kind: str
    role: str
    from_state: str | None
    to_state: str
    previous_state: str | None
    version: int
    moment: datetime
    due: datetime | None
    was_open: bool
    is_open: bool
    grade: str
    street_code: str | None
    entity_id: str | None
    conclusion: str | None
    feedback: str | None
    rules: Mapping[str, float]


def replayed(events: Iterable[Mapping[str, Any]], cases: Mapping[str, Case], closed: Collection[str]) -> list[Step]:
    """Every event with the standing it left, in order. `cases` give what events older than the fields they lack did not say."""
    standings: dict[str, Standing] = {}
    states: dict[str, str] = {}
    steps = []
    for event in events:
        case_id, fields = event["case_id"], event["fields"] or {}
        before = standings.get(case_id)
        standing = standings[case_id] = _begun(event, cases[case_id]) if before is None else _after(before, event)
        steps.append(
            Step(
                seq=event["seq"],
                case_id=case_id,
                kind=event["kind"],
                role=event["role"],
                from_state=event["from_state"],
                to_state=event["to_state"],
                previous_state=states.get(case_id),
                version=event["version"],
                moment=_in_china(event["at"]),
                due=_in_china(event["deadline_after"]) if event["deadline_after"] else None,
                was_open=event["from_state"] is not None and event["from_state"] not in closed,
                is_open=event["to_state"] not in closed,
                grade=standing.grade,
                street_code=standing.place,
                entity_id=standing.entity_id,
                conclusion=fields.get("conclusion") if event["kind"] == EventKind.MOVED else None,
                feedback=fields.get("feedback") if event["kind"] == EventKind.MOVED else None,
                rules=standing.rules,
            )
        )
        states[case_id] = event["to_state"]
    return steps


def _begun(event: Mapping[str, Any], case: Case) -> Standing:
    fields = event["fields"] or {}
    return Standing(
        entity_id=fields.get("entity_id", case.entity_id),
        area=fields.get("area_code", case.area_code),
        grade=fields.get("grade", Grade.INSUFFICIENT.value if event["kind"] == EventKind.LEAD else case.grade.value),
        rules=fields.get("rules") or {},
    )


def _after(before: Standing, event: Mapping[str, Any]) -> Standing:
    """As `cases.moves` and `cases.leads` write the row; `checks.replay_is_the_casebook` holds the two against each other."""
    fields, kind, to = event["fields"] or {}, event["kind"], event["to_state"]
    if kind == EventKind.ALERT:
        return _alerted(before, fields)
    if kind == EventKind.LINKED:
        return replace(before, entity_id=fields.get("entity_id"), area=fields.get("area_code") or before.area)
    if kind == EventKind.MINUTES:
        return replace(before, grade=fields.get("grade") or before.grade)
    if kind != EventKind.MOVED:
        return before
    goes_back = to in _SENT_BACK or (event["role"] == Role.SYSTEM and to in _BY_ITSELF)
    street = fields.get("street") or (None if goes_back else before.street)
    return replace(before, street=street, grade=fields.get("grade") or before.grade)


def _alerted(before: Standing, fields: Mapping[str, Any]) -> Standing:
    rules = dict(before.rules)
    for rule, points in (fields.get("rules") or {}).items():
        rules[rule] = max(points, rules.get(rule, points))
    grade = min(before.grade, fields.get("grade") or before.grade, key=_URGENCY.__getitem__)
    return replace(before, rules=rules, grade=grade, area=before.area or fields.get("area_code"))


def _in_china(moment: datetime) -> datetime:
    return moment.astimezone(CHINA).replace(tzinfo=None)
