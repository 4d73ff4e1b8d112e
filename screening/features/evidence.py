"""Turns features back into the rows they rest on.

Themes of which nothing was received have no rows. Of shared themes (`compute.SHARED`) every row that counts is kept with a run, so that a later run need not work out anew who shares what with whom.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import compress

import duckdb

from screening.features.catalogue import Feature, known_themes, read_features
from screening.features.compute import SHARED
from screening.features.tables import TOLD_BY
from screening.store.queries import sql_text
from screening.vocabulary import Kind

_ASKED = "asked:"  # columns of `asked_about`, so named that no column of facts is


def collect_shared_evidence(connection: duckdb.DuckDBPyConnection, received: Collection[Kind]) -> None:
    """Create `shared_evidence`, as `evidence`: every row that counts for a feature of a shared theme, whoever is asked about. Their facts are not needed any more."""
    _create_evidence(connection, "shared_evidence")
    for theme in known_themes(received):
        if theme.theme in SHARED:
            _keep_fact_rows(connection, "shared_evidence", f"facts_{theme.facts}", theme.features)
            connection.execute(f"DROP TABLE facts_{theme.facts}")


def collect_evidence(
    connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, Iterable[str]], received: Collection[Kind]
) -> None:
    """Create `evidence(entity_id, feature, batch_id, sheet, row_no, fact_date, quote)`. Needs `shared_evidence`.

    `wanted` maps a feature to SQL conditions over `outcomes`: its rows are kept for the entities that fulfil any of them.
    Each of those entities' own newest row is kept too, under feature '': what a reason rests on when it rests on something being absent.
    """
    _create_evidence(connection, "evidence")
    met = _met_by_any(connection, sorted({condition for conditions in wanted.values() for condition in conditions}))
    asked = {name: found for name, conditions in wanted.items() if (found := [one for one in conditions if one in met])}
    if not asked:
        return
    columns = ", ".join(f"({' OR '.join(found)}) AS {_asked(name)}" for name, found in asked.items())
    connection.execute(f"CREATE TABLE asked_about AS SELECT entity_id, {columns} FROM outcomes WHERE {' OR '.join(met)}")
    features = read_features()
    facts: dict[str, list[str]] = defaultdict(list)
    for theme in known_themes(received):
        rows = "shared_evidence" if theme.theme in SHARED else f"facts_{theme.facts}"
        facts[rows] += [name for name in theme.features if name in asked and features[name].is_aggregate]
    for table, names in facts.items():
        if names and table == "shared_evidence":
            _keep_shared_rows(connection, names)
        elif names:
            _keep_fact_rows(connection, "evidence", table, {name: features[name] for name in names}, "asked_about")
    _keep_entity_rows(connection, {name: features[name] for name in asked if not features[name].is_aggregate})
    connection.execute("DROP TABLE asked_about")


def _met_by_any(connection: duckdb.DuckDBPyConnection, conditions: Sequence[str]) -> list[str]:
    """Those conditions over `outcomes` that any entity fulfils: most months most rules hit nobody, and each question put for nothing costs time."""
    if not conditions:
        return []
    asked = ", ".join(f"bool_or({condition})" for condition in conditions)
    return list(compress(conditions, connection.execute(f"SELECT {asked} FROM outcomes").fetchall()[0]))


def _create_evidence(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    connection.execute(
        f"CREATE TABLE {table} (entity_id VARCHAR, feature VARCHAR, batch_id VARCHAR, sheet VARCHAR, row_no INTEGER, fact_date DATE, quote VARCHAR)"
    )


def _keep_shared_rows(connection: duckdb.DuckDBPyConnection, features: Sequence[str]) -> None:
    is_asked = " ".join(f"WHEN {sql_text(name)} THEN {_asked(name)}" for name in features)
    connection.execute(
        f"INSERT INTO evidence SELECT s.* FROM shared_evidence s JOIN asked_about USING (entity_id) WHERE CASE s.feature {is_asked} END"
    )


def _asked(feature: str) -> str:
    return f'"{_ASKED}{feature}"'


def _keep_fact_rows(
    connection: duckdb.DuckDBPyConnection, into: str, table: str, features: Mapping[str, Feature], among: str | None = None
) -> None:
    """The rows of one table of facts that count for any of these features: looked at once for all of them. `among` says for whom each is asked."""
    present = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
    kept = ", ".join(
        f"CASE WHEN {f'{_asked(name)} AND ' if among else ''}({f.condition}){f' AND ({f.measured}) IS NOT NULL' if f.measured else ''} "
        f"THEN {{'feature': '{name}', 'quote': {f.quote if f.quote in present else 'NULL'}::VARCHAR}} END"
        for name, f in features.items()
    )
    day = "fact_date" if "fact_date" in present else "NULL"
    connection.execute(
        f"INSERT INTO {into} SELECT entity_id, kept.feature, batch_id, sheet, row_no, fact_date, kept.quote "
        f"FROM (SELECT entity_id, batch_id, sheet, row_no, {day} AS fact_date, unnest([{kept}]) AS kept "
        f"FROM {table}{f' JOIN {among} USING (entity_id)' if among else ''}) "
        "WHERE kept IS NOT NULL"
    )


def _keep_entity_rows(connection: duckdb.DuckDBPyConnection, features: Mapping[str, Feature]) -> None:
    """The rows that the cells of these features came from, and each entity's newest."""
    cells = [("", "newest", "true")]
    cells += [(name, f'"{column}{TOLD_BY}"', _asked(name)) for name, f in features.items() for column in f.columns]
    kept = ", ".join(
        f"CASE WHEN {is_asked} THEN {{'feature': '{name}', 'ord': {told_by}}} END" for name, told_by, is_asked in cells
    )
    connection.execute(
        "INSERT INTO evidence SELECT k.entity_id, k.kept.feature, r.batch_id, r.sheet, r.row_no, NULL, NULL "
        f"FROM (SELECT entity_id, unnest([{kept}]) AS kept FROM entity_cells JOIN asked_about USING (entity_id)) k "
        "JOIN raw_entities r ON r.ord = k.kept.ord"
    )
