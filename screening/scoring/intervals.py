"""How much a share of few tells: Wilson's interval.

Source: Wilson, Probable inference (JASA 1927); recommended for small n by Brown, Cai and DasGupta (Statistical Science 2001).
"""

from math import exp, fsum, inf, lgamma, log, log1p, sqrt

_Z = 1.959963984540054  # 95 %
_HALVINGS = 60  # as fine as a float can tell


def wilson(successes: int, trials: int) -> tuple[float, float] | None:
    """The 95 % interval of a share; None without trials. 1 of 2 gives 9–91 %, 30 of 200 gives 11–21 %."""
    if trials == 0:
        return None
    share, correction = successes / trials, _Z**2 / trials
    middle = share + correction / 2
    spread = _Z * sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return max(0.0, (middle - spread) / (1 + correction)), min(1.0, (middle + spread) / (1 + correction))


def upper_bound(successes: int, trials: int, confidence: float = 0.95) -> float:
    """The exact one-sided upper bound of a share (Clopper and Pearson, Biometrika 1934); 1 without trials. 0 of 59 gives 5 %."""
    if successes >= trials:
        return 1.0
    low, high = successes / trials, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(successes, trials, middle) > 1 - confidence else (low, middle)
    return high


def _at_most(successes: int, trials: int, share: float) -> float:
    """Probability of so many or fewer."""
    if share >= 1:
        return 0.0
    whole = lgamma(trials + 1) + trials * log1p(-share)
    odds = log(share) - log1p(-share) if share > 0 else -inf
    terms = (whole - lgamma(k + 1) - lgamma(trials - k + 1) + (k * odds if k else 0.0) for k in range(successes + 1))
    return fsum(exp(term) for term in terms)
