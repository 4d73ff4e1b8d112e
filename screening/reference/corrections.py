"""What a person said about the columns of one shape of sheet: which heading is read as which canonical column.

Why by shape: the office's next file bears another name and other rows, but the same headings; what was put right once holds for it as well.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from screening.reference.fields import Dictionary, read_dictionary
from screening.vocabulary import Kind

RETURNED = "退回原因"  # the column our own list of rejected rows adds to the delivered table; no part of its shape
_SIGNS = 16


@dataclass(frozen=True)
class Correction:
    """`columns`: heading → canonical column, None for a column not to be used; only headings a person changed, so that an empty one says: as the
    dictionary has it. `seq`, `made_by` and `made_at` of one the register remembers."""

    shape: str
    kind: Kind
    columns: Mapping[str, str | None]
    seq: int | None = None
    made_by: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True)
class Corrections:
    """What was said for this load, before what is remembered from earlier ones (the newest first)."""

    said: Sequence[Correction] = ()
    remembered: Sequence[Correction] = ()

    def of(self, shape: str, kind: Kind | None) -> Correction | None:
        """The word on a shape of sheet; of any kind where `kind` is None."""
        every = (*self.said, *self.remembered)
        return next((c for c in every if c.shape == shape and kind in (None, c.kind)), None)


def shape_of(headings: Iterable[str]) -> str:
    """One name for all sheets with these headings, in whatever order."""
    return _digest(sorted({heading for heading in headings if heading} - {RETURNED}))


def reading_of(corrections: Iterable[Correction]) -> str:
    """One name for the way a file was read; empty where nobody corrected anything."""
    told = {f"{c.shape} {c.kind} {heading} {column}" for c in corrections for heading, column in c.columns.items()}
    return _digest(sorted(told)) if told else ""


def refusal(kind: Kind, found: Mapping[str, str | None], columns: Mapping[str, str | None]) -> tuple[str, str] | None:
    """Why these corrections cannot be, as sentence and hint, or None. `found`: heading → what the dictionary reads it as."""
    dictionary = read_dictionary(kind)
    used = {heading: columns.get(heading, name) for heading, name in found.items()}
    for heading, name in columns.items():
        if name is None:
            continue
        if name not in dictionary.fields:
            return f"“{dictionary.label}”里没有“{name}”这一列", "请在列出的列中选，或选“不用”。"
        if others := [other for other, meant in used.items() if meant == name and other != heading]:
            label = dictionary.fields[name].label
            return f"“{heading}”和“{others[0]}”都对应到“{label}”", "一列只能用一次：请把其中一列改选别的列，或选“不用”。"
    return _lacking(dictionary, set(used.values()))


def _lacking(dictionary: Dictionary, used: set[str | None]) -> tuple[str, str] | None:
    for group in dictionary.essential:
        if not used.intersection(group):
            labels = "”“".join(dictionary.fields[name].label for name in group)
            one_of = "" if len(group) == 1 else "其中至少一列"
            return f"“{dictionary.label}”必须有“{labels}”{one_of}，现在没有", "请给这一列选一个表中的列，或把表格的种类改对。"
    return None


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\x1e".join(words).encode()).hexdigest()[:_SIGNS]
