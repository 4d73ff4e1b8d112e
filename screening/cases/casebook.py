"""The casebook: who may see which case, and the one way in which a case changes.

A change happens inside `Casebook.changing`: under the writers' lock, against the version its author saw, as one event that commits together with the
case's new row and the head of the chain, or not at all. The verbs (`moves`, `leads`, `sessions`, `visits`) only say what the new row is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor
from screening.cases.case import Case, case_from
from screening.cases.events import Event, EventKind, append, audit_key, event_from, note_head
from screening.cases.fields import Reader
from screening.cases.sharing import share_along
from screening.cases.visits import VisitRecord, visits
from screening.cases.workflow import read_workflow
from screening.errors import InvalidRequest, NotAllowed, StaleRecord
from screening.identity.decisions import Standing
from screening.reference.areas import read_areas
from screening.reference.clock import local_day, moment
from screening.reference.parameters import read_parameters
from screening.reference.workdays import read_workdays
from screening.store.case_tables import case_events, case_files, cases
from screening.store.files import read_file
from screening.store.workspace import Workspace
from screening.text.masking import mask_personal
from screening.vocabulary import Role

_SEE_ALL = {Role.SYSTEM, Role.OFFICER, Role.CHIEF, Role.LEADER}
_ANSWERED = "已反馈"
_TASK_STATES = {"B1", "B3"}  # a grid worker sees task sheets only
Hook = Callable[[Connection, Case, Event], None]


@dataclass
class Ledger:
    """A transaction in progress: what it wrote, to be noted in the second place once it committed."""

    connection: Connection
    book: "Casebook"
    events: list[Event] = field(default_factory=list)

    def keep(
        self,
        before: Case | None,
        after: Case,
        actor: Actor,
        kind: EventKind,
        *,
        at: datetime,
        reason: str = "",
        fields: Mapping[str, Any] | None = None,
    ) -> Case:
        """Write the case's new row and the event that made it; returns the case with its new version."""
        after = replace(after, version=before.version + 1 if before else 1)
        row = after.row()
        if before is None:
            self.connection.execute(cases.insert().values(**row))
        else:
            seen = sa.and_(cases.c.case_id == before.case_id, cases.c.version == before.version)
            written = self.connection.execute(cases.update().where(seen).values(**row))
            assert written.rowcount == 1, "the writers' lock holds: nobody else wrote since we read"
        attachments = self.book.attachments(self.connection, fields or {})
        event = append(
            self.connection,
            self.book.key,
            before,
            after,
            actor,
            kind,
            at=at,
            reason=reason.strip(),
            fields=fields,
            attachments=attachments,
        )
        self.events.append(event)
        for hook in self.book.hooks:
            hook(self.connection, after, event)
        return after


class Casebook:
    """Cases of one workspace. `hooks` are called inside the transaction of each event: what must follow along (who may see what) does it there."""

    def __init__(self, workspace: Workspace) -> None:
        """Read the workflow, the calendar, the areas; raises `InvalidRule` for a faulty one."""
        rules = workspace.settings.rules
        self.workspace = workspace
        self.workflow = read_workflow(rules)
        self.hooks: list[Hook] = [partial(share_along, self.workflow)]
        self.days = read_workdays(rules)
        areas = read_areas(rules).values()
        self.areas = {area.code: area.name for area in areas}
        self.streets = {area.code: area.name for area in areas if area.in_scope}
        self.reader = Reader(self.workflow.choices, self.streets, self.workflow.findings)
        self.key = audit_key(workspace)
        self._parameters = read_parameters(rules)

    def limits(self, at: datetime) -> dict[str, float]:
        """The amounts from which on the police must be told, by the field that states them."""
        day = local_day(at)
        values = {name: self._parameters[key].on(day) for name, key in self.workflow.crime_thresholds.items()}
        return {name: float(value) for name, value in values.items() if value is not None}

    def case(self, actor: Actor, case_id: str) -> Case:
        """A case as it stands, without what the actor's unit is not told; raises `InvalidRequest` for an unknown one, `NotAllowed` for one out of sight."""
        return self._shown(actor, self._seen(actor, case_id, self.workspace.register.rows(_one(case_id))))

    def cases(
        self,
        actor: Actor,
        *,
        states: Sequence[str] = (),
        area: str | None = None,
        assignee: str | None = None,
        open_only: bool = False,
    ) -> list[Case]:
        """Cases in the actor's sight, the most pressing first; raises `InvalidRequest` for a state there is none."""
        if unknown := [state for state in states if state not in self.workflow.states]:
            known = "、".join(f"{code} {state.label}" for code, state in self.workflow.states.items())
            raise InvalidRequest(f"没有“{unknown[0]}”这个状态", f"可用：{known}。", {"state": unknown[0]})
        query = sa.select(cases).order_by(cases.c.due_at.is_(None), cases.c.due_at, cases.c.case_id)
        if states:
            query = query.where(cases.c.state.in_(states))
        if assignee is not None:
            query = query.where(cases.c.assignee == assignee)
        found = [case_from(row) for row in self.workspace.register.rows(query)]
        return [
            self._shown(actor, case)
            for case in found
            if self.may_see(actor, case)
            and area in (None, case.place)
            and not (open_only and self.workflow.states[case.state].closed)
        ]

    def events(self, actor: Actor, case_id: str) -> list[Event]:
        """What happened to a case, oldest first, without what the actor's unit is not told (a grid worker: the task alone); raises as `case` does."""
        self.case(actor, case_id)
        query = sa.select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.seq)
        found = [event_from(row) for row in self.workspace.register.rows(query)]
        if actor.role is Role.GRID:
            task = [event for event in found if event.to_state in _TASK_STATES and event.kind is not EventKind.LEAD]
            found = [replace(event, attachments=[]) for event in task]
        return [self._told(actor, event) for event in found]

    def attachment(self, actor: Actor, case_id: str, sha256: str) -> bytes:
        """A file of a case, for who is told of the step that brought it; raises `NotAllowed` for others, `InvalidRequest` for a missing or altered one."""
        told = {kept["sha256"] for event in self.events(actor, case_id) for kept in event.attachments}
        if sha256 not in told:
            raise NotAllowed("这份附件不在您的查看范围内", "需要时请与处非办联系。", {"case": case_id, "sha256": sha256})
        return read_file(self.workspace, sha256)

    def visits(self, actor: Actor, case_id: str) -> list[VisitRecord]:
        """What was found on the spot, oldest first; nothing for a grid worker; raises as `case` does."""
        self.case(actor, case_id)
        return [] if actor.role is Role.GRID else visits(self.workspace.register, case_id=case_id)

    def may_see(self, actor: Actor, case: Case) -> bool:
        """Whether a case lies in somebody's sight: the office's all, a subdistrict's own, of other units what was shared with them."""
        if actor.role in _SEE_ALL:
            return True
        if actor.role is Role.STREET:
            return case.place in actor.areas
        if actor.role is Role.GRID:
            return case.assignee == actor.person_id and case.state in _TASK_STATES
        shared = any(actor.role in self.workflow.shared.get(state, ()) for state in case.been)
        return shared and (actor.role is not Role.INDUSTRY or case.to_unit in ("", actor.unit) or "C1" in case.been)

    def resolved(self, entity_id: str) -> str:
        """The id under which people say this entity is seen."""
        return self._merged().get(entity_id, entity_id)

    def same_entity(self, entity_id: str) -> set[str]:
        """Every id that people say is this entity."""
        merged = self._merged()
        root = merged.get(entity_id, entity_id)
        return {root, entity_id} | {other for other, into in merged.items() if into == root}

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        """A transaction over cases; its newest link is noted in the second place after the commit."""
        with self.workspace.register.writing() as connection:
            ledger = Ledger(connection, self)
            yield ledger
        for event in ledger.events:
            note_head(self.workspace.home, event)

    @contextmanager
    def changing(self, actor: Actor, case_id: str, version: int) -> Iterator[tuple[Ledger, Case]]:
        """A transaction over one case as its author saw it; raises `StaleRecord` saying what changed meanwhile."""
        with self.writing() as ledger:
            case = self._seen(actor, case_id, list(ledger.connection.execute(_one(case_id)).mappings()))
            if case.version != version:
                raise self._stale(ledger.connection, case, version)
            yield ledger, case

    def attachments(self, connection: Connection, fields: Mapping[str, Any]) -> list[dict[str, str]]:
        """The files among what was filled in, with their names; raises `InvalidRequest` for one that was never kept."""
        named = [(name, sha256) for name, value in fields.items() if self._kind(name) == "files" for sha256 in value]
        if not named:
            return []
        query = sa.select(case_files.c.sha256, case_files.c.name).where(case_files.c.sha256.in_({sha for _, sha in named}))
        known = {row.sha256: row.name for row in connection.execute(query)}
        if missing := [name for name, sha256 in named if sha256 not in known]:
            label = self.workflow.fields[missing[0]].label
            raise InvalidRequest(f"{label}：附件还没有存入", "请先上传附件，再提交。", {"field": missing[0]})
        # a file's name travels with the case as well (invariant 7)
        return [{"field": name, "sha256": sha256, "name": mask_personal(known[sha256])} for name, sha256 in named]

    def _kind(self, field_name: str) -> str:
        spec = self.workflow.fields.get(field_name)
        return spec.kind if spec else ""

    def _merged(self) -> dict[str, str]:
        return Standing(self.workspace.register.standing_decisions()).merged()

    def _seen(self, actor: Actor, case_id: str, rows: Sequence[Any]) -> Case:
        if not rows:
            raise InvalidRequest(f"没有编号为 {case_id} 的案件", "screening case list 列出全部案件。", {"case": case_id})
        case = case_from(rows[0])
        if not self.may_see(actor, case):
            raise NotAllowed("这件案子不在您的查看范围内", "需要时请与处非办联系。", {"case": case_id, "role": actor.role.value})
        return case

    def _told(self, actor: Actor, event: Event) -> Event:
        """An event without the police's answer for those who are not told it (domain brief 7.2): only that there was one."""
        if actor.role not in self.workflow.feedback_hidden_from:
            return event
        if event.kind is EventKind.ANSWERED:
            return event
        if self._is_of_police(event.fields, event.role, event.fields.get("submitted_by", {}).get("role")):
            return replace(event, reason=_ANSWERED, fields={}, attachments=[])
        if opinions := event.fields.get("opinions"):
            return replace(event, fields={**event.fields, "opinions": _without_police(opinions)})
        return event

    def _shown(self, actor: Actor, case: Case) -> Case:
        """A case without the same."""
        if actor.role not in self.workflow.feedback_hidden_from:
            return case
        session, pending = case.session, case.pending
        if session:
            session = {**session, "opinions": _without_police(session["opinions"])}
        if pending and self._is_of_police(pending["fields"], pending["role"]):
            pending = {**pending, "fields": {}, "reason": _ANSWERED}
        shown = replace(case, session=session, pending=pending)
        return replace(shown, rules={}, summary="", session=None, pending=None) if actor.role is Role.GRID else shown

    def _is_of_police(self, fields: Mapping[str, Any], *roles: str | None) -> bool:
        """Whether a step is the police's own, or was made on their papers: what was refused or taken back of it included."""
        papers = {*fields, *fields.get("papers", ())}
        return Role.POLICE.value in roles or not papers.isdisjoint(self.workflow.feedback_papers)

    def _stale(self, connection: Connection, case: Case, version: int) -> StaleRecord:
        query = sa.select(case_events).where(case_events.c.case_id == case.case_id, case_events.c.version > version)
        newer = [event_from(row) for row in connection.execute(query.order_by(case_events.c.seq)).mappings()]
        changes = [
            f"{moment(event.at)} {event.person}（{event.unit}）{event.kind.label}："
            f"{self.workflow.label(event.from_state)}→{self.workflow.label(event.to_state)}"
            for event in newer
        ]
        said = "；".join(changes) or f"现在是第 {case.version} 版"
        where = {"case": case.case_id, "seen": version, "now": case.version, "changes": changes}
        return StaleRecord(f"这件案子在您打开之后有了改动：{said}", "请重新打开案件，看过改动再办。", where)


def _one(case_id: str) -> "sa.Select[Any]":
    return sa.select(cases).where(cases.c.case_id == case_id)


def _without_police(opinions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    police = Role.POLICE.value
    return [dict(o) if o["role"] != police else {"unit": o["unit"], "role": police, "text": _ANSWERED} for o in opinions]
