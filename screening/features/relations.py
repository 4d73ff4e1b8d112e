"""Who is connected with whom: entities and cases that share a person's name, a telephone, a mailbox or a door.

A key that very many share (a business centre's room, a bookkeeping agent's telephone, a common name) tells nothing and connects nobody.
Names are not persons: a connection by one name alone is kept apart from one that something else confirms (`screening/features/facts`).
Source: domain brief section 3, NET-01 to NET-06, and 5.5 for addresses.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from screening.features.doors import create_doors
from screening.features.tables import TOLD_BY
from screening.identity.name_keys import create_keys, parts_sql
from screening.store.queries import sql_text
from screening.store.shelf import Keeping
from screening.store.tables import Tables, create_from, create_table, in_parts
from screening.store.turns import TURN, in_turn
from screening.text.patterns import read_patterns

HEAD, HOLDER, ITSELF = "法定代表人", "股东", "本户"
REGISTERED, PREMISES = "住所", "经营场所"
_CASE = "case:"
_PHONE = r"\p{Nd}[\p{Nd}\- ]{5,}\p{Nd}"
_PAIR_WIDTH = 4  # of a pair in short rows, and of what makes pairs
_SHORTEST_NAME = 2  # characters: 张 alone names nobody
# How many owners may share a key before it tells nothing: the parameter that says so, by kind of key.
_COMMON = {
    "person": "common_name_max",
    "phone": "common_contact_max",
    "email": "common_contact_max",
    "address": "common_address_max",
}
_SOURCE = "batch_id, sheet, row_no"
_ENTITY_KEYS = {
    "legal_rep_name": ("person", HEAD),
    "phone": ("phone", "电话"),
    "email": ("email", "邮箱"),
    "address_reg": ("address", REGISTERED),
    "address_biz": ("address", PREMISES),
}
_CASE_KEYS = {
    "legal_rep_name": ("person", HEAD),
    "phone": ("phone", "电话"),
    "email": ("email", "邮箱"),
    "address": ("address", PREMISES),
}


def create_relations(
    connection: Tables, rules: Path, parameters: Mapping[str, float | int], keeping: Keeping | None = None
) -> None:
    """Create the tables relation facts are drawn from. Needs those of `create_tables`, `raw_cases` and `links`.

    `relation_cases(node, entity_id, case_key, name, status, case_date)`: each case row in its latest version, whether the register knows the firm or not.
    `relation_sharing(node, owner, kind, key, role, said, holding_share, batch_id, sheet, row_no, name)`: what is shared by several owners; `node` is an
    entity or a case of that `name`, `owner` the firm behind it, `kind` person, phone, email or address. A case of a registered firm has that firm's keys
    as well as its own.
    `relation_pairs`: two nodes of different owners and one key they share, as `said` by the first, an entity; `path` says it in Chinese, `own` and `other` are its rows.
    `relation_agreed(entity_id, other_id, is_confirmed)`: whether a pair agrees in more than one name; NULL where what is missing could confirm it.
    `relation_gaps(node, head, phone, email, address, address_reg, holders)`: true where a node may have a key nobody told us.
    `relation_firms(entity_id, est_date, lacks_person, lacks_address, lacks_any, is_gold, is_investment, is_lender, is_finance)`: which trades that matter
    to each other an entity is of, and what nobody told us of it.
    `relation_clusters(key, entity_id, firms_at_door)`: how many firms of finance were registered at a door within so many days, the entity itself included.
    `relation_groups(entity_id, entities)`: how many entities hang together, directly or through others.
    With `keeping`, no address is taken apart twice.
    """
    _create_cases(connection, rules)
    _create_cells(connection)
    create_doors(connection, rules, keeping)
    _create_holders(connection)
    create_keys(connection, "person_keys", "SELECT said AS name FROM relation_persons UNION SELECT said FROM relation_held")
    _create_keys(connection)
    _create_gaps(connection, rules)
    _create_firms(connection, rules)
    _create_pairs(connection, parameters)
    _create_agreed(connection)
    _create_clusters(connection, parameters)
    _create_groups(connection)


def _create_cases(connection: Tables, rules: Path) -> None:
    """A later row of the same number, firm and head replaces the earlier one; without a number every row stands. One firm's rows count as one case.

    What was dropped, or never became a case, is none.
    """
    dropped = sql_text(read_patterns(rules)["case_dropped"].regex)
    connection.execute(f"""
        CREATE TABLE relation_cases AS
        WITH latest AS (
            SELECT r.*, l.entity_id FROM raw_cases r LEFT JOIN links l ON l.kind = 'cases' AND l.ord = r.ord
            QUALIFY r.case_no IS NULL
                    OR row_number() OVER (PARTITION BY r.case_no, coalesce(r.uscc, r.name, r.reg_no), r.legal_rep_name ORDER BY r.ord DESC) = 1
        )
        SELECT '{_CASE}' || ord AS node, entity_id, coalesce(entity_id, uscc, name, reg_no, legal_rep_name, ord::VARCHAR) AS case_key,
               coalesce(name, '名单所列' || legal_rep_name, '名单所列主体') AS name, coalesce(status, case_kind) AS status, case_date,
               legal_rep_name, phone, email, address, batch_id, sheet, row_no
        FROM latest WHERE NOT coalesce(regexp_matches(status, {dropped}), false)
    """)


def _create_cells(connection: Tables) -> None:
    """`relation_cells(node, owner, kind, role, said, batch_id, sheet, row_no)`: every cell that may hold keys; `relation_persons`: each name of one that holds persons."""
    of_entities = (
        f"SELECT entity_id, '{kind}' AS kind, '{role}' AS role, {column} AS said, \"{column}{TOLD_BY}\" AS ord FROM entity_cells WHERE {column} IS NOT NULL"
        for column, (kind, role) in _ENTITY_KEYS.items()
    )
    of_cases = (
        f"SELECT node, coalesce(entity_id, '{_CASE}' || case_key), '{kind}', '{role}', {column}, {_SOURCE} "
        f"FROM relation_cases WHERE {column} IS NOT NULL"
        for column, (kind, role) in _CASE_KEYS.items()
    )
    cells = _told_sql(" UNION ALL ".join(of_entities), "c.entity_id AS node, c.entity_id AS owner, c.kind, c.role, c.said")
    told = in_parts(connection, cells, "entity_cells", "ord", len(_ENTITY_KEYS))
    create_from(connection, "relation_cells", [*told, " UNION ALL ".join(of_cases)])
    connection.execute(f"""
        CREATE TABLE relation_persons AS
        SELECT node, owner, role, unnest({parts_sql("said")}) AS said, {_SOURCE} FROM relation_cells WHERE kind = 'person'
    """)


def _told_sql(cells: str, columns: str) -> str:
    """These columns of cells `c`, and the row of the register that told each, by the `ord` that the query `cells` gives; where `{part}` holds."""
    return f"""
        SELECT {columns}, r.batch_id, r.sheet, r.row_no FROM (SELECT * FROM ({cells}) WHERE {{part}}) c
        JOIN (SELECT ord, {_SOURCE} FROM raw_entities WHERE {{part}}) r ON r.ord = c.ord
    """


def _create_holders(connection: Tables) -> None:
    """`relation_held`: shareholders, and every entity under its own name: a shareholder that is itself an entity is a connection too."""
    found = [
        f"""
        SELECT entity_id AS node, '{HOLDER}' AS role, shareholder_name AS said, holding_share::DOUBLE AS holding_share, {_SOURCE}
        FROM shareholders WHERE shareholder_name IS NOT NULL"""
    ]
    if connection.execute("SELECT 1 FROM shareholders WHERE shareholder_name IS NOT NULL LIMIT 1").fetchall():
        names = f'SELECT entity_id, name, "name{TOLD_BY}" AS ord FROM entity_cells'
        found += in_parts(connection, _told_sql(names, f"c.entity_id, '{ITSELF}', c.name, NULL"), "entity_cells", "ord")
    create_from(connection, "relation_held", found)


def _create_keys(connection: Tables) -> None:
    """`relation_keys`, of which `relation_sharing` is what is shared. Names, numbers, mailboxes and doors in comparable form; a case of a registered firm has that firm's keys, too."""
    found = (
        f"""
        SELECT node, owner, 'person' AS kind, name_key AS key, role, said, NULL::DOUBLE AS holding_share, {_SOURCE}
        FROM relation_persons JOIN person_keys ON name = said WHERE length(name_key) >= {_SHORTEST_NAME}""",
        f"""
        SELECT node, node, 'person', name_key, role, said, holding_share, {_SOURCE} FROM relation_held h JOIN person_keys ON name = said
        WHERE length(name_key) >= {_SHORTEST_NAME} AND (h.role = '{HOLDER}' OR name_key IN (
            SELECT name_key FROM relation_held s JOIN person_keys ON name = s.said WHERE s.role = '{HOLDER}'))""",
        f"""
        SELECT node, owner, kind, regexp_replace(said, '[^\\p{{Nd}}]', '', 'g'), role, said, NULL, {_SOURCE} FROM (
            SELECT * REPLACE (unnest(regexp_extract_all(said, '{_PHONE}')) AS said) FROM relation_cells WHERE kind = 'phone')""",
        f"""
        SELECT node, owner, kind, lower(said), role, said, NULL, {_SOURCE} FROM (
            SELECT * REPLACE (unnest({parts_sql("said")}) AS said) FROM relation_cells WHERE kind = 'email') WHERE contains(said, '@')""",
        f"SELECT node, owner, kind, door, role, said, NULL, {_SOURCE} FROM relation_cells JOIN doors USING (said) WHERE kind = 'address'",
        "SELECT c.node, k.* EXCLUDE (node) FROM relation_keys k JOIN relation_cases c ON c.entity_id = k.node",
    )
    create_from(connection, "relation_keys", found)
    for table in ("relation_cells", "relation_persons", "relation_held", "person_keys", "doors"):
        connection.execute(f"DROP TABLE {table}")


def _create_gaps(connection: Tables, rules: Path) -> None:
    """An entity with two addresses of which one is unknown may share that one. An individual business has no shareholders to be told."""
    individual = sql_text(read_patterns(rules)["individual_business"].regex)
    connection.execute(f"""
        CREATE TABLE relation_gaps AS
        WITH known AS (
            SELECT node, bool_or(role = '{HEAD}') AS head, bool_or(kind = 'phone') AS phone, bool_or(kind = 'email') AS email,
                   bool_or(role = '{REGISTERED}') AS registered, bool_or(role = '{PREMISES}') AS premises
            FROM relation_keys GROUP BY node
        ),
        lists AS (SELECT entity_id, bool_or(shareholder_name IS NULL) AS has_blank FROM shareholders GROUP BY entity_id),
        entity_gaps AS (
            SELECT e.entity_id AS node, NOT coalesce(k.head, false) AS head, NOT coalesce(k.phone, false) AS phone, NOT coalesce(k.email, false) AS email,
                   NOT coalesce(k.registered AND k.premises, false) AS address, NOT coalesce(k.registered, false) AS address_reg,
                   coalesce(l.has_blank, NOT coalesce(e.ent_type_code = '9500', regexp_matches(e.ent_type_name, {individual}), left(e.uscc, 2) = '92', false)) AS holders
            FROM entities e LEFT JOIN known k ON k.node = e.entity_id LEFT JOIN lists l ON l.entity_id = e.entity_id
        )
        SELECT * FROM entity_gaps
        UNION ALL BY NAME
        SELECT c.node, c.legal_rep_name IS NULL OR coalesce(g.head, false) AS head, c.phone IS NULL OR coalesce(g.phone, false) AS phone,
               c.email IS NULL OR coalesce(g.email, false) AS email, c.address IS NULL OR coalesce(g.address, false) AS address,
               true AS address_reg, coalesce(g.holders, true) AS holders
        FROM relation_cases c LEFT JOIN entity_gaps g ON g.node = c.entity_id
    """)


def _create_firms(connection: Tables, rules: Path) -> None:
    """Three-valued: yes by what is known, no only where name, industry and scope are all known."""
    licence, watch = (sql_text(read_patterns(rules)[name].regex) for name in ("licence_financial", "watch_word"))
    connection.execute(f"""
        CREATE TABLE relation_firms AS
        WITH traded AS (
            SELECT e.entity_id, e.est_date, g.head OR g.holders AS lacks_person, g.address_reg AS lacks_address,
                g.head OR g.phone OR g.email OR g.address OR g.holders AS lacks_any,
                e.name IS NULL OR e.industry_code IS NULL OR e.scope IS NULL AS lacks_trade,
                e.sector IN ('pawnshop', 'microlender') AS is_lending,
                e.sector = 'gold_shop' AS is_selling_gold,
                e.sector IN ('investment', 'private_fund', 'crypto')
                    OR (e.sector = 'other' AND coalesce(regexp_matches(e.name, {licence}) OR regexp_matches(e.name, {watch}), false)) AS is_investing,
                coalesce(contains(e.name, '担保'), false) AS is_vouching
            FROM entities e JOIN relation_gaps g ON g.node = e.entity_id
        )
        SELECT entity_id, est_date, lacks_person, lacks_address, lacks_any,
            is_selling_gold OR CASE WHEN lacks_trade THEN NULL ELSE false END AS is_gold,
            is_investing OR CASE WHEN lacks_trade THEN NULL ELSE false END AS is_investment,
            is_lending OR is_vouching OR CASE WHEN lacks_trade THEN NULL ELSE false END AS is_lender,
            is_selling_gold OR is_investing OR is_lending OR is_vouching OR CASE WHEN lacks_trade THEN NULL ELSE false END AS is_finance
        FROM traded
    """)


def _create_pairs(connection: Tables, parameters: Mapping[str, float | int]) -> None:
    """One join at a time, as in `features/tables`."""
    limits = " ".join(f"WHEN '{kind}' THEN {parameters[name]}" for kind, name in _COMMON.items())
    shared = f"""
        SELECT kind, key FROM relation_keys WHERE {{part}} GROUP BY kind, key HAVING count(DISTINCT owner) BETWEEN 2 AND (CASE kind {limits} END)
    """
    create_from(connection, "relation_shared", in_parts(connection, shared, "relation_keys", "key"))
    connection.execute(
        "CREATE TABLE nameless AS SELECT k.* FROM relation_keys k JOIN relation_shared s ON s.kind = k.kind AND s.key = k.key"
    )
    connection.execute("""
        CREATE TABLE relation_sharing AS
        SELECT k.*, n.name FROM nameless k JOIN (
            SELECT entity_id AS node, coalesce(name, uscc, reg_no, '名称不详的主体') AS name FROM entities
            UNION ALL SELECT node, concat(name, '（涉非案件', '：' || status, '）') FROM relation_cases
        ) n ON n.node = k.node
    """)
    pairs = f"""
        SELECT a.node AS entity_id, b.node AS other_id, a.kind, a.key, a.role, b.role AS other_role, a.said, a.holding_share, b.holding_share AS other_share,
               concat('「', a.name, ' —', {_LINK_SQL}, '— ', b.name, '」') AS path,
               {{'batch_id': a.batch_id, 'sheet': a.sheet, 'row_no': a.row_no}} AS own,
               {{'batch_id': b.batch_id, 'sheet': b.sheet, 'row_no': b.row_no}} AS other
        FROM (SELECT * FROM relation_sharing WHERE {{part}}) a JOIN (SELECT * FROM relation_sharing WHERE {{part}}) b ON a.kind = b.kind AND a.key = b.key
        WHERE a.owner != b.owner AND NOT starts_with(a.node, '{_CASE}') ORDER BY a.node
    """
    create_from(connection, "relation_pairs", in_parts(connection, pairs, "relation_sharing", "key", _PAIR_WIDTH))
    for table in ("relation_keys", "relation_shared", "nameless"):
        connection.execute(f"DROP TABLE {table}")


_LINK_SQL = f"""CASE WHEN b.role = '{ITSELF}' THEN '{HOLDER}' WHEN a.role = '{ITSELF}' THEN '入股'
    WHEN a.role = b.role THEN concat(a.role, ' ', a.said) ELSE concat(a.role, '、', b.role, ' ', a.said) END"""


def _create_agreed(connection: Tables) -> None:
    """A telephone, mailbox or door, a second name, or a firm that holds the other confirms a shared name; one name alone does not."""
    agreed = f"""
        WITH agreed AS (
            SELECT entity_id, other_id, bool_or(kind != 'person') OR count(DISTINCT key) FILTER (WHERE kind = 'person') > 1
                   OR bool_or('{ITSELF}' IN (role, other_role)) AS is_seen
            FROM relation_pairs WHERE {{part}} GROUP BY entity_id, other_id
        ),
        gaps AS (SELECT node AS entity_id, head OR phone OR email OR address OR holders AS is_any FROM relation_gaps)
        SELECT a.entity_id, a.other_id, CASE WHEN a.is_seen THEN true WHEN g.is_any OR o.is_any THEN NULL ELSE false END AS is_confirmed
        FROM agreed a JOIN (SELECT * FROM gaps WHERE {{part}}) g ON g.entity_id = a.entity_id JOIN gaps o ON o.entity_id = a.other_id
        ORDER BY a.entity_id
    """
    create_from(connection, "relation_agreed", in_parts(connection, agreed, "relation_pairs", "entity_id"))


def _create_clusters(connection: Tables, parameters: Mapping[str, float | int]) -> None:
    """Of all windows that begin with the setting up of one of them and hold this entity, the fullest."""
    within = f"BETWEEN 0 AND {parameters['same_address_window_days']}"
    connection.execute(f"""
        CREATE TABLE relation_clusters AS
        WITH doors AS (
            SELECT DISTINCT k.key, f.entity_id, f.est_date FROM relation_sharing k JOIN relation_firms f ON f.entity_id = k.node
            WHERE k.role = '{REGISTERED}' AND f.is_finance AND f.est_date IS NOT NULL
        ),
        windows AS (
            SELECT a.key, a.entity_id, b.est_date, count(*) AS firms_of_window
            FROM doors a
            JOIN (SELECT DISTINCT key, est_date FROM doors) b ON b.key = a.key AND date_diff('day', b.est_date, a.est_date) {within}
            JOIN doors m ON m.key = a.key AND date_diff('day', b.est_date, m.est_date) {within}
            GROUP BY a.key, a.entity_id, b.est_date
        )
        SELECT key, entity_id, max(firms_of_window) AS firms_at_door FROM windows GROUP BY key, entity_id
    """)


def _create_groups(connection: Tables) -> None:
    """Chain edges, one fewer than the owners of a key: cliques would grow with the square."""
    connection.execute(
        "CREATE TABLE sharers AS SELECT owner, row_number() OVER (ORDER BY owner) - 1 AS number FROM (SELECT DISTINCT owner FROM relation_sharing)"
    )
    connection.execute(f"""
        CREATE TABLE edges AS SELECT number, next_number, {TURN} FROM (
            SELECT number, lead(number) OVER (PARTITION BY kind, key ORDER BY number) AS next_number
            FROM (SELECT DISTINCT kind, key, owner FROM relation_sharing) JOIN sharers USING (owner)
        ) WHERE next_number IS NOT NULL
    """)
    edges = [np.array(some, dtype=np.int64) for some in in_turn(connection, "edges", "number, next_number")]
    ((owners,),) = connection.execute("SELECT count(*) FROM sharers").fetchall()
    groups = connected_groups(owners, np.concatenate([np.empty((0, 2), dtype=np.int64), *edges]))
    create_table(connection, "owner_groups", pa.table({"number": np.arange(owners), "group_no": groups}))
    connection.execute("""
        CREATE TABLE relation_groups AS
        WITH grouped AS (SELECT owner AS entity_id, group_no FROM sharers JOIN owner_groups USING (number)),
        sizes AS (SELECT group_no, count(*) AS entities FROM grouped JOIN entities USING (entity_id) GROUP BY group_no)
        SELECT e.entity_id, coalesce(s.entities, 1) AS entities
        FROM entities e LEFT JOIN grouped g ON g.entity_id = e.entity_id LEFT JOIN sizes s ON s.group_no = g.group_no
    """)
    for table in ("sharers", "edges", "owner_groups"):
        connection.execute(f"DROP TABLE {table}")


def connected_groups(nodes: int, edges: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """A number for each node's connected component, shape (nodes,), from edges of shape (n, 2)."""
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    groups: np.ndarray[Any, np.dtype[np.int32]] = connected_components(graph, directed=False)[1]
    return groups
