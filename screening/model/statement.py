"""The score card as SQL: the same look-ups over a feature table, for DuckDB and, by sqlglot, for any engine.

Only CASE, comparisons and whole numbers: no engine can round a sum otherwise. NaN, which engines order differently, counts as not known.
"""

from collections.abc import Sequence

import sqlglot

from screening.features.compute import OPEN
from screening.model.scorecard import MOST, Line, Scorecard

MAYBE = "?"


def points_sql(card: Scorecard, openable: Sequence[str] = (), dialect: str = "duckdb") -> str:
    """An expression over a feature table: the model's points in tenths, as `Scorecard.points` gives them.

    `openable` are the features that have a column `<feature>__open`.
    """
    total = " + ".join(f"({line_sql(line, line.feature in openable)})" for line in card.lines) or "0"
    return _said(f"LEAST({MOST}, {total})", dialect)


def select_sql(card: Scorecard, table: str, openable: Sequence[str] = (), dialect: str = "duckdb") -> str:
    """A SELECT of entity_id, `points`, `could_add` and, line by line, tenths `i` and what could be added `i?` (i counts the card's lines from 0).

    `openable` as in `points_sql`.
    """
    lines = [f'({line_sql(line, line.feature in openable)}) AS "{number}"' for number, line in enumerate(card.lines)]
    maybes = [f'({could_add_sql(line, line.feature in openable)}) AS "{number}{MAYBE}"' for number, line in enumerate(card.lines)]
    now = " + ".join(f'"{number}"' for number in range(len(card.lines))) or "0"
    most = " + ".join(f'"{number}" + "{number}{MAYBE}"' for number in range(len(card.lines))) or "0"
    inner = f"SELECT entity_id, {', '.join([*lines, *maybes])} FROM {table}" if lines else f"SELECT entity_id FROM {table}"
    return _said(
        f"SELECT *, LEAST({MOST}, {now}) AS points, LEAST({MOST}, {most}) - LEAST({MOST}, {now}) AS could_add FROM ({inner}) AS parts",
        dialect,
    )


def line_sql(line: Line, is_openable: bool) -> str:
    """Tenths of one line; 0 for a value not known."""
    now = _case(line, line.tenths, 0)
    if not is_openable or line.is_rising:
        return now
    return f'CASE WHEN "{line.feature}{OPEN}" THEN {_case(line, [line.tenths[-1]] * len(line.tenths), 0)} ELSE {now} END'


def could_add_sql(line: Line, is_openable: bool) -> str:
    """Tenths that learning the value could add to one line."""
    if not is_openable:
        return _case(line, [0] * len(line.tenths), line.highest)
    further = [max(line.tenths[number:]) - (own if line.is_rising else line.tenths[-1]) for number, own in enumerate(line.tenths)]
    closed = _case(line, [0] * len(line.tenths), line.highest)
    return f'CASE WHEN "{line.feature}{OPEN}" THEN {_case(line, further, line.highest)} ELSE {closed} END'


def _case(line: Line, values: Sequence[int], unknown: int) -> str:
    value = f'CAST("{line.feature}" AS DOUBLE)'
    steps = [f"WHEN {value} <= {edge!r} THEN {own}" for edge, own in zip(line.edges, values, strict=False)]
    return f"CASE WHEN {value} IS NULL OR ISNAN({value}) THEN {unknown} {' '.join(steps)} ELSE {values[-1]} END"


def _said(sql: str, dialect: str) -> str:
    return sql if dialect == "duckdb" else sqlglot.transpile(sql, read="duckdb", write=dialect)[0]
