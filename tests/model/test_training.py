"""Learning: monotone wherever a line has never been, the same for the same seed, off below the fewest outcomes, and not fooled by where visits went."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import biased_visits
from screening.errors import InvalidRequest, InvalidRule
from screening.features.catalogue import read_features
from screening.model.boosting import Effort, fit, read
from screening.model.recipe import read_recipe
from screening.model.training import Examples, outcomes_lacking, train
from screening.settings import PROJECT_ROOT


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.integers(20, 300))
def test_every_shape_is_monotone_and_never_below_not_knowing(seed: int, rising: bool, rows: int) -> None:
    generator = np.random.default_rng(seed)
    values = np.where(generator.random(rows) < 0.2, np.nan, np.round(generator.normal(size=rows) * 10))
    found = (generator.random(rows) < 1 / (1 + np.exp(-np.nan_to_num(values) / 5))).astype(float)
    weights = generator.gamma(1, 1, rows) + 0.01
    _, (shape,) = fit([values], [("x", rising)], found, weights, Effort(rounds=50, leaf=3))
    everywhere = read(shape, np.linspace(-1e3, 1e3, 501))
    steps = np.diff(everywhere)
    assert (steps >= 0).all() if rising else (steps <= 0).all()
    assert (everywhere >= 0).all() and read(shape, np.array([np.nan]))[0] == 0


def test_the_same_history_and_seed_give_the_same_card() -> None:
    generator = np.random.default_rng(1)
    past = biased_visits.district(generator)
    visited = biased_visits.visit(past, generator)
    first, second = (biased_visits.learn(past, visited, "weighted") for _ in range(2))
    assert first.document() == second.document()
    assert first.lines and max(first.points_of(past.columns)) <= 300


def test_a_card_says_the_chances_that_visits_bear_out() -> None:
    """Calibrated on rows it had not seen: on a district it never saw, what is said and what is found lie close."""
    gaps = []
    for seed in range(3):
        generator = np.random.default_rng(seed)
        past, future = biased_visits.district(generator), biased_visits.district(generator)
        card = biased_visits.learn(past, biased_visits.visit(past, generator), "weighted")
        said = np.array([card.chance(tenths) for tenths in card.points_of(future.columns)])
        gaps.append(abs(said.mean() - future.truth.mean()))
    assert np.mean(gaps) < 0.03


def test_learning_that_knows_where_visits_went_finds_more() -> None:
    naive, aware = [], []
    for seed in range(4):
        generator = np.random.default_rng(seed)
        past, future = biased_visits.district(generator), biased_visits.district(generator)
        visited = biased_visits.visit(past, generator)
        naive.append(biased_visits.precision(biased_visits.learn(past, visited, "naive"), future))
        aware.append(biased_visits.precision(biased_visits.learn(past, visited, "weighted"), future))
    assert all(ours > theirs for ours, theirs in zip(aware, naive, strict=True))
    assert np.mean(aware) > 1.2 * np.mean(naive)


def test_the_interval_of_the_controls_holds_the_truth_as_often_as_it_says() -> None:
    held = []
    for seed in range(400):
        generator = np.random.default_rng(seed)
        past = biased_visits.district(generator)
        held.append(biased_visits.covers(past, biased_visits.visit(past, generator)))
    assert 0.92 < np.mean(held) < 0.98, "95 %, within three standard errors of 400 draws"


def test_too_few_outcomes_say_how_many_are_lacking() -> None:
    recipe = read_recipe(PROJECT_ROOT / "rules")
    found = np.array([1.0] * 10 + [0.0] * 90)
    few = Examples({name: np.arange(100.0) for name in recipe.features}, found, np.ones(100))
    assert "还差 100 户次、其中查出问题的还差 20 户次" in (outcomes_lacking(few, recipe) or "")
    with pytest.raises(InvalidRequest, match="仅规则"):
        train(few, few.columns, recipe, read_features())


def test_where_nothing_tells_findings_from_none_there_is_no_card() -> None:
    recipe = read_recipe(PROJECT_ROOT / "rules")
    found = np.tile([1.0, 0.0], 200)
    blank = Examples({name: np.full(400, np.nan) for name in recipe.features}, found, np.ones(400))
    with pytest.raises(InvalidRequest, match="没有学到"):
        train(blank, blank.columns, recipe, read_features())


def test_the_recipe_refuses_what_cannot_be_learned_from(tmp_path: object) -> None:
    folder = PROJECT_ROOT / "rules"
    text = (folder / "model.yaml").read_text(encoding="utf-8")
    place = tmp_path / "model.yaml"  # type: ignore[operator]
    place.write_text(text.replace("  age_months: falling", "  latest_fund_complaint_age_days: falling"), encoding="utf-8")
    with pytest.raises(InvalidRule, match="latest_fund_complaint_age_days"):
        read_recipe(place.parent)
