"""Hides who complained before anything is kept: 张三 → 张**, 13800001234 → 138****1234.

Why: the tipster's identity belongs in no table that rules, screens or exports read (domain brief 7.2).
"""

from screening.reference.masks import HIDDEN, mask_person, mask_phone


def mask(text: str, field: str | None) -> str:
    """A masked cell of one canonical column, or of none."""
    if not text.strip():
        return ""
    if field and field.endswith("_phone"):
        return mask_phone(text)
    return mask_person(text) if field and field.endswith("_name") else HIDDEN
