"""The sub-indices and the matrix of elements are exact partitions of every score; small numbers do not lead a ranking."""

from pathlib import Path

import pytest

from screening.access import OPERATOR
from screening.scoring.breakdown import by_element, matrix
from screening.scoring.explanation import explain_many
from screening.scoring.indices import Share, by_sector, by_street
from screening.scoring.intervals import wilson
from screening.scoring.ranking import find_run, ranked
from screening.settings import Settings
from screening.store.workspace import Workspace


@pytest.fixture
def scored(scored_home: Path) -> Workspace:
    return Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))


def test_every_partition_of_every_score_is_exact(scored: Workspace) -> None:
    run = find_run(scored)
    for found in explain_many(
        scored, run, [entity.entity_id for entity in ranked(scored, run, actor=OPERATOR) if entity.score], actor=OPERATOR
    ):
        told = matrix(found)
        assert round(sum(told.by_dimension().values()), 1) == round(sum(told.by_element().values()), 1) == found.score
        assert round(sum(share.points for share in by_element(found)), 1) == found.score
        assert all(tenths >= 0 for tenths in told.tenths.values())


def test_one_of_two_does_not_stand_above_thirty_of_two_hundred() -> None:
    assert Share(30, 200).lower > Share(1, 2).lower > Share(0, 0).lower


def test_the_interval_is_wilsons() -> None:
    assert wilson(0, 0) is None
    assert wilson(30, 200) == pytest.approx((0.107, 0.206), abs=0.001)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=0.001)


def test_indices_count_everybody_once_and_keep_findings_apart(scored: Workspace) -> None:
    run = find_run(scored)
    for indices in (by_street(scored, run, "未知街道", actor=OPERATOR), by_sector(scored, run, actor=OPERATOR)):
        assert sum(index.proposed.of for index in indices) == run.summary["entities"]
        assert all(index.found.count <= index.found.of <= index.proposed.of for index in indices)
        assert [index.proposed.lower for index in indices] == sorted((index.proposed.lower for index in indices), reverse=True)
