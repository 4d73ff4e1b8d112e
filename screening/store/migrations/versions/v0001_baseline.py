"""The register before the casebook: batches, runs, rule books, entity keys, decisions, publishing, secrets."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from screening.store.schema import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what is missing: an older register has some or all of it."""
    for name, columns in _TABLES.items():
        op.create_table(name, *columns(), if_not_exists=True)


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=null)


def _moment(name: str, *, null: bool = False) -> "sa.Column[object]":
    return sa.Column(name, Moment, nullable=null)


_TABLES: dict[str, Callable[[], list[Any]]] = {
    "batches": lambda: [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch_id", sa.String(32), unique=True, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        _text("file_name"),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        _text("source", null=True),
        sa.Column("received", sa.Date, nullable=False),
        _moment("loaded_at"),
        sa.Column("accepted", sa.Integer, nullable=False),
        _text("path"),
        sa.Column("receipt", sa.JSON, nullable=False),
        sa.UniqueConstraint("kind", "file_sha256"),
    ],
    "runs": lambda: [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.String(32), unique=True, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("rulebook", sa.String(32), nullable=False),
        sa.Column("batches", sa.JSON, nullable=False),
        _moment("created_at"),
        _text("path"),
        sa.Column("summary", sa.JSON, nullable=False),
    ],
    "rulebooks": lambda: [
        sa.Column("version", sa.String(32), primary_key=True),
        sa.Column("content", sa.JSON, nullable=False),
    ],
    "entity_keys": lambda: [
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("entity_id", sa.String(64), primary_key=True),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("batch_id", sa.String(32), nullable=False),
    ],
    "decisions": lambda: [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        _text("subject"),
        sa.Column("entity_id", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        _text("note"),
        _text("decided_by"),
        _moment("decided_at"),
        _text("undone_by", null=True),
        _moment("undone_at", null=True),
    ],
    "published_rules": lambda: [
        sa.Column("version", sa.String(32), primary_key=True),
        sa.Column("files", sa.JSON, nullable=False),
    ],
    "publishing_steps": lambda: [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        _text("done_by"),
        _moment("done_at"),
        _text("note"),
        sa.Column("rehearsal", sa.JSON),
    ],
    "secrets": lambda: [
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(128), nullable=False),
    ],
}
