"""Whether the model earns its place: rules alone against rules and model, at the same number of visits, on later outcomes that it had not seen.

Split by time: what was learned from lies before what is judged. Weighted, so that a control speaks for all it was drawn from. The model wins when the
whole 95 % interval of the difference lies above zero. Source: design 5; bootstrap within day and kind of visit.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.features.catalogue import read_features
from screening.learning.history import History
from screening.model.boosting import Floats
from screening.model.measures import Estimate, area_under_curve, average_precision, bootstrap, calibration_error, precision_at
from screening.model.recipe import Recipe
from screening.model.scorecard import Scorecard
from screening.model.training import outcomes_lacking, train
from screening.scoring.intervals import wilson

_ROUNDS = 1000


@dataclass(frozen=True)
class Judgement:
    """Figures on held-back outcomes. `rules`, `both` and `gain`: share found at the visit budget; `unseen`: share found among controls, those nobody chose."""

    wins: bool
    sentence: str
    outcomes: int
    finds: int
    controls: int
    days: list[str]
    budget: int
    rules: Estimate | None = None
    both: Estimate | None = None
    gain: Estimate | None = None
    area_under_curve: float | None = None
    average_precision: float | None = None
    calibration_error: float | None = None
    unseen: tuple[float, float, float] | None = None

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        content: dict[str, Any] = json.loads(json.dumps(asdict(self)), parse_constant=lambda _: None)  # NaN is no JSON
        return content


def judge(history: History, recipe: Recipe, *, seed: int = 0) -> Judgement:
    """Learn from the earlier days, compare on the later ones."""
    early, late = split_by_time(history, recipe)
    if lacking := outcomes_lacking(early.examples, recipe):
        return _undecided(late, recipe, f"仅规则：检验之前{lacking}")
    if not late.examples.found.any() or late.examples.found.all():
        return _undecided(late, recipe, "仅规则：留作检验的结果里没有查出和没查出两种情况")
    card = train(early.examples, early.examples.columns, recipe, read_features(), seed=seed)
    return compare(card, late, recipe, seed=seed)


def split_by_time(history: History, recipe: Recipe) -> tuple[History, History]:
    """Whole days: the latest ones that hold at least the share to be held back, and those before."""
    counts = np.bincount(history.day, minlength=len(history.days))
    later = np.cumsum(counts[::-1])[::-1]
    held_back = [day for day, rest in enumerate(later) if rest >= recipe.held_back_share * max(len(history.day), 1)]
    first = held_back[-1] if held_back else 0
    return history.only(history.day < first), history.only(history.day >= first)


def compare(card: Scorecard, late: History, recipe: Recipe, *, seed: int = 0) -> Judgement:
    """Both orders on the same held-back visits."""
    examples = late.examples
    points = card.points_of(examples.columns)
    chance = np.array([card.chance(tenths) for tenths in points])
    rules, both = late.points, late.points + points

    def share(rows: NDArray[np.int64], order: Floats) -> float:
        days = [rows[late.day[rows] == day] for day in np.unique(late.day[rows])]
        return float(
            np.mean([precision_at(examples.found[day], order[day], recipe.budget, examples.weights[day]) for day in days])
        )

    strata = late.day * 2 + late.is_control
    alone, joint, gain = (
        bootstrap(figure, strata, rounds=_ROUNDS, seed=seed)
        for figure in (
            lambda rows: share(rows, rules),
            lambda rows: share(rows, both),
            lambda rows: share(rows, both) - share(rows, rules),
        )
    )
    wins = gain.low > 0
    said = f"每期 {recipe.budget} 户，规则查出 {alone.value:.1%}，加模型 {joint.value:.1%}，相差 {gain.value:+.1%}（95% 区间 {gain.low:+.1%} 至 {gain.high:+.1%}）"
    return Judgement(
        wins,
        f"{said}：{'胜出' if wins else '没有把握胜出'}",
        len(examples.found),
        int(examples.found.sum()),
        int(late.is_control.sum()),
        _days(late),
        recipe.budget,
        alone,
        joint,
        gain,
        area_under_curve(examples.found, points, examples.weights),
        average_precision(examples.found, points, examples.weights),
        calibration_error(examples.found, chance, examples.weights),
        unseen_share(examples.found[late.is_control]),
    )


def unseen_share(found: Floats) -> tuple[float, float, float] | None:
    """Of those that nobody chose, the share with something to find, by the controls, with its 95 % interval; None without any."""
    interval = wilson(int(found.sum()), len(found))
    return None if interval is None else (float(found.mean()), *interval)


def _undecided(late: History, recipe: Recipe, sentence: str) -> Judgement:
    found = late.examples.found
    return Judgement(False, sentence, len(found), int(found.sum()), int(late.is_control.sum()), _days(late), recipe.budget)


def _days(history: History) -> list[str]:
    return [history.days[day].isoformat() for day in np.unique(history.day)]
