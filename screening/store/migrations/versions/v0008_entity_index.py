"""Entities found by their id without reading every key: each look at one begins with it."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_entity_keys_entity_id", "entity_keys", ["entity_id"])
