"""What was said to be done held against what stands: every deed once, nothing else, and whatever must agree agrees."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import sqlalchemy as sa

from benchmarks.two_servers.office import AS_OF, MARK
from screening import pipeline
from screening.cases import audit
from screening.cases.case import case_from
from screening.cases.events import all_heads
from screening.cases.visits import visits
from screening.store.case_tables import case_events, cases
from screening.store.document_tables import documents
from screening.store.files import read_file
from screening.store.people_tables import disclosures, people
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role

Diary = Sequence[Mapping[str, Any]]


def faults(one: Workspace, other: Workspace, diary: Diary) -> list[str]:
    """Every difference, as a sentence; `one` and `other` are the workspace as each of the two servers opens it."""
    did: dict[str, list[Mapping[str, Any]]] = {}
    for line in diary:
        did.setdefault(line["did"], []).append(line)
    found = [
        *_rows(one, did.get("load", [])),
        *_events(one, did.get("event", [])),
        *_numbers(one, did.get("letter", [])),
        *_runs(one, other, {line["run"] for line in did.get("run", [])}),
        *_visits(one),
        *_same("账号", (line["login"] for line in did.get("account", [])), _column(one, sa.select(people.c.login).where(people.c.login.startswith("xin")))),
        *_same("查看", (line["subject"] for line in did.get("disclosed", [])), _column(one, sa.select(disclosures.c.subject))),
        *_same("判断", (line["said"] for line in did.get("decision", [])), (d.note for d in one.register.decisions() if d.note)),
    ]  # fmt: skip
    for line in did.get("file", []):
        read_file(other, line["sha256"])
    return found


def _same(what: str, sent: Iterable[Any], stands: Iterable[Any]) -> list[str]:
    """Each as often as it was sent."""
    said, there = Counter(sent), Counter(stands)
    return [f"{what}: lost {dict(said - there)}"] * bool(said - there) + [f"{what}: too many {dict(there - said)}"] * bool(
        there - said
    )


def _column(workspace: Workspace, query: "sa.Select[Any]") -> list[Any]:
    return [next(iter(row.values())) for row in workspace.register.rows(query)]


def _rows(workspace: Workspace, loads: Diary) -> list[str]:
    """Each file is one batch, whose rows are those one sender was told were accepted."""
    batches = {
        batch.batch_id: batch for batch in workspace.register.batches() if batch.received == AS_OF and batch.source is None
    }
    told: Counter[str] = Counter()
    for line in loads:
        told[line["batch"]] += line["accepted"]
    found = _same("入库行", told.elements(), Counter({key: b.accepted for key, b in batches.items()}).elements())
    with workspace.connect(workspace.register.batches()) as connection:
        for kind in (Kind.ENTITIES, Kind.COMPLAINTS):
            for batch_id, rows in connection.execute(
                f"SELECT batch_id, count(*) FROM raw_{kind.table} GROUP BY batch_id"
            ).fetchall():
                if batch_id in batches and batches[batch_id].accepted != rows:
                    found.append(f"{batch_id}: {rows} rows, registered {batches[batch_id].accepted}")
        names = "SELECT count(*), count(DISTINCT name), count(DISTINCT entity_id) FROM raw_entities WHERE name LIKE ?"
        ((rows, distinct, ids),) = connection.execute(names, [f"%{MARK}%"]).fetchall()
        if not rows == distinct == ids:
            found.append(f"entities: {rows} rows, {distinct} names, {ids} ids")
    return found


def _events(workspace: Workspace, sent: Diary) -> list[str]:
    """Each step once under the words it was made with; each case where its last event left it; one unbroken chain, noted beside link by link."""
    events = workspace.register.rows(sa.select(case_events).order_by(case_events.c.seq))
    made = [(e["reason"], e["case_id"], e["version"]) for e in events if e["role"] != Role.SYSTEM.value]
    found = _same("办理", ((line["said"], line["case"], line["version"]) for line in sent), made)
    verdict = audit.verify(workspace)
    found += verdict.faults
    noted = Counter(line.split()[0] for path in all_heads(workspace.home) for line in path.read_text().splitlines())
    found += _same("链头", (str(number) for number in range(1, verdict.events + 1)), noted.elements())
    ids = sorted(case_from(row).case_id for row in workspace.register.rows(sa.select(cases)))
    for day in {case_id.rpartition("-")[0] for case_id in ids}:
        numbers = [int(case_id.rpartition("-")[2]) for case_id in ids if case_id.startswith(f"{day}-")]
        if numbers != list(range(1, len(numbers) + 1)):
            found.append(f"{day}: {numbers}")
    return found


def _numbers(workspace: Workspace, letters: Diary) -> list[str]:
    """Numbers without a gap, each letter told the one it has."""
    rows = workspace.register.rows(sa.select(documents).where(documents.c.number.is_not(None)))
    found = []
    for series in {row["series"] for row in rows}:
        numbers = sorted(row["number"] for row in rows if row["series"] == series)
        if numbers != list(range(1, len(numbers) + 1)):
            found.append(f"文书 {series}: {numbers}")
    known = {row["case_id"]: row["number"] for row in rows}
    return found + [f"文书 {line}" for line in letters if f"{known.get(line['case'])}号" not in line["number"]]


def _runs(one: Workspace, other: Workspace, told: set[str]) -> list[str]:
    """Every run whole; a last scoring by both servers is one and the same."""
    last: list[Run] = [pipeline.score(workspace, as_of=AS_OF) for workspace in (one, other)]
    found = [] if last[0] == last[1] else [f"two runs of the same: {last}"]
    runs = {run.run_id: run for run in one.register.runs()}
    found += [f"run lost: {run_id}" for run_id in told - runs.keys()]
    for run in runs.values():
        with duckdb.connect() as connection:
            for table in ("scores", "features", "outcomes"):
                ((rows,),) = connection.execute(f"SELECT count(*) FROM {other.run_rows(run, table)}").fetchall()
                if rows != run.summary["entities"]:
                    found.append(f"{run.run_id} {table}: {rows} rows of {run.summary['entities']}")
    return found


def _visits(workspace: Workspace) -> list[str]:
    """Every visit that scoring has seen is a row, once."""
    delivered = [record for record in visits(workspace.register) if record.batch_id]
    batches = workspace.register.batches(kind=Kind.INSPECTIONS)
    with workspace.connect(batches, [Kind.INSPECTIONS]) as connection:
        ((rows,),) = connection.execute(f"SELECT count(*) FROM raw_{Kind.INSPECTIONS.table}").fetchall()
    return [] if rows == len(delivered) else [f"visits: {len(delivered)} delivered, {rows} rows"]
