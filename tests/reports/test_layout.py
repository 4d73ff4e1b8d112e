"""The monthly report's page, read back from the .docx and held against the numbers of GB/T 9704-2012 (domain brief 6.1), written here apart from the program."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.styles.style import ParagraphStyle

from screening.access import OPERATOR
from screening.reports.figures.period import month_of
from screening.reports.monthly.report import Report, monthly
from screening.reports.monthly.writing import files_of
from tests.reports.world import MONTHS, District, make_district


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[District, Report, dict[str, bytes]]]:
    district = make_district(tmp_path_factory.mktemp("文") / "区", 5)
    report = monthly(district.workspace, month_of(MONTHS[-1]), actor=OPERATOR, today=date(2026, 12, 1))
    yield district, report, files_of(district.workspace, report, actor=OPERATOR)
    district.workspace.register.close()


@pytest.fixture(scope="module")
def paper(made: tuple[District, Report, dict[str, bytes]]) -> Document:
    return docx.Document(io.BytesIO(next(content for name, content in made[2].items() if name.endswith(".docx"))))


def style_of(paper: Document, name: str) -> ParagraphStyle:
    style = paper.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def chinese_font(style: ParagraphStyle) -> str:
    return str(style.element.rPr.rFonts.get(qn("w:eastAsia")))


def test_the_page_is_a4_with_its_margins_and_a_text_of_156_by_225_mm(paper: Document) -> None:
    page = paper.sections[0]
    sizes = [page.page_width, page.page_height, page.top_margin, page.left_margin, page.right_margin, page.bottom_margin]
    assert [round(size.mm, 1) for size in sizes if size] == [210, 297, 37, 28, 26, 35]
    assert (
        page.page_width and page.left_margin and page.right_margin and page.page_height and page.top_margin and page.bottom_margin
    )
    assert round((page.page_width - page.left_margin - page.right_margin) / 36000) == 156
    assert round((page.page_height - page.top_margin - page.bottom_margin) / 36000) == 225


def test_twenty_two_lines_of_twenty_eight_characters_fill_it(paper: Document) -> None:
    body = style_of(paper, "Normal")
    pitch = body.paragraph_format.line_spacing
    assert isinstance(pitch, int) and body.paragraph_format.line_spacing_rule == 4  # exactly
    assert pitch / 12700 == pytest.approx(28.95, abs=0.05)
    assert 22 * pitch <= 225 * 36000 < 23 * pitch
    closer = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    assert body.font.size
    width = body.font.size.pt + closer / 20
    assert 28 * width <= 156 / 25.4 * 72 < 29 * width
    grid = paper.sections[0]._sectPr.find(qn("w:docGrid"))
    assert int(grid.get(qn("w:linePitch"))) == round(28.95 * 20)


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [
        ("Normal", "仿宋_GB2312", 16),
        ("一级标题", "黑体", 16),
        ("二级标题", "楷体_GB2312", 16),
        ("公文标题", "方正小标宋_GBK", 22),
    ],
)
def test_each_level_has_its_font_and_size(paper: Document, style: str, font: str, points: int) -> None:
    found = style_of(paper, style)
    assert (chinese_font(found), found.font.size.pt if found.font.size else None) == (font, points)


def test_the_file_states_what_stands_in_for_a_missing_font(paper: Document) -> None:
    table = next(part.blob.decode() for part in paper.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    stated = dict(re.findall(r'w:name="([^"]+)"><w:altName w:val="([^"]+)"', table))
    assert set(stated) >= {"仿宋_GB2312", "楷体_GB2312", "方正小标宋_GBK"} and stated["仿宋_GB2312"] == "仿宋"


def test_headings_are_numbered_as_official_documents_are(paper: Document) -> None:
    first = [p.text for p in paper.paragraphs if p.style and p.style.name == "一级标题"]
    assert [text[:2] for text in first] == ["一、", "二、", "三、", "四、", "五、"]
    second = [p.text for p in paper.paragraphs if p.style and p.style.name == "二级标题"]
    assert [text[:3] for text in second] == ["（一）", "（二）", "（三）"]
    assert [p.text[:3] for p in paper.paragraphs if re.match(r"\d\. 对|\d\. 按", p.text)] == ["1. ", "2. ", "3. ", "4. "]


def test_paragraphs_begin_two_characters_in(paper: Document) -> None:
    indent = style_of(paper, "Normal").element.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_head_number_line_and_signer(paper: Document) -> None:
    head = paper.paragraphs[0]
    assert head.runs[0].font.color.rgb is not None and str(head.runs[0].font.color.rgb) == "C00000"
    number = paper.paragraphs[1]
    assert re.search(r"霞处非〔2026〕\s*号", number.text) and "签发人：" in number.text
    line = number._p.get_or_add_pPr().find(qn("w:pBdr")).find(qn("w:bottom"))
    assert line.get(qn("w:color")) == "C00000"


def test_page_numbers_stand_outside_between_dashes_in_4(paper: Document) -> None:
    section = paper.sections[0]
    assert paper.settings.odd_and_even_pages_header_footer
    for footer, side, alignment in ((section.footer, "rightChars", 2), (section.even_page_footer, "leftChars", 0)):
        line = footer.paragraphs[0]
        assert line.alignment == alignment and line._p.pPr.find(qn("w:ind")).get(qn(f"w:{side}")) == "100"
        assert "PAGE" in line._p.xml and line.text.replace("PAGE", "").split() == ["—", "—"]
        assert {run.font.size.pt for run in line.runs if run.font.size} == {14}


def test_a_draft_says_so_on_every_page_and_has_no_seal(paper: Document) -> None:
    for section in paper.sections:
        assert "草稿" in section.header.paragraphs[0].text and "草稿" in section.even_page_header.paragraphs[0].text
    text = "\n".join(p.text for p in paper.paragraphs)
    assert "印章" not in text and re.search(r"2026年　月　日", text), "whoever signs writes the date"


def test_the_text_prints_what_the_tables_add_up_to(made: tuple[District, Report, dict[str, bytes]], paper: Document) -> None:
    text = "\n".join(p.text for p in paper.paragraphs)
    head, *_, total = (row.cells for row in paper.tables[1].rows)
    column = {cell.text: number for number, cell in enumerate(head)}
    said = re.search(r"期初在办(\d+)件，办结(\d+)件，期末在办(\d+)件，其中逾期(\d+)件", text)
    assert said
    assert [total[column[name]].text for name in ("期初在办", "办结", "期末在办", "逾期")] == list(said.groups())


def test_the_workbook_has_live_totals_and_every_figure_with_its_rows(made: tuple[District, Report, dict[str, bytes]]) -> None:
    _, report, files = made
    content = next(content for name, content in files.items() if name.endswith(".xlsx"))
    book, live = openpyxl.load_workbook(io.BytesIO(content), data_only=True), openpyxl.load_workbook(io.BytesIO(content))
    assert any(str(cell.value).startswith("=SUM(") for row in live["附表2预警及处置统计表"].iter_rows() for cell in row)
    figures = {row[0]: row[3] for row in book["数字一览"].iter_rows(min_row=4, values_only=True)}
    assert figures == {name: counted.value for name, counted in report.month.items()}
    listed: dict[str, int] = {}
    for row in book["数字出处"].iter_rows(min_row=4, values_only=True):
        listed[str(row[0])] = listed.get(str(row[0]), 0) + int(str(row[2]))
    assert listed == {counted.figure.label: counted.value for counted in report.month.values() if counted.value}


def test_the_same_report_gives_the_same_bytes(made: tuple[District, Report, dict[str, bytes]], tmp_path: Path) -> None:
    district, report, files = made
    assert files_of(district.workspace, report, actor=OPERATOR) == files
