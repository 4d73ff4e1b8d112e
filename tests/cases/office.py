"""An invented office: its people, valid papers for every field, and cases put into any state."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from screening.access import SYSTEM, Actor
from screening.cases import deadlines, moves
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import EventKind
from screening.cases.workflow import Move
from screening.store.files import keep_file
from screening.vocabulary import Grade, Role

STREET = "440803001"
OTHER_STREET = "440803002"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday morning in China
UNITS = {
    Role.OFFICER: "区处非办",
    Role.CHIEF: "区处非办",
    Role.LEADER: "区政府",
    Role.STREET: "解放街道办",
    Role.GRID: "解放街道办",
    Role.MARKET: "区市场监管局",
    Role.POLICE: "区公安经侦大队",
    Role.INDUSTRY: "区民政局",
    Role.LEGAL: "区司法局",
    Role.AUDITOR: "区审计局",
    Role.ADMINISTRATOR: "区信息中心",
}


def person(role: Role, number: int = 1, areas: frozenset[str] = frozenset({STREET})) -> Actor:
    """Somebody of a role; another number is another person."""
    if role is Role.SYSTEM:
        return SYSTEM
    local = areas if role in (Role.STREET, Role.GRID) else frozenset()
    return Actor(f"{role.value}-{number}", f"虚{role.label}{number}", UNITS[role], role, local)


OFFICER, CHIEF, LEADER, STREET_HAND = (person(role) for role in (Role.OFFICER, Role.CHIEF, Role.LEADER, Role.STREET))
OFFICERS = [{"name": "虚甲", "warrant_no": "粤G001"}, {"name": "虚乙", "warrant_no": "粤G002"}]


@dataclass
class Desk:
    """A casebook with shortcuts for tests."""

    book: Casebook

    def file(self, text: str = "附件") -> str:
        return keep_file(self.book.workspace, text.encode(), f"{text}.pdf", by="虚经办", at=NOW).sha256

    def paper(self, name: str, **known: Any) -> Any:
        """A valid value of a field."""
        if name in known:
            return known[name]
        fixed = {
            "is_major": "no",
            "decision": "found",
            "amount_yuan": 0,
            "people_count": 0,
            "loss_yuan": 0,
            "visit_date": "2026-11-20",
            "recheck_date": "2026-11-20",
            "to_unit": UNITS[Role.INDUSTRY],
        }
        if name in fixed:
            return fixed[name]
        spec = self.book.workflow.fields[name]
        if spec.kind == "choice":
            return next(iter(self.book.workflow.choices(spec)))
        return {
            "text": "已核对，见附件",
            "date": "2026-12-15",
            "number": 3,
            "files": [self.file(name)] if spec.kind == "files" else None,
            "people": OFFICERS,
            "findings": [{"code": "S10"}],
            "units": ["区处非办", "区市场监管局", "解放街道办"],
            "area": STREET,
        }[spec.kind]

    def papers(self, names: list[str], **known: Any) -> dict[str, Any]:
        return {name: self.paper(name, **known) for name in names}

    def put(self, state: str, *, at: datetime = NOW, **more: Any) -> Case:
        """A case in a state, by the ledger, as if it had come there."""
        number = len(self.book.cases(SYSTEM)) + 1
        case = Case(
            case_id=f"YJ-20261101-{number:04d}",
            origin="alert",
            entity_id=f"E{number}",
            entity_name=f"虚构商行{number}",
            area_code=STREET,
            state=state,
            came_from=None,
            version=0,
            grade=Grade.YELLOW,
            rules={"REG-01": 8.0},
            summary="",
            source="alert",
            opened_at=at,
            street=STREET if state in ("B1", "B3", "B4", "E1") else None,
            been=["C1", "D5", "D6", "D7", state],  # shared with everybody: sight has tests of its own
        )
        case = replace(case, **more)
        term = self.book.workflow.states[state].term(case.came_from)
        if case.clock is None and term and term.field is None:
            clock = deadlines.start(self.book.days, term, case.grade, at, {})
            assert clock is not None
            case = replace(case, clock=clock.document(), due_at=clock.due)
        with self.book.writing() as ledger:
            return ledger.keep(None, case, SYSTEM, EventKind.ALERT, at=at)

    def put_for(self, row: Move, state: str) -> Case:
        """A case that fulfils everything a row of the table asks of the case itself."""
        more: dict[str, Any] = {"came_from": row.after[0] if row.after else None}
        if row.grades:
            more["grade"] = row.grades[0]
        elif row.when_any:
            more["grade"] = row.when_any.grades[0]
        if row.session:
            more["session"] = {"invited": [], "opinions": [], "minutes": {"decided": [row.to]}}
        if row.due:
            more["due_at"] = NOW - timedelta(days=1)
        if row.to == "E3":
            more["been"] = ["D8"]
        return self.put(state, **more)

    def move(
        self, actor: Actor, case: Case, to: str, fields: Mapping[str, Any] | None = None, *, at: datetime = NOW, reason: str = ""
    ) -> Case:
        return moves.move(self.book, actor, case.case_id, to, version=case.version, fields=fields or {}, at=at, reason=reason)

    def approve(self, actor: Actor, case: Case, fields: Mapping[str, Any] | None = None, *, at: datetime = NOW) -> Case:
        return moves.approve(self.book, actor, case.case_id, version=case.version, fields=fields or {}, at=at)

    def through(self, case: Case, row: Move, role: Role, to: str | None = None, **known: Any) -> Case:
        """A step with all its papers, approved by somebody else where the row asks."""
        to = to or row.to
        approval = row.approval_for(case.grade)
        moved = self.move(person(role), case, to, self.papers(row.needs, **known))
        if approval is None:
            return moved
        approver = person(next(r for r in approval.by if r is Role.CHIEF or r is Role.LEADER), number=2)
        return self.approve(approver, moved, self.papers(approval.needs, **known))
