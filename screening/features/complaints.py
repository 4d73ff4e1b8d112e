"""Complaints as people look at them: those of one entity, and those that wait for somebody to say whom they mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from screening.access import Actor, Document
from screening.features.known import known_entities
from screening.features.records import street_in
from screening.reference.rights import view
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import require_district, sight
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Sector

_SAID = """
    SELECT r.received_at, r.source_no, r.channel, r.source, r.title, r.content, r.name AS named, r.address_raw AS address, r.street_raw AS street, r.amount_yuan, r.persons_claimed,
           b.file_name AS file, r.sheet, r.row_no AS row, l.entity_id, l.method, l.confidence, l.why, l.candidates, l.subject,
           coalesce(s.is_said_again, false) AS is_said_again, s.reporter_no, coalesce(s.is_first_report, false) AS is_first_report
    FROM {links} l JOIN raw_complaints r ON r.ord = l.ord JOIN batches b USING (batch_id)
    LEFT JOIN {reports} s ON s.ord = l.ord
    WHERE l.kind = 'complaints'
"""


@dataclass(frozen=True)
class Complaint:
    """One complaint and how it was linked; personal numbers are masked. `candidates`: dicts of entity_id, name, confidence, why, best first.

    `reporter_no` is the place of its writer in the order in which people first reported the entity, None where nobody can tell.
    """

    received_at: datetime | None
    source_no: str | None
    channel: str | None
    source: str | None
    title: str | None
    content: str | None
    named: str | None
    address: str | None
    street: str | None
    amount_yuan: Any
    persons_claimed: int | None
    file: str
    sheet: str
    row: int
    entity_id: str | None
    method: str
    confidence: float | None
    why: str
    candidates: list[dict[str, Any]]
    subject: str
    is_said_again: bool
    reporter_no: int | None
    is_first_report: bool

    @property
    def words(self) -> str:
        """What is read of it: title and content."""
        return "。".join(part for part in (self.title, self.content) if part)


@dataclass(frozen=True)
class Pair:
    """Two entities that may be one, as the register of a run knows them."""

    entity_id: str
    other_id: str
    confidence: float
    why: str


def complaints_of(workspace: Workspace, run: Run, entity_id: str, *, actor: Actor) -> list[Complaint]:
    """The complaints a run counts for an entity, newest first; each record once, as last delivered. None of an entity out of the actor's sight."""
    seen = sight(workspace, actor, Document.COMPLAINTS)
    if not seen.sees(entity_id, street_in(workspace, run, entity_id)):
        return []
    latest = "QUALIFY row_number() OVER (PARTITION BY l.subject ORDER BY l.ord DESC) = 1 ORDER BY r.received_at DESC NULLS LAST, l.ord DESC"
    found = _complaints(workspace, run, f"{_SAID} AND l.entity_id = $entity_id {latest}", {"entity_id": entity_id})
    return found if seen.everything else [replace(complaint, candidates=[]) for complaint in found]


def waiting(workspace: Workspace, run: Run, *, actor: Actor, for_entity: str | None = None) -> list[Complaint]:
    """Complaints that no sure link was found for and that somebody may be meant by; the likeliest first. Raises `NotAllowed` for who sees no queue."""
    require_district(workspace, actor, Document.QUEUE)
    decided = {d.subject for d in workspace.register.standing_decisions()}
    only = "AND list_contains(list_transform(l.candidates, lambda c: c.entity_id), $entity_id)" if for_entity else ""
    latest = (
        "QUALIFY row_number() OVER (PARTITION BY l.subject ORDER BY l.ord DESC) = 1 ORDER BY l.confidence DESC NULLS LAST, l.ord"
    )
    query = f"{_SAID} AND l.entity_id IS NULL AND len(l.candidates) > 0 {only} {latest}"
    found = _complaints(workspace, run, query, {"entity_id": for_entity} if for_entity else {})
    return [complaint for complaint in found if complaint.subject not in decided]


def likely_pairs(workspace: Workspace, run: Run, *, actor: Actor) -> list[Pair]:
    """Entities that may be one and of which nobody said anything since; the likeliest first. Raises `NotAllowed` for who sees no queue."""
    require_district(workspace, actor, Document.QUEUE)
    decided = {(d.subject, d.entity_id) for d in workspace.register.standing_decisions()}
    with reading() as connection:
        rows = dicts(
            connection.execute(
                "SELECT * FROM read_parquet(?) ORDER BY confidence DESC, entity_id, other_id",
                [workspace.run_table(run, "duplicates")],
            )
        )
    return [pair for pair in (Pair(**row) for row in rows) if not _pair_keys(pair) & decided]


def _pair_keys(pair: Pair) -> set[tuple[str, str]]:
    return {(f"{Kind.ENTITIES}:{pair.entity_id}", pair.other_id), (f"{Kind.ENTITIES}:{pair.other_id}", pair.entity_id)}


def particulars(workspace: Workspace, run: Run, entity_ids: Sequence[str], *, actor: Actor) -> dict[str, dict[str, Any]]:
    """What tells entities apart, by id: every canonical column the actor may see, sector included, of the entities in their sight."""
    seen = sight(workspace, actor, Document.REGISTRATION)
    found = [one.entity for one in known_entities(workspace, workspace.register.batches_of(run), entity_ids).values()]
    rows = (row | {"sector": Sector(row["sector"])} for row in found if seen.sees(row["entity_id"], row["street_code"]))
    return {row["entity_id"]: view(actor, Document.REGISTRATION, row, workspace.settings.rules) for row in rows}


def _complaints(workspace: Workspace, run: Run, query: str, values: dict[str, Any]) -> list[Complaint]:
    tables = {name: workspace.run_rows(run, name) for name in ("links", "reports")}
    with workspace.connect(workspace.register.batches_of(run), [Kind.COMPLAINTS]) as connection:
        return [Complaint(**row) for row in dicts(connection.execute(query.format(**tables), values))]
