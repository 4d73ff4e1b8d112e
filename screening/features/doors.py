"""Addresses as doors: road, number, building and room in one, each address taken apart once and kept by the batches that say it."""

from pathlib import Path

import pyarrow as pa

from screening.identity import addresses
from screening.identity.addresses import AddressReader
from screening.reference.data_files import read_text
from screening.store.queries import sql_text
from screening.store.shelf import Keeping, Shelf
from screening.store.tables import Tables

_KEPT = pa.schema([("said", pa.string()), ("door", pa.string())])
_AT_ONCE = 100_000
_PROGRAM = [Path(name).read_text(encoding="utf-8") for name in (addresses.__file__, __file__)]


def create_doors(connection: Tables, rules: Path, keeping: Keeping | None) -> None:
    """Create `doors(said, door)` for every address of `relation_cells`; a door is empty without a house number. An address with no room only equals another with none."""
    shelf = Shelf(keeping, "doors", [read_text(rules / "areas.yaml"), *_PROGRAM]) if keeping else None
    connection.register("_empty", _KEPT.empty_table())
    connection.execute("CREATE TABLE doors AS SELECT * FROM _empty")
    connection.unregister("_empty")
    if shelf:
        shelf.load(connection, "kept_doors", _KEPT)
        connection.execute("INSERT INTO doors SELECT said, any_value(door) FROM kept_doors GROUP BY said")
        connection.execute("DROP TABLE kept_doors")
    connection.execute(
        "CREATE TABLE closed AS SELECT DISTINCT said, batch_id FROM relation_cells ANTI JOIN doors USING (said) WHERE kind = 'address'"
    )
    _take_apart(connection, AddressReader(rules))
    if shelf:
        for (batch_id,) in connection.execute("SELECT DISTINCT batch_id FROM closed").fetchall():
            said = f"SELECT DISTINCT said, door FROM relation_cells JOIN doors USING (said) WHERE kind = 'address' AND batch_id = {sql_text(batch_id)}"
            shelf.put(connection, batch_id, said)
    connection.execute("DROP TABLE closed")


def _take_apart(connection: Tables, reader: AddressReader) -> None:
    last = ""
    following = f"SELECT DISTINCT said FROM closed WHERE said > ? ORDER BY said LIMIT {_AT_ONCE}"
    while rows := connection.execute(following, [last]).fetchall():
        said = [row[0] for row in rows]
        found = pa.table(
            {"said": pa.array(said, pa.string()), "door": pa.array([_door(reader, one) for one in said], pa.string())}
        )
        connection.register("_found", found)
        connection.execute("INSERT INTO doors SELECT * FROM _found")
        connection.unregister("_found")
        last = said[-1]


def _door(reader: AddressReader, said: str) -> str:
    read = reader.read(said)
    return f"{read.road}|{read.number}|{read.building}|{read.room}" if read.road and read.number else ""
