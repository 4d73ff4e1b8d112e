"""The guard rails hold whatever the workflow file says: each test writes a workflow that would allow what must not be, and tries it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from screening.cases.casebook import Casebook
from screening.cases.workflow import Approval, Move
from screening.errors import NotAllowed
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role
from tests.cases.office import AT, CHIEF, OFFICER, OTHER_CHIEF, PEOPLE, STREET, filled, place, walk

DISPOSITIONS = [f"D{number}" for number in range(1, 9)]


@pytest.fixture
def book(workspace: Workspace) -> Casebook:
    return Casebook(workspace)


def loosen(book: Casebook, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Put a workflow in which every move is as `change` makes it."""
    moves = [Move.model_validate(change(move.model_dump(by_alias=True))) for move in book.workflow.moves]
    book.workflow = book.workflow.model_copy(update={"moves": moves})


def refused(book: Casebook, workspace: Workspace, state: str, to: str, **given: Any) -> str:
    case = place(workspace, book, state, grade=Grade.RED, came_from="D6")
    move = book.workflow.between(state, to)
    with pytest.raises(NotAllowed) as error:
        book.move(PEOPLE[move.by[0]], case.case_id, to, version=case.version, given=filled(book, move) | given, at=AT)
    return error.value.message


@pytest.mark.parametrize("to", [*DISPOSITIONS, "D0", "F1", "A9"])
def test_the_system_never_disposes_closes_or_dismisses(to: str, workspace: Workspace, book: Casebook) -> None:
    loosen(book, lambda move: move | {"by": [Role.SYSTEM], "approval": None, "grades": [], "origins": [], "joint": False})
    state = next(move.from_ for move in book.workflow.moves if move.to == to)
    assert "系统不能" in refused(book, workspace, state, to)


@pytest.mark.parametrize("to", DISPOSITIONS)
def test_a_disposition_takes_a_second_person_who_heads_the_office(to: str, workspace: Workspace, book: Casebook) -> None:
    loosen(book, lambda move: move | {"approval": None, "grades": [], "origins": [], "joint": False})
    state = next(move.from_ for move in book.workflow.moves if move.to == to)
    assert "另一人批准" in refused(book, workspace, state, to)
    loosen(book, lambda move: move | {"approval": Approval(by=Role.LEGAL).model_dump()})
    assert "负责人批准" in refused(book, workspace, state, to)


def test_a_verification_and_a_decision_take_two_officers_with_warrants(workspace: Workspace, book: Casebook) -> None:
    loosen(book, lambda move: move | {"requires": [name for name in move["requires"] if name not in ("officers", "team")]})
    alone = [{"name": "虚某甲", "warrant": "虚440001"}, {"name": "虚某乙", "warrant": ""}]
    case = place(workspace, book, "B3")
    move = book.workflow.between("B3", "B4")
    with pytest.raises(NotAllowed, match="两名以上"):
        book.move(
            PEOPLE[Role.STREET], case.case_id, "B4", version=case.version, given=filled(book, move) | {"officers": alone}, at=AT
        )
    assert "两名以上" in refused(book, workspace, "D8", "E3", officers=alone)


def test_a_crime_is_transferred_on_material_not_on_a_clue(workspace: Workspace, book: Casebook) -> None:
    loosen(book, lambda move: move | {"requires": [name for name in move["requires"] if name != "materials"], "joint": False})
    assert "材料" in refused(book, workspace, "C1", "D7")


@pytest.mark.parametrize(("amount", "people"), [(1_000_000, 1), (10, 150), (5_000_000, 900)])
def test_no_penalty_stands_in_for_a_transfer(amount: int, people: int, workspace: Workspace, book: Casebook) -> None:
    said = {"decision_kind": "punished", "amount_yuan": amount, "people": people}
    assert "代替移送" in refused(book, workspace, "D8", "E3", **said)
    informed = place(workspace, book, "C1", grade=Grade.RED)
    loosen(book, lambda move: move | {"joint": False})
    after = walk(book, informed, ("D6", OFFICER, {}), ("D8", OFFICER, {}), ("E3", CHIEF, said))
    assert after.state == "E3"


def test_below_the_thresholds_a_penalty_may_stand_alone(workspace: Workspace, book: Casebook) -> None:
    case = place(workspace, book, "D8", grade=Grade.RED)
    assert walk(book, case, ("E3", CHIEF, {"decision_kind": "punished", "amount_yuan": 999_999, "people": 149})).state == "E3"


def test_measures_need_the_heads_written_word_and_an_exit_ban_is_the_citys(workspace: Workspace, book: Casebook) -> None:
    case = place(workspace, book, "D8")
    for approver, files in ((None, ["a" * 64]), (CHIEF, []), (PEOPLE[Role.LEGAL], ["a" * 64])):
        with pytest.raises(NotAllowed, match="书面批准"):
            book.measure(OFFICER, case.case_id, "seizure", version=case.version, approver=approver, files=files, at=AT)
    with pytest.raises(NotAllowed, match="限制出境"):
        book.measure(OFFICER, case.case_id, "exit_ban", version=case.version, approver=CHIEF, files=["a" * 64], at=AT)
    kept = book.measure(OFFICER, case.case_id, "account_query", version=case.version, approver=CHIEF, files=["a" * 64], at=AT)
    assert book.events(kept.case_id)[-1].content["approved_by"] == CHIEF.name


def test_no_telephone_or_identity_number_travels_with_a_case(workspace: Workspace, book: Casebook) -> None:
    said = "群众来电 13800000123，身份证 440803199001011234，反映到期不还"
    case = book.record_lead(OFFICER, entity_id=None, said=said, source="来访", at=AT, street=STREET)
    case = walk(book, case, ("A2", OFFICER, {}), ("B1", OFFICER, {"points_to_check": said}))
    told = str([event.content for event in book.events(case.case_id)])
    assert "13800000123" not in told and "440803199001011234" not in told


def test_the_one_who_proposed_cannot_wear_another_hat_to_agree(workspace: Workspace, book: Casebook) -> None:
    case = place(workspace, book, "B4", grade=Grade.YELLOW)
    move = book.workflow.between("B4", "D1")
    asked = book.move(OFFICER, case.case_id, "D1", version=case.version, given=filled(book, move), at=AT)
    with pytest.raises(NotAllowed, match="不能自己批准"):
        book.answer(
            replace(CHIEF, person_id=OFFICER.person_id), case.case_id, version=asked.version, agree=True, reason="", at=AT
        )
    assert book.answer(OTHER_CHIEF, case.case_id, version=asked.version, agree=True, reason="", at=AT).state == "D1"
