"""Who does what by when: persons to whom a case is given, measures under an administrative case, what is due and whom to remind."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from screening.access import Actor
from screening.cases import deadlines, invariants
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import EventKind
from screening.cases.fields import people_of
from screening.cases.workflow import Move
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.clock import local_day
from screening.vocabulary import Role

_GIVEN_OUT = {"B1", "B3", "E1"}


@dataclass(frozen=True)
class Due:
    """A case with a running clock: `left` units left (negative: late), the mark it has passed, the roles to tell.

    `step` names what is due where it is not the state itself: a decision on a request, a step that brooks no delay.
    """

    case: Case
    due: datetime
    left: int
    unit: str
    mark: str
    tell: list[str]
    is_confirmed: bool
    step: str = ""


@dataclass(frozen=True)
class Desk:
    """What lies on somebody's desk: requests to decide, sessions their unit has not spoken in, cases that are their role's turn. Each case once."""

    to_decide: list[Case]
    to_speak: list[Case]
    to_do: list[Case]


def desk(book: Casebook, actor: Actor, among: Sequence[Case] | None = None) -> Desk:
    """Everything that waits for this person, the most pressing first; `among` their open cases where those were read already."""
    decide: list[Case] = []
    speak: list[Case] = []
    do: list[Case] = []
    for case in book.cases(actor, open_only=True) if among is None else among:
        if case.pending:
            if actor.role.value in case.pending["approval_by"] and actor.person_id != case.pending["person_id"]:
                decide.append(case)
        elif case.state == "C1" and is_asked(book, actor, case):
            speak.append(case)
        elif is_turn(book, actor, case) and case.assignee in (None, actor.person_id):
            do.append(case)
    return Desk(decide, speak, do)


def is_turn(book: Casebook, actor: Actor, case: Case) -> bool:
    """Whether a case waits for this person's unit, as far as it came from there: feedback is owed by the one it was sent to."""
    is_holder = actor.role in book.workflow.states[case.state].holders(case.came_from)
    return is_holder and (actor.role is not Role.INDUSTRY or case.to_unit in ("", actor.unit))


def is_asked(book: Casebook, actor: Actor, case: Case) -> bool:
    """Whether a joint session still waits for this person's unit to speak."""
    session = case.session or {}
    heard = {opinion["unit"] for opinion in session.get("opinions", ())}
    return actor.role in book.workflow.joint_session.opinion_by and not session.get("minutes") and actor.unit not in heard


def propose_assignee(book: Casebook, candidates: Sequence[Actor], area_code: str) -> Actor | None:
    """The one who answers for the subdistrict and has the least open work; by id where two have the same."""
    load = workload(book)
    able = [person for person in candidates if person.role is Role.STREET and area_code in person.areas]
    return min(able, key=lambda person: (load[person.person_id], person.person_id), default=None)


def workload(book: Casebook) -> Counter[str]:
    """Open cases by the person they were given to."""
    system = Actor("system", "系统", "系统", Role.SYSTEM)
    return Counter(case.assignee for case in book.cases(system, open_only=True) if case.assignee)


def assign(book: Casebook, actor: Actor, case_id: str, person: Actor, *, version: int, at: datetime) -> Case:
    """Give a dispatched case to a person or grid worker of its subdistrict; raises `NotAllowed` for others."""
    with book.changing(actor, case_id, version) as (ledger, case):
        where = {"case": case_id, "person": person.person_id}
        if case.state not in _GIVEN_OUT:
            raise NotAllowed(f"“{book.workflow.label(case.state)}”的案件不需要指定承办人", "派发后再指定。", where)
        is_own = actor.role is Role.STREET and case.place in actor.areas
        if actor.role is not Role.OFFICER and not is_own:
            raise NotAllowed("只有处非办和承办街道可以指定承办人", "请由他们指定。", where)
        if person.role not in (Role.STREET, Role.GRID) or case.place not in person.areas:
            raise NotAllowed(f"{person.name}不是承办街道的人员", "请选本街道的承办人员。", where)
        after = replace(case, assignee=person.person_id)
        return ledger.keep(
            case, after, actor, EventKind.ASSIGNED, at=at, fields={"assignee": person.person_id, "name": person.name}
        )


def record_measure(
    book: Casebook, actor: Actor, case_id: str, fields: Mapping[str, Any], *, version: int, at: datetime, reason: str = ""
) -> Case:
    """Put an investigative measure under an administrative case on record: which, by which officers, with which papers."""
    with book.changing(actor, case_id, version) as (ledger, case):
        rules = book.workflow.investigation
        if case.state not in rules.states:
            raise NotAllowed("只有行政立案后才能采取调查措施", "请先立案。", {"case": case_id, "state": case.state})
        if actor.role not in rules.by:
            raise NotAllowed(f"{actor.role.label}不能记录调查措施", "由处非办记录。", {"role": actor.role.value})
        known = book.workflow.fields
        allowed = ("action", "officers", "head_approval", "records", "grounds")
        if unknown := [name for name in fields if name not in allowed]:
            raise InvalidRequest(f"这一步没有“{unknown[0]}”这一项", "", {"field": unknown[0]})
        given = {name: value for name, value in fields.items() if value not in (None, "", [])}
        given["officers"] = people_of(given.get("officers") or [])
        if "action" not in given:
            raise InvalidRequest("请选调查措施", "从表里选一项。", {"case": case_id})
        action = book.reader.read(known["action"], given["action"])
        attempt = invariants.Attempt(case, case.state, actor, fields=given, reason=reason)
        invariants.tipster_stays_behind(attempt)
        invariants.measure_is_authorised(attempt, action, book.workflow.choices(known["action"])[action])
        read = {name: book.reader.read(known[name], value) for name, value in given.items()}
        return ledger.keep(case, case, actor, EventKind.MEASURE, at=at, reason=reason, fields=read)


def due(
    book: Casebook, actor: Actor, at: datetime, *, marked_only: bool = False, among: Sequence[Case] | None = None
) -> list[Due]:
    """What runs against a clock in the actor's sight, the latest first; `marked_only` leaves out what needs no reminder yet.

    `among` are their cases where those were read already.
    """
    cases = book.cases(actor) if among is None else among
    found = [item for case in cases for item in _running(book, case, at)]
    return [item for item in found if item.mark or not marked_only]


def _running(book: Casebook, case: Case, at: datetime) -> Iterator[Due]:
    holders = [role.value for role in book.workflow.states[case.state].holders(case.came_from)]
    clocks = [(deadlines.clock_from(case.clock), holders, "")]
    if case.pending:
        clocks.append((deadlines.clock_from(case.pending["clock"]), case.pending["approval_by"], "等批准"))
    else:
        clocks += [_sooner(book, case, row) for row in book.workflow.rows(case.state)]
    for clock, told, step in clocks:
        if clock is None or clock.left is not None:
            continue
        passed = deadlines.mark(book.days, clock, at, book.workflow.reminders)
        roles = [name for who in (passed.tell if passed else ()) for name in (told if who == "holder" else [str(who)])]
        yield Due(
            case,
            clock.due,
            deadlines.units_left(book.days, clock, at),
            clock.unit.label,
            passed.mark if passed else "",
            list(dict.fromkeys(roles)),
            clock.is_confirmed and book.days.is_confirmed(local_day(at)),
            step,
        )


def _sooner(book: Casebook, case: Case, row: Move) -> tuple[deadlines.Clock | None, list[str], str]:
    """The clock of an urgent step that this case calls for by itself: red, or a rule that brooks no delay, is discussed the same day."""
    running, when = deadlines.clock_from(case.clock), row.when_any
    is_called_for = when is not None and (case.grade in when.grades or not set(when.rules).isdisjoint(case.rules))
    if running is None or running.left is not None or row.within is None or not is_called_for:
        return None, [], ""
    clock = deadlines.start(book.days, row.within, case.grade, running.started, {})
    return clock, [role.value for role in row.by], book.workflow.label(row.to)
