"""The workflow as `rules/workflow.yaml` has it: states with their clocks, the moves allowed between them, and what a move asks for.

Source: domain brief 8.2 to 8.4. The graph of states is run by python-statemachine, so that a move that is not in the file cannot happen; roles, fields
and approvals are checked beside it, where a refusal can say in the office's words what is missing.
"""

import warnings
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator
from statemachine import State as MachineState
from statemachine import StateMachine

from screening.errors import NotAllowed
from screening.reference.data_files import Strict, checked, read_yaml
from screening.reference.workdays import Term
from screening.vocabulary import Grade, Role

ANY, START = "*", "new"
ByGrade = int | dict[Grade, int]
FieldType = Literal["text", "choice", "date", "number", "names", "officers", "codes", "files", "street"]


class Clock(Strict):
    """How long a state may last: a number, or one for each grade; `field` names the field that says until when."""

    work: ByGrade | None = None
    natural: ByGrade | None = None
    hours: int | None = None
    field: str | None = None

    def term(self, grade: Grade | None) -> Term:
        """The term for a grade; 资料不足 counts as 黄, no grade as 蓝."""
        return Term(_for(self.work, grade), _for(self.natural, grade), self.hours)


class State(Strict):
    """Where a case can stand, whose turn it is, and how long it may stay."""

    label: str
    owner: Role
    clock: Clock | None = None
    end: bool = False
    pause: bool = False


class FieldSpec(Strict):
    """Something a move asks for."""

    label: str
    type: FieldType
    choices: dict[str, str] = {}
    at_least: int = 1


class Approval(Strict):
    """Who must agree, and for which grades (none named: all)."""

    by: Role
    grades: list[Grade] = []


class Move(Strict):
    """One line of the table of moves."""

    from_: str = Field(alias="from")
    to: str
    by: list[Role]
    requires: list[str] = []
    approval: Approval | None = None
    grades: list[Grade] = []
    origins: list[str] = []
    most: int | None = None
    clock: Clock | None = None
    urgent: bool = False
    joint: bool = False

    def needs_approval(self, grade: Grade | None) -> bool:
        """Whether somebody else must agree for a case of this grade."""
        return self.approval is not None and (not self.approval.grades or grade in self.approval.grades)


class Reminder(Strict):
    """When somebody is told: a share of the term used up, or working days overdue."""

    elapsed: float | None = None
    overdue_days: int | None = None
    tell: list[str]


class Limits(Strict):
    """Numbers the office set: units a joint session needs, extensions of one verification."""

    joint_units: int
    extensions: int


class Workflow(Strict):
    """The whole table."""

    states: dict[str, State]
    fields: dict[str, FieldSpec]
    moves: list[Move]
    reminders: list[Reminder]
    limits: Limits

    @model_validator(mode="after")
    def _whole(self) -> "Workflow":
        for move in self.moves:
            if unknown := {move.from_, move.to, *move.origins} - self.states.keys() - {ANY}:
                raise ValueError(f"步骤 {move.from_}→{move.to} 用到未定义的状态 {'、'.join(sorted(unknown))}")
            if unknown := set(move.requires) - self.fields.keys():
                raise ValueError(f"步骤 {move.from_}→{move.to} 用到未定义的内容 {'、'.join(sorted(unknown))}")
        return self

    def between(self, state: str, to: str) -> Move:
        """The move from one state to another; raises `NotAllowed` when there is none."""
        if state not in self.states or to not in self.states or not self._machine_allows(state, to):
            ways = "、".join(self.states[move.to].label for move in self.moves_from(state)) or "没有"
            raise NotAllowed(
                f"不能从“{self._label(state)}”到“{self._label(to)}”", f"现在可以到：{ways}。", {"from": state, "to": to}
            )
        return next(move for move in self.moves_from(state) if move.to == to)

    def moves_from(self, state: str) -> list[Move]:
        """Moves that may be made in a state, in the order of the file; one written for it goes before one for any state."""
        ordered = sorted(self.moves, key=lambda move: move.from_ == ANY)
        found = {move.to: move for move in reversed(ordered) if self._leads_from(move, state)}
        return [move for move in ordered if found.get(move.to) is move]

    def clock_after(self, move: Move) -> Clock | None:
        """The clock that runs once a move is made."""
        return move.clock or self.states[move.to].clock

    def _leads_from(self, move: Move, state: str) -> bool:
        return move.from_ == state or (move.from_ == ANY and not self.states[state].end and move.to != state)

    def _label(self, state: str) -> str:
        return self.states[state].label if state in self.states else state

    def _machine_allows(self, state: str, to: str) -> bool:
        return any(event.id == _event(to) for event in self._machine(start_value=state).allowed_events)

    @cached_property
    def _machine(self) -> type[StateMachine]:
        """The graph as a state machine: one state a code, one event a target."""
        states = {START: MachineState("尚未登记", value=START, initial=True)}
        states |= {
            code: MachineState(state.label, value=code, final=not self.moves_from(code)) for code, state in self.states.items()
        }
        events: dict[str, Any] = {}
        starts = [code for code in self.states if not any(move.to == code for move in self.moves)]
        pairs = [(START, code) for code in starts]
        pairs += [(code, move.to) for code in self.states for move in self.moves_from(code)]
        for origin, target in pairs:
            transition = states[origin].to(states[target])
            events[_event(target)] = events[_event(target)] | transition if _event(target) in events else transition
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return type("CaseMachine", (StateMachine,), {**states, **events})


def _event(target: str) -> str:
    return f"to_{target}"


def _for(number: ByGrade | None, grade: Grade | None) -> int | None:
    if not isinstance(number, dict):
        return number
    stands_for = {Grade.INSUFFICIENT: Grade.YELLOW, None: Grade.BLUE}
    return number[stands_for.get(grade, grade) or Grade.BLUE]


@cache
def read_workflow(rules: Path) -> Workflow:
    """The workflow of a rules folder; raises `InvalidRule` naming file and key."""
    path = rules / "workflow.yaml"
    return checked(Workflow, read_yaml(path), path)


def missing_fields(workflow: Workflow, move: Move, given: Mapping[str, Any]) -> list[str]:
    """Labels of what a move asks for and was not given, or not given right."""
    return [workflow.fields[name].label for name in move.requires if not _is_filled(workflow.fields[name], given.get(name))]


def _is_filled(spec: FieldSpec, value: Any) -> bool:
    if spec.type in ("names", "codes", "files"):
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and len({str(one) for one in value if one}) >= spec.at_least
        )
    if spec.type == "officers":
        return len(warrants(value)) >= spec.at_least
    if spec.type == "choice":
        return value in spec.choices
    if spec.type == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    return bool(str(value or "").strip())


def warrants(officers: Any) -> set[str]:
    """Warrant numbers of named officers, `[{name, warrant}]`; who lacks either does not count."""
    listed = officers if isinstance(officers, Sequence) and not isinstance(officers, str) else []
    return {one["warrant"] for one in listed if isinstance(one, Mapping) and one.get("name") and one.get("warrant")}
