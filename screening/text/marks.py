"""Marks every text that facts are drawn from: lexicon groups, patterns (DuckDB's linear-time regular expressions), direction of money, promised return."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from screening.text.fingerprint import simhash
from screening.text.lexicon import marks_of
from screening.text.patterns import read_patterns
from screening.text.reading import Promise, TextReader, TextReading
from screening.vocabulary import Kind, Sector

_TEXTS = {Kind.COMPLAINTS: "concat_ws('。', title, content)", Kind.PUBLICITY: "text"}
_WHOLE = {Kind.COMPLAINTS: "content IS NOT NULL", Kind.PUBLICITY: "true"}
_SAYS = """
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
_STORED = pa.schema(
    [
        ("kind", pa.string()),
        ("ord", pa.int64()),
        ("is_whole", pa.bool_()),
        ("folded", pa.string()),
        ("fingerprint", pa.int64()),
        ("amount_said_yuan", pa.float64()),
        ("persons_said", pa.int64()),
        ("words", pa.list_(pa.string())),
        ("denied", pa.list_(pa.string())),
        ("direction", pa.string()),
        ("is_direction_stated", pa.bool_()),
        ("promises", pa.list_(pa.struct([
            ("kind", pa.string()), ("direction", pa.string()), ("annual", pa.float64()), ("periodic_rate", pa.float64()),
            ("is_capped", pa.bool_()), ("is_sure", pa.bool_()), ("is_direction_stated", pa.bool_()), ("words", pa.string()),
        ]))),
    ]
)  # fmt: skip


def mark_texts(connection: duckdb.DuckDBPyConnection, rules: Path) -> None:
    """Create `text_marks(kind, ord, marks, is_whole, direction, is_direction_stated, promises, fingerprint, amount_said_yuan, persons_said)`: what each complaint and advertisement says.

    A complaint of which only the title is known is not whole: what it does not say stays unknown. Facts ask `says(marks, is_whole, word)` and
    `says_any(marks, is_whole, words)`, which are NULL where nobody can tell. `promises` lists what `text/promises` read: rates as fractions a year,
    `words` as said with the arithmetic. Where a direction is not stated, the sector of whoever is meant decides it: facts ask `toward` (domain
    brief 4.1, rule 3). `promised(promises, way, capped)` is the highest rate that way, sure ones only, `promised_words` what was said of it; `of_kind` are
    the promises of some kinds;
    `certain(found, is_doubtful, is_whole)` is NULL where a rate may be one and nobody can tell. `fingerprint` is the text's SimHash;
    `amount_said_yuan` and `persons_said` are the largest it names.
    """
    reader = TextReader.of(rules)
    tables = [_STORED.empty_table()]
    for kind, expression in _TEXTS.items():
        query = f"SELECT ord, {_WHOLE[kind]}, {expression} FROM raw_{kind.table} WHERE {expression} IS NOT NULL ORDER BY ord"
        texts = connection.execute(query)
        while rows := texts.fetchmany(_AT_ONCE):
            read = [
                {"kind": kind.value, "ord": ord_, "is_whole": whole, **stored_reading(reader.read(text, _ANY_TRADE))}
                for ord_, whole, text in rows
            ]
            tables.append(pa.Table.from_pylist(read, schema=_STORED))
    connection.register("_texts", pa.concat_tables(tables))
    patterns = ", ".join(
        f"CASE WHEN regexp_matches(folded, {sql_text(pattern.regex)}, 'i') THEN {sql_text(name)} END"
        for name, pattern in read_patterns(rules).items()
        if pattern.texts
    )
    connection.execute(
        f"CREATE TABLE text_marks AS SELECT * EXCLUDE (folded, words, denied), "
        f"list_concat(words, list_filter([{patterns}], lambda m: m IS NOT NULL AND NOT list_contains(denied, m))) AS marks FROM _texts"
    )
    connection.unregister("_texts")
    connection.execute(_SAYS)


def stored_reading(reading: TextReading) -> dict[str, Any]:
    """The columns of `text_marks` that a reading fills."""
    return {
        "folded": reading.text,
        "fingerprint": simhash(reading.text),
        "amount_said_yuan": max((float(token.value) for token in reading.amounts if token.value is not None), default=None),
        "persons_said": max((count for _, _, count in reading.persons), default=None),
        "words": marks_of(reading.hits),
        "denied": reading.denied,
        "direction": reading.direction,
        "is_direction_stated": reading.is_direction_stated,
        "promises": list(_promises(reading.promises, reading)),
    }


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


def sql_text(value: str) -> str:
    """A string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"
