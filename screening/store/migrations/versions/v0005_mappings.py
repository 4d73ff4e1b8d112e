"""What people said of a sheet's columns is remembered; a file may be read once more in another way, which takes the place of the first."""

import sqlalchemy as sa
from alembic import op

from screening.store.schema import Moment

revision = "0005"
down_revision = "0004"

_NAMES = {"uq": "uq_%(table_name)s_%(column_0_N_name)s"}  # what SQLite, which names no constraint of itself, calls them


def upgrade() -> None:
    """Make the table of corrections; a batch says how its file was read, and which batch has taken its place."""
    op.create_table(
        "mappings",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("shape", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("forgotten_by", sa.Text(), nullable=True),
        sa.Column("forgotten_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_mappings_shape"), "mappings", ["shape"], unique=False)
    is_sqlite = op.get_context().dialect.name == "sqlite"
    old = "uq_batches_kind_file_sha256" if is_sqlite else "batches_kind_file_sha256_key"
    with op.batch_alter_table("batches", naming_convention=_NAMES) as batches:
        batches.add_column(sa.Column("reading", sa.String(length=32), nullable=False, server_default=""))
        batches.add_column(sa.Column("replaced_by", sa.String(length=32), nullable=True))
        batches.drop_constraint(old, type_="unique")
        batches.create_unique_constraint("uq_batches_kind_file_sha256_reading", ["kind", "file_sha256", "reading"])
