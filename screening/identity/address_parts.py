"""Addresses taken apart, each once: kept by the batches that say them."""

from functools import partial
from pathlib import Path

import pyarrow as pa

from screening.identity import addresses
from screening.identity.addresses import AddressReader
from screening.reference.data_files import read_text
from screening.store.shelf import Keeping, Shelf
from screening.store.tables import Tables
from screening.store.turns import create_taken_apart

_PARTS = pa.schema([(name, pa.string()) for name in ("said", "street", "road", "house", "building", "room")])
_PROGRAM = [Path(name).read_text(encoding="utf-8") for name in (addresses.__file__, __file__)]


def address_shelf(keeping: Keeping | None, rules: Path) -> Shelf | None:
    """Where addresses taken apart lie."""
    return Shelf(keeping, "addresses", [read_text(rules / "areas.yaml"), *_PROGRAM]) if keeping else None


def create_address_parts(tables: Tables, table: str, said: str, reader: AddressReader, shelf: Shelf | None) -> None:
    """Create `table(said, street, road, house, building, room)`, as `Address` has them, of what the query `said` gives; see `create_taken_apart`."""
    create_taken_apart(tables, table, _PARTS, said, partial(_parts, reader), shelf)


def _parts(reader: AddressReader, said: str) -> tuple[str | None, ...]:
    read = reader.read(said)
    return (said, read.street_code, read.road, read.number, read.building, read.room)
