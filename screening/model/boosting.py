"""Learns an additive, monotone model: boosted one-split trees over bins, each of them about one line alone.

A sum of rising steps rises, so a line is monotone over its whole range, not only where data lie. A value that is not known stands in a bin of its own
below the least risky one: it never counts as more risk than any known value, and the scored model is exactly the fitted one. A feature that may go
either way is given as two lines, one rising and one falling. Nothing is random: the same rows give the same model.
Source: Lou, Caruana and Gehrke, Intelligible models (KDD 2012): boosted shallow trees on single features; Newton steps as in Chen and Guestrin (KDD 2016).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_FURTHEST = 4.0  # the longest Newton step, in log-odds: keeps the first steps on a pure leaf finite


@dataclass(frozen=True)
class Effort:
    """How hard to learn: `rounds` steps of `rate`, at most `bins` bins a line, `leaf` the fewest rows on either side of a split, `ridge` added to curvature."""

    rounds: int = 400
    rate: float = 0.05
    bins: int = 32
    leaf: float = 10.0
    ridge: float = 1.0


@dataclass(frozen=True)
class Shape:
    """What was learned of one line: upper `edges` of all bins but the last, and log-odds of each bin above those of not knowing, monotone and never negative."""

    feature: str
    is_rising: bool
    edges: tuple[float, ...]
    odds: tuple[float, ...]


def fit(
    columns: Sequence[Floats], lines: Sequence[tuple[str, bool]], found: Floats, weights: Floats, effort: Effort
) -> tuple[float, list[Shape]]:
    """The intercept and one shape a line. `columns[i]` are the values of `lines[i]` (feature, is rising), NaN where not known; `found` is 0 or 1."""
    edges = [_edges(column, effort.bins) for column in columns]
    codes = np.column_stack(
        [_codes(column, edge, rising) for column, edge, (_, rising) in zip(columns, edges, lines, strict=True)]
    )
    width = max(len(edge) for edge in edges) + 2
    weights = weights * (len(weights) / weights.sum())
    rate = np.clip(np.average(found, weights=weights), 1e-6, 1 - 1e-6)
    intercept = float(np.log(rate / (1 - rate)))
    odds = _boost(codes, width, found, weights, intercept, effort)
    intercept += float(odds[:, 0].sum())
    shapes = []
    for (feature, rising), edge, own in zip(lines, edges, odds, strict=True):
        risen = np.maximum(own[1 : len(edge) + 2] - own[0], 0.0)
        shapes.append(Shape(feature, rising, tuple(edge.tolist()), tuple((risen if rising else risen[::-1]).tolist())))
    return intercept, shapes


def read(shape: Shape, values: Floats) -> Floats:
    """Log-odds that a line adds to each value; 0 for NaN."""
    return np.concatenate([[0.0], shape.odds])[place(shape.edges, values)]


def place(edges: Sequence[float], values: Floats) -> Codes:
    """Which bin each value falls into, counted from 1; 0 for NaN. A bin holds its upper edge."""
    places = np.searchsorted(np.asarray(edges, np.float64), values, side="left") + 1
    return np.where(np.isnan(values), 0, places).astype(np.int64)


def _edges(values: Floats, bins: int) -> Floats:
    """Upper edges of up to `bins` bins of about equal number, halfway between neighbouring values; empty where there is nothing to part."""
    known = np.unique(values[~np.isnan(values)])
    if len(known) < 2:
        return np.empty(0)
    middles = (known[:-1] + known[1:]) / 2
    if len(middles) < bins:
        return np.asarray(middles, np.float64)
    quantiles = np.quantile(values[~np.isnan(values)], np.arange(1, bins) / bins)
    return np.unique(middles[np.minimum(np.searchsorted(middles, quantiles), len(middles) - 1)])


def _codes(values: Floats, edges: Floats, rising: bool) -> Codes:
    """Bins in the order of risk: 0 not known, then the least risky first."""
    places = place(edges.tolist(), values)
    return places if rising else np.where(places == 0, 0, len(edges) + 2 - places)


def _boost(codes: Codes, width: int, found: Floats, weights: Floats, intercept: float, effort: Effort) -> Floats:
    """Log-odds of every line and bin, lines × `width`."""
    rows, count = codes.shape
    odds = np.zeros((count, width))
    cells = (codes + np.arange(count) * width).ravel()
    holds = sparse.csc_array(
        (np.ones(cells.size), cells, np.arange(0, cells.size + 1, count)), shape=(count * width, rows)
    ).tocsr()
    logit = np.full(rows, intercept)
    held = np.cumsum((holds @ np.ones(rows)).reshape(count, width), axis=1)[:, :-1]
    allowed = (held >= effort.leaf) & (rows - held >= effort.leaf)
    ridge = effort.ridge * rows * float((weights**2).sum()) / float(weights.sum() ** 2)  # uneven weights tell less
    for _ in range(effort.rounds):
        chance = 1 / (1 + np.exp(-logit))
        moves = np.column_stack([weights * (found - chance), weights * chance * (1 - chance)])
        slope, curve = (holds @ moves).T.reshape(2, count, width)
        left, low = np.cumsum(slope, axis=1)[:, :-1], np.cumsum(curve, axis=1)[:, :-1]
        right, high = slope.sum(axis=1, keepdims=True) - left, curve.sum(axis=1, keepdims=True) - low
        before, after = left / (low + ridge), right / (high + ridge)
        gain = np.where(allowed & (after > before), left * before + right * after, -np.inf)
        line, split = np.unravel_index(int(np.argmax(gain)), gain.shape)
        if not np.isfinite(gain[line, split]):
            break
        step = np.clip(np.array([before[line, split], after[line, split]]), -_FURTHEST, _FURTHEST) * effort.rate
        odds[line, : split + 1] += step[0]
        odds[line, split + 1 :] += step[1]
        logit += step[(codes[:, line] > split).astype(np.int64)]
    return odds
