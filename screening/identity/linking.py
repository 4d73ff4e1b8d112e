"""Links rows that speak of somebody to the entity they speak of: by code, exact name, or likeness of name, address, phone and words; people have the last word.

A link below the sure threshold stays open, with its candidates, for people to decide, and feeds nothing until they do; what is ambiguous stays so.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.identity.complainants import phone_key
from screening.identity.decisions import Standing, subject_of
from screening.identity.likeness import Lookup, link_by_likeness
from screening.identity.name_keys import create_former_names, create_keys, create_name_keys
from screening.store.register import Batch, Decision
from screening.store.shelf import Keeping, Shelf
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

LINKED_KINDS = tuple(kind for kind in Kind if kind is not Kind.ENTITIES)

# What names a record in every delivery of it: the number its source gave it, else its content.
RECORD = {Kind.COMPLAINTS: "coalesce(r.source_no, r.row_hash::VARCHAR)"}
_BY_CONTENT = "r.row_hash::VARCHAR"

_WHY = {
    "uscc": "统一社会信用代码一致",
    "reg_no": "注册号一致",
    "name_exact": "名称与登记名称（含曾用名）完全一致",
    "ambiguous": "有两户以上使用这个名称，或同名主体的信用代码不同",
    "none": "",
}
_LINK_BY_KEYS = """
INSERT INTO links
SELECT '{kind}', ord, CASE WHEN confidence IS NOT NULL THEN entity_id END, method, confidence, {why}, [], '{kind}:' || record, has_code
FROM (
    SELECT r.ord, {record} AS record, coalesce(c.entity_id, g.entity_id, n.entity_id) AS entity_id, r.uscc IS NOT NULL OR r.reg_no IS NOT NULL AS has_code,
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


def link_rows(
    connection: duckdb.DuckDBPyConnection,
    rules: Path,
    decisions: Sequence[Decision] = (),
    hide_phone: Callable[[str], str] = str,
    keeping: Keeping | None = None,
) -> None:
    """Create `links(kind, ord, entity_id, method, confidence, why, candidates, subject)` and `duplicates(entity_id, other_id, confidence, why)`.

    One link for each row of another kind; `entity_id` is NULL where none is sure, `why` says in one Chinese line how it came about, `candidates`
    (best first) are for people to choose from, `subject` is what a decision on it is filed under. Methods: uscc, reg_no, name_exact, name_in_text,
    name_fuzzy, address, phone, manual, rejected, ambiguous, none. `duplicates` are pairs of entities that may be one. Entities that people said are
    one become one in `raw_entities`. `hide_phone` hides a telephone number as those in the complaints' words were hidden. With `keeping`, what the same
    register was asked before is not worked out again. Needs the `raw_<kind>` views of a workspace connection.
    """
    standing = Standing(decisions)
    _merge_entities(connection, standing.merged())
    lookup = Lookup(connection, rules, hide_phone, keeping)
    create_name_keys(connection, LINKED_KINDS)
    _create_identifiers(connection, lookup.shelf)
    connection.execute(
        "CREATE TABLE links (kind VARCHAR, ord BIGINT, entity_id VARCHAR, method VARCHAR, confidence DOUBLE, why VARCHAR, "
        "candidates STRUCT(entity_id VARCHAR, name VARCHAR, confidence DOUBLE, why VARCHAR)[], subject VARCHAR, has_code BOOLEAN)"
    )
    for kind in LINKED_KINDS:
        connection.execute(_link_by_keys(kind))
    link_by_likeness(connection, LINKED_KINDS, lookup)
    _apply(connection, standing)
    connection.execute("ALTER TABLE links DROP has_code")
    _create_duplicates(connection, standing)


def link_batches(workspace: Workspace, connection: duckdb.DuckDBPyConnection, batches: Sequence[Batch], rules: Path) -> None:
    """`link_rows` over these batches of a workspace, by its standing decisions, with what its scorings kept."""
    secret = workspace.register.secret("complainants")
    keeping = Keeping.of(workspace.home, (batch.batch_id for batch in batches))
    link_rows(connection, rules, workspace.register.standing_decisions(), partial(phone_key, secret=secret), keeping)


def _link_by_keys(kind: Kind) -> str:
    why = " ".join(f"WHEN '{method}' THEN '{said}'" for method, said in _WHY.items())
    return _LINK_BY_KEYS.format(
        kind=kind.value, table=kind.table, record=RECORD.get(kind, _BY_CONTENT), why=f"CASE method {why} END"
    )


def _merge_entities(connection: duckdb.DuckDBPyConnection, into: dict[str, str]) -> None:
    """See merged entities under one id; what was delivered stays as it is."""
    if not into:
        return
    _create_table(connection, "merged", pa.table({"from_id": list(into), "into_id": list(into.values())}))
    connection.execute("ALTER VIEW raw_entities RENAME TO delivered_entities")
    connection.execute("""
        CREATE VIEW raw_entities AS SELECT d.* REPLACE (coalesce(m.into_id, d.entity_id) AS entity_id)
        FROM delivered_entities d LEFT JOIN merged m ON m.from_id = d.entity_id
    """)


def _create_identifiers(connection: duckdb.DuckDBPyConnection, shelf: Shelf | None) -> None:
    """`identifiers(key, entity_id, bearers, uscc)`: every code and name that a row may mean, how many entities bear it, and the bearer's credit code."""
    if shelf:
        shelf.keep(connection, "borne", "identifiers", partial(_create_borne, connection))
    else:
        _create_borne(connection)
    meant = " UNION ".join(
        f"SELECT 'uscc:' || uscc AS key FROM raw_{kind.table} UNION SELECT 'reg:' || reg_no FROM raw_{kind.table}"
        for kind in LINKED_KINDS
    )
    connection.execute(
        f"CREATE TABLE identifiers AS SELECT * FROM borne SEMI JOIN ({meant} UNION SELECT 'name:' || name_key FROM name_keys) USING (key)"
    )


def _create_borne(connection: duckdb.DuckDBPyConnection) -> None:
    create_former_names(connection)
    create_keys(
        connection, "own_keys", "SELECT name FROM raw_entities WHERE name IS NOT NULL UNION SELECT name FROM former_names"
    )
    connection.execute("""
        CREATE TABLE borne AS
        WITH codes AS (SELECT entity_id, max(uscc) AS uscc FROM raw_entities GROUP BY entity_id)
        SELECT key, min(entity_id) AS entity_id, count(DISTINCT entity_id) AS bearers, max(codes.uscc) AS uscc FROM (
            SELECT 'uscc:' || uscc AS key, entity_id FROM raw_entities
            UNION ALL SELECT 'reg:' || reg_no, entity_id FROM raw_entities
            UNION ALL SELECT 'name:' || k.name_key, entity_id FROM raw_entities JOIN own_keys k USING (name)
            UNION ALL SELECT 'name:' || k.name_key, entity_id FROM former_names JOIN own_keys k USING (name)
        ) JOIN codes USING (entity_id) WHERE key IS NOT NULL AND key != 'name:' GROUP BY key
    """)
    for table in ("former_names", "own_keys"):
        connection.execute(f"DROP TABLE {table}")


def _apply(connection: duckdb.DuckDBPyConnection, standing: Standing) -> None:
    """Decisions of people over everything found by the program. One that names an entity no longer listed waits."""
    merged = standing.merged()
    same = [
        {"subject": subject, "entity_id": merged.get(d.entity_id, d.entity_id), "why": f"{d.decided_by}于{d.decided_at:%Y-%m-%d}确认{f'：{d.note}' if d.note else ''}"}
        for subject, d in standing.said_same().items()
    ]  # fmt: skip
    different = [{"subject": subject, "entity_id": merged.get(e, e)} for subject, e in standing.said_different()]
    schema = pa.schema([("subject", pa.string()), ("entity_id", pa.string()), ("why", pa.string())])
    _create_table(connection, "said_same", pa.Table.from_pylist(same, schema=schema))
    connection.execute("DELETE FROM said_same WHERE entity_id NOT IN (SELECT entity_id FROM raw_entities)")
    _create_table(connection, "said_different", pa.Table.from_pylist(different, schema=pa.schema(list(schema)[:2])))
    connection.execute("""
        UPDATE links SET entity_id = NULL, method = 'rejected', confidence = NULL, why = '经人工判断不是该主体'
        FROM said_different d WHERE d.subject = links.subject AND d.entity_id = links.entity_id
    """)
    connection.execute("""
        UPDATE links SET candidates = list_filter(candidates, lambda c: NOT list_contains(d.entities, c.entity_id))
        FROM (SELECT subject, list(entity_id) AS entities FROM said_different GROUP BY subject) d WHERE d.subject = links.subject
    """)
    connection.execute("""
        UPDATE links SET entity_id = s.entity_id, method = 'manual', confidence = 1.0, why = s.why
        FROM said_same s WHERE s.subject = links.subject
    """)


def _create_duplicates(connection: duckdb.DuckDBPyConnection, standing: Standing) -> None:
    """Pairs that people have not told apart."""
    apart = [{"subject": subject, "entity_id": entity_id} for subject, entity_id in standing.said_different()]
    schema = pa.schema([("subject", pa.string()), ("entity_id", pa.string())])
    _create_table(connection, "said_apart", pa.Table.from_pylist(apart, schema=schema))
    prefix = subject_of(Kind.ENTITIES, "")
    connection.execute(f"""
        CREATE TABLE duplicates AS SELECT * FROM likely_duplicates d WHERE NOT EXISTS (
            FROM said_apart a
            WHERE a.subject = '{prefix}' || d.entity_id AND a.entity_id = d.other_id OR a.subject = '{prefix}' || d.other_id AND a.entity_id = d.entity_id
        ) ORDER BY confidence DESC, entity_id, other_id
    """)
    connection.execute("DROP TABLE likely_duplicates")
    connection.execute("DROP TABLE said_apart")


def _create_table(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("_columns", rows)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _columns")
    connection.unregister("_columns")
