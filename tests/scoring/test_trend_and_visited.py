"""Months side by side and places nobody has been to: every entity counted once, each person counting what they see."""

from pathlib import Path

import pytest

from screening.access import OPERATOR, Actor
from screening.scoring.overview import overview
from screening.scoring.ranking import Filter, find_run, ranked
from screening.scoring.trend import trend
from screening.scoring.visited import unvisited_by_street, visited
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role

STREET_HAND = Actor("s", "虚街道", "解放街道办", Role.STREET, frozenset({"440803001"}))
URGENT = (Grade.RED, Grade.ORANGE, Grade.YELLOW)


@pytest.fixture
def scored(scored_home: Path) -> Workspace:
    return Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))


@pytest.mark.parametrize("actor", [OPERATOR, STREET_HAND], ids=lambda actor: actor.role)
def test_each_month_counts_what_its_own_run_holds(scored: Workspace, actor: Actor) -> None:
    points = trend(scored, actor=actor)
    assert [point.month for point in points] == ["2026-09", "2026-10"]
    for point in points:
        entities = ranked(scored, point.run, actor=actor)
        assert point.by_grade == {grade: sum(entity.grade is grade for entity in entities) for grade in Grade}


def test_only_the_last_months_are_told_and_a_first_month_has_no_other_rules(scored: Workspace) -> None:
    (point,) = trend(scored, actor=OPERATOR, months=1)
    assert point.run == find_run(scored) and not point.is_other_rules


def test_a_month_scored_by_other_rules_says_so(scored: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    october, september = scored.register.runs()
    changed = type(october)(**(vars(october) | {"rulebook": "another"}))
    monkeypatch.setattr(scored.register, "runs", lambda: [changed, september])
    assert [point.is_other_rules for point in trend(scored, actor=OPERATOR)] == [False, True]


def test_a_workspace_without_a_run_has_no_trend(workspace: Workspace) -> None:
    assert trend(workspace, actor=OPERATOR) == []


@pytest.mark.parametrize("actor", [OPERATOR, STREET_HAND], ids=lambda actor: actor.role)
def test_places_count_every_entity_once_and_visits_as_the_list_does(scored: Workspace, actor: Actor) -> None:
    entities = ranked(scored, find_run(scored), actor=actor)
    cells = visited(scored, find_run(scored), actor=actor)
    assert len({(cell.street, cell.sector) for cell in cells}) == len(cells)
    assert sum(cell.total for cell in cells) == len(entities)
    for cell in cells:
        here = [entity for entity in entities if (entity.street, entity.sector) == (cell.street, cell.sector)]
        never = [entity for entity in here if entity.last_visit_date is None]
        assert (cell.total, cell.visited) == (len(here), len(here) - len(never))
        assert cell.urgent_unvisited == sum(entity.grade in URGENT for entity in never)
        assert 0 <= cell.share <= 1


def test_the_places_with_most_to_visit_come_first(scored: Workspace) -> None:
    lines = unvisited_by_street(visited(scored, find_run(scored), actor=OPERATOR))
    assert [count for _, count in lines] == sorted((count for _, count in lines), reverse=True)
    street, count = lines[0]
    wanted = ranked(scored, find_run(scored), Filter(grades=URGENT, area=street), actor=OPERATOR)
    assert count == sum(entity.last_visit_date is None for entity in wanted) > 0


@pytest.mark.parametrize("actor", [OPERATOR, STREET_HAND], ids=lambda actor: actor.role)
def test_the_overview_counts_and_moves_what_the_lists_of_both_months_hold(scored: Workspace, actor: Actor) -> None:
    october, september = scored.register.runs()
    now, before = (ranked(scored, run, actor=actor) for run in (october, september))
    grades = {entity.entity_id: entity.grade for entity in before}
    seen = overview(scored, october, actor=actor)
    assert seen.entities == len(now)
    assert seen.by_street == {
        key: sum((entity.street, entity.grade) == key for entity in now) for key in {(e.street, e.grade) for e in now}
    }
    assert [move.entity for move in seen.new] == [entity for entity in now if entity.entity_id not in grades]
    order = list(Grade)
    assert [(move.entity, move.before) for move in seen.risen] == [
        (entity, grades[entity.entity_id])
        for entity in now
        if entity.entity_id in grades and order.index(entity.grade) < order.index(grades[entity.entity_id])
    ]
    assert seen.gone == len(grades.keys() - {entity.entity_id for entity in now})
