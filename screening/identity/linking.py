"""Links rows that speak of somebody to the entity they speak of: by code, exact name, or likeness of name, address, phone and words; people have the last word.

A link below the sure threshold stays open, with its candidates, for people to decide, and feeds nothing until they do; what is ambiguous stays so.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from screening.identity.addresses import AddressReader
from screening.identity.decisions import Standing, subject_of
from screening.identity.duplicates import likely_duplicates
from screening.identity.evidence import digits_of
from screening.identity.matching import Asked, Match, Matcher
from screening.identity.names import name_key, split_names
from screening.identity.parties import Known
from screening.store.register import Decision
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
SELECT '{kind}', ord, CASE WHEN confidence IS NOT NULL THEN entity_id END, method, confidence, '', [], '{kind}:' || record, has_code
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
_CANDIDATES = pa.list_(
    pa.struct([("entity_id", pa.string()), ("name", pa.string()), ("confidence", pa.float64()), ("why", pa.string())])
)
_MATCHED = pa.schema(
    [
        ("kind", pa.string()),
        ("ord", pa.int64()),
        ("entity_id", pa.string()),
        ("method", pa.string()),
        ("confidence", pa.float64()),
        ("why", pa.string()),
        ("candidates", _CANDIDATES),
    ]
)


def link_rows(
    connection: duckdb.DuckDBPyConnection, rules: Path, decisions: Sequence[Decision] = (), phone_key: Callable[[str], str] = str
) -> None:
    """Create `links(kind, ord, entity_id, method, confidence, why, candidates, subject)` and `duplicates(entity_id, other_id, confidence, why)`.

    One link for each row of another kind; `entity_id` is NULL where none is sure, `why` says in one Chinese line how it came about, `candidates`
    (best first) are for people to choose from, `subject` is what a decision on it is filed under. Methods: uscc, reg_no, name_exact, name_in_text,
    name_fuzzy, address, phone, manual, rejected, ambiguous, none. `duplicates` are pairs of entities that may be one. Entities that people said are
    one become one in `raw_entities`. `phone_key` hides a telephone number as those in the complaints' words were hidden. Needs the `raw_<kind>` views of a workspace connection.
    """
    standing = Standing(decisions)
    _merge_entities(connection, standing.merged())
    _create_name_keys(connection)
    _create_identifiers(connection)
    connection.execute(
        "CREATE TABLE links (kind VARCHAR, ord BIGINT, entity_id VARCHAR, method VARCHAR, confidence DOUBLE, why VARCHAR, "
        "candidates STRUCT(entity_id VARCHAR, name VARCHAR, confidence DOUBLE, why VARCHAR)[], subject VARCHAR, has_code BOOLEAN)"
    )
    for kind in LINKED_KINDS:
        sql = _LINK_BY_KEYS.format(kind=kind.value, table=kind.table, record=RECORD.get(kind, _BY_CONTENT))
        connection.execute(sql)
    for method, why in _WHY.items():
        connection.execute("UPDATE links SET why = ? WHERE method = ?", [why, method])
    known = [
        replace(entity, phones=tuple(phone_key(digits_of(phone)) for phone in entity.phones))
        for entity in known_entities(connection, rules)
    ]
    matcher = Matcher(known, rules)
    phones = {phone for entity in known for phone in entity.phones}
    for kind in LINKED_KINDS:
        _link_by_likeness(connection, kind, matcher, phones)
    _apply(connection, standing, {entity.entity_id for entity in known})
    connection.execute("ALTER TABLE links DROP has_code")
    _create_duplicates(connection, likely_duplicates(known, rules), standing)


def known_entities(connection: duckdb.DuckDBPyConnection, rules: Path) -> list[Known]:
    """Every entity of `raw_entities` with all that any list said of its names, addresses, phones and heads; newest name first."""
    rows = connection.execute("""
        SELECT entity_id, list(name ORDER BY ord DESC) FILTER (WHERE name IS NOT NULL), list(former_names) FILTER (WHERE former_names IS NOT NULL),
               list(trade_name) FILTER (WHERE trade_name IS NOT NULL),
               list_concat(coalesce(list(address_reg) FILTER (WHERE address_reg IS NOT NULL), []), coalesce(list(address_biz) FILTER (WHERE address_biz IS NOT NULL), [])),
               list(phone) FILTER (WHERE phone IS NOT NULL), list(legal_rep_name) FILTER (WHERE legal_rep_name IS NOT NULL),
               arg_max(coalesce(street_code_biz, street_biz, street_code_reg, street_reg), ord)
        FROM raw_entities GROUP BY entity_id ORDER BY entity_id
    """).fetchall()
    found, addresses_of = [], AddressReader(rules)
    for entity_id, names, former, signs, addresses, phones, heads, street in rows:
        others = [name for cell in [*(former or ()), *(signs or ())] for name in split_names(cell)]
        found.append(
            Known(
                entity_id,
                _once([*(names or ()), *others]),
                _once(addresses),
                _once(phones or ()),
                _once(heads or ()),
                addresses_of.street_code(street),
            )
        )
    return found


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


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


def _create_name_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """`name_keys(name, name_key)` for every name any row bears."""
    listed = " UNION ".join(f"SELECT name FROM raw_{kind.table} WHERE name IS NOT NULL" for kind in Kind)
    names = [row[0] for row in connection.execute(f"{listed} ORDER BY name").fetchall()]
    _create_table(
        connection, "name_keys", pa.table({"name": pa.array(names, pa.string()), "name_key": [name_key(name) for name in names]})
    )


def _create_identifiers(connection: duckdb.DuckDBPyConnection) -> None:
    """`identifiers(key, entity_id, bearers, uscc)`: every code and name, how many entities bear it, and the bearer's credit code."""
    rows = connection.execute(
        "SELECT DISTINCT entity_id, former_names FROM raw_entities WHERE former_names IS NOT NULL ORDER BY ALL"
    ).fetchall()
    former = [{"entity_id": entity_id, "name_key": name_key(name)} for entity_id, cell in rows for name in split_names(cell)]
    schema = pa.schema([("entity_id", pa.string()), ("name_key", pa.string())])
    _create_table(connection, "former_names", pa.Table.from_pylist(former, schema=schema))
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


def _link_by_likeness(connection: duckdb.DuckDBPyConnection, kind: Kind, matcher: Matcher, phones: set[str]) -> None:
    """Rows that no key links. A row whose own code nobody here bears may be anybody's: its likeness is shown, never sure."""
    extra = (
        "r.address_raw, r.street_raw, concat_ws('。', r.title, r.content), r.phones_said"
        if kind is Kind.COMPLAINTS
        else "NULL, NULL, NULL, NULL"
    )
    rows = connection.execute(
        f"SELECT r.ord, l.has_code, r.name, {extra} FROM raw_{kind.table} r JOIN links l ON l.kind = '{kind}' AND l.ord = r.ord "
        "WHERE l.entity_id IS NULL ORDER BY r.ord"
    ).fetchall()
    asked = [
        Asked(name, address, street, next((phone for phone in (said or "").split() if phone in phones), None), None, text)
        for _, _, name, address, street, text, said in rows
    ]
    found = []
    for (ord_, has_code, *_), match in zip(rows, matcher.match(asked), strict=True):
        if match.method != "none":
            found.append({"kind": kind.value, "ord": ord_, **_stored(match, may_link=not has_code)})
    _create_table(connection, "matched", pa.Table.from_pylist(found, schema=_MATCHED))
    connection.execute("""
        UPDATE links SET entity_id = m.entity_id, method = m.method, confidence = m.confidence, why = m.why, candidates = m.candidates
        FROM matched m WHERE links.kind = m.kind AND links.ord = m.ord
    """)
    connection.execute("DROP TABLE matched")


def _stored(match: Match, *, may_link: bool) -> dict[str, Any]:
    return {
        "entity_id": match.entity_id if may_link else None,
        "method": match.method if may_link or match.entity_id is None else "ambiguous",
        "confidence": match.confidence,
        "why": match.why if may_link else f"来件写有信用代码或注册号，但不在名单中；{match.why}",
        "candidates": [vars(candidate) for candidate in match.candidates],
    }


def _apply(connection: duckdb.DuckDBPyConnection, standing: Standing, entities: set[str]) -> None:
    """Decisions of people over everything found by the program. One that names an entity no longer listed waits."""
    merged = standing.merged()
    same = [
        {"subject": subject, "entity_id": merged.get(d.entity_id, d.entity_id), "why": f"{d.decided_by}于{d.decided_at:%Y-%m-%d}确认{f'：{d.note}' if d.note else ''}"}
        for subject, d in standing.said_same().items()
    ]  # fmt: skip
    different = [{"subject": subject, "entity_id": merged.get(e, e)} for subject, e in standing.said_different()]
    schema = pa.schema([("subject", pa.string()), ("entity_id", pa.string()), ("why", pa.string())])
    _create_table(
        connection, "said_same", pa.Table.from_pylist([row for row in same if row["entity_id"] in entities], schema=schema)
    )
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


def _create_duplicates(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str, float, str]], standing: Standing
) -> None:
    """Pairs that people have not told apart."""
    apart = standing.said_different()
    found: dict[str, list[Any]] = defaultdict(list)
    for one, other, confidence, why in pairs:
        if not {(subject_of(Kind.ENTITIES, one), other), (subject_of(Kind.ENTITIES, other), one)} & apart:
            for column, value in zip(("entity_id", "other_id", "confidence", "why"), (one, other, confidence, why), strict=True):
                found[column].append(value)
    types = {"entity_id": pa.string(), "other_id": pa.string(), "confidence": pa.float64(), "why": pa.string()}
    _create_table(connection, "duplicates", pa.table({column: pa.array(found[column], type_) for column, type_ in types.items()}))


def _create_table(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("_columns", rows)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _columns")
    connection.unregister("_columns")
