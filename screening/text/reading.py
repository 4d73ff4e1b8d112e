"""Reads one text: its phrases, which way money flows, what return it promises, what sums and how many people it speaks of."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from screening.text.direction import SENTENCE_END, Clause, DirectionReader, at, whole
from screening.text.lexicon import Hit, Lexicon, check_guards, read_lexicon
from screening.text.normal import Normaliser, fold, span_in_raw
from screening.text.patterns import read_patterns
from screening.text.promises.expression import DOUBTFUL, Expression
from screening.text.promises.grammar import expressions
from screening.text.promises.numerals import FIGURE, NUMERAL, spoken
from screening.text.promises.tokens import Lexer, Sort, Token
from screening.text.rules import read_text_rules
from screening.text.words import Direction
from screening.vocabulary import Sector

_LENDERS = (Sector.MICROLENDER, Sector.PAWNSHOP)
_BARE_DAILY = 0.5  # 日息万五 alone is how consumer loans are quoted
_PEOPLE = re.compile(
    rf"(?P<count>(?:{FIGURE}|{NUMERAL}|[几上数近]?[十百千万]{{1,2}})[多余几来]?)(?:个|名|位|户)?(?:投资人|投资者|受害者|老人|群众|村民|居民|街坊|邻居|客户|会员|同事|人|户)"
)
_VAGUE_PEOPLE = {
    "几十": 20,
    "几百": 200,
    "几千": 2000,
    "上百": 100,
    "上千": 1000,
    "上万": 10000,
    "数十": 20,
    "数百": 200,
    "数千": 2000,
    "十几": 11,
}


@dataclass(frozen=True)
class Promise:
    """An expression with the direction it was said in; where nobody says, that of the sector."""

    expression: Expression
    direction: Direction
    confidence: float
    is_direction_stated: bool


@dataclass(frozen=True)
class TextReading:
    """What one text says. `denied` names the patterns that it matches in words it denies or warns against only. Spans are offsets into the raw text once `document` has been asked for; inside, into the normalised one."""

    raw: str
    text: str
    direction: Direction
    confidence: float
    is_direction_stated: bool
    hits: list[Hit]
    promises: list[Promise]
    amounts: list[Token]
    persons: list[tuple[int, int, int]]
    hearsay: list[tuple[int, int]]
    hearsay_factor: float
    denied: list[str]
    normaliser: Normaliser

    def weight(self, hit: Hit) -> float:
        """What a phrase weighs here: less where its sentence is hearsay."""
        place = bisect_right(self.hearsay, hit.start, key=lambda sentence: sentence[0]) - 1
        is_heard = place >= 0 and hit.start < self.hearsay[place][1]
        return hit.weight * self.hearsay_factor if is_heard else float(hit.weight)

    def document(self) -> dict[str, Any]:
        """The `text --json` document."""
        _, origin = self.normaliser.align(self.raw)

        def where(start: int, end: int) -> dict[str, Any]:
            first, last = span_in_raw(origin, start, end)
            return {"text": self.raw[first:last], "span": [first, last]}

        return {
            "direction": self.direction,
            "direction_confidence": self.confidence,
            "phrases": [
                {
                    "group": hit.group,
                    "phrase": hit.phrase,
                    "span": where(hit.start, hit.end)["span"],
                    "weight": round(self.weight(hit), 2),
                    "negated": hit.negated,
                }
                for hit in self.hits
            ],
            "promised": [
                _promise_document(promise, where(promise.expression.start, promise.expression.end)) for promise in self.promises
            ],
            "amounts": [{**where(token.start, token.end), "yuan": _number(token.value)} for token in self.amounts],
            "persons": [{**where(start, end), "count": count} for start, end, count in self.persons],
        }


def _promise_document(promise: Promise, place: dict[str, Any]) -> dict[str, Any]:
    said = promise.expression
    return {
        **place,
        "direction": promise.direction,
        "kind": said.kind,
        "periodic_rate": _number(said.rate),
        "periods_per_year": None if said.period is None else _number(said.period.per_year),
        "annual_simple": _number(said.annual),
        "alt_annual": _number(said.alternative),
        "principal": _number(said.principal),
        "term_days": said.term_days,
        "principal_returned": "unknown" if said.principal_returned is None else said.principal_returned,
        "capped": said.is_capped,
        "confidence": promise.confidence,
        "formula": said.formula,
        "note": said.note,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 8)


@dataclass(frozen=True)
class TextReader:
    """Everything a rules folder knows of words, compiled once."""

    normaliser: Normaliser
    lexicon: Lexicon
    directions: DirectionReader
    lexer: Lexer
    consumer: tuple[str, ...]
    lenders: tuple[str, ...]
    fund_taking: tuple[str, ...]
    not_claimed: tuple[str, ...]
    hearsay_words: tuple[str, ...]
    hearsay_factor: float
    guarded: Mapping[str, tuple[re.Pattern[str], tuple[str, ...]]]

    @classmethod
    def of(cls, rules: Path) -> "TextReader":
        """Raises `InvalidRule` when a file of words is faulty."""
        words = read_text_rules(rules)
        families = {family: [fold(word) for word in members] for family, members in (words.promise | words.senses).items()}
        patterns, lexicon = read_patterns(rules), read_lexicon(rules)
        guarded = {name: (re.compile(p.regex, re.IGNORECASE), tuple(p.guards)) for name, p in patterns.items() if p.guards}
        for name, (_, guards) in guarded.items():
            check_guards(guards, lexicon.guards, f"patterns.yaml 的 {name}")
        return cls(
            Normaliser.of({fold(written): meant for written, meant in words.homophones.items()}),
            lexicon,
            DirectionReader.of(words.direction, patterns["put_in_amount"].regex),
            Lexer(families),
            tuple(map(fold, words.direction.consumer)),
            tuple(map(fold, words.direction.lenders)),
            tuple(map(fold, words.direction.fund_taking)),
            tuple(map(fold, words.not_claimed)),
            tuple(map(fold, words.hearsay.words)),
            words.hearsay.factor,
            guarded,
        )

    def read(self, raw: str, sector: Sector | None = None) -> TextReading:
        """Read a text; `sector` of the entity it speaks of decides where the words leave the direction open."""
        text = self.normaliser.normalise(raw)
        hits = self.lexicon.hits(text)
        clauses = self.directions.clauses(text, hits)
        tokens = self.lexer.tokens(text)
        found = expressions(tokens)
        if any(word in text for word in self.consumer):  # 超市充1000送300: a sale, no gathering of funds
            found = [replace(e, direction="none") if e.direction == "invest" else e for e in found]
        stated, confidence = self._direction(hits, clauses, found, any(word in text for word in self.fund_taking))
        is_of_lender = sector in _LENDERS or (sector is None and any(word in text for word in self.lenders))
        direction: Direction = stated or ("borrow" if is_of_lender else "invest")
        promises = [self._promise(text, clauses, expression, direction, confidence, stated is not None) for expression in found]
        amounts = [token for token in tokens if token.sort is Sort.AMOUNT and not self._is_capital(text, token)]
        return TextReading(
            raw,
            text,
            direction,
            confidence,
            stated is not None,
            hits,
            promises,
            amounts,
            _people(text),
            self._hearsay(text),
            self.hearsay_factor,
            self._denied(text),
            self.normaliser,
        )

    def _denied(self, text: str) -> list[str]:
        """Patterns every match of which a guard voids."""
        return [name for name, (pattern, guards) in self.guarded.items() if self._is_denied(text, pattern, guards)]

    def _is_denied(self, text: str, pattern: re.Pattern[str], guards: tuple[str, ...]) -> bool:
        match = pattern.search(text)
        is_met = match is not None
        while match is not None:
            start, end = match.span()
            if not self.lexicon.voided(text, start, end, guards):
                return False
            match = pattern.search(text, start + 1)
        return is_met

    @staticmethod
    def _direction(
        hits: Sequence[Hit], clauses: Sequence[Clause], found: Sequence[Expression], takes_funds: bool
    ) -> tuple[Direction | None, float]:
        """What the words say, with how sure that is; None where they speak of money and leave open which way it goes."""
        said = whole(clauses)
        marks = {mark for hit in hits if not hit.negated for mark in hit.marks}
        is_warning = "NEG.education" in marks and not marks & {"DISTRESS.redeem!", "DISTRESS.abscond!"}
        if is_warning and not any(clause.is_explicit or clause.direction == "invest" for clause in clauses):
            return "none", 0.9
        if said != "none":
            return said, 0.9 if said != "unknown" else 0.5
        own = {expression.direction for expression in found}
        if "borrow" in own:
            return "borrow", 0.8
        promising = any(e.direction in (None, "invest") for e in found)
        luring = marks & {"LURE.guarantee!", "LURE.return!", "DISTRESS.redeem!", "INVEST_ACT?"} and marks & {
            "LURE.guarantee",
            "LURE.return",
            "LURE.kind",
            "DISTRESS.redeem",
            "ILLEGAL.crypto",
        }
        if promising or luring or takes_funds:
            return None, DOUBTFUL
        return "none", 0.9

    def _promise(
        self,
        text: str,
        clauses: Sequence[Clause],
        expression: Expression,
        direction: Direction,
        confidence: float,
        is_stated: bool,
    ) -> Promise:
        if expression.direction is not None:
            return Promise(expression, expression.direction, expression.confidence, True)
        here = at(clauses, expression.start)
        sure = expression.confidence
        said_here = here != "none"
        if not said_here:
            here = direction
            sure = min(sure, confidence)
            if expression.kind == "rate_daily" and "万" in text[expression.start : expression.end] and confidence <= DOUBTFUL:
                sure = min(sure, _BARE_DAILY)
        if here in ("none", "unknown"):
            sure = min(sure, DOUBTFUL)
        return Promise(expression, here, sure, said_here or is_stated)

    def _is_capital(self, text: str, token: Token) -> bool:
        """注册资本5000万 is nobody's loss."""
        before = text[max(0, token.start - 8) : token.start]
        return any(word in before for word in self.not_claimed)

    def _hearsay(self, text: str) -> list[tuple[int, int]]:
        """The sentences that tell what others said."""
        if not any(word in text for word in self.hearsay_words):
            return []
        ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
        return [(a, b) for a, b in pairwise(ends) if any(word in text[a:b] for word in self.hearsay_words)]


def _people(text: str) -> list[tuple[int, int, int]]:
    """Head counts claimed: (start, end, at least so many)."""
    found = []
    for match in _PEOPLE.finditer(text):
        written = match["count"]
        vague = next((count for word, count in _VAGUE_PEOPLE.items() if written.startswith(word) or written.endswith(word)), None)
        value = Decimal(vague) if vague is not None else spoken(written)
        if value is not None and value >= 2 and value == int(value):
            found.append((match.start(), match.end(), int(value)))
    return found


__all__ = ["Promise", "TextReader", "TextReading"]
