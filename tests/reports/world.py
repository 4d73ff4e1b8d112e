"""A small district for reports: runs written straight to the workspace, a history walked over them; and the same history recounted in pandas from the raw tables.

The recount shares nothing with the program's own: it reads the casebook's tables, states and dates, and counts with boolean masks.
"""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from screening.cases.casebook import Casebook
from screening.reference.columns import stored_schema
from screening.settings import Settings
from screening.store.case_tables import case_events
from screening.store.queries import reading
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind, Sector
from tests.cases.office import Desk
from tests.reports.history import Walker

STREETS = ("440803001", "440803002", "440803003", None)
SECTORS = (Sector.MICROLENDER, Sector.PAWNSHOP, Sector.GOLD_SHOP, Sector.OTHER)
MONTHS = tuple(date(2026, month, 28) for month in (1, 2, 3, 4))
CLOSED = {"A9", "F1", "F2"}


@dataclass
class District:
    """A workspace with runs and a history; `entities` and `complaints` as they were put in."""

    workspace: Workspace
    desk: Desk
    entities: dict[date, pd.DataFrame]
    complaints: pd.DataFrame


def make_district(home: Path, seed: int, *, entities: int = 12, steps: int = 7) -> District:
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    chance = random.Random(seed)
    lists = _entity_lists(chance, entities)
    complaints = _complaints(chance, entities)
    for month, frame in lists.items():
        _put_run(workspace, month, frame, complaints)
    desk = Desk(Casebook(workspace))
    walker = Walker(desk, seed, datetime(2026, 1, 3, 1, tzinfo=UTC), datetime(2026, 4, 29, tzinfo=UTC))
    first = lists[MONTHS[0]]
    walker.play(list(zip(first["entity_id"], first["name_"], _plain(first["street_code"]), strict=True)), steps=steps)
    return District(workspace, desk, lists, complaints)


def _entity_lists(chance: random.Random, number: int) -> dict[date, pd.DataFrame]:
    """Month by month: some join, some are struck off, some move or turn out to be in another line of business."""
    known = [
        {
            "entity_id": f"E{n}",
            "name_": f"虚构商行{n}",
            "sector": chance.choice(SECTORS).value,
            "street_code": chance.choice(STREETS),
            "gone": False,
        }
        for n in range(number)
    ]
    lists = {}
    for month in MONTHS:
        for row in known:
            if chance.random() < 0.08:
                row["street_code"] = chance.choice(STREETS)
            if chance.random() < 0.08:
                row["sector"] = chance.choice(SECTORS).value
            row["gone"] = row["gone"] or chance.random() < 0.05
        for _ in range(chance.choice([0, 1, 2])):
            n = len(known)
            known.append(
                {
                    "entity_id": f"E{n}",
                    "name_": f"虚构商行{n}",
                    "sector": chance.choice(SECTORS).value,
                    "street_code": chance.choice(STREETS),
                    "gone": False,
                }
            )
        frame = pd.DataFrame(known)
        frame["grade"] = [chance.choice(list(Grade)).value for _ in known]
        lists[month] = frame.copy()
    return lists


def _complaints(chance: random.Random, entities: int) -> pd.DataFrame:
    rows = [
        {
            "source_no": f"G{n}",
            "received_at": datetime(2026, 1, 1) + timedelta(days=chance.randrange(118), hours=chance.randrange(24)),
            "source": chance.choice(["12345热线", "12315", "信访", "网格上报", "来电"]),
            "entity_id": chance.choice([None, *(f"E{n}" for n in range(entities))]),
        }
        for n in range(chance.randrange(3, 25))
    ]
    return pd.DataFrame(rows)


def _put_run(workspace: Workspace, as_of: date, entities: pd.DataFrame, complaints: pd.DataFrame) -> None:
    """What scoring would have left: only the columns reports read."""
    known = complaints[complaints["received_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)].reset_index(drop=True)
    batches = [] if known.empty else [_put_complaints(workspace, as_of, known)]
    seen = sorted({batch.batch_id for batch in workspace.register.batches()} | set(batches))
    order = {batch.batch_id: number for number, batch in enumerate(b for b in workspace.register.batches() if b.batch_id in seen)}
    links = [
        {"kind": "complaints", "ord": (number << 32) + row, "entity_id": entity, "subject": f"complaints:{source_no}"}
        for batch, number in order.items()
        for row, (entity, source_no) in enumerate(_rows_of(workspace, batch, complaints))
    ]
    scores = pa.table(
        {
            "entity_id": entities["entity_id"].tolist(),
            "name": entities["name_"].tolist(),
            "uscc": pa.nulls(len(entities), pa.string()),
            "reg_no": pa.nulls(len(entities), pa.string()),
            "sector": entities["sector"].tolist(),
            "street_code": pa.array(_plain(entities["street_code"]), pa.string()),
            "grade": entities["grade"].tolist(),
            "score": [100] * len(entities),
            "rank": list(range(1, len(entities) + 1)),
            "could_add": [0] * len(entities),
            "completeness": [1.0] * len(entities),
            "red_line": [False] * len(entities),
            "last_visit_date": pa.nulls(len(entities), pa.date32()),
        }
    )
    features = pa.table(
        {"entity_id": entities["entity_id"].tolist(), "reg_status": ["注销" if gone else "存续" for gone in entities["gone"]]}
    )
    schema = pa.schema([("kind", pa.string()), ("ord", pa.int64()), ("entity_id", pa.string()), ("subject", pa.string())])
    tables = {"scores": scores, "features": features, "links": pa.Table.from_pylist(links, schema=schema)}
    run_id = f"run{as_of:%m}"
    with workspace.register.writing() as transaction, reading() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        path = workspace.write_run(run_id, connection, {name: f"FROM {name}" for name in tables})
        workspace.register.add_run(
            transaction, {"rules": {}}, run_id=run_id, as_of=as_of, rulebook="v1", batches=seen, path=path, summary={}
        )


def _put_complaints(workspace: Workspace, as_of: date, known: pd.DataFrame) -> str:
    schema = stored_schema(Kind.COMPLAINTS)
    loaded = {number for batch in workspace.register.batches() for number in batch.receipt["numbers"]}
    rows = [
        {
            **dict.fromkeys(schema.names),
            "source_no": row.source_no,
            "received_at": row.received_at,
            "source": row.source,
            "title": "反映",
            "sheet": "表",
            "row_no": n,
            "batch_id": f"b{as_of:%m}",
        }
        for n, row in enumerate(known.itertuples())
        if row.source_no not in loaded
    ]
    batch_id = f"b{as_of:%m}"
    with workspace.register.writing() as connection:
        path = workspace.write_batch(Kind.COMPLAINTS, batch_id, pa.Table.from_pylist(rows, schema=schema))
        workspace.register.add_batch(
            connection,
            batch_id=batch_id,
            kind=Kind.COMPLAINTS.value,
            file_name=f"工单{as_of:%m}.xlsx",
            file_sha256=batch_id,
            source=None,
            received=as_of,
            accepted=len(rows),
            path=path,
            receipt={"numbers": [row["source_no"] for row in rows]},
        )
    return batch_id


def _rows_of(workspace: Workspace, batch_id: str, complaints: pd.DataFrame) -> list[tuple[str | None, str]]:
    batch = next(b for b in workspace.register.batches() if b.batch_id == batch_id)
    entity = dict(zip(complaints["source_no"], _plain(complaints["entity_id"]), strict=True))
    return [(entity[number], number) for number in batch.receipt["numbers"]]


def _plain(column: "pd.Series[Any]") -> list[Any]:
    """Values with None where pandas says NaN."""
    return [None if pd.isna(value) else value for value in column]


def recount(district: District, month: date) -> dict[str, int]:
    """The month's figures, counted anew."""
    opens, until = pd.Timestamp(month.replace(day=1)), pd.Timestamp(month.replace(day=1)) + pd.offsets.MonthBegin(1)
    events = pd.DataFrame(
        [dict(row) for row in district.workspace.register.rows(sa.select(case_events).order_by(case_events.c.seq))]
    )
    when = pd.to_datetime(events["at"], utc=True).dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    within = (when >= opens) & (when < until)
    left_open = ~events["to_state"].isin(CLOSED)
    came_open = events["from_state"].notna() & ~events["from_state"].isin(CLOSED)
    moved = within & (events["kind"] == "moved") & (events["from_state"] != events["to_state"])

    def standing(day: pd.Timestamp) -> pd.DataFrame:
        return events[when < day].groupby("case_id").tail(1).query("to_state not in @CLOSED")

    due = pd.to_datetime(standing(until)["deadline_after"], utc=True).dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    entered = within & left_open & ~came_open
    conclusions = events["fields"].map(lambda fields: (fields or {}).get("conclusion"))
    closing = within & came_open & ~left_open
    counts = {
        "cases_opening": len(standing(opens)),
        "cases_new": int((entered & events["from_state"].isna()).sum()),
        "cases_new_alert": int((entered & events["from_state"].isna() & (events["kind"] == "alert")).sum()),
        "cases_reopened": int((entered & events["from_state"].notna()).sum()),
        "cases_closed": int(closing.sum()),
        "cleared": int(
            (closing & ((events["to_state"] == "A9") | ((events["kind"] == "moved") & (conclusions == "cleared")))).sum()
        ),
        "cases_closing": len(standing(until)),
        "overdue": int((due < until).sum()),
        "verified": int((moved & (events["from_state"] == "B3") & (events["to_state"] == "B4")).sum()),
        "sessions": int((within & (events["kind"] == "minutes")).sum()),
    }
    for name, states in _STATES.items():
        counts[name] = int((moved & events["to_state"].isin(states)).sum())
    counts["cases_new_lead"] = counts["cases_new"] - counts["cases_new_alert"]
    return counts | _recount_lists(district, month, opens, until)


_STATES = {
    "dispatched": ["B1"], "watched": ["D0"], "noticed": ["D1"], "talked": ["D2"], "rectified": ["D3"], "to_market": ["D4"], "to_industry": ["D5"],
    "to_police": ["D6", "D7"], "referred": ["D4", "D5", "D6", "D7"], "filed": ["D8"],
}  # fmt: skip


def _recount_lists(district: District, month: date, opens: pd.Timestamp, until: pd.Timestamp) -> dict[str, int]:
    now = district.entities[month].query("not gone")
    before = district.entities.get((opens - pd.Timedelta(days=1)).date().replace(day=28), pd.DataFrame(columns=now.columns))
    before = before[~before["gone"].astype(bool)]
    said = district.complaints
    mine = (
        (said["received_at"] >= opens)
        & (said["received_at"] < until)
        & (said["received_at"] < pd.Timestamp(month) + pd.Timedelta(days=1))
    )
    return {
        "entities_opening": len(before),
        "entities_closing": len(now),
        "entities_added": len(set(now["entity_id"]) - set(before["entity_id"])),
        "entities_left": len(set(before["entity_id"]) - set(now["entity_id"])),
        "complaints": int(mine.sum()),
        "complaints_linked": int((mine & said["entity_id"].notna()).sum()),
    }


def by_cell(rows: list[Any]) -> Counter[tuple[str | None, str | None]]:
    found: Counter[tuple[str | None, str | None]] = Counter()
    for row in rows:
        found[(row.street_code, row.sector)] += row.amount
    return found
