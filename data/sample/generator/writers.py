"""Sheets to files of the kinds offices send. The same sheets give the same bytes, whatever the clock says."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from html import escape
from itertools import groupby
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped,unused-ignore]
import xlwt  # type: ignore[import-untyped,unused-ignore]

from .model import Value
from .sheets import Row, Sheet

Writer = Callable[[Path, Sequence[Sheet]], None]
_CREATED = datetime(2026, 10, 31, 9, 0, 0)


def header_merges(sheet: Sheet) -> list[tuple[int, int, int, int, str]]:
    """Merged ranges of a two-level header: (first row, first column, last row, last column, text)."""
    top = len(sheet.titles)
    merges, column = [], 0
    for above, run in groupby(above for above, _ in sheet.header):
        width = len(list(run))
        if above and width > 1:
            merges.append((top, column, top, column + width - 1, above))
        if not above:
            merges += [(top, c, top + 1, c, sheet.header[c][1]) for c in range(column, column + width)]
        column += width
    return merges


def body_merges(sheet: Sheet) -> list[tuple[int, int, int, int, str]]:
    """Merged ranges of the column in which neighbours with the same text share one cell."""
    if sheet.merge_column is None:
        return []
    first = len(sheet.titles) + len(sheet.header_rows())
    merges, place = [], first
    for text, run in groupby(row[sheet.merge_column] for row in sheet.rows):
        height = len(list(run))
        if height > 1 and text:
            merges.append((place, sheet.merge_column, place + height - 1, sheet.merge_column, str(text)))
        place += height
    return merges


def _title_merges(sheet: Sheet) -> list[tuple[int, int, int, int, str]]:
    last = max(len(sheet.header), 2) - 1
    return [(i, 0, i, last, text) for i, text in enumerate(sheet.titles)] if sheet.header else []


def _all_merges(sheet: Sheet) -> list[tuple[int, int, int, int, str]]:
    headers = header_merges(sheet) if sheet.two_levels else []
    return _title_merges(sheet) + headers + body_merges(sheet)


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """An .xlsx workbook with merged cells and true Excel dates."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": "虚构数据", "comments": "本表数据为虚构", "created": _CREATED})
    day, moment = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    )
    middle = book.add_format({"align": "center", "valign": "vcenter"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for r, row in enumerate(sheet.grid()):
            for c, cell in enumerate(row):
                if isinstance(cell, datetime):
                    page.write_datetime(r, c, cell, moment)
                elif isinstance(cell, date):
                    page.write_datetime(r, c, cell, day)
                elif isinstance(cell, str) and cell:
                    page.write_string(r, c, cell)
                elif isinstance(cell, int | float):
                    page.write_number(r, c, cell)
        for merge in _all_merges(sheet):
            page.merge_range(*merge, middle)
    book.close()


def write_xls(path: Path, sheets: Sequence[Sheet]) -> None:
    """A true .xls workbook of the kind old programs export."""
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in sheets:
        page = book.add_sheet(sheet.name, cell_overwrite_ok=True)
        for r, row in enumerate(sheet.grid()):
            for c, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write(r, c, cell, day)
                elif cell not in (None, ""):
                    page.write(r, c, cell)
        for top, left, bottom, right, text in _all_merges(sheet):
            page.write_merge(top, bottom, left, right, text)
    book.save(str(path))


def _written(cell: Value) -> str:
    if isinstance(cell, float):
        return f"{cell:g}"
    return "" if cell is None else str(cell)


def write_csv(encoding: str) -> Writer:
    """A writer of csv files in an encoding, the footnote as last line, Windows line ends."""

    def write(path: Path, sheets: Sequence[Sheet]) -> None:
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        width = len(sheets[0].header)
        for row in sheets[0].grid():
            cells = [_written(c) for c in row]
            writer.writerow(cells + [""] * (width - len(cells)))
        path.write_bytes(out.getvalue().encode(encoding))

    return write


def write_html(path: Path, sheets: Sequence[Sheet]) -> None:
    """An HTML table in GBK under the name .xls, codes marked as text the way web systems do."""
    sheet = sheets[0]
    width = len(sheet.header)
    lines = ['<html><head><meta charset="gbk"></head><body><table border=1>']
    lines += [f"<tr><td colspan={width}>{escape(t)}</td></tr>" for t in sheet.titles]
    rows: list[Row] = [list(sheet.header_rows()[0]), *sheet.rows]
    for row in rows:
        cells = "".join(_html_cell(_written(c)) for c in row)
        lines.append(f"<tr>{cells}</tr>")
    lines += [f"<tr><td colspan={width}>{escape(_written(r[0]))}</td></tr>" for r in sheet.footer]
    lines.append("</table></body></html>")
    path.write_bytes("\r\n".join(lines).encode("gb18030"))


def _html_cell(text: str) -> str:
    style = " style='mso-number-format:\"\\@\"'" if text[:4].isdigit() and len(text) > 14 else ""
    return f"<td{style}>{escape(text)}</td>"
