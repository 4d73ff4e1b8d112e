"""Brands (字号) compared and looked up: equal, of one sound, one edit apart, or one part of the other, without comparing all with all.

Likeness by sound uses toneless pinyin; edits are found through deletion neighbourhoods (two words one edit apart share one of their
one-character deletions).
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA

_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_SHORTEST_EDITED = 3  # characters: of two-character brands all that share a character would be one edit apart
_SHORTEST_PART = 2
_MOST_SIMILAR = 400  # brands looked at for one spelling; more are too many to tell apart by name


class Likeness(IntEnum):
    """How two brands compare, best first."""

    EXACT = 0
    SOUND = 1
    NEAR_SOUND = 2
    EDIT = 3
    PART = 4
    DIFFERENT = 5


def compare_brands(first: str, second: str) -> Likeness:
    """The best that holds of two brands; DIFFERENT when one is empty."""
    if not first or not second:
        return Likeness.DIFFERENT
    if first == second:
        return Likeness.EXACT
    if len(first) == len(second):
        if sound_of(first) == sound_of(second):
            return Likeness.SOUND
        if near_sound_of(first) == near_sound_of(second):
            return Likeness.NEAR_SOUND
    shorter, longer = sorted((first, second), key=len)
    if len(longer) >= _SHORTEST_EDITED and OSA.distance(first, second, score_cutoff=1) <= 1:
        return Likeness.EDIT
    if len(shorter) >= _SHORTEST_PART and (longer.startswith(shorter) or longer.endswith(shorter)):
        return Likeness.PART
    if len(longer) == _SHORTEST_PART and OSA.distance(first, second, score_cutoff=1) <= 1:
        return Likeness.EDIT
    return Likeness.DIFFERENT


@lru_cache(maxsize=1 << 18)
def sound_of(brand: str) -> str:
    """Toneless pinyin, syllable by syllable; what is no Chinese character stays."""
    return " ".join(_syllable(char) for char in brand)


@lru_cache(maxsize=1 << 18)
def near_sound_of(brand: str) -> str:
    """The same with the sounds made one that southern speakers do not tell apart: zh z, ch c, sh s, -ng -n, n l."""
    return " ".join(_near(_syllable(char)) for char in brand)


@lru_cache(maxsize=1 << 15)
def _syllable(char: str) -> str:
    return "".join(lazy_pinyin(char))


@lru_cache(maxsize=1 << 12)
def _near(syllable: str) -> str:
    for said, near in _NEAR:
        syllable = syllable.replace(said, near)
    return "l" + syllable[1:] if syllable.startswith("n") else syllable


class BrandIndex:
    """All brands of the register, for looking up those like a given one."""

    def __init__(self, brands: Iterable[str]) -> None:
        self._brands = sorted(set(brands) - {""})
        self._known = set(self._brands)
        self._by_sound: dict[str, list[int]] = {}
        self._by_deletion: dict[str, list[int]] = {}
        self._by_end: dict[str, list[int]] = {}
        for number, brand in enumerate(self._brands):
            self._by_sound.setdefault(near_sound_of(brand), []).append(number)
            for rest in {brand, *_deletions(brand)} if len(brand) >= _SHORTEST_PART else ():
                self._by_deletion.setdefault(rest, []).append(number)
            for end in set(_ends(brand)):
                self._by_end.setdefault(end, []).append(number)

    def __contains__(self, brand: str) -> bool:
        return brand in self._known

    def similar(self, brand: str) -> dict[str, Likeness]:
        """Other brands like this one, with how they are alike; best first, at most a few hundred."""
        found: dict[str, Likeness] = {}
        for number in self._near(brand):
            other = self._brands[number]
            if other != brand and (likeness := compare_brands(brand, other)) is not Likeness.DIFFERENT:
                found[other] = likeness
        for end in _ends(brand):
            if end in self._known:
                found.setdefault(end, Likeness.PART)
        ranked = sorted(found.items(), key=lambda item: (item[1], item[0]))
        return dict(ranked[:_MOST_SIMILAR])

    def _near(self, brand: str) -> set[int]:
        numbers = set(self._by_sound.get(near_sound_of(brand), ()))
        if len(brand) >= _SHORTEST_PART:
            for rest in (brand, *_deletions(brand)):
                if len(rest) >= _SHORTEST_PART:
                    numbers.update(self._by_deletion.get(rest, ())[:_MOST_SIMILAR])
            numbers.update(self._by_end.get(brand, ())[:_MOST_SIMILAR])
        return numbers


def _deletions(brand: str) -> Iterator[str]:
    return (brand[:at] + brand[at + 1 :] for at in range(len(brand)))


def _ends(brand: str) -> Iterator[str]:
    """Beginnings and endings that are more than one character shorter (one is an edit)."""
    for length in range(_SHORTEST_PART, len(brand) - 1):
        yield brand[:length]
        yield brand[-length:]
