"""Rows that no key links, compared with the register by likeness; what the same register was asked before is not worked out again.

An answer depends on all entities (a second bearer of a name makes it ambiguous), so that answers are kept with a fingerprint of the whole register.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from screening.identity.duplicates import duplicates_in
from screening.identity.entity_index import EntityIndex, delivered_index
from screening.identity.entity_rows import drop_tables
from screening.identity.matching import Asked, Match, Matcher
from screening.reference.data_files import read_text
from screening.store.garbage import collection_paused
from screening.store.shelf import Keeping, Shelf, program_texts
from screening.store.tables import add_rows, create_table
from screening.store.turns import TURN, in_turn
from screening.vocabulary import Kind

_ROW_BITS = (1 << 32) - 1  # of an `ord`: the row within its batch
_CANDIDATES = pa.list_(
    pa.struct([("entity_id", pa.string()), ("name", pa.string()), ("confidence", pa.float64()), ("why", pa.string())])
)
_ANSWER = [
    pa.field("entity_id", pa.string()),
    pa.field("method", pa.string()),
    pa.field("confidence", pa.float64()),
    pa.field("why", pa.string()),
    pa.field("candidates", _CANDIDATES),
]
_ANSWERS = pa.schema([("ord", pa.int64()), *_ANSWER])
_KEPT = pa.schema([("batch_id", pa.string()), ("place", pa.int64()), ("asked", pa.uint64()), *_ANSWER])
_PAIRS = pa.schema([("entity_id", pa.string()), ("other_id", pa.string()), ("confidence", pa.float64()), ("why", pa.string())])
_PROGRAM = program_texts(Path(__file__).parent)
_NAMES = ", ".join(field.name for field in _ANSWER)
_KEPT_ANSWERS = f"""
SELECT ord, {_NAMES} FROM {{kept}} k JOIN batches USING (batch_id) JOIN asked a ON a.ord = (batch_no << 32) + k.place AND a.asked = k.asked
"""
_TO_KEEP = f"""
SELECT batch_id, ord & {_ROW_BITS} AS place, asked, {_NAMES} FROM answers JOIN asked USING (ord) JOIN batches ON batch_no = ord >> 32 WHERE batch_id = {{batch}}
"""
_SEEN = "uscc, reg_no, name, former_names, trade_name, address_reg, address_biz, phone, legal_rep_name, street_code_biz, street_biz, street_code_reg, street_reg"


class Lookup:
    """The entities that a connection sees, made searchable when somebody first asks."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, rules: Path, phone_key: Callable[[str], str], keeping: Keeping | None = None
    ) -> None:
        self._connection = connection
        self._rules = rules
        self._phone_key = phone_key
        self._keeping = keeping

    @cached_property
    def register(self) -> EntityIndex:
        """With telephone numbers hidden as those in complaints are."""
        return delivered_index(self._connection, self._rules, self._phone_key, self._keeping, self.shelf)

    @cached_property
    def shelf(self) -> Shelf | None:
        """For what depends on the whole register."""
        return Shelf(self._keeping, "likeness", self.grounds) if self._keeping else None

    @cached_property
    def matcher(self) -> Matcher:
        """Asks it."""
        return Matcher(self.register, self._rules)

    @property
    def grounds(self) -> Iterator[str]:
        """All that an answer depends on beside what is asked: the register's content and order, the rules of names, the secret, the program."""
        yield from (read_text(self._rules / name) for name in ("names.yaml", "areas.yaml"))
        yield from (self._phone_key("0" * 11), *_PROGRAM, version("pypinyin"), version("rapidfuzz"))
        rows = self._connection.execute(f"""
            WITH lists AS (SELECT batch_no, row_number() OVER (ORDER BY batch_no) AS place FROM batches WHERE kind = '{Kind.ENTITIES}'),
            rows AS (SELECT hash(entity_id, {_SEEN}, (place << 32) + (ord & {_ROW_BITS})) AS said FROM raw_entities JOIN lists ON batch_no = ord >> 32)
            SELECT count(*), sum(said::HUGEINT), bit_xor(said), sum(hash(said)::HUGEINT) FROM rows
        """)
        yield str(rows.fetchall())


def link_by_likeness(connection: duckdb.DuckDBPyConnection, kinds: Sequence[Kind], lookup: Lookup) -> None:
    """Fill in `links` that no key made, and create `likely_duplicates(entity_id, other_id, confidence, why)`."""
    _create_asked(connection, kinds)
    create_table(connection, "answers", _ANSWERS.empty_table())
    if shelf := lookup.shelf:
        asking = connection.execute("SELECT DISTINCT batch_id FROM asked JOIN batches ON batch_no = ord >> 32").fetchall()
        shelf.add(connection, "answers", _KEPT, _KEPT_ANSWERS, [batch_id for (batch_id,) in asking])
    _answer(connection, lookup)
    if shelf:
        shelf.put_batches(connection, "SELECT batch_id FROM unanswered JOIN batches ON batch_no = ord >> 32", _TO_KEEP)
    connection.execute(f"""
        UPDATE links SET {", ".join(f"{field.name} = a.{field.name}" for field in _ANSWER)}
        FROM answers a WHERE links.ord = a.ord AND a.method != 'none'
    """)
    _create_pairs(connection, lookup, shelf)
    drop_tables(connection)
    for table in ("asked", "answers", "unanswered"):
        connection.execute(f"DROP TABLE {table}")


def _create_asked(connection: duckdb.DuckDBPyConnection, kinds: Sequence[Kind]) -> None:
    """`asked`: what the rows without a link say of whom they mean. A row that says nothing asks nothing."""
    words = (
        "r.address_raw AS address, r.street_raw AS street, concat_ws('。', r.title, r.content) AS text, r.phones_said AS phones"
    )
    nothing = "NULL::VARCHAR AS address, NULL::VARCHAR AS street, NULL::VARCHAR AS text, NULL::VARCHAR AS phones"
    rows = " UNION ALL ".join(
        f"SELECT l.ord, l.has_code, r.name, {words if kind is Kind.COMPLAINTS else nothing} "
        f"FROM raw_{kind.table} r JOIN links l ON l.kind = '{kind}' AND l.ord = r.ord WHERE l.entity_id IS NULL"
        for kind in kinds
    )
    connection.execute(f"""
        CREATE TABLE asked AS SELECT *, hash(has_code, name, address, street, text, phones) AS asked FROM ({rows})
        WHERE name IS NOT NULL OR address IS NOT NULL OR phones IS NOT NULL OR text != ''
    """)


def _answer(connection: duckdb.DuckDBPyConnection, lookup: Lookup) -> None:
    """Create `unanswered`, the rows of `asked` that `answers` lacks, and add their answers."""
    connection.execute(f"CREATE TABLE unanswered AS SELECT *, {TURN} FROM asked ANTI JOIN answers USING (ord)")
    for rows in in_turn(connection, "unanswered", "ord, has_code, name, address, street, text, phones"):
        with collection_paused():
            add_rows(connection, "answers", _answers_to(rows, lookup))


def _answers_to(rows: list[Any], lookup: Lookup) -> pa.Table:
    said = {phone for *_, phones in rows for phone in (phones or "").split()}
    has_phone = {phone for phone, bearers in lookup.register.answers(lookup.register.by_phone.of, said) if bearers}
    asked = [
        Asked(name, address, street, next(filter(has_phone.__contains__, (phones or "").split()), None), None, text)
        for _, _, name, address, street, text, phones in rows
    ]
    found = [
        {"ord": ord_, **_stored(match, may_link=not has_code)}
        for (ord_, has_code, *_), match in zip(rows, lookup.matcher.match(asked), strict=True)
    ]
    return pa.Table.from_pylist(found, schema=_ANSWERS)


def _stored(match: Match, *, may_link: bool) -> dict[str, Any]:
    """A row whose own code nobody here bears may be anybody's: its likeness is shown, never sure."""
    return {
        "entity_id": match.entity_id if may_link else None,
        "method": match.method if may_link or match.entity_id is None else "ambiguous",
        "confidence": match.confidence,
        "why": match.why if may_link else f"来件写有信用代码或注册号，但不在名单中；{match.why}",
        "candidates": [vars(candidate) for candidate in match.candidates],
    }


def _create_pairs(connection: duckdb.DuckDBPyConnection, lookup: Lookup, shelf: Shelf | None) -> None:
    if shelf and shelf.load(connection, "likely_duplicates", _PAIRS, ["duplicates"]):
        return
    pairs = duplicates_in(lookup.register)
    rows = pa.table([pa.array([pair[at] for pair in pairs], field.type) for at, field in enumerate(_PAIRS)], schema=_PAIRS)
    connection.register("_pairs", rows)
    connection.execute("CREATE OR REPLACE TABLE likely_duplicates AS SELECT * FROM _pairs")
    connection.unregister("_pairs")
    if shelf:
        shelf.put(connection, "duplicates", "SELECT * FROM likely_duplicates")
