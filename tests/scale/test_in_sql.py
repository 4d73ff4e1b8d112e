"""What SQL does with names is what the program does with one."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.identity.name_keys import create_keys, key_sql, parts_sql
from screening.identity.names import name_key, split_names
from screening.scoring.search import plain_characters, search_key

NAMES = st.lists(st.text("虚甲樓A b１（）()【 、，··—…ⅣⅨ㈱①　\u2003\xa0\x1c\n;/|龥鿿㐀ßé@-1", max_size=12), min_size=1)
QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@QUICK
@given(names=NAMES)
def test_a_key_made_in_sql_is_the_key_of_the_name(connection: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    see(connection, names)
    for name, key in connection.execute(f"SELECT name, {key_sql('name')} FROM names").fetchall():
        assert key in (None, name_key(name))


def test_everyday_names_get_their_key_in_sql(connection: duckdb.DuckDBPyConnection) -> None:
    see(connection, ["湛江市虚甲（示例）典当有限公司 ", "霞山区虚乙A1店"])
    assert connection.execute(f"SELECT {key_sql('name')} FROM names").fetchall() == [
        ("湛江市虚甲示例典当有限公司",),
        ("霞山区虚乙A1店",),
    ]


@QUICK
@given(names=NAMES)
def test_a_cell_of_several_names_is_split_as_one_is(connection: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    see(connection, names)
    for name, parts in connection.execute(f"SELECT name, {parts_sql('name')} FROM names").fetchall():
        assert parts == split_names(name)


@QUICK
@given(names=NAMES)
def test_a_spelling_is_found_under_its_search_key(connection: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    see(connection, names)
    create_keys(connection, "found", "SELECT name FROM names", search_key, plain_characters())
    rows = connection.execute("SELECT name, name_key FROM found").fetchall()
    connection.execute("DROP TABLE found")
    assert dict(rows) == {name: search_key(name) for name in names}


def see(connection: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    connection.register("names", pa.table({"name": pa.array(names, pa.string())}))
