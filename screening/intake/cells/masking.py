"""Hides who complained before anything is kept: 张三 → 张**, 13800001234 → 138****1234.

Why: the tipster's identity belongs in no table that rules, screens or exports read (domain brief 7.2).
"""

import re

HIDDEN = "***"


def mask_person(text: str) -> str:
    """The first character of a name, nothing else."""
    return f"{text.strip()[:1]}**" if text.strip() else ""


def mask_phone(text: str) -> str:
    """The first three and last four figures of a number; nothing of a short one."""
    digits = re.sub(r"\D", "", text)
    if not text.strip():
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-4:]}" if len(digits) >= 7 else HIDDEN


def mask(text: str, field: str | None) -> str:
    """A masked cell of one canonical column, or of none."""
    if not text.strip():
        return ""
    if field and field.endswith("_phone"):
        return mask_phone(text)
    return mask_person(text) if field and field.endswith("_name") else HIDDEN
