"""The columns of a delivered table in Arrow: the dictionary's canonical ones, then where each row stands."""

import pyarrow as pa

from screening.reference.fields import FieldType, read_dictionary
from screening.vocabulary import Kind

_ARROW = {
    FieldType.TEXT: pa.string(),
    FieldType.CODE: pa.string(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us"),
    FieldType.PERIOD: pa.date32(),
    FieldType.MONEY: pa.decimal128(18, 2),
    FieldType.INTEGER: pa.int64(),
    FieldType.NUMBER: pa.float64(),
    FieldType.SHARE: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
}
# The row as the spreadsheet numbers it, its cells as found (JSON), a hash of its content, and what was wrong with it (JSON).
PROVENANCE = pa.schema(
    [
        ("sheet", pa.string()),
        ("row_no", pa.int32()),
        ("raw", pa.string()),
        ("row_hash", pa.int64()),
        ("row_findings", pa.string()),
    ]
)


def arrow_schema(kind: Kind) -> pa.Schema:
    """What intake delivers for a kind."""
    fields = read_dictionary(kind).fields
    return pa.schema([(name, _ARROW[field.type]) for name, field in fields.items()] + list(PROVENANCE))


def stored_schema(kind: Kind) -> pa.Schema:
    """What is kept on disk: without the tipster's own particulars, with what identity adds."""
    fields = read_dictionary(kind).fields
    kept = [field for field in arrow_schema(kind) if field.name not in fields or fields[field.name].personal != "tipster"]
    settled = {Kind.ENTITIES: ["entity_id"], Kind.COMPLAINTS: ["complainant_key", "phones_said"]}.get(kind, [])
    return pa.schema(kept + [pa.field(name, pa.string()) for name in (*settled, "batch_id")])
