"""One line a candidate: figures of merit with their intervals."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.bdci.contest import Floats, Result
from screening.model import measures

BUDGETS = (52, 200, 500)
_ROUNDS = 300
_HALF = 0.5
HEADINGS = (
    f"{'candidate':24}{'additive':>9} {'F1':^20} {'prec.':>6}{'recall':>7} {'F1 thr.':^8}{'AUC':^21}{'AUC within':^21}{'avg. precision':^21}"
    f"{'ECE':>7}  {'@52':^17} {'@200':^17} {'@500':^17}{'fit s':>8}{'say s':>7}{'MiB':>6}"
)


def said(result: Result, found: Floats, within: NDArray[np.bool_]) -> str:
    """The line of one candidate; `within` are the firms where the industry alone does not tell."""
    chance, strata = result.chance, found.astype(np.int64)

    def with_interval(figure: Callable[[Floats, Floats], float], rows: NDArray[np.bool_] | None = None) -> str:
        f, c, s = (found, chance, strata) if rows is None else (found[rows], chance[rows], strata[rows])
        e = measures.bootstrap(lambda drawn: figure(f[drawn], c[drawn]), s, rounds=_ROUNDS)
        return f"{e.value:.3f} ({e.low:.3f}-{e.high:.3f})"

    precision, recall, _ = measures.confusion(found, chance >= _HALF)
    visits = " ".join(with_interval(partial(_precision_at, budget=budget)) for budget in BUDGETS)
    return (
        f"{result.candidate.name:24}{'yes' if result.candidate.is_additive else 'no':>9} {with_interval(_f1)}  {precision:.3f}  {recall:.3f}  "
        f"{_at_learned_threshold(found, chance):.3f}  {with_interval(measures.area_under_curve)}  {with_interval(measures.area_under_curve, within)}  {with_interval(measures.average_precision)}  "
        f"{measures.calibration_error(found, chance):.4f}  {visits} {result.fit_seconds:7.1f}{result.speak_seconds:7.2f}{result.peak_mib:6.0f}"
    )


def _at_learned_threshold(found: Floats, chance: Floats) -> float:
    """F1 when each half is called at the threshold that was best for the other."""
    half = np.random.default_rng(0).permutation(len(found)) % 2 == 0
    called = np.zeros(len(found), bool)
    for part in (half, ~half):
        called[part] = chance[part] >= measures.best_threshold(found[~part], chance[~part])
    return measures.confusion(found, called)[2]


def _f1(found: Floats, chance: Floats) -> float:
    return measures.confusion(found, chance >= _HALF)[2]


def _precision_at(found: Floats, chance: Floats, budget: int) -> float:
    return measures.precision_at(found, chance, budget)
