"""How far cases have come: each counted once by its furthest stage, each stage by who was really there."""

import pytest

from screening.access import SYSTEM
from screening.cases.funnel import Funnel, Stage, funnel
from screening.vocabulary import Role
from tests.cases.office import OFFICER, Desk, person

MINUTES = {"invited": [], "opinions": [], "minutes": {"decided": ["D4"], "text": "移送", "disagreement": ""}}
WAYS = {
    "A2": (["A1", "A2"], {Stage.RAISED}),
    "A9": (["A1", "A2", "A9"], {Stage.RAISED, Stage.CLOSED}),
    "B3": (["A2", "B1", "B3"], {Stage.RAISED, Stage.IN_HAND}),
    "B4": (["A2", "B1", "B3", "B4"], {Stage.RAISED, Stage.IN_HAND, Stage.VISITED}),
    "C1": (["A2", "B1", "B3", "B4", "C1"], {Stage.RAISED, Stage.IN_HAND, Stage.VISITED}),
    "D4": (["A2", "C1", "D4"], {Stage.RAISED, Stage.IN_HAND, Stage.DECIDED, Stage.MEASURE}),
    "D1": (["A2", "B1", "B3", "B4", "D1"], {Stage.RAISED, Stage.IN_HAND, Stage.VISITED, Stage.MEASURE}),
    "F1": (["A2", "B1", "B3", "B4", "C1", "D4", "E2", "F1"], set(Stage)),
}


def by_stage(found: Funnel) -> dict[Stage, tuple[int, int]]:
    return {step.stage: (step.reached, step.furthest) for step in found.steps}


@pytest.mark.parametrize("state", WAYS)
def test_a_case_counts_at_every_stage_it_was_really_in_and_once_at_the_furthest(desk: Desk, state: str) -> None:
    been, stages = WAYS[state]
    desk.put(state, been=been)
    found = by_stage(funnel(desk.book, OFFICER))
    assert {stage for stage, (reached, _) in found.items() if reached} == stages
    assert [stage for stage, (_, furthest) in found.items() if furthest] == [max(stages, key=list(Stage).index)]


def test_all_together_add_up(desk: Desk) -> None:
    for state, (been, _) in WAYS.items():
        desk.put(state, been=been)
    found = funnel(desk.book, OFFICER)
    assert [step.stage for step in found.steps] == list(Stage)
    assert found.total == len(WAYS) == sum(step.furthest for step in found.steps)
    assert found.steps[0].reached == found.total, "whatever there is began as an alert or a lead"
    assert found.closed_unvisited == 1, "the false alarm"


def test_a_session_counts_once_there_are_minutes(desk: Desk) -> None:
    desk.put("C1", been=["A2", "B4", "C1"], session={"invited": [], "opinions": []})
    assert by_stage(funnel(desk.book, OFFICER))[Stage.DECIDED] == (0, 0)
    desk.put("C1", been=["A2", "B4", "C1"], session=MINUTES)
    assert by_stage(funnel(desk.book, OFFICER))[Stage.DECIDED] == (1, 1)
    desk.put("C1", been=["A2", "C1", "D2", "E1"], session={"invited": [], "opinions": []})
    assert by_stage(funnel(desk.book, OFFICER))[Stage.DECIDED] == (2, 1), "discussed again: the first session had decided"


def test_a_case_opened_again_counts_by_its_new_round(desk: Desk) -> None:
    desk.put("A2", been=["F9", "A2"], came_from="F9")
    assert by_stage(funnel(desk.book, OFFICER))[Stage.CLOSED] == (0, 0)


def test_everybody_counts_what_they_see(desk: Desk) -> None:
    desk.put("A2", been=["A2"])
    desk.put("D4", been=["A2", "C1", "D4"])
    elsewhere = person(Role.STREET, 2, frozenset({"440803002"}))
    totals = {who.role: funnel(desk.book, who).total for who in (SYSTEM, OFFICER, person(Role.MARKET), elsewhere)}
    assert totals == {Role.SYSTEM: 2, Role.OFFICER: 2, Role.MARKET: 1, Role.STREET: 0}
    assert sum(step.furthest for step in funnel(desk.book, elsewhere).steps) == 0
