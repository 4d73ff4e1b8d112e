"""A header read as a person said it must be, and the line taken for a header where the dictionary knows none."""

from dataclasses import dataclass, replace

from screening.intake.sheets import RawSheet, cell_text, is_blank
from screening.intake.tables.header import SEARCHED_LINES, Column, Header, header_texts, read_columns
from screening.intake.tables.headings import MAX_HEADING, HeadingBook, Library, Meaning
from screening.reference.corrections import Correction, Corrections, refusal, shape_of
from screening.vocabulary import Kind

_FIRST_LINES = 5


@dataclass(frozen=True)
class HeadingRead:
    """One delivered column: `path` is its heading with those above it, `name` as its cells are named in `raw`; what the dictionary `found` and what it
    was `used` as. `is_masked`: its cells are not kept as found; `is_serial`: it only numbers the lines."""

    path: str
    name: str
    found: str | None
    used: str | None
    is_masked: bool
    is_serial: bool


@dataclass(frozen=True)
class TableColumns:
    """The columns of one table of a sheet. `kind` None where nobody knows what it is; `correction`: a person's word that was followed."""

    sheet: str
    kind: Kind | None
    shape: str
    columns: tuple[HeadingRead, ...]
    title_unit: str | None = None
    correction: Correction | None = None

    def as_dict(self) -> dict[str, object]:
        """The shape of receipts."""
        said = self.correction
        return {
            "sheet": self.sheet,
            "kind": self.kind.value if self.kind else None,
            "shape": self.shape,
            "title_unit": self.title_unit,
            "columns": [vars(column) for column in self.columns],
            "corrected": dict(said.columns) if said else {},
            "remembered": said.seq if said else None,
            "corrected_by": said.made_by if said else "",
            "corrected_at": said.made_at.isoformat() if said and said.made_at else None,
        }


class WrongColumns(Exception):
    """A correction that cannot be: `sentence` and `hint` in Chinese, and the table it was for."""

    def __init__(self, sentence: str, hint: str, table: TableColumns) -> None:
        """Keep the parts."""
        super().__init__(sentence)
        self.sentence, self.hint, self.table = sentence, hint, table


def guess_header(sheet: RawSheet, library: Library) -> Header | None:
    """The first line of short words over other filled lines; what its columns mean, nobody knows yet."""
    for number, row in enumerate(sheet.rows[:SEARCHED_LINES]):
        filled = [cell for cell in row if not is_blank(cell)]
        words = [cell for cell in filled if isinstance(cell, str) and len(cell) <= MAX_HEADING and not _is_number(cell)]
        below = sheet.rows[number + 1 :]
        if len(filled) >= 2 and len(words) == len(filled) and any(not is_blank(cell) for line in below for cell in line):
            texts = header_texts(sheet, number, 1)
            return Header(library.wanted[0], number, 1, read_columns(texts, library.wanted[0]), 0.0, texts, is_guess=True)
    return None


def corrected(sheet: str, header: Header, corrections: Corrections, library: Library, wanted: Kind | None) -> Header | None:
    """The header as a person said it must be read, itself where nobody said anything, None for a guess nobody spoke of.

    Raises `WrongColumns` for a word that cannot be followed.
    """
    found = corrections.of(shape_of(header.paths.values()), wanted)
    if found is None:
        return None if header.is_guess else header
    if found.kind is not header.kind:
        book = next(book for book in library.every if book.kind is found.kind)
        header = replace(header, book=book, columns=read_columns(header.texts, book))
    said = {path: name for path, name in found.columns.items() if path in header.paths.values()}
    by_dictionary = {header.paths[column.index]: column.field for column in header.columns if column.index in header.paths}
    if wrong := refusal(found.kind, by_dictionary, said):
        raise WrongColumns(*wrong, columns_of(sheet, replace(header, correction=found)))
    columns = [_corrected(column, header, said) for column in header.columns]
    return replace(header, found=header.columns, columns=columns, correction=found)


def columns_of(sheet: str, header: Header, kind: Kind | None = None) -> TableColumns:
    """What a person is shown of a header, and the receipt keeps. `kind`: what a guess was taken for."""
    found = {column.index: column.field for column in header.found or header.columns}
    columns = tuple(
        HeadingRead(
            header.paths[column.index],
            column.heading,
            found[column.index],
            column.field,
            column.masked or _speaks_of_tipster(column, header.book),
            column.is_serial,
        )
        for column in header.columns
        if column.index in header.paths
    )
    if not header.is_guess or header.correction:
        kind = header.kind
    return TableColumns(sheet, kind, shape_of(header.paths.values()), columns, header.title_unit, header.correction)


def first_lines(sheet: RawSheet, header: Header) -> list[dict[str, str]]:
    """The first cells under each heading as found, but for those that are never kept as found."""
    below = sheet.rows[header.data_from : header.data_from + _FIRST_LINES]
    named = [c for c in header.columns if c.heading and not c.masked and not _speaks_of_tipster(c, header.book)]
    return [{c.heading: cell_text(row[c.index]) for c in named if c.index < len(row)} for row in below]


def _corrected(column: Column, header: Header, said: dict[str, str | None]) -> Column:
    path = header.paths.get(column.index)
    if path is None or path not in said:
        return column
    name = said[path]
    meaning = Meaning("field", name, -1, header.book.stated_unit(column.heading)) if name else None
    return replace(column, meaning=meaning, masked=column.masked or _speaks_of_tipster(column, header.book))


def _speaks_of_tipster(column: Column, book: HeadingBook) -> bool:
    """What the dictionary takes for the tipster's own particulars stays masked in `raw`, whatever it is read as."""
    return column.field is not None and book.dictionary.fields[column.field].personal == "tipster"


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).replace("-", "").isdigit()
