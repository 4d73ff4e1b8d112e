"""The monthly report of a whole district: 50,000 entities, a year of complaints and of cases, from the casebook to both files.

Prints seconds by stage and the ratio of the whole to merely reading the chain of events and the entities' scores, which no report can do without; the
limit is 30 s. Run: `python -m benchmarks.monthly [--entities 50000] [--cases 8000] [--complaints 60000]`. The rows are invented.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from screening.access import OPERATOR, SYSTEM
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import EventKind
from screening.reference.columns import stored_schema
from screening.reports.figures.period import month_of
from screening.reports.monthly.report import monthly
from screening.reports.monthly.writing import files_of
from screening.settings import PROJECT_ROOT, Settings
from screening.store.case_tables import case_events
from screening.store.queries import reading
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind, Sector

LIMIT_SECONDS = 30
MONTHS = [date(2025, 12, 31), *(month_of(date(2026, month, 1)).closes for month in range(1, 13))]
_WAY = ("A2", "B1", "B3", "B4", "D1", "F1")  # how far a case goes is left to chance
_STREETS = [f"440803{code}" for code in ("001", "002", "003", "004", "005", "006", "009", "010", "011", "012")]


def main() -> None:
    """Make the district, write its December report, print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entities", type=int, default=50_000)
    options.add_argument("--cases", type=int, default=8_000)
    options.add_argument("--complaints", type=int, default=60_000)
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{home}/register.sqlite", rules=PROJECT_ROOT / "rules"))
        chance = random.Random(737)
        _put_complaints(workspace, chance, wanted.complaints)
        for month in MONTHS:
            _put_run(workspace, chance, month, wanted.entities, wanted.complaints)
        events = _put_cases(workspace, chance, wanted.cases)
        floor = _seconds(lambda: _read(workspace))
        made: list[Any] = []
        stages = {
            "计数和勾稽": _seconds(
                lambda: made.append(monthly(workspace, month_of(MONTHS[-1]), actor=OPERATOR, today=date(2027, 1, 5)))
            ),
            "写文件": _seconds(lambda: made.append(files_of(workspace, made[0], actor=OPERATOR))),
        }
        workspace.register.close()
    total = sum(stages.values())
    assert made[0].faults == [], made[0].faults
    for stage, seconds in stages.items():
        print(f"{stage:　<8}{seconds:8.2f} s")
    sizes = f"{wanted.entities:,} entities, {wanted.cases:,} cases, {events:,} events, {wanted.complaints:,} complaints"
    print(
        f"{'合计':　<8}{total:8.2f} s   {total / floor:.1f} x reading events and scores ({floor:.2f} s)   {total / LIMIT_SECONDS:.0%} of the limit of {LIMIT_SECONDS} s"
    )
    print(
        f"{sizes}; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB   Python {sys.version.split()[0]}"
    )


def _read(workspace: Workspace) -> None:
    workspace.register.rows(sa.select(case_events).order_by(case_events.c.seq))
    for run in workspace.register.runs():
        duckdb.execute("SELECT * FROM read_parquet(?)", [workspace.run_table(run, "scores")]).fetchall()


def _put_complaints(workspace: Workspace, chance: random.Random, number: int) -> None:
    schema = stored_schema(Kind.COMPLAINTS)
    days = [datetime(2026, 1, 1) + timedelta(minutes=chance.randrange(525_000)) for _ in range(number)]
    columns: dict[str, Any] = {name: pa.nulls(number, schema.field(name).type) for name in schema.names}
    columns |= {
        "source_no": pa.array([f"G{n}" for n in range(number)]),
        "received_at": pa.array(days, pa.timestamp("us")),
        "source": pa.array([chance.choice(["12345热线", "12315", "信访", "网格"]) for _ in range(number)]),
        "sheet": pa.array(["表"] * number),
        "row_no": pa.array(range(number), pa.int32()),
        "batch_id": pa.array(["complaints"] * number),
    }
    with workspace.register.writing() as connection:
        path = workspace.write_batch(Kind.COMPLAINTS, "complaints", pa.table(columns, schema=schema))
        workspace.register.add_batch(
            connection, batch_id="complaints", kind=Kind.COMPLAINTS.value, file_name="虚构工单.csv", file_sha256="complaints", source=None,
            received=MONTHS[0], accepted=number, path=path, receipt={},
        )  # fmt: skip


def _put_run(workspace: Workspace, chance: random.Random, as_of: date, entities: int, complaints: int) -> None:
    ids = [f"E{n}" for n in range(entities)]
    place = random.Random(1)  # the same every month: who moves is another matter
    scores = pa.table(
        {
            "entity_id": ids,
            "name": [f"虚构商行{n}" for n in range(entities)],
            "sector": [place.choice(list(Sector)).value for _ in ids],
            "street_code": [place.choice(_STREETS) for _ in ids],
            "grade": chance.choices([grade.value for grade in Grade], weights=[1, 2, 6, 5, 86], k=entities),
        }
    )
    links = pa.table(
        {
            "kind": ["complaints"] * complaints,
            "ord": pa.array(range(complaints), pa.int64()),
            "entity_id": [f"E{n % entities}" if n % 3 else None for n in range(complaints)],
            "subject": [f"complaints:G{n}" for n in range(complaints)],
        }
    )
    tables = {"scores": scores, "features": pa.table({"entity_id": ids, "reg_status": ["存续"] * entities}), "links": links}
    run_id = f"run{as_of:%y%m}"
    with workspace.register.writing() as transaction, reading() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        workspace.register.add_run(
            transaction,
            {"rules": {}},
            run_id=run_id,
            as_of=as_of,
            rulebook="v1",
            batches=["complaints"],
            path=workspace.write_run(run_id, connection, {name: f"FROM {name}" for name in tables}),
            summary={},
        )


def _put_cases(workspace: Workspace, chance: random.Random, number: int) -> int:
    """Cases along their way through the year, written by the ledger itself, sealed and chained, in one transaction; returns the events."""
    book, written = Casebook(workspace), 0
    with book.writing() as ledger:
        for n in range(number):
            at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=chance.randrange(500_000))
            case, before = _begun(n, at, chance), None
            for state in _WAY[: chance.randrange(1, len(_WAY) + 1)]:
                fields = (
                    {"entity_id": case.entity_id, "area_code": case.area_code, "grade": case.grade.value}
                    if before is None
                    else {}
                )
                after = replace(case, state=state, been=[*case.been, state])
                kind = EventKind.MOVED if before else EventKind.ALERT
                before = case = ledger.keep(before, after, SYSTEM, kind, at=at, fields=fields)
                at += timedelta(days=chance.randrange(1, 20))
                written += 1
    return written


def _begun(number: int, at: datetime, chance: random.Random) -> Case:
    return Case(
        case_id=f"YJ-20260101-{number:05d}",
        origin="alert",
        entity_id=f"E{number}",
        entity_name=f"虚构商行{number}",
        area_code=chance.choice(_STREETS),
        state="A1",
        came_from=None,
        version=0,
        grade=chance.choice([Grade.RED, Grade.ORANGE, Grade.YELLOW]),
        rules={},
        summary="",
        source="alert",
        opened_at=at,
    )


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
