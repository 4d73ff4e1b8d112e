"""Turns facts into the wide feature table, and back into the rows a feature rests on.

Three-valued by construction: a kind never received makes its features NULL; a fact that may or may not count (its condition is NULL, or what it measures
is missing) leaves the number standing as a lower bound and marks it open in `<feature>__open`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

import duckdb

from screening.errors import InvalidRule
from screening.features.catalogue import Feature, Theme, coverage_sql, read_features, read_themes
from screening.features.tables import entity_ranges
from screening.store.queries import sql_text
from screening.store.tables import Tables
from screening.vocabulary import Kind

OPEN = "__open"
_ASKED = "asked:"  # columns of `asked_about`, so named that no column of facts is
_PLACEHOLDER = re.compile(r"\$(as_of|pattern_\w+|param_\w+)")


@dataclass(frozen=True)
class FactContext:
    """What facts SQL may refer to: the day, the named patterns, the dated parameters, and which kinds were received."""

    as_of: date
    patterns: Mapping[str, str]
    parameters: Mapping[str, float | int]
    received: frozenset[Kind]

    def fill(self, sql: str, where: str) -> str:
        """`sql` with its placeholders as literals; raises `InvalidRule` for an unknown one."""

        def literal(match: re.Match[str]) -> str:
            name = match.group(1)
            if name == "as_of":
                return f"DATE '{self.as_of.isoformat()}'"
            family, _, key = name.partition("_")
            known: Mapping[str, object] = self.patterns if family == "pattern" else self.parameters
            if key not in known:
                raise InvalidRule(
                    f"{where} 用到未定义的 {name}", "请在 rules/patterns.yaml 或 rules/parameters 中定义。", {"file": where}
                )
            return sql_text(str(known[key])) if family == "pattern" else str(known[key])

        return _PLACEHOLDER.sub(literal, sql)


def compute_features(connection: Tables, context: FactContext) -> None:
    """Create `features`: entity_id, sector, is_sector_certain, every feature, and `<feature>__open` for every aggregate. Needs the tables of `create_tables`."""
    connection.execute(f"CREATE TABLE coverage AS {context.fill(coverage_sql(), 'coverage.sql')}")
    selected, joins = ["e.entity_id", "e.sector", "e.is_sector_certain"], []
    for theme in read_themes():
        known = all(kind in context.received for kind in theme.needs)
        _create_facts(connection, theme, context)
        _create_theme(connection, theme)
        joins.append(f"LEFT JOIN (FROM theme_{theme.theme} WHERE {{some}}) theme_{theme.theme} USING (entity_id)")
        for name, feature in theme.features.items():
            selected += _columns(theme, name, feature, known)
    query = f"SELECT {', '.join(selected)} FROM (FROM entities WHERE {{some}}) e {' '.join(joins)} CROSS JOIN coverage ORDER BY e.entity_id"
    first, *others = entity_ranges(connection, "entities")  # the wide rows of everybody would not fit into little memory
    connection.execute(f"CREATE TABLE features AS {query.replace('{some}', first)}")
    for some in others:
        connection.execute(f"INSERT INTO features {query.replace('{some}', some)}")


def _create_facts(connection: Tables, theme: Theme, context: FactContext) -> None:
    sql = context.fill(theme.facts_sql, f"{theme.facts}.sql")
    connection.execute(f"CREATE TABLE IF NOT EXISTS facts_{theme.facts} AS {sql.strip().rstrip(';')}")


def _create_theme(connection: Tables, theme: Theme) -> None:
    values = [
        f'{_value_sql(f)} AS "{n}"' + (f', {_open_sql(f)} AS "{n}{OPEN}"' if f.is_aggregate else "")
        for n, f in theme.features.items()
    ]
    grouping = "GROUP BY entity_id" if any(f.is_aggregate for f in theme.features.values()) else ""
    connection.execute(
        f"CREATE TABLE theme_{theme.theme} AS SELECT entity_id, {', '.join(values)} FROM facts_{theme.facts} {grouping}"
    )


def _value_sql(feature: Feature) -> str:
    if feature.value is not None:
        return f"({feature.value})"
    if feature.count is not None:
        return f"count(*) FILTER (WHERE ({feature.count}))"
    function = next(name for name in ("sum", "max", "min", "distinct") if getattr(feature, name))
    call = f"count(DISTINCT {feature.measured})" if function == "distinct" else f"{function}({feature.measured})"
    return f"{call} FILTER (WHERE ({feature.where}))"


def _open_sql(feature: Feature) -> str:
    """True where some fact may add to the number: it may count, or it counts and what it measures is missing."""
    missing = f" OR (({feature.condition}) AND ({feature.measured}) IS NULL)" if feature.measured else ""
    return f"bool_or(({feature.condition}) IS NULL{missing})"


def _columns(theme: Theme, name: str, feature: Feature, known: bool) -> list[str]:
    """What a feature adds to the wide table, from its theme's table joined to every entity."""
    if not known:
        type_ = "VARCHAR" if feature.is_text else "DOUBLE"
        return [f'NULL::{type_} AS "{name}"'] + ([f'false AS "{name}{OPEN}"'] if feature.is_aggregate else [])
    stored, open_ = f'theme_{theme.theme}."{name}"', f'theme_{theme.theme}."{name}{OPEN}"'
    if not feature.is_aggregate:
        return [f'{stored} AS "{name}"']
    value = stored if feature.min else f"coalesce({stored}, 0)"
    known_here = [f"coverage.{feature.known_if}"] if feature.known_if else []
    if theme.without_rows == "unknown":
        known_here.append(f"{open_} IS NOT NULL")
    if known_here:
        value = f"CASE WHEN {' AND '.join(known_here)} THEN {value} END"
    return [f'{value} AS "{name}"', f'coalesce({open_}, false) AS "{name}{OPEN}"']


def collect_evidence(connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, Iterable[str]]) -> None:
    """Create `evidence(entity_id, feature, batch_id, sheet, row_no, fact_date, quote)`.

    `wanted` maps a feature to SQL conditions over `outcomes`: its rows are kept for the entities that fulfil any of them.
    Each of those entities' own newest row is kept too, under feature '': what a reason rests on when it rests on something being absent.
    """
    connection.execute(
        "CREATE TABLE evidence (entity_id VARCHAR, feature VARCHAR, batch_id VARCHAR, sheet VARCHAR, row_no INTEGER, fact_date DATE, quote VARCHAR)"
    )
    met = _met_by_any(connection, sorted({condition for conditions in wanted.values() for condition in conditions}))
    asked = {name: found for name, conditions in wanted.items() if (found := [one for one in conditions if one in met])}
    if not asked:
        return
    columns = ", ".join(f'({" OR ".join(found)}) AS "{_ASKED}{name}"' for name, found in asked.items())
    connection.execute(f"CREATE TABLE asked_about AS SELECT entity_id, {columns} FROM outcomes WHERE {' OR '.join(met)}")
    features = read_features()
    facts: dict[str, list[str]] = defaultdict(list)
    for theme in read_themes():
        facts[theme.facts] += [name for name in theme.features if name in asked and features[name].is_aggregate]
    for table, names in facts.items():
        if names:
            _keep_fact_rows(connection, f"facts_{table}", {name: features[name] for name in names})
    _keep_entity_rows(connection, {name: features[name] for name in asked if not features[name].is_aggregate})
    connection.execute("DROP TABLE asked_about")


def _met_by_any(connection: duckdb.DuckDBPyConnection, conditions: Sequence[str]) -> list[str]:
    """Those conditions over `outcomes` that any entity fulfils: most months most rules hit nobody, and each question put for nothing costs time."""
    if not conditions:
        return []
    asked = ", ".join(f"bool_or({condition})" for condition in conditions)
    return list(compress(conditions, connection.execute(f"SELECT {asked} FROM outcomes").fetchall()[0]))


def _keep_fact_rows(connection: duckdb.DuckDBPyConnection, table: str, features: Mapping[str, Feature]) -> None:
    """The rows of one table of facts that count for any of these features: looked at once for all of them."""
    present = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
    kept = ", ".join(
        f'CASE WHEN "{_ASKED}{name}" AND ({f.condition}){f" AND ({f.measured}) IS NOT NULL" if f.measured else ""} '
        f"THEN {{'feature': '{name}', 'quote': {f.quote if f.quote in present else 'NULL'}::VARCHAR}} END"
        for name, f in features.items()
    )
    day = "fact_date" if "fact_date" in present else "NULL"
    connection.execute(
        f"INSERT INTO evidence SELECT entity_id, kept.feature, batch_id, sheet, row_no, fact_date, kept.quote "
        f"FROM (SELECT entity_id, batch_id, sheet, row_no, {day} AS fact_date, unnest([{kept}]) AS kept FROM {table} JOIN asked_about USING (entity_id)) "
        "WHERE kept IS NOT NULL"
    )


def _keep_entity_rows(connection: duckdb.DuckDBPyConnection, features: Mapping[str, Feature]) -> None:
    """The rows that the cells of these features came from, and each entity's newest."""
    cells = [("", "newest", "true"), *((name, c, f'"{_ASKED}{name}"') for name, f in features.items() for c in f.columns)]
    kept = ", ".join(
        f"CASE WHEN {is_asked} AND {column} IS NOT NULL "
        f"THEN {{'feature': '{name}', 'batch_id': {column}.batch_id, 'sheet': {column}.sheet, 'row_no': {column}.row_no}} END"
        for name, column, is_asked in cells
    )
    connection.execute(
        "INSERT INTO evidence SELECT entity_id, kept.feature, kept.batch_id, kept.sheet, kept.row_no, NULL, NULL "
        f"FROM (SELECT entity_id, unnest([{kept}]) AS kept FROM entity_cells JOIN asked_about USING (entity_id)) WHERE kept IS NOT NULL"
    )
