"""The tables of people and rights: accounts, sessions, what was shared with whom, who looked at what, and the tipsters' own particulars.

Logs are append-only: the database refuses to change or remove their rows. No password, token or tipster is ever kept readable.
"""

import sqlalchemy as sa

from screening.store.schema import Moment, metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("login", sa.String(64), unique=True, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("areas", sa.JSON, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("sso_subject", sa.String(255), unique=True),  # who this is at the unit's own sign-in service
    sa.Column("is_sample", sa.Boolean, nullable=False),
    sa.Column("is_disabled", sa.Boolean, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("locked_until", Moment),
    sa.Column("created_by", sa.String(32), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_by", sa.String(32), nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)
# Every attempt to sign in, and every change of an account: what an auditor reads.
account_log = sa.Table(
    "account_log",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("by_person", sa.String(32), nullable=False),
    sa.Column("login", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
sa.Index("account_log_recent", account_log.c.action, account_log.c.at)
# An entity becomes visible to an audience (`role:market`, `unit:区民政局`, `person:…`) when it is sent to it or discussed with it.
shares = sa.Table(
    "shares",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("entity_id", sa.String(64), nullable=False, index=True),
    sa.Column("audience", sa.String(128), nullable=False, index=True),
    sa.Column("ground", sa.Text, nullable=False),
    sa.Column("shared_by", sa.String(32), nullable=False),
    sa.Column("shared_at", Moment, nullable=False),
    sa.Column("ended_by", sa.String(32)),
    sa.Column("ended_at", Moment),
)
disclosures = sa.Table(
    "disclosures",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("person_id", sa.String(32), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("granted_by", sa.Text, nullable=False, server_default=""),
)
disclosure_requests = sa.Table(
    "disclosure_requests",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("person_id", sa.String(32), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", Moment),
    sa.Column("is_granted", sa.Boolean),
    sa.Column("used_at", Moment),
)
tipsters = sa.Table(
    "tipsters",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column(
        "subject_key", sa.String(64), nullable=False, index=True
    ),  # keyed digest of the record: the table alone tells nothing
    sa.Column("batch_id", sa.String(32), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
