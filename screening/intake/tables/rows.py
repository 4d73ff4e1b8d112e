"""Which lines under a header are data: not blanks, totals, remarks, section titles, repeated headers,
pre-numbered empty lines.

Why: rows_read must count what the office would call a row. Where in doubt a line is data: it is then accepted
or rejected with a reason, never dropped in silence.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from screening.intake.sheets import Cell, RawSheet, cell_text, fill_merges, is_blank
from screening.intake.tables.header import Header, could_be_header, find_header
from screening.intake.tables.headings import Library
from screening.reference.credit_code import clean, is_old_number, is_valid
from screening.reference.fields import Layout

_MIN_SECTION_WIDTH = 2  # columns a merged line must span to be a title between data
_LOOKED_AT = 80  # characters of a cell
_COUNT = re.compile(r"共?[\d,.]+(?:家|户|件|条|人|个|起|宗|万元|元|笔)?")
_LABEL = re.compile(r".{1,8}[:：]")  # 「审核人：」
_AMOUNT = r"[:：]?(?:共?\d[\d,.]*(?:家|户|件|条|人|个|起|宗|万元|元|笔)?)?"


@dataclass
class Region:
    """One table of a sheet: its header, the 0-based lines that are data, and how many others were skipped
    and why.
    """

    header: Header
    lines: list[int] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


class LineReader:
    """Tells data lines from the rest, for one set of headings."""

    def __init__(self, layout: Layout, library: Library) -> None:
        """`library`: the kinds a further header in the same sheet may announce."""
        self._library = library
        totals = "|".join(sorted(map(re.escape, layout.total_words), key=len, reverse=True))
        self._total = re.compile(rf"(?:{totals}){_AMOUNT}(?:\(.*\))?|共计?\d+(?:家|户|件|条|人|个|起|宗|笔)", re.IGNORECASE)
        openings = "|".join(sorted((re.escape(word) for word in layout.note_openings), key=len, reverse=True))
        self._note = re.compile(rf"[(]?(?:{openings})")
        self._page = re.compile(layout.page_pattern)
        self._section = re.compile(layout.section_pattern)

    def read(self, sheet: RawSheet, header: Header) -> list[Region]:
        """The regions of a sheet from its first header on; merged cells are filled down on the way."""
        fill_merges(sheet, across=False, first=header.data_from, last=len(sheet.rows) - 1)
        spans = {top: right - left + 1 for (top, left), (_, right) in sheet.merges if right > left}
        regions = [Region(header)]
        line = header.data_from
        while line < len(sheet.rows):
            row = sheet.rows[line]
            known = could_be_header(row, self._library)
            if (known or header.is_guess) and (found := self._repeated(sheet, line, regions[-1].header, known)):
                if found is regions[-1].header:
                    regions[-1].skipped["header"] += 1
                    line += 1
                else:
                    regions.append(Region(found))
                    line = found.data_from
                continue
            why = self._why_skipped(row, regions[-1].header, spans.get(line, 1))
            if why is None:
                regions[-1].lines.append(line)
            elif why:
                regions[-1].skipped[why] += 1
            line += 1
        return regions

    def _repeated(self, sheet: RawSheet, line: int, header: Header, is_known: bool) -> Header | None:
        """The same header again (returned itself), another one where its words are known, or None when the line is data after all."""
        texts = [re.sub(r"\s+", "", cell_text(cell)) for cell in sheet.rows[line]]
        filled = [(index, text) for index, text in enumerate(texts) if text]
        for level in header.texts:
            if all(index < len(level) and level[index] == text for index, text in filled):
                return header
        if not is_known:
            return None
        found = find_header(sheet, self._library, line, 1)
        if found is None or found.first != line:
            return None
        known = sum(1 for column in found.columns if column.meaning)
        shown = sum(1 for column in found.columns if column.heading)
        return found if known >= 2 and known >= 0.6 * shown else None

    def _why_skipped(self, row: Sequence[Cell], header: Header, span: int) -> str | None:
        """None for a data line; empty for a blank one; else a key of `messages.SKIPPED`."""
        serial = header.serial
        filled = [  # is_blank, spelled out: this line runs once per cell
            index for index, cell in enumerate(row) if cell is not None and (type(cell) is not str or cell.strip())
        ]
        if not filled:
            return ""
        words = [index for index in filled if index not in serial or not _is_number(row[index])]
        if not words:
            return "numbered"
        first = words[0]
        why = self._decoration(row[first], len(words), span, self._is_free_text(header, first))
        return None if why and (self._speaks(row, header, first) or _has_code(row, header)) else why

    def _decoration(self, cell: Cell, words: int, span: int, free_text: bool) -> str | None:
        if not isinstance(cell, str):
            return None
        text = _folded(cell)
        if self._total.fullmatch(text):
            return "total"
        merged = span >= _MIN_SECTION_WIDTH and words == 1
        if free_text and not merged:
            return None  # a complaint may begin with 「说明：」
        if self._note.match(text) or self._page.fullmatch(text):
            return "note"
        if merged or (words == 1 and self._section.match(text)):
            return "title"
        return None

    def _speaks(self, row: Sequence[Cell], header: Header, first: int) -> bool:
        """Whether, beside a word that looks like decoration, a name (or a complaint's text) stands in its
        own column.
        """
        for name in set(header.book.dictionary.needs) - {"uscc", "reg_no"}:
            for column in header.columns_of(name):
                cell = row[column.index] if column.index < len(row) else None
                if column.index == first or is_blank(cell) or not isinstance(cell, str):
                    continue
                text = _folded(cell)
                if not (self._total.fullmatch(text) or _COUNT.fullmatch(text) or _LABEL.match(text)):
                    return True
        return False

    @staticmethod
    def _is_free_text(header: Header, index: int) -> bool:
        needs = header.book.dictionary.needs
        return "name" not in needs and any(c.index == index and c.field in needs for c in header.columns)


def _folded(cell: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell[:_LOOKED_AT]))


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or cell_text(cell).strip().isdigit()


def _has_code(row: Sequence[Cell], header: Header) -> bool:
    """Whether the line carries a credit code or registration number: then it is data whatever it is
    called.
    """
    for column in (*header.columns_of("uscc"), *header.columns_of("reg_no")):
        if column.index < len(row):
            code = clean(cell_text(row[column.index]))
            if is_valid(code) or is_old_number(code) or (len(code) >= 15 and code.isalnum() and code.isascii()):
                return True
    return False
