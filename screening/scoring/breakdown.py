"""An explanation by element: the same reasons, grouped as an officer argues, with sums that add up to the score exactly."""

from dataclasses import dataclass

from screening.rulebook.rule import TENTHS
from screening.scoring.explanation import Explanation, Reason
from screening.vocabulary import Element


@dataclass(frozen=True)
class Share:
    """What one element contributes; `element` None holds the caps, which belong to none. Points in tenths are exact."""

    element: Element | None
    points: float
    reasons: list[Reason]


def by_element(explanation: Explanation) -> list[Share]:
    """Every element in the order of `Element`, empty ones too, then the caps where there are any; points sum to the score."""
    shares = [_share(explanation, element) for element in Element]
    caps = _share(explanation, None)
    return [*shares, caps] if caps.reasons else shares


def _share(explanation: Explanation, element: Element | None) -> Share:
    reasons = [reason for reason in explanation.reasons if reason.element == element]
    return Share(element, sum(round(reason.points * TENTHS) for reason in reasons) / TENTHS, reasons)
