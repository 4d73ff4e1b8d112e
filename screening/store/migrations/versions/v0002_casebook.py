"""The casebook: cases, their events, which the database itself keeps from being changed, alerts, visits, files."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from screening.store.schema import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables, then forbid changing or removing an event."""
    for name, columns in _TABLES.items():
        op.create_table(name, *columns())
    op.bulk_insert(
        sa.table("case_head", *(sa.column(name) for name in ("id", "seq", "hash"))), [{"id": 1, "seq": 0, "hash": "0" * 64}]
    )
    _forbid_changes("case_events")


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION {table}_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


_TABLES: dict[str, Callable[[], list[Any]]] = {
    "cases": lambda: [
        sa.Column("case_id", sa.String(32), primary_key=True),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("entity_id", sa.String(64), index=True),
        sa.Column("entity_name", sa.Text, nullable=False),
        sa.Column("area_code", sa.String(16), index=True),
        sa.Column("state", sa.String(4), nullable=False, index=True),
        sa.Column("came_from", sa.String(4)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("grade", sa.String(16), nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("street", sa.String(16), index=True),
        sa.Column("assignee", sa.String(64), index=True),
        sa.Column("to_unit", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("due_at", Moment),
        *(
            sa.Column(name, sa.JSON, nullable=name not in ("counts", "been"))
            for name in ("clock", "counts", "been", "session", "pending", "closing")
        ),
    ],
    "case_events": lambda: [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.String(32), unique=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False, index=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("from_state", sa.String(4)),
        sa.Column("to_state", sa.String(4)),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("attachments", sa.JSON, nullable=False),
        sa.Column("deadline_before", Moment),
        sa.Column("deadline_after", Moment),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String(64), nullable=False) for name in ("case_digest", "previous_hash", "hash")),
    ],
    "case_head": lambda: [
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    ],
    "case_alerts": lambda: [
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("entity_id", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.String(32), index=True),
        sa.Column("grade", sa.String(16), nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("became", sa.String(16), nullable=False),
        sa.Column("at", Moment, nullable=False),
    ],
    "case_visits": lambda: [
        sa.Column("event_seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.String(32), nullable=False, index=True),
        sa.Column("entity_id", sa.String(64), index=True),
        sa.Column("entity_name", sa.Text, nullable=False),
        sa.Column("visit_date", sa.Date, nullable=False),
        sa.Column("reported_on", sa.Date, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("officers", sa.JSON, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("headcount", sa.Integer),
        sa.Column("situation", sa.Text, nullable=False),
        sa.Column("batch_id", sa.String(32)),
    ],
    "case_files": lambda: [
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
    ],
}
