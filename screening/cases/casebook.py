"""The verbs of the casebook. Each takes who acts, the version of the case that person saw, and the moment; each is one transaction with its events.

A move that needs a second person waits until that person agrees; until then nothing else moves the case. Texts are masked before they are kept, so that no
telephone or identity number travels with a case. Source: domain brief 8.2 to 8.4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import SYSTEM, Actor
from screening.cases.chain import append, audit_key
from screening.cases.invariants import Step, check, check_measure
from screening.cases.workflow import Move, Workflow, missing_fields, read_workflow
from screening.errors import InvalidRequest, NotAllowed, StaleRecord
from screening.identity.decisions import Standing
from screening.reference.parameters import read_parameters
from screening.reference.workdays import CHINA, end_of, read_calendar
from screening.rulebook.publishing import active_rules
from screening.store.case_tables import case_events, cases
from screening.store.workspace import Workspace
from screening.text.masking import mask_personal
from screening.vocabulary import Grade, Role

LEAD, ALERT, TRIAGE, VERIFYING, JOINT, REOPENED, ARCHIVED = "A0", "A1", "A2", "B3", "C1", "F9", "F2"
_URGENT_RULES = {"CMP-04", "CMP-05"}  # domain brief 8.3: A2→C1 for red, or reported distress


@dataclass(frozen=True)
class Case:
    """One case as it stands. `waiting` is what somebody asked for and somebody else has yet to agree to."""

    case_id: str
    number: int
    entity_id: str | None
    grade: Grade | None
    state: str
    came_from: str | None
    version: int
    street: str | None
    assignee: str | None
    opened_at: datetime
    entered_at: datetime
    due_at: datetime | None
    paused_at: datetime | None
    waiting: dict[str, Any] | None


@dataclass(frozen=True)
class Event:
    """One line of a case's record."""

    seq: int
    case_id: str
    version: int
    verb: str
    from_state: str | None
    to_state: str | None
    person_id: str
    person: str
    unit: str
    role: Role
    at: datetime
    content: dict[str, Any]
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True)
class Alert:
    """What a run says of an entity: grade, subdistrict, and the rules that hit."""

    entity_id: str
    grade: Grade
    street: str | None
    rules: Sequence[str]
    run: str


class Casebook:
    """Cases of one workspace under its workflow."""

    def __init__(self, workspace: Workspace) -> None:
        """Raises `InvalidRule` when the workflow or the calendar cannot be read."""
        self._workspace = workspace
        self.workflow: Workflow = read_workflow(workspace.settings.rules)
        self._calendar = read_calendar(workspace.settings.rules)
        self._parameters = read_parameters(active_rules(workspace))
        self._key = audit_key(workspace)

    def case(self, case_id: str) -> Case:
        """The case of that id; raises `InvalidRequest`."""
        return _case(self._one(self._workspace.register.rows(sa.select(cases).where(cases.c.case_id == case_id)), case_id))

    def cases(self, *, states: Sequence[str] = ()) -> list[Case]:
        """All cases, the one due first before the others; in certain states only, where given."""
        query = sa.select(cases).order_by(cases.c.due_at.is_(None), cases.c.due_at, cases.c.number)
        if states:
            query = query.where(cases.c.state.in_(states))
        return [_case(row) for row in self._workspace.register.rows(query)]

    def events(self, case_id: str) -> list[Event]:
        """What happened to a case, oldest first."""
        query = sa.select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.seq)
        return [_event(row) for row in self._workspace.register.rows(query)]

    def record_lead(
        self, actor: Actor, *, entity_id: str | None, said: str, source: str, at: datetime, street: str | None = None
    ) -> Case:
        """Keep what somebody reported: on the entity's open case where there is one, else as a new case."""
        if actor.role not in (Role.OFFICER, Role.STREET, Role.GRID, Role.CHIEF):
            raise NotAllowed(f"{actor.role.label}不登记线索", "请交处非办或街道登记。")
        if not said.strip():
            raise InvalidRequest("没有写线索内容", "写明谁、什么事、从哪里来。")
        content = {"said": mask_personal(said), "source": source}
        with self._workspace.register.writing() as connection:
            known = self._open_case_of(connection, entity_id) if entity_id else None
            if known:
                return self._keep(connection, known, known, actor, "lead", content, at)
            return self._begin(connection, LEAD, entity_id, None, street, actor, "lead", content, at)

    def raise_alerts(self, alerts: Sequence[Alert], at: datetime) -> list[Case]:
        """Let a run's alerts open cases, add to open ones, or reopen closed ones; returns the cases that changed.

        An open case hears only of a changed grade. One that people closed stays closed until its conclusion expires or the grade rises above what it was.
        """
        changed = []
        with self._workspace.register.writing() as connection:
            for alert in alerts:
                if found := self._alerted(connection, alert, at):
                    changed.append(found)
        return changed

    def move(self, actor: Actor, case_id: str, to: str, *, version: int, given: Mapping[str, Any], at: datetime) -> Case:
        """Move a case, or ask for it where a second person must agree.

        Raises `NotAllowed` for a move that role, grade, history or a guard rail forbids, `InvalidRequest` when something required is missing,
        `StaleRecord` when the case changed since.
        """
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version)
            move = self._allowed(connection, case, actor, to, given)
            content = self._masked(given)
            if move.needs_approval(case.grade):
                self._check(connection, case, move, actor, self._approver_of(move), content)
                return self._ask(connection, case, actor, "move", {"to": to, "given": content}, at)
            self._check(connection, case, move, actor, None, content)
            return self._moved(connection, case, move, actor, content, at)

    def answer(self, actor: Actor, case_id: str, *, version: int, agree: bool, reason: str, at: datetime) -> Case:
        """Agree to what waits on a case, or not; the one who asked cannot."""
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version, waiting=True)
            asked = case.waiting or {}
            self._check_answer(case, asked, actor)
            free = replace(case, waiting=None)
            if not agree:
                return self._keep(connection, case, free, actor, "decline", {"reason": mask_personal(reason), "asked": asked}, at)
            asker = Actor(asked["person_id"], asked["person"], asked["unit"], Role(asked["role"]))
            if asked["verb"] == "move":
                move = self.workflow.between(case.state, asked["to"])
                self._check(connection, case, move, asker, actor, asked["given"])
                return self._moved(connection, free, move, actor, asked["given"] | {"asked_by": asker.name}, at)
            return self._granted(connection, free, asked, actor, at)

    def extend(self, actor: Actor, case_id: str, *, version: int, reason: str, at: datetime) -> Case:
        """Ask for the verification's term once more; once a case, and only while it runs."""
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version)
            self._mine(case, actor, Role.STREET)
            if case.state != VERIFYING or case.due_at is None or case.paused_at:
                raise NotAllowed("只有核查中的案件可以延期", "", {"case": case_id})
            if self._count(connection, case_id, "extend") >= self.workflow.limits.extensions:
                raise NotAllowed("已经延期过一次", "不能再延，请按期反馈。", {"case": case_id})
            return self._ask(connection, case, actor, "extend", {"reason": mask_personal(reason)}, at)

    def pause(self, actor: Actor, case_id: str, *, version: int, reason: str, at: datetime) -> Case:
        """Ask for the clock to stand still: an appraisal, another district's answer, a suspension."""
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version)
            if not self.workflow.states[case.state].pause or case.paused_at or case.due_at is None:
                raise NotAllowed(f"“{self.workflow.states[case.state].label}”不能暂停计时", "", {"case": case_id})
            if not reason.strip():
                raise InvalidRequest("没有写暂停的原因", "例如等待鉴定、跨区协查。", {"case": case_id})
            return self._ask(connection, case, actor, "pause", {"reason": mask_personal(reason)}, at)

    def resume(self, actor: Actor, case_id: str, *, version: int, at: datetime) -> Case:
        """Let the clock run on; the term ends later by the working days it stood still."""
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version)
            if case.paused_at is None or case.due_at is None or actor.role not in (Role.OFFICER, Role.CHIEF):
                raise NotAllowed("没有暂停计时，或无权恢复", "由处非办恢复。", {"case": case_id})
            stood = self._calendar.workdays_between(_day(case.paused_at), _day(at))
            after = replace(case, paused_at=None, due_at=end_of(self._calendar.workday(_day(case.due_at), stood)))
            return self._keep(connection, case, after, actor, "resume", {}, at)

    def give_opinion(self, actor: Actor, case_id: str, *, version: int, opinion: str, at: datetime) -> Case:
        """A unit's word in a joint session; a later one of the same unit stands beside the earlier."""
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version)
            if case.state != JOINT or actor.role in (Role.SYSTEM, Role.AUDITOR, Role.ADMINISTRATOR, Role.GRID):
                raise NotAllowed("现在不在会商，或不是会商单位", "", {"case": case_id})
            if not opinion.strip():
                raise InvalidRequest("没有写意见", "同意、不同意或分歧都写明。", {"case": case_id})
            return self._keep(connection, case, case, actor, "opinion", {"opinion": mask_personal(opinion)}, at)

    def assign(self, actor: Actor, case_id: str, person: str, *, version: int, at: datetime) -> Case:
        """Name who handles a case."""
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version)
            if actor.role is not Role.OFFICER:
                self._mine(case, actor, Role.STREET)
            return self._keep(connection, case, replace(case, assignee=person), actor, "assign", {"assignee": person}, at)

    def measure(
        self, actor: Actor, case_id: str, kind: str, *, version: int, approver: Actor | None, files: Sequence[str], at: datetime
    ) -> Case:
        """Record an investigative measure in an administrative case: `account_query`, `seizure`, `exit_ban`."""
        with self._workspace.register.writing() as connection:
            case = self._seen(connection, case_id, version)
            if case.state != "D8" or actor.role not in (Role.OFFICER, Role.CHIEF):
                raise NotAllowed("只有行政立案后才能采取调查措施", "", {"case": case_id})
            check_measure(kind, files, approver)
            content = {"measure": kind, "files": list(files), "approved_by": approver.name if approver else None}
            return self._keep(connection, case, case, actor, "measure", content, at)

    def _alerted(self, connection: Connection, alert: Alert, at: datetime) -> Case | None:
        content = {"run": alert.run, "grade": alert.grade.value, "rules": list(alert.rules)}
        if (case := self._open_case_of(connection, alert.entity_id)) is not None:
            if case.grade is alert.grade:
                return None
            return self._keep(connection, case, replace(case, grade=alert.grade), SYSTEM, "alert", content, at)
        closed = self._closed_case_of(connection, alert.entity_id)
        if closed is not None and not self._is_news(connection, closed, alert, at):
            return None
        if closed is not None:
            fact = {**content, "fact": f"评分升为{alert.grade.label}" if closed.grade is not alert.grade else "结论已过有效期"}
            reopened = self._moved(connection, closed, self.workflow.between(closed.state, REOPENED), SYSTEM, fact, at)
            case = self._keep(connection, reopened, replace(reopened, grade=alert.grade), SYSTEM, "alert", content, at)
        else:
            case = self._begin(connection, ALERT, alert.entity_id, alert.grade, alert.street, SYSTEM, "alert", content, at)
        return self._moved(connection, case, self.workflow.between(case.state, TRIAGE), SYSTEM, {}, at)

    def _is_news(self, connection: Connection, closed: Case, alert: Alert, at: datetime) -> bool:
        last = connection.execute(
            sa.select(case_events.c.content)
            .where(case_events.c.case_id == closed.case_id, case_events.c.to_state == closed.state)
            .order_by(case_events.c.seq.desc())
        ).scalar()
        expires = (last or {}).get("expires")
        if expires and date.fromisoformat(str(expires)) < _day(at):
            return True
        order = list(Grade)
        return order.index(alert.grade) < order.index(closed.grade or Grade.BLUE)

    def _allowed(self, connection: Connection, case: Case, actor: Actor, to: str, given: Mapping[str, Any]) -> Move:
        move = self.workflow.between(case.state, to)
        where = {"case": case.case_id, "to": to}
        label = self.workflow.states[to].label
        if actor.role not in move.by:
            raise NotAllowed(
                f"{actor.role.label}不能把案件转到“{label}”", f"由{'、'.join(r.label for r in move.by)}办理。", where
            )
        self._mine(case, actor, Role.STREET)
        if move.grades and (case.grade or Grade.BLUE) not in move.grades:
            grades = "、".join(grade.label for grade in move.grades)
            raise NotAllowed(
                f"{(case.grade or Grade.BLUE).label}级案件不能直接到“{label}”", f"只限{grades}级；其他先会商。", where
            )
        if move.origins and case.came_from not in move.origins:
            raise NotAllowed(f"从这里不能到“{label}”", "请看案件是从哪一步来的。", where)
        if move.urgent and case.grade is not Grade.RED and not self._is_distressed(connection, case.case_id):
            raise NotAllowed("只有红级或反映兑付困难、失联的案件可以直接会商", "其他先派发核查。", where)
        if move.most is not None and self._count(connection, case.case_id, "move", case.state, to) >= move.most:
            raise NotAllowed(f"“{label}”最多 {move.most} 次，已经用完", "请办理下一步。", where)
        if move.joint and (units := self._units_heard(connection, case)) < self.workflow.limits.joint_units:
            raise NotAllowed(
                f"会商意见只有 {units} 个单位，须 {self.workflow.limits.joint_units} 个以上", "请有关单位先填意见。", where
            )
        if missing := missing_fields(self.workflow, move, given):
            raise InvalidRequest(f"还缺：{'、'.join(missing)}", "填齐后再提交。", where)
        return move

    def _approver_of(self, move: Move) -> Actor | None:
        """Stands for whoever will agree, so that a step nobody could agree to is refused at once."""
        return Actor("", "", "", move.approval.by) if move.approval else None

    def _check(
        self, connection: Connection, case: Case, move: Move, actor: Actor, approver: Actor | None, given: Mapping[str, Any]
    ) -> None:
        been = connection.execute(
            sa.select(case_events.c.to_state).where(case_events.c.case_id == case.case_id, case_events.c.to_state.is_not(None))
        ).scalars()
        criminal = [self._parameters[name].on(_day(case.opened_at)) or 0 for name in ("criminal_amount_yuan", "criminal_people")]
        check(Step(case.state, move.to, actor, approver, given, set(been), *criminal))

    def _check_answer(self, case: Case, asked: Mapping[str, Any], actor: Actor) -> None:
        approval = self.workflow.between(case.state, asked["to"]).approval if asked["verb"] == "move" else None
        by = approval.by if approval else Role.CHIEF
        if actor.role is not by:
            raise NotAllowed(f"由{by.label}批准", "", {"case": case.case_id})
        if actor.person_id == asked["person_id"]:
            raise NotAllowed("提请的人不能自己批准", "请另一人批准。", {"case": case.case_id})

    def _granted(self, connection: Connection, case: Case, asked: Mapping[str, Any], actor: Actor, at: datetime) -> Case:
        after = replace(case, paused_at=at)
        if asked["verb"] == "extend":
            clock = self.workflow.states[case.state].clock
            assert clock is not None and case.due_at is not None, "only what runs is extended"
            after = replace(case, due_at=self._calendar.due(case.due_at, clock.term(case.grade)))
        return self._keep(connection, case, after, actor, asked["verb"], {"asked": dict(asked)}, at)

    def _moved(
        self, connection: Connection, case: Case, move: Move, actor: Actor, content: Mapping[str, Any], at: datetime
    ) -> Case:
        clock = self.workflow.clock_after(move)
        due = None
        if clock is not None and clock.field:
            due = end_of(date.fromisoformat(str(content[clock.field])))
        elif clock is not None:
            due = self._calendar.due(at, clock.term(case.grade))
        street = content.get("street", case.street)
        after = replace(
            case, state=move.to, came_from=case.state, entered_at=at, due_at=due, paused_at=None, street=street, waiting=None
        )
        return self._keep(connection, case, after, actor, "move", content, at)

    def _ask(self, connection: Connection, case: Case, actor: Actor, verb: str, what: Mapping[str, Any], at: datetime) -> Case:
        asked = {
            "verb": verb,
            **what,
            "person_id": actor.person_id,
            "person": actor.name,
            "unit": actor.unit,
            "role": actor.role.value,
        }
        return self._keep(connection, case, replace(case, waiting=asked), actor, "ask", asked, at)

    def _begin(
        self,
        connection: Connection,
        state: str,
        entity_id: str | None,
        grade: Grade | None,
        street: str | None,
        actor: Actor,
        verb: str,
        content: Mapping[str, Any],
        at: datetime,
    ) -> Case:
        number = (connection.execute(sa.select(sa.func.max(cases.c.number))).scalar() or 0) + 1
        clock = self.workflow.states[state].clock
        due = self._calendar.due(at, clock.term(grade)) if clock else None
        case_id = f"{at.astimezone(CHINA):%Y}-{number:05d}"
        case = Case(case_id, number, entity_id, grade, state, None, 1, street, None, at, at, due, None, None)
        connection.execute(cases.insert().values(**_columns(case)))
        self._append(connection, None, case, actor, verb, content, at)
        return case

    def _keep(
        self, connection: Connection, before: Case, after: Case, actor: Actor, verb: str, content: Mapping[str, Any], at: datetime
    ) -> Case:
        """Store a changed case as its next version, with the event that says why."""
        kept = replace(after, version=before.version + 1)
        connection.execute(cases.update().where(cases.c.case_id == kept.case_id).values(**_columns(kept)))
        self._append(connection, before, kept, actor, verb, content, at)
        return kept

    def _append(
        self,
        connection: Connection,
        before: Case | None,
        after: Case,
        actor: Actor,
        verb: str,
        content: Mapping[str, Any],
        at: datetime,
    ) -> None:
        has_moved = before is None or before.state != after.state
        event = {
            "case_id": after.case_id,
            "version": after.version,
            "verb": verb,
            "from_state": before.state if before and has_moved else None,
            "to_state": after.state if has_moved else None,
            "person_id": actor.person_id,
            "person": actor.name,
            "unit": actor.unit,
            "role": actor.role.value,
            "at": at,
            "content": dict(content),
            "due_before": before.due_at if before else None,
            "due_after": after.due_at,
        }
        append(connection, self._key, event)

    def _seen(self, connection: Connection, case_id: str, version: int, *, waiting: bool = False) -> Case:
        """The case as the actor saw it; raises `StaleRecord` telling what happened since."""
        found = connection.execute(sa.select(cases).where(cases.c.case_id == case_id)).mappings().all()
        case = _case(self._one(found, case_id))
        if case.version != version:
            since = sa.select(case_events).where(case_events.c.case_id == case_id, case_events.c.version > version)
            rows = connection.execute(since.order_by(case_events.c.seq)).mappings().all()
            told = "；".join(self._told(_event(row)) for row in rows)
            raise StaleRecord(f"案件刚有变动：{told}", "请看过新的内容再办。", {"case": case_id, "version": case.version})
        if waiting != (case.waiting is not None):
            message = "没有在等批准的事项" if waiting else f"有一步在等批准（{case.waiting and case.waiting['person']}提请）"
            raise NotAllowed(message, "", {"case": case_id})
        return case

    def _told(self, event: Event) -> str:
        what = f"转到“{self.workflow.states[event.to_state].label}”" if event.to_state else VERBS.get(event.verb, event.verb)
        return f"{event.at.astimezone(CHINA):%m月%d日%H:%M} {event.unit}{event.person}{what}"

    def _mine(self, case: Case, actor: Actor, role: Role) -> None:
        if actor.role is role and case.street not in actor.areas:
            raise NotAllowed("不是本街道的案件", "由案件所在街道办理。", {"case": case.case_id})

    def _count(self, connection: Connection, case_id: str, verb: str, origin: str | None = None, to: str | None = None) -> int:
        wanted = [case_events.c.case_id == case_id, case_events.c.verb == verb]
        if to:
            wanted += [case_events.c.from_state == origin, case_events.c.to_state == to]
        return int(connection.execute(sa.select(sa.func.count()).select_from(case_events).where(*wanted)).scalar() or 0)

    def _units_heard(self, connection: Connection, case: Case) -> int:
        """Units that gave an opinion since this joint session began."""
        since = sa.select(sa.func.max(case_events.c.seq)).where(
            case_events.c.case_id == case.case_id, case_events.c.to_state == JOINT
        )
        begun = connection.execute(since).scalar() or 0
        units = sa.select(case_events.c.unit).where(
            case_events.c.case_id == case.case_id, case_events.c.verb == "opinion", case_events.c.seq > begun
        )
        return len(set(connection.execute(units).scalars()))

    def _is_distressed(self, connection: Connection, case_id: str) -> bool:
        said = sa.select(case_events.c.content).where(case_events.c.case_id == case_id, case_events.c.verb == "alert")
        return any(_URGENT_RULES & set(content.get("rules", ())) for content in connection.execute(said).scalars())

    def _same(self, entity_id: str) -> list[str]:
        """Ids people said to be this entity, itself included: a case survives a merge."""
        merged = Standing(self._workspace.register.standing_decisions()).merged()
        root = merged.get(entity_id, entity_id)
        return sorted({root, entity_id, *(one for one, into in merged.items() if into == root)})

    def _open_case_of(self, connection: Connection, entity_id: str) -> Case | None:
        ends = [code for code, state in self.workflow.states.items() if state.end]
        return self._newest(connection, entity_id, cases.c.state.not_in(ends))

    def _closed_case_of(self, connection: Connection, entity_id: str) -> Case | None:
        ends = [code for code, state in self.workflow.states.items() if state.end and code != ARCHIVED]
        return self._newest(connection, entity_id, cases.c.state.in_(ends))

    def _newest(self, connection: Connection, entity_id: str, where: sa.ColumnElement[bool]) -> Case | None:
        query = sa.select(cases).where(cases.c.entity_id.in_(self._same(entity_id)), where).order_by(cases.c.number.desc())
        row = connection.execute(query).mappings().first()
        return _case(row) if row else None

    def _masked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {name: mask_personal(value) if isinstance(value, str) else value for name, value in given.items()}

    def _one(self, rows: Sequence[Any], case_id: str) -> Any:
        if not rows:
            raise InvalidRequest(f"没有案件 {case_id}", "screening case list 列出全部案件。", {"case": case_id})
        return rows[0]


VERBS = {
    "lead": "登记了线索", "alert": "收到系统预警", "move": "转办", "ask": "提请批准", "decline": "不同意所请", "extend": "批准延期", "pause": "批准暂停计时",
    "resume": "恢复计时", "opinion": "填了会商意见", "assign": "指定了承办人", "measure": "记录了调查措施",
}  # fmt: skip


def _columns(case: Case) -> dict[str, Any]:
    values = {field.name: getattr(case, field.name) for field in fields(case)}
    return values | {"grade": case.grade.value if case.grade else None}


def _case(row: Any) -> Case:
    values = {field.name: row[field.name] for field in fields(Case)}
    return Case(**(values | {"grade": Grade(row["grade"]) if row["grade"] else None}))


def _event(row: Any) -> Event:
    return Event(**{field.name: row[field.name] for field in fields(Event) if field.name != "role"}, role=Role(row["role"]))


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
