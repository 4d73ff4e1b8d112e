"""What people found on the spot: every visit anybody delivered, and what it says of the days before it.

Whoever nobody visited has no outcome: never a negative one. Which finding codes are of concern says `finding_of_concern` in rules/patterns.yaml
(S10 正常 and S14 登记本 are not).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from screening.identity.linking import link_batches
from screening.rulebook.active import active_rules
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.text.patterns import read_patterns
from screening.vocabulary import Kind


@dataclass(frozen=True)
class Visit:
    """One visit with a day; `found` by the finding codes of the visit form, None where nothing was written down; `unit` as delivered."""

    entity_id: str
    day: date
    found: bool | None
    unit: str | None = None


def visits(workspace: Workspace, run: Run) -> list[Visit]:
    """Visits a run knows of, linked as the run linked them, in order of day and entity."""
    with workspace.connect(workspace.register.batches_of(run), [Kind.INSPECTIONS]) as connection:
        connection.execute(f"CREATE VIEW links AS SELECT * FROM {workspace.run_rows(run, 'links')}")
        return read_visits(connection, _concern(workspace))


def all_visits(workspace: Workspace, received_by: date | None = None) -> list[Visit]:
    """Every visit anybody delivered (by a day), linked by the rules that score, whether or not anything was scored since."""
    kinds = (Kind.ENTITIES, Kind.INSPECTIONS)
    batches = [batch for batch in workspace.register.batches(received_by=received_by) if batch.kind in kinds]
    with workspace.connect(batches) as connection:
        link_batches(workspace, connection, batches, active_rules(workspace))
        return read_visits(connection, _concern(workspace))


def read_visits(connection: duckdb.DuckDBPyConnection, concern: str) -> list[Visit]:
    """Visits among `raw_inspections` and `links` of a connection; `concern` is the pattern of findings that matter."""
    rows = connection.execute(
        "SELECT l.entity_id, i.visit_date, regexp_matches(i.findings, ?), i.unit FROM raw_inspections i "
        f"JOIN links l ON l.kind = '{Kind.INSPECTIONS}' AND l.ord = i.ord "
        "WHERE l.entity_id IS NOT NULL AND i.visit_date IS NOT NULL ORDER BY i.visit_date, l.entity_id, i.ord",
        [concern],
    ).fetchall()
    return [Visit(*row) for row in rows]


def outcomes(seen: Sequence[Visit], after: date, until: date, among: Iterable[str] | None = None) -> dict[str, bool]:
    """Entity → whether any visit after one day and up to another found something; who was not visited, or whose visit left no word, is not there."""
    chosen = None if among is None else set(among)
    known: dict[str, bool] = {}
    for visit in seen:
        if visit.found is not None and after < visit.day <= until and (chosen is None or visit.entity_id in chosen):
            known[visit.entity_id] = known.get(visit.entity_id, False) or visit.found
    return known


def outcomes_within(seen: Sequence[Visit], after: date, days: int) -> dict[str, bool]:
    """`outcomes` of the so many days after a day."""
    return outcomes(seen, after, after + timedelta(days=days))


def _concern(workspace: Workspace) -> str:
    return read_patterns(active_rules(workspace))["finding_of_concern"].regex
