"""What a production finds: one rate-like expression, its arithmetic, and how sure the reading is."""

from dataclasses import dataclass, replace
from decimal import Decimal

from screening.text.promises.numerals import percent
from screening.text.promises.tokens import Period
from screening.text.words import Direction

ONE = Decimal(1)
_IMPLAUSIBLE_HIGH, _IMPLAUSIBLE_LOW = Decimal(10), Decimal("0.001")
SURE, LIKELY, DOUBTFUL, VAGUE, SUSPECT = 0.9, 0.7, 0.6, 0.4, 0.3


@dataclass(frozen=True)
class Expression:
    """One expression in a normalised text. Rates are fractions (0.24 = 24 %); `annual` is simple interest, None where no term is stated.

    `alternative` is the other reading where the words allow two (range, first tier, principal included or not). `direction` is set only where
    the kind decides it: a discount is nobody's promise, a pawn fee is the borrower's cost. `note` says in Chinese what was assumed.
    """

    kind: str
    start: int
    end: int
    rate: Decimal | None = None
    period: Period | None = None
    annual: Decimal | None = None
    alternative: Decimal | None = None
    principal: Decimal | None = None
    principal_returned: bool | None = None
    confidence: float = SURE
    formula: str = ""
    is_capped: bool = False
    direction: Direction | None = None
    note: str = ""

    @property
    def term_days(self) -> int | None:
        """Length of the stated period, in days."""
        return None if self.period is None else round(365 / float(self.period.per_year))

    def checked(self) -> "Expression":
        """More than 1000 % or less than 0.1 % a year is probably a misreading and goes to people (domain brief 4.2)."""
        if self.annual is None or _IMPLAUSIBLE_LOW <= self.annual <= _IMPLAUSIBLE_HIGH:
            return self
        return replace(self, confidence=SUSPECT, note="折算结果超出合理范围，请人工核对")


def annualised(rate: Decimal, period: Period, written: str | None = None) -> tuple[Decimal, str]:
    """Simple annual rate and its formula: 2% a month → 24%, 「2%×12 = 24%」."""
    annual = rate * period.per_year
    left = written or percent(rate)
    return annual, f"{left}{period.factor} = {percent(annual)}" if period.factor or written else percent(annual)


def gained(kind: str, start: int, end: int, gain: Decimal, written: str, period: Period | None) -> Expression:
    """A gain over a stated period, or over none: then it is kept without a yearly rate."""
    if period is None:
        return Expression(
            kind, start, end, gain, confidence=DOUBTFUL, formula=f"{written} = {percent(gain)}", note="没有写明期限，不折算年化"
        )
    annual, formula = annualised(gain, period, written)
    return Expression(kind, start, end, gain, period, annual, confidence=SURE, formula=formula).checked()
