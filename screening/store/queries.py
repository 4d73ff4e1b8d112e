"""Reading what runs and batches keep: a connection to read by, and rows as dictionaries for the few that are shown to people."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb


@contextmanager
def reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for one look at kept files; what it creates is its own and gone afterwards.

    All looks of a process share one engine: an engine of its own costs each of them more than most of their queries.
    """
    connection, own = _shared().cursor(), f"look_{uuid.uuid4().hex}"
    try:
        connection.execute(f"ATTACH ':memory:' AS {own}; USE {own}")
        yield connection
    finally:
        connection.execute(f"USE memory; DETACH DATABASE IF EXISTS {own}")
        connection.close()


def engine(**config: str) -> duckdb.DuckDBPyConnection:
    """An engine of its own, with threads and memory of its own: for long work, beside which others look."""
    return duckdb.connect(config={"autoinstall_known_extensions": "false", **config})


_shared = cache(engine)


def sql_text(value: str) -> str:
    """A string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def dicts(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """All rows of an executed query, column name → value."""
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
