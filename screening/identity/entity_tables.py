"""The register as tables (schema `register`): what it says of names and addresses taken apart once, kept by the batches that say it.

Entities have numbers, from 0 in the order of their ids. `entity_rows` puts what is here in the order of all it is asked by.
"""

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.identity.address_parts import address_shelf, create_address_parts
from screening.identity.addresses import AddressReader
from screening.identity.name_index import near_sound_of
from screening.identity.name_keys import parts_sql
from screening.identity.name_parts import NameReader
from screening.identity.names import fold
from screening.identity.parties import Known
from screening.reference.data_files import read_text
from screening.store.shelf import Keeping, Shelf, program_texts
from screening.store.turns import create_taken_apart

TABLES = ("entities", "names", "brands", "doors", "streets", "phones", "heads")
_PROGRAM = program_texts(Path(__file__).parent)
_NAMES = pa.schema([(name, pa.string()) for name in ("said", "name", "key", "area", "brand", "trade", "form", "sound")])
_KNOWN = pa.schema(
    [
        ("entity_id", pa.string()),
        *((name, pa.list_(pa.string())) for name in ("names", "addresses", "phones", "heads")),
        ("street", pa.string()),
    ]
)
# Who says what: `ord` tells the batch, `place` the order in which it counts for one entity. A later name counts before an earlier one, a former one after them.
_AFTER_ROWS = f"{1 << 20}::HUGEINT"  # names in one cell
_AFTER_CELLS = f"{1 << 80}::HUGEINT"  # cells of one column
_DELIVERED = {
    "ids": "SELECT DISTINCT entity_id FROM raw_entities",
    "names": f"""
        SELECT entity_id, ord, -ord::HUGEINT AS place, name AS said FROM raw_entities WHERE name IS NOT NULL UNION ALL
        SELECT entity_id, ord, turn * {_AFTER_CELLS} + ord * {_AFTER_ROWS} + generate_subscripts(parts, 1), unnest(parts) FROM (
            SELECT entity_id, ord, 1 AS turn, {parts_sql("former_names")} AS parts FROM raw_entities WHERE former_names IS NOT NULL UNION ALL
            SELECT entity_id, ord, 2 AS turn, {parts_sql("trade_name")} FROM raw_entities WHERE trade_name IS NOT NULL
        )""",
    "addresses": f"""
        SELECT entity_id, ord, ord::HUGEINT AS place, address_reg AS said FROM raw_entities WHERE address_reg != '' UNION ALL
        SELECT entity_id, ord, {_AFTER_CELLS} + ord, address_biz FROM raw_entities WHERE address_biz != ''""",
    "phones": "SELECT entity_id, phone AS said FROM raw_entities WHERE phone IS NOT NULL",
    "heads": "SELECT entity_id, legal_rep_name AS said FROM raw_entities WHERE legal_rep_name IS NOT NULL",
    "streets": """
        SELECT entity_id, arg_max(coalesce(street_code_biz, street_biz, street_code_reg, street_reg), ord) AS said FROM raw_entities GROUP BY entity_id""",
}
_LISTED = {
    "ids": "SELECT entity_id FROM known",
    **{
        name: f"SELECT entity_id, 0 AS ord, generate_subscripts({name}, 1) AS place, unnest({name}) AS said FROM known"
        for name in ("names", "addresses", "phones", "heads")
    },
    "streets": "SELECT entity_id, street AS said FROM known",
}


def create_known(
    connection: duckdb.DuckDBPyConnection, known: Sequence[Known], names: NameReader, addresses: AddressReader
) -> None:
    """The tables of these entities, each with an id of its own."""
    columns = zip(
        *((e.entity_id, e.names, tuple(filter(None, e.addresses)), e.phones, e.legal_reps, e.street_code) for e in known),
        strict=True,
    )
    rows = (
        pa.table([pa.array(column, field.type) for column, field in zip(columns, _KNOWN, strict=True)], _KNOWN)
        if known
        else _KNOWN.empty_table()
    )
    connection.register("known", rows)
    _create(connection, _LISTED, names, addresses, None, None)
    connection.unregister("known")


def create_delivered(
    connection: duckdb.DuckDBPyConnection, names: NameReader, addresses: AddressReader, keeping: Keeping | None, rules: Path
) -> None:
    """The tables of all that `raw_entities` has, in the same connection."""
    grounds = [*(read_text(rules / name) for name in ("names.yaml", "areas.yaml")), *_PROGRAM, version("pypinyin")]
    names_kept = Shelf(keeping, "likeness", ["names", *grounds]) if keeping else None
    _create(connection, _DELIVERED, names, addresses, names_kept, address_shelf(keeping, rules))


def _create(
    connection: duckdb.DuckDBPyConnection,
    said: dict[str, str],
    names: NameReader,
    addresses: AddressReader,
    names_kept: Shelf | None,
    addresses_kept: Shelf | None,
) -> None:
    for name, query in said.items():
        connection.execute(f"CREATE VIEW register.said_{name} AS {query}")
    connection.execute("""
        CREATE TABLE register.entities AS SELECT (row_number() OVER (ORDER BY entity_id) - 1)::INTEGER AS number, entity_id FROM register.said_ids
    """)
    create_taken_apart(connection, "register.read_names", _NAMES, _said("names", names_kept), partial(_name, names), names_kept)
    _create_names(connection)
    _create_brands(connection)
    create_address_parts(connection, "register.read_addresses", _said("addresses", addresses_kept), addresses, addresses_kept)
    _create_places(connection, addresses)
    for name in ("phones", "heads"):
        connection.execute(
            f"CREATE TABLE register.{name} AS SELECT DISTINCT number, said FROM register.said_{name} JOIN register.entities USING (entity_id)"
        )
    for name in said:
        connection.execute(f"DROP VIEW register.said_{name}")


def _said(name: str, shelf: Shelf | None) -> str:
    """What is said and, where it is kept, by which batch."""
    said = f"FROM register.said_{name}"
    return f"SELECT said, batch_id {said} JOIN batches ON batch_no = ord >> 32" if shelf else said


def _name(reader: NameReader, said: str) -> tuple[str, ...]:
    parts = reader.parts(said)
    return (said, said.strip(), fold(said), parts.area, parts.brand, parts.trade, parts.form, near_sound_of(parts.brand))


def _create_names(connection: duckdb.DuckDBPyConnection) -> None:
    """`begins` says where the name does behind its area."""
    connection.execute(f"""
        CREATE TABLE register.names AS SELECT number, place, name, key, area, brand, trade, form, begins
        FROM ({_in_order("names")}) JOIN (
            SELECT *, CASE WHEN starts_with(key, area) THEN length(area) ELSE 0 END AS begins FROM register.read_names
        ) USING (said) WHERE key != ''
    """)


def _in_order(name: str) -> str:
    """Everything that one entity says once, numbered as it counts."""
    return f"""
        SELECT number, said, row_number() OVER (PARTITION BY number ORDER BY min(place))::INTEGER AS place
        FROM register.said_{name} JOIN register.entities USING (entity_id) GROUP BY number, said
    """


def _create_brands(connection: duckdb.DuckDBPyConnection) -> None:
    """Brands numbered in their order."""
    connection.execute("""
        CREATE TABLE register.brands AS SELECT row_number() OVER (ORDER BY brand)::INTEGER AS brand_no, brand, sound
        FROM (SELECT brand, any_value(sound) AS sound FROM register.read_names WHERE brand != '' GROUP BY brand) SEMI JOIN register.names USING (brand)
    """)
    connection.execute("DROP TABLE register.read_names")


def _create_places(connection: duckdb.DuckDBPyConnection, addresses: AddressReader) -> None:
    connection.execute(f"""
        CREATE TABLE register.doors AS
        SELECT number, place, street, road, house, building, room FROM ({_in_order("addresses")}) JOIN register.read_addresses USING (said)
    """)
    connection.execute("DROP TABLE register.read_addresses")
    said = [
        row[0] for row in connection.execute("SELECT DISTINCT said FROM register.said_streets WHERE said IS NOT NULL").fetchall()
    ]
    codes = pa.table({"said": pa.array(said, pa.string()), "street": pa.array(map(addresses.street_code, said), pa.string())})
    connection.register("_codes", codes)
    connection.execute("""
        CREATE TABLE register.streets AS SELECT number, street FROM (
            SELECT number, street FROM register.doors
            UNION ALL SELECT number, c.street FROM register.said_streets JOIN _codes c USING (said) JOIN register.entities USING (entity_id)
        ) WHERE street IS NOT NULL
    """)
    connection.unregister("_codes")
