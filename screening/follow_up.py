"""Where scoring and casebook meet, both ways: a run's grades become alerts, what officers found becomes rows of the next run, visits they are yet to make
count for coverage and plans.

All are safe to repeat: a run raises each alert once, a visit is delivered once.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

import pyarrow as pa
from sqlalchemy.engine import Connection

from screening import pipeline
from screening.access import OPERATOR, SYSTEM, Actor, Verb
from screening.cases.casebook import Casebook
from screening.cases.leads import Alert, Became, raise_alerts
from screening.cases.sending import SentOut, require_dispatcher, send_out
from screening.cases.visits import VisitRecord, mark_delivered, visits
from screening.identity.decisions import Standing, subject_of
from screening.intake.cells.fingerprint import row_hash
from screening.pipeline import Progress
from screening.reference.clock import local_day
from screening.reference.columns import stored_schema
from screening.reference.credit_code import is_valid
from screening.reference.rights import require
from screening.rulebook.rule import TENTHS
from screening.scoring.coverage import Planned
from screening.scoring.double_visits import Double, double_visits, unit_key
from screening.scoring.limits import limits_on
from screening.scoring.ranking import find_run, ranked
from screening.scoring.visits import all_visits
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.text.masking import mask_personal
from screening.vocabulary import Engine, Grade, Kind, Verdict

_SOURCE = "核查记录"
_NAMED_RULES = 3  # in an alert's one-line summary
_TO_VISIT = ("B1", "B3", "E1")  # sent out, under way, to be looked at again


def score(
    workspace: Workspace,
    *,
    as_of: date,
    engine: Engine = Engine.DUCKDB,
    progress: Progress | None = None,
    actor: Actor = OPERATOR,
) -> Run:
    """Score with what officers found on the spot as well; raises as `pipeline.score` does."""
    deliver_visits(workspace)
    return pipeline.score(workspace, as_of=as_of, engine=engine, progress=progress, actor=actor)


def planned_visits(workspace: Workspace) -> list[Planned]:
    """The visits that open cases ask for, each by its subdistrict on the day it is due."""
    book = Casebook(workspace)
    return [
        Planned(book.resolved(case.entity_id), local_day(case.due_at), book.areas[case.place])
        for case in book.cases(SYSTEM, states=_TO_VISIT)
        if case.entity_id and case.due_at and case.place in book.areas
    ]


def doubles_seen(workspace: Workspace, as_of: date, *, actor: Actor) -> list[Double]:
    """Doubles near a day, made or planned, that concern the actor: at entities whose rank they see, or with their own unit as one of the two."""
    limits = limits_on(workspace, as_of, "double_visit_days", "double_visit_lookback_days")
    within, lookback = (int(limits[name]) for name in ("double_visit_days", "double_visit_lookback_days"))
    found = double_visits(all_visits(workspace, as_of), planned_visits(workspace), as_of, within, lookback)
    seen = {entity.entity_id for entity in ranked(workspace, find_run(workspace), actor=actor)}
    own = unit_key(actor.unit)
    return [double for double in found if double.entity_id in seen or any(own & unit_key(unit) for unit in double.units)]


def raise_from_run(book: Casebook, run: Run, *, at: datetime, actor: Actor = OPERATOR) -> dict[Became, list[str]]:
    """Alerts of a run into the casebook, by who may score; returns case ids by what became of them."""
    require(actor, Verb.SCORE, book.workspace.settings.rules)
    return raise_alerts(book, run.run_id, alerts_of(book.workspace, run), at=at)


def send_chosen(book: Casebook, run: Run, entity_ids: Sequence[str], points: str, *, at: datetime, actor: Actor) -> SentOut:
    """Send out the visits to chosen entities of a run: their alerts become cases first, where they are none yet. Raises `NotAllowed` for who does
    not dispatch."""
    require_dispatcher(book, actor)
    chosen = set(entity_ids)
    alerts = [alert for alert in alerts_of(book.workspace, run) if alert.entity_id in chosen]
    raise_alerts(book, run.run_id, alerts, at=at)
    open_ = {book.resolved(case.entity_id): case for case in book.cases(actor, open_only=True) if case.entity_id}
    found = {alert.entity_id: open_.get(book.resolved(alert.entity_id)) for alert in alerts}
    outcome = send_out(book, actor, [case for case in found.values() if case], points, at=at)
    missing = [
        (alert.entity_name, "没有预警也没有在办案件；要核查，请在“案件”里登记线索。")
        for alert in alerts
        if not found[alert.entity_id]
    ]
    return replace(outcome, stayed=[*outcome.stayed, *missing])


def alerts_of(workspace: Workspace, run: Run) -> list[Alert]:
    """What a run says of every entity with a grade or a red line, the most urgent first."""
    names = {rule_id: rule["name"] for rule_id, rule in workspace.register.rulebook(run.rulebook)["rules"].items()}
    with reading() as connection:
        found = dicts(
            connection.execute(
                f"SELECT s.name AS said_name, s.grade, s.red_line, s.street_code, s.rank, o.* FROM {workspace.run_rows(run, 'scores')} s "
                f"JOIN {workspace.run_rows(run, 'outcomes')} o USING (entity_id) ORDER BY s.rank"
            )
        )
    return [_alert(row, names) for row in found]


def deliver_visits(workspace: Workspace, *, actor: Actor = SYSTEM) -> int:
    """Make every verification record no run has seen a row of 现场检查 that counts from the day it was reported; returns how many.

    For who may score.
    """
    require(actor, Verb.SCORE, workspace.settings.rules)
    if not visits(workspace.register, undelivered=True):
        return 0
    codes = Casebook(workspace).workflow.findings
    with workspace.register.writing() as connection:  # looked at anew: of two that score at once, one delivers
        waiting = sorted(visits(workspace.register, undelivered=True), key=lambda record: (record.reported_on, record.event_seq))
        merged = Standing(workspace.register.standing_decisions()).merged()
        for day, group in groupby(waiting, key=lambda record: record.reported_on):
            records = list(group)
            rows = [_row(number, record, record.findings_text(codes)) for number, record in enumerate(records, start=1)]
            _register(workspace, connection, day, records, rows, merged)
    return len(waiting)


def _alert(row: dict[str, Any], names: dict[str, str]) -> Alert:
    rules = {rule_id: row[rule_id] / TENTHS for rule_id in names if row.get(rule_id)}
    heaviest = sorted(rules, key=lambda rule_id: -rules[rule_id])[:_NAMED_RULES]
    return Alert(
        entity_id=row["entity_id"],
        entity_name=row["said_name"] or "（无名称）",
        area_code=row["street_code"],
        grade=Grade(row["grade"]),
        red_line=bool(row["red_line"]),
        rules=rules,
        summary="；".join(names[rule_id] for rule_id in heaviest),
    )


def _row(number: int, record: VisitRecord, findings: str) -> dict[str, Any]:
    said = {
        "uscc": record.entity_id if record.entity_id and is_valid(record.entity_id) else None,
        "name": record.entity_name,
        "visit_date": record.visit_date,
        "unit": record.unit,
        "team": "、".join(officer["name"] for officer in record.officers),
        "findings": mask_personal(findings),
        "headcount": record.headcount,
        "notes": mask_personal(record.situation),
    }
    raw = {key: str(value) for key, value in said.items() if value is not None} | {"case": record.case_id}
    keys = [f"{key}\x1e{value}" for key, value in sorted(raw.items())] + [f"event\x1e{record.event_seq}"]
    provenance = {"sheet": record.case_id, "row_no": number, "raw": json.dumps(raw, ensure_ascii=False), "row_findings": "[]"}
    return said | provenance | {"row_hash": row_hash(Kind.INSPECTIONS.value, keys)}


def _register(
    workspace: Workspace,
    connection: Connection,
    day: date,
    records: Sequence[VisitRecord],
    rows: list[dict[str, Any]],
    merged: dict[str, str],
) -> None:
    """One batch, the marks on its records and whose visits they were, in the transaction that found them waiting."""
    sha256 = hashlib.sha256("|".join(f"{record.case_id}:{record.event_seq}" for record in records).encode()).hexdigest()
    batch_id = sha256[:16]
    schema = stored_schema(Kind.INSPECTIONS)
    table = pa.Table.from_pylist([{**dict.fromkeys(schema.names), **row, "batch_id": batch_id} for row in rows], schema=schema)
    register = workspace.register
    register.add_batch(
        connection,
        batch_id=batch_id,
        kind=Kind.INSPECTIONS.value,
        file_name=f"{_SOURCE} {day.isoformat()}",
        file_sha256=sha256,
        source=_SOURCE,
        received=day,
        accepted=len(rows),
        path=workspace.write_batch(Kind.INSPECTIONS, batch_id, table),
        receipt=_receipt(day, batch_id, len(rows)),
    )
    mark_delivered(connection, records, batch_id)
    for record, row in zip(records, rows, strict=True):
        if record.entity_id and row["uscc"] is None:  # no code to link by: whoever visited said whom they visited
            register.decide(
                connection,
                subject=subject_of(Kind.INSPECTIONS, str(row["row_hash"])),
                entity_id=merged.get(record.entity_id, record.entity_id),
                verdict=Verdict.SAME,
                note=f"案件 {record.case_id} 的核查",
                decided_by=f"{record.officers[0]['name']}（{record.unit}）",
            )


def _receipt(day: date, batch_id: str, count: int) -> dict[str, Any]:
    nothing: dict[str, Any] = {"columns": {}, "unmapped": [], "rejects": [], "findings": [], "sheets": []}
    counts = {"rows_read": count, "accepted": count, "rejected": 0, "duplicate": 0}
    about = {"file": f"{_SOURCE} {day.isoformat()}", "sheet": "", "kind": Kind.INSPECTIONS.value, "error": None, "message": ""}
    return about | counts | nothing | {"batch": batch_id}
