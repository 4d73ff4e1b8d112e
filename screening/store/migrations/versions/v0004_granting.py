"""Looks at personal details are asked for and granted; the log says by whom."""

import sqlalchemy as sa
from alembic import op

from screening.store.schema import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table of requests; older looks were granted by nobody."""
    op.create_table(
        "disclosure_requests",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_disclosure_requests_person_id"), "disclosure_requests", ["person_id"], unique=False)
    op.add_column("disclosures", sa.Column("granted_by", sa.Text(), nullable=False, server_default=""))
