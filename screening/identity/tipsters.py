"""Who complained, kept apart and sealed: in a table of its own, under a key that does not lie in the database, read only through `disclose`.

Kept because the law that keeps a tipster secret (State Council Order 737 art. 16) also expects the office to be able to ask back and to answer
(12315: five working days to a named tipster). Off by setting where the source system itself can be asked. What rules, screens, exports and logs see of
a tipster is a keyed hash and 群众A, nothing else.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.engine import Connection

from screening.access import Actor, Verb
from screening.errors import InvalidRequest, ScreeningError
from screening.reference.rights import require
from screening.store.disclosures import Request, ask, spend
from screening.store.keys import key_of
from screening.store.people_tables import tipsters
from screening.store.workspace import Workspace

_KEY_VARIABLE, _KEY_FILE = "SCREENING_TIPSTER_KEY", "tipsters.key"
_FIELDS = ("name", "phone")


@dataclass(frozen=True)
class Tipster:
    """Who complained, as the source named them."""

    name: str | None
    phone: str | None


@dataclass(frozen=True)
class Said:
    """What one row says of its writer: `record` names the complaint (`complaints:GD1`)."""

    record: str
    name: str | None
    phone: str | None


def keep_tipsters(workspace: Workspace, connection: Connection, batch_id: str, said: Iterable[Said]) -> None:
    """Seal who complained, in the transaction that makes the batch visible; rows that name nobody are left out."""
    if not workspace.settings.keeps_tipsters:
        return
    named = [one for one in said if one.name or one.phone]
    if not named:
        return
    box, secret = _box(workspace), _digest_key(workspace)
    rows = [
        {"subject_key": _subject_key(one.record, secret), "batch_id": batch_id, "sealed": box.encrypt(_packed(one))}
        for one in named
    ]
    connection.execute(tipsters.insert(), rows)


def ask_tipster(workspace: Workspace, actor: Actor, record: str, purpose: str) -> Request:
    """Ask to know who wrote a complaint; raises `NotAllowed` for who may not, `InvalidRequest` without a purpose."""
    require(actor, Verb.DISCLOSE_TIPSTER, workspace.settings.rules)
    return ask(workspace, actor, record, _FIELDS, purpose)


def disclose(workspace: Workspace, actor: Actor, record: str) -> Tipster:
    """Who wrote a complaint (`complaints:GD1`): once for each grant. Who looked, when, why and who granted it is on record before anything is read.

    Raises `NotAllowed` for who may not or has no grant, `InvalidRequest` where nobody is kept.
    """
    require(actor, Verb.DISCLOSE_TIPSTER, workspace.settings.rules)
    with workspace.register.writing() as connection:
        spend(connection, actor, record)
    wanted = tipsters.c.subject_key == _subject_key(record, _digest_key(workspace))
    rows = workspace.register.rows(sa.select(tipsters.c.sealed).where(wanted).order_by(tipsters.c.seq.desc()).limit(1))
    if not rows:
        raise InvalidRequest(f"没有留存 {record} 的举报人", "可能是匿名，或当时没有留存；请到来源系统查。", {"record": record})
    try:
        told = json.loads(_box(workspace).decrypt(rows[0]["sealed"]))
    except InvalidToken as error:
        raise ScreeningError(
            "举报人密钥不对，解不开", f"请恢复当时的 {_KEY_FILE} 或 {_KEY_VARIABLE}。", {"record": record}
        ) from error
    return Tipster(told["name"], told["phone"])


def _packed(said: Said) -> bytes:
    """One length for all, so that the sealed form tells nothing of a name's length."""
    text = json.dumps({"name": said.name, "phone": said.phone}, ensure_ascii=False)
    return text.encode().ljust(256)


def _box(workspace: Workspace) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys(workspace)])


def _digest_key(workspace: Workspace) -> bytes:
    return hashlib.sha256(
        b"subject" + _keys(workspace)[-1]
    ).digest()  # the oldest key: it stays when a newer one is put before it


def _subject_key(record: str, secret: bytes) -> str:
    return hmac.new(secret, record.encode(), hashlib.sha256).hexdigest()


def _keys(workspace: Workspace) -> list[bytes]:
    """The keys, newest first, separated by commas or spaces."""
    return key_of(workspace.home, _KEY_FILE, _KEY_VARIABLE, Fernet.generate_key).replace(b",", b" ").split()
