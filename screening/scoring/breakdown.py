"""An explanation taken apart: by element as an officer argues, and as the matrix of elements and sub-indices. Every part adds up to the score exactly."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from screening.rulebook.rule import TENTHS
from screening.scoring.explanation import Explanation, Reason
from screening.vocabulary import Dimension, Element


@dataclass(frozen=True)
class Share:
    """What one element contributes; `element` None holds the caps, which belong to none. Points in tenths are exact."""

    element: Element | None
    points: float
    reasons: list[Reason]


@dataclass(frozen=True)
class Matrix:
    """Points by element and sub-index, what caps cut taken off where it fell; rows, columns and the whole add up exactly.

    Source: the five classic sub-indices of monitoring practice; State Council Order 737 art. 2 and Fashi [2022] No. 5 art. 1 for elements.
    """

    tenths: dict[tuple[Element, Dimension], int]

    def by_element(self) -> dict[Element, float]:
        """Points of each element."""
        return {element: sum(t for (e, _), t in self.tenths.items() if e is element) / TENTHS for element in Element}

    def by_dimension(self) -> dict[Dimension, float]:
        """Points of each of the five sub-indices."""
        return {dimension: sum(t for (_, d), t in self.tenths.items() if d is dimension) / TENTHS for dimension in Dimension}

    def document(self) -> dict[str, Any]:
        """The same for `explain --json`: `{by_element, by_dimension, matrix: [{element, dimension, points}]}`, points of each adding up to the score."""
        return {
            "by_element": {element.value: points for element, points in self.by_element().items()},
            "by_dimension": {dimension.value: points for dimension, points in self.by_dimension().items()},
            "matrix": [
                {"element": e.value, "dimension": d.value, "points": t / TENTHS} for (e, d), t in sorted(self.tenths.items()) if t
            ],
        }


def by_element(explanation: Explanation) -> list[Share]:
    """Every element in the order of `Element`, empty ones too, then the caps where there are any; points sum to the score."""
    shares = [_share(explanation, element) for element in Element]
    caps = _share(explanation, None)
    return [*shares, caps] if caps.reasons else shares


def matrix(explanation: Explanation) -> Matrix:
    """Where the points lie. A group's cap takes from its reasons in proportion, to the tenth, the largest remainders first."""
    tenths: dict[tuple[Element, Dimension], int] = defaultdict(int)
    for group in sorted({reason.group for reason in explanation.reasons}):
        reasons = [reason for reason in explanation.reasons if reason.group == group]
        rules = [reason for reason in reasons if reason.kind == "rule"]
        for reason, kept in zip(rules, _kept(rules, sum(_tenths(reason) for reason in reasons)), strict=True):
            if reason.element and reason.dimension:
                tenths[Element(reason.element), Dimension(reason.dimension)] += kept
    return Matrix(dict(tenths))


def _kept(rules: list[Reason], total: int) -> list[int]:
    """`total` tenths shared out in proportion to the rules' own points."""
    whole = sum(_tenths(rule) for rule in rules)
    exact = [_tenths(rule) * total / whole if whole else 0.0 for rule in rules]
    kept = [int(share) for share in exact]
    for i in sorted(range(len(rules)), key=lambda i: (kept[i] - exact[i], rules[i].id))[: total - sum(kept)]:
        kept[i] += 1
    return kept


def _share(explanation: Explanation, element: Element | None) -> Share:
    reasons = [reason for reason in explanation.reasons if reason.element == element]
    return Share(element, sum(_tenths(reason) for reason in reasons) / TENTHS, reasons)


def _tenths(reason: Reason) -> int:
    return round(reason.points * TENTHS)
