"""Leads from people and alerts from runs, merged into one open case an entity.

Which facts an alert rests on is said as rule → points. A case closed with a reason stays closed as long as that reason holds and nothing new is known: a
rule that did not hit before, or more points than ever, reopens it, and so does any alert once the reason has expired. Entities that people said are one
(`identity/decisions.py`) share their cases.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from screening.access import SYSTEM, Actor
from screening.cases import deadlines
from screening.cases.case import Case, case_from
from screening.cases.casebook import Casebook, Ledger
from screening.cases.events import EventKind
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.clock import local_day
from screening.store.case_tables import case_alerts, cases
from screening.text.masking import mask_personal
from screening.vocabulary import Grade, Role, Word

MAY_REPORT = {Role.OFFICER, Role.CHIEF, Role.STREET, Role.GRID, Role.MARKET, Role.POLICE, Role.INDUSTRY}
_REOPENABLE = ("A9", "F1", "D0")  # where the system may reopen; an archived case is left alone and a new one begun


class Became(Word):
    """What became of an alert or a lead."""

    NEW = "new", "新立案件"
    ADDED = "added", "并入在办案件"
    REOPENED = "reopened", "重启已结案件"
    KNOWN = "known", "结论仍有效，未重启"


@dataclass(frozen=True)
class Alert:
    """What a run says of an entity: its grade and the facts it rests on (rule id → points)."""

    entity_id: str
    entity_name: str
    area_code: str | None
    grade: Grade
    red_line: bool
    rules: Mapping[str, float] = field(default_factory=dict)
    summary: str = ""


def record_lead(
    book: Casebook,
    actor: Actor,
    *,
    source: str,
    summary: str,
    at: datetime,
    entity_name: str,
    entity_id: str | None = None,
    area_code: str | None = None,
    handed_due: date | None = None,
    rules: Sequence[str] = (),
) -> tuple[Case, Became]:
    """Keep what somebody reported, without who reported it; returns the case it went to.

    Raises `NotAllowed` for roles that report nothing, `InvalidRequest` for an unknown source or an empty report.
    """
    if actor.role not in MAY_REPORT:
        raise NotAllowed(f"{actor.role.label}不登记线索", "请由业务人员登记。", {"role": actor.role.value})
    origin = book.workflow.sources.get(source) or next((s for s in book.workflow.sources.values() if s.label == source), None)
    if origin is None:
        raise InvalidRequest(
            f"没有“{source}”这种来源", f"可选：{'、'.join(s.label for s in book.workflow.sources.values())}。", {}
        )
    if not summary.strip() or not entity_name.strip():
        raise InvalidRequest("线索的主体和内容不能空着", "请写明反映的是谁、什么事。", {})
    code = next(key for key, value in book.workflow.sources.items() if value is origin)
    told = mask_personal(summary.strip())
    about = {"entity_id": book.resolved(entity_id) if entity_id else None, "area_code": area_code}
    fields = {"source": code, "summary": told, **about, **_answer_due(book, code, handed_due, at)}
    with book.writing() as ledger:
        known = _case_of(book, ledger, entity_id)
        if known and known.state not in _REOPENABLE and not book.workflow.states[known.state].closed:
            facts = {**known.rules, **dict.fromkeys(rules, 0.0)} if rules else known.rules
            kept = ledger.keep(known, replace(known, rules=facts), actor, EventKind.LEAD, at=at, reason=told, fields=fields)
            return kept, Became.ADDED
        if known and known.state in _REOPENABLE:
            noted = ledger.keep(known, known, actor, EventKind.LEAD, at=at, reason=told, fields=fields)
            return _reopened(book, ledger, noted, "complaint", told, at), Became.REOPENED
        case = Case(
            case_id=_number(ledger, "XS", at),
            origin="lead",
            entity_id=about["entity_id"],
            entity_name=entity_name.strip(),
            area_code=area_code,
            state="A0",
            came_from=None,
            version=0,
            grade=Grade.INSUFFICIENT,
            rules=dict.fromkeys(rules, 0.0),
            summary=told,
            source=code,
            opened_at=at,
            been=["A0"],
        )
        return ledger.keep(None, _clocked(book, case, at), actor, EventKind.LEAD, at=at, reason=told, fields=fields), Became.NEW


def link_lead(
    book: Casebook,
    actor: Actor,
    case_id: str,
    entity_id: str,
    entity_name: str,
    area_code: str | None,
    *,
    version: int,
    at: datetime,
) -> Case:
    """Say which entity a lead means; raises `NotAllowed` when that entity has another open case, which the lead then belongs to."""
    with book.changing(actor, case_id, version) as (ledger, case):
        if actor.role is not Role.OFFICER or case.state not in ("A0", "A2"):
            raise NotAllowed("只能由处非办在初筛前后关联主体", "请在登记或初筛时关联。", {"case": case_id})
        other = _case_of(book, ledger, entity_id)
        if other and other.case_id != case_id and not book.workflow.states[other.state].closed:
            raise NotAllowed(
                f"这家主体已有在办案件 {other.case_id}",
                "请按“与其他案件重复”关闭这一件，并在那一件里登记线索。",
                {"case": other.case_id},
            )
        after = replace(case, entity_id=book.resolved(entity_id), entity_name=entity_name, area_code=area_code or case.area_code)
        return ledger.keep(
            case, after, actor, EventKind.LINKED, at=at, fields={"entity_id": after.entity_id, "area_code": after.area_code}
        )


def raise_alerts(book: Casebook, run_id: str, alerts: Iterable[Alert], *, at: datetime) -> dict[Became, list[str]]:
    """Bring what a run found into the casebook; the same run again changes nothing. Returns case ids by what became of the alerts."""
    became: dict[Became, list[str]] = {word: [] for word in Became}
    for alert in alerts:
        if alert.grade in book.workflow.alerts.grades or (alert.red_line and book.workflow.alerts.red_line):
            found = _raise(book, run_id, alert, at)
            if found:
                became[found[1]].append(found[0])
    return became


def is_news(case: Case, alert: Alert, today: date) -> bool:
    """Whether an alert knows something that a closed case did not rest on, or the reason it was closed with has expired.

    What is only watched (D0) is judged anew once the term of watching is over.
    """
    until = local_day(case.due_at) if case.due_at else today
    closing = case.closing or {"rules": case.rules, "expires_on": until.isoformat(), "grade": case.grade.value}
    known: Mapping[str, float] = closing["rules"]
    return closing["expires_on"] < today.isoformat() or any(
        points > known.get(rule, -1.0) for rule, points in alert.rules.items()
    )


def open_doubles(book: Casebook, actor: Actor) -> list[list[Case]]:
    """Open cases that turned out to mean one entity, for people to close all but one."""
    groups: dict[str, list[Case]] = {}
    for case in book.cases(actor, open_only=True):
        if case.entity_id:
            groups.setdefault(book.resolved(case.entity_id), []).append(case)
    return [found for found in groups.values() if len(found) > 1]


def _raise(book: Casebook, run_id: str, alert: Alert, at: datetime) -> tuple[str, Became] | None:
    with book.writing() as ledger:
        raised = sa.and_(case_alerts.c.run_id == run_id, case_alerts.c.entity_id == alert.entity_id)
        if ledger.connection.execute(sa.select(case_alerts.c.run_id).where(raised)).first():
            return None
        case, became = _placed(book, ledger, run_id, alert, at)
        ledger.connection.execute(
            case_alerts.insert().values(
                run_id=run_id,
                entity_id=alert.entity_id,
                case_id=case.case_id,
                grade=alert.grade.value,
                rules=dict(alert.rules),
                became=became.value,
                at=at,
            )
        )
        return case.case_id, became


def _placed(book: Casebook, ledger: Ledger, run_id: str, alert: Alert, at: datetime) -> tuple[Case, Became]:
    known = _case_of(book, ledger, alert.entity_id)
    fields: dict[str, Any] = {
        "run": run_id,
        "grade": alert.grade.value,
        "red_line": alert.red_line,
        "rules": dict(alert.rules),
        "entity_id": book.resolved(alert.entity_id),
        "area_code": alert.area_code,
    }
    if known is not None and known.state != "F2":
        is_closed = known.state in _REOPENABLE
        if is_closed and not is_news(known, alert, local_day(at)):
            return known, Became.KNOWN
        if not is_closed and not _adds(known, alert):
            return known, Became.ADDED
        noted = ledger.keep(known, _with_facts(known, alert), SYSTEM, EventKind.ALERT, at=at, reason=alert.summary, fields=fields)
        if not is_closed:
            return noted, Became.ADDED
        cause = (
            "alert"
            if any(p > (known.closing or {}).get("rules", known.rules).get(r, -1.0) for r, p in alert.rules.items())
            else "expired"
        )
        return _reopened(book, ledger, noted, cause, alert.summary or "系统预警有新情况", at), Became.REOPENED
    case = Case(
        case_id=_number(ledger, "YJ", at),
        origin="alert",
        entity_id=book.resolved(alert.entity_id),
        entity_name=alert.entity_name,
        area_code=alert.area_code,
        state="A1",
        came_from=None,
        version=0,
        grade=alert.grade,
        rules=dict(alert.rules),
        summary=mask_personal(alert.summary),
        source="alert",
        opened_at=at,
        been=["A1"],
    )
    begun = ledger.keep(None, _clocked(book, case, at), SYSTEM, EventKind.ALERT, at=at, reason=case.summary, fields=fields)
    return _step(book, ledger, begun, "A2", {}, "自动转初筛", at), Became.NEW


def _adds(case: Case, alert: Alert) -> bool:
    higher = list(Grade).index(alert.grade) < list(Grade).index(case.grade)
    return higher or any(points > case.rules.get(rule, -1.0) for rule, points in alert.rules.items())


def _with_facts(case: Case, alert: Alert) -> Case:
    """The case with what the alert adds: most points ever seen of each rule, the more urgent grade. A clock that runs keeps running."""
    rules = dict(case.rules)
    for rule, points in alert.rules.items():
        rules[rule] = max(points, rules.get(rule, points))
    grade = min(case.grade, alert.grade, key=list(Grade).index)
    return replace(case, rules=rules, grade=grade, area_code=case.area_code or alert.area_code)


def _reopened(book: Casebook, ledger: Ledger, case: Case, cause: str, said: str, at: datetime) -> Case:
    opened = _step(book, ledger, case, "F9", {"new_fact": cause, "explanation": said}, said, at)
    return _step(book, ledger, opened, "A2", {}, "自动转初筛", at)


def _step(book: Casebook, ledger: Ledger, case: Case, to: str, fields: Mapping[str, Any], reason: str, at: datetime) -> Case:
    """One of the few steps the system makes by itself, held against the table like any other."""
    book.workflow.choose(case.state, to, Role.SYSTEM, case.came_from)
    came_from, is_new_round = case.state, case.state == "F9"
    after = replace(
        case,
        state=to,
        came_from=came_from,
        counts={} if is_new_round else case.counts,
        been=[to] if is_new_round else list(dict.fromkeys([*case.been, to])),
        street=None,
        assignee=None,
        closing=None,
        session=None,
        pending=None,
    )
    return ledger.keep(case, _clocked(book, after, at), SYSTEM, EventKind.MOVED, at=at, reason=reason, fields=fields)


def _clocked(book: Casebook, case: Case, at: datetime) -> Case:
    clock = deadlines.start(book.days, book.workflow.states[case.state].term(case.came_from), case.grade, at, {})
    return replace(case, clock=clock.document() if clock else None, due_at=clock.due if clock else None)


def _case_of(book: Casebook, ledger: Ledger, entity_id: str | None) -> Case | None:
    """The entity's open case, the oldest where two entities turned out to be one; else the newest it had."""
    if entity_id is None:
        return None
    query = (
        sa.select(cases).where(cases.c.entity_id.in_(book.same_entity(entity_id))).order_by(cases.c.opened_at, cases.c.case_id)
    )
    found = [case_from(row) for row in ledger.connection.execute(query).mappings()]
    still_open = [case for case in found if not book.workflow.states[case.state].closed]
    return next(iter(still_open), found[-1] if found else None)


def _number(ledger: Ledger, prefix: str, at: datetime) -> str:
    """YJ-20261122-0001: the next of the day. The writers' lock keeps two from taking the same."""
    day = f"{prefix}-{local_day(at):%Y%m%d}-"
    newest = ledger.connection.execute(sa.select(sa.func.max(cases.c.case_id)).where(cases.c.case_id.startswith(day))).scalar()
    return f"{day}{int(newest.rpartition('-')[2]) + 1 if newest else 1:04d}"


def _answer_due(book: Casebook, source: str, handed_due: date | None, at: datetime) -> dict[str, str]:
    """By when the law wants the source answered (domain brief 8.5); beside the case's own clock."""
    origin = book.workflow.sources[source]
    if origin.deadline is None:
        return {}
    if origin.deadline.field:
        return {"answer_due": handed_due.isoformat()} if handed_due else {}
    clock = deadlines.start(book.days, origin.deadline, Grade.INSUFFICIENT, at, {})
    return {"answer_due": local_day(clock.due).isoformat(), "answer_what": origin.what} if clock else {}
