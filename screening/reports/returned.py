"""Rejected rows as the delivered table itself: its columns in their order, the reason in red before each row, ready to be mended and delivered again.

Every cell is written as a string, never as a formula. What was masked when the file was read (a tipster's name, an
identity number) is left empty here: a mask is no name.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from screening.reference.corrections import RETURNED
from screening.reference.fields import read_dictionary
from screening.vocabulary import Kind

_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 31  # characters; Excel's limit
_REASON_WIDTH, _CELL_WIDTH = 48, 20  # characters


@dataclass
class _Table:
    """One delivered table: its headings in order, which of them a row cannot do without, which are left empty, its rejected rows."""

    file: str
    sheet: str
    unit: str | None
    headings: list[str]
    needed: frozenset[str]
    hidden: frozenset[str]
    rows: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)


def write_returned(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """The workbook as bytes, one sheet a delivered table; `entries` as in `Receipt.files`, at least one of them with a rejected row."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        boxed = {"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"}
        head = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1})
        cell, needed = book.add_format(boxed), book.add_format(boxed | {"bg_color": "#FDECEA"})
        wrong = book.add_format(boxed | {"font_color": "#B3261E", "bold": True})
        titles: set[str] = set()
        for table in _tables(entries):
            _write(book.add_worksheet(_title(table, titles)), table, head, cell, needed, wrong)
    return buffer.getvalue()


def _tables(entries: Sequence[Mapping[str, Any]]) -> list[_Table]:
    found: list[_Table] = []
    for entry in entries:
        mine: dict[str, _Table] = {}
        for line in entry["rejects"]:
            table = mine.setdefault(line["sheet"], _table(entry, line["sheet"]))
            table.headings.extend(heading for heading in line["raw"] if heading not in table.headings)
            table.rows.append((f"第{line['row']}行：{line['problem']}", line["raw"]))
        found.extend(mine.values())
    return found


def _table(entry: Mapping[str, Any], sheet: str) -> _Table:
    dictionary = read_dictionary(Kind(entry["kind"]))
    tables = [table for table in entry.get("tables", ()) if table["sheet"] == sheet]
    columns = [column for table in tables for column in table["columns"]]
    unit = next((table["title_unit"] for table in tables if table["title_unit"]), None)
    return _Table(
        entry["file"],
        sheet,
        unit,
        list(dict.fromkeys(column["name"] for column in columns if column["name"] != RETURNED)),
        frozenset(column["name"] for column in columns if column["used"] in dictionary.needs),
        frozenset(column["name"] for column in columns if column["is_masked"]),
    )


def _write(sheet: Worksheet, table: _Table, head: Format, cell: Format, needed: Format, wrong: Format) -> None:
    top = 0
    if table.unit:  # the delivered table says it above its header, and amounts mean nothing without it
        sheet.write_string(0, 0, f"单位：{table.unit}")
        top = 1
    headings = [heading for heading in table.headings if heading != RETURNED]
    for column, heading in enumerate((RETURNED, *headings)):
        sheet.set_column(column, column, _CELL_WIDTH if column else _REASON_WIDTH)
        sheet.write_string(top, column, heading, head)
    for number, (reason, raw) in enumerate(table.rows, start=top + 1):
        sheet.write_string(number, 0, reason, wrong)
        for column, heading in enumerate(headings, start=1):
            text = "" if heading in table.hidden else str(raw.get(heading, ""))
            if text:
                sheet.write_string(number, column, text, cell)
            else:
                sheet.write_blank(number, column, None, needed if heading in table.needed else cell)
    sheet.freeze_panes(top + 1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _title(table: _Table, taken: set[str]) -> str:
    """A title Excel takes, no two alike."""
    bare = _NOT_IN_A_TITLE.sub(" ", table.sheet or table.file).strip() or "退回"
    number, title = 1, bare[:_LONGEST_TITLE]
    while title.casefold() in taken:
        number += 1
        end = f"({number})"
        title = bare[: _LONGEST_TITLE - len(end)] + end
    taken.add(title.casefold())
    return title
