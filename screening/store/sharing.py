"""What was shared with whom: an entity sent to a unit, discussed with it, or given to a person as a task comes into their sight, and leaves it again.

The casebook calls `share` and `unshare` in the transaction of the move they belong to.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor
from screening.store.people_tables import shares
from screening.store.register import Register
from screening.vocabulary import Role


def to_role(role: Role) -> str:
    """The audience of everybody in a role: `role:market`."""
    return f"role:{role.value}"


def to_unit(unit: str) -> str:
    """The audience of one unit."""
    return f"unit:{unit}"


def to_person(person_id: str) -> str:
    """The audience of one person: a task given to a grid worker."""
    return f"person:{person_id}"


def share(connection: Connection, entity_id: str, audience: str, *, ground: str, by: str) -> None:
    """Bring an entity into an audience's sight; `ground` says why (移送、会商、任务单)."""
    values = {"entity_id": entity_id, "audience": audience, "ground": ground, "shared_by": by}
    connection.execute(shares.insert().values(shared_at=datetime.now(UTC), **values))


def unshare(connection: Connection, entity_id: str, audience: str, *, by: str) -> None:
    """Take it out of sight again; that it was shared stays on record."""
    standing = sa.and_(shares.c.entity_id == entity_id, shares.c.audience == audience, shares.c.ended_at.is_(None))
    connection.execute(shares.update().where(standing).values(ended_by=by, ended_at=datetime.now(UTC)))


def shared_to(connection: Connection, entity_id: str) -> set[str]:
    """The audiences an entity is shared with."""
    standing = sa.and_(shares.c.entity_id == entity_id, shares.c.ended_at.is_(None))
    return set(connection.execute(sa.select(shares.c.audience).where(standing)).scalars())


def shared_with(register: Register, actor: Actor) -> frozenset[str]:
    """Ids of the entities that are in this actor's sight because they were shared."""
    return _ids(register, actor.audiences)


def _ids(register: Register, audiences: Iterable[str]) -> frozenset[str]:
    query = sa.select(shares.c.entity_id).where(shares.c.audience.in_(sorted(audiences)), shares.c.ended_at.is_(None)).distinct()
    return frozenset(row["entity_id"] for row in register.rows(query))
