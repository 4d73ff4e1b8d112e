"""The row hash: equal for the same content, whatever the file format, the order of columns or the spelling of
numbers and dates.

Why: a list exported twice, once as csv and once as xlsx, must not be counted twice.
"""

import datetime
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from screening.intake.cells.dates import read_moment
from screening.intake.cells.numerals import read_number
from screening.intake.cells.values import Value, tidy_text

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,14})(?:\.\d+)?")
_DATED = re.compile(r"\d{4}\s*[-/.年]")
_CENTURY_UNTIL = 2050
_BETWEEN, _BEHIND = "\x1f", "\x1e"


def content_key(column: str, text: str, value: Value) -> str:
    """One cell's share of the hash: the column and what stands there, typed where it could be typed; empty
    for a blank.
    """
    content = _spelled(value) if value is not None else plain_text(text)
    return f"{column}{_BEHIND}{content}" if content else ""


def plain_text(text: str) -> str:
    """A text whose type is unknown, in one spelling: numbers without separators, dates in ISO form."""
    tidy = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", tidy_text(text))).strip()
    if _NUMBER.fullmatch(tidy):
        return _spelled(read_number(tidy))
    if _DATED.match(tidy) and (moment := read_moment(tidy, _CENTURY_UNTIL)).value:
        return moment.value.isoformat()
    return tidy


def row_hash(kind: str, cells: Iterable[str]) -> int:
    """A signed 64-bit hash of the kind and the keys of a row's cells, given in the order of their columns'
    names.
    """
    content = _BETWEEN.join([kind, *filter(None, cells)])
    digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _spelled(value: Value) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal | float | int):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return format(number.normalize(), "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(value))).strip()
