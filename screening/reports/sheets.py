"""Lists as workbooks and as CSV: for eyes, printers and Excel, with nothing in them that runs.

A text that came from outside may begin with `=`, `+`, `-` or `@`. In a workbook it is written as a string; CSV knows no strings, so an apostrophe goes
before it. CSV begins with the mark by which Excel knows UTF-8.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float
_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HEADER_ROW = 2
_WIDEST, _NARROWEST = 60, 6
_PLAIN = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
_A4 = 9


@contextmanager
def workbook(buffer: io.BytesIO, title: str, author: str, dated: datetime) -> Iterator[Workbook]:
    """A workbook in memory in which text stays text; the same content gives the same bytes."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "author": author, "created": dated.astimezone(UTC).replace(tzinfo=None)})
        yield book


def add_sheet(
    book: Workbook,
    name: str,
    title: str,
    note: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    sums: Sequence[bool] = (),
) -> Worksheet:
    """A sheet with its title, a note, a head that stays in sight and repeats on paper; columns that are to be summed get a live total below."""
    sheet = book.add_worksheet(name)
    formats = {
        "title": book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"}),
        "note": book.add_format({"font_name": "宋体", "font_size": 9, "font_color": "#444444"}),
        "head": book.add_format(_PLAIN | {"bold": True, "align": "center", "bg_color": "#EDEDED"}),
        "cell": book.add_format(_PLAIN),
        "number": book.add_format(_PLAIN | {"align": "center"}),
        "total": book.add_format(_PLAIN | {"bold": True, "align": "center"}),
    }
    sheet.merge_range(0, 0, 0, max(len(head) - 1, 1), title, formats["title"])
    sheet.set_row(0, 30)
    sheet.write_string(1, 0, note, formats["note"])
    for column, text in enumerate(head):
        sheet.write_string(_HEADER_ROW, column, text, formats["head"])
        sheet.set_column(column, column, _width(text, [row[column] for row in rows]))
    for number, row in enumerate(rows, start=_HEADER_ROW + 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value, formats["cell"])
            else:
                sheet.write_number(number, column, value, formats["number"])
    if any(sums):
        _write_totals(sheet, rows, sums, formats["total"])
    sheet.freeze_panes(_HEADER_ROW + 1, 1)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    return sheet


def csv_bytes(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The list as CSV that Excel opens right."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([harmless(text) for text in head])
    writer.writerows([harmless(value) if isinstance(value, str) else value for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_STARTERS) else text


def _write_totals(sheet: Worksheet, rows: Sequence[Sequence[Cell]], sums: Sequence[bool], style: object) -> None:
    first, last = _HEADER_ROW + 1, _HEADER_ROW + len(rows)
    sheet.write_string(last + 1, 0, "合计", style)
    for column, is_summed in enumerate(sums):
        if is_summed and rows:
            letter = xlsxwriter.utility.xl_col_to_name(column)
            value = sum(row[column] for row in rows if not isinstance(row[column], str))  # type: ignore[misc]  # numbers only
            sheet.write_formula(last + 1, column, f"=SUM({letter}{first + 1}:{letter}{last + 1})", style, value)
        elif column:
            sheet.write_blank(last + 1, column, None, style)


def _width(head: str, values: Sequence[Cell]) -> int:
    longest = max([2 * len(head), *(sum(2 if ord(c) > 255 else 1 for c in line) for v in values for line in str(v).split("\n"))])
    return max(_NARROWEST, min(_WIDEST, longest + 2))
