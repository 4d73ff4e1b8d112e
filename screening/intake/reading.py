"""Stage 1, readable top to bottom: open, understand each sheet, assemble one delivery per kind."""

import datetime
from collections.abc import Callable
from pathlib import Path

from screening.errors import InvalidFile
from screening.intake import messages
from screening.intake.assembly import Assembly
from screening.intake.delivery import Delivery, Problem
from screening.intake.files.signatures import FileFormat, identify
from screening.intake.files.text_tables import read_text
from screening.intake.files.workbook import read_workbook
from screening.intake.sheets import Cell, RawSheet, is_blank
from screening.intake.tables.correcting import TableColumns, WrongColumns, columns_of, corrected, first_lines, guess_header
from screening.intake.tables.header import Header, find_header
from screening.intake.tables.headings import HeadingBook, Library
from screening.intake.tables.rows import LineReader, Region
from screening.reference.corrections import Corrections
from screening.reference.fields import find_source, read_dictionaries, read_layout
from screening.store.garbage import collection_paused
from screening.vocabulary import Kind

MAX_BYTES = 512 * 1024 * 1024
_TABULAR_CELLS = 2  # filled cells by which a line looks like part of a table
_TABULAR_LINES = 3  # such lines from which unread content is worth a finding

Progress = Callable[[str, float], None]
_NOBODY_CORRECTED = Corrections()


class UnknownColumns(InvalidFile):
    """A file whose columns nobody knows, or not as a person said: `tables` tells what stands in it, so that somebody can say what they are; `lines`
    holds the first cells under their headings."""

    tables: tuple[TableColumns, ...] = ()
    lines: tuple[dict[str, str], ...] = ()


def read_file(
    path: Path,
    *,
    kind: Kind | None,
    source: str | None,
    received: datetime.date,
    corrections: Corrections = _NOBODY_CORRECTED,
    progress: Progress | None = None,
) -> list[Delivery]:
    """One delivery per kind found in a file, in the order of `Kind`.

    `kind` None recognises each sheet by itself; `source` names a mapping under rules/sources, if there is
    one; `received` is the day the file was received; `corrections` say what columns of known sheets are.
    `progress` is called with a stage in Chinese and the fraction done. Raises InvalidFile with one Chinese sentence, a hint and where={file, sheet…} when the file
    cannot be read, `UnknownColumns` where it is the columns; nothing else for whatever bytes.
    """
    report = progress or (lambda stage, fraction: None)
    try:
        with collection_paused():
            return _read(path, kind, source, received, corrections, report)
    except InvalidFile as error:
        error.where = {"file": path.name, **error.where}
        raise
    except (MemoryError, RecursionError, OSError) as error:
        raise InvalidFile(*messages.UNREADABLE, {"file": path.name}) from error


def _read(
    path: Path, kind: Kind | None, source: str | None, received: datetime.date, corrections: Corrections, report: Progress
) -> list[Delivery]:
    layout = read_layout()
    mapping = find_source(source)
    if mapping and kind and mapping.kind is not kind:
        raise InvalidFile(*messages.source_is_of(mapping.label, mapping.kind.label))
    wanted = kind or (mapping.kind if mapping else None)
    every = tuple(HeadingBook(dictionary, layout, mapping) for dictionary in read_dictionaries().values())
    library = Library(tuple(book for book in every if wanted in (None, book.kind)), every)
    report("打开文件", 0.0)
    sheets = open_sheets(path, library)
    report("识别表头", 0.3)
    assemblies: dict[Kind, Assembly] = {}

    def assembly(of: HeadingBook) -> Assembly:
        if of.kind not in assemblies:
            assemblies[of.kind] = Assembly(of.dictionary, layout, mapping, source, received)
        return assemblies[of.kind]

    reader = _HeaderReader(library, corrections, wanted)
    headers = {index: header for index, sheet in enumerate(sheets) if (header := reader.read(sheet))}
    if not headers:
        raise _no_header(sheets, library, wanted)
    lines = LineReader(layout, library)
    for index, sheet in enumerate(sheets):
        report(f"读取“{sheet.name}”", 0.3 + 0.7 * index / len(sheets))
        header = headers.get(index)
        if header is None:
            note, problems = _unread(sheet, library)
            assembly(next(iter(headers.values())).book).add_sheet(sheet.name, note, problems)
            continue
        regions = reader.corrected(sheet, lines.read(sheet, header))
        for book in {region.header.kind: region.header.book for region in regions}.values():
            mine = [region for region in regions if region.header.kind is book.kind]
            assembly(book).add_sheet(sheet.name, _note(sheet, mine), _faults(sheet, header))
            for region in mine:
                assembly(book).add_region(sheet, region)
    deliveries = [assemblies[key].delivery() for key in Kind if key in assemblies]
    if not any(delivery.rows_read for delivery in deliveries):
        raise InvalidFile(*messages.NO_ROWS)
    report("完成", 1.0)
    return [delivery for delivery in deliveries if delivery.rows_read]


class _HeaderReader:
    """Headers as the dictionary or, before it, a person knows them."""

    def __init__(self, library: Library, corrections: Corrections, wanted: Kind | None) -> None:
        self._library, self._corrections, self._wanted = library, corrections, wanted

    def read(self, sheet: RawSheet) -> Header | None:
        """The header of a sheet, or None."""
        header = find_header(sheet, self._library) or guess_header(sheet, self._library)
        return self._correct(sheet.name, header) if header else None

    def corrected(self, sheet: RawSheet, regions: list[Region]) -> list[Region]:
        """The further tables of a sheet, likewise."""
        for region in regions[1:]:
            region.header = self._correct(sheet.name, region.header) or region.header
        return regions

    def _correct(self, sheet: str, header: Header) -> Header | None:
        try:
            return corrected(sheet, header, self._corrections, self._library, self._wanted)
        except WrongColumns as wrong:
            error = UnknownColumns(wrong.sentence, wrong.hint, {"sheet": sheet})
            error.tables = (wrong.table,)
            raise error from wrong


def every_heading() -> Library:
    """The headings of every kind."""
    books = tuple(HeadingBook(dictionary, read_layout(), None) for dictionary in read_dictionaries().values())
    return Library(books, books)


def open_sheets(path: Path, library: Library) -> list[RawSheet]:
    """The sheets of a file, not yet understood; raises InvalidFile. `library` helps to tell encodings of text files apart."""
    if not path.is_file():
        raise InvalidFile(*messages.UNREADABLE)
    size = path.stat().st_size
    if size == 0:
        raise InvalidFile(*messages.EMPTY_FILE)
    if size > MAX_BYTES:
        raise InvalidFile(*messages.TOO_LARGE)
    file_format = identify(path)
    if file_format is FileFormat.TEXT:
        return read_text(path, library)
    return read_workbook(path, file_format)


def _no_header(sheets: list[RawSheet], library: Library, wanted: Kind | None) -> InvalidFile:
    if all(is_blank(cell) for sheet in sheets for row in sheet.rows for cell in row):
        return InvalidFile(*messages.NO_ROWS)
    if wanted is None:
        error = UnknownColumns(*messages.NO_HEADER)
    else:
        guesses = [header for sheet in sheets if (header := find_header(sheet, library.open_to_all()))]
        guess = max(guesses, key=lambda header: header.score).kind.label if guesses else None
        error = UnknownColumns(*messages.looks_like(wanted.label, guess))
    found = [(sheet, header) for sheet in sheets if (header := guess_header(sheet, library))]
    error.tables = tuple(columns_of(sheet.name, header, wanted) for sheet, header in found)
    error.lines = tuple(line for sheet, header in found for line in first_lines(sheet, header))
    return error


def _unread(sheet: RawSheet, library: Library) -> tuple[str, list[Problem]]:
    """Why a sheet has no rows; a table nobody understood is a finding, an instruction page is not."""
    filled = [_filled(row) for row in sheet.rows]
    if not any(filled):
        return messages.SHEET_EMPTY, []
    if find_header(sheet, library.open_to_all()):
        return messages.SHEET_OTHER_KIND, [Problem(sheet.name, None, "", "", messages.SHEET_OTHER_KIND)]
    if sum(1 for count in filled if count >= _TABULAR_CELLS) >= _TABULAR_LINES:
        return messages.SHEET_UNRECOGNISED, [Problem(sheet.name, None, "", "", messages.SHEET_UNRECOGNISED)]
    return messages.SHEET_INSTRUCTIONS, []


def _note(sheet: RawSheet, regions: list[Region]) -> str:
    parts = [messages.SHEET_HIDDEN] if sheet.hidden else []
    if not any(region.lines for region in regions):
        parts.append(messages.SHEET_NO_ROWS)
    for key, label in messages.SKIPPED.items():
        if count := sum(region.skipped[key] for region in regions):
            parts.append(f"{label} {count} 行")
    return "；".join(parts)


def _faults(sheet: RawSheet, header: Header) -> list[Problem]:
    faults = list(sheet.faults)
    above = sum(1 for row in sheet.rows[: header.first] if _filled(row) >= _TABULAR_CELLS)
    if above >= _TABULAR_LINES:
        faults.append(messages.ABOVE_HEADER)
    return [Problem(sheet.name, None, "", "", fault) for fault in faults]


def _filled(row: list[Cell]) -> int:
    return sum(1 for cell in row if not is_blank(cell))
