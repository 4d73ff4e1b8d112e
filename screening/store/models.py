"""Models and kept visit plans in the register: documents never change, steps and plans are append-only.

A plan is kept so that later learning knows who was drawn at random and among how many: without that, what visits found speaks only for whom they went to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.store.register import Register
from screening.store.schema import Moment, metadata
from screening.store.steps import Step, step_columns, steps_from
from screening.vocabulary import Publishing

_models = sa.Table(
    "models",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("version", sa.String(32), unique=True, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
)
_steps = sa.Table(
    "model_steps",
    metadata,
    *step_columns(),
)
_plans = sa.Table(
    "kept_plans",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.String(32), nullable=False),
    sa.Column("kept_by", sa.Text, nullable=False),
    sa.Column("kept_at", Moment, nullable=False),
    sa.Column("among", sa.Integer, nullable=False),
    sa.Column("chosen", sa.JSON, nullable=False),
    sa.Column("controls", sa.JSON, nullable=False),
)


@dataclass(frozen=True)
class KeptPlan:
    """A visit plan that was sent out: whom it chose, whom it drew at random, and among how many."""

    seq: int
    run_id: str
    kept_by: str
    kept_at: datetime
    among: int
    chosen: list[str]
    controls: list[str]


def add_model(connection: Connection, version: str, document: Mapping[str, Any]) -> None:
    """Keep a model; the same version is the same document, kept once."""
    if connection.execute(sa.select(_models.c.version).where(_models.c.version == version)).first() is None:
        connection.execute(_models.insert().values(version=version, document=dict(document)))


def model_document(register: Register, version: str) -> dict[str, Any] | None:
    """The document of a model; None for a version nobody trained here."""
    rows = register.rows(sa.select(_models.c.document).where(_models.c.version == version))
    return dict(rows[0]["document"]) if rows else None


def model_versions(register: Register) -> list[str]:
    """Every version ever kept, the newest first."""
    return [str(row["version"]) for row in register.rows(sa.select(_models.c.version).order_by(_models.c.seq.desc()))]


def add_model_step(connection: Connection, *, version: str, step: Publishing, done_by: str, note: str) -> None:
    """Record what was done with a model."""
    values = {"version": version, "step": step.value, "done_by": done_by, "note": note}
    connection.execute(_steps.insert().values(done_at=datetime.now(UTC), **values))


def model_steps(register: Register) -> list[Step]:
    """Everything done with models, oldest first."""
    return steps_from(register.rows(sa.select(_steps).order_by(_steps.c.seq)), Step)


def keep_plan(
    connection: Connection, *, run_id: str, kept_by: str, among: int, chosen: Sequence[str], controls: Sequence[str]
) -> None:
    """Keep a plan that is sent out."""
    values = {"run_id": run_id, "kept_by": kept_by, "among": among, "chosen": list(chosen), "controls": list(controls)}
    connection.execute(_plans.insert().values(kept_at=datetime.now(UTC), **values))


def kept_plans(register: Register) -> list[KeptPlan]:
    """Every kept plan, oldest first."""
    return [KeptPlan(**row) for row in register.rows(sa.select(_plans).order_by(_plans.c.seq))]
