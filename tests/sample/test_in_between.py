"""The believable middle of the sample month: what was planted stands in the files and gets the grade it was planted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.access import OPERATOR
from screening.scoring.ranking import Ranked, find_run, ranked
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
PLAN: dict[str, Any] = yaml.safe_load((SAMPLE / "schemes.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def by_name(scored_home: Path) -> Iterator[dict[str, Ranked]]:
    """Every entity of the October run by its name; names in the sample are unique."""
    settings = Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}")
    workspace = Workspace(settings)
    yield {entity.name: entity for entity in ranked(workspace, find_run(workspace), actor=OPERATOR) if entity.name}
    workspace.register.close()


@pytest.mark.parametrize("planted", PLAN["in_between"] + PLAN["walked"], ids=lambda planted: planted["id"])
def test_an_entity_of_the_middle_gets_its_grade(by_name: dict[str, Ranked], planted: dict[str, Any]) -> None:
    found = by_name[planted["name"]]
    assert found.grade == Grade(planted["expect"])
    assert not planted.get("uscc") or found.uscc == planted["uscc"]


def test_the_month_has_a_middle(by_name: dict[str, Ranked]) -> None:
    grades = Counter(entity.grade for entity in by_name.values())
    assert grades[Grade.RED] <= 16
    assert 10 <= grades[Grade.ORANGE] <= 15
    assert 28 <= grades[Grade.YELLOW] <= 40
    assert grades[Grade.INSUFFICIENT] >= 5


def test_no_score_stands_alone(by_name: dict[str, Ranked]) -> None:
    """Urgent scores are spread out, so that an order of visits can be seen."""
    scores = [entity.score for entity in by_name.values() if entity.grade is Grade.ORANGE]
    assert max(scores) - min(scores) > 30


@pytest.mark.parametrize("planted", PLAN["in_between"], ids=lambda planted: planted["id"])
def test_what_was_planted_is_written_down(planted: dict[str, Any]) -> None:
    assert planted["expect"] in ("orange", "yellow")
    assert planted["planted"] and planted["files"]
    assert planted["name"] in (SAMPLE / "README.md").read_text(encoding="utf-8")


def test_ids_and_names_are_not_used_twice() -> None:
    planted = PLAN["schemes"] + PLAN["lookalikes"] + PLAN["in_between"] + PLAN["walked"]
    assert len({entry["id"] for entry in planted}) == len({entry["name"] for entry in planted}) == len(planted)
