"""How much a share of few tells: Wilson's interval.

Source: Wilson, Probable inference (JASA 1927); recommended for small n by Brown, Cai and DasGupta (Statistical Science 2001).
"""

from math import sqrt

_Z = 1.959963984540054  # 95 %


def wilson(successes: int, trials: int) -> tuple[float, float] | None:
    """The 95 % interval of a share; None without trials. 1 of 2 gives 9–91 %, 30 of 200 gives 11–21 %."""
    if trials == 0:
        return None
    share, correction = successes / trials, _Z**2 / trials
    middle = share + correction / 2
    spread = _Z * sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return max(0.0, (middle - spread) / (1 + correction)), min(1.0, (middle + spread) / (1 + correction))
