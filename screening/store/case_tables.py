"""Where cases and their events lie. An event is never changed; its hash takes in the one before it."""

import sqlalchemy as sa

from screening.store.schema import Moment, metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, unique=True, nullable=False),
    sa.Column("entity_id", sa.String(64), index=True),
    sa.Column("grade", sa.String(16)),
    sa.Column("state", sa.String(4), index=True, nullable=False),
    sa.Column("came_from", sa.String(4)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("street", sa.String(16)),
    sa.Column("assignee", sa.String(64)),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("paused_at", Moment),
    sa.Column("waiting", sa.JSON),
)
case_events = sa.Table(
    "case_events",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("case_id", sa.String(32), index=True, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("verb", sa.String(16), nullable=False),
    sa.Column("from_state", sa.String(4)),
    sa.Column("to_state", sa.String(4)),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("due_before", Moment),
    sa.Column("due_after", Moment),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("case_id", "version"),
)
# The head of the chain, kept apart from the events: cutting events off at the end shows.
case_head = sa.Table(
    "case_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
