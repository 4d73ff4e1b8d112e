"""Amounts as offices write them → yuan: 50万元人民币 · ￥1,234.56 · 人民币壹仟万元整 · 5亿3000万 · 约50万 ·
面议.

Source: the currency words and units of `rules/fields/layout.yaml`.
"""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from screening.intake import messages
from screening.intake.cells.numerals import read_number
from screening.reference.fields import Field, Layout

_APPROXIMATE = re.compile(r"^(?:大约|大概|约|近|将近|超过|超|至少|不少于|共计|共|合计|累计)|(?:左右|上下|以上|不等|余|多|整|正)$")
_MORE_INSIDE = re.compile(r"[多余来几](?=[万亿千百元块])")
_REMARK = re.compile(r"[(](?![\d.,]+[)]$)[^()]*[)]$")
_RANGE = re.compile(r"[\d万亿元]\s*(?:-|~|至|到|—)\s*\d")
_BARE = re.compile(r"[-+(]?[\d,.Ee+']+[)]?")
_YUAN_BEHIND = re.compile(r"(?:元|圆|块钱?)$")
_CENT = Decimal("0.01")
_MAX_YUAN = Decimal(10) ** 16  # what decimal128(18, 2) holds
_SMALL_CHANGE = re.compile(
    r"(?P<whole>.*?[元圆])(?:(?P<jiao>[零壹贰叁肆伍陆柒捌玖一二三四五六七八九\d])角)?(?:(?P<fen>[零壹贰叁肆伍陆柒捌玖一二三四五六七八九\d])分)?"
)


class Amount(NamedTuple):
    """Yuan or None, and a problem or None."""

    value: Decimal | None
    problem: str | None = None


class MoneyReader:
    """Reads amounts with the office's units and currency words."""

    def __init__(self, layout: Layout) -> None:
        """Builds the patterns once."""
        self._units = dict(layout.money_units)
        units = "|".join(sorted(map(re.escape, self._units), key=len, reverse=True))
        home = "|".join(sorted(map(re.escape, layout.home_currency), key=len, reverse=True))
        self._home = re.compile(rf"^(?:{home}):?|(?:{home})$", re.IGNORECASE)
        self._foreign = re.compile("|".join(map(re.escape, layout.foreign_currency)) + r"|^[$€£]", re.IGNORECASE)
        self._with_unit = re.compile(rf"(?P<number>.*?)(?P<unit>{units})", re.IGNORECASE)

    def read(self, text: str, field: Field, unit: str | None, assumed: bool) -> Amount:
        """The amount in yuan; `unit` is that of a bare number, `assumed` when nobody stated it."""
        plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
        if self._foreign.search(plain):
            return Amount(None, messages.MONEY_FOREIGN)
        plain = _REMARK.sub("", plain)
        if _RANGE.search(plain):
            return Amount(None, messages.MONEY_RANGE)
        bare, yuan = self._yuan(self._stripped(plain), unit)
        if yuan is None:
            return Amount(None, messages.MONEY_NONE)
        if yuan < 0 and not field.may_be_negative:
            return Amount(None, messages.NEGATIVE)
        if abs(yuan) >= _MAX_YUAN:
            return Amount(None, messages.MONEY_TOO_LARGE)
        if bare and assumed and field.plausible_max is not None and abs(yuan) > field.plausible_max:
            return Amount(None, messages.MONEY_IMPLAUSIBLE)
        return Amount(yuan.quantize(_CENT))

    def _stripped(self, plain: str) -> str:
        """Without currency words, 「约」 and 「左右」, in whatever order they stand."""
        for _ in range(3):
            plain = _MORE_INSIDE.sub("", _APPROXIMATE.sub("", self._home.sub("", plain)))
        return plain

    def _yuan(self, plain: str, unit: str | None) -> tuple[bool, Decimal | None]:
        """Whether a number stood without any unit, and the amount."""
        if _BARE.fullmatch(plain):
            number = read_number(plain)
            return True, None if number is None else number * self._units.get(unit or "元", 1)
        number = read_number(_YUAN_BEHIND.sub("", plain))  # 万 and 亿 are part of a numeral: 「5亿3000万元」
        if number is None and (match := self._with_unit.fullmatch(plain)):
            count = read_number(match["number"])
            number = None if count is None else count * self._units[match["unit"].lower()]
        return False, self._with_small_change(plain) if number is None else number

    def _with_small_change(self, plain: str) -> Decimal | None:
        match = _SMALL_CHANGE.fullmatch(plain)
        whole = read_number(match["whole"][:-1]) if match else None
        if match is None or whole is None:
            return None
        cents = [read_number(match[name]) if match[name] else Decimal(0) for name in ("jiao", "fen")]
        return whole + (cents[0] or Decimal(0)) / 10 + (cents[1] or Decimal(0)) / 100
