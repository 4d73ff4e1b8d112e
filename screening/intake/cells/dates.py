"""Dates as offices write them → a moment, or the reason why not.

2021/10/23 · 2023年12月18日 · 20170603 · 2012.05.02 · 21/3/4 · 二〇二一年三月五日 · 44562 (an Excel day
number) · 2010-08-12 00:00:00.
"""

import datetime
import re
import unicodedata
from typing import NamedTuple

from screening.intake import messages
from screening.intake.cells.numerals import read_digits, read_number

_EXCEL_EPOCH = datetime.datetime(1899, 12, 30)
_SERIALS = (14_000, 75_000)  # Excel day numbers taken for dates: 1938 … 2105
_OLDEST = 1900  # earlier years are typing errors in today's registers

_TIME = (
    r"(?:[T\s]*(?P<half>上午|下午|早上|晚上|中午)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})?"
    r"(?:[:分](?P<second>\d{1,2})(?:\.\d+)?秒?)?分?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_SEPARATOR = r"\s*[-/.年\\、_~·]\s*"
_YMD = re.compile(
    rf"(?P<year>\d{{4}}|\d{{2}}){_SEPARATOR}(?P<month>\d{{1,2}})\s*[-/.月\\、_·]\s*(?P<day>\d{{1,2}})\s*[日号]?{_WEEKDAY}{_TIME}"
)
_YM = re.compile(rf"(?P<year>\d{{4}}){_SEPARATOR}(?P<month>\d{{1,2}})\s*月?份?|(?P<y2>(?:19|20)\d{{2}})(?P<m2>0[1-9]|1[0-2])")
_DMY = re.compile(rf"(?P<first>\d{{1,2}})[-/.](?P<second_>\d{{1,2}})[-/.](?P<year>\d{{4}}){_TIME}")
_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?")
_CHINESE = re.compile(r"[零〇○一二三四五六七八九十]{2,4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号]?)?")


class Moment(NamedTuple):
    """A moment with the precision lost, or no moment with the reason."""

    value: datetime.datetime | None
    problem: str | None = None


def read_moment(text: str, century_until: int) -> Moment:
    """The moment a text spells. Two-digit years after `century_until` are taken for 19xx."""
    tidy = unicodedata.normalize("NFKC", text).strip().strip("'‘’`\ufeff").strip()
    if _CHINESE.fullmatch(tidy):
        tidy = _arabic(tidy)
    if match := _YMD.fullmatch(tidy):
        return _moment(_year(match["year"], century_until), match["month"], match["day"], match)
    if re.fullmatch(r"\d{8}(?:\d{4}(?:\d{2})?)?", tidy):
        return _compact(tidy)
    if match := re.fullmatch(rf"(?P<date>\d{{8}}){_TIME}", tidy):
        date = match["date"]
        return _moment(int(date[:4]), date[4:6], date[6:], match)
    if match := _DMY.fullmatch(tidy):
        return _day_or_month_first(match)
    if match := _YM.fullmatch(tidy):
        return Moment(
            _moment(int(match["year"] or match["y2"]), match["month"] or match["m2"], "1").value,
            messages.DATE_MONTH_ONLY,
        )
    if _YEAR.fullmatch(tidy):
        return Moment(None, messages.DATE_YEAR_ONLY)
    return _serial(tidy)


def _moment(year: int, month: str, day: str, match: re.Match[str] | None = None) -> Moment:
    hour, minute, second = _clock(match)
    try:
        moment = datetime.datetime(year, int(month), int(day), hour, minute, second)
    except ValueError:
        return Moment(None, messages.DATE_IMPOSSIBLE)
    return Moment(moment) if year >= _OLDEST or year == 1 else Moment(None, messages.DATE_IMPOSSIBLE)


def _clock(match: re.Match[str] | None) -> tuple[int, int, int]:
    if match is None or not match["hour"]:
        return 0, 0, 0
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if match["half"] in ("下午", "晚上") and hour < 12:
        hour += 12
    return (0, minute, second) if hour == 24 else (hour, minute, second)


def _compact(digits: str) -> Moment:
    clock = digits[8:].ljust(6, "0")
    day = _moment(int(digits[:4]), digits[4:6], digits[6:8])
    if day.value is None:
        return day
    try:
        return Moment(day.value.replace(hour=int(clock[:2]), minute=int(clock[2:4]), second=int(clock[4:])))
    except ValueError:
        return Moment(None, messages.DATE_IMPOSSIBLE)


def _day_or_month_first(match: re.Match[str]) -> Moment:
    first, second = match["first"], match["second_"]
    if int(first) > 12:
        return _moment(int(match["year"]), second, first)
    moment = _moment(int(match["year"]), first, second)
    ambiguous = int(second) <= 12 and first != second
    return Moment(moment.value, messages.DATE_AMBIGUOUS) if ambiguous and moment.value else moment


def _serial(text: str) -> Moment:
    number = read_number(text) if text.replace(".", "", 1).isascii() else None
    if number is None or not _SERIALS[0] <= number <= _SERIALS[1]:
        return Moment(None, messages.DATE_NONE)
    moment = _EXCEL_EPOCH + datetime.timedelta(days=float(number))
    return Moment((moment + datetime.timedelta(milliseconds=500)).replace(microsecond=0))


def _year(text: str, century_until: int) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if 2000 + year <= century_until else 1900 + year


def _arabic(text: str) -> str:
    year, rest = text.split("年", 1)
    month, _, day = rest.partition("月")
    parts = [f"{read_digits(year)}年", f"{read_number(month) or 0}月"]
    if day:
        parts.append(f"{read_number(day.rstrip('日号')) or 0}日")
    return "".join(parts)
