"""The tables of the casebook: cases as they stand now, and the chain of events that says how they came to stand so.

`case_events` is append-only, enforced by the database itself. `cases` is what the events add up to, kept for reading; each event holds a digest of the
row it left behind, so that a row edited by hand is found too. Created by migration 0002.
"""

import sqlalchemy as sa

from screening.store.schema import Moment, metadata

cases = sa.Table(
    "cases",
    metadata,
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
    sa.Column("clock", sa.JSON),
    sa.Column("counts", sa.JSON, nullable=False),
    sa.Column("been", sa.JSON, nullable=False),
    sa.Column("session", sa.JSON),
    sa.Column("pending", sa.JSON),
    sa.Column("closing", sa.JSON),
)
case_events = sa.Table(
    "case_events",
    metadata,
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
    sa.Column("case_digest", sa.String(64), nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
# The newest link of the chain, a single row: what a cut-off tail is noticed by.
case_head = sa.Table(
    "case_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
# Which run said what of which entity, and the case it went to: a run raises each alert once.
case_alerts = sa.Table(
    "case_alerts",
    metadata,
    sa.Column("run_id", sa.String(32), primary_key=True),
    sa.Column("entity_id", sa.String(64), primary_key=True),
    sa.Column("case_id", sa.String(32), index=True),
    sa.Column("grade", sa.String(16), nullable=False),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("became", sa.String(16), nullable=False),
    sa.Column("at", Moment, nullable=False),
)
# One visit; `batch_id` is set once it was delivered to the next run.
case_visits = sa.Table(
    "case_visits",
    metadata,
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
)
# What was attached, by content: the file itself lies under files/ of the workspace.
case_files = sa.Table(
    "case_files",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
)
