"""Rows that only Python can work on, so many at a time: neither they nor what becomes of them need be held whole, and the time grows with their number only."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from screening.store.shelf import Shelf
from screening.store.tables import Tables, add_rows, create_table

TURN = "row_number() OVER () AS turn"  # what a table must say of its rows for `in_turn`
_AT_ONCE = 50_000


def in_turn(tables: Tables, table: str, columns: str, at_once: int = _AT_ONCE) -> Iterator[list[Any]]:
    """These columns of all rows of a table that has `turn`, so many at a time; others may be asked and written in between."""
    ((rows,),) = tables.execute(f"SELECT count(*) FROM {table}").fetchall()
    for first in range(1, rows + 1, at_once):
        some = f"turn BETWEEN {first} AND {first + at_once - 1}"
        yield tables.execute(f"SELECT {columns} FROM {table} WHERE {some} ORDER BY turn").fetchall()


def create_taken_apart(
    tables: Tables,
    table: str,
    schema: pa.Schema,
    said: str,
    take: Callable[[str], Sequence[str | None]],
    shelf: Shelf | None = None,
) -> None:
    """Create `table` with the row of texts that Python takes from every different value that the query `said` gives as `said`.

    With a `shelf`, `said` also gives the `batch_id` of who says it: rows are kept by batch, and no value is taken apart twice.
    """
    if not shelf:
        create_table(tables, table, schema.empty_table())
    elif len(shelf.load(tables, table, schema)) > 1:
        tables.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT ON (said) * FROM {table}")
    asked = f"SELECT DISTINCT said FROM (SELECT said FROM ({said})) one ANTI JOIN {table} USING (said)"
    tables.execute(f"CREATE TABLE asked_apart AS SELECT said, {TURN} FROM ({asked})")
    for values in in_turn(tables, "asked_apart", "said"):
        columns = zip(*(take(value) for (value,) in values), strict=True)
        add_rows(tables, table, pa.table([pa.array(column, pa.string()) for column in columns], schema))
    if shelf:
        fresh = f"SELECT batch_id FROM ({said}) one SEMI JOIN asked_apart USING (said)"
        shelf.put_batches(
            tables, fresh, f"SELECT * FROM {table} WHERE said IN (SELECT said FROM ({said}) WHERE batch_id = {{batch}})"
        )
    tables.execute("DROP TABLE asked_apart")
