"""Figures of merit against their definitions, worked out the slow way or by scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from screening.model import measures

rankings = st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.floats(0.1, 20)), min_size=2, max_size=40)


@settings(deadline=None)
@given(rankings)
def test_areas_are_those_of_the_reference(rows: list[tuple[bool, int, float]]) -> None:
    found, order, weights = (np.array(column, float) for column in zip(*rows, strict=True))
    if 0 < found.sum() < len(found):
        assert measures.area_under_curve(found, order, weights) == pytest.approx(
            roc_auc_score(found, order, sample_weight=weights)
        )
    if found.sum():
        assert measures.average_precision(found, order, weights) == pytest.approx(
            average_precision_score(found, order, sample_weight=weights)
        )


@settings(deadline=None)
@given(rankings, st.integers(1, 60))
def test_precision_at_a_budget_is_the_mean_over_every_order_of_ties(rows: list[tuple[bool, int, float]], budget: int) -> None:
    found, order, _ = (np.array(column, float) for column in zip(*rows, strict=True))
    taken, left, hits = 0.0, float(budget), 0.0
    for value in sorted(set(order), reverse=True):
        same = found[order == value]
        part = min(left, len(same))
        hits += part * same.mean()
        taken, left = taken + part, left - part
    assert measures.precision_at(found, order, budget) == pytest.approx(hits / taken)


def test_one_that_stands_for_ten_counts_as_ten() -> None:
    found, order = np.array([1.0, 0.0]), np.array([2.0, 1.0])
    assert measures.precision_at(found, order, 11, np.array([1.0, 10.0])) == pytest.approx(1 / 11)
    assert measures.precision_at(found, order, 2, np.array([1.0, 10.0])) == pytest.approx(1 / 2)


def test_a_bootstrap_interval_holds_the_figure_and_is_repeatable() -> None:
    found = np.array([1.0] * 30 + [0.0] * 70)
    strata = np.zeros(100, np.int64)
    first, second = (measures.bootstrap(lambda rows: float(found[rows].mean()), strata, seed=3) for _ in range(2))
    assert first == second
    assert first.low < 0.3 < first.high and first.high - first.low < 0.25


def test_what_is_said_and_found_alike_is_no_error() -> None:
    chance = np.repeat([0.25, 0.75], 400)
    found = np.concatenate([np.tile([1, 0, 0, 0], 100), np.tile([1, 1, 1, 0], 100)]).astype(float)
    assert measures.calibration_error(found, chance) == pytest.approx(0)
    assert measures.calibration_error(found, 1 - chance) == pytest.approx(0.5)
