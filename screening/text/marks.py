"""Marks every text that facts are drawn from: lexicon groups, patterns (DuckDB's linear-time regular expressions), direction of money, promised return."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import opencc
import pyarrow as pa

from screening.reference.data_files import read_text
from screening.store.queries import sql_text
from screening.store.shelf import Keeping, Shelf, program_texts
from screening.store.tables import create_table
from screening.store.turns import TURN, in_turn
from screening.text.fingerprint import simhash
from screening.text.lexicon import marks_of
from screening.text.patterns import read_patterns
from screening.text.reading import Promise, TextReader, TextReading
from screening.vocabulary import Kind, Sector

_TEXTS = {Kind.COMPLAINTS: "concat_ws('。', title, content)", Kind.PUBLICITY: "text"}
_WHOLE = {Kind.COMPLAINTS: "content IS NOT NULL", Kind.PUBLICITY: "true"}
SAYS = """
CREATE MACRO toward(direction, is_stated, sector) AS CASE WHEN NOT is_stated AND sector IN ('microlender', 'pawnshop') THEN 'borrow' ELSE direction END;
CREATE MACRO promised(promises, way, capped) AS list_max(list_transform(
    list_filter(promises, lambda p: p.direction = way AND p.is_capped = capped AND p.is_sure), lambda p: p.annual));
CREATE MACRO of_kind(promises, kinds) AS list_filter(promises, lambda p: p.direction = 'invest' AND list_contains(kinds, p.kind));
CREATE MACRO promised_words(promises, way, annual) AS list_filter(promises, lambda p: p.direction = way AND p.annual = annual)[1].words;
CREATE MACRO certain(found, is_doubtful, is_whole) AS CASE WHEN found THEN true WHEN is_doubtful OR is_whole IS NOT TRUE THEN NULL ELSE false END;
CREATE MACRO promises_return(promises) AS len(list_filter(promises, lambda p: p.direction = 'invest' AND p.kind NOT IN ('commission', 'prepaid_bonus'))) > 0;
CREATE MACRO says(marks, is_whole, word) AS CASE WHEN list_contains(marks, word) THEN true WHEN is_whole THEN false END;
CREATE MACRO says_any(marks, is_whole, words) AS CASE WHEN list_has_any(marks, words) THEN true WHEN is_whole THEN false END;
"""
_SURE_ENOUGH = 0.4  # below it a reading is suspect, and people look at it
_ANY_TRADE = (
    Sector.OTHER
)  # `toward` knows the trade of the entity, which is linked later; the text's own hint must not stand in for it
_AT_ONCE = 20_000  # texts held as objects before they become columns
_ROW_BITS = (1 << 32) - 1  # of an `ord`: the row within its batch
_KEY = [pa.field("kind", pa.string()), pa.field("ord", pa.int64())]
_OF_TEXT = [
    pa.field("fingerprint", pa.int64()),
    pa.field("amount_said_yuan", pa.float64()),
    pa.field("persons_said", pa.int64()),
    pa.field("direction", pa.string()),
    pa.field("is_direction_stated", pa.bool_()),
    pa.field("promises", pa.list_(pa.struct([
        ("kind", pa.string()), ("direction", pa.string()), ("annual", pa.float64()), ("periodic_rate", pa.float64()),
        ("is_capped", pa.bool_()), ("is_sure", pa.bool_()), ("is_direction_stated", pa.bool_()), ("words", pa.string()),
    ]))),
]  # fmt: skip
_READING = [*_OF_TEXT, pa.field("marks", pa.list_(pa.string()))]
_FOUND = [pa.field("folded", pa.string()), pa.field("words", pa.list_(pa.string())), pa.field("denied", pa.list_(pa.string()))]
_STORED = pa.schema([*_KEY, *_OF_TEXT, *_FOUND])
_KEPT = pa.schema([("batch_id", pa.string()), ("place", pa.int64()), ("said", pa.uint64()), *_READING])
# A batch never changes, but its name may have been given twice (a register begun anew over old files): a reading counts for the very text only.
_KEPT_READINGS = f"""
SELECT t.kind, t.ord, {", ".join(f"k.{field.name}" for field in _READING)}
FROM {{kept}} k JOIN batches b USING (batch_id) JOIN texts t ON t.kind = b.kind AND t.ord = (b.batch_no << 32) + k.place AND t.said = k.said
"""
_TO_KEEP = f"""
SELECT batch_id, ord & {_ROW_BITS} AS place, said, {", ".join(field.name for field in _READING)}
FROM readings JOIN texts USING (kind, ord) JOIN batches ON batch_no = ord >> 32 WHERE batch_id = {{batch}}
"""
_PROGRAM = program_texts(Path(__file__).parent)


def mark_texts(connection: duckdb.DuckDBPyConnection, rules: Path, keeping: Keeping | None = None) -> None:
    """Create `text_marks(kind, ord, is_whole, marks, direction, is_direction_stated, promises, fingerprint, amount_said_yuan, persons_said)`: what each complaint and advertisement says.

    A complaint of which only the title is known is not whole: what it does not say stays unknown. Facts ask `says(marks, is_whole, word)` and
    `says_any(marks, is_whole, words)`, which are NULL where nobody can tell. `promises` lists what `text/promises` read: rates as fractions a year,
    `words` as said with the arithmetic. Where a direction is not stated, the sector of whoever is meant decides it: facts ask `toward` (domain
    brief 4.1, rule 3). `promised(promises, way, capped)` is the highest rate that way, sure ones only, `promised_words` what was said of it; `of_kind` are
    the promises of some kinds;
    `certain(found, is_doubtful, is_whole)` is NULL where a rate may be one and nobody can tell. `fingerprint` is the text's SimHash;
    `amount_said_yuan` and `persons_said` are the largest it names.

    With `keeping`, readings are kept, and no text of a batch is read twice.
    """
    texts = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, ord, {_WHOLE[kind]} AS is_whole, hash({text}) AS said FROM raw_{kind.table} WHERE {text} IS NOT NULL"
        for kind, text in _TEXTS.items()
    )
    connection.execute(f"CREATE TABLE texts AS {texts}")
    shelf = Shelf(keeping, "readings", _grounds(rules)) if keeping else None
    create_table(connection, "readings", pa.schema([*_KEY, *_READING]).empty_table())
    if shelf:
        shelf.add(connection, "readings", _KEPT, _KEPT_READINGS)
    _read_unread(connection, rules)
    if shelf:
        shelf.put_batches(connection, "SELECT batch_id FROM unread JOIN batches ON batch_no = ord >> 32", _TO_KEEP)
    connection.execute(
        "CREATE TABLE text_marks AS SELECT t.kind, t.ord, t.is_whole, r.* EXCLUDE (kind, ord) FROM texts t JOIN readings r USING (kind, ord)"
    )
    for table in ("texts", "readings", "unread"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute(SAYS)


def _grounds(rules: Path) -> Iterator[str]:
    """All that a reading depends on beside the text."""
    yield from (read_text(rules / name) for name in ("text.yaml", "lexicon.yaml", "patterns.yaml"))
    yield from _PROGRAM
    yield from (opencc.__version__, unicodedata.unidata_version, np.__version__)


def _read_unread(connection: duckdb.DuckDBPyConnection, rules: Path) -> None:
    """Create `unread(kind, ord, words)`, the texts that `readings` lacks, and add their readings."""
    unread = " UNION ALL ".join(
        f"SELECT u.kind, u.ord, {text} AS words FROM raw_{kind.table} JOIN missing u USING (ord) WHERE u.kind = '{kind}'"
        for kind, text in _TEXTS.items()
    )
    connection.execute(
        f"CREATE TABLE unread AS WITH missing AS (SELECT kind, ord FROM texts ANTI JOIN readings USING (kind, ord)) SELECT *, {TURN} FROM ({unread})"
    )
    patterns = ", ".join(
        f"CASE WHEN regexp_matches(folded, {sql_text(pattern.regex)}, 'i') THEN {sql_text(name)} END"
        for name, pattern in read_patterns(rules).items()
        if pattern.texts
    )
    (is_known,) = connection.execute("SELECT count(*) > 0 FROM readings").fetchall()[0]
    reader = None if is_known else TextReader.of(rules)  # a word list that already read something has no fault
    for rows in in_turn(connection, "unread", "kind, ord, words", _AT_ONCE):
        reader = reader or TextReader.of(rules)
        read = [reader.read(words, _ANY_TRADE) for *_, words in rows]
        connection.register("_read", stored([row[:2] for row in rows], read))
        connection.execute(
            f"INSERT INTO readings BY NAME SELECT * EXCLUDE (folded, words, denied), "
            f"list_concat(words, list_filter([{patterns}], lambda m: m IS NOT NULL AND NOT list_contains(denied, m))) AS marks FROM _read"
        )
        connection.unregister("_read")


def stored(rows: Sequence[tuple[str, int]], readings: Sequence[TextReading]) -> pa.Table:
    """The columns of `text_marks` that readings fill, of rows given as kind and `ord`; and `folded`, `words` and `denied`."""
    said = [reading.text for reading in readings]
    columns: dict[str, Sequence[Any]] = {
        "kind": [kind for kind, _ in rows],
        "ord": [ord_ for _, ord_ in rows],
        "fingerprint": simhash(said),
        "amount_said_yuan": [
            max((float(token.value) for token in reading.amounts if token.value is not None), default=None)
            for reading in readings
        ],
        "persons_said": [max((count for _, _, count in reading.persons), default=None) for reading in readings],
        "direction": [reading.direction for reading in readings],
        "is_direction_stated": [reading.is_direction_stated for reading in readings],
        "promises": [list(_promises(reading.promises, reading)) for reading in readings],
        "folded": said,
        "words": [marks_of(reading.hits) for reading in readings],
        "denied": [reading.denied for reading in readings],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in _STORED], _STORED)


def _promises(promises: Iterable[Promise], reading: TextReading) -> Iterable[dict[str, Any]]:
    for promise in promises:
        said = promise.expression
        words = reading.text[said.start : said.end]
        yield {
            "kind": said.kind,
            "direction": promise.direction,
            "annual": None if said.annual is None else round(float(said.annual), 8),
            "periodic_rate": None if said.rate is None else round(float(said.rate), 8),
            "is_capped": said.is_capped,
            "is_sure": promise.confidence >= _SURE_ENOUGH,
            "is_direction_stated": promise.is_direction_stated,
            "words": f"“{words}”：{said.formula}" if said.formula else f"“{words}”",
        }
