"""A sheet before anybody has understood it: rows of raw cells, merges, and nothing else."""

import datetime
from dataclasses import dataclass, field

Cell = str | float | int | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
Merge = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column), 0-based, inclusive

MAX_CELLS = 40_000_000  # of one sheet, blanks included; about 1.3 GB in the reader at worst
MAX_LINES = 5_000_000  # of a text file
MAX_FILLED = 5_000_000  # cells of a sheet written by filling merges
MAX_EXACT = 1e15  # Excel keeps 15 significant digits of a number


@dataclass
class RawSheet:
    """One sheet: `rows[0]` is the line Excel shows as 1. `faults` are sentences about reading
    it; `delimited` says that a stray separator may have shifted a line."""

    name: str
    rows: list[list[Cell]]
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    faults: list[str] = field(default_factory=list)
    delimited: bool = False


def cell_text(cell: Cell) -> str:
    """The cell as a person would read it: 10000.0 → 10000, dates in ISO form, blank → empty.

    A number too long for Excel's 15 digits is shown as Excel shows it (9.14E+17), for its last digits are not
    known.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(float(cell)) if abs(cell) >= MAX_EXACT or isinstance(cell, float) else str(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    return str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def fill_merges(sheet: RawSheet, *, across: bool, first: int, last: int) -> None:
    """Writes a merged cell's content into the cells it covers, in rows first..last: downward always,
    sideways if `across`.
    """
    budget = MAX_FILLED
    for (top, left), (bottom, right) in sheet.merges:
        if bottom < first or top > last or top >= len(sheet.rows):
            continue
        if not across and right > left:
            continue  # a merged line across the data is a title or a total, not a value of several columns
        value = sheet.rows[top][left] if left < len(sheet.rows[top]) else None
        for row_no in range(max(top, first), min(bottom, last, len(sheet.rows) - 1) + 1):
            row = sheet.rows[row_no]
            row.extend([None] * (right + 1 - len(row)))
            budget -= right + 1 - left
            if budget < 0:
                return  # overlapping merges without end: no person made these
            row[left : right + 1] = [value] * (right + 1 - left)


def _number_text(number: float) -> str:
    if number.is_integer() and abs(number) < MAX_EXACT:
        return str(int(number))
    if abs(number) >= MAX_EXACT:
        return f"{number:.14E}"
    return repr(number)
