"""Tables on paper: ruled, the head on every page, figures centred, words flush left where they are long."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm
from docx.table import _Cell

from screening.reports.paper import layout

_DENSE_FROM = 12  # columns from which the type is smaller
_FORM_SHARES = (0.18, 0.34, 0.18, 0.30)
_FORM_LINE = Mm(12)
_LONG = 12  # characters from which a cell is read, not compared


def add_table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    width: Length,
    style: str,
    *,
    has_total: bool,
) -> None:
    """Add a table `width` wide; `widths` are the shares of its columns, the last row is bold where it is a total."""
    table = document.add_table(rows=1 + len(rows), cols=len(head), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    dense = len(head) >= _DENSE_FROM
    shares = [share / sum(widths) for share in widths]
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Length(round(width * share))
    for number, (line, cells) in enumerate(zip(table.rows, [head, *rows], strict=True)):
        is_strong = number == 0 or (has_total and number == len(rows))
        properties = line._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, share in zip(line.cells, cells, shares, strict=True):
            cell.width = Length(round(width * share))
            _write(cell, text, style, is_strong=is_strong, dense=dense)
    _narrow_margins(table._tbl.tblPr)


def add_form(document: Document, rows: Sequence[Sequence[str]], width: Length, style: str) -> None:
    """Add a form: label, value, label, value; the value of a shorter row runs through to the right. Labels are 黑体."""
    table = document.add_table(rows=len(rows), cols=len(_FORM_SHARES), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, share in zip(table.columns, _FORM_SHARES, strict=True):
        column.width = Length(round(width * share))
    for line, texts in zip(table.rows, rows, strict=True):
        line.height = _FORM_LINE
        cells = list(line.cells)
        if len(texts) < len(cells):
            cells = [cells[0], cells[1].merge(cells[-1])]
        for number, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            _write(cell, text, style, is_strong=number % 2 == 0, dense=False)
            if number % 2:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT
    _narrow_margins(table._tbl.tblPr)


def _write(cell: _Cell, text: str, style: str, *, is_strong: bool, dense: bool) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    line = cell.paragraphs[0]
    line.style = cell.part.document.styles[style]  # type: ignore[attr-defined]  # a table's part is the document's
    run = line.add_run(text)
    if dense:
        run.font.size = layout.SIZE_TABLE_DENSE
    if is_strong:
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), layout.HEADING_FONT)
    elif len(text) >= _LONG:
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _narrow_margins(properties: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(layout.twips(Mm(1))))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties.append(margins)
