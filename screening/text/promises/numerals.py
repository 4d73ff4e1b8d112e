"""Numbers as people speak them: 1万8 = 18,000 · 两千五 = 2,500 · 2W5 = 25,000 · 一分五 = 1.5 · 一年半 = 1.5.

Source: domain brief 4.2 (`amount`, `num`, `cnum`).
"""

import re
from decimal import Decimal

from screening.intake.cells.numerals import read_number

FIGURE = r"\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,8})?"
_FIGURES = "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
NUMERAL = f"[{_FIGURES}十百半拾佰]{{1,8}}"
DIGIT = f"[{_FIGURES}]"
DECIMAL = f"(?:{NUMERAL}(?:点{DIGIT}{{1,4}})?)"
_UNITS = {"万": 10**4, "千": 1000, "百": 100, "亿": 10**8}
_LATIN = str.maketrans({"W": "万", "K": "千"})
_COLLOQUIAL = re.compile(rf"(?P<head>.{{0,20}}?(?P<unit>[万千百亿]))(?P<tail>[1-9]|{DIGIT})")
_POINTED = re.compile(rf"(?P<number>{NUMERAL}点{DIGIT}{{1,4}})(?P<unit>[万千百亿]?)")
_VAGUE = re.compile("[多余来几]")


def spoken(text: str) -> Decimal | None:
    """The number, or None; 多 and 余 are dropped, 几 cannot be read, 点 is a decimal point (二点五万)."""
    if text.isascii() and text.isdigit():
        return read_number(text)
    if match := _POINTED.fullmatch(text):
        scale = _UNITS.get(match["unit"], 1)
        value = decimal_numeral(match["number"])
        return None if value is None else value * scale
    text = _VAGUE.sub("", text.translate(_LATIN)) if "几" not in text else ""
    if text in {"半", "一半"}:
        return Decimal("0.5")
    if text.endswith("半") and (whole := read_number(text[:-1])) is not None:
        return (
            whole * Decimal("1.5")
            if text[-2] in _UNITS and whole > 0 and text[:-2] in {"", "一", "1"}
            else whole + Decimal("0.5")
        )
    if match := _COLLOQUIAL.fullmatch(text):
        head, tail = read_number(match["head"]), read_number(match["tail"])
        if head is not None and tail is not None:
            return head + tail * _UNITS[match["unit"]] / 10
    return read_number(text)


def decimal_numeral(text: str) -> Decimal | None:
    """A number behind 百分之, where 点 is a decimal point: 八点五 → 8.5."""
    whole, point, rest = text.partition("点")
    value = spoken(whole)
    if value is None or not point:
        return value
    digits = "".join(str(number) for char in rest if (number := read_number(char)) is not None)
    return value + Decimal(f"0.{digits}") if digits else value


def percent(rate: Decimal) -> str:
    """0.0105 → 1.05%; six significant digits at most."""
    return f"{plain(rate * 100)}%"


def plain(value: Decimal) -> str:
    """A number without exponent or trailing zeros, rounded to six significant digits."""
    rounded = f"{float(value):.6g}"
    return f"{Decimal(rounded):f}"
