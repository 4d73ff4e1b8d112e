"""The lexicon (`rules/lexicon.yaml`) as one automaton: which groups of phrases a text hits, negated and educational mentions left out.

Longest match first; a phrase counts once a text. Source: domain brief 4.1 and its usage rules 1 and 2.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from screening.reference.data_files import Strict, checked, read_yaml

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_CLAUSE_END = re.compile(r"[，。；！？,;!?：:]")


class Group(Strict):
    """Phrases of one meaning: strong ones speak alone, weak ones only beside others. `guarded`: a negation before it voids a hit."""

    label: str
    strong: list[str] = []
    medium: list[str] = []
    weak: list[str] = []
    guarded: bool = True


class Guard(Strict):
    """Words that, at most `window` characters before a phrase and in its clause, void it."""

    words: list[str]
    window: int


@dataclass(frozen=True)
class Lexicon:
    """The automaton and what each of its phrases stands for."""

    matcher: AhoCorasick
    marks: list[tuple[str, ...]]
    guarded: list[bool]
    guards: list[Guard]

    def marks_in(self, text: str) -> list[str]:
        """Sorted marks of a text: `LURE.return` for any hit but a weak one, `LURE.return!` for a strong one, `LURE.return?` for a weak one."""
        folded = normalise(text)
        found: set[str] = set()
        for index, start, _end in self.matcher.find_matches_as_indexes(folded):
            if not (self.guarded[index] and self._voided(folded, start)):
                found.update(self.marks[index])
        return sorted(found)

    def _voided(self, text: str, start: int) -> bool:
        for guard in self.guards:
            before = _CLAUSE_END.split(text[max(0, start - guard.window) : start])[-1]
            if any(word in before for word in guard.words):
                return True
        return False


def read_lexicon(rules: Path) -> Lexicon:
    """The lexicon of a rules folder, checked; raises `InvalidRule`."""
    path = rules / "lexicon.yaml"
    content = dict(read_yaml(path))
    guards = checked(list[Guard], list(content.pop("guards", {}).values()), path, "guards")
    groups = {name: checked(Group, group, path, name) for name, group in content.items()}
    phrases: dict[str, set[str]] = {}
    guarded: dict[str, bool] = {}
    for name, group in groups.items():
        for phrase, mark in _phrases(name, group):
            phrases.setdefault(phrase, set()).update(mark)
            guarded[phrase] = guarded.get(phrase, True) and group.guarded
    ordered = sorted(phrases)
    return Lexicon(
        AhoCorasick(ordered, matchkind=MatchKind.LeftmostLongest),
        [tuple(sorted(phrases[phrase])) for phrase in ordered],
        [guarded[phrase] for phrase in ordered],
        guards,
    )


def normalise(text: str) -> str:
    """Full width to half, upper case, blanks and invisible characters gone."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()


def _phrases(name: str, group: Group) -> Iterable[tuple[str, tuple[str, ...]]]:
    for phrase in group.strong:
        yield normalise(phrase), (name, f"{name}!")
    for phrase in group.medium:
        yield normalise(phrase), (name,)
    for phrase in group.weak:
        yield normalise(phrase), (f"{name}?",)
