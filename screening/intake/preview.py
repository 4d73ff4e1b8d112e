"""The first rows of a delivery as they will be kept, for somebody to look at before they are; nothing a tipster gave is among them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from screening.access import Actor, Document
from screening.reference.fields import read_dictionary
from screening.reference.rights import mask_value, personal_columns, view
from screening.vocabulary import Kind

FIRST_ROWS = 5
_SAMPLE = 40  # characters of a cell


def first_rows(kind: Kind, table: pa.Table, actor: Actor) -> list[dict[str, Any]]:
    """Canonical column → value of the first rows, as far as the actor may see them; `raw` holds each row's cells as found."""
    names = [*read_dictionary(kind).fields, "raw"]
    rows = table.slice(0, FIRST_ROWS).select([name for name in names if name in table.column_names]).to_pylist()
    return [view(actor, Document.BATCHES, row) for row in rows]


def unread_rows(lines: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The first lines of a file that nobody could read, in the shape of `first_rows`: `raw` and nothing else."""
    return [{"raw": json.dumps(line, ensure_ascii=False)} for line in lines]


def samples(table: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Heading → the first filled cell under it, personal ones masked; `table` as in a receipt's `tables`."""
    personal = personal_columns()
    found: dict[str, str] = {}
    cells = [json.loads(row["raw"]) for row in rows if row.get("raw")]
    for column in table["columns"]:
        text = next((str(line[column["name"]]) for line in cells if line.get(column["name"])), "")
        name = column["used"] or column["found"]
        if text and name in personal and not column["is_masked"]:  # what is masked already, is so in `raw` as well
            text = mask_value(name, text)
        found[column["path"]] = text[:_SAMPLE]
    return found
