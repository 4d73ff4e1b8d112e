"""Every move of the workflow succeeds for those it names, and for nobody else; what is not in the table does not happen."""

from itertools import product

import pytest

from screening.cases.casebook import Case, Casebook
from screening.cases.workflow import ANY, Move, read_workflow
from screening.errors import InvalidRequest, NotAllowed, StaleRecord
from screening.settings import PROJECT_ROOT
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role
from tests.cases.office import AT, CHIEF, OFFICER, OTHER_CHIEF, PEOPLE, STREET_CLERK, every_move, filled, heard, place, walk

WORKFLOW = read_workflow(PROJECT_ROOT / "rules")
MOVES = [(state, move) for state in WORKFLOW.states for move in WORKFLOW.moves_from(state)]


@pytest.fixture
def book(workspace: Workspace) -> Casebook:
    return Casebook(workspace)


def ready(workspace: Workspace, book: Casebook, state: str, move: Move) -> Case:
    grade = move.grades[0] if move.grades else Grade.RED
    case = place(workspace, book, state, grade=grade, came_from=move.origins[0] if move.origins else None)
    return heard(book, case) if move.joint else case


def test_every_allowed_move_succeeds_for_everyone_it_names(workspace: Workspace, book: Casebook) -> None:
    for state, move in every_move(book):
        for role in move.by:
            case = ready(workspace, book, state, move)
            moved = book.move(PEOPLE[role], case.case_id, move.to, version=case.version, given=filled(book, move), at=AT)
            if moved.waiting:
                assert moved.state == state
                approver = OTHER_CHIEF if role is Role.CHIEF else CHIEF
                moved = book.answer(approver, moved.case_id, version=moved.version, agree=True, reason="", at=AT)
            assert (moved.state, moved.came_from) == (move.to, state), (state, move.to, role)


@pytest.mark.parametrize("state", WORKFLOW.states)
def test_every_other_pair_of_state_and_role_is_refused(state: str, workspace: Workspace, book: Casebook) -> None:
    allowed = {(move.to, role) for move in book.workflow.moves_from(state) for role in move.by}
    case = place(workspace, book, state, grade=Grade.YELLOW)
    everything = {name: value for move in book.workflow.moves for name, value in filled(book, move).items()}
    for to, role in product(book.workflow.states, Role):
        if (to, role) not in allowed:
            with pytest.raises(NotAllowed):
                book.move(PEOPLE[role], case.case_id, to, version=case.version, given=everything, at=AT)
    assert book.case(case.case_id) == case
    assert len(book.events(case.case_id)) == 1


@pytest.mark.parametrize(("state", "move"), MOVES, ids=[f"{state}-{move.to}" for state, move in MOVES])
def test_a_move_without_any_one_thing_it_asks_for_is_refused_naming_it(
    state: str, move: Move, workspace: Workspace, book: Casebook
) -> None:
    case = ready(workspace, book, state, move)
    given = filled(book, move)
    for name in move.requires:
        with pytest.raises((InvalidRequest, NotAllowed)) as refused:
            book.move(PEOPLE[move.by[-1]], case.case_id, move.to, version=case.version, given={**given, name: ""}, at=AT)
        assert book.workflow.fields[name].label in refused.value.message or isinstance(refused.value, NotAllowed)


def test_a_street_moves_only_its_own_cases(workspace: Workspace, book: Casebook) -> None:
    case = place(workspace, book, "B1")
    stranger = PEOPLE[Role.STREET].__class__("p-x", "虚某外街道", "外街道", Role.STREET, frozenset({"440803999"}))
    with pytest.raises(NotAllowed, match="本街道"):
        book.move(stranger, case.case_id, "B3", version=case.version, given={"officers_named": ["虚某甲", "虚某乙"]}, at=AT)


def test_who_asked_cannot_agree_and_what_was_declined_stays(workspace: Workspace, book: Casebook) -> None:
    case = place(workspace, book, "A2", grade=Grade.ORANGE)
    given = {"reason_code": "licensed", "reason": "持牌"}
    asked = book.move(OFFICER, case.case_id, "A9", version=case.version, given=given, at=AT)
    assert asked.waiting is not None and asked.state == "A2"
    twin = OFFICER.__class__(OFFICER.person_id, OFFICER.name, OFFICER.unit, Role.CHIEF)
    for nobody in (OFFICER, twin, STREET_CLERK):
        with pytest.raises(NotAllowed):
            book.answer(nobody, case.case_id, version=asked.version, agree=True, reason="", at=AT)
    with pytest.raises(NotAllowed, match="等批准"):
        book.move(OFFICER, case.case_id, "B1", version=asked.version, given={}, at=AT)
    declined = book.answer(CHIEF, case.case_id, version=asked.version, agree=False, reason="再看看", at=AT)
    assert declined.state == "A2" and declined.waiting is None


def test_handing_back_and_supplements_end(workspace: Workspace, book: Casebook) -> None:
    case = walk(book, place(workspace, book, "B1"), ("B2", STREET_CLERK, {}), ("B1", OFFICER, {}))
    with pytest.raises(NotAllowed, match="最多 1 次"):
        walk(book, case, ("B2", STREET_CLERK, {}))
    case = walk(book, case, ("B3", STREET_CLERK, {}))
    for _ in range(2):
        case = walk(book, case, ("B4", STREET_CLERK, {}), ("B3", OFFICER, {}))
    case = walk(book, case, ("B4", STREET_CLERK, {}))
    with pytest.raises(NotAllowed, match="最多 2 次"):
        walk(book, case, ("B3", OFFICER, {}))


def test_two_people_at_one_case_one_wins_and_the_other_hears_what_changed(workspace: Workspace, book: Casebook) -> None:
    seen = place(workspace, book, "B1")
    walk(book, seen, ("B3", STREET_CLERK, {}))
    with pytest.raises(StaleRecord) as stale:
        book.move(
            STREET_CLERK, seen.case_id, "B2", version=seen.version, given=filled(book, book.workflow.between("B1", "B2")), at=AT
        )
    assert STREET_CLERK.name in stale.value.message and "核查中" in stale.value.message


def test_a_joint_session_needs_three_units_of_this_session(workspace: Workspace, book: Casebook) -> None:
    case = place(workspace, book, "C1", grade=Grade.RED)
    for role in (Role.STREET, Role.STREET, Role.POLICE):
        case = book.give_opinion(PEOPLE[role], case.case_id, version=case.version, opinion="有分歧", at=AT)
    with pytest.raises(NotAllowed, match="只有 2 个单位"):
        walk(book, case, ("D0", CHIEF, {}))
    case = book.give_opinion(PEOPLE[Role.MARKET], case.case_id, version=case.version, opinion="不同意", at=AT)
    case = walk(book, case, ("D0", CHIEF, {}), ("A2", OFFICER, {}), ("C1", CHIEF, {}))
    with pytest.raises(NotAllowed, match="只有 0 个单位"):
        walk(book, case, ("D0", CHIEF, {}))


def test_the_table_may_be_edited_but_only_within_itself() -> None:
    raw = WORKFLOW.model_dump(by_alias=True)
    assert any(move["from"] == ANY for move in raw["moves"])
    raw["moves"][0]["to"] = "Z9"
    with pytest.raises(ValueError, match="Z9"):
        WORKFLOW.__class__.model_validate(raw)
