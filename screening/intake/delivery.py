"""What intake hands over: per kind a table of accepted rows and the account of all others.

Why: promise 1, nothing lost. rows_read == accepted + rejected + duplicate holds for every delivery and every
sheet in it.
"""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

from screening.intake import messages
from screening.intake.tables.correcting import TableColumns
from screening.reference.corrections import reading_of
from screening.vocabulary import Kind

LISTED_PER_PROBLEM = 200  # findings listed one by one for each column and problem; further ones are counted


@dataclass(frozen=True)
class Problem:
    """Something about one cell (row and column), a whole column (row None) or a whole sheet (column
    empty).
    """

    sheet: str
    row: int | None
    column: str
    value: str
    problem: str
    count: int = 1

    def as_dict(self) -> dict[str, object]:
        """The shape of receipts: sheet, row, column, value, problem; count when it stands for several
        rows.
        """
        entry: dict[str, object] = {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "problem": self.problem,
        }
        return entry if self.count == 1 else {**entry, "count": self.count}


@dataclass(frozen=True)
class SheetCount:
    """What became of one sheet's data rows; `note` says what else was there (说明页, 空表, skipped lines)."""

    sheet: str
    rows_read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    note: str = ""


@dataclass(frozen=True)
class Delivery:
    """All rows of one kind in one file.

    `table`: canonical columns of the kind, then sheet, row_no, raw, row_hash, row_findings. `columns`: header
    as found → canonical column; `unmapped`: headers that went only into `raw`; `tables`: the columns of every
    table, with what a person corrected of them.
    """

    kind: Kind
    sheets: list[SheetCount]
    table: pa.Table
    rejects: list[dict[str, object]]
    findings: list[dict[str, object]]
    columns: dict[str, str]
    unmapped: list[str] = field(default_factory=list)
    tables: list[TableColumns] = field(default_factory=list)

    @property
    def reading(self) -> str:
        """The way it was read; empty where nobody corrected anything."""
        return reading_of(table.correction for table in self.tables if table.correction)

    @property
    def rows_read(self) -> int:
        """Data rows found: not blanks, titles, totals, notes."""
        return sum(sheet.rows_read for sheet in self.sheets)

    @property
    def accepted(self) -> int:
        """Rows in `table`."""
        return sum(sheet.accepted for sheet in self.sheets)

    @property
    def rejected(self) -> int:
        """Rows that name nobody or say nothing."""
        return sum(sheet.rejected for sheet in self.sheets)

    @property
    def duplicate(self) -> int:
        """Rows with the same content as an earlier one of this file."""
        return sum(sheet.duplicate for sheet in self.sheets)


def summarise(problems: list[Problem]) -> list[dict[str, object]]:
    """Findings for the receipt: at most 200 per column and problem, then one line saying how many more."""
    seen: Counter[tuple[str, str]] = Counter()
    listed: list[dict[str, object]] = []
    for problem in problems:
        key = (problem.column, problem.problem)
        seen[key] += 1
        if seen[key] <= LISTED_PER_PROBLEM:
            listed.append(problem.as_dict())
    for (column, text), count in seen.items():
        if count > LISTED_PER_PROBLEM:
            more = count - LISTED_PER_PROBLEM
            listed.append(Problem("", None, column, "", messages.further_rows(more, text), more).as_dict())
    return listed
