"""Marks every text that facts are drawn from: lexicon groups by automaton, patterns by DuckDB's linear-time regular expressions."""

from pathlib import Path

import duckdb
import pyarrow as pa

from screening.reference.data_files import Strict, checked, read_yaml
from screening.text.lexicon import normalise, read_lexicon
from screening.vocabulary import Kind

_TEXTS = {Kind.COMPLAINTS: "concat_ws('。', title, content)", Kind.PUBLICITY: "text"}
_WHOLE = {Kind.COMPLAINTS: "content IS NOT NULL", Kind.PUBLICITY: "true"}
_SAYS = """
CREATE MACRO says(marks, is_whole, word) AS CASE WHEN list_contains(marks, word) THEN true WHEN is_whole THEN false END;
CREATE MACRO says_any(marks, is_whole, words) AS CASE WHEN list_has_any(marks, words) THEN true WHEN is_whole THEN false END;
"""


class Pattern(Strict):
    """A named regular expression (RE2 syntax); with `texts: false` it is for names and addresses, and no text is tried on it."""

    label: str
    texts: bool = True
    regex: str


def read_patterns(rules: Path) -> dict[str, Pattern]:
    """Every pattern by name; raises `InvalidRule`."""
    path = rules / "patterns.yaml"
    return {name: checked(Pattern, content, path, name) for name, content in read_yaml(path).items()}


def mark_texts(connection: duckdb.DuckDBPyConnection, rules: Path) -> None:
    """Create `text_marks(kind, ord, marks, is_whole)`: for each complaint and advertisement the lexicon groups and patterns it holds.

    A complaint of which only the title is known is not whole: what it does not say stays unknown. Facts ask `says(marks, is_whole, word)` and `says_any(marks, is_whole, words)`, which are NULL where nobody can tell.
    """
    lexicon = read_lexicon(rules)
    found: dict[str, list[object]] = {"kind": [], "ord": [], "is_whole": [], "folded": [], "words": []}
    for kind, expression in _TEXTS.items():
        query = f"SELECT ord, {_WHOLE[kind]}, {expression} FROM raw_{kind.table} WHERE {expression} IS NOT NULL ORDER BY ord"
        for ord_, whole, text in connection.execute(query).fetchall():
            found["kind"].append(kind.value)
            found["ord"].append(ord_)
            found["is_whole"].append(whole)
            found["folded"].append(normalise(text))
            found["words"].append(lexicon.marks_in(text))
    types = {
        "kind": pa.string(),
        "ord": pa.int64(),
        "is_whole": pa.bool_(),
        "folded": pa.string(),
        "words": pa.list_(pa.string()),
    }
    texts = pa.table({name: pa.array(values, types[name]) for name, values in found.items()})
    connection.register("_texts", texts)
    patterns = ", ".join(
        f"CASE WHEN regexp_matches(folded, {sql_text(pattern.regex)}, 'i') THEN {sql_text(name)} END"
        for name, pattern in read_patterns(rules).items()
        if pattern.texts
    )
    connection.execute(
        f"CREATE TABLE text_marks AS SELECT kind, ord, is_whole, list_concat(words, list_filter([{patterns}], lambda m: m IS NOT NULL)) AS marks FROM _texts"
    )
    connection.unregister("_texts")
    connection.execute(_SAYS)


def sql_text(value: str) -> str:
    """A string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"
