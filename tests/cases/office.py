"""A small invented office: its people, what they fill in, and cases put where a test needs them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from screening.access import SYSTEM, Actor
from screening.cases.casebook import Case, Casebook
from screening.cases.workflow import Move
from screening.reference.workdays import CHINA
from screening.store.case_tables import cases
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role

STREET = "440803001"
AT = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)
PEOPLE = {
    role: SYSTEM
    if role is Role.SYSTEM
    else Actor(
        f"p-{role.value}",
        f"虚某{role.label}",
        role.label,
        role,
        frozenset({STREET}) if role in (Role.STREET, Role.GRID) else frozenset(),
    )
    for role in Role
}
OFFICER, CHIEF, STREET_CLERK = PEOPLE[Role.OFFICER], PEOPLE[Role.CHIEF], PEOPLE[Role.STREET]
OTHER_CHIEF = Actor("p-chief-2", "虚某副主任", "处非办", Role.CHIEF)
_TWO = [{"name": "虚某甲", "warrant": "虚440001"}, {"name": "虚某乙", "warrant": "虚440002"}]
_BY_TYPE: dict[str, Any] = {"text": "虚构内容", "date": "2026-12-01", "number": 1000, "names": ["虚某甲", "虚某乙"], "officers": _TWO, "codes": ["S10"], "files": ["a" * 64], "street": STREET}  # fmt: skip


def filled(book: Casebook, move: Move) -> dict[str, Any]:
    """Everything a move asks for."""
    specs = {name: book.workflow.fields[name] for name in move.requires}
    return {name: next(iter(spec.choices)) if spec.type == "choice" else _BY_TYPE[spec.type] for name, spec in specs.items()}


def place(workspace: Workspace, book: Casebook, state: str, *, grade: Grade = Grade.BLUE, came_from: str | None = None) -> Case:
    """A case set down in a state, whatever way would have led there."""
    case = book.record_lead(OFFICER, entity_id=None, said="虚构线索", source="测试", at=AT, street=STREET)
    with workspace.register.writing() as connection:
        values = {"state": state, "grade": grade.value, "came_from": came_from}
        connection.execute(cases.update().where(cases.c.case_id == case.case_id).values(**values))
    return book.case(case.case_id)


def heard(book: Casebook, case: Case) -> Case:
    """The case once three units gave their opinion."""
    for role in (Role.STREET, Role.MARKET, Role.POLICE):
        case = book.give_opinion(PEOPLE[role], case.case_id, version=case.version, opinion="同意", at=AT)
    return case


def walk(book: Casebook, case: Case, *steps: tuple[str, Actor, Mapping[str, Any]]) -> Case:
    """A case moved along; what needs a second person is agreed to by the head of the office."""
    for number, (to, actor, given) in enumerate(steps):
        at = AT + timedelta(minutes=number)
        content = {**filled(book, book.workflow.between(case.state, to)), **given}
        case = book.move(actor, case.case_id, to, version=case.version, given=content, at=at)
        if case.waiting:
            approver = OTHER_CHIEF if actor.person_id == CHIEF.person_id else CHIEF
            case = book.answer(approver, case.case_id, version=case.version, agree=True, reason="", at=at)
    return case


def every_move(book: Casebook) -> Iterator[tuple[str, Move]]:
    """Each state with each move that may be made in it."""
    for state in book.workflow.states:
        for move in book.workflow.moves_from(state):
            yield state, move
