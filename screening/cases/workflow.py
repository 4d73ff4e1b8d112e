"""The workflow (`rules/workflow.yaml`) read, checked and run: states, moves, fields, approvals, terms, reminders.

python-statemachine holds states and transitions: its guards choose the row of the table that a step falls under (several rows may lead from one state
to another, by origin and role), its own checks find states nobody can reach. What a row demands is checked in `demands.py` and `invariants.py`, since a
refusal must say in a sentence what is missing, which a guard cannot. Source: domain brief 8.2–8.4.
"""

import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import model_validator
from statemachine.exceptions import InvalidDefinition, TransitionNotAllowed
from statemachine.io import create_machine_class_from_definition

from screening.cases.deadlines import Reminder, Term
from screening.cases.fields import FieldSpec, FindingSpec
from screening.errors import InvalidRule, NotAllowed
from screening.reference.data_files import Strict, checked, read_once, read_yaml
from screening.rulebook.rule import BasisRef, LegalSource
from screening.vocabulary import Grade, Role

BEGINNINGS = ("A0", "A1")  # a lead from people, an alert from a run


class State(Strict):
    """Where a case stands, whose turn it is, how long it may stand there."""

    label: str
    unit: list[Role]
    unit_after: dict[str, list[Role]] = {}
    deadline: Term | None = None
    deadline_after: dict[str, Term] = {}
    document: str = ""
    basis: list[BasisRef] = []
    extendable: bool = False
    pausable: bool = False
    closed: bool = False
    final: bool = False

    def term(self, came_from: str | None) -> Term | None:
        """The term here, which may depend on where the case came from."""
        return self.deadline_after.get(came_from or "", self.deadline)

    def holders(self, came_from: str | None) -> list[Role]:
        """Whose turn it is here, which may depend on where the case came from."""
        return self.unit_after.get(came_from or "", self.unit)


class Approval(Strict):
    """Who else has to agree; `grades` empty means always; `needs` are fields only the approver can fill."""

    by: list[Role]
    grades: list[Grade] = []
    needs: list[str] = []
    deadline: Term | None = None

    def is_needed(self, grade: Grade) -> bool:
        """Whether a case of that grade has to be approved."""
        return not self.grades or grade in self.grades


class When(Strict):
    """Conditions of which one suffices."""

    grades: list[Grade] = []
    rules: list[str] = []
    given: list[str] = []


class Move(Strict):
    """One row of the table of moves."""

    from_: list[str]
    to: str
    by: list[Role]
    needs: list[str] = []
    may: list[str] = []
    grades: list[Grade] = []
    when_any: When | None = None
    after: list[str] = []
    approval: Approval | None = None
    within: Term | None = None
    most: int | None = None
    session: bool = False
    due: bool = False
    if_: dict[str, dict[str, list[str]]] = {}

    @property
    def fields(self) -> list[str]:
        """Every field this move knows."""
        more = [name for choices in self.if_.values() for needed in choices.values() for name in needed]
        return list(dict.fromkeys([*self.needs, *self.may, *more, *(self.approval.needs if self.approval else ())]))

    def approval_for(self, grade: Grade) -> Approval | None:
        """The approval a case of that grade needs for this move."""
        return self.approval if self.approval and self.approval.is_needed(grade) else None


class Extension(Strict):
    """How often a term may be extended, and who agrees."""

    most: int
    approval: Approval
    source: str = ""


class Pause(Strict):
    """Who may ask for the clock to stand still, and who agrees."""

    by: list[Role]
    approval: Approval
    source: str = ""


class Session(Strict):
    """How many units a joint session needs, and who opens, speaks and records."""

    units: int
    open_by: list[Role]
    opinion_by: list[Role]
    record_by: list[Role]
    source: str = ""


class Alerts(Strict):
    """Which scored entities become alerts."""

    grades: list[Grade]
    red_line: bool


class Investigation(Strict):
    """Who investigates in which states."""

    by: list[Role]
    states: list[str]


class Source(Strict):
    """Where a lead comes from, and what the law asks in return by when."""

    label: str
    deadline: Term | None = None
    what: str = ""
    basis: str = ""


class Workflow(Strict):
    """The whole table."""

    states: dict[str, State]
    fields: dict[str, FieldSpec]
    reasons: dict[str, dict[str, str]]
    moves: list[Move]
    extension: Extension
    pause: Pause
    joint_session: Session
    conclusion_valid_days: int
    alerts: Alerts
    investigation: Investigation
    crime_thresholds: dict[str, str]
    shared: dict[str, list[Role]] = {}
    feedback_hidden_from: list[Role] = []
    feedback_papers: list[str] = []
    reminders: list[Reminder]
    sources: dict[str, Source]
    findings: dict[str, FindingSpec] = {}
    laws: dict[str, LegalSource] = {}

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> "Workflow":
        for fault in self._faults():
            raise ValueError(fault)
        return self

    def _faults(self) -> Iterator[str]:
        for move in self.moves:
            row = f"{'、'.join(move.from_)}→{move.to}"
            for named_state in (*move.from_, move.to, *move.after):
                if named_state not in self.states:
                    yield f"{row} 提到没有的状态 {named_state}"
            named = [*move.fields, *move.if_, *(move.when_any.given if move.when_any else ())]
            for name in named:
                if name not in self.fields:
                    yield f"{row} 提到没有的项目 {name}"
            if move.approval and set(move.by) == set(move.approval.by) and len(move.by) == 1:
                yield f"{row} 的提出人和批准人须是两种人"
        for name, spec in self.fields.items():
            if isinstance(spec.choices, str) and spec.choices not in self.reasons:
                yield f"项目 {name} 提到没有的理由表 {spec.choices}"
        if unknown := [name for name in self.feedback_papers if name not in self.fields]:
            yield f"feedback_papers 提到没有的项目 {unknown[0]}"
        for code, state in self.states.items():
            if lost := [origin for origin in (*state.unit_after, *state.deadline_after) if origin not in self.states]:
                yield f"状态 {code} 提到没有的状态 {lost[0]}"
            terms = [state.deadline, *state.deadline_after.values()]
            for term in terms:
                if term and term.field and term.field not in self.fields:
                    yield f"状态 {code} 的期限提到没有的项目 {term.field}"
        if set(self.shared) - set(self.states):
            yield "shared 提到没有的状态"

    def label(self, state: str | None) -> str:
        """What people call a state."""
        return self.states[state].label if state in self.states else "—"

    def texts(self, state: str) -> list[str]:
        """What of the law a state rests on, as people cite it."""
        return [self.laws[basis.source].cite(basis.article) for basis in self.states[state].basis]

    def choices(self, spec: FieldSpec) -> Mapping[str, str]:
        """The choices of a field: its own, or a table of reasons."""
        return self.reasons[spec.choices] if isinstance(spec.choices, str) else spec.choices

    def rows(self, state: str, to: str | None = None) -> list[Move]:
        """The moves that lead from a state, perhaps to another, in the order of the table."""
        return [move for move in self.moves if state in move.from_ and to in (None, move.to)]

    def choose(self, state: str, to: str, role: Role, came_from: str | None) -> Move:
        """The row of the table under which this step falls; raises `NotAllowed` saying why there is none."""
        try:
            chosen = self._machine.step(state, to, role, came_from)
        except TransitionNotAllowed:
            chosen = None
        if chosen is None:
            raise self._refusal(state, to, role, came_from)
        return chosen

    def _refusal(self, state: str, to: str, role: Role, came_from: str | None) -> NotAllowed:
        where = {"from": state, "to": to, "role": role.value}
        step = f"“{self.label(state)}”到“{self.label(to)}”"
        rows = self.rows(state, to)
        if to not in self.states:
            return NotAllowed(f"没有状态 {to}", f"可用：{'、'.join(self.states)}。", where)
        if not rows:
            options = "、".join(f"{code} {self.label(code)}" for code in dict.fromkeys(move.to for move in self.rows(state)))
            return NotAllowed(f"流程里没有从{step}这一步", f"从这里可以到：{options or '（已是终点）'}。", where)
        here = [row for row in rows if not row.after or came_from in row.after]
        if not here:
            return NotAllowed(
                f"从{step}这一步不适用于由“{self.label(came_from)}”转来的案件", "请按来路选择下一步，见 docs/cases.md。", where
            )
        roles = "、".join(dict.fromkeys(role.label for row in here for role in row.by))
        return NotAllowed(f"{role.label}不能把案件从{step}", f"这一步由{roles}办理。", where)

    @cached_property
    def _machine(self) -> "_Machine":
        return _Machine(self)


class _Machine:
    """The library's machine for the table. One instance serves all cases of a process: its place is set before each step."""

    def __init__(self, workflow: Workflow) -> None:
        self._lock = threading.Lock()
        begin = {f"to_{code}": [{"target": code}] for code in BEGINNINGS}
        definition: dict[str, Any] = {"new": {"initial": True, "on": begin}}
        for code, state in workflow.states.items():
            steps: dict[str, list[dict[str, Any]]] = {}
            for move in workflow.rows(code):
                steps.setdefault(f"to_{move.to}", []).append({"target": move.to, "cond": _fits(move), "on": _chosen(move)})
            definition[code] = {"name": state.label, "final": state.final, "on": steps}
        machine_class = create_machine_class_from_definition("Casework", states=definition)
        machine_class.allow_event_without_transition = False
        machine_class.catch_errors_as_events = False
        self._make = machine_class
        self._machine = machine_class()

    def step(self, state: str, to: str, role: Role, came_from: str | None) -> Move | None:
        with self._lock:
            if (
                self._machine.is_terminated
            ):  # the case before this one was archived, and a machine that reached its end takes no further step
                self._machine = self._make()
            self._machine.current_state_value = state
            move: Move | None = self._machine.send(f"to_{to}", role=role, came_from=came_from)
            return move


def _fits(move: Move) -> Any:
    def fits(role: Role, came_from: str | None) -> bool:
        return role in move.by and (not move.after or came_from in move.after)

    return fits


def _chosen(move: Move) -> Any:
    return lambda: move


@read_once("workflow.yaml", "findings.yaml", "legal_basis.yaml")
def read_workflow(rules: Path) -> Workflow:
    """The table with the finding codes; raises `InvalidRule` naming file and place of the first fault."""
    path = rules / "workflow.yaml"
    content = read_yaml(path)
    content["moves"] = [{_KEYWORDS.get(str(k), k): value for k, value in row.items()} for row in content.get("moves", [])]
    content["findings"] = read_yaml(rules / "findings.yaml")
    content["laws"] = read_yaml(rules / "legal_basis.yaml")
    workflow = checked(Workflow, content, path)
    for code, state in workflow.states.items():
        for basis in state.basis:
            if basis.source not in workflow.laws:
                raise InvalidRule(
                    f"workflow.yaml 中 {code} 的依据 {basis.source} 未登记",
                    "请在 rules/legal_basis.yaml 中登记。",
                    {"file": str(path)},
                )
    try:
        workflow._machine  # noqa: B018  the library's own check: no state out of reach, no way out of a final one
    except InvalidDefinition as error:
        raise InvalidRule(f"workflow.yaml 的状态连不起来：{error}", "每个状态都要能走到。", {"file": str(path)}) from error
    return workflow


_KEYWORDS = {"from": "from_", "if": "if_"}
