"""The numbers of GB/T 9704-2012 (党政机关公文格式), once. Source: domain brief 6.1; what it marks as unverified there is marked so here.

Fonts are named as the standard names them. A machine without one shows the fallback that the file itself states (`w:altName` in its font table).
"""

from typing import Final

from docx.shared import Length, Mm, Pt

_EMU_A_TWIP = 635
PAGE_WIDTH, PAGE_HEIGHT = Mm(210), Mm(297)
TOP, LEFT = Mm(37), Mm(28)  # 天头, 订口
TEXT_WIDTH, TEXT_HEIGHT = Mm(156), Mm(225)  # 版心
RIGHT, BOTTOM = Mm(210 - 28 - 156), Mm(297 - 37 - 225)
LINES_A_PAGE, CHARACTERS_A_LINE = 22, 28
SIZE_2, SIZE_3, SIZE_4 = Pt(22), Pt(16), Pt(14)  # 二号, 三号, 四号
SIZE_TABLE, SIZE_TABLE_DENSE = Pt(10.5), Pt(9)  # 五号, 小五: tables of the annex; not set by the standard
LINE_PITCH = Pt(28.95)  # 225 mm / 22 lines, 3号 and seven eighths of it
TITLE_PITCH = Pt(36)  # unverified: the standard only asks that the title's lines stay together
CHARACTER_PITCH_POINTS = SIZE_3.pt - 5 / 20  # 15.75: 28 of them fill a line of 15.79 each
TIGHTER_TWIPS = (
    -5
)  # 28 characters of 3号 are wider than the text; a grid of characters would mend it in Word and tear lines apart in LibreOffice
FOOTER_FROM_EDGE = Mm(21.6)  # 页码: its line's top lies 7 mm below the text; 14 pt of type in a line of 18 pt
HEADER_FROM_EDGE = Mm(15)
RED: Final = "C00000"  # 发文机关标志 and the line below it

TITLE_FONT, HEADING_FONT, SUBHEADING_FONT, BODY_FONT = "方正小标宋_GBK", "黑体", "楷体_GB2312", "仿宋_GB2312"
PAGE_NUMBER_FONT, LATIN_FONT = "宋体", "Times New Roman"
FALLBACKS: Final = {TITLE_FONT: "宋体", HEADING_FONT: "SimHei", SUBHEADING_FONT: "楷体", BODY_FONT: "仿宋"}


def twips(length: Length) -> int:
    """Twentieths of a point, as Word counts."""
    return round(int(length) / _EMU_A_TWIP)
