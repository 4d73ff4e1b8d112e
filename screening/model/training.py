"""From what visits found to a score card: learn the lines, turn log-odds into whole tenths, calibrate on rows the model had not seen.

Only visited entities teach, each weighted by how many it stands for (an entity drawn at random: many; one chosen by its rank: itself). Whoever was not
visited is unlabelled, never a negative; it only tells how far the points may reach. Source: Horvitz and Thompson (JASA 1952) for the weights;
Bekker, Robberechts and Davis, Beyond the selected completely at random assumption (ECML 2019), for why; Platt (1999) for the calibration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from screening.errors import InvalidRequest
from screening.features.catalogue import Feature
from screening.model.boosting import Effort, Floats, Shape, fit, read
from screening.model.recipe import Recipe
from screening.model.scorecard import MOST, Line, Scorecard, definitions_of

_FOLDS = 5
_STRONGEST = 50.0  # slope of a calibration that separates everything


@dataclass(frozen=True)
class Examples:
    """Visited entities: values by feature (NaN where not known), whether the visit found something (0 or 1), how many entities each stands for."""

    columns: Mapping[str, Floats]
    found: Floats
    weights: Floats

    def only(self, rows: NDArray[Any]) -> "Examples":
        """Some of the rows."""
        return Examples({name: values[rows] for name, values in self.columns.items()}, self.found[rows], self.weights[rows])


def train(
    examples: Examples,
    everybody: Mapping[str, Floats],
    recipe: Recipe,
    known: Mapping[str, Feature],
    *,
    learned: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> Scorecard:
    """Learn a card. `everybody`: the same features of all entities as they now stand, whose best-placed one gets 30 points.

    Raises `InvalidRequest` when there are too few outcomes, or nothing that tells findings from none.
    """
    lacking = outcomes_lacking(examples, recipe)
    if lacking is not None:
        raise InvalidRequest(f"仅规则：{lacking}", "继续上门并把结果入库，够了再训练。")
    lines = [line for line in recipe.lines if line[0] in examples.columns]
    effort = effort_for(recipe, len(examples.found))
    _, shapes = fit([examples.columns[name] for name, _ in lines], lines, examples.found, examples.weights, effort)
    shapes = [shape for shape in shapes if shape.odds and shape.odds[-1 if shape.is_rising else 0] > 0]
    reach = (
        max((float(np.max(total(shapes, columns))) for columns in (examples.columns, everybody)), default=0.0) if shapes else 0.0
    )
    if reach <= 0:
        raise InvalidRequest("没有学到能分出高低的指标，仅用规则", "核对 rules/model.yaml 列的指标是否收到了资料。")
    scale = MOST / reach
    base, slope = calibrated(*_unseen(examples, lines, effort, seed), examples.found, examples.weights)
    card_lines = [line for shape in shapes if (line := _line(shape, scale, known[shape.feature])).highest > 0]
    definitions = definitions_of([line.feature for line in card_lines], known)
    return Scorecard(tuple(card_lines), definitions, base, slope / scale, dict(learned or {}))


def outcomes_lacking(examples: Examples, recipe: Recipe) -> str | None:
    """In one Chinese phrase, how many outcomes are still needed; None when there are enough."""
    return lacking_of(len(examples.found), int(examples.found.sum()), recipe)


def lacking_of(outcomes: int, finds: int, recipe: Recipe) -> str | None:
    """`outcomes_lacking` by their number alone."""
    needed = max(0, recipe.fewest_outcomes - outcomes), max(0, recipe.fewest_finds - finds)
    if not any(needed):
        return None
    return (
        f"有结果的上门 {outcomes} 户次、查出问题 {finds} 户次；训练至少要 {recipe.fewest_outcomes} 和 {recipe.fewest_finds}，"
        + "、".join(f"{what}还差 {number} 户次" for what, number in zip(("", "其中查出问题的"), needed, strict=True) if number)
    )


def effort_for(recipe: Recipe, rows: int) -> Effort:
    """Fewer bins and larger leaves where there is little to learn from."""
    return Effort(rounds=recipe.rounds, bins=max(4, min(32, rows // 50)), leaf=max(5.0, rows / 100))


def total(shapes: list[Shape], columns: Mapping[str, Floats]) -> Floats:
    """Log-odds of all lines together, above those of knowing nothing."""
    return np.asarray(np.sum([read(shape, columns[shape.feature]) for shape in shapes], axis=0), np.float64)


def calibrated(intercepts: Floats, odds: Floats, found: Floats, weights: Floats) -> tuple[float, float]:
    """Base and slope (never negative) of the chance as a function of a card's log-odds."""
    scores = odds + (intercepts - np.average(intercepts, weights=weights))

    def loss(guess: Floats) -> float:
        logit = guess[0] + guess[1] * scores
        return float(np.average(np.logaddexp(0, logit) - found * logit, weights=weights)) + 1e-4 * float((guess[1] - 1) ** 2)

    start = np.array([float(np.average(intercepts, weights=weights)), 1.0])
    best = minimize(loss, start, method="L-BFGS-B", bounds=[(None, None), (0.0, _STRONGEST)]).x
    return float(best[0]), float(best[1])


def _unseen(examples: Examples, lines: list[tuple[str, bool]], effort: Effort, seed: int) -> tuple[Floats, Floats]:
    """For each row the intercept and log-odds by a model that was learned without it."""
    fold = np.random.default_rng(seed).permutation(len(examples.found)) % _FOLDS
    intercepts, odds = np.zeros(len(fold)), np.zeros(len(fold))
    for left_out in range(_FOLDS):
        inside, outside = examples.only(fold != left_out), examples.only(fold == left_out)
        base, shapes = fit([inside.columns[name] for name, _ in lines], lines, inside.found, inside.weights, effort)
        intercepts[fold == left_out] = base
        odds[fold == left_out] = total(shapes, outside.columns)
    return intercepts, odds


def _line(shape: Shape, scale: float, feature: Feature) -> Line:
    """A shape in tenths; neighbouring bins that came to the same are one."""
    tenths = [int(np.floor(odds * scale + 0.5)) for odds in shape.odds]
    kept = [number for number in range(len(shape.edges)) if tenths[number] != tenths[number + 1]]
    edges = tuple(shape.edges[number] for number in kept)
    return Line(shape.feature, feature.label, feature.unit, shape.is_rising, edges, (*(tenths[n] for n in kept), tenths[-1]))
