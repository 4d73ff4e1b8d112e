"""Numbers as people write them: 1,234.56 · 壹仟万 · 3千万 · 1.5亿 · 5亿3000万 · 约50 · 三十多 · ５０．

Source: GB/T 15835-2011 for numerals; the financial capitals 壹贰叁… of the accounting rules.
"""

import re
from decimal import Decimal, InvalidOperation

_DIGITS = {
    char: value
    for value, chars in enumerate(("零〇○", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for char in chars
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_FIGURE = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_GROUPED = re.compile(r"(?<=\d)[,，'](?=\d{3})")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?e[+-]?\d{1,2}", re.IGNORECASE)
MAX_DIGITS = 30


def read_number(text: str) -> Decimal | None:
    """The number a cleaned text (half-width, no spaces) spells, or None. Signs: -5, (5), 负5."""
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        return Decimal(text)
    negative = text.startswith(("-", "−", "负")) or (text.startswith("(") and text.endswith(")"))
    body = _GROUPED.sub("", text.lstrip("-−负+").removeprefix("(").removesuffix(")") if negative else text.lstrip("+"))
    if len(body) > MAX_DIGITS or not body:
        return None
    if _SCIENTIFIC.fullmatch(body) or _FIGURE.fullmatch(body.removesuffix(".")):
        try:
            value: Decimal | None = Decimal(body)
        except InvalidOperation:
            return None
    else:
        value = _read_numeral(body)
    return -value if negative and value is not None else value


def _read_numeral(text: str) -> Decimal | None:
    """Chinese numerals, also mixed with figures: each 万 or 亿 multiplies what stands before it."""
    total = section = Decimal(0)
    digit: Decimal | None = None
    place = 0
    seen = False
    while place < len(text):
        char = text[place]
        if match := _FIGURE.match(text, place):
            if digit is not None:
                return None
            digit, place, seen = Decimal(match[0]), match.end(), True
            continue
        if char in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit, seen = Decimal(_DIGITS[char]), True
        elif char in _TENS:
            section += (Decimal(1) if digit is None else digit) * _TENS[char]
            digit, seen = None, True
        elif char in _MYRIADS and seen:
            total = (
                (total + section + (digit or 0)) * _MYRIADS[char]
                if _MYRIADS[char] == 10**8
                else total + (section + (digit or 0)) * _MYRIADS[char]
            )
            section, digit = Decimal(0), None
        else:
            return None
        place += 1
    return total + section + (digit or 0) if seen else None


def read_digits(text: str) -> str:
    """二〇二一 → 2021: each numeral as one figure, other characters as they are."""
    return "".join(str(_DIGITS[char]) if char in _DIGITS else char for char in text)
