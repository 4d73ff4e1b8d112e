"""The rows a case's reasons rest on, as they were delivered, column by column, cut to what the reader may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from screening.access import Actor, Document
from screening.features.persons import hidden_words
from screening.reference.fields import read_dictionary
from screening.reference.rights import view
from screening.reports.wording import Wording
from screening.store.queries import dicts, reading
from screening.store.register import Batch, Run
from screening.store.sight import sight
from screening.store.workspace import Workspace
from screening.text.masking import mask_personal
from screening.vocabulary import Kind

_DOCUMENT = {Kind.COMPLAINTS: Document.COMPLAINTS, Kind.ENTITIES: Document.REGISTRATION}


@dataclass(frozen=True)
class SourceRow:
    """One delivered row: where it stands, the fingerprint of the whole file it stands in, and its cells by Chinese label."""

    kind: str
    file: str
    file_sha256: str
    sheet: str
    row: int
    received: date
    cells: dict[str, str]


def source_rows(workspace: Workspace, run: Run, entity_id: str, wording: Wording, *, actor: Actor) -> list[SourceRow]:
    """Every row that is evidence of an entity in a run, in order of kind, file, sheet and row; none of what the actor's role does not read."""
    batches = {batch.batch_id: batch for batch in workspace.register.batches_of(run)}
    with reading() as evidence:
        places = evidence.execute(
            f"SELECT DISTINCT batch_id, sheet, row_no FROM {workspace.run_rows(run, 'evidence')} WHERE entity_id = ? ORDER BY ALL",
            [entity_id],
        ).fetchall()
    found = []
    with workspace.connect(list(batches.values())) as connection:
        for batch_id, sheet, row_no in places:
            batch = batches[batch_id]
            if (cells := _cells(workspace, connection, batch, sheet, row_no, actor)) is not None:
                found.append((batch, sheet, row_no, cells))
    shown = _hidden(workspace, run, actor, [text for *_, cells in found for text in cells.values()])
    rows = [
        SourceRow(
            kind=batch.kind.label,
            file=batch.file_name,
            file_sha256=batch.file_sha256,
            sheet=sheet,
            row=row_no,
            received=batch.received,
            cells={label: wording.neutral(shown[text]) for label, text in cells.items()},
        )
        for batch, sheet, row_no, cells in found
    ]
    return sorted(rows, key=lambda row: (row.kind, row.file, row.sheet, row.row))


def _cells(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, batch: Batch, sheet: str, row_no: int, actor: Actor
) -> dict[str, str] | None:
    """The canonical cells of a row that are not empty, by label; None where the actor's role reads no such rows."""
    fields = read_dictionary(batch.kind, workspace.settings.rules).fields
    cursor = connection.execute(
        f"SELECT * FROM raw_{batch.kind.table} WHERE batch_id = ? AND sheet IS NOT DISTINCT FROM ? AND row_no = ?",
        [batch.batch_id, sheet, row_no],
    )
    row: Mapping[str, Any] = next(iter(dicts(cursor)), {})
    known = {name: row[name] for name in fields if row.get(name) is not None}
    shown = view(actor, _DOCUMENT.get(batch.kind, Document.REASONS), known, workspace.settings.rules)
    return {fields[name].label: _said(value) for name, value in shown.items()} if shown else None


def _hidden(workspace: Workspace, run: Run, actor: Actor, texts: Sequence[str]) -> Mapping[str, str]:
    """Persons and firms out of sight hidden in every cell, as in what reasons quote."""
    shown = hidden_words(workspace, run, actor, sight(workspace, actor, Document.REASONS), texts)
    return {text: mask_personal(shown[text]) for text in texts}


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)
