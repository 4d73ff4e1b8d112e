"""Drift is nothing between a run and itself, is large where the input changed, and is not claimed from few."""

from datetime import date
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR
from screening.scoring.drift import FEWEST, LARGE, drift
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import write_csv


def _month(workspace: Workspace, folder: Path, entities: int, capital: str, day: date) -> Run:
    rows = [
        {"企业名称": f"湛江市虚{number:04d}水产有限公司", "注册资本（万元）": capital, "法定代表人": f"虚某{number}"}
        for number in range(entities)
    ]
    pipeline.load(workspace, [write_csv(folder / f"{day}.csv", rows)], kind=Kind.ENTITIES, received=day)
    return pipeline.score(workspace, as_of=day)


def test_nothing_drifts_from_itself_and_a_changed_column_does(workspace: Workspace, tmp_path: Path) -> None:
    before = _month(workspace, tmp_path, FEWEST, "100", date(2026, 9, 30))
    now = _month(workspace, tmp_path, FEWEST, "5000", date(2026, 10, 31))
    assert all(d.psi == pytest.approx(0.0) for d in drift(workspace, before, before, actor=OPERATOR))
    found = {d.name: d for d in drift(workspace, before, now, actor=OPERATOR)}
    assert (found["reg_capital_yuan"].psi or 0) > LARGE
    assert found["legal_rep_changes_1y"].psi == pytest.approx(0.0)


def test_few_entities_prove_nothing(workspace: Workspace, tmp_path: Path) -> None:
    run = _month(workspace, tmp_path, FEWEST - 1, "100", date(2026, 9, 30))
    assert {d.psi for d in drift(workspace, run, run, actor=OPERATOR)} == {None}
