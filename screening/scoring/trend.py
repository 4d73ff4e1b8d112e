"""How the grades stood month by month: one scoring a month, the newest, so that months can be laid side by side."""

from dataclasses import dataclass

from screening.access import Actor, Document
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.sight import sight
from screening.store.workspace import Workspace
from screening.vocabulary import Grade


@dataclass(frozen=True)
class Point:
    """One month: its newest run and how many entities stood in each grade. `is_other_rules`: scored by another rule book than the month before."""

    run: Run
    by_grade: dict[Grade, int]
    is_other_rules: bool

    @property
    def month(self) -> str:
        """The month as 2026-10."""
        return f"{self.run.as_of:%Y-%m}"


def trend(workspace: Workspace, *, actor: Actor, months: int = 12) -> list[Point]:
    """The last so many months that have a run, the oldest first, counting what the actor sees of each."""
    condition, bound = sight(workspace, actor, Document.RANKING).sql()
    newest: dict[str, Run] = {}
    for run in workspace.register.runs():  # newest first
        newest.setdefault(f"{run.as_of:%Y-%m}", run)
    runs = list(newest.values())[:months][::-1]
    files = [workspace.run_table(run, "scores") for run in runs]
    if not files:
        return []
    query = f"SELECT filename, grade, count(*) FROM read_parquet(?, filename = true) WHERE {condition} GROUP BY ALL"
    with reading() as connection:
        counted = {(file, grade): count for file, grade, count in connection.execute(query, [files, *bound]).fetchall()}
    points: list[Point] = []
    for run, file in zip(runs, files, strict=True):
        is_other = bool(points) and points[-1].run.rulebook != run.rulebook
        points.append(Point(run, {grade: counted.get((file, grade.value), 0) for grade in Grade}, is_other))
    return points
