"""A few entities as last known, for the pages of people: the newest value of each column, as `tables` takes it for all.

Folded row by row: of a query over forty columns for one entity, planning is nearly all.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from screening.features.tables import entities_sql, entity_columns
from screening.reference.columns import stored_schema
from screening.store.queries import dicts
from screening.store.register import Batch
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """`entity`: column → value, sector and subdistrict as recognised; `told_by`: column → the row that says so; `deliveries`: all its rows, oldest first."""

    entity: dict[str, Any]
    told_by: dict[str, Row]
    deliveries: list[dict[str, Any]]


def known_entities(workspace: Workspace, batches: Sequence[Batch], entity_ids: Sequence[str]) -> dict[str, Known]:
    """Those of the entities that the batches, in the order they count, tell of; by id."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with workspace.connect([batch for batch in batches if batch.kind is Kind.ENTITIES], [Kind.ENTITIES]) as connection:
        query = "SELECT * FROM raw_entities WHERE entity_id IN (SELECT unnest(?)) ORDER BY ord"
        for row in dicts(connection.execute(query, [list(entity_ids)])):
            rows[row["entity_id"]].append(row)
        told_by = {entity_id: _newest(deliveries) for entity_id, deliveries in rows.items()}
        connection.register("cells", _cells(rows, told_by))
        entities = dicts(connection.execute(entities_sql("cells", workspace.settings.rules)))
    found = {entity["entity_id"]: entity for entity in entities}
    return {entity_id: Known(found[entity_id], told_by[entity_id], deliveries) for entity_id, deliveries in rows.items()}


def _newest(deliveries: Sequence[Row]) -> dict[str, Row]:
    return {column: row for row in deliveries for column in entity_columns() if row[column] is not None}


def _cells(rows: Mapping[str, Sequence[Row]], told_by: Mapping[str, Mapping[str, Row]]) -> pa.Table:
    """As `tables.cells_sql` gives them, as far as `entities_sql` asks."""
    types = stored_schema(Kind.ENTITIES)
    lines = [
        {column: row[column] for column, row in told_by[entity_id].items()}
        | {"entity_id": entity_id, "newest_sheet": deliveries[-1]["sheet"]}
        for entity_id, deliveries in rows.items()
    ]
    told = [types.field(column) for column in entity_columns()]
    return pa.Table.from_pylist(lines, pa.schema([("entity_id", pa.string()), ("newest_sheet", pa.string()), *told]))
