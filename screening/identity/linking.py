"""Links rows that speak of somebody to the entity they speak of: by credit code, registration number, exact name, or full name in the text.

A code or name that two entities bear, or a name whose bearer has another code, links nothing and is counted as ambiguous; a partial name or a nickname links nothing yet.
"""

from collections import defaultdict

import duckdb
import pyarrow as pa
from ahocorasick_rs import AhoCorasick, MatchKind

from screening.identity.names import SHORTEST_NAME, fold, name_key, split_names
from screening.vocabulary import Kind

LINKED_KINDS = tuple(kind for kind in Kind if kind is not Kind.ENTITIES)
_IN_TEXT_CONFIDENCE = 0.9

_LINK_BY_KEYS = """
INSERT INTO links
SELECT '{kind}', ord, CASE WHEN confidence IS NOT NULL THEN entity_id END, method, confidence
FROM (
    SELECT r.ord, coalesce(c.entity_id, g.entity_id, n.entity_id) AS entity_id,
           CASE WHEN c.entity_id IS NOT NULL THEN 'uscc' WHEN g.entity_id IS NOT NULL THEN 'reg_no' WHEN n.bearers IS NULL THEN 'none'
                WHEN n.bearers = 1 AND (r.uscc IS NULL OR n.uscc IS NULL) THEN 'name_exact' ELSE 'ambiguous' END AS method,
           CASE method WHEN 'uscc' THEN 1.0 WHEN 'reg_no' THEN 1.0 WHEN 'name_exact' THEN 0.95 END AS confidence
    FROM raw_{table} r
    LEFT JOIN identifiers c ON c.key = 'uscc:' || r.uscc AND c.bearers = 1
    LEFT JOIN identifiers g ON g.key = 'reg:' || r.reg_no AND g.bearers = 1
    LEFT JOIN name_keys k ON k.name = r.name
    LEFT JOIN identifiers n ON n.key = 'name:' || k.name_key
)
"""


def link_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `links(kind, ord, entity_id, method, confidence)`: one row for each row of another kind, entity_id NULL where none is sure.

    `method` says how, or why not: uscc, reg_no, name_exact, name_in_text, ambiguous, none. Needs the `raw_<kind>` views of a workspace connection.
    """
    _create_name_keys(connection)
    _create_identifiers(connection)
    connection.execute("CREATE TABLE links (kind VARCHAR, ord BIGINT, entity_id VARCHAR, method VARCHAR, confidence DOUBLE)")
    for kind in LINKED_KINDS:
        connection.execute(_LINK_BY_KEYS.format(kind=kind.value, table=kind.table))
    _link_by_text(connection)


def _create_name_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """`name_keys(name, name_key)` for every name any row bears, former names taken apart."""
    listed = " UNION ".join(f"SELECT name FROM raw_{kind.table} WHERE name IS NOT NULL" for kind in Kind)
    names = [row[0] for row in connection.execute(f"{listed} ORDER BY name").fetchall()]
    _create_table(connection, "name_keys", {"name": names, "name_key": [name_key(name) for name in names]})


def _create_identifiers(connection: duckdb.DuckDBPyConnection) -> None:
    """`identifiers(key, entity_id, bearers, uscc)`: every code and name, how many entities bear it, and the bearer's credit code."""
    rows = connection.execute(
        "SELECT DISTINCT entity_id, former_names FROM raw_entities WHERE former_names IS NOT NULL ORDER BY ALL"
    ).fetchall()
    former = [(entity_id, name_key(name)) for entity_id, cell in rows for name in split_names(cell)]
    _create_table(connection, "former_names", {"entity_id": [e for e, _ in former], "name_key": [n for _, n in former]})
    connection.execute("""
        CREATE TABLE identifiers AS
        WITH codes AS (SELECT entity_id, max(uscc) AS uscc FROM raw_entities GROUP BY entity_id)
        SELECT key, min(entity_id) AS entity_id, count(DISTINCT entity_id) AS bearers, max(codes.uscc) AS uscc FROM (
            SELECT 'uscc:' || uscc AS key, entity_id FROM raw_entities
            UNION ALL SELECT 'reg:' || reg_no, entity_id FROM raw_entities
            UNION ALL SELECT 'name:' || k.name_key, entity_id FROM raw_entities JOIN name_keys k USING (name)
            UNION ALL SELECT 'name:' || name_key, entity_id FROM former_names
        ) JOIN codes USING (entity_id) WHERE key IS NOT NULL AND key != 'name:' GROUP BY key
    """)


def _link_by_text(connection: duckdb.DuckDBPyConnection) -> None:
    """Complaints that no column links: the full name of exactly one entity in their words links them."""
    names = connection.execute(
        "SELECT substr(key, 6), entity_id, bearers FROM identifiers WHERE starts_with(key, 'name:') AND length(key) >= ? ORDER BY key",
        [SHORTEST_NAME + len("name:")],
    ).fetchall()
    texts = connection.execute("""
        SELECT r.ord, concat_ws(' ', r.title, r.content) FROM raw_complaints r
        JOIN links l ON l.kind = 'complaints' AND l.ord = r.ord AND l.method = 'none' ORDER BY r.ord
    """).fetchall()
    if not names or not texts:
        return
    matcher = AhoCorasick([name for name, _, _ in names], matchkind=MatchKind.LeftmostLongest)
    found: dict[str, list[object]] = defaultdict(list)
    for ord_, text in texts:
        said = {match[0] for match in matcher.find_matches_as_indexes(fold(text))}
        if said:
            bearers = {names[index][1] for index in said}
            sure = len(bearers) == 1 and all(names[index][2] == 1 for index in said)
            found["ord"].append(ord_)
            found["entity_id"].append(bearers.pop() if sure else None)
            found["method"].append("name_in_text" if sure else "ambiguous")
            found["confidence"].append(_IN_TEXT_CONFIDENCE if sure else None)
    if found:
        _create_table(connection, "named_in_text", found)
        connection.execute("""
            UPDATE links SET entity_id = t.entity_id, method = t.method, confidence = t.confidence::DOUBLE
            FROM named_in_text t WHERE links.kind = 'complaints' AND links.ord = t.ord
        """)


def _create_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, list[object]] | dict[str, list[str]]
) -> None:
    connection.register("_columns", pa.table({key: pa.array(values) for key, values in columns.items()}))
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _columns")
    connection.unregister("_columns")
