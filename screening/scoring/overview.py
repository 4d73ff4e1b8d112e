"""The situation at a glance: how many entities stand in each grade, sector and subdistrict, and what moved since the run before.

Counted by DuckDB on the runs' own tables: only entities whose grade changed become objects.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import duckdb

from screening.access import Actor, Document
from screening.reference.areas import read_areas
from screening.rulebook.active import active_rules
from screening.scoring.ranking import Ranked, as_listed, previous_run
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import Sight, sight
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Sector


@dataclass(frozen=True)
class Move:
    """An entity whose grade is not what it was; `before` is None for one that was not there."""

    entity: Ranked
    before: Grade | None


@dataclass(frozen=True)
class Overview:
    """Counts of one run; each count's total is the number of entities. `street` None stands for 未知街道."""

    run: Run
    entities: int
    by_grade: dict[Grade, int]
    by_sector: dict[tuple[Sector, Grade], int]
    by_street: dict[tuple[str | None, Grade], int]
    previous: Run | None
    risen: list[Move]
    fallen: list[Move]
    new: list[Move]
    gone: int


def overview(workspace: Workspace, run: Run, *, actor: Actor) -> Overview:
    """Count what the actor sees of a run and compare it with the newest run of an earlier date."""
    seen = sight(workspace, actor, Document.RANKING)
    streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
    earlier = previous_run(workspace, run)
    by_grade: Counter[Grade] = Counter()
    by_sector: Counter[tuple[Sector, Grade]] = Counter()
    by_street: Counter[tuple[str | None, Grade]] = Counter()
    with reading() as connection:
        _read(connection, "now", workspace, run, seen)
        counted = "SELECT grade, sector, street_code, count(*) FROM now GROUP BY ALL"
        for grade, sector, street, count in connection.execute(counted).fetchall():
            by_grade[Grade(grade)] += count
            by_sector[Sector(sector), Grade(grade)] += count
            by_street[streets.get(street), Grade(grade)] += count
        rows, gone = _moved(connection, workspace, earlier, seen) if earlier else ([], 0)
    before = [Grade(row["grade_before"]) if row["grade_before"] else None for row in rows]
    moves = [Move(entity, grade) for entity, grade in zip(as_listed(workspace, rows), before, strict=True)]
    order = list(Grade)
    return Overview(
        run=run,
        entities=by_grade.total(),
        by_grade={grade: by_grade[grade] for grade in Grade},
        by_sector=dict(by_sector),
        by_street=dict(by_street),
        previous=earlier,
        risen=[m for m in moves if m.before and order.index(m.entity.grade) < order.index(m.before)],
        fallen=[m for m in moves if m.before and order.index(m.entity.grade) > order.index(m.before)],
        new=[m for m in moves if m.before is None],
        gone=gone,
    )


def _read(connection: duckdb.DuckDBPyConnection, name: str, workspace: Workspace, run: Run, seen: Sight) -> None:
    condition, bound = seen.sql()
    connection.execute(
        f"CREATE TABLE {name} AS SELECT * FROM read_parquet(?) WHERE {condition}", [workspace.run_table(run, "scores"), *bound]
    )


def _moved(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, earlier: Run, seen: Sight
) -> tuple[list[dict[str, Any]], int]:
    """Rows of the run whose grade is not what it was, in rank order, and how many are there no more."""
    _read(connection, "before", workspace, earlier, seen)
    moved = (
        "SELECT now.*, before.grade AS grade_before FROM now LEFT JOIN before USING (entity_id) "
        "WHERE before.grade IS DISTINCT FROM now.grade ORDER BY now.rank"
    )
    rows = dicts(connection.execute(moved))
    (gone,) = connection.execute("SELECT count(*) FROM before ANTI JOIN now USING (entity_id)").fetchall()
    return rows, gone[0]
