"""Credit codes of invented bodies (GB 32100, the GB 11714 check inside) and 15-digit numbers.

The subject part is MA91 and a running number, in the district 440803: only for invented data here.
Source: GB 32100-2015; GB 11714-1997 for the check inside the subject part.
"""

from __future__ import annotations

from stdnum.cn.uscc import calc_check_digit
from stdnum.iso7064 import mod_11_10

_DISTRICT = "440803"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _organisation_check(body: str) -> str:
    values = (int(c) if c.isdigit() else ord(c) - 55 for c in body)
    rest = 11 - sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def credit_code(prefix: str, serial: int) -> str:
    """The 18-character code for a running number; `prefix` is 91 firm, 92 individual, 93 cooperative."""
    body = f"MA91{serial:04d}"
    stem = f"{prefix}{_DISTRICT}{body}{_organisation_check(body)}"
    return stem + str(calc_check_digit(stem))


def misspelt(code: str) -> str:
    """The same code with a wrong last character."""
    place = _CHECK_ALPHABET.index(code[-1])
    return code[:-1] + _CHECK_ALPHABET[(place + 7) % len(_CHECK_ALPHABET)]


def old_number(serial: int) -> str:
    """A 15-digit registration number of an invented individual business."""
    stem = f"{_DISTRICT}6{serial:07d}"
    return stem + str(mod_11_10.calc_check_digit(stem))
