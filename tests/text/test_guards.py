"""What is denied, forbidden or warned against counts for nothing; what only looks like it counts in full. `guards.yaml` holds the sentences."""

from datetime import date
from typing import Any

import duckdb
import pytest
import yaml

from screening.features.catalogue import read_themes
from screening.features.compute import FactContext
from screening.features.tables import entity_columns
from screening.settings import PROJECT_ROOT
from screening.text.marks import mark_texts
from screening.text.patterns import read_patterns

RULES = PROJECT_ROOT / "rules"
# Where things are said and what trade they belong to is no risk by itself: facts ask for these only beside money put in or a return.
_HARMLESS = ("PUBLICITY.online", "PUBLICITY.offline", "NEG.", "NEUTRAL.", "BORROW.", "SPECIFIC.", "GOLD")
_HARMLESS_PATTERNS = {
    "kind_return_term",
    "education_notice",
    "elderly_talk",
    "principal_talk",
    "prepaid_card",
    "elder_fee",
    "scope_pawn_word",
    "gold_presale",
}

SAID: dict[str, list[Any]] = yaml.safe_load((PROJECT_ROOT / "tests/text/guards.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def read() -> dict[str, dict[str, Any]]:
    """Sentence → what is stored of it, as of a complaint."""
    sentences = [*SAID["guarded"], *(entry["text"] for entry in SAID["fires"])]
    assert len(set(sentences)) == len(sentences)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE raw_publicity (ord BIGINT, text VARCHAR)")
        connection.execute("CREATE TABLE raw_complaints (ord BIGINT, title VARCHAR, content VARCHAR)")
        connection.executemany("INSERT INTO raw_complaints VALUES (?, NULL, ?)", list(enumerate(sentences)))
        mark_texts(connection, RULES)
        rows = connection.execute("SELECT ord, marks, direction, promises FROM text_marks").fetchall()
    return {sentences[ord_]: {"marks": marks, "direction": way, "promises": promises} for ord_, marks, way, promises in rows}


@pytest.mark.parametrize("sentence", SAID["guarded"])
def test_what_is_denied_or_warned_against_bears_no_risk(sentence: str, read: dict[str, dict[str, Any]]) -> None:
    found = read[sentence]
    assert [mark for mark in found["marks"] if _bears_risk(mark)] == []
    assert [promise for promise in found["promises"] if promise["direction"] in ("invest", "unknown")] == []


def _bears_risk(mark: str) -> bool:
    return not (mark.endswith("?") or mark.startswith(_HARMLESS) or mark in _HARMLESS_PATTERNS)


@pytest.mark.parametrize("entry", SAID["fires"], ids=lambda entry: entry["text"])
def test_a_near_twin_still_fires(entry: dict[str, Any], read: dict[str, dict[str, Any]]) -> None:
    found = read[entry["text"]]
    assert set(entry.get("marks", [])) <= set(found["marks"])
    if "direction" in entry:
        assert found["direction"] == entry["direction"]
    if "annual" in entry:
        wanted = pytest.approx(float(entry["annual"].rstrip("%")) / 100)
        assert [p["annual"] for p in found["promises"] if p["direction"] == "invest" and p["is_sure"]] == [wanted]


def test_there_are_enough_of_both() -> None:
    assert len(SAID["guarded"]) >= 40
    assert len(SAID["fires"]) >= 20


@pytest.fixture(scope="module")
def barred() -> dict[tuple[str, str], str]:
    """(column, value) → the word of article 9 that REG-01 or REG-02 reads in it."""
    values = [("name", entry["name"]) for entry in SAID["names"]] + [("scope", entry["scope"]) for entry in SAID["scopes"]]
    context = FactContext(date(2026, 10, 31), {name: p.regex for name, p in read_patterns(RULES).items()}, {}, frozenset())
    theme = next(theme for theme in read_themes() if theme.theme == "registration")
    dates, numbers = {"est_date"}, {"reg_capital_yuan", "paid_capital_yuan"}
    columns = ", ".join(
        f"NULL::{'DATE' if c in dates else 'DOUBLE' if c in numbers else 'VARCHAR'} AS {c}"
        for c in entity_columns()
        if c not in {"name", "scope"}
    )
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE given (entity_id VARCHAR, name VARCHAR, scope VARCHAR)")
        rows = [
            (str(i), *(value if key == column else None for column in ("name", "scope"))) for i, (key, value) in enumerate(values)
        ]
        connection.executemany("INSERT INTO given VALUES (?, ?, ?)", rows)
        connection.execute(
            f"CREATE TABLE entities AS SELECT *, {columns}, NULL::VARCHAR AS sector, NULL::VARCHAR AS street_code FROM given"
        )
        found = connection.execute(
            f"SELECT entity_id, name_barred_word, scope_barred_word FROM ({context.fill(theme.facts_sql, 'registration.sql')})"
        ).fetchall()
    return {values[int(i)]: name if values[int(i)][0] == "name" else scope for i, name, scope in found}


@pytest.mark.parametrize("entry", SAID["names"], ids=lambda entry: entry["name"])
def test_a_name_is_barred_by_its_own_words_only(entry: dict[str, str], barred: dict[tuple[str, str], str]) -> None:
    assert barred["name", entry["name"]] == entry["word"]


@pytest.mark.parametrize("entry", SAID["scopes"], ids=lambda entry: entry["scope"])
def test_what_a_scope_excludes_is_no_business_of_it(entry: dict[str, str], barred: dict[tuple[str, str], str]) -> None:
    assert barred["scope", entry["scope"]] == entry["word"]
