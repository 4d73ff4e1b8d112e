"""The log of who looked at unmasked personal details: what of whom, when and why. Append-only; it never holds the details themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor
from screening.errors import InvalidRequest
from screening.store.people_tables import disclosures
from screening.store.register import Register

_SHORTEST_PURPOSE = 4  # characters: 约谈电话


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


def record_disclosure(connection: Connection, actor: Actor, subject: str, fields: Sequence[str], purpose: str) -> None:
    """Keep it, in the transaction that reads the details; raises `InvalidRequest` without a purpose."""
    if len(purpose.strip()) < _SHORTEST_PURPOSE:
        raise InvalidRequest("请写明为什么要看", "写清用途，例如“约谈前联系法定代表人”。", {"subject": subject})
    who = {"person_id": actor.person_id, "name": actor.name, "unit": actor.unit, "role": actor.role.value}
    what = {"subject": subject, "fields": list(fields), "purpose": purpose.strip()}
    connection.execute(disclosures.insert().values(at=datetime.now(UTC), **who, **what))


def list_disclosures(register: Register) -> list[Disclosure]:
    """Every one, newest first."""
    return [Disclosure(**row) for row in register.rows(sa.select(disclosures).order_by(disclosures.c.seq.desc()))]
