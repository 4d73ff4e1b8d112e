"""Names made comparable: one form for widths, brackets, blanks and case.

Source: 企业名称登记管理规定 arts. 6 and 17: within a registration area two enterprises of one trade may not bear the same full name, so a full name
with a legal form identifies its bearer; the shop name of an individual business (个体工商户) does not.
"""

import re
import unicodedata
from functools import lru_cache

_NOISE = re.compile(r"[\s()（）\[\]【】〔〕<>《》\"'“”‘’·.,，。、:：;；\-—_*#]+")
_LEGAL_FORM = re.compile(r"(公司|合作社|合伙企业\S*|事务所|中心[((]有限合伙[))])$")
_SEPARATORS = re.compile(r"[;；、,，/|\n]+")
SHORTEST_NAME = 4  # characters; shorter ones turn up inside other words


def fold(text: str) -> str:
    """A text in which a name can be looked for by its key: widths unified, brackets, blanks and punctuation gone."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """`湛江市甲乙（示例）典当有限公司 ` and `湛江市甲乙(示例)典当有限公司` give the same key; empty for an empty name."""
    return fold(name)


def has_legal_form(name: str) -> bool:
    """Whether the name ends in a legal form that registration keeps unique."""
    return bool(_LEGAL_FORM.search(unicodedata.normalize("NFKC", name).strip()))


def split_names(text: str) -> list[str]:
    """The single names of a cell that lists several (former names)."""
    return [part for part in (piece.strip() for piece in _SEPARATORS.split(text)) if part]
