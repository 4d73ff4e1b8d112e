"""What a stage of scoring needs of the engine its tables lie in, DuckDB's own connection or another that understands its SQL; and how tables are made there."""

from collections.abc import Iterable
from typing import Any, Protocol

import pyarrow as pa

_ROWS_GROUPED = 4_000_000  # at once, by a text: a few hundred megabytes


class Tables(Protocol):
    """Tables made and asked by SQL."""

    def execute(self, query: str, parameters: Any = None, /) -> "Tables":
        """Do a statement."""

    def fetchall(self) -> list[Any]:
        """The rows of the last query."""

    def register(self, name: str, rows: Any, /) -> object:
        """Make an Arrow table a table here."""

    def unregister(self, name: str, /) -> object:
        """Forget it."""


def create_table(tables: Tables, name: str, rows: pa.Table) -> None:
    """A table of Arrow rows."""
    tables.register("_rows", rows)
    tables.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
    tables.unregister("_rows")


def add_rows(tables: Tables, name: str, rows: pa.Table) -> None:
    """Add Arrow rows, whose columns are those of the table in their order."""
    tables.register("_rows", rows)
    tables.execute(f"INSERT INTO {name} SELECT * FROM _rows")
    tables.unregister("_rows")


def create_from(tables: Tables, name: str, queries: Iterable[str]) -> None:
    """A table of what several queries select, one after the other; the first names its columns."""
    for number, query in enumerate(queries):
        tables.execute(f"{f'INSERT INTO {name}' if number else f'CREATE TABLE {name} AS'} {query}")


def in_parts(tables: Tables, query: str, source: str, column: str, width: int = 1) -> list[str]:
    """A query that groups or joins the rows of `source` where `{part}` holds, as several: each for a part cut by the hash of a column whose equal values belong
    together, so that little memory is enough; `width` says how many short rows one of them is worth. Most tables are one part."""
    ((rows,),) = tables.execute(f"SELECT count(*) FROM {source}").fetchall()
    parts = 1 + rows * width // _ROWS_GROUPED
    if parts == 1:
        return [query.replace("{part}", "true")]
    # Of some engines a hash may be below 0.
    return [query.replace("{part}", f"abs(hash({column}) % {parts}) = {part}") for part in range(parts)]
