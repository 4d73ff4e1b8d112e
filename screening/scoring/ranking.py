"""The ranked list: who should be visited first, filtered as a reader asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from screening.access import Actor, Document
from screening.errors import InvalidRequest
from screening.identity.names import name_key
from screening.reference.areas import read_areas
from screening.rulebook.active import active_rules
from screening.rulebook.rule import TENTHS
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import sight
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Sector

_SOUGHT = ("entity_id", "name", "uscc", "reg_no")  # where the text of a filter is looked for


@dataclass(frozen=True)
class Ranked:
    """One line of the list; `street` is the subdistrict's name, None where no row tells."""

    rank: int
    entity_id: str
    name: str | None
    sector: Sector
    street: str | None
    score: float
    grade: Grade
    completeness: float
    could_add: float
    red_line: bool
    last_visit_date: date | None
    uscc: str | None
    reg_no: str | None


@dataclass(frozen=True)
class Filter:
    """Which lines to show; None or empty means all. `area` is a subdistrict's code or name; `text` is part of a name or a code."""

    grades: Sequence[Grade] = ()
    sectors: Sequence[Sector] = ()
    area: str | None = None
    text: str = ""
    red_line_only: bool = False
    top: int | None = None


def find_run(workspace: Workspace, run_id: str | None = None) -> Run:
    """The run of that id, or the latest; raises `InvalidRequest` when there is none."""
    runs = workspace.register.runs()
    if run_id is None and runs:
        return runs[0]
    run = workspace.register.run(run_id) if run_id else None
    if run is None:
        raise InvalidRequest(
            "还没有评分结果" if run_id is None else f"没有编号为 {run_id} 的评分", "请先上传名单（load），再评分（score）。"
        )
    return run


def previous_run(workspace: Workspace, run: Run) -> Run | None:
    """The run that stood before: the newest one of an earlier date."""
    return next((other for other in workspace.register.runs() if other.as_of < run.as_of), None)


def ranked(workspace: Workspace, run: Run, wanted: Filter | None = None, *, actor: Actor) -> list[Ranked]:
    """Entities of a run that the actor sees, in rank order, as filtered; raises `InvalidRequest` for an unknown subdistrict."""
    wanted = wanted or Filter()
    limit = "" if wanted.top is None else f"LIMIT {int(wanted.top)}"
    with reading() as connection:
        source, values = _selected(connection, workspace, run, wanted, actor)
        rows = dicts(connection.execute(f"SELECT * {source} ORDER BY rank {limit}", values))
    streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
    return [_ranked(row, streets) for row in rows]


def count_ranked(workspace: Workspace, run: Run, wanted: Filter, *, actor: Actor) -> int:
    """How many entities `ranked` would give without `top`; raises as it does."""
    with reading() as connection:
        source, values = _selected(connection, workspace, run, wanted, actor)
        ((count,),) = connection.execute(f"SELECT count(*) {source}", values).fetchall()
    return int(count)


def _selected(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, run: Run, wanted: Filter, actor: Actor
) -> tuple[str, list[Any]]:
    """`FROM … WHERE …` and the values to bind: what a filter leaves of what the actor sees."""
    in_sight, bound = sight(workspace, actor, Document.RANKING).sql()
    conditions: list[str] = [in_sight]
    values: list[Any] = [workspace.run_table(run, "scores"), *bound]
    for column, chosen in (("grade", wanted.grades), ("sector", wanted.sectors)):
        if chosen:
            conditions.append(f"{column} IN (SELECT unnest(?))")
            values.append([str(word) for word in chosen])
    if wanted.red_line_only:
        conditions.append("red_line")
    if wanted.area:
        conditions.append("street_code = ?")
        values.append(area_code(workspace, wanted.area))
    if sought := name_key(wanted.text):
        names = connection.execute(f"SELECT {', '.join(_SOUGHT)} FROM read_parquet(?)", values[:1]).fetchall()
        conditions.append("entity_id IN (SELECT unnest(?::VARCHAR[]))")
        values.append([row[0] for row in names if any(sought in name_key(cell) for cell in row if cell)])
    return f"FROM read_parquet(?) WHERE {' AND '.join(conditions)}", values


def find_ranked(workspace: Workspace, run: Run, entity_id: str, *, actor: Actor) -> Ranked | None:
    """One entity's line of the list; None where the run does not know it or the actor does not see its rank."""
    in_sight, bound = sight(workspace, actor, Document.RANKING).sql()
    query = f"SELECT * FROM read_parquet(?) WHERE entity_id = ? AND {in_sight}"
    with reading() as connection:
        rows = dicts(connection.execute(query, [workspace.run_table(run, "scores"), entity_id, *bound]))
    streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
    return _ranked(rows[0], streets) if rows else None


def area_code(workspace: Workspace, wanted: str) -> str:
    """The code of a subdistrict by its code or name; raises `InvalidRequest` when there is none."""
    for area in read_areas(active_rules(workspace)).values():
        if wanted in (area.code, area.name, area.name.removesuffix("街道")):
            return area.code
    raise InvalidRequest(f"没有名为“{wanted}”的街道", "街道名单见 rules/areas.yaml。", {"area": wanted})


def _ranked(row: dict[str, Any], streets: dict[str, str]) -> Ranked:
    return Ranked(
        rank=row["rank"],
        entity_id=row["entity_id"],
        name=row["name"],
        sector=Sector(row["sector"]),
        street=streets.get(row["street_code"]),
        score=row["score"] / TENTHS,
        grade=Grade(row["grade"]),
        completeness=round(row["completeness"], 3),
        could_add=row["could_add"] / TENTHS,
        red_line=row["red_line"],
        last_visit_date=row["last_visit_date"],
        uscc=row["uscc"],
        reg_no=row["reg_no"],
    )


def as_listed(workspace: Workspace, rows: Sequence[dict[str, Any]]) -> list[Ranked]:
    """Rows of a run's table of scores as lines of the list; whoever reads the rows sees to it that they are in sight."""
    streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
    return [_ranked(row, streets) for row in rows]
