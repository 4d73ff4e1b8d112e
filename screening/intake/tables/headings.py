"""What one heading means: 「*注册资本\\n（万元）」 is the registered capital in units of 10,000 yuan.

Why: the same column goes by dozens of names. Which ones is data (`rules/fields/`); here is only how spellings
are folded.
"""

import copy
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from screening.reference.fields import Dictionary, Layout, SourceMapping
from screening.vocabulary import Kind

Role = Literal["field", "serial", "ignored"]
_REMEMBERED = 10_000  # headings looked up; more distinct texts than that are data
MAX_HEADING = 60  # characters; longer text is no heading

_NOISE = re.compile(r"[\s*★●△▲·'\"“”‘’\ufeff\u200b-\u200f]+")
_BRACKETS = re.compile(r"[(\[【〔<《{]([^()\[\]【】〔〕<>《》{}]*)[)\]】〕>》}]")
_ALTERNATIVES = re.compile(r"[/、|]|或者?")
_NUMBERING = re.compile(r"^\d{1,2}[.、)]")


@dataclass(frozen=True)
class Meaning:
    """What a heading stands for. `rank`: how telling the name is, 0 best; `unit`: one it states or
    implies.
    """

    role: Role
    field: str = ""
    rank: int = 0
    unit: str | None = None


class HeadingBook:
    """The headings of one kind, by folded spelling."""

    def __init__(self, dictionary: Dictionary, layout: Layout, source: SourceMapping | None = None) -> None:
        """Takes the words from the dictionary, the layout and, with precedence, from the source's own
        mapping.
        """
        self.kind: Kind = dictionary.kind
        self.dictionary = dictionary
        self._traditional = str.maketrans(dict(layout.traditional))
        self._names: dict[str, Meaning] = {}
        self._fallbacks = {
            self.fold(header): name for name, field in dictionary.fields.items() for header in field.fallback_headers
        }
        self._masked = {self.fold(header) for header in layout.masked_headers}
        self._unit = _unit_pattern(layout)
        self._memo: dict[str, Meaning | None] = {}
        self._add_dictionary(dictionary, layout)
        if source and source.kind is dictionary.kind:
            self._add_source(source)

    def fold(self, text: str) -> str:
        """Half-width, lower case, simplified, without spaces, line breaks, asterisks and the colon behind."""
        plain = _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower().translate(self._traditional)
        return _NUMBERING.sub("", plain).rstrip(":")

    def find(self, heading: str) -> Meaning | None:
        """The meaning of a heading, or None."""
        if heading in self._memo:
            return self._memo[heading]
        meaning = self._look_up(heading) if 0 < len(heading) <= MAX_HEADING and not heading.isdigit() else None
        if len(self._memo) < _REMEMBERED:
            self._memo[heading] = meaning
        return meaning

    def merged_with(self, others: "Sequence[HeadingBook]") -> "HeadingBook":
        """A book that knows the headings of all; what they mean is then of no use."""
        merged = copy.copy(self)
        merged._memo = {}
        merged._names = {name: meaning for book in (self, *others) for name, meaning in book._names.items()}
        return merged

    def stated_unit(self, heading: str) -> str | None:
        """The unit a heading states, in brackets or behind it, whatever it means."""
        folded = self.fold(heading)
        if unit := self._stated_unit(folded):
            return unit
        suffix = self._unit.search(_BRACKETS.sub("", folded))
        return suffix["unit"] if suffix and suffix.start() >= 2 else None

    def fallback(self, heading: str) -> str | None:
        """The field this heading may stand for when nothing else does."""
        return self._fallbacks.get(self.fold(heading))

    def is_masked(self, heading: str) -> bool:
        """Whether what stands under this heading is never kept as found."""
        folded = self.fold(heading)
        return folded in self._masked or _BRACKETS.sub("", folded) in self._masked

    def _add_dictionary(self, dictionary: Dictionary, layout: Layout) -> None:
        for header in layout.serial_headers:
            self._names[self.fold(header)] = Meaning("serial")
        for name, field in dictionary.fields.items():
            units = {self.fold(header): unit for header, unit in field.header_units.items()}
            for rank, header in enumerate((*field.headers, field.label)):
                folded = self.fold(header)
                self._names.setdefault(folded, Meaning("field", name, rank, units.get(folded)))

    def _add_source(self, source: SourceMapping) -> None:
        for header in source.ignore:
            self._names[self.fold(header)] = Meaning("ignored")
        for header, name in source.columns.items():
            unit = source.units.get(name) if name else None
            self._names[self.fold(header)] = Meaning("field", name, -1, unit) if name else Meaning("ignored")

    def _look_up(self, heading: str) -> Meaning | None:
        folded = self.fold(heading)
        if not folded:
            return None
        unit = self._stated_unit(folded)
        bare = _BRACKETS.sub("", folded).rstrip(":")
        suffix = self._unit.search(bare)
        spellings = [folded, bare]
        if folded in self._names and unit is None:
            return self._names[folded]
        if suffix and suffix.start() >= 2:
            spellings.append(bare[: suffix.start()].rstrip("-_:,/"))
            unit = unit or suffix["unit"]
        if _ALTERNATIVES.search(bare) and not any(spelling in self._names for spelling in spellings):
            spellings += _ALTERNATIVES.split(bare)
        for spelling in spellings:
            if meaning := self._names.get(spelling):
                return Meaning(meaning.role, meaning.field, meaning.rank, unit or meaning.unit)
        return None

    def _stated_unit(self, folded: str) -> str | None:
        for content in _BRACKETS.findall(folded):
            if match := self._unit.fullmatch(content):
                return str(match["unit"])
        return None


class Library:
    """The kinds a table may be read as, and all kinds there are, by which a line is known for a header at
    all.
    """

    def __init__(self, wanted: Sequence[HeadingBook], every: Sequence[HeadingBook]) -> None:
        """Merges the headings of all kinds, so that a line is looked up once and not once per kind."""
        self.wanted = tuple(wanted)
        self.every = tuple(every)
        self._any = self.every[0].merged_with(self.every[1:])

    def knows(self, text: str) -> bool:
        """Whether a text is a heading of any kind."""
        return self._any.find(text) is not None

    def open_to_all(self) -> "Library":
        """The same with every kind wanted."""
        return Library(self.every, self.every)


def _unit_pattern(layout: Layout) -> re.Pattern[str]:
    units = "|".join(sorted(map(re.escape, (*layout.money_units, "%", "百分比", "人", "名", "克", "g")), key=len, reverse=True))
    home = "|".join(map(re.escape, layout.home_currency))
    return re.compile(rf"[-_:,/]?(?:(?:金额)?单位:?)?(?:{home})?(?P<unit>{units})(?:{home})?$")
