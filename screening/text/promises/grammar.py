"""Reads every rate-like expression of a text: sentence by sentence, productions with sums first, single rates last."""

from collections.abc import Sequence
from dataclasses import replace

from screening.text.promises.expression import Expression
from screening.text.promises.rates import rates
from screening.text.promises.sentence import Sentence, sentences
from screening.text.promises.sums import PRODUCTIONS
from screening.text.promises.tokens import Token


def expressions(tokens: Sequence[Token]) -> list[Expression]:
    """All expressions of a text, in order."""
    found: list[Expression] = []
    for sentence in sentences(tokens):
        if sentence.has_figures:
            found += _warned(sentence, [e.checked() for production in (*PRODUCTIONS, rates) for e in production(sentence)])
    return sorted(found, key=lambda expression: (expression.start, expression.end))


def _warned(sentence: Sentence, found: list[Expression]) -> list[Expression]:
    """What stands behind 谨防 is a warning, not a promise, until the sentence turns: 谨防高息,可我还是投了."""
    return [
        replace(e, kind="warning", direction="none", annual=None, alternative=None, formula="")
        if _is_warned(sentence, e.start)
        else e
        for e in found
    ]


def _is_warned(sentence: Sentence, start: int) -> bool:
    if any(sentence.tokens[place].start >= start for place in sentence.words("warning_behind")):
        return True
    before = [place for place in sentence.words("warning", "turn") if sentence.tokens[place].end <= start]
    return bool(before) and sentence.tokens[before[-1]].word == "warning"
