"""What the register says in the order of everything it is asked by, kept beside what was found there."""

from collections.abc import Callable
from functools import partial

import duckdb

from screening.identity.entity_tables import TABLES
from screening.identity.mentions import SHORTEST_ALONE
from screening.identity.names import SHORTEST_NAME
from screening.store.shelf import Shelf, open_or_make
from screening.store.sorted_rows import SortedRows

PROBE = 6  # characters of a name that are looked for in texts before the name is; a shorter one is looked for as a whole
_REST = f"substr(key, CASE WHEN length(key) - begins >= {SHORTEST_NAME} THEN 1 + begins ELSE 1 END)"  # what stands in a text that has the name, area or no
_HOUSE = "right(road, 3) || chr(0) || house"  # as `Address.key` has it
_BY_NUMBER = {
    "entities": "entity_id",
    "names": "place, name, key, area, brand, trade, form",
    "doors": "place, street, road, house, building, room",
    "streets": "street",
    "phones": "said",
    "heads": "said",
}
_QUERIES = {
    **{name: f"SELECT number::UBIGINT AS slot, {said} FROM register.{name}" for name, said in _BY_NUMBER.items()},
    "keys": "SELECT hash(key) AS slot, key, number, begins, place FROM register.names",
    "bearers": "SELECT hash(brand) AS slot, brand AS key, number FROM register.names WHERE brand != ''",
    "houses": f"SELECT hash({_HOUSE}) AS slot, {_HOUSE} AS key, number FROM register.doors WHERE road != '' AND house != ''",
    "rests": f"""
        SELECT hash(left(rest, {PROBE})) AS slot, said, rest
        FROM (SELECT key AS said, {_REST} AS rest FROM register.names WHERE length(key) >= {SHORTEST_NAME})""",
    "alone": f"SELECT hash(left(brand, {PROBE})) AS slot, brand AS said, brand AS rest FROM register.brands WHERE length(brand) >= {SHORTEST_ALONE}",
    "brands": "SELECT brand_no::UBIGINT AS slot, brand, sound FROM register.brands",
}


def entity_rows(connection: duckdb.DuckDBPyConnection, create: Callable[[], None], shelf: Shelf | None) -> dict[str, SortedRows]:
    """By name, as they lie on the `shelf` of the very same register; else of the tables that `create` makes, see `entity_tables`.

    By the number of an entity: entities, names, doors, streets, phones, heads. By the hash of a text: keys, bearers (by brand), houses, rests and alone (names
    and brands by how they begin). By the number of a brand: brands.
    """
    connection.execute("CREATE SCHEMA register")
    if shelf:
        kept = {name: rows for name in _QUERIES if (rows := shelf.open_sorted(kept_as(name)))}
        if len(kept) == len(_QUERIES):
            return kept
    create()
    found = {name: open_or_make(shelf, connection, kept_as(name), partial(str, query)) for name, query in _QUERIES.items()}
    for table in TABLES:
        connection.execute(f"DROP TABLE register.{table}")
    return found


def drop_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what was made to ask the register, if anything was."""
    connection.execute("DROP SCHEMA IF EXISTS register CASCADE")


def kept_as(name: str) -> str:
    """Under what name rows lie on the shelf."""
    return f"register-{name}"
