"""Names looked for in free text: registered names and brands by one automaton, spoken short names (brand + trade word) around trade words.

One pass over the text, whatever the number of known names. Chinese has no blanks between words, so where a name begins is read off what
stands before it (`before_name` in `rules/names.yaml`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from screening.identity.name_index import BrandIndex
from screening.identity.name_parts import NameReader
from screening.identity.names import SHORTEST_NAME, fold

_CLAUSE_END = re.compile(r"[。！？，,;；!?\n、：:…]+")
_WINDOW = 6  # characters before a trade word in which a brand is looked for
_SHORTEST_BRAND = 2
_SHORTEST_ALONE = 3  # a brand without a trade word; shorter ones are common words
_GUESSED_LENGTHS = (3, 4)  # lengths tried where nothing shows where a misspelt brand begins


@dataclass(frozen=True)
class Mention:
    """Words of a text that may name a firm, folded. `clear` says that the name surely begins there, `exact` that its brand is known as written,
    `alone` that no trade word follows."""

    said: str
    clear: bool
    exact: bool
    alone: bool = False


class MentionFinder:
    """Finds mentions of known names. `names` are folded names as written, with the length of the area at their beginning; `brands` all brands."""

    def __init__(self, names: Mapping[str, int], brands: BrandIndex, all_brands: list[str], reader: NameReader) -> None:
        self._brands = brands
        self._reader = reader
        written = {name for name in names if len(name) >= SHORTEST_NAME}
        without_area = {name[area:] for name, area in names.items() if area and len(name) - area >= SHORTEST_NAME}
        self._alone = {brand for brand in all_brands if len(brand) >= _SHORTEST_ALONE} - written - without_area
        self._patterns = sorted(written | without_area | self._alone)
        self._names = AhoCorasick(self._patterns, matchkind=MatchKind.LeftmostLongest) if self._patterns else None
        self._trades = AhoCorasick(reader.trade_words, matchkind=MatchKind.LeftmostLongest)
        before = "|".join(map(re.escape, sorted(reader.rules.before_name, key=lambda word: (-len(word), word))))
        self._before = re.compile(f"(?:{before})$")
        self._cut = re.compile(before)

    def find(self, text: str) -> list[Mention]:
        """The mentions of a text in reading order: the exact ones, or if there are none, what might be a misspelt or bare brand."""
        found = [mention for clause in _CLAUSE_END.split(text) for mention in self._in_clause(fold(clause))]
        exact = [mention for mention in found if mention.exact and not mention.alone]
        return list(dict.fromkeys(exact or found))

    def trades(self, text: str) -> set[str]:
        """The trades a text speaks of, as `NameParts.trade` has them."""
        words = self._reader.trade_words
        return {self._reader.kind_of(words[hit[0]]) for hit in self._trades.find_matches_as_indexes(fold(text))}

    def _in_clause(self, clause: str) -> Iterator[Mention]:
        taken = [False] * len(clause)
        alone = []
        for pattern, start, end in self._names.find_matches_as_indexes(clause) if self._names else ():
            said = self._patterns[pattern]
            if said in self._alone:
                alone.append((said, start, end))
                continue
            taken[start:end] = [True] * (end - start)
            yield Mention(said, self._begins(clause, start), exact=True)
        for _, start, end in self._trades.find_matches_as_indexes(clause):
            if not taken[start]:
                for mention in self._before_trade(clause, start, end):
                    begin = start - (len(mention.said) - (end - start))
                    taken[begin:end] = [mention.exact] * (end - begin)
                    yield mention
        for said, start, end in alone:
            if not any(taken[start:end]):
                yield Mention(said, self._begins(clause, start), exact=True, alone=True)

    def _before_trade(self, clause: str, start: int, end: int) -> Iterator[Mention]:
        """A known brand before the trade word, the longest first; or else what may be one."""
        window = clause[max(0, start - _WINDOW) : start]
        trade = clause[start:end]
        for length in range(len(window), _SHORTEST_BRAND - 1, -1):
            if (brand := window[-length:]) in self._brands:
                yield Mention(brand + trade, self._begins(clause, start - length), exact=True)
                return
        for brand, clear in self._guesses(window, whole=start <= _WINDOW).items():
            if self._brands.similar(brand):
                yield Mention(brand + trade, clear, exact=False)

    def _guesses(self, window: str, whole: bool) -> dict[str, bool]:
        """What may be the brand at the end of a window, and whether it surely begins there."""
        starts = [found.end() for found in self._cut.finditer(window)] + ([0] if whole else [])
        guesses = {window[start:]: True for start in starts if len(window) - start >= _SHORTEST_BRAND}
        for length in _GUESSED_LENGTHS:
            if len(window) >= length:
                guesses.setdefault(window[-length:], False)
        return guesses

    def _begins(self, clause: str, start: int) -> bool:
        before = clause[:start]
        return not before or bool(self._before.search(before)) or self._reader.ends_in_area(before)
