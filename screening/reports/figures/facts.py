"""Everything a report may count, in one in-memory database, as it was known when the period closed.

Tables: `period`; `streets`; `steps` (the replayed events), `cases`; `snapshots` (entities at the end of a day, by the run that stood then); `complaints`,
`visits`, `outreach` (rows received by the close). `use_period` sets the period and makes `opening`, `closing`, `flows`, `entities_then`, `entities_now`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from screening.access import Actor, Document, Verb
from screening.cases.audit import Head, head
from screening.cases.case import Case, case_from
from screening.cases.casebook import Casebook
from screening.errors import InvalidRequest
from screening.identity.decisions import Standing as Decisions
from screening.reference.areas import named_street_sql, read_areas
from screening.reference.rights import require
from screening.reports.figures.period import Period, month_before, month_of, months_in, year_to
from screening.reports.figures.replay import Step, replayed
from screening.reports.wording import Wording, read_wording
from screening.scoring.visits import visits
from screening.store.case_tables import case_events, case_visits, cases
from screening.store.queries import sql_text
from screening.store.register import Batch, Run
from screening.store.sight import require_district
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

_SQL = Path(__file__).with_name("period.sql")
_NOT_MONITORED = ("注销", "吊销已注销", "撤销")  # firms that are gone; 吊销未注销 still owe what they took
_STEPS = pa.schema(
    [
        ("seq", pa.int64()), ("case_id", pa.string()), ("kind", pa.string()), ("role", pa.string()),
        ("from_state", pa.string()), ("to_state", pa.string()), ("previous_state", pa.string()), ("version", pa.int64()),
        ("moment", pa.timestamp("us")), ("due", pa.timestamp("us")), ("was_open", pa.bool_()), ("is_open", pa.bool_()),
        ("grade", pa.string()), ("street_code", pa.string()), ("entity_id", pa.string()),
        ("conclusion", pa.string()), ("feedback", pa.string()),
    ]
)  # fmt: skip
_VISIT_COLUMNS = (case_visits.c.entity_id, case_visits.c.visit_date, case_visits.c.findings)
_EVENT_COLUMNS = ("seq", "case_id", "kind", "role", "from_state", "to_state", "at", "fields", "deadline_after", "version")


@dataclass(frozen=True)
class Facts:
    """The database and what it was made from. `left_out` are batches received in time that no run has seen, `standing` the casebook's rows today."""

    connection: duckdb.DuckDBPyConnection
    workspace: Workspace
    book: Casebook
    wording: Wording
    period: Period
    run: Run
    runs: dict[date, Run | None]
    streets: dict[str, str]
    steps: list[Step]
    standing: dict[str, Case]
    left_out: list[Batch]
    head: Head

    def street(self, code: str | None) -> str:
        """What people call a subdistrict; what cannot be placed is 待定."""
        return self.streets.get(code or "", self.wording.unplaced)


@contextmanager
def open_facts(workspace: Workspace, period: Period, *, actor: Actor) -> Iterator[Facts]:
    """The facts of a period and of the year it closes in, for who sees the whole district.

    Raises `NotAllowed` for anybody else, `InvalidRequest` where nothing was scored by the end of the period.
    """
    rules = workspace.settings.rules
    require(actor, Verb.EXPORT, rules)
    for document in (Document.RANKING, Document.CASES):
        require_district(workspace, actor, document)
    run = run_at(workspace, period.closes)
    if run is None:
        raise InvalidRequest(
            f"截至 {period.closes} 还没有评分，出不了报告", f"请先运行 screening score --as-of {period.closes}。"
        )
    book, wording = Casebook(workspace), read_wording(rules)
    batches = workspace.register.batches_of(run)
    with workspace.connect(batches) as connection:
        with workspace.register.reading() as moment:  # colleagues go on working: cases, events, visits and head are of one moment
            standing = {row["case_id"]: case_from(row) for row in moment.execute(sa.select(cases)).mappings()}
            steps, newest = _steps(moment, book, standing), head(workspace, moment)
            visited = list(moment.execute(sa.select(*_VISIT_COLUMNS)).mappings())
        runs = {day: run_at(workspace, day) for day in _closes(period)}
        streets = {area.code: area.name for area in read_areas(rules).values()}
        _create_places(connection, workspace, rules)
        _create_cases(connection, steps, standing)
        _create_snapshots(connection, workspace, runs)
        _create_complaints(connection, workspace, run, wording, rules)
        _create_visits(connection, workspace, run, visited)
        _create_outreach(connection, workspace, period, rules)
        facts = Facts(
            connection=connection,
            workspace=workspace,
            book=book,
            wording=wording,
            period=period,
            run=run,
            runs=runs,
            streets=streets,
            steps=steps,
            standing=standing,
            left_out=_left_out(workspace, period, run),
            head=newest,
        )
        use_period(facts, period)
        yield facts


def use_period(facts: Facts, period: Period) -> Facts:
    """The same facts counted over another period; what `catalogue` counts afterwards is of it."""
    connection = facts.connection
    connection.execute("CREATE OR REPLACE TABLE period AS SELECT ?::DATE AS opens, ?::DATE AS until, ?::DATE AS before, ?::DATE AS closes",
                       [period.opens, period.until, period.before, period.closes])  # fmt: skip
    connection.execute(_SQL.read_text(encoding="utf-8"))
    return replace(facts, period=period)


def run_at(workspace: Workspace, day: date) -> Run | None:
    """The run that stood at the end of a day: the newest date by then, made last."""
    return next((run for run in workspace.register.runs() if run.as_of <= day), None)


def _closes(period: Period) -> list[date]:
    """Every day whose end some figure looks at."""
    year = year_to(period.closes)
    days = {period.before, period.closes, year.before, month_before(month_of(period.closes)).closes}
    return sorted(days | {month.closes for month in months_in(year)})


def _steps(moment: sa.Connection, book: Casebook, standing: dict[str, Case]) -> list[Step]:
    columns = [case_events.c[name] for name in _EVENT_COLUMNS]
    events = [dict(row) for row in moment.execute(sa.select(*columns).order_by(case_events.c.seq)).mappings()]
    closed = {code for code, state in book.workflow.states.items() if state.closed}
    return replayed(events, standing, closed)


def _create_places(connection: duckdb.DuckDBPyConnection, workspace: Workspace, rules: Path) -> None:
    """`streets` in the order of the file; `merged` says under which id people see an entity."""
    areas = list(read_areas(rules).values())
    _table(
        connection,
        "streets",
        [{"street_code": a.code, "in_scope": a.in_scope} for a in areas],
        "street_code VARCHAR, in_scope BOOLEAN",
    )
    merged = Decisions(workspace.register.standing_decisions()).merged()
    _table(connection, "merged", [{"from_id": a, "into_id": b} for a, b in merged.items()], "from_id VARCHAR, into_id VARCHAR")


def _create_cases(connection: duckdb.DuckDBPyConnection, steps: Sequence[Step], standing: dict[str, Case]) -> None:
    told = pa.Table.from_pydict({name: [getattr(step, name) for step in steps] for name in _STEPS.names}, schema=_STEPS)
    connection.register("_told", told)
    connection.execute(
        "CREATE TABLE steps AS SELECT s.* REPLACE (coalesce(m.into_id, s.entity_id) AS entity_id) FROM _told s LEFT JOIN merged m ON m.from_id = s.entity_id"
    )
    connection.unregister("_told")
    rows = [
        {"case_id": c.case_id, "entity_name": c.entity_name, "origin": c.origin, "source": c.source} for c in standing.values()
    ]
    _table(connection, "cases", rows, "case_id VARCHAR, entity_name VARCHAR, origin VARCHAR, source VARCHAR")


def _create_snapshots(connection: duckdb.DuckDBPyConnection, workspace: Workspace, runs: dict[date, Run | None]) -> None:
    gone = ", ".join(sql_text(status) for status in _NOT_MONITORED)
    connection.execute(
        "CREATE TABLE snapshots (closes DATE, entity_id VARCHAR, name VARCHAR, sector VARCHAR, street_code VARCHAR, grade VARCHAR, is_monitored BOOLEAN)"
    )
    for day, run in runs.items():
        if run is not None:
            connection.execute(
                f"INSERT INTO snapshots SELECT ?::DATE, s.entity_id, s.name, s.sector, s.street_code, s.grade, coalesce(f.reg_status NOT IN ({gone}), true) "
                f"FROM {workspace.run_rows(run, 'scores')} s JOIN (SELECT entity_id, reg_status FROM {workspace.run_rows(run, 'features')}) f USING (entity_id)",
                [day],
            )


def _create_complaints(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, run: Run, wording: Wording, rules: Path
) -> None:
    """Each record once, as last delivered, with the day it was first known and the door it came in by."""
    doors = " ".join(
        f"WHEN regexp_matches(concat_ws(' ', r.source, b.source, b.file_name, r.channel), {sql_text(door.marks)}) THEN {sql_text(name)}"
        for name, door in wording.doors.items()
        if door.marks
    )
    connection.execute(
        f"""
        CREATE TABLE complaints AS
        SELECT l.subject AS complaint_id, r.received_at::DATE AS received, min(b.received) OVER (PARTITION BY l.subject) AS known,
               CASE {doors} ELSE {sql_text(wording.other_door)} END AS door, l.entity_id,
               {named_street_sql(rules, "coalesce(r.street_raw, '') || coalesce(r.address_raw, '')", short_names_too=False)} AS street_said,
               b.file_name AS file, r.sheet, r.row_no
        FROM {workspace.run_rows(run, "links")} l JOIN raw_complaints r ON r.ord = l.ord JOIN batches b USING (batch_id)
        WHERE l.kind = 'complaints'
        QUALIFY row_number() OVER (PARTITION BY l.subject ORDER BY l.ord DESC) = 1
        """
    )


def _create_visits(connection: duckdb.DuckDBPyConnection, workspace: Workspace, run: Run, kept: Sequence[Any]) -> None:
    """Visits the lists tell of and those the casebook holds, delivered or not: a household counts once however often it is told."""
    concern = {code for code, spec in Casebook(workspace).workflow.findings.items() if spec.of_concern}
    told = [{"entity_id": visit.entity_id, "day": visit.day, "found": visit.found} for visit in visits(workspace, run)]
    told += [
        {"entity_id": row["entity_id"], "day": row["visit_date"], "found": any(f["code"] in concern for f in row["findings"])}
        for row in kept
        if row["entity_id"]
    ]
    _table(connection, "_visits", told, "entity_id VARCHAR, day DATE, found BOOLEAN")
    connection.execute(
        "CREATE TABLE visits AS SELECT coalesce(m.into_id, v.entity_id) AS entity_id, v.day, v.found FROM _visits v LEFT JOIN merged m ON m.from_id = v.entity_id"
    )


def _create_outreach(connection: duckdb.DuckDBPyConnection, workspace: Workspace, period: Period, rules: Path) -> None:
    """The office's own events: no run reads them, so those received by the close count, scored or not."""
    batches = [b for b in workspace.register.batches(received_by=period.closes) if b.kind is Kind.OUTREACH]
    with workspace.connect(batches) as source:
        rows = source.sql(
            f"""
            SELECT r.row_hash::VARCHAR AS event_id, r.event_date, r.title, r.form, r.organiser, r.people_reached, r.materials_given, r.screens,
                   coalesce({named_street_sql(rules, "r.street_raw", short_names_too=True)},
                            {named_street_sql(rules, "r.address_raw", short_names_too=False)}) AS street_code,
                   b.file_name AS file, r.sheet, r.row_no
            FROM raw_outreach r JOIN batches b USING (batch_id)
            QUALIFY row_number() OVER (PARTITION BY r.row_hash ORDER BY r.ord DESC) = 1
            """
        ).to_arrow_table()
    connection.register("_outreach", rows)
    connection.execute("CREATE TABLE outreach AS SELECT * FROM _outreach")
    connection.unregister("_outreach")


def _left_out(workspace: Workspace, period: Period, run: Run) -> list[Batch]:
    counted, wanted = set(run.batches), (Kind.ENTITIES, Kind.COMPLAINTS)
    batches = workspace.register.batches(received_by=period.closes)
    return [b for b in batches if b.kind in wanted and b.accepted and b.batch_id not in counted]


def _table(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[dict[str, Any]], columns: str) -> None:
    """A small table from rows in Python, typed even when there are none."""
    connection.execute(f"CREATE TABLE {name} ({columns})")
    if rows:
        keys = [column.split()[0] for column in columns.split(", ")]
        connection.register("_rows", pa.table({key: pa.array([row[key] for row in rows]) for key in keys}))
        connection.execute(f"INSERT INTO {name} SELECT {', '.join(keys)} FROM _rows")
        connection.unregister("_rows")
