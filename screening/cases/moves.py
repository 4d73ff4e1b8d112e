"""Moving a case: a step is held against the table, its demands and the eight rules, then made, or kept waiting for a second person.

Everything a step changes (state, clock, counts, what waits) is decided in `_carried_out`; extensions and pauses of the clock wait the same way.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from screening.access import SYSTEM, Actor
from screening.cases import deadlines, invariants
from screening.cases.case import Case
from screening.cases.casebook import Casebook, Ledger
from screening.cases.demands import check_conditions, read_fields, require_own, require_reason, require_role, step_key
from screening.cases.events import EventKind
from screening.cases.invariants import Attempt
from screening.cases.visits import REPORTED_BY, keep_visit
from screening.cases.workflow import Approval, Move
from screening.errors import InvalidRequest, NotAllowed, StaleRecord
from screening.reference.clock import local_day
from screening.vocabulary import Grade, Role

_EXTENSION, _PAUSE, _RESUME, _MOVE = "extension", "pause", "resume", "move"
_DONE = {_EXTENSION: EventKind.EXTENDED, _PAUSE: EventKind.PAUSED, _RESUME: EventKind.RESUMED}
LABELS = {_EXTENSION: "延期", _PAUSE: "暂停计时", _RESUME: "恢复计时"}


def move(
    book: Casebook,
    actor: Actor,
    case_id: str,
    to: str,
    *,
    version: int,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Case:
    """Make a step, or ask for it where a second person must agree; returns the case as it stands then.

    Raises `NotAllowed` for a step the workflow or a rule forbids, `InvalidRequest` for what is missing or unreadable, `StaleRecord` for a version
    that is not the newest.
    """
    with book.changing(actor, case_id, version) as (ledger, case):
        _nothing_waits(book, case)
        row = book.workflow.choose(case.state, to, actor.role, case.came_from)
        require_own(book, actor, case, row)
        given = read_fields(book, row.needs, row.fields, fields or {}, row, at)
        check_conditions(book, case, row, given, at)
        approval = row.approval_for(case.grade)
        attempt = Attempt(case, to, actor, fields=given, reason=reason, limits=book.limits(at), is_final=approval is None)
        invariants.check(attempt)
        if approval is None:
            return _carried_out(book, ledger, case, row, actor, given, reason, at)
        pending = {"verb": _MOVE, "to": to, "fields": given}
        return _submitted(book, ledger, case, actor, approval, pending, reason, at)


def approve(
    book: Casebook,
    actor: Actor,
    case_id: str,
    *,
    version: int,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Case:
    """Agree to what waits; raises as `move` does, and `NotAllowed` for whoever asked for it."""
    with book.changing(actor, case_id, version) as (ledger, case):
        pending = _waiting(case)
        approval, row = _approval_of(book, case, pending)
        _may_approve(actor, approval, pending)
        wanted = [name for name in approval.needs if name not in pending["fields"]]
        added = read_fields(book, wanted, approval.needs, fields or {}, None, at)
        given = {**pending["fields"], **added}
        signed = {**given, "submitted_by": _submitter(pending)}
        if row is None:
            return _clock_changed(book, ledger, case, actor, pending, signed, reason, at)
        attempt = Attempt(
            case,
            row.to,
            actor,
            submitter_id=pending["person_id"],
            submitter=pending["person"],
            approver=actor,
            fields=given,
            reason=reason,
            limits=book.limits(at),
        )
        invariants.check(attempt)
        return _carried_out(book, ledger, case, row, actor, signed, reason, at)


def decline(book: Casebook, actor: Actor, case_id: str, *, version: int, at: datetime, reason: str) -> Case:
    """Say no to what waits, with the reason on record, or take back one's own request; raises as `approve` does."""
    with book.changing(actor, case_id, version) as (ledger, case):
        pending = _waiting(case)
        is_own = pending["person_id"] == actor.person_id
        if not is_own:
            _may_approve(actor, _approval_of(book, case, pending)[0], pending)
        if not reason.strip():
            raise InvalidRequest("请写明理由", "不予批准或撤回的理由要记录在案。", {"case": case_id})
        kind = EventKind.WITHDRAWN if is_own else EventKind.DECLINED
        invariants.tipster_stays_behind(Attempt(case, case.state, actor, reason=reason))
        asked = {"request": pending["verb"], "to": pending.get("to"), "papers": sorted(pending["fields"])}
        said = {**asked, "submitted_by": _submitter(pending)}
        return ledger.keep(case, replace(case, pending=None), actor, kind, at=at, reason=reason, fields=said)


def extend(book: Casebook, actor: Actor, case_id: str, number: int, *, version: int, at: datetime, reason: str) -> Case:
    """Ask for a longer term, in the clock's own unit; raises `NotAllowed` where it cannot be extended (again) or not by so much."""
    with book.changing(actor, case_id, version) as (ledger, case):
        _nothing_waits(book, case)
        state, clock = book.workflow.states[case.state], deadlines.clock_from(case.clock)
        if not state.extendable or clock is None:
            raise NotAllowed(f"“{state.label}”不能延期", "只有核查可以延期一次。", {"case": case_id, "state": case.state})
        require_role(book, actor, case, [*state.unit, Role.OFFICER])
        if case.counts.get(_EXTENSION, 0) >= book.workflow.extension.most:
            raise NotAllowed("已经延期过一次", "同一次核查只能延期一次，请按期反馈。", {"case": case_id})
        if clock.left is not None:
            raise NotAllowed("计时已暂停，不用延期", "恢复计时以后仍不够，再提延期。", {"case": case_id})
        if not 0 < number <= clock.number:
            raise NotAllowed(
                f"延期不得超过原时限 {clock.number}{clock.unit.label}", "请填不超过原时限的天数。", {"case": case_id}
            )
        pending = {"verb": _EXTENSION, "fields": {"number": number}}
        return _submitted(book, ledger, case, actor, book.workflow.extension.approval, pending, require_reason(reason), at)


def pause(book: Casebook, actor: Actor, case_id: str, cause: str, *, version: int, at: datetime, reason: str) -> Case:
    """Ask for the clock to stand still, for a cause of the list; raises `NotAllowed` where it may not."""
    with book.changing(actor, case_id, version) as (ledger, case):
        _nothing_waits(book, case)
        causes = book.workflow.reasons["pause"]
        code = next((key for key, label in causes.items() if cause in (key, label)), None)
        if code is None:
            raise InvalidRequest(f"没有“{cause}”这种暂停原因", f"可选：{'、'.join(causes.values())}。", {"cause": cause})
        state, clock = book.workflow.states[case.state], deadlines.clock_from(case.clock)
        if not state.pausable or clock is None or clock.left is not None:
            raise NotAllowed(
                f"“{state.label}”现在不能暂停计时", "已经暂停，或这一步不能暂停。", {"case": case_id, "state": case.state}
            )
        require_role(book, actor, case, book.workflow.pause.by)
        pending = {"verb": _PAUSE, "fields": {"cause": code}}
        return _submitted(book, ledger, case, actor, book.workflow.pause.approval, pending, require_reason(reason), at)


def resume(book: Casebook, actor: Actor, case_id: str, *, version: int, at: datetime, reason: str) -> Case:
    """Ask for a stopped clock to run again."""
    with book.changing(actor, case_id, version) as (ledger, case):
        _nothing_waits(book, case)
        clock = deadlines.clock_from(case.clock)
        if clock is None or clock.left is None:
            raise NotAllowed("这件案子没有暂停计时", "不需要恢复。", {"case": case_id})
        require_role(book, actor, case, book.workflow.pause.by)
        return _submitted(
            book, ledger, case, actor, book.workflow.pause.approval, {"verb": _RESUME, "fields": {}}, require_reason(reason), at
        )


def next_moves(book: Casebook, actor: Actor, case: Case) -> list[Move]:
    """The rows open to somebody from where a case of its grade stands, whatever they still demand; after minutes only what was decided."""
    minutes = (case.session or {}).get("minutes")
    return [
        row
        for row in book.workflow.rows(case.state)
        if actor.role in row.by
        and (not row.after or case.came_from in row.after)
        and (not row.grades or case.grade in row.grades)
        and (not row.session or not minutes or row.to in minutes["decided"])
    ]


def sweep(book: Casebook, at: datetime) -> list[Case]:
    """What time alone brings about: a rectification term that has run out becomes a re-check. Returns the cases moved."""
    timed = {state: row for row in book.workflow.moves if row.due and Role.SYSTEM in row.by for state in row.from_}
    moved = []
    for case in book.cases(SYSTEM, states=list(timed)) if timed else ():
        if case.due_at and case.due_at < at and case.pending is None:
            with suppress(StaleRecord):  # another window, perhaps of another server, was quicker
                moved.append(move(book, SYSTEM, case.case_id, timed[case.state].to, version=case.version, at=at, reason="期满"))
    return moved


def _carried_out(
    book: Casebook, ledger: Ledger, case: Case, row: Move, actor: Actor, given: Mapping[str, Any], reason: str, at: datetime
) -> Case:
    """The case after the step, written."""
    state = book.workflow.states[row.to]
    is_reopened = case.state == "F9"
    grade = Grade(given["grade"]) if given.get("grade") else case.grade
    came_from = case.came_from if row.to == case.state else case.state
    clock = deadlines.start(book.days, state.term(came_from), grade, at, given)
    counts = {} if is_reopened else dict(case.counts)
    if row.most is not None:
        counts[step_key(case.state, row.to)] = counts.get(step_key(case.state, row.to), 0) + 1
    after = replace(
        case,
        state=row.to,
        came_from=came_from,
        grade=grade,
        clock=clock.document() if clock else None,
        due_at=clock.due if clock else None,
        counts=counts,
        been=[row.to] if is_reopened else list(dict.fromkeys([*case.been, row.to])),
        street=given.get("street") or (None if row.to in ("A2", "B2") else case.street),
        assignee=None if row.to in ("A2", "B1") else case.assignee,
        to_unit=given.get("to_unit") or case.to_unit,
        session={"invited": given.get("invited") or [], "opinions": []} if row.to == "C1" else None,
        pending=None,
        closing=_closing(book, case, row, given, at) if state.closed else None,
    )
    is_visit = (case.state, row.to) == REPORTED_BY
    told = {**given, "entity_id": case.entity_id} if is_visit else given
    kept = ledger.keep(case, after, actor, EventKind.MOVED, at=at, reason=reason, fields=told)
    if is_visit:
        keep_visit(ledger.connection, kept, actor, given, ledger.events[-1])
    return kept


def _closing(book: Casebook, case: Case, row: Move, given: Mapping[str, Any], at: datetime) -> dict[str, Any] | None:
    """How it ended, until when that holds, and on which facts: only others reopen it. Archiving keeps what closing said."""
    if row.to == "F2":
        return case.closing
    expires_on = given.get("expires_on") or (local_day(at) + timedelta(days=book.workflow.conclusion_valid_days)).isoformat()
    if expires_on <= local_day(at).isoformat():
        raise InvalidRequest("结论有效期须在今天之后", "请核对有效期。", {"field": "expires_on"})
    conclusion = given.get("conclusion") or given.get("reason_code")
    return {"conclusion": conclusion, "expires_on": expires_on, "rules": case.rules, "grade": case.grade.value}


def _submitted(
    book: Casebook,
    ledger: Ledger,
    case: Case,
    actor: Actor,
    approval: Approval,
    pending: Mapping[str, Any],
    reason: str,
    at: datetime,
) -> Case:
    invariants.tipster_stays_behind(Attempt(case, pending.get("to") or case.state, actor, reason=reason))
    clock = deadlines.start(book.days, approval.deadline, case.grade, at, {})
    signed = {
        **pending,
        "person_id": actor.person_id,
        "person": actor.name,
        "unit": actor.unit,
        "role": actor.role.value,
        "at": at.isoformat(),
        "reason": reason.strip(),
        "clock": clock.document() if clock else None,
        "approval_by": [role.value for role in approval.by],
    }
    fields = {**pending["fields"], "request": pending["verb"], "to": pending.get("to")}
    return ledger.keep(case, replace(case, pending=signed), actor, EventKind.SUBMITTED, at=at, reason=reason, fields=fields)


def _clock_changed(
    book: Casebook,
    ledger: Ledger,
    case: Case,
    actor: Actor,
    pending: Mapping[str, Any],
    given: Mapping[str, Any],
    reason: str,
    at: datetime,
) -> Case:
    clock, verb, counts = deadlines.clock_from(case.clock), pending["verb"], dict(case.counts)
    assert clock is not None, "only a case with a clock can be asked to change it"
    if verb == _EXTENSION:
        clock = deadlines.extended(book.days, clock, pending["fields"]["number"])
        counts[_EXTENSION] = counts.get(_EXTENSION, 0) + 1
    else:
        clock = deadlines.stopped(book.days, clock, at) if verb == _PAUSE else deadlines.resumed(book.days, clock, at)
    due = None if clock.left is not None else clock.due
    after = replace(case, clock=clock.document(), due_at=due, counts=counts, pending=None)
    return ledger.keep(case, after, actor, _DONE[verb], at=at, reason=reason, fields=given)


def _submitter(pending: Mapping[str, Any]) -> dict[str, Any]:
    return {key: pending[key] for key in ("person_id", "person", "unit", "role", "at", "reason")}


def _approval_of(book: Casebook, case: Case, pending: Mapping[str, Any]) -> tuple[Approval, Move | None]:
    """What the request needs, and the row of the table where it is a step."""
    if pending["verb"] == _EXTENSION:
        return book.workflow.extension.approval, None
    if pending["verb"] in (_PAUSE, _RESUME):
        return book.workflow.pause.approval, None
    row = book.workflow.choose(case.state, pending["to"], Role(pending["role"]), case.came_from)
    if row.approval is None:
        raise InvalidRequest("流程改过，这一步已不需要批准", "请撤回后重新办理。", {"case": case.case_id})
    return row.approval, row


def _may_approve(actor: Actor, approval: Approval, pending: Mapping[str, Any]) -> None:
    if actor.role not in approval.by:
        roles = "、".join(role.label for role in approval.by)
        raise NotAllowed(f"{actor.role.label}没有这一步的批准权限", f"由{roles}批准。", {"role": actor.role.value})
    if actor.person_id == pending["person_id"] or (actor.name, actor.unit) == (pending["person"], pending["unit"]):
        raise NotAllowed("护栏第2条：提请人不能批准自己提请的事项", "请另一位有批准权限的人办理。", {"invariant": 2})


def _waiting(case: Case) -> dict[str, Any]:
    if case.pending is None:
        raise InvalidRequest("这件案子没有等待批准的事项", "请重新打开案件。", {"case": case.case_id})
    return case.pending


def _nothing_waits(book: Casebook, case: Case) -> None:
    if case.pending:
        asked = LABELS.get(case.pending["verb"]) or f"推动到“{book.workflow.label(case.pending.get('to'))}”"
        raise NotAllowed(
            f"{case.pending['person']}提请的{asked}还在等批准", "请先批准、不予批准或撤回，再办下一步。", {"case": case.case_id}
        )
