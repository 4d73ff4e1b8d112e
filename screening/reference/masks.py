"""Hides a personal value: 张三丰 → 张**, 13812341234 → 138****1234. Each form once, for every stage.

Source: domain brief 7.2. Free text is masked by `screening/text/masking.py`; these take a value that is known to be a name, a number, an address.
"""

import re
from collections.abc import Callable, Mapping

TIPSTER = "群众A"
HIDDEN = "***"
_PARTS = re.compile(r"([、,，;；/\s]+)")
_ORGANISATION = re.compile(
    r"公司|合作社|企业|中心|事务所|基金|合伙|集团|银行|协会|委员会|街道|社区|政府|网格|[局所处办店厂行社队组部]$|网格员$|工作人员$"
)


def mask_person(text: str) -> str:
    """The first character of a name, nothing else."""
    return f"{text.strip()[:1]}**" if text.strip() else ""


def mask_names(text: str) -> str:
    """Every person of a list of names; a firm or an office is no person."""
    parts = _PARTS.split(text.strip())
    return "".join(part if not part or _PARTS.fullmatch(part) or is_organisation(part) else mask_person(part) for part in parts)


def is_organisation(name: str) -> bool:
    """Whether a name is that of a firm or an office."""
    return bool(_ORGANISATION.search(name))


def mask_phone(text: str) -> str:
    """The first three and last four figures of a number; nothing of a short one."""
    digits = re.sub(r"\D", "", text)
    if not text.strip():
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-4:]}" if len(digits) >= 7 else HIDDEN


def mask_email(text: str) -> str:
    """The first character and the house behind the @."""
    first, sign, house = text.strip().partition("@")
    return f"{first[:1]}**@{house}" if sign and first else HIDDEN if text.strip() else ""


def mask_identity(text: str) -> str:
    """The place and the last four figures of an identity number."""
    return f"{text[:6]}********{text[-4:]}" if len(text) >= 15 else HIDDEN


def mask_card(text: str) -> str:
    """The last four figures of a bank card."""
    digits = re.sub(r"\D", "", text)
    return f"****{digits[-4:]}" if len(digits) >= 12 else HIDDEN


MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_names,
    "phone": mask_phone,
    "email": mask_email,
    "identity": mask_identity,
    "card": mask_card,
}
