"""Every step of `rules/workflow.yaml` can be made by whom it names, with what it asks for; every other pair of state and role is refused. Generated."""

import shutil
from pathlib import Path

import pytest

from screening.cases import audit, moves
from screening.cases.workflow import Move, read_workflow
from screening.errors import InvalidRule, NotAllowed
from screening.settings import PROJECT_ROOT
from screening.vocabulary import Role
from tests.cases.office import NOW, Desk, person

WORKFLOW = read_workflow(PROJECT_ROOT / "rules")
ALLOWED = [(state, row, role) for row in WORKFLOW.moves for state in row.from_ for role in row.by]
ORIGINS: dict[str, list[str | None]] = {state: [None] for state in WORKFLOW.states}
ORIGINS["E2"] = [*dict.fromkeys(origin for row in WORKFLOW.rows("E2") for origin in row.after)]


def name_of(value: object) -> str:
    if isinstance(value, Move):
        return value.to + (f"[{','.join(value.after)}]" if value.after else "")
    return str(value)


@pytest.mark.parametrize(("state", "row", "role"), ALLOWED, ids=name_of)
def test_an_allowed_step_succeeds_with_what_it_asks_for(desk: Desk, state: str, row: Move, role: Role) -> None:
    case = desk.put_for(row, state)
    after = desk.through(case, row, role)
    assert after.state == row.to
    assert after.pending is None
    assert audit.verify(desk.book.workspace).faults == []


@pytest.mark.parametrize(("state", "origin"), [(state, origin) for state, origins in ORIGINS.items() for origin in origins])
def test_every_other_step_is_refused_for_every_role(desk: Desk, state: str, origin: str | None) -> None:
    case = desk.put(state, came_from=origin)
    for role in Role:
        for to in WORKFLOW.states:
            rows = [row for row in WORKFLOW.rows(state, to) if role in row.by and (not row.after or origin in row.after)]
            if not rows:
                with pytest.raises(NotAllowed):
                    desk.move(person(role), case, to)
    assert desk.book.case(person(Role.OFFICER), case.case_id) == case, "a refused step leaves no trace"


@pytest.mark.parametrize(("state", "row", "role"), [item for item in ALLOWED if item[1].needs], ids=name_of)
def test_a_step_without_one_of_its_papers_is_refused(desk: Desk, state: str, row: Move, role: Role) -> None:
    case = desk.put_for(row, state)
    papers = desk.papers(row.needs)
    for missing in row.needs:
        with pytest.raises(Exception, match=WORKFLOW.fields[missing].label.replace("（", ".").replace("）", ".")) as refused:
            desk.move(person(role), case, row.to, {name: value for name, value in papers.items() if name != missing})
        assert missing in refused.value.where["missing"]  # type: ignore[attr-defined]
    assert desk.book.case(person(Role.OFFICER), case.case_id).version == case.version


APPROVED = [(state, row, role) for state, row, role in ALLOWED if row.approval]


@pytest.mark.parametrize(("state", "row", "role"), APPROVED, ids=name_of)
def test_what_needs_a_second_person_waits_for_one_who_may(desk: Desk, state: str, row: Move, role: Role) -> None:
    case = desk.put_for(row, state)
    if row.approval and row.approval.grades:
        case = desk.put(state, grade=row.approval.grades[0])
    approval = row.approval_for(case.grade)
    assert approval is not None
    waiting = desk.move(person(role), case, row.to, desk.papers(row.needs))
    assert (waiting.state, waiting.pending is not None) == (state, True)
    added = desk.papers(approval.needs)
    for other in Role:
        if other not in approval.by:
            with pytest.raises(NotAllowed):
                desk.approve(person(other, 2), waiting, added)
    if role in approval.by:
        with pytest.raises(NotAllowed, match="护栏第2条"):
            desk.approve(person(role), waiting, added)
    for another in WORKFLOW.rows(state):
        with pytest.raises(NotAllowed):
            desk.move(person(another.by[0]), waiting, another.to)
    chief_or_leader = next(r for r in approval.by if r in (Role.CHIEF, Role.LEADER))
    assert desk.approve(person(chief_or_leader, 2), waiting, added).state == row.to


def test_a_declined_request_leaves_the_case_where_it_was_with_the_reason_on_record(desk: Desk) -> None:
    case = desk.put("B4")
    waiting = desk.move(person(Role.OFFICER), case, "D1", desk.papers(["letter", "grounds"]))
    declined = moves.decline(desk.book, person(Role.CHIEF), case.case_id, version=waiting.version, at=NOW, reason="证据不足")
    assert (declined.state, declined.pending) == ("B4", None)
    last = desk.book.events(person(Role.CHIEF), case.case_id)[-1]
    assert (last.kind.label, last.reason) == ("不予批准", "证据不足")


def test_other_cases_go_on_after_one_was_archived(desk: Desk) -> None:
    closed, other = desk.put("F1"), desk.put("A2")
    assert desk.move(person(Role.OFFICER), closed, "F2", desk.papers(["catalogue"])).state == "F2"
    assert desk.move(person(Role.OFFICER), other, "B1", desk.papers(["street", "points"])).state == "B1"


def test_the_table_names_every_state_of_the_brief_and_no_way_into_what_it_forbids() -> None:
    assert list(WORKFLOW.states) == (
        [
            "A0",
            "A1",
            "A2",
            "A9",
            "B1",
            "B2",
            "B3",
            "B4",
            "C1",
            "D0",
            "D1",
            "D2",
            "D3",
            "D4",
            "D5",
            "D6",
            "D7",
            "D8",
            "E1",
            "E2",
            "E3",
            "E4",
            "F1",
            "F2",
            "F9",
        ]
    )
    assert WORKFLOW.rows("F2") == []
    assert not [row for row in WORKFLOW.moves if Role.SYSTEM in row.by and (row.to.startswith("D") or row.to in ("F1", "A9"))]
    assert not [
        row
        for row in WORKFLOW.moves
        if {Role.ADMINISTRATOR, Role.AUDITOR, Role.GRID} & {*row.by, *(row.approval.by if row.approval else ())}
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("to: B3, by: [street]", "to: B33, by: [street]"), "B33"),
        (("needs: [team]", "needs: [teams]"), "teams"),
        (("{workdays: 0}", "{workdays: 0, days: 1}"), "workdays"),
        (("choices: false_positive}", "choices: no_such_table}"), "no_such_table"),
        (("by: [street], needs: [team]", "by: [streets], needs: [team]"), "by"),
    ],
)
def test_a_slip_in_the_table_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:

    rules = tmp_path / "rules"
    shutil.copytree(PROJECT_ROOT / "rules", rules)
    text = (rules / "workflow.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (rules / "workflow.yaml").write_text(text.replace(change[0], change[1], 1), encoding="utf-8")
    with pytest.raises(InvalidRule, match=said):
        read_workflow(rules)
