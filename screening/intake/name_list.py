"""A plain list of names to be linked: the columns id, name and, where there are any, address, street, phone, legal_rep and text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from screening.errors import InvalidFile
from screening.intake import messages
from screening.intake.reading import every_heading, open_sheets
from screening.intake.sheets import Cell, RawSheet, cell_text
from screening.reference.fields import read_dictionary
from screening.vocabulary import Kind

# Our column: the canonical columns whose headings it may bear, besides its own name.
_COLUMNS = {
    "id": (Kind.COMPLAINTS, ("source_no",)),
    "name": (Kind.COMPLAINTS, ("name",)),
    "address": (Kind.ENTITIES, ("address_biz", "address_reg")),
    "street": (Kind.ENTITIES, ("street_biz", "street_reg")),
    "phone": (Kind.ENTITIES, ("phone",)),
    "legal_rep": (Kind.ENTITIES, ("legal_rep_name",)),
    "text": (Kind.COMPLAINTS, ("content",)),
}
_LINES_LOOKED_AT = 20


@dataclass(frozen=True)
class Named:
    """One line: `id` as written, else the number of its row; None for what the line does not say."""

    id: str
    name: str | None
    address: str | None
    street: str | None
    phone: str | None
    legal_rep: str | None
    text: str | None


def read_name_list(path: Path) -> list[Named]:
    """The lines of the first sheet that has a name or text column; raises `InvalidFile` when none has."""
    for sheet in open_sheets(path, every_heading()):
        if (found := _header(sheet)) is not None:
            line, columns = found
            return [_named(row, number, columns) for number, row in enumerate(sheet.rows[line + 1 :], line + 2) if any(row)]
    raise InvalidFile(*messages.NO_NAMES, {"file": path.name})


def _header(sheet: RawSheet) -> tuple[int, Mapping[str, int]] | None:
    for line, row in enumerate(sheet.rows[:_LINES_LOOKED_AT]):
        cells = [cell_text(cell).strip().lower() for cell in row]
        columns: dict[str, int] = {}
        for column in _COLUMNS:  # in order: exports call both a firm and its head `name`, and one column is one thing
            if (place := _place(column, cells, set(columns.values()))) is not None:
                columns[column] = place
        if "name" in columns or "text" in columns:
            return line, columns
    return None


def _place(column: str, cells: list[str], taken: set[int]) -> int | None:
    kind, sources = _COLUMNS[column]
    fields = read_dictionary(kind).fields
    headings = [column, *(heading.lower() for source in sources for heading in fields[source].headers)]
    return next((cells.index(heading) for heading in headings if heading in cells and cells.index(heading) not in taken), None)


def _named(row: list[Cell], number: int, columns: Mapping[str, int]) -> Named:
    def said(column: str) -> str | None:
        place = columns.get(column)
        return (cell_text(row[place]).strip() or None) if place is not None and place < len(row) else None

    return Named(said("id") or str(number), *(said(column) for column in list(_COLUMNS)[1:]))
