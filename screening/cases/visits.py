"""Verification records: what officers found on the spot, kept apart from the event that brought it, for the next run to read.

A record is made by the move from 核查中 to 待审核; `undelivered` gives those no run has seen yet as rows of the kind `inspections`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.events import Event, EventKind
from screening.cases.fields import FindingSpec
from screening.reference.clock import local_day
from screening.store.case_tables import case_visits
from screening.store.register import Register

REPORTED_BY = ("B3", "B4")  # the step with the verification form


@dataclass(frozen=True)
class VisitRecord:
    """One visit as it was reported."""

    event_seq: int
    case_id: str
    entity_id: str | None
    entity_name: str
    visit_date: date
    reported_on: date
    unit: str
    officers: list[dict[str, str]]
    findings: list[dict[str, Any]]
    headcount: int | None
    situation: str
    batch_id: str | None

    def findings_text(self, codes: Mapping[str, FindingSpec]) -> str:
        """The findings as the visit form writes them: code, label, what was noted."""
        return "；".join(_said(finding, codes) for finding in self.findings)


def keep_visit(connection: Connection, case: Case, actor: Actor, given: Mapping[str, Any], event: Event) -> None:
    """Keep the record, in the transaction of the move that reports it."""
    connection.execute(
        case_visits.insert().values(
            event_seq=event.seq,
            case_id=case.case_id,
            entity_id=case.entity_id,
            entity_name=case.entity_name,
            visit_date=date.fromisoformat(given["visit_date"]),
            reported_on=local_day(event.at),
            unit=actor.unit,
            officers=given["officers"],
            findings=given["findings"],
            headcount=given.get("headcount"),
            situation=given["situation"],
        )
    )


def is_report(event: Mapping[str, Any]) -> bool:
    """Whether an event (a row of the chain) is the move that brings a record."""
    return bool(event["kind"] == EventKind.MOVED and (event["from_state"], event["to_state"]) == REPORTED_BY)


def as_reported(record: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether a record (a row of the table) says what its event says."""
    told = event["fields"]
    said = {name: record[name] for name in ("officers", "findings", "situation", "headcount")}
    said |= {
        "visit_date": record["visit_date"].isoformat(),
        "reported_on": record["reported_on"],
        "entity_id": record["entity_id"],
    }
    wanted = {name: told.get(name) for name in said} | {"reported_on": local_day(event["at"])}
    if "entity_id" not in told:  # reported before events named the entity
        wanted["entity_id"] = record["entity_id"]
    return said == wanted and (record["case_id"], record["unit"]) == (event["case_id"], event["unit"])


def visits(register: Register, *, case_id: str | None = None, undelivered: bool = False) -> list[VisitRecord]:
    """Records in the order they were made."""
    query = sa.select(case_visits).order_by(case_visits.c.event_seq)
    if case_id is not None:
        query = query.where(case_visits.c.case_id == case_id)
    if undelivered:
        query = query.where(case_visits.c.batch_id.is_(None))
    return [VisitRecord(**row) for row in register.rows(query)]


def mark_delivered(connection: Connection, records: Sequence[VisitRecord], batch_id: str) -> None:
    """Remember that these went into a batch, in the transaction that registers it."""
    chosen = case_visits.c.event_seq.in_([record.event_seq for record in records])
    connection.execute(case_visits.update().where(chosen).values(batch_id=batch_id))


def _said(finding: Mapping[str, Any], codes: Mapping[str, FindingSpec]) -> str:
    spec = codes[finding["code"]]
    noted = [f"{spec.values[name].label} {value}" for name, value in finding["values"].items()]
    return " ".join([finding["code"], spec.label, *noted, finding["note"]]).strip()
