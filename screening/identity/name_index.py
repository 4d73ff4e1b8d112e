"""Brands (字号) compared and looked up: equal, of one sound, one edit apart, or one part of the other, without comparing all with all.

Likeness by sound uses toneless pinyin; edits are found through deletion neighbourhoods (two words one edit apart share one of their
one-character deletions).
"""

from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA

_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_SHORTEST_EDITED = 3  # characters: of two-character brands all that share a character would be one edit apart
_SHORTEST_PART = 2
MOST_SIMILAR = 400  # brands looked at for one spelling; more are too many to tell apart by name

# In SQL, of a table that has `brand`: each brand and what is left of it without one of its characters, once (of two that are the same in a row, the first).
RESTS = f"""
    SELECT *, brand AS said FROM {{0}} WHERE length(brand) >= {_SHORTEST_PART}
    UNION ALL SELECT * EXCLUDE (gone), substr(brand, 1, gone - 1) || substr(brand, gone + 1)
    FROM (SELECT *, unnest(range(1, length(brand) + 1)) AS gone FROM {{0}} WHERE length(brand) > {_SHORTEST_PART})
    WHERE substr(brand, gone, 1) != substr(brand, gone - 1, 1)
"""
# Its beginnings and endings that are more than one character shorter (one is an edit).
ENDS = f"""
    SELECT * EXCLUDE (long), unnest([left(brand, long), CASE WHEN left(brand, long) != right(brand, long) THEN right(brand, long) END]) AS said
    FROM (SELECT *, unnest(range({_SHORTEST_PART}, length(brand) - 1)) AS long FROM {{0}})
"""


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


@lru_cache(maxsize=1 << 16)
def sound_of(brand: str) -> str:
    """Toneless pinyin, syllable by syllable; what is no Chinese character stays."""
    return " ".join(_syllable(char) for char in brand)


@lru_cache(maxsize=1 << 16)
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


def alike(brand: str, others: Iterable[str]) -> dict[str, Likeness]:
    """Those of some brands that are like this one, with how they are alike; best first, at most a few hundred."""
    found = {other: likeness for other in others if (likeness := compare_brands(brand, other)) is not Likeness.DIFFERENT}
    ranked = sorted(found.items(), key=lambda item: (item[1], item[0]))
    return dict(ranked[:MOST_SIMILAR])
