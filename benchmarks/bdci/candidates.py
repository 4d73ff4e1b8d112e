"""The models laid side by side. Where a system cannot load the other makers' machines, ours are measured alone."""

import sys

from benchmarks.bdci.additive import Candidate, card, industry_rule, logistic_raw, spline_logistic

MACHINES: tuple[Candidate, ...] = ()
try:
    from benchmarks.bdci import machines

    MACHINES = machines.MACHINES
except (ImportError, OSError) as error:  # OSError: LightGBM wants the system's OpenMP library
    print(f"measured without EBM, HistGradientBoosting and LightGBM: {error}", file=sys.stderr)

OURS = Candidate("score card (ours)", True, card)
CANDIDATES: tuple[Candidate, ...] = (
    Candidate("rule J/L/K", True, industry_rule, raw=True),
    Candidate("logistic, raw columns", True, logistic_raw, raw=True),
    Candidate("spline logistic", True, spline_logistic),
    OURS,
    *MACHINES,
)
