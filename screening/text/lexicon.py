"""The lexicon (`rules/lexicon.yaml`) as one automaton: which phrases a text hits, negated and educational mentions told apart.

Longest match first; a phrase counts once a text. Source: domain brief 4.1 and its usage rules 1 and 2.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from screening.reference.data_files import Strict, checked, read_yaml
from screening.text.normal import fold

_CLAUSE_END = re.compile(r"[，。；！？,;!?：:]")
_STRONG, _MEDIUM, _WEAK = 3, 2, 1


class Group(Strict):
    """Phrases of one meaning: strong ones speak alone, weak ones only beside others. `guarded`: a negation before it voids a hit."""

    label: str
    strong: list[str] = []
    medium: list[str] = []
    weak: list[str] = []
    guarded: bool = True


class Guard(Strict):
    """Words that, at most `window` characters before a phrase and in its clause, void it, unless one of `unless_before` follows within 6."""

    words: list[str]
    window: int
    unless_before: list[str] = []


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase in a normalised text. `weight`: 3 strong, 2 medium, 1 weak."""

    group: str
    phrase: str
    start: int
    end: int
    weight: int
    negated: bool

    @property
    def marks(self) -> tuple[str, ...]:
        """`LURE.return` for any hit but a weak one, `LURE.return!` for a strong one, `LURE.return?` for a weak one."""
        return {_STRONG: (self.group, f"{self.group}!"), _MEDIUM: (self.group,), _WEAK: (f"{self.group}?",)}[self.weight]


@dataclass(frozen=True)
class Lexicon:
    """The automaton and what each of its phrases stands for: (group, weight, guarded) for each meaning."""

    matcher: AhoCorasick
    phrases: list[str]
    meanings: list[list[tuple[str, int, bool]]]
    guards: list[Guard]
    labels: dict[str, str]

    def hits(self, folded: str) -> list[Hit]:
        """Every phrase of a normalised text, in order."""
        found = []
        for index, start, end in self.matcher.find_matches_as_indexes(folded):
            voided = any(guarded for _, _, guarded in self.meanings[index]) and self._voided(folded, start, end)
            for group, weight, guarded in self.meanings[index]:
                found.append(Hit(group, self.phrases[index], start, end, weight, guarded and voided))
        return found

    def _voided(self, text: str, start: int, end: int) -> bool:
        for guard in self.guards:
            before = _CLAUSE_END.split(text[max(0, start - guard.window) : start])[-1]
            if any(word in before for word in guard.words) and not any(
                word in text[end : end + 6] for word in guard.unless_before
            ):
                return True
        return False


def marks_of(hits: Iterable[Hit]) -> list[str]:
    """Sorted marks of the hits that stand."""
    return sorted({mark for hit in hits if not hit.negated for mark in hit.marks})


def read_lexicon(rules: Path) -> Lexicon:
    """The lexicon of a rules folder, checked; raises `InvalidRule`."""
    path = rules / "lexicon.yaml"
    content = dict(read_yaml(path))
    guards = checked(list[Guard], list(content.pop("guards", {}).values()), path, "guards")
    groups = {name: checked(Group, group, path, name) for name, group in content.items()}
    meanings: dict[str, dict[tuple[str, int, bool], None]] = {}
    for name, group in groups.items():
        for weight, phrases in ((_STRONG, group.strong), (_MEDIUM, group.medium), (_WEAK, group.weak)):
            for phrase in phrases:
                meanings.setdefault(fold(phrase), {})[(name, weight, group.guarded)] = None
    ordered = sorted(meanings)
    return Lexicon(
        AhoCorasick(ordered, matchkind=MatchKind.LeftmostLongest),
        ordered,
        [list(meanings[phrase]) for phrase in ordered],
        guards,
        {name: group.label for name, group in groups.items()},
    )
