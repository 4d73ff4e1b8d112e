"""One person's complaints told apart from other people's without keeping who the person is.

The phone number (or, lacking one, the name) is replaced by a keyed hash; whoever asked for anonymity stays unknown.
Source: State Council Order 737 art. 16 (confidentiality of tipsters); PIPL art. 6 (minimum necessary).
"""

import hashlib
import hmac
import re

_NO_NAME = re.compile(r"^(匿名|群众|市民|不详|未知|无|某|先生|女士|本人)")


def complainant_key(phone: str | None, name: str | None, secret: str) -> str | None:
    """16 hex digits naming one complainant, or None when nobody can be told."""
    digits = re.sub(r"\D", "", phone or "")
    said = digits if len(digits) >= 7 else (name or "").strip()
    if not said or (said != digits and _NO_NAME.match(said)):
        return None
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:16]


def phone_key(digits: str, secret: str) -> str:
    """A telephone number as 20 other digits: two mentions of one number can be told to be one, the number cannot be read back."""
    return str(int(hmac.new(secret.encode(), digits.encode(), hashlib.sha256).hexdigest()[:16], 16)).zfill(20)
