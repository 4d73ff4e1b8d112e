"""Which way money flows, clause by clause: put in (invest), borrowed (borrow), neither (none), or both without telling (unknown).

Source: domain brief 4.1, usage rule 3. Said of the speaker: 我把钱放他那 is invest, 我向他们借 is borrow.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from screening.text.lexicon import Hit
from screening.text.rules import DirectionWords
from screening.text.words import Direction

_CLAUSE = re.compile(r"[^。;!?,、:]{1,2000}")
_NAMES = "NEUTRAL.swallow"
_NEAR = 40  # clauses before and behind that may say where money goes
_ENDS = "。;!?"
SENTENCE_END = re.compile(f"[{_ENDS}]")


class Clause(NamedTuple):
    """A stretch of a normalised text between two commas, and the number of the sentence it stands in."""

    start: int
    end: int
    sentence: int
    direction: Direction
    is_explicit: bool


@dataclass(frozen=True)
class DirectionReader:
    """Reads directions with the words of `rules/text.yaml`."""

    lend_out: re.Pattern[str]
    borrow_from: re.Pattern[str]
    put_in: re.Pattern[str]

    @classmethod
    def of(cls, words: DirectionWords, put_in: str) -> "DirectionReader":
        """`put_in` is the named pattern of a sum paid in."""
        return cls(re.compile("|".join(words.lend_out)), re.compile("|".join(words.borrow_from)), re.compile(put_in))

    def clauses(self, text: str, hits: Sequence[Hit]) -> list[Clause]:
        """The clauses of a text with the direction of each."""
        invest = [hit.start for hit in hits if hit.group == "INVEST_ACT" and hit.weight > 1 and not hit.negated]
        borrow = [hit.start for hit in hits if hit.group == "BORROW.guard" and hit.weight > 1]
        said = list(text)
        for hit in hits:
            if hit.group == _NAMES:  # 在某某小额贷款公司存了钱 speaks of no loan
                said[hit.start : hit.end] = "□" * (hit.end - hit.start)
        text = "".join(said)
        return [self._clause(text, *place, invest, borrow) for place in _pieces(text)]

    def _clause(self, text: str, start: int, end: int, sentence: int, invest: list[int], borrow: list[int]) -> Clause:
        said = text[start:end]
        if self.lend_out.search(said):
            return Clause(start, end, sentence, "invest", True)
        invests = _has(invest, start, end) or bool(self.put_in.search(said))
        borrows = _has(borrow, start, end)
        if self.borrow_from.search(said) and not invests:
            return Clause(start, end, sentence, "borrow", True)
        direction: Direction = "unknown" if invests and borrows else "invest" if invests else "borrow" if borrows else "none"
        return Clause(start, end, sentence, direction, False)


def _has(places: list[int], start: int, end: int) -> bool:
    """Whether one of these places, which are in order, lies in [start, end)."""
    return bisect_left(places, start) < bisect_left(places, end)


def _pieces(text: str) -> Iterator[tuple[int, int, int]]:
    sentence = place = 0
    for match in _CLAUSE.finditer(text):
        sentence += any(mark in _ENDS for mark in text[place : match.start()])
        place = match.end()
        yield match.start(), match.end(), sentence


def whole(clauses: Sequence[Clause]) -> Direction:
    """The direction of a text: what its clauses agree on; where they do not, an explicit one decides."""
    for chosen in (clauses, [clause for clause in clauses if clause.is_explicit]):
        said = {clause.direction for clause in chosen if clause.direction != "none"}
        if len(said) == 1:
            return said.pop()
        if not said:
            return "none" if chosen is clauses else "unknown"
    return "unknown"


def at(clauses: Sequence[Clause], start: int) -> Direction:
    """The direction where something is said: of its own clause, else the nearest one before in the sentence, else behind; 'none' if none says."""
    own = bisect_right(clauses, start, key=lambda clause: clause.start) - 1
    if own < 0 or start >= clauses[own].end:
        return "none"
    around = [*range(own, max(own - _NEAR, -1), -1), *range(own + 1, min(own + _NEAR, len(clauses)))]
    return next(
        (clauses[i].direction for i in around if clauses[i].sentence == clauses[own].sentence and clauses[i].direction != "none"),
        "none",
    )
