"""Unmasking personal details: asked for with a purpose, granted by another person, good for one look, and on record.

Requests and looks are kept apart: a request changes as it is granted and used, the log of looks is append-only. Neither ever holds the details themselves.
Source: domain brief 7.2 (解除掩码：理由、审批、单次有效、记审计).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor, Verb
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.rights import may, require
from screening.store.people_tables import disclosure_requests as requests
from screening.store.people_tables import disclosures
from screening.store.register import Register
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

_SHORTEST_PURPOSE = 4  # characters: 约谈电话
_GOOD_FOR = timedelta(days=7)  # a grant that nobody used


@dataclass(frozen=True)
class Disclosure:
    """One look at personal details."""

    seq: int
    at: datetime
    person_id: str
    name: str
    unit: str
    role: str
    subject: str
    fields: list[str]
    purpose: str
    granted_by: str


@dataclass(frozen=True)
class Request:
    """One wish to look; `is_granted` None while nobody has decided."""

    seq: int
    at: datetime
    person_id: str
    name: str
    unit: str
    role: str
    subject: str
    fields: list[str]
    purpose: str
    decided_by: str
    decided_at: datetime | None
    is_granted: bool | None
    used_at: datetime | None

    @property
    def about(self) -> str:
        """What it asks to see, in Chinese."""
        kind, _, name = self.subject.partition(":")
        return f"主体 {name}" if kind == Kind.ENTITIES else f"工单 {name} 的举报人"

    @property
    def state(self) -> str:
        """Where it stands, in Chinese."""
        if self.is_granted is None:
            return "等批准"
        return "不同意" if not self.is_granted else "已看过" if self.used_at else "可看一次" if self.is_open else "过期未看"

    @property
    def is_open(self) -> bool:
        """Whether it still opens the details once."""
        return bool(self.is_granted and not self.used_at and self.decided_at and datetime.now(UTC) - self.decided_at < _GOOD_FOR)


def ask(workspace: Workspace, actor: Actor, subject: str, fields: Sequence[str], purpose: str) -> Request:
    """Keep a wish for somebody else to decide on; asking again for the same finds the one that waits or is granted.

    Raises `InvalidRequest` without a purpose. Whether the actor may look at the subject at all is for the caller to ask first.
    """
    with workspace.register.writing() as connection:
        standing = [one for one in _of(connection, actor.person_id, subject) if one.is_granted is None or one.is_open]
        if standing:
            return standing[0]
        if len(purpose.strip()) < _SHORTEST_PURPOSE:
            raise InvalidRequest("请写明为什么要看", "写清用途，例如“约谈前联系法定代表人”。", {"subject": subject})
        what = {"subject": subject, "fields": list(fields), "purpose": purpose.strip(), "decided_by": ""}
        connection.execute(requests.insert().values(at=datetime.now(UTC), **_who(actor), **what))
        return _of(connection, actor.person_id, subject)[0]


def decide(workspace: Workspace, actor: Actor, seq: int, *, granted: bool) -> Request:
    """Grant or refuse; raises `NotAllowed` for who may not and for one's own, `InvalidRequest` for one that does not wait."""
    require(actor, Verb.GRANT_DISCLOSURE, workspace.settings.rules)
    one = requests.c.seq == seq
    with workspace.register.writing() as connection:
        row = connection.execute(sa.select(requests).where(one)).mappings().first()
        if row is None or row["is_granted"] is not None:
            raise InvalidRequest(f"没有等批准的查看请求 {seq}", "请看还有哪些在等。", {"request": seq})
        if row["person_id"] == actor.person_id:
            raise NotAllowed("自己提的请求不能自己批", "请另一位负责人批准。", {"request": seq})
        decision = {"is_granted": granted, "decided_by": actor.signature, "decided_at": datetime.now(UTC)}
        connection.execute(requests.update().where(one).values(**decision))
        return Request(**{**row, **decision})


def spend(connection: Connection, actor: Actor, subject: str) -> None:
    """Use up a grant and log the look, in the transaction that precedes reading the details; raises `NotAllowed` without one."""
    granted = [one for one in _of(connection, actor.person_id, subject) if one.is_open]
    if not granted:
        raise NotAllowed("还没有获准查看", "请先写明理由提请，由另一位负责人批准；批准后看一次。", {"subject": subject})
    used = granted[-1]
    connection.execute(requests.update().where(requests.c.seq == used.seq).values(used_at=datetime.now(UTC)))
    what = {"subject": subject, "fields": used.fields, "purpose": used.purpose, "granted_by": used.decided_by}
    connection.execute(disclosures.insert().values(at=datetime.now(UTC), **_who(actor), **what))


def requests_for(workspace: Workspace, actor: Actor) -> list[Request]:
    """One's own wishes, newest first, and for who may grant, those of others that wait."""
    own = requests.c.person_id == actor.person_id
    if may(actor, Verb.GRANT_DISCLOSURE, workspace.settings.rules):
        own = sa.or_(own, requests.c.is_granted.is_(None))
    rows = workspace.register.rows(sa.select(requests).where(own).order_by(requests.c.seq.desc()))
    return [Request(**row) for row in rows]


def list_disclosures(register: Register) -> list[Disclosure]:
    """Every look, newest first."""
    return [Disclosure(**row) for row in register.rows(sa.select(disclosures).order_by(disclosures.c.seq.desc()))]


def _of(connection: Connection, person_id: str, subject: str) -> list[Request]:
    mine = sa.and_(requests.c.person_id == person_id, requests.c.subject == subject)
    found = connection.execute(sa.select(requests).where(mine).order_by(requests.c.seq.desc()))
    return [Request(**row) for row in found.mappings()]


def _who(actor: Actor) -> dict[str, Any]:
    return {"person_id": actor.person_id, "name": actor.name, "unit": actor.unit, "role": actor.role.value}
