"""Values as people read them: delivered text kept from being taken for markup, dates, money and shares in Chinese."""

import re
from datetime import date, datetime
from decimal import Decimal

from screening.reference.fields import Field, FieldType
from screening.scoring.ranking import Ranked
from screening.ui import words

# Markdown makes links of bare addresses even when every mark in them is escaped; an address cut in two is none, and reads the same.
_ADDRESS = re.compile(r"(?<=http\\:)//|(?<=https\\:)//|(?<=www)\\\.|@", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


def plain(text: object) -> str:
    """Text that Streamlit's Markdown shows as it stands: no link, no image, no formula, no colour, no HTML."""
    return escaped(" ".join(str(text).split()))


def escaped(text: str) -> str:
    """A piece of a longer text as it stands, its blanks kept."""
    kept = _MARKUP.sub(r"\\\1", text.replace("\n", " "))
    return _ADDRESS.sub(r":small[\g<0>]", kept)


def points(value: float, *, signed: bool = False) -> str:
    """Points as `12.5 分`; `signed` writes `+12.5 分`."""
    return f"{value:+g} 分" if signed else f"{value:g} 分"


def called(name: str | None) -> str:
    """An entity's name, or that it has none."""
    return name or words.NAMELESS


def day(value: date | None) -> str:
    """A date as 2026-10-31, or that nobody has been there."""
    return value.isoformat() if value else words.NEVER_VISITED


def month(value: date | str) -> str:
    """The month of a day, also of one kept as text, as 2026年10月."""
    year, number = str(value).split("-")[:2]
    return f"{year}年{number}月"


def place_of(file: str, sheet: str, row: int) -> str:
    """Where a source row stands; a csv file's only sheet, which bears its name, is left out."""
    named = "" if file.startswith(sheet) else f"“{sheet}”"
    return f"{file}{named}第{row}行"


def one_line(entity: Ranked) -> str:
    """An entity in a list of links: name, sector, subdistrict, grade and points."""
    return f"{entity.grade.label} {points(entity.score)}　{called(entity.name)}（{entity.sector.label}，{entity.street or words.UNKNOWN_STREET}）"


def shown(value: object, field: Field | None) -> str:
    """A canonical value with its unit; the dictionary's `field` says which."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:,.2f}".removesuffix(".00") + " 元"
    if field is not None and field.type is FieldType.SHARE and isinstance(value, float):
        return f"{value:.1%}"
    return str(value)
