"""A run on Spark is the run on DuckDB: every table it keeps, row for row, and every explanation."""

import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from screening import pipeline
from screening.access import OPERATOR
from screening.features import tables
from screening.features.catalogue import read_features
from screening.identity.name_keys import create_keys
from screening.model.recipe import read_recipe
from screening.model.scorecard import Line, Scorecard, definitions_of
from screening.scoring import model_rules
from screening.scoring.explanation import explain_many
from screening.settings import PROJECT_ROOT, SparkPlace
from screening.spark.engine import SparkEngine, running
from screening.store import tables as store_tables
from screening.store.queries import sql_text
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.text.patterns import read_patterns
from screening.vocabulary import Engine, Kind
from tests.homes import open_home, settings_of
from tests.promises.world import make_world, write_csv

AS_OF = date(2026, 10, 31)
WORLDS = range(24)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("on_spark")]


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which tables came from Spark: a test of equality must not compare DuckDB with itself."""
    taken: list[str] = []
    take_back = SparkEngine.take_back

    def watched(engine: SparkEngine, to: duckdb.DuckDBPyConnection, received: Collection[Kind]) -> None:
        take_back(engine, to, received)
        taken.extend(to.sql("SELECT table_name FROM duckdb_tables()").to_arrow_table()["table_name"].to_pylist())

    monkeypatch.setattr(SparkEngine, "take_back", watched)
    return taken


TEXTS = [
    "ab\ncd", "ab\n", "ab\r\ncd\n", "x\u2028y", "a\x0bb c\td", "黄金 存入10万元，年化15%", "Straße ÄÖÜ äöü", "ſ K k", "a&&b[c]", "foo_bar-baz", "", " ", None,
    "https://www.黄金.com/x?y#z", "😀a😀", "（甲）公司(乙)", "２０２６年", "未从事非法集资；不得吸收存款",
]  # fmt: skip
PATTERNS = [
    r"a.b", r"^a.*d$", r"b$", r"d\n?$", r"\s", r"^\S+$", r"[\s&]", r"[^\S]", r"[[:alpha:]]+", r"[[:^digit:]]", r"\bcd\b", r"\Bo", r"[[(]", r"&&b", r"[&&b]", r"(?i)k",
    r"(?i)ä", r"(?i:STRASSE|strasse)", r"(?s)a.*c", r"(?P<n>金)\d*", r"\p{Han}+", r"\x{9ec4}", r"\Q[c]\E", r"[]c]", r"\d+", r"\w+", r"(a|ab)(c|bcd)?", r"a{1,2}?", r"\.|\?",
]  # fmt: skip
IDIOMS = [
    "len(list_filter(words, lambda w: w <> 'b'))", "list_contains(words, 'a')", "list_has_any(words, ['a', 'z'])", "words[2]", "words[9]", "concat(said, '：', n)",
    "concat_ws('，', said, n::VARCHAR, day)", "'case:' || n", "left(said, 2)", "date_diff('month', day, DATE '2026-03-01')", "date_diff('day', moment, TIMESTAMP '2026-03-01 00:00:00')",
    "n // 2", "n % 2", "n / 4", "round(n / 4.0)", "greatest(1, round(5 * pow(0.5, n / 90.0)))::INTEGER", "greatest(n, NULL)", "least(NULL, 3, n)", "moment::DATE <= day",
    "TRY_CAST(said AS DOUBLE)", "sum::VARCHAR", "sum = 0", "sum::DOUBLE / NULLIF(sum::DOUBLE, 0)", "translate(said, '（）', '()')", "coalesce(contains(said, '公司'), false)",
    "n IS DISTINCT FROM 3", "(n > 2) IS NOT TRUE", "(day - INTERVAL 1 DAY)::DATE", "day - 3", "last_day(day)", "make_date(year(day)::BIGINT, 2, 3)", "(n > 1)::INTEGER",
    "row_number() OVER (ORDER BY n DESC NULLS LAST, key)", "row_number() OVER (PARTITION BY n ORDER BY key DESC)", "max(n) OVER (PARTITION BY said)", "lead(key) OVER (ORDER BY key)",
    "bit_count(xor(n, -1))", "len(words)", "length(said)", "regexp_full_match(said, '[a-z]+|')", "regexp_extract_all(said, '[a-z0-9]')", "lower(said)",
    "regexp_split_to_array(said, '[a-c]')", "CASE WHEN n > 2 THEN 'x' END IN ('x', NULL)", "list_max(list_transform(words, lambda w: length_of(w)))",
]  # fmt: skip

AGGREGATES = [
    "arg_max(CASE WHEN n < 5 THEN said END, n)", "max(n) FILTER (WHERE said IS NOT NULL)", "bool_or(n > 2)", "count(*) FILTER (WHERE n > 2)", "count(DISTINCT said)",
    "sum(n::DOUBLE)", "min((day, key))", "max(moment)", "string_agg(lower(said), ' ' ORDER BY key)", "bool_or(words IS NULL)", "count(n)", "bool_and(n > 0)",
]  # fmt: skip


def both(home: Path, day: date, scratch: str | None = None) -> tuple[tuple[Workspace, Run], tuple[Workspace, Run]]:
    """What is loaded at `home`, scored there by DuckDB and, in a copy that knows nothing of it, by Spark."""
    workspace = open_home(home)
    run = pipeline.score(workspace, as_of=day)
    other = home.with_name(f"{home.name} 另一处")
    shutil.copytree(home, other)
    shutil.rmtree(other / "runs")
    twin = Workspace(replace(settings_of(other), spark=SparkPlace(scratch=scratch)))
    with twin.register.writing() as connection:
        connection.execute(sa.text("DELETE FROM runs"))
    return (workspace, run), (twin, pipeline.score(twin, as_of=day, engine=Engine.SPARK))


def assert_same(on_duckdb: tuple[Workspace, Run], on_spark: tuple[Workspace, Run], at_work: list[str]) -> None:
    (here, run), (there, twin) = on_duckdb, on_spark
    assert {"features", "outcomes", "facts_complaints", "entity_cells"} <= set(at_work), "Spark was not asked"
    assert (run.run_id, run.summary) == (twin.run_id, twin.summary)
    names = sorted(path.stem for path in (here.home / run.path).iterdir())
    assert {"scores", "features", "outcomes", "evidence", "reports", "ties"} <= set(names)
    for name in names:
        files = [w.home / r.path / f"{name}.parquet" for w, r in ((here, run), (there, twin))]
        left, right = map(pq.read_table, files)
        assert left.schema.names == right.schema.names, name
        assert [str(a) for a in left.schema.types] == [str(b) for b in right.schema.types], name
        assert left.num_rows == right.num_rows, name
        for one, other in zip(map(repr, left.to_pylist()), map(repr, right.to_pylist()), strict=True):
            assert one == other, name
        assert files[0].read_bytes() == files[1].read_bytes(), name
    first = pq.read_table(here.run_table(run, "scores"))["entity_id"].to_pylist()[:100]
    told = [[e.document() for e in explain_many(w, r, first, actor=OPERATOR)] for w, r in ((here, run), (there, twin))]
    assert told[0] == told[1]


def as_text(row: tuple[Any, ...]) -> str:
    """A row in one way of writing; a struct is a dictionary here and a named tuple there."""
    return repr(
        [tuple(cell.values()) if isinstance(cell, dict) else tuple(cell) if isinstance(cell, tuple) else cell for cell in row]
    )


def on_both(tables: dict[str, pa.Table], statements: list[str], tmp_path: Path) -> None:
    """Statements done by both engines; what the last one, a SELECT, finds is equal."""
    with duckdb.connect() as here, running(settings_of(tmp_path)) as engine:
        found = []
        for name, table in tables.items():
            here.register(name, table)
            engine.tables.register(name, table)
        for statement in statements:
            found = [sorted(map(as_text, place.execute(statement).fetchall())) for place in (here, engine.tables)]
        assert found[0] == found[1]
        assert found[0]


def test_every_pattern_finds_the_same(tmp_path: Path) -> None:
    known = [pattern.regex for pattern in read_patterns(PROJECT_ROOT / "rules").values()]
    said = {pattern: sql_text(pattern) for pattern in [*PATTERNS, *known]}
    columns = [
        f"regexp_matches(said, {p}), regexp_matches(said, {p}, 'i'), regexp_extract(said, {p}), regexp_replace(said, {p}, '#', 'g')"
        for p in said.values()
    ]
    texts = [*TEXTS, *said]  # a pattern's own words are what it is most likely to find
    for part in range(0, len(columns), 40):
        on_both({"t": pa.table({"said": texts})}, [f"SELECT said, {', '.join(columns[part : part + 40])} FROM t"], tmp_path)


@pytest.mark.parametrize("is_compiled", [True, False])
def test_every_idiom_means_the_same(is_compiled: bool, tmp_path: Path, on_spark: Any) -> None:
    on_spark.conf.set("spark.sql.codegen.wholeStage", str(is_compiled).lower())
    on_spark.conf.set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY" if is_compiled else "NO_CODEGEN")
    days = [date(2026, 1, 31), date(2024, 2, 29), None, date(2025, 12, 1)]
    rows = pa.table(
        {
            "key": list("abcdefgh"),
            "n": pa.array([0, 1, 2, 3, 5, 90, None, 7], pa.int64()),
            "sum": pa.array([Decimal("0.00"), Decimal("10.50"), None, Decimal("-3.00")] * 2, pa.decimal128(18, 2)),
            "said": ["（甲）公司", "12.5", None, "", " 7 ", "abc", "x", "1e3"],
            "day": pa.array(days * 2, pa.date32()),
            "moment": pa.array([d and datetime(d.year, d.month, d.day, 23, 59, 59) for d in days] * 2, pa.timestamp("us")),
            "words": pa.array(
                [["a", "b"], [], None, ["z"], ["b", "b"], ["a"], ["q", "a", "b"], ["z", "y"]], pa.list_(pa.string())
            ),
        }
    )
    macro = "CREATE MACRO length_of(w) AS CASE WHEN w = 'a' THEN 1 ELSE 2 END"
    on_both({"t": rows}, [macro, f"SELECT key, {', '.join(IDIOMS)} FROM t"], tmp_path)
    on_both({"t": rows}, [f"SELECT day, {', '.join(AGGREGATES)} FROM t GROUP BY day"], tmp_path)


def test_a_table_is_the_same_after_every_change(tmp_path: Path) -> None:
    """Rows added from a table that is gone before they are read, and values set from another: what names and addresses need."""
    names = ["（甲）公司", "ⅣB公司", "㈱乙", "甲樓", "abc公司", None, "", "　", "(丙) 店", "ß"]
    with duckdb.connect() as here, running(settings_of(tmp_path)) as engine:
        found = []
        for place in (here, engine.tables):
            for part in (names[:4], names[4:]):
                place.register("_part", pa.table({"name": pa.array(part, pa.string()), "n": range(len(part))}))
                place.execute("CREATE TABLE IF NOT EXISTS said AS SELECT name, n::INTEGER AS n FROM _part WHERE false")
                place.execute("INSERT INTO said SELECT * FROM _part")
                place.unregister("_part")
            create_keys(place, "keys", "SELECT name FROM said WHERE name IS NOT NULL")
            place.execute("CREATE TABLE rest AS SELECT DISTINCT name FROM said ANTI JOIN keys USING (name)")
            asked = "SELECT name, n, name_key, (SELECT count(*) FROM rest) FROM said LEFT JOIN keys USING (name) WHERE name > ? OR name IS NULL"
            found.append(sorted(map(as_text, place.execute(asked, ["(丁"]).fetchall())))
    assert found[0] == found[1]
    assert any("IV" in row for row in found[0]), "a key that only Python can tell"


def test_the_sample_months(scored_home: Path, tmp_path: Path, at_work: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Put together in several goes, as a city's entities are."""
    monkeypatch.setattr(tables, "AT_ONCE", 1_000)
    monkeypatch.setattr(store_tables, "_ROWS_GROUPED", 500)
    shutil.copytree(scored_home, home := tmp_path / "示例 月份")
    assert_same(*both(home, pipeline.month_end("2026-10")), at_work)


@pytest.mark.shared
def test_the_corpus_of_messy_files(shared_folder: Path, tmp_path: Path, at_work: list[str]) -> None:
    """With a scratch folder, as on a cluster: every table goes through Parquet."""
    workspace, scratch = open_home(home := tmp_path / "corpus"), tmp_path / "临时 盘"
    files = sorted(path for path in (shared_folder / "corpus").iterdir() if path.suffix != ".json")
    receipt = pipeline.load(workspace, files, kind=None, received=AS_OF)
    assert sum(entry["accepted"] for entry in receipt.files) > 0
    assert_same(*both(home, AS_OF, f"file://{scratch.as_posix()}"), at_work)
    assert any(scratch.rglob("*_features/*.parquet"))


def a_card() -> Scorecard:
    """A model with a line for everything one may be learned from, both ways."""
    known, names = read_features(), sorted(read_recipe(PROJECT_ROOT / "rules").features)
    edges, tenths = (0.0, 0.5, 3.0, 1000.0), (0, 1, 4, 9, 20)
    lines = [
        Line(name, known[name].label, known[name].unit, rising, edges, tenths if rising else tenths[::-1])
        for name in names
        for rising in (True, False)
    ]
    return Scorecard(tuple(lines), definitions_of(names, known), -3.0, 0.05)


def test_generated_worlds_with_a_model_in_force(tmp_path: Path, at_work: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    card = a_card()
    monkeypatch.setattr(model_rules, "active_model", lambda workspace: card)
    workspace = open_home(home := tmp_path / "worlds")
    worlds = [make_world(seed) for seed in WORLDS]
    for kind in Kind:
        if rows := [row for world in worlds for row in world[kind]]:
            pipeline.load(workspace, [write_csv(tmp_path / f"{kind}.csv", rows)], kind=kind, received=AS_OF)
    on_duckdb, on_spark = both(home, AS_OF)
    assert_same(on_duckdb, on_spark, at_work)
    outcomes = pq.read_table(on_spark[0].home / on_spark[1].path / "outcomes.parquet")
    by_model = [name for name in outcomes.schema.names if name.startswith(f"{model_rules.GROUP}-")]
    assert any(points for name in by_model for points in outcomes[name].to_pylist() if not name.endswith("?"))
