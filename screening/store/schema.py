"""What all tables of the register share: one catalogue of tables, and moments that keep their zone.

A table is defined here or beside what keeps it; importing the module makes it part of the catalogue.
"""

from datetime import UTC, datetime

import sqlalchemy as sa

metadata = sa.MetaData()


class Moment(sa.TypeDecorator[datetime]):
    """A moment in UTC, whichever database keeps it: SQLite forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the zone back."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def append_only(table: sa.Table) -> None:
    """Have the database itself refuse to change or remove a row of the table."""
    name = table.name
    for verb in ("UPDATE", "DELETE"):
        sqlite = f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        sa.event.listen(table, "after_create", _ddl(sqlite, "sqlite"))
    function = (
        f"CREATE OR REPLACE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{name} is append-only'; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} EXECUTE FUNCTION {name}_append_only()"
    )
    for statement in (function, trigger):
        sa.event.listen(table, "after_create", _ddl(statement, "postgresql"))


def _ddl(statement: str, dialect: str) -> sa.schema.ExecutableDDLElement:
    return sa.DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
