"""Addresses as doors: road, number, building and room in one."""

from pathlib import Path

from screening.identity.address_parts import address_shelf, create_address_parts
from screening.identity.addresses import AddressReader
from screening.store.shelf import Keeping
from screening.store.tables import Tables


def create_doors(connection: Tables, rules: Path, keeping: Keeping | None) -> None:
    """Create `doors(said, door)` for every address of `relation_cells` that has a house number. An address with no room only equals another with none."""
    said = "SELECT said, batch_id FROM relation_cells WHERE kind = 'address'"
    create_address_parts(connection, "door_parts", said, AddressReader(rules), address_shelf(keeping, rules))
    connection.execute("""
        CREATE TABLE doors AS SELECT said, road || '|' || house || '|' || building || '|' || room AS door FROM door_parts WHERE road != '' AND house != ''
    """)
    connection.execute("DROP TABLE door_parts")
