"""What python-docx has no words for: Chinese fonts, indents in characters, borders, type off the grid, page fields."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from screening.reports.paper import layout


def set_style(style: ParagraphStyle, font: str, size: Length, *, first: int) -> None:
    """A paragraph style on the page's lines: font, size, first line in hundredths of a character."""
    style.font.size = size
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    set_fonts(properties, font)
    form = style.paragraph_format
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = layout.LINE_PITCH
    form.space_before = form.space_after = Pt(0)
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _indent_properties(style.element.get_or_add_pPr(), first=first)


def leave_grid(style: ParagraphStyle) -> None:
    """Type of another size than the page's takes its own room."""
    properties = style.element.get_or_add_pPr()
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties.insert_element_before(snap, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
    of_characters = OxmlElement("w:snapToGrid")
    of_characters.set(qn("w:val"), "0")
    style.element.get_or_add_rPr().insert_element_before(
        of_characters, "w:vanish", "w:color", "w:spacing", "w:w", "w:kern", "w:sz", "w:szCs"
    )


def tighten(style: ParagraphStyle, twips: int) -> None:
    """Move a style's characters closer."""
    properties = style.element.get_or_add_rPr()
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(twips))
    properties.insert_element_before(
        spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect", "w:snapToGrid"
    )


def set_fonts(properties: Any, font: str) -> None:
    """The Chinese font of a style or run, with the Latin one beside it."""
    fonts = properties.get_or_add_rFonts()
    for side, name in (("eastAsia", font), ("ascii", layout.LATIN_FONT), ("hAnsi", layout.LATIN_FONT), ("cs", layout.LATIN_FONT)):
        fonts.set(qn(f"w:{side}"), name)
    fonts.set(qn("w:hint"), "eastAsia")  # “quotes” and dashes are Chinese ones
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def set_indent(line: Paragraph, *, first: int | None = None, left: int | None = None, right: int | None = None) -> None:
    """Indents of a paragraph in hundredths of a character."""
    _indent_properties(line._p.get_or_add_pPr(), first=first, left=left, right=right)


def _indent_properties(properties: Any, *, first: int | None = None, left: int | None = None, right: int | None = None) -> None:
    """Indents in hundredths of a character, with the twips that programs without characters go by."""
    indent = properties.get_or_add_ind()
    for side, hundredths in (("firstLine", first), ("left", left), ("right", right)):
        if hundredths is not None:
            indent.set(qn(f"w:{side}Chars"), str(hundredths))
            indent.set(qn(f"w:{side}"), str(round(hundredths / 100 * layout.CHARACTER_PITCH_POINTS * 20)))


def draw_border(line: Paragraph, side: str, colour: str, *, eighths: int) -> None:
    """A line above or below a paragraph; its width in eighths of a point."""
    properties = line._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
            "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
            "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl",
            "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
        )  # fmt: skip
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "6"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)


def add_footer_run(line: Paragraph, text: str, *, is_field: bool) -> None:
    """A piece of a page number: words, or the field that counts."""
    run = line.add_run("" if is_field else text)
    run.font.size = layout.SIZE_4
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for side in ("eastAsia", "ascii", "hAnsi"):
        fonts.set(qn(f"w:{side}"), layout.PAGE_NUMBER_FONT)
    if is_field:
        for kind, instruction in (("begin", ""), ("", text), ("end", "")):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = instruction
            run._r.append(part)
