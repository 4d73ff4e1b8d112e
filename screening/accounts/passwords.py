"""Passwords: what one must be like, and the only form in which one is kept.

Argon2id with the library's defaults (RFC 9106, 64 MiB). Length counts, not decoration; no forced renewal. Source: NIST SP 800-63B; GB/T 22239-2019 8.1.4.1.
"""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from screening.errors import InvalidRequest

SHORTEST, LONGEST = 10, 128  # characters
_FEWEST_KINDS = 2  # of: lower case, upper case, figures, the rest; a passphrase of Chinese or of 16 characters needs none
_LONG_ENOUGH = 16
_COMMON = ("password", "123456", "qwerty", "abcdef", "111111", "admin", "iloveyou", "abc123", "000000")
_FIGURES_AND_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_AT_ONCE = threading.BoundedSemaphore(4)  # each takes 64 MiB
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex())


def check_password(password: str, *, login: str, name: str) -> None:
    """Raise `InvalidRequest` for a password that is too short, too plain or taken from the account."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidRequest(f"密码须有 {SHORTEST} 到 {LONGEST} 个字符", "可以用一句自己记得住的话。")
    low = password.lower()
    if (
        any(word in low for word in (login.lower(), name.lower(), *_COMMON) if len(word) > 1)
        or len(set(password)) < SHORTEST // 2
    ):
        raise InvalidRequest("密码太容易猜", "不要用账号、姓名、连续或重复的字符。")
    kinds = {"lower" if c.islower() else "upper" if c.isupper() else "figure" if c.isdigit() else "rest" for c in password}
    if len(password) < _LONG_ENOUGH and len(kinds) < _FEWEST_KINDS:
        raise InvalidRequest(f"不到 {_LONG_ENOUGH} 个字符的密码，至少要有字母、数字、符号中的两种", "或者用更长的一句话。")


def one_time_password() -> str:
    """A password for the first sign-in, easy to type: four groups of four."""
    return "-".join("".join(secrets.choice(_FIGURES_AND_LETTERS) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """The form in which a password is kept."""
    with _AT_ONCE:
        return _hasher.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long for an account that does not exist."""
    with _AT_ONCE:
        try:
            return _hasher.verify(kept or _NOBODY, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
