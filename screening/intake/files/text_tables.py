"""Text files → sheets: HTML tables named .xls, csv, tsv and their relatives, in whatever encoding.

Why by headings: statistical guessing mistakes short Chinese tables for Korean or Latin; the decoding under
which most headings of the dictionary can be read is the right one.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.errors import InvalidFile
from screening.intake import messages
from screening.intake.files.html_tables import read_html
from screening.intake.sheets import MAX_CELLS, MAX_LINES, Cell, RawSheet
from screening.intake.tables.header import find_header
from screening.intake.tables.headings import Library

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE = 200_000  # bytes of the beginning by which encoding and delimiter are chosen
_SAMPLE_LINES = 70
_HTML = re.compile(r"<\s*(?:html|table|!doctype\s+html|meta|body|head|tr|style)\b|<\?xml|<Workbook\b", re.IGNORECASE)
_MAX_FIELD = 131_072  # characters; Excel's own limit for a cell is 32,767
_MAX_CONTROL_SHARE = 0.02


@dataclass(frozen=True)
class _Reading:
    encoding: str
    delimiter: str
    score: float


def read_text(path: Path, library: Library) -> list[RawSheet]:
    """The one sheet of a text file, or the tables of an HTML page; raises InvalidFile when it is neither."""
    data = path.read_bytes()
    best = max(
        (_try(data, encoding, library) for encoding in _candidates(data)),
        key=lambda reading: reading.score,
        default=None,
    )
    if best is None or (best.score <= 0 and _is_binary(data)):
        raise InvalidFile(*messages.NOT_TEXT)
    text, broken = _decode(data, best.encoding)
    del data
    sheets = read_html(text) if _HTML.search(text[:4000]) else [_read_delimited(path.stem, text, best.delimiter)]
    if broken:
        sheets[0].faults.append(messages.BYTES_BROKEN)
    return sheets


def _candidates(data: bytes) -> list[str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return [encoding]
    return list(_ENCODINGS)


def _try(data: bytes, encoding: str, library: Library) -> _Reading:
    """How much of a header can be read with one encoding, and with which delimiter."""
    sample, faults = _decode_sample(data, encoding)
    penalty = min(faults, 1000) * 0.01
    if _HTML.search(sample[:4000]):
        known = sum(1 for word in re.findall(r">([^<>]{2,30})<", sample[:50_000]) if library.knows(word.strip()))
        return _Reading(encoding, "", known + 0.5 - penalty)
    best = _Reading(encoding, _usual_delimiter(sample), -penalty)
    for delimiter in _DELIMITERS:
        rows = _sample_rows(sample, delimiter)
        sheet = RawSheet("", rows)
        header = find_header(sheet, library) or find_header(sheet, library.open_to_all())
        if header and header.score - penalty > best.score:
            best = _Reading(encoding, delimiter, header.score - penalty)
    return best


def _usual_delimiter(sample: str) -> str:
    """The one that splits the first filled line most: all there is to go by where no heading is known."""
    line = next((line for line in sample.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=line.count)


def _decode_sample(data: bytes, encoding: str) -> tuple[str, int]:
    text = data[:_SAMPLE].decode(encoding, "replace")
    return text.rstrip("\ufffd"), text.rstrip("\ufffd").count("\ufffd")


def _decode(data: bytes, encoding: str) -> tuple[str, bool]:
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), True


def _sample_rows(sample: str, delimiter: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            rows.append(list(row))
            if len(rows) == _SAMPLE_LINES:
                break
    except csv.Error:
        pass
    return rows


def _read_delimited(name: str, text: str, delimiter: str) -> RawSheet:
    if text.count("\n") > MAX_LINES:
        raise InvalidFile(*messages.TOO_MANY_LINES)
    if text.count(delimiter) + text.count("\n") > MAX_CELLS:
        raise InvalidFile(*messages.TOO_MANY_CELLS)
    try:
        rows = [list[Cell](row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
        if not _has_swallowed_lines(rows, delimiter):
            return RawSheet(name, rows, delimited=True)
    except csv.Error:
        pass
    try:
        rows = [list[Cell](row) for row in _by_line(text, delimiter)]
    except csv.Error as error:
        raise InvalidFile(*messages.MONSTROUS_CELL) from error
    return RawSheet(name, rows, faults=[messages.QUOTES_BROKEN], delimited=True)


def _has_swallowed_lines(rows: list[list[Cell]], delimiter: str) -> bool:
    """Whether an unclosed quote took whole lines into one cell: a line inside a cell has as many
    separators as a row.
    """
    width = max((len(row) for row in rows[:_SAMPLE_LINES]), default=0)
    expected = max(width - 1, 1)
    for row in rows:
        for cell in row:
            if isinstance(cell, str) and "\n" in cell and any(line.count(delimiter) >= expected for line in cell.split("\n")[1:]):
                return True
    return False


def _by_line(text: str, delimiter: str) -> Iterator[list[str]]:
    """Each line by itself; one with an odd quote is split at every separator."""
    for line in text.splitlines():
        if len(line) > _MAX_FIELD * 8:
            raise csv.Error("line too long")
        if line.count('"') % 2:
            yield line.split(delimiter)
        else:
            yield next(csv.reader([line], delimiter=delimiter), [])


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    control = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 26, 27))
    return control > _MAX_CONTROL_SHARE * len(sample)
