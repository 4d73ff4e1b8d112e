"""What a cell means: its text → a typed value, and where that fails, which problem.

Why here and once: every reader hands over the same texts, so a date typed in Excel and one typed in a csv
parse alike. Each parser takes one text and is called once per distinct text of a column.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from screening.intake import messages
from screening.intake.cells.dates import read_moment
from screening.intake.cells.money import MoneyReader
from screening.intake.cells.numerals import read_number
from screening.intake.cells.periods import read_period
from screening.reference import credit_code
from screening.reference.fields import Field, FieldType, Layout

Value = str | Decimal | datetime.date | datetime.datetime | int | float | bool | None

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff\ufffe\uffff]")
_APPROXIMATE = re.compile(r"^(?:大约|大概|约|近|将近|超过|超|至少|不少于|共计|共|合计)|(?:左右|上下|以上|多|余|来)$")
_MORE_INSIDE = re.compile(r"[多余来](?=[人名位家户件个岁万亿千百元克])")
_COUNTED = re.compile(r"(?:人次|人|名|位|家|户|件|个|岁|克|g|年度|年|度|条|宗|起)$")
_RANGE = re.compile(r"\d\s*(?:-|~|至|到|—)\s*\d")
_INTEGRAL = re.compile(r"\d+\.0+")
_SPOILT = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_MAX_INTEGER = 2**53
_YEARS = (1950, 2200)
LONG_TERM = datetime.date(9999, 9, 9)  # the registration standard's own 「长期」
_MAX_TEXT = 32_767  # characters; Excel's own limit


class Parsed(NamedTuple):
    """A value or None, and a problem or None. A problem may stand beside a value (only year and month
    known).
    """

    value: Value
    problem: str | None = None


@dataclass(frozen=True)
class Reading:
    """How one column of one table is to be read: `unit` of bare numbers; `assumed` when nobody stated it."""

    name: str
    field: Field
    unit: str | None
    assumed: bool
    received: datetime.date
    percent: bool = False
    codes: tuple[tuple[str, str | bool | None], ...] = ()


class ValueReader:
    """Parses texts with the office's words and units."""

    def __init__(self, layout: Layout) -> None:
        """Folds the words of the layout once."""
        self._layout = layout
        self._blank = {word.lower() for word in layout.blank_words}
        self._money = MoneyReader(layout)

    def parser(self, reading: Reading) -> Callable[[str], Parsed]:
        """The function reading one text of this column; blanks and words for nothing give (None, None)."""
        parse = self._parser(reading)
        codes = {_fold(key): value for key, value in (*reading.field.codes.items(), *reading.codes)}

        def read(text: str) -> Parsed:
            tidy = tidy_text(text)
            folded = _fold(tidy)
            if not tidy:
                return Parsed(None)
            if folded in codes:
                return Parsed(codes[folded])
            if self.is_blank_word(tidy) and reading.field.type is not FieldType.BOOLEAN:
                return Parsed(
                    None,
                    messages.CODE_NONE if reading.field.check == "credit_code" and _says_something(tidy) else None,
                )
            if codes and (bare := re.sub(r"\.0+$", "", folded)) in codes:
                return Parsed(codes[bare])
            return parse(tidy)

        return read

    def is_blank_word(self, text: str) -> bool:
        """Whether a text only says that there is nothing to say."""
        return text.lower() in self._blank

    def _parser(self, reading: Reading) -> Callable[[str], Parsed]:
        field = reading.field
        if field.check == "credit_code":
            return read_credit_code
        if field.check == "registration_number":
            return read_registration_number
        if field.closed:
            return lambda text: Parsed(None, messages.CODE_UNKNOWN)
        match field.type:
            case FieldType.DATE | FieldType.DATETIME:
                return lambda text: self._date(text, reading)
            case FieldType.PERIOD:
                return lambda text: _period(text, reading)
            case FieldType.MONEY:
                return lambda text: Parsed(*self._money.read(text, field, reading.unit, reading.assumed))
            case FieldType.INTEGER | FieldType.NUMBER:
                return lambda text: _number(text, reading)
            case FieldType.SHARE:
                return lambda text: _share(text, reading.percent)
            case FieldType.BOOLEAN:
                return self._boolean
            case FieldType.CODE:
                return _code
            case _:
                return lambda text: _text(text, reading.name)

    def _boolean(self, text: str) -> Parsed:
        folded = re.sub(r"\.0+$", "", _fold(text))
        if folded in self._layout.yes_words:
            return Parsed(True)
        if folded in self._layout.no_words:
            return Parsed(False)
        return Parsed(None, None if self.is_blank_word(text) else messages.BOOLEAN_NONE)

    def _date(self, text: str, reading: Reading) -> Parsed:
        field = reading.field
        if _fold(text) in self._layout.open_ended_words:
            return Parsed(LONG_TERM) if field.open_ended else Parsed(None, messages.DATE_OPEN_ENDED)
        if field.open_ended and (match := re.fullmatch(r".*\d.*(?:至|到|—|--|~)(?P<end>.+)", text)):
            return self._date(match["end"].strip(), reading)  # 「2010-01-01至长期」: the end is meant
        century = reading.received.year + (50 if field.future else 0)
        moment, problem = read_moment(text, century)
        if moment is None:
            return Parsed(None, problem)
        day = moment.date()
        if day.isoformat() in self._layout.placeholder_dates:
            return Parsed(None, messages.DATE_PLACEHOLDER)
        if day.isoformat() in self._layout.open_ended_dates:
            return Parsed(LONG_TERM) if field.open_ended else Parsed(None, messages.DATE_PLACEHOLDER)
        if day > reading.received and not field.future:
            return Parsed(None, messages.DATE_FUTURE)
        return Parsed(day if field.type is FieldType.DATE else moment, problem)


def tidy_text(text: str) -> str:
    """Without outer space, control and invisible characters, and the apostrophe or tab Excel users put
    before figures.
    """
    return _CONTROL.sub("", text).strip().removeprefix("'").removeprefix("‘").strip()


def read_credit_code(text: str) -> Parsed:
    """A valid credit code; an old registration number is returned with the problem that says so, for the
    caller to move.
    """
    code = credit_code.clean(text)
    if credit_code.is_valid(code):
        return Parsed(code)
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SPOILT.fullmatch(plain):
        return _from_spoilt_number(plain)
    if credit_code.is_old_number(code):
        return Parsed(code, messages.CODE_IS_OLD_NUMBER)
    if code.isascii() and code.isdigit() and len(code) > 15 and code.endswith("000"):
        return Parsed(None, messages.CODE_SPOILT)
    if credit_code.is_misread(code):
        return Parsed(None, messages.CODE_MISREAD)
    if not (code.isascii() and code.isalnum()):
        return Parsed(None, messages.CODE_NONE)
    return Parsed(None, messages.CODE_CHECK_DIGIT if len(code) == 18 else messages.CODE_LENGTH)


def read_registration_number(text: str) -> Parsed:
    """A registration number; a credit code standing in its place is returned with the problem that says
    so.
    """
    code = credit_code.clean(text)
    if credit_code.is_valid(code):
        return Parsed(code, messages.NUMBER_IS_CODE)
    number = credit_code.clean_registration_number(text)
    if _SPOILT.fullmatch(number):
        spoilt = _from_spoilt_number(number)
        return Parsed(spoilt.value, None) if spoilt.value else spoilt
    number = number.removesuffix(".0")
    return Parsed(number) if credit_code.is_registration_number(number) else Parsed(None, messages.NUMBER_NONE)


def _from_spoilt_number(text: str) -> Parsed:
    """4.40803600012345E+14 still holds all 15 figures of an old number; 9.14408E+17 does not hold a code."""
    figures = len(re.sub(r"\D", "", text.upper().split("E")[0]))
    digits = format(read_number(text) or 0, "f").split(".")[0]
    if figures >= len(digits) and credit_code.is_old_number(digits):
        return Parsed(digits, messages.CODE_IS_OLD_NUMBER)
    return Parsed(None, messages.CODE_SPOILT)


def _code(text: str) -> Parsed:
    code = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if _SPOILT.fullmatch(code):
        return Parsed(None, messages.CODE_SPOILT)
    return Parsed(code.split(".")[0] if _INTEGRAL.fullmatch(code) else code)


def _text(text: str, name: str) -> Parsed:
    if name == "name":
        tidy = re.sub(r"\s+", " ", text)
        return Parsed(tidy) if any(char.isalnum() for char in tidy) else Parsed(None, messages.NAME_NONE)
    return Parsed(text[:_MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n"))


def _number(text: str, reading: Reading) -> Parsed:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if _RANGE.search(plain):
        return Parsed(None, messages.NUMBER_RANGE)
    counted = _APPROXIMATE.sub("", _COUNTED.sub("", _MORE_INSIDE.sub("", _APPROXIMATE.sub("", plain))))
    number = read_number(counted)
    if number is None:
        return Parsed(None, messages.NUMBER_UNCLEAR)
    if number < 0 and not reading.field.may_be_negative:
        return Parsed(None, messages.NEGATIVE)
    if abs(number) > _MAX_INTEGER:
        return Parsed(None, messages.NUMBER_TOO_LARGE)
    if reading.field.type is FieldType.NUMBER:
        return Parsed(float(number))
    if number != number.to_integral_value():
        return Parsed(None, messages.NUMBER_FRACTION)
    if reading.name == "year" and not _YEARS[0] <= number <= min(_YEARS[1], reading.received.year):
        return Parsed(None, messages.YEAR_NONE)
    return Parsed(int(number))


def _share(text: str, percent: bool) -> Parsed:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    stated = plain.endswith("%") or plain.startswith("百分之")
    number = read_number(plain.removesuffix("%").removeprefix("百分之"))
    if number is None:
        return Parsed(None, messages.NUMBER_UNCLEAR)
    share = number / 100 if stated or percent else number
    return Parsed(float(share)) if 0 <= share <= 1 else Parsed(None, messages.SHARE_OUT_OF_RANGE)


def _period(text: str, reading: Reading) -> Parsed:
    end, problem = read_period(text)
    if end is not None and end > reading.received:
        return Parsed(None, messages.PERIOD_FUTURE)
    return Parsed(end, problem)


def _says_something(text: str) -> bool:
    return text.startswith("待")


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
