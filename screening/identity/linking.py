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
from screening.identity.name_keys import create_former_names, create_keys, create_name_keys, key_sql
from screening.store.register import Batch, Decision
from screening.store.shelf import Keeping, Shelf, show_or_make
from screening.store.tables import create_from, create_table, in_parts
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
# One join at a time: what several need at once, no memory limit can make them give back.
_MEANT_BY_KEYS = """
CREATE OR REPLACE TABLE meant AS SELECT ord, min_by(entity_id, turn) AS entity_id, min_by(method, turn) AS method FROM (
    SELECT ord, 1 AS turn, entity_id, 'uscc' AS method FROM (SELECT ord, 'uscc:' || uscc AS key FROM raw_{table}) JOIN identifiers USING (key) WHERE is_alone
    UNION ALL
    SELECT ord, 2, entity_id, 'reg_no' FROM (SELECT ord, 'reg:' || reg_no AS key FROM raw_{table}) JOIN identifiers USING (key) WHERE is_alone
    UNION ALL
    SELECT ord, 3, entity_id, CASE WHEN is_alone AND (r.uscc IS NULL OR NOT has_code) THEN 'name_exact' ELSE 'ambiguous' END
    FROM (SELECT ord, uscc, 'name:' || name AS key FROM raw_{table}) r JOIN identifiers USING (key)
) GROUP BY ord
"""
_LINK_BY_KEYS = """
INSERT INTO links
SELECT '{kind}', ord, CASE WHEN method != 'ambiguous' THEN entity_id END, method,
    CASE method WHEN 'uscc' THEN 1.0 WHEN 'reg_no' THEN 1.0 WHEN 'name_exact' THEN 0.95 END, {why}, [], '{kind}:' || record, has_code
FROM (
    SELECT ord, m.entity_id, coalesce(m.method, 'none') AS method, {record} AS record, r.uscc IS NOT NULL OR r.reg_no IS NOT NULL AS has_code
    FROM raw_{table} r LEFT JOIN meant m USING (ord)
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
        connection.execute(_MEANT_BY_KEYS.format(table=kind.table))
        connection.execute(_link_by_keys(kind))
    for table in ("name_keys", "identifiers", "meant"):
        connection.execute(f"DROP TABLE {table}")
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
    create_table(connection, "merged", pa.table({"from_id": list(into), "into_id": list(into.values())}))
    connection.execute("ALTER VIEW raw_entities RENAME TO delivered_entities")
    connection.execute("""
        CREATE VIEW raw_entities AS SELECT d.* REPLACE (coalesce(m.into_id, d.entity_id) AS entity_id)
        FROM delivered_entities d LEFT JOIN merged m ON m.from_id = d.entity_id
    """)


def _create_identifiers(connection: duckdb.DuckDBPyConnection, shelf: Shelf | None) -> None:
    """`identifiers(key, entity_id, is_alone, has_code)`: every code, and every name as rows spell it, that an entity bears, whether nobody else bears it, and whether the bearer has a credit code."""
    show_or_make(shelf, connection, "borne", "identifiers", partial(_create_borne, connection))
    meant = " UNION ".join(
        f"SELECT 'uscc:' || uscc AS key FROM raw_{kind.table} UNION SELECT 'reg:' || reg_no FROM raw_{kind.table}"
        for kind in LINKED_KINDS
    )
    connection.execute(f"CREATE TABLE identifiers AS SELECT * FROM borne SEMI JOIN ({meant}) USING (key)")
    connection.execute("""
        INSERT INTO identifiers SELECT 'name:' || name, entity_id, is_alone, has_code
        FROM (SELECT name, 'name:' || name_key AS key FROM name_keys) JOIN borne USING (key)
    """)


def _create_borne(connection: duckdb.DuckDBPyConnection) -> None:
    create_former_names(connection)
    connection.execute(f"""
        CREATE VIEW own_names AS SELECT *, {key_sql("name")} AS plain_key FROM (
            SELECT name, entity_id, uscc FROM raw_entities WHERE name IS NOT NULL UNION ALL SELECT name, entity_id, NULL FROM former_names
        )
    """)
    create_keys(connection, "unusual", "SELECT name FROM own_names WHERE plain_key IS NULL")
    connection.execute("""
        CREATE TABLE spoken AS SELECT key, entity_id, uscc IS NOT NULL AS is_coded FROM (
            SELECT 'uscc:' || uscc AS key, entity_id, uscc FROM raw_entities
            UNION ALL SELECT 'reg:' || reg_no, entity_id, uscc FROM raw_entities
            UNION ALL SELECT 'name:' || coalesce(plain_key, name_key), entity_id, uscc FROM own_names LEFT JOIN unusual USING (name)
        ) WHERE key IS NOT NULL AND key != 'name:'
    """)
    connection.execute("""
        CREATE TABLE later_coded AS SELECT entity_id FROM raw_entities
        WHERE uscc IS NOT NULL AND entity_id IN (SELECT entity_id FROM raw_entities WHERE uscc IS NULL UNION ALL SELECT entity_id FROM former_names)
    """)
    borne = """
        SELECT key, bearer AS entity_id, is_alone, is_coded OR bearer IN (FROM later_coded) AS has_code FROM (
            SELECT key, min(entity_id) AS bearer, min(entity_id) = max(entity_id) AS is_alone, bool_or(is_coded) AS is_coded
            FROM spoken WHERE {part} GROUP BY key
        )
    """
    create_from(connection, "borne", in_parts(connection, borne, "spoken", "key"))
    connection.execute("DROP VIEW own_names")
    for table in ("former_names", "unusual", "spoken", "later_coded"):
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
    create_table(connection, "said_same", pa.Table.from_pylist(same, schema=schema))
    connection.execute(  # looks at those who were named, not at everybody who is listed
        "DELETE FROM said_same WHERE entity_id NOT IN (SELECT entity_id FROM raw_entities SEMI JOIN said_same USING (entity_id))"
    )
    create_table(connection, "said_different", pa.Table.from_pylist(different, schema=pa.schema(list(schema)[:2])))
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
    create_table(connection, "said_apart", pa.Table.from_pylist(apart, schema=schema))
    prefix = subject_of(Kind.ENTITIES, "")
    connection.execute(f"""
        CREATE TABLE duplicates AS SELECT * FROM likely_duplicates d WHERE NOT EXISTS (
            FROM said_apart a
            WHERE a.subject = '{prefix}' || d.entity_id AND a.entity_id = d.other_id OR a.subject = '{prefix}' || d.other_id AND a.entity_id = d.entity_id
        ) ORDER BY confidence DESC, entity_id, other_id
    """)
    connection.execute("DROP TABLE likely_duplicates")
    connection.execute("DROP TABLE said_apart")
