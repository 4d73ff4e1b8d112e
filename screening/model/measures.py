"""Figures of merit for a ranking, weighted by how many entities each visited one stands for, with bootstrap intervals.

An entity drawn at random among N of whom n were drawn speaks for N / n of them (Horvitz and Thompson 1952); whoever was chosen speaks for itself. All
figures but calibration are read off the order alone. Bootstrap: Efron and Tibshirani (1993), percentile intervals, resampled within strata.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BINS = 10


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def precision_at(found: Floats, order: Floats, budget: float, weights: Floats | None = None) -> float:
    """Share found among the first `budget` entities by `order`, the largest first; the last one counts as far as the budget goes. NaN without any."""
    share, stands_for = _ranked(found, order, weights)
    taken = np.clip(budget - (np.cumsum(stands_for) - stands_for), 0.0, stands_for)
    return float((taken * share).sum() / taken.sum()) if taken.sum() > 0 else float("nan")


def area_under_curve(found: Floats, order: Floats, weights: Floats | None = None) -> float:
    """ROC-AUC: how often one with a finding stands before one without, ties by half; NaN when there are not both."""
    weight = np.ones(len(found)) if weights is None else weights
    values, place = np.unique(order, return_inverse=True)
    yes = np.bincount(place, weights=weight * found, minlength=len(values))
    no = np.bincount(place, weights=weight * (1 - found), minlength=len(values))
    both = yes.sum() * no.sum()
    return float((yes * (np.cumsum(no) - no / 2)).sum() / both) if both > 0 else float("nan")


def average_precision(found: Floats, order: Floats, weights: Floats | None = None) -> float:
    """Mean of the precision at each finding, ties taken together; NaN without findings."""
    weight = np.ones(len(found)) if weights is None else weights
    values, place = np.unique(-order, return_inverse=True)
    yes = np.bincount(place, weights=weight * found, minlength=len(values))
    every = np.bincount(place, weights=weight, minlength=len(values))
    return float((yes * np.cumsum(yes) / np.cumsum(every)).sum() / yes.sum()) if yes.sum() > 0 else float("nan")


def calibration_error(found: Floats, chance: Floats, weights: Floats | None = None) -> float:
    """Expected calibration error over ten bins of equal width: how far what is said lies from what is found, weighted by how often it is said."""
    weight = np.ones(len(found)) if weights is None else weights
    place = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(place, weights=weight * (found - chance), minlength=_BINS)
    return float(np.abs(gaps).sum() / weight.sum())


def bootstrap(
    figure: Callable[[NDArray[np.int64]], float], strata: NDArray[np.int64], *, rounds: int = 400, seed: int = 0
) -> Estimate:
    """A figure of all rows, with its interval: rows are drawn again, as many from each stratum as there are; draws that give no number are left out."""
    generator = np.random.default_rng(seed)
    members = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    draws = [figure(np.concatenate([generator.choice(rows, len(rows)) for rows in members])) for _ in range(rounds)]
    known = [draw for draw in draws if not np.isnan(draw)]
    low, high = np.percentile(known, [2.5, 97.5]) if known else (float("nan"), float("nan"))
    return Estimate(figure(np.arange(len(strata))), float(low), float(high))


def _ranked(found: Floats, order: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """What each place holds, the first first; places that tie share what they hold."""
    weight = np.ones(len(found)) if weights is None else weights
    values, place = np.unique(-order, return_inverse=True)
    every = np.bincount(place, weights=weight, minlength=len(values))
    yes = np.bincount(place, weights=weight * found, minlength=len(values))
    return np.asarray(yes / np.maximum(every, 1e-300), np.float64), np.asarray(every, np.float64)


def best_threshold(found: Floats, chance: Floats) -> float:
    """The chance from which on calling it a risk gives the best F1."""
    values = np.unique(chance)
    scores: Sequence[float] = [confusion(found, chance >= value)[2] for value in values[:: max(1, len(values) // 500)]]
    return float(values[:: max(1, len(values) // 500)][int(np.argmax(scores))])


def confusion(found: Floats, called: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a call; 0 where there is nothing to divide by."""
    hit = float((found * called).sum())
    precision, recall = hit / max(float(called.sum()), 1.0), hit / max(float(found.sum()), 1.0)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)
