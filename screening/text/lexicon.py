"""The lexicon (`rules/lexicon.yaml`) as one automaton: which phrases a text hits, negated and educational mentions told apart.

Longest match first; a phrase counts once a text. Source: domain brief 4.1 and its usage rules 1 and 2.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from screening.errors import InvalidRule
from screening.reference.data_files import Strict, checked, read_yaml
from screening.text.normal import fold

_CLAUSE_END = re.compile(r"[，。；！？,;!?：:]")
_STRONG, _MEDIUM, _WEAK = 3, 2, 1
_ASKED = 6  # characters behind a phrase in which a question is still about it
_USUAL = ["denial", "ban", "finding", "education", "plain", "trade"]


class Group(Strict):
    """Phrases of one meaning: strong ones speak alone, weak ones only beside others. `guards` void a hit of it."""

    label: str
    guards: list[str] = _USUAL
    strong: list[str] = []
    medium: list[str] = []
    weak: list[str] = []


class Guard(Strict):
    """`words` void what follows in their clause at most `gap` characters later.

    `harmless` are longer words that contain one of them and deny nothing (舍不得); behind a `turns` (但) they have no force any more; a question
    behind the phrase (`unless_behind`: 不是保本的吗) affirms it. `behind` are words that void what stands before them (高息揽储勿信).
    """

    words: list[str]
    gap: int
    harmless: list[str] = []
    turns: list[str] = []
    unless_behind: list[str] = []
    behind: list[str] = []


class Hit(NamedTuple):
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
class Voiding:
    """A guard, compiled: its words, the harmless and the turning ones are read from left to right, longest first."""

    guard: Guard
    pattern: re.Pattern[str]
    words: frozenset[str]
    turns: frozenset[str]
    reach: int

    @classmethod
    def of(cls, guard: Guard) -> "Voiding":
        """Compile a guard as written."""
        words, turns, harmless = (frozenset(map(fold, said)) for said in (guard.words, guard.turns, guard.harmless))
        ordered = sorted(words | turns | harmless, key=lambda word: (-len(word), word))
        return cls(guard, re.compile("|".join(map(re.escape, ordered))), words, turns, guard.gap + 2 * len(ordered[0]))

    def voids(self, clause: str, text: str, end: int) -> bool:
        """Whether what ends at text[end] is denied, forbidden or warned against; `clause` is what stands before it in its clause, as far as any guard reaches."""
        before = clause[-self.reach :]
        said: int | None = None
        for match in self.pattern.finditer(before):
            if match[0] in self.words:
                said = match.end()
            elif match[0] in self.turns:
                said = None
        if said is not None and len(before) - said <= self.guard.gap:
            return not any(word in text[end : end + _ASKED] for word in self.guard.unless_behind)
        behind = _CLAUSE_END.split(text[end : end + self.guard.gap], maxsplit=1)[0] if self.guard.behind else ""
        return any(word in behind for word in self.guard.behind)


@dataclass(frozen=True)
class Lexicon:
    """The automaton and what each of its phrases stands for: (group, weight, guards) for each meaning."""

    matcher: AhoCorasick
    phrases: list[str]
    meanings: list[list[tuple[str, int, tuple[str, ...]]]]
    guards: Mapping[str, Voiding]
    reach: int
    labels: dict[str, str]

    def hits(self, folded: str) -> list[Hit]:
        """Every phrase of a normalised text, in order."""
        return [
            Hit(group, self.phrases[index], start, end, weight, self.voided(folded, start, end, guards))
            for index, start, end in self.matcher.find_matches_as_indexes(folded)
            for group, weight, guards in self.meanings[index]
        ]

    def voided(self, text: str, start: int, end: int, guards: Iterable[str]) -> bool:
        """Whether any of these guards voids text[start:end]."""
        clause = _CLAUSE_END.split(text[max(0, start - self.reach) : start])[-1]
        return any(self.guards[name].voids(clause, text, end) for name in guards)


def marks_of(hits: Iterable[Hit]) -> list[str]:
    """Sorted marks of the hits that stand."""
    return sorted({mark for hit in hits if not hit.negated for mark in hit.marks})


def read_lexicon(rules: Path) -> Lexicon:
    """The lexicon of a rules folder, checked; raises `InvalidRule`."""
    path = rules / "lexicon.yaml"
    content = dict(read_yaml(path))
    guards = {name: checked(Guard, guard, path, f"guards.{name}") for name, guard in content.pop("guards", {}).items()}
    groups = {name: checked(Group, group, path, name) for name, group in content.items()}
    for name, group in groups.items():
        check_guards(group.guards, guards, f"{path.name} 的 {name}")
    meanings: dict[str, dict[tuple[str, int, tuple[str, ...]], None]] = {}
    for name, group in groups.items():
        for weight, phrases in ((_STRONG, group.strong), (_MEDIUM, group.medium), (_WEAK, group.weak)):
            for phrase in phrases:
                meanings.setdefault(fold(phrase), {})[(name, weight, tuple(group.guards))] = None
    ordered = sorted(meanings)
    voiding = {name: Voiding.of(guard) for name, guard in guards.items()}
    return Lexicon(
        AhoCorasick(ordered, matchkind=MatchKind.LeftmostLongest),
        ordered,
        [list(meanings[phrase]) for phrase in ordered],
        voiding,
        max((guard.reach for guard in voiding.values()), default=0),
        {name: group.label for name, group in groups.items()},
    )


def check_guards(wanted: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raises `InvalidRule` for a guard that `rules/lexicon.yaml` does not define."""
    if missing := sorted(set(wanted) - set(known)):
        raise InvalidRule(
            f"{where} 用到未定义的护栏：{'、'.join(missing)}",
            f"可用的护栏：{'、'.join(sorted(known))}。",
            {"guards": "、".join(missing)},
        )
