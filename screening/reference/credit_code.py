"""Credit codes (统一社会信用代码) and the older registration numbers: cleaned, checked, never repaired.

Why: the code is the key that joins lists of different offices. A wrong check digit means somebody mistyped;
guessing the right code would join the wrong firms, so the row is kept without a code and a person looks.
Source: GB 32100-2015 (check digit by python-stdnum); registration numbers of 15 digits (GS 15-2006) and 13
digits before it.
"""

import re
import unicodedata

from stdnum.cn import uscc

_SHAPE = re.compile(r"[1-9ANY][0-9A-HJ-NP-RTUW-Y]\d{6}[0-9A-HJ-NP-RTUW-Y]{10}")  # a letter may lead: N, village collectives
_DRESSING = re.compile(r"[\s'\"‘’“”`´\-－—_.·\u200b-\u200f\u2060\ufeff]+")
_COPY_SUFFIX = re.compile(r"[(\[].{0,8}[)\]]$")  # 「(1-1)」: which copy of the licence was read
_OLD_NUMBER = re.compile(r"\d{15}|\d{13}")
_LEGACY_NUMBER = re.compile(r"(?=.*\d)[0-9A-Za-z()\-/]{4,64}")
_LEGACY_WORDING = re.compile(r".*字第?.*\d+号?.*")
_MISREAD = str.maketrans("OISZV", "0152U")


def clean(text: str) -> str:
    """Half-width, upper case, without spaces, apostrophes, hyphens and the copy number behind it."""
    tidy = _DRESSING.sub("", unicodedata.normalize("NFKC", text)).upper()
    return _COPY_SUFFIX.sub("", tidy)


def is_valid(code: str) -> bool:
    """Whether a cleaned code has 18 characters of the alphabet and the right check digit."""
    return _SHAPE.fullmatch(code) is not None and bool(uscc.calc_check_digit(code[:-1]) == code[-1])


def is_old_number(code: str) -> bool:
    """Whether a cleaned text is a registration number from before 2015 (15 digits, earlier 13)."""
    return _OLD_NUMBER.fullmatch(code) is not None


def is_misread(code: str) -> bool:
    """Whether reading O I S Z V as 0 1 5 2 U would make the code valid: worth a hint, never a repair."""
    return len(code) == 18 and code.translate(_MISREAD) != code and is_valid(code.translate(_MISREAD))


def clean_registration_number(text: str) -> str:
    """A registration number half-width and without spaces or apostrophes; its case is kept."""
    return re.sub(r"[\s'‘’`\u200b-\u200f\ufeff]+", "", unicodedata.normalize("NFKC", text))


def is_registration_number(number: str) -> bool:
    """Whether a cleaned text can be a registration number: figures, or the older 「…字第…号」 wording."""
    return bool(_LEGACY_NUMBER.fullmatch(number) or _LEGACY_WORDING.fullmatch(number))
