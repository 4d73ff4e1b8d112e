"""Texts made comparable: half width, upper case, simplified characters, evasive spellings undone, blanks and emoji gone; with the way back.

Source: domain brief 4.1 (normalisation before matching); OpenCC t2s for traditional characters, one character at a time, so that offsets hold.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from opencc import OpenCC

_LINE_ENDS = {"\n": "。", "\r": ""}
_DROPPED = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "So", "Sk"}


class _Fold(dict[int, str]):
    """What each character becomes; learnt as characters turn up."""

    _simplify = OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._fold(chr(code))
        return folded

    def _fold(self, char: str) -> str:
        if char in _LINE_ENDS:
            return _LINE_ENDS[char]
        if unicodedata.category(char) == "No":  # ① and the like count items; as digits they would join the number behind
            return ","
        wide = unicodedata.normalize("NFKC", char)
        kept = "".join(c for c in wide if unicodedata.category(c) not in _DROPPED)
        return self._simplify.convert(kept).upper() if kept else ""


_FOLD = _Fold()


@dataclass(frozen=True)
class Normaliser:
    """Normalises with an office's list of evasive spellings (`理CAI` → `理财`), which are given in normalised form."""

    homophones: Mapping[str, str]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, homophones: Mapping[str, str]) -> "Normaliser":
        """Compile the list; the longest spelling wins."""
        words = sorted(homophones, key=len, reverse=True)
        return cls(homophones, re.compile("|".join(map(re.escape, words))) if words else None)

    def normalise(self, raw: str) -> str:
        """The text to match on."""
        text = fold(raw)
        return self.pattern.sub(lambda match: self.homophones[match[0]], text) if self.pattern else text

    def align(self, raw: str) -> tuple[str, list[int]]:
        """The same text, and for each of its characters and its end the offset in `raw`."""
        text, origin = [], []
        for offset, char in enumerate(raw):
            for folded in _FOLD[ord(char)]:
                text.append(folded)
                origin.append(offset)
        folded_text = "".join(text)
        out, back, place = [], [], 0
        for match in self.pattern.finditer(folded_text) if self.pattern else ():
            out.append(folded_text[place : match.start()])
            back += origin[place : match.start()]
            written = self.homophones[match[0]]
            out.append(written)
            back += [origin[match.start()]] * (len(written) - 1) + [origin[match.end() - 1]]
            place = match.end()
        out.append(folded_text[place:])
        back += origin[place:]
        return "".join(out), [*back, len(raw)]


def fold(raw: str) -> str:
    """Widths, case, traditional characters, blanks and emoji; no spelling undone."""
    return raw.translate(_FOLD)


def span_in_raw(origin: list[int], start: int, end: int) -> tuple[int, int]:
    """A span of the normalised text as a span of the raw one."""
    return (origin[start], origin[end - 1] + 1) if end > start else (origin[start], origin[start])


def simplified(first: int, last: int) -> list[int]:
    """The code points from `first` to `last` that stay as they are when traditional characters become simplified ones; asked all at once, in no time."""
    chars = [chr(code) for code in range(first, last + 1)]
    became = _Fold._simplify.convert("\n".join(chars)).split("\n")
    return [ord(char) for char, simple in zip(chars, became, strict=True) if simple == char]
