"""Turns facts into the wide feature table.

Three-valued by construction: a kind never received makes its features NULL; a fact that may or may not count (its condition is NULL, or what it measures
is missing) leaves the number standing as a lower bound and marks it open in `<feature>__open`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from screening.errors import InvalidRule
from screening.features.catalogue import Feature, Theme, coverage_sql, known_themes, read_themes
from screening.features.tables import in_ranges
from screening.store.queries import sql_text
from screening.store.tables import Tables, create_from, in_parts
from screening.vocabulary import Kind

OPEN = "__open"
_FACT_TIMES = 10  # times as many pairs at once, while findings are drawn from them, as entities with all their features
_THEME_TIMES = 3  # and while findings are summed up
_THEME_WIDTH = 3  # of an entity with all its sums
# Themes whose facts are of several entities at once: what one of them says may change another's number. All others rest on an entity's own rows
# (and on `coverage`: which lists were received).
SHARED = ("case_relations", "outward", "relations")
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


def compute_features(connection: Tables, context: FactContext, standing: Collection[str] = ()) -> None:
    """Create `features`: entity_id, sector, is_sector_certain, every feature, and `<feature>__open` for every aggregate. Needs the tables of `create_tables`.

    What is `standing` is there already: `coverage`, and `theme_<theme>` with the features of a theme.
    """
    if "coverage" not in standing:
        connection.execute(f"CREATE TABLE coverage AS {context.fill(coverage_sql(), 'coverage.sql')}")
    known = known_themes(context.received)
    fresh = [theme for theme in known if theme.theme not in standing]
    for theme in {theme.facts: theme for theme in fresh}.values():
        _create_facts(connection, theme, context)
    for theme in fresh:
        _create_theme(connection, theme)
    joins = [f"LEFT JOIN (FROM theme_{theme.theme} WHERE {{part}}) theme_{theme.theme} USING (entity_id)" for theme in known]
    selected = ["e.entity_id", "e.sector", "e.is_sector_certain"]
    for theme in read_themes():
        for name, feature in theme.features.items():
            selected += _columns(theme, name, feature, theme in known)
    query = f"SELECT {', '.join(selected)} FROM (FROM entities WHERE {{part}}) e {' '.join(joins)} CROSS JOIN coverage ORDER BY e.entity_id"
    # The wide rows of everybody would not fit into little memory.
    create_from(connection, "features", in_ranges(connection, query, "entities"))
    for theme in known:
        connection.execute(f"DROP TABLE theme_{theme.theme}")


def _create_facts(connection: Tables, theme: Theme, context: FactContext) -> None:
    sql = context.fill(theme.facts_sql, f"{theme.facts}.sql").strip().rstrip(";")
    parts = in_ranges(connection, sql, theme.cut_by, _FACT_TIMES) if theme.cut_by else [sql]
    create_from(connection, f"facts_{theme.facts}", parts)


def _create_theme(connection: Tables, theme: Theme) -> None:
    values = [
        f'{_value_sql(f)} AS "{n}"' + (f', {_open_sql(f)} AS "{n}{OPEN}"' if f.is_aggregate else "")
        for n, f in theme.features.items()
    ]
    facts = f"facts_{theme.facts}"
    queries = [f"SELECT entity_id, {', '.join(values)} FROM {facts}"]
    if any(f.is_aggregate for f in theme.features.values()):
        # In order, so that a range of entities is found without looking at all of them.
        summed = f"{queries[0]} WHERE {{part}} GROUP BY entity_id ORDER BY entity_id"
        queries = (
            in_ranges(connection, summed, theme.cut_by, _THEME_TIMES)
            if theme.cut_by
            else in_parts(connection, summed, facts, "entity_id", _THEME_WIDTH)
        )
    create_from(connection, f"theme_{theme.theme}", queries)


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
