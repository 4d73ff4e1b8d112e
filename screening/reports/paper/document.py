"""An official document, from the red head to the imprint, on the page of GB/T 9704-2012."""

import io
from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from screening.reports.paper import layout
from screening.reports.paper.formatting import add_footer_run, draw_border, leave_grid, set_fonts, set_indent, set_style, tighten
from screening.reports.paper.sealed import resealed
from screening.reports.paper.tables import add_form, add_table

BODY, HEADING, SUBHEADING, TITLE, TABLE_TEXT, CENTRED = "Normal", "一级标题", "二级标题", "公文标题", "表格文字", "居中"
_NUMERALS = "一二三四五六七八九十"
_LARGEST_HEAD = 36  # points; a long name is set smaller so that it stays on one line


class Paper:
    """A document under way. `draft` is printed at the head of every page until somebody signs it; there is never a seal."""

    def __init__(self, title: str, author: str, *, draft: str = "", dated: datetime) -> None:
        """An empty first page; `dated` is the only moment the file knows."""
        self.document: Document = docx.Document()
        self._set_styles()
        self._set_page(self.document.sections[0])
        self._set_properties(title, author, dated)
        self._draft = draft
        self._write_margins(self.document.sections[0])
        self._sections = self._headings = 0

    def red_head(self, sender: str, number: str, signer: str = "", *, largest: int = _LARGEST_HEAD) -> None:
        """发文机关标志, 发文字号 and, to those above (上行文), 签发人; then the red line."""
        size = Pt(min(largest, int(layout.TEXT_WIDTH.pt / len(sender))))
        head = self._line(sender, alignment=WD_ALIGN_PARAGRAPH.CENTER, font=layout.TITLE_FONT, size=size, indent=False)
        head.paragraph_format.space_before, head.paragraph_format.space_after = Mm(25), layout.LINE_PITCH
        head.paragraph_format.line_spacing = Pt(40)
        head.runs[0].font.color.rgb = RGBColor.from_string(layout.RED)
        line = self._line(f"　{number}", indent=False)
        if signer:
            line.paragraph_format.tab_stops.add_tab_stop(Mm(layout.TEXT_WIDTH.mm - 6), WD_TAB_ALIGNMENT.RIGHT)
            line.add_run("\t签发人：")
            self._run(line, signer, font=layout.SUBHEADING_FONT)
        else:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        draw_border(line, "bottom", layout.RED, eighths=12)
        self.blank()

    def title(self, text: str) -> None:
        """2号小标宋, centred; a `|` says where its lines may be broken without tearing the sense."""
        self.document.add_paragraph("\n".join(_lines_of(text, int(layout.TEXT_WIDTH.pt / layout.SIZE_2.pt))), style=TITLE)

    def addressee(self, text: str) -> None:
        """主送机关: a blank line, flush left, a full-width colon."""
        self.blank()
        self._line(f"{text}：", indent=False)

    def heading(self, text: str) -> None:
        """一、 in 黑体."""
        self._sections, self._headings = self._sections + 1, 0
        self.document.add_paragraph(f"{_numeral(self._sections)}、{text}", style=HEADING)

    def subheading(self, text: str) -> None:
        """（一） in 楷体."""
        self._headings += 1
        self.document.add_paragraph(f"（{_numeral(self._headings)}）{text}", style=SUBHEADING)

    def body(self, text: str) -> Paragraph:
        """A paragraph, two characters in."""
        return self.document.add_paragraph(text, style=BODY)

    def remark(self, text: str) -> None:
        """Small words under a table."""
        line = self.document.add_paragraph(text, style=TABLE_TEXT)
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT

    def centred(self, text: str) -> None:
        """A line of its own in the middle: the name of a table or a chart."""
        self.document.add_paragraph(text, style=CENTRED)

    def blank(self) -> None:
        """An empty line."""
        self.document.add_paragraph(style=BODY)

    def attachments(self, names: Sequence[str]) -> None:
        """附件说明: a blank line, two characters in, no full stop."""
        self.blank()
        for number, name in enumerate(names, start=1):
            lead = "附件：" if number == 1 else "　　　"
            self._line(f"{lead}{number}. {name}")

    def signature(self, sender: str, day: str) -> None:
        """署名 and 成文日期 four characters in from the right, the name centred above the date, never alone on a page; no seal."""
        self.blank()
        for line in self.document.paragraphs[-2:]:
            line.paragraph_format.keep_with_next = True
        width = max(len(sender), len(day))
        for text in (sender, day):
            gap = (width - len(text)) / 2
            line = self._line(text, alignment=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
            set_indent(line, right=round((4 + gap) * 100))
            line.paragraph_format.keep_together = True
            line.paragraph_format.keep_with_next = text is sender

    def imprint(self, copies: str, sender: str, day: str) -> None:
        """版记: who has a copy, who printed it when, between lines, in 4号."""
        first = self._line(f"抄送：{copies}。", size=layout.SIZE_4, indent=False)
        last = self._line(f"{sender}\t{day}印发", size=layout.SIZE_4, indent=False)
        last.paragraph_format.tab_stops.add_tab_stop(Mm(layout.TEXT_WIDTH.mm - 6), WD_TAB_ALIGNMENT.RIGHT)
        first.paragraph_format.space_before = layout.LINE_PITCH
        for line in (first, last):
            set_indent(line, left=100, right=100)
            line.paragraph_format.keep_together = True
        first.paragraph_format.keep_with_next = True
        draw_border(first, "top", "000000", eighths=8)
        draw_border(first, "bottom", "000000", eighths=6)
        draw_border(last, "bottom", "000000", eighths=8)

    def picture(self, png: bytes, caption: str) -> None:
        """A chart as wide as the text, its name below."""
        line = self.document.add_paragraph(style=CENTRED)
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.paragraph_format.keep_with_next = True
        line.add_run().add_picture(io.BytesIO(png), width=Mm(layout.TEXT_WIDTH.mm - 6))
        self.centred(caption)

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, has_total: bool = False
    ) -> None:
        """A table over the whole width; `widths` are shares of it. Its head is repeated on every page."""
        section = self.document.sections[-1]
        page, left, right = section.page_width, section.left_margin, section.right_margin
        assert page and left and right, "every section of ours has a page"
        add_table(self.document, head, rows, widths, Length(page - left - right), TABLE_TEXT, has_total=has_total)

    def form(self, rows: Sequence[Sequence[str]]) -> None:
        """A form over the whole width: each row is label and value, or two such pairs."""
        add_form(self.document, rows, layout.TEXT_WIDTH, TABLE_TEXT)

    def turn(self, *, wide: bool) -> None:
        """A new page; from here on the pages stand, or lie on their side with the binding edge above."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        if not wide:
            self._set_page(section)
            section.orientation = WD_ORIENT.PORTRAIT
            return
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = layout.PAGE_HEIGHT, layout.PAGE_WIDTH
        section.top_margin, section.bottom_margin = layout.LEFT, layout.RIGHT
        section.left_margin, section.right_margin = layout.BOTTOM, layout.TOP
        section.footer_distance = Mm(14)

    def annex(self, number: int, title: str) -> None:
        """The head of an annex: 附件 in 黑体 flush left, its title below."""
        line = self._line(f"附件{number}", font=layout.HEADING_FONT, indent=False)
        line.paragraph_format.keep_with_next = True
        self.document.add_paragraph(title, style=TITLE)

    def content(self) -> bytes:
        """The file; the same paper gives the same bytes."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        return resealed(buffer.getvalue())

    def _line(
        self,
        text: str,
        *,
        alignment: WD_ALIGN_PARAGRAPH | None = None,
        font: str = layout.BODY_FONT,
        size: Length = layout.SIZE_3,
        indent: bool = True,
    ) -> Paragraph:
        line = self.document.add_paragraph(style=BODY)
        self._run(line, text, font=font, size=size)
        if alignment is not None:
            line.alignment = alignment
        if not indent:
            set_indent(line, first=0)
        return line

    def _run(self, line: Paragraph, text: str, *, font: str, size: Length = layout.SIZE_3) -> None:
        run = line.add_run(text)
        run.font.size = size
        set_fonts(run._r.get_or_add_rPr(), font)

    def _set_styles(self) -> None:
        styles = self.document.styles
        normal = styles[BODY]
        assert isinstance(normal, ParagraphStyle), "Normal is a paragraph style"
        set_style(normal, layout.BODY_FONT, layout.SIZE_3, first=200)
        tighten(normal, layout.TIGHTER_TWIPS)
        for name, font, size, first in (
            (HEADING, layout.HEADING_FONT, layout.SIZE_3, 200),
            (SUBHEADING, layout.SUBHEADING_FONT, layout.SIZE_3, 200),
            (TITLE, layout.TITLE_FONT, layout.SIZE_2, 0),
            (CENTRED, layout.HEADING_FONT, layout.SIZE_4, 0),
            (TABLE_TEXT, layout.BODY_FONT, layout.SIZE_TABLE, 0),
        ):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            assert isinstance(style, ParagraphStyle), "made as one"
            style.base_style = normal
            set_style(style, font, size, first=first)
        for name in (TITLE, CENTRED):
            styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        styles[TITLE].paragraph_format.line_spacing = layout.TITLE_PITCH
        for name in (HEADING, SUBHEADING):
            styles[name].paragraph_format.keep_with_next = True
        table_text = styles[TABLE_TEXT].paragraph_format
        table_text.line_spacing_rule, table_text.alignment = WD_LINE_SPACING.SINGLE, WD_ALIGN_PARAGRAPH.CENTER
        table_text.space_before = table_text.space_after = Pt(2)
        for name in (TABLE_TEXT, TITLE, CENTRED):
            leave_grid(styles[name])
            tighten(styles[name], 0)
        self._set_default_size()
        self._state_fallbacks()

    def _set_default_size(self) -> None:
        """The grid's characters are measured by the document's own default, not only by Normal."""
        defaults = self.document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for name in ("w:sz", "w:szCs"):
            size = defaults.find(qn(name))
            if size is None:
                size = OxmlElement(name)
                defaults.append(size)
            size.set(qn("w:val"), str(round(layout.SIZE_3.pt * 2)))

    def _state_fallbacks(self) -> None:
        """Which font stands in where one is missing: Word and LibreOffice read it from the file."""
        fonts = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
            for name, other in layout.FALLBACKS.items()
        )
        for part in self.document.part.package.iter_parts():
            if part.partname == "/word/fontTable.xml":
                part._blob = (
                    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()
                )

    def _set_page(self, section: Section) -> None:
        section.page_width, section.page_height = layout.PAGE_WIDTH, layout.PAGE_HEIGHT
        section.top_margin, section.bottom_margin = layout.TOP, layout.BOTTOM
        section.left_margin, section.right_margin = layout.LEFT, layout.RIGHT
        section.header_distance, section.footer_distance = layout.HEADER_FROM_EDGE, layout.FOOTER_FROM_EDGE
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        pitch = layout.twips(layout.LINE_PITCH)
        section._sectPr.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{pitch}"/>'))

    def _set_properties(self, title: str, author: str, dated: datetime) -> None:
        properties = self.document.core_properties
        properties.title, properties.author, properties.last_modified_by = title, author, author
        properties.created = properties.modified = dated
        properties.revision, properties.comments, properties.language = 1, "", "zh-CN"

    def _write_margins(self, section: Section) -> None:
        """Page numbers outside: odd pages to the right, even ones to the left, a character in; and the draft mark above."""
        self.document.settings.odd_and_even_pages_header_footer = True
        for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
            line = footer.paragraphs[0]
            line.style = self.document.styles[BODY]
            line.alignment = side
            line.paragraph_format.line_spacing = Pt(18)
            set_indent(line, first=0, **{"right" if side is WD_ALIGN_PARAGRAPH.RIGHT else "left": 100})
            for text, is_field in (("— ", False), ("PAGE", True), (" —", False)):
                add_footer_run(line, text, is_field=is_field)
        if self._draft:
            for header in (section.header, section.even_page_header):
                line = header.paragraphs[0]
                line.style = self.document.styles[BODY]
                line.alignment = WD_ALIGN_PARAGRAPH.LEFT
                set_indent(line, first=0)
                self._run(line, self._draft, font=layout.HEADING_FONT)


def _lines_of(title: str, longest: int) -> list[str]:
    """The title in as few lines as its breaks allow."""
    lines = [""]
    for part in title.split("|"):
        if lines[-1] and len(lines[-1]) + len(part) > longest:
            lines.append("")
        lines[-1] += part
    return lines


def _numeral(number: int) -> str:
    return _NUMERALS[number - 1] if number <= len(_NUMERALS) else f"十{_NUMERALS[number - 11]}"
