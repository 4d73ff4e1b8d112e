"""The columns of one region, parsed: by column and once per distinct text, which is what makes 100,000
rows a matter of seconds.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass, field
from json.encoder import encode_basestring

from screening.intake import messages
from screening.intake.cells.fingerprint import content_key
from screening.intake.cells.masking import mask
from screening.intake.cells.values import Parsed, Reading, Value, ValueReader, tidy_text
from screening.intake.sheets import Cell, RawSheet, cell_text
from screening.intake.tables.header import Column, Header
from screening.reference.fields import Field, FieldType, SourceMapping

_BARE = re.compile(r"[-+(]?[\d.,]+[)]?")


@dataclass
class ParsedColumn:
    """One column of a region: per row its value, its problem, its raw text as JSON, its share of the row
    hash.
    """

    column: Column
    texts: list[str]
    values: list[Value]
    problems: dict[int, str]
    raw: list[str]
    keys: list[str]
    notes: list[tuple[str, int]] = field(default_factory=list)  # problems of the whole column, with the number of rows


class ColumnReader:
    """Parses the columns of one table of a known kind."""

    def __init__(self, header: Header, values: ValueReader, received: datetime.date, source: SourceMapping | None) -> None:
        """`source`, if for this kind, gives units and further spellings."""
        self._header = header
        self._values = values
        self._received = received
        self._source = source if source and source.kind is header.kind else None

    def read(self, column: Column, cells: list[Cell]) -> ParsedColumn:
        """Everything about one column; unknown columns keep their text only."""
        texts = _texts(cells)
        distinct = set(texts)
        parsed, notes = self._parse(column, distinct, texts)
        key = self._key(column)
        hidden = self._is_hidden(column)
        raw = {text: self._raw(column, text, hidden) for text in distinct}
        keys = {text: "" if column.is_serial else content_key(key, text, parsed[text].value) for text in distinct}
        troubled = {text for text in distinct if parsed[text].problem}
        problems = {row: parsed[text].problem or "" for row, text in enumerate(texts) if text in troubled} if troubled else {}
        return ParsedColumn(
            column,
            texts,
            values=[parsed[text].value for text in texts],
            problems=problems,
            raw=[raw[text] for text in texts],
            keys=[keys[text] for text in texts],
            notes=notes,
        )

    def shown(self, column: Column, text: str) -> str:
        """A cell as it may stand in a receipt."""
        return mask(text, column.field) if self._is_hidden(column) else text

    def _is_hidden(self, column: Column) -> bool:
        field_ = self._field(column)
        return column.masked or (field_ is not None and field_.personal == "tipster")

    def _field(self, column: Column) -> Field | None:
        return self._header.book.dictionary.fields[column.field] if column.field else None

    def _raw(self, column: Column, text: str, hidden: bool) -> str:
        if not text:
            return ""
        shown = mask(text, column.field) if hidden else text
        return f"{encode_basestring(column.heading)}: {encode_basestring(shown)}"

    def _key(self, column: Column) -> str:
        """The name under which a column enters the row hash; the second column of one meaning gets a name
        of its own.
        """
        if not column.field:
            return self._header.book.fold(column.heading)
        rank = next(rank for rank, other in enumerate(self._header.columns_of(column.field)) if other.index == column.index)
        return column.field if rank == 0 else f"{column.field}#{rank}"

    def _parse(self, column: Column, distinct: set[str], texts: list[str]) -> tuple[dict[str, Parsed], list[tuple[str, int]]]:
        field_ = self._field(column)
        if field_ is None or column.field is None:
            return {text: Parsed(None) for text in distinct}, []
        notes: list[tuple[str, int]] = []
        reading = self._reading(column, column.field, field_, distinct, texts, notes)
        parse = self._values.parser(reading)
        return {text: parse(text) for text in distinct}, notes

    def _reading(
        self,
        column: Column,
        name: str,
        field_: Field,
        distinct: set[str],
        texts: list[str],
        notes: list[tuple[str, int]],
    ) -> Reading:
        unit = (column.meaning.unit if column.meaning else None) or (self._source.units.get(name) if self._source else None)
        codes = tuple(self._source.codes.get(name, {}).items()) if self._source else ()
        percent = False
        assumed = False
        if field_.type is FieldType.MONEY:
            unit = unit or self._header.title_unit
            if unit is None:
                unit, assumed = field_.bare_unit, not field_.bare_unit_certain
                self._note_bare(messages.unit_assumed(unit or "元"), assumed, distinct, texts, notes)
        elif field_.type is FieldType.SHARE:
            percent = unit == "%" or unit == "百分比"
            if not percent and any(_exceeds_one(text) for text in distinct):
                percent = True
                self._note_bare(messages.SHARE_ASSUMED, True, distinct, texts, notes)
        return Reading(name, field_, unit, assumed, self._received, percent, codes)

    @staticmethod
    def _note_bare(problem: str, assumed: bool, distinct: set[str], texts: list[str], notes: list[tuple[str, int]]) -> None:
        bare = {text for text in distinct if _is_bare(text)}
        count = sum(1 for text in texts if text in bare) if bare and assumed else 0
        if count:
            notes.append((problem, count))


def read_columns(sheet: RawSheet, header: Header, lines: list[int], reader: ColumnReader) -> list[ParsedColumn]:
    """All columns of a region that hold anything or have a heading; cells without a heading are named
    第N列.
    """
    rows = [sheet.rows[line] for line in lines]
    width = max((len(row) for row in rows), default=0)
    headed = {column.index: column for column in header.columns if column.heading}
    parsed = []
    for index in range(max(width, max(headed, default=-1) + 1)):
        cells = [row[index] if index < len(row) else None for row in rows]
        column = headed.get(index)
        if column is None:
            if not any(cell is not None and str(cell).strip() for cell in cells):
                continue
            column = Column(index, f"第{index + 1}列", None)
        parsed.append(reader.read(column, cells))
    return parsed


def _texts(cells: list[Cell]) -> list[str]:
    """The text of each cell; blank when nothing is to be seen. Numbers are spelled once per distinct
    number.
    """
    memo: dict[tuple[type, Cell], str] = {}
    texts = []
    for cell in cells:
        if type(cell) is str:
            texts.append(cell if cell.strip() else "")
        elif cell is None:
            texts.append("")
        else:
            key = (type(cell), cell)
            if key not in memo:
                memo[key] = cell_text(cell)
            texts.append(memo[key])
    return texts


def _is_bare(text: str) -> bool:
    return _BARE.fullmatch(unicodedata.normalize("NFKC", tidy_text(text))) is not None


def _exceeds_one(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", tidy_text(text))
    return re.fullmatch(r"\d+(?:\.\d+)?", plain) is not None and float(plain) > 1
