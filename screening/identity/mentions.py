"""Names looked for in free text: registered names and brands by one automaton, spoken short names (brand + trade word) around trade words.

One pass over the text, whatever the number of known names. Chinese has no blanks between words, so where a name begins is read off what
stands before it (`before_name` in `rules/names.yaml`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from ahocorasick_rs import AhoCorasick, MatchKind

from screening.identity.name_parts import NameReader
from screening.identity.names import SHORTEST_NAME, fold
from screening.identity.pages import each

_CLAUSE_END = re.compile(r"[。！？，,;；!?\n、：:…]+")
_WINDOW = 6  # characters before a trade word in which a brand is looked for
_SHORTEST_BRAND = 2
SHORTEST_ALONE = 3  # a brand without a trade word; shorter ones are common words
_GUESSED_LENGTHS = (3, 4)  # lengths tried where nothing shows where a misspelt brand begins


@dataclass(frozen=True)
class Mention:
    """Words of a text that may name a firm, folded. `clear` says that the name surely begins there, `exact` that its brand is known as written,
    `alone` that no trade word follows."""

    said: str
    clear: bool
    exact: bool
    alone: bool = False


class Patterns:
    """Names that may stand in some texts, to be looked for in one pass. `names` are full names, folded, with the length of the area at their beginning."""

    def __init__(self, names: Mapping[str, int], brands: Iterable[str]) -> None:
        written = {name for name in names if len(name) >= SHORTEST_NAME}
        without_area = {name[area:] for name, area in names.items() if area and len(name) - area >= SHORTEST_NAME}
        self.alone = {brand for brand in brands if len(brand) >= SHORTEST_ALONE} - written - without_area
        self._said = sorted(written | without_area | self.alone)
        self._automaton = AhoCorasick(self._said, matchkind=MatchKind.LeftmostLongest) if self._said else None

    def found_in(self, clause: str) -> Iterator[tuple[str, int, int]]:
        """Each name in a clause, with where it begins and ends; of several at one place the longest."""
        for pattern, start, end in self._automaton.find_matches_as_indexes(clause) if self._automaton else ():
            yield self._said[pattern], start, end


class MentionFinder:
    """Finds mentions of known names: `patterns` gives the names that may stand in a text, `bears` whether anybody has a brand, `similar` the brands like one."""

    def __init__(
        self,
        patterns: Callable[[str], Patterns],
        bears: Callable[[str], object],
        similar: Callable[[str], object],
        reader: NameReader,
    ) -> None:
        self._patterns = patterns
        self._bears = bears
        self._similar = similar
        self._reader = reader
        self._kinds = [reader.kind_of(word) for word in reader.trade_words]
        self._trades = AhoCorasick(reader.trade_words, matchkind=MatchKind.LeftmostLongest)
        before = "|".join(map(re.escape, sorted(reader.rules.before_name, key=lambda word: (-len(word), word))))
        self._before = re.compile(f"(?:{before})$")
        self._cut = re.compile(before)

    def find(self, text: str) -> list[Mention]:
        """The mentions of a text in reading order: the exact ones, or if there are none, what might be a misspelt or bare brand."""
        patterns = self._patterns(text)
        found = list(chain.from_iterable(each(lambda clause: self._in_clause(clause, patterns), clauses_of(text))))
        exact = [mention for mention in found if mention.exact and not mention.alone]
        return list(dict.fromkeys(exact or found))

    def trades(self, text: str) -> set[str]:
        """The trades a text speaks of, as `NameParts.trade` has them."""
        return {self._kinds[hit[0]] for hit in self._trades.find_matches_as_indexes(fold(text))}

    def _in_clause(self, clause: str, patterns: Patterns) -> list[Mention]:
        taken = [False] * len(clause)
        found, alone = [], []
        for said, start, end in patterns.found_in(clause):
            if said in patterns.alone:
                alone.append((said, start, end))
                continue
            taken[start:end] = [True] * (end - start)
            found.append(Mention(said, self._begins(clause, start), exact=True))

        def before(hit: tuple[int, int, int]) -> None:
            _, start, end = hit
            if not taken[start]:
                for mention in self._before_trade(clause, start, end):
                    begin = start - (len(mention.said) - (end - start))
                    taken[begin:end] = [mention.exact] * (end - begin)
                    found.append(mention)

        each(before, self._trades.find_matches_as_indexes(clause))
        for said, start, end in alone:
            if not any(taken[start:end]):
                found.append(Mention(said, self._begins(clause, start), exact=True, alone=True))
        return found

    def _before_trade(self, clause: str, start: int, end: int) -> list[Mention]:
        """A known brand before the trade word, the longest first; or else what may be one."""
        window = clause[max(0, start - _WINDOW) : start]
        trade = clause[start:end]
        brands = [window[-length:] for length in range(len(window), _SHORTEST_BRAND - 1, -1)]
        for brand, bearers in zip(brands, each(self._bears, brands), strict=True):
            if bearers:
                return [Mention(brand + trade, self._begins(clause, start - len(brand)), exact=True)]
        guesses = self._guesses(window, whole=start <= _WINDOW)
        similar = each(self._similar, guesses)
        return [
            Mention(brand + trade, guesses[brand], exact=False) for brand, known in zip(guesses, similar, strict=True) if known
        ]

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


def clauses_of(text: str) -> list[str]:
    """The clauses of a text as names are looked for in them."""
    return [fold(clause) for clause in _CLAUSE_END.split(text)]
