"""What left the house: a line for each numbered letter and each report, append-only. Created by migration 0005.

`series` and `year` are what `number` counts in (霞处非提〔2026〕7号); a letter keeps its number however often it is made again, since it is found by its
template, its case and the event that called for it (`occasion`). `content` is what a later document is held against: a month's closing.
"""

import sqlalchemy as sa

from screening.store.schema import Moment, metadata

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("case_id", sa.String(32)),
    sa.Column("occasion", sa.Integer),
    sa.Column("series", sa.String(16)),
    sa.Column("year", sa.Integer),
    sa.Column("number", sa.Integer),
    sa.Column("period", sa.String(32), nullable=False),
    sa.Column("issued_by", sa.Text, nullable=False),
    sa.Column("issued_at", Moment, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.UniqueConstraint("name", "case_id", "occasion"),
    sa.UniqueConstraint("series", "year", "number"),
)
