"""Links loosely named firms (城东那家鑫源打金店) to the entities of the register, each with a confidence and a reason that people can check.

Every candidate collects points for what agrees and loses some for what contradicts (`evidence.py`, `rules/names.yaml`); its confidence is its
share against the other candidates and against the firm not being in the register at all. Identical rows are matched once; candidates
come from indexes, so no name is compared with all others. Nothing here depends on the order of the register.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log10
from pathlib import Path

from screening.identity.duplicates import likely_duplicates
from screening.identity.entity_index import EntityIndex, display_name, known_index, merged
from screening.identity.evidence import (
    Named,
    NameEvidence,
    PlaceEvidence,
    Scale,
    Where,
    digits_of,
    person_key,
    why_name,
    why_place,
)
from screening.identity.mentions import Mention, MentionFinder
from screening.identity.name_index import Likeness
from screening.identity.name_parts import Relation
from screening.identity.names import has_legal_form, name_key
from screening.identity.pages import called, each
from screening.identity.parties import Asked, Candidate, Known, Match

__all__ = ["Asked", "Candidate", "Known", "Match", "Matcher", "likely_duplicates"]

_MOST_CANDIDATES = 5
_REMEMBERED = 1 << 15  # questions put aside, of which it is known what was read off them
_LEAST_SHARE = 0.02  # of confidence, to be listed behind the best candidate


@dataclass(frozen=True, slots=True)
class _Said:
    """A name as a row says it, with what its place in a text takes off (points)."""

    named: Named
    discount: float = 0.0
    in_text: bool = False
    sure_alone: bool = True


@dataclass(frozen=True, slots=True)
class _Scored:
    """One entity against one row."""

    number: int
    points: float
    said: _Said | None
    name: NameEvidence | None
    place: PlaceEvidence

    @property
    def method(self) -> str:
        """How it was found."""
        if self.name is None or self.name.likeness is Likeness.DIFFERENT or self.said is None:
            return "phone" if self.place.phone else "address"
        if self.said.in_text:
            return "name_in_text" if self.name.likeness is Likeness.EXACT else "name_fuzzy"
        return "name_exact" if self.name.same_key else "name_fuzzy"


_NOTHING = Match(None, "none", None, "名单中没有相近的名称、地址或电话", ())


class Matcher:
    """Asks a register whom rows mean. Reads the rules once: make a new one after editing them."""

    def __init__(self, known: Sequence[Known] | EntityIndex, rules: Path) -> None:
        register = known if isinstance(known, EntityIndex) else known_index(known, rules)
        self._register = register
        self._reader = register.reader
        self._addresses = register.addresses
        self._scale = Scale(self._reader)
        self._decision = self._reader.rules.decision
        self._points = self._reader.rules.points
        finder = MentionFinder(register.patterns.of, register.by_brand.of, register.similar.of, self._reader)
        self._mentions = lru_cache(_REMEMBERED)(finder.find)
        self._trades = finder.trades
        self._where = lru_cache(_REMEMBERED)(self._read_where)

    def match(self, asked: Sequence[Asked]) -> list[Match]:
        """Whom each row means, in the same order."""
        answers = dict(self._register.answers(self._match, dict.fromkeys(asked)))
        return [answers[row] for row in asked]

    def _match(self, row: Asked) -> Match:
        where = self._where(row)
        if row.name and name_key(row.name):
            named = self._register.named(row.name)
            if (exact := self._full_name(named.key)) is not None:
                return self._certain(exact, "name_exact", self._decision.exact_full_name, f"全称“{named.name}”与登记完全一致")
            where = replace(where, street=where.street or self._addresses.street_code(named.parts.area))
            match = self._decide([_Said(named)], where, set())
            if match.method != "none" or not row.text:
                return match
        return self._match_text(row.text or "", where)

    def _read_where(self, row: Asked) -> Where:
        """What a row says besides names; an address may stand in its text."""
        address = self._addresses.read(row.address) if row.address else None
        if address is None and row.text:
            told = self._addresses.read(row.text)
            address = told if told.number else None
        street = self._addresses.street_code(row.street) or (address.street_code if address else None)
        return Where(address, street, digits_of(row.phone), person_key(row.legal_rep))

    def _full_name(self, key: str) -> int | None:
        """The only entity with this full registered name; None when several or none have it, or it has no legal form."""
        bearers = self._register.by_key.of(key).numbers if has_legal_form(key) else []
        return bearers[0] if len(bearers) == 1 else None

    def _certain(self, number: int, method: str, confidence: float, why: str) -> Match:
        profile = self._register.profiles.of(number)
        candidate = Candidate(profile.entity_id, profile.names[0].name, confidence, why)
        return Match(profile.entity_id, method, confidence, why, (candidate,))

    def _match_text(self, text: str, where: Where) -> Match:
        mentions = self._mentions(text) if text else []
        # 鑫源典当有限公司 within 大鑫源典当有限公司 is somebody else; a name that begins with its area can not go wrong so.
        named = self._register.by_key.of_all(mention.said for mention in mentions)
        begun = [mention.said for mention, bearers in zip(mentions, named, strict=True) if mention.clear or bearers.area]
        full = {number for name in begun if (number := self._full_name(name)) is not None}
        said = [self._as_said(mention) for mention in mentions]
        several = self._names_several(said, full)
        if len(full) == 1 and not several:
            (number,) = full
            name = self._register.profiles.of(number).names[0].name
            confidence = round(self._decision.exact_full_name * self._decision.text_discount, 4)
            return self._certain(number, "name_in_text", confidence, f"正文写有全称“{name}”")
        match = self._decide(said, where, self._trades(text) if text else set())
        if several and match.candidates:
            return replace(match, entity_id=None, method="ambiguous", why=f"正文提到不止一家；{match.candidates[0].why}")
        return match

    def _as_said(self, mention: Mention) -> _Said:
        discount = 0.0 if mention.clear else self._points.unclear_start
        discount += self._points.brand_alone_in_text if mention.alone else 0.0
        return _Said(self._register.named(mention.said), discount, in_text=True, sure_alone=mention.exact and not mention.alone)

    def _names_several(self, said: Sequence[_Said], full: set[int]) -> bool:
        """Whether two mentions that are exact can not mean one entity."""
        groups = each(self._meant, (one for one in said if one.sure_alone and not one.discount))
        groups = [group for group in groups if group] + ([full] if full else [])
        return len(full) > 1 or any(groups[0].isdisjoint(group) for group in groups[1:])

    def _meant(self, said: _Said) -> set[int]:
        """The entities with this brand in this or a related trade."""
        bearers = self._register.by_key.of(said.named.key).numbers or self._register.by_brand.of(said.named.parts.brand)
        return {
            number
            for number, one in zip(bearers, self._register.traits.of_all(bearers), strict=True)
            if any(self._reader.compare_trades(said.named.parts.trade, trade) is not Relation.DIFFERENT for trade in one.trades)
        }

    def _decide(self, said: Sequence[_Said], where: Where, trades: set[str]) -> Match:
        """Score all that the indexes offer and say how sure the best one is."""
        scored: dict[int, _Scored] = {}
        absent = self._decision.absent
        at_place = self._register.at_place(where)
        self._register.profiles.of_all(at_place)
        for found, crowd in each(lambda one: self._by_name(one, where), said):
            absent = max(absent, self._decision.absent + self._decision.absent_crowded * log10(1 + crowd))
            _keep_best(scored, found)
        others = [number for number in at_place if number not in scored]
        _keep_best(scored, each(lambda number: self._score(number, said, where, trades), others))
        ranked = sorted(scored.values(), key=lambda one: (-one.points, one.number))
        if not ranked or ranked[0].points < self._decision.plausible:
            return _NOTHING
        return self._conclude(ranked, absent)

    def _by_name(self, said: _Said, where: Where) -> tuple[list[_Scored], int]:
        """Entities of the same brand, and those of like ones unless one of the same is sure; with the number of like brands looked at."""
        brand = said.named.parts.brand
        same, bearers = each(
            called,
            (lambda: self._register.by_key.of(said.named.key).numbers, lambda: self._register.bearers(brand, said.named, where)),
        )
        exact = self._scored(merged(same, bearers), said, where)
        if any(
            one.points - self._decision.absent >= 1 and one.name and one.name.trade is not Relation.DIFFERENT for one in exact
        ):
            return exact, 0
        similar = self._register.similar.of(brand)
        numbers = merged(*each(lambda other: self._register.bearers(other, said.named, where), similar))
        return exact + self._scored(numbers, said, where), len(similar)

    def _scored(self, numbers: Sequence[int], said: _Said, where: Where) -> list[_Scored]:
        self._register.profiles.of_all(numbers)
        return [self._score(number, [said], where, set()) for number in numbers]

    def _score(self, number: int, said: Sequence[_Said], where: Where, trades: set[str]) -> _Scored:
        profile = self._register.profiles.of(number)
        place = self._scale.place(where, profile)
        if not said or not profile.names:
            told = any(named.parts.trade in trades for named in profile.names)
            points = self._points.unnamed + (self._points.trade_same if told else 0.0)
            return _Scored(number, points + place.points, None, None, place)
        best = None
        for one in said:
            name = self._scale.name(one.named, profile, len(self._register.by_brand.of(one.named.parts.brand)))
            scored = _Scored(number, name.points + one.discount + place.points, one, name, place)
            best = scored if best is None or scored.points > best.points else best
        assert best is not None
        return best

    def _conclude(self, ranked: list[_Scored], absent: float) -> Match:
        """Shares of likelihood, and what follows from them."""
        top = max(absent, ranked[0].points)
        weights = [10 ** (one.points - top) for one in ranked]
        total = sum(weights) + 10 ** (absent - top)
        shares = [weight / total for weight in weights]
        listed = [(one, share) for one, share in zip(ranked, shares, strict=True) if share >= _LEAST_SHARE or one is ranked[0]][
            :_MOST_CANDIDATES
        ]
        candidates = tuple(self._candidate(one, share) for one, share in listed)
        best = ranked[0]
        confidence = candidates[0].confidence
        if confidence >= self._decision.sure and _may_be_sure(best):
            return Match(candidates[0].entity_id, best.method, confidence, candidates[0].why, candidates)
        confidence = min(confidence, self._below_sure())
        candidates = (replace(candidates[0], confidence=confidence), *candidates[1:])
        rivals = sum(share >= shares[0] * self._decision.rival for share in shares) - 1
        if rivals:
            return Match(None, "ambiguous", confidence, f"{candidates[0].why}；另有 {rivals} 家同样可能", candidates)
        return Match(None, best.method, confidence, candidates[0].why, candidates)

    def _below_sure(self) -> float:
        return round(self._decision.sure - 0.01, 4)

    def _candidate(self, scored: _Scored, share: float) -> Candidate:
        profile = self._register.profiles.of(scored.number)
        confidence = share * self._decision.text_discount if scored.said and scored.said.in_text else share
        return Candidate(profile.entity_id, display_name(profile), round(confidence, 4), self._why(scored))

    def _why(self, scored: _Scored) -> str:
        place = why_place(scored.place, self._addresses.street_names)
        if scored.name is None or scored.said is None:
            return place
        source = "正文写到的" if scored.said.in_text else ""
        name = source + why_name(scored.said.named, scored.name)
        return f"{name}，{place}" if place else name


def _may_be_sure(best: _Scored) -> bool:
    """A name that is not exactly the known one, or a bare brand in a text, needs something independent beside it."""
    if best.name is None or best.said is None:
        return True
    return (best.name.likeness is Likeness.EXACT and best.said.sure_alone) or best.place.supports


def _keep_best(scored: dict[int, _Scored], found: Iterable[_Scored]) -> None:
    for one in found:
        if one.number not in scored or one.points > scored[one.number].points:
            scored[one.number] = one
