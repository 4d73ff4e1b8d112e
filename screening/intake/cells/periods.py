"""Reporting periods as offices write them → the period's last day, or the reason why not.

2026-09 · 202609 · 2026年9月末 · 2026年三季度 · 2026-Q3 · 2026年1-9月 · 2026年上半年 · 2026年度 · 截至2026年9月30日 · 2026-09-01 (how Excel keeps a
month). A report is of an end of a month: any other day is no period.
"""

import calendar
import re
import unicodedata
from datetime import date
from typing import NamedTuple

from screening.intake import messages
from screening.intake.cells.dates import read_moment
from screening.intake.cells.numerals import read_digits, read_number

_YEAR = r"(?P<year>(?:19|20)\d{2})\s*(?:年度?)?\s*[-/.]?\s*"
_END = r"(?:(?:季?度)?(?:末|底|期末|止|月报|季报|报表)*)"
_QUARTER = re.compile(rf"{_YEAR}(?:第?(?P<number>[1-4一二三四])季度?|[Qq](?P<q>[1-4])|(?P<last>末)季度?){_END}")
_HALF = re.compile(rf"{_YEAR}(?P<half>上半年|下半年|年中|年末|年底|全年|年报|年终|末|底|度)?{_END}")
_SPAN = re.compile(rf"{_YEAR}(?P<first>\d{{1,2}})\s*月?(?:份)?\s*(?:-|~|—|至|到)\s*(?P<month>\d{{1,2}})\s*月份?{_END}")
_MONTH = re.compile(rf"{_YEAR}(?P<month>\d{{1,2}})\s*月?份?{_END}")
_LEAD = re.compile(r"^(?:截至|截止|截止到|截至到|报告期|数据截至)[:：]?")
_CHINESE_YEAR = re.compile(r"^[零〇○一二三四五六七八九]{4}(?=年)")
_CHINESE_MONTH = re.compile(r"(?<=年)([一二三四五六七八九十]{1,3})(?=月)")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_MIDDLE, _MONTHS = 6, 12


class Period(NamedTuple):
    """The last day of a period, or none with the reason."""

    end: date | None
    problem: str | None = None


def read_period(text: str) -> Period:
    """The last day of the period a text names."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("'‘’`\ufeff")
    tidy = _LEAD.sub("", plain if ":" in plain else re.sub(r"\s+", "", plain))  # a clock keeps its blank
    tidy = _CHINESE_YEAR.sub(lambda match: str(read_digits(match[0])), tidy)
    tidy = _CHINESE_MONTH.sub(lambda match: str(read_number(match[1]) or 0), tidy)
    if match := _QUARTER.fullmatch(tidy):
        word = match["number"] or match["q"] or "4"
        return _end(match["year"], 3 * (_QUARTERS.get(word) or int(word)))
    if match := _HALF.fullmatch(tidy):
        if match["half"] is None and "度" not in tidy:
            return Period(None, messages.PERIOD_YEAR_ONLY)
        return _end(match["year"], _MIDDLE if match["half"] in ("上半年", "年中") else _MONTHS)
    for pattern in (_SPAN, _MONTH):
        if match := pattern.fullmatch(tidy):
            return _end(match["year"], int(match["month"]))
    if match := re.fullmatch(r"((?:19|20)\d{2})(0[1-9]|1[0-2])", tidy):
        return _end(match[1], int(match[2]))
    return _of_day(re.sub(r"(?<=[日号\d])(?:止|末)$", "", tidy))


def _end(year: str, month: int) -> Period:
    if not 1 <= month <= _MONTHS:
        return Period(None, messages.PERIOD_NONE)
    return Period(date(int(year), month, calendar.monthrange(int(year), month)[1]))


def _of_day(text: str) -> Period:
    moment, problem = read_moment(text, century_until=2100)
    if moment is None or problem:
        return Period(None, messages.PERIOD_NONE)
    last = calendar.monthrange(moment.year, moment.month)[1]
    if moment.day not in (1, last):
        return Period(None, messages.PERIOD_NOT_AN_END)
    end = date(moment.year, moment.month, last)
    return Period(end, messages.PERIOD_FROM_FIRST if moment.day == 1 else None)
