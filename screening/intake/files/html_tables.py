"""HTML tables and XML spreadsheets (both often named .xls) as raw sheets.

Why lxml and not pandas: merged cells must stay merged, for they tell headers from data.
Source: HTML 4 tables; Microsoft XML Spreadsheet 2003 (ss:Index, ss:MergeAcross, ss:MergeDown).
"""

import re
from collections.abc import Iterator

from lxml import etree, html

from screening.errors import InvalidFile
from screening.intake import messages
from screening.intake.sheets import MAX_CELLS, Cell, Merge, RawSheet

_MAX_SPAN = 10_000  # rows or columns one cell may cover
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(text: str) -> list[RawSheet]:
    """One sheet per table of a page, or per worksheet of an XML spreadsheet; raises InvalidFile when there
    is none.
    """
    body = _DECLARATION.sub("", text.lstrip("\ufeff"))
    try:
        sheets = _xml_sheets(body) if _SPREADSHEET in body[:5000] else _html_sheets(body)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise InvalidFile(*messages.BAD_XML) from error
    if not sheets:
        raise InvalidFile(*messages.NO_HEADER)
    return sheets


def _html_sheets(body: str) -> list[RawSheet]:
    parser = html.HTMLParser(huge_tree=True, recover=True, encoding="utf-8", remove_comments=True)
    page = html.fromstring(body.encode("utf-8", "replace"), parser=parser)
    tables = [table for table in page.iter("table") if next(table.iterdescendants("table"), None) is None]
    return [_sheet(f"表{place}", _html_rows(table)) for place, table in enumerate(tables, 1)]


def _html_rows(table: html.HtmlElement) -> Iterator[Iterator[tuple[int | None, int, int, str]]]:
    for row in table.iter("tr"):
        yield (
            (None, _span(cell.get("rowspan")), _span(cell.get("colspan")), _text(cell))
            for cell in row
            if cell.tag in ("td", "th")
        )


def _xml_sheets(body: str) -> list[RawSheet]:
    parser = etree.XMLParser(huge_tree=False, resolve_entities=False, no_network=True, recover=False)
    root = etree.fromstring(body.encode("utf-8", "replace"), parser)
    space = f"{{{_SPREADSHEET}}}"
    return [
        _sheet(sheet.get(f"{space}Name") or f"表{place}", _xml_rows(sheet, space))
        for place, sheet in enumerate(root.iter(f"{space}Worksheet"), 1)
    ]


def _xml_rows(sheet: etree._Element, space: str) -> Iterator[Iterator[tuple[int | None, int, int, str]]]:
    line = 0
    for row in sheet.iter(f"{space}Row"):
        wanted = _span(row.get(f"{space}Index"), MAX_CELLS) - 1 if row.get(f"{space}Index") else line
        if wanted > MAX_CELLS // 16:
            raise InvalidFile(*messages.TOO_MANY_CELLS)
        while line < wanted:
            line += 1
            yield iter(())
        line += 1
        yield (
            (
                _span(cell.get(f"{space}Index"), _MAX_SPAN) - 1 if cell.get(f"{space}Index") else None,
                _span(cell.get(f"{space}MergeDown"), _MAX_SPAN, 0) + 1,
                _span(cell.get(f"{space}MergeAcross"), _MAX_SPAN, 0) + 1,
                "".join(str(part) for data in cell.iter(f"{space}Data") for part in data.itertext()),
            )
            for cell in row.iter(f"{space}Cell")
        )


def _sheet(name: str, lines: Iterator[Iterator[tuple[int | None, int, int, str]]]) -> RawSheet:
    """Lays spanning cells out on a grid; the covered cells stay blank and the span becomes a merge."""
    rows: list[list[Cell]] = []
    merges: list[Merge] = []
    covered: dict[int, int] = {}  # column → last line a cell above still covers
    cells = 0
    for line, entries in enumerate(lines):
        row: list[Cell] = []
        for index, down, across, text in entries:
            if index is not None and index > len(row):
                row.extend([None] * (index - len(row)))
            while covered.get(len(row), -1) >= line:
                row.append(None)
            if down > 1 or across > 1:
                merges.append(((line, len(row)), (line + down - 1, len(row) + across - 1)))
                covered.update({column: line + down - 1 for column in range(len(row), len(row) + across) if down > 1})
            row.append(text)
            row.extend([None] * (across - 1))
            if len(row) > MAX_CELLS // 100:
                raise InvalidFile(*messages.TOO_MANY_CELLS)
        cells += len(row)
        if cells > MAX_CELLS:
            raise InvalidFile(*messages.TOO_MANY_CELLS)
        rows.append(row)
    return RawSheet(name, rows, merges)


def _span(text: str | None, limit: int = _MAX_SPAN, default: int = 1) -> int:
    digits = (text or "").strip()
    if not digits.isascii() or not digits.isdigit():
        return default
    return max(default, min(int(digits[:9]), limit))


def _text(cell: html.HtmlElement) -> str:
    for line_break in cell.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return str(cell.text_content()).replace("\xa0", " ").strip()
