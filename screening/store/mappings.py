"""What people said of the columns of a shape of sheet, remembered for the next file with the same headings from the same source.

Nothing is rewritten: a newer word stands before an older one, and a word that is forgotten stays on record as such.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor
from screening.reference.corrections import Correction
from screening.store.register import Register
from screening.store.schema import Moment, metadata
from screening.vocabulary import Kind

_mappings = sa.Table(
    "mappings",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("shape", sa.String(32), nullable=False, index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # empty where none was named
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("forgotten_by", sa.Text),
    sa.Column("forgotten_at", Moment),
)


def remembered(register: Register, source: str | None) -> list[Correction]:
    """The standing word on every shape and kind of this source, the newest first."""
    return _standing(register.rows(_query(source)))


def remember(connection: Connection, correction: Correction, source: str | None, by: Actor) -> None:
    """Let this word stand for its shape from now on; one without any correction makes what stood be forgotten."""
    query = _query(source).where(_mappings.c.shape == correction.shape, _mappings.c.kind == correction.kind.value)
    known = _standing(list(connection.execute(query).mappings()))
    if known and dict(known[0].columns) == dict(correction.columns):
        return
    for older in known:
        assert older.seq is not None, "read from the register"
        forget(connection, older.seq, by)
    if correction.columns:
        values = {"shape": correction.shape, "kind": correction.kind.value, "source": source or ""}
        told = {"columns": dict(correction.columns), "made_by": by.signature, "made_at": datetime.now(UTC)}
        connection.execute(_mappings.insert().values(**values, **told))


def forget(connection: Connection, seq: int, by: Actor) -> bool:
    """No longer use a remembered word; False when it was forgotten before."""
    standing = sa.and_(_mappings.c.seq == seq, _mappings.c.forgotten_at.is_(None))
    done = connection.execute(
        _mappings.update().where(standing).values(forgotten_by=by.signature, forgotten_at=datetime.now(UTC))
    )
    return bool(done.rowcount)


def _query(source: str | None) -> sa.Select[Any]:
    standing = _mappings.c.forgotten_at.is_(None)
    return sa.select(_mappings).where(standing, _mappings.c.source == (source or "")).order_by(_mappings.c.seq.desc())


def _standing(rows: list[Any]) -> list[Correction]:
    return [
        Correction(row["shape"], Kind(row["kind"]), row["columns"], row["seq"], row["made_by"], row["made_at"]) for row in rows
    ]
