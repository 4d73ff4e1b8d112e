"""One measured piece of work in a process of its own; prints what it took as JSON. Started by `python -m benchmarks.scale`."""

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.scale.rules_alone import Rules, by_row, in_pandas, in_polars, ours
from benchmarks.scale.world import AS_OF, SHARES
from screening import pipeline
from screening.settings import PROJECT_ROOT, Settings, read_settings
from screening.store.register import Run
from screening.store.workspace import Workspace

KEPT = ("readings", "likeness", "addresses")
STARTS = {
    "step": "register.later",
    "step whole": "register.whole",
}  # the register a task begins with; all others with `register.start`
TEXTS = {"title", "content"}  # what a warm run need not look at again
_NOT_USED = {"raw", "row_findings"}  # kept for people only
_TICKS = os.sysconf("SC_CLK_TCK")
Mark = tuple[str, float, float]  # a stage, the processor seconds and the peak of memory until it begins


def main(task: str, home: Path) -> None:
    """Do it and tell."""
    workspace = _workspace(home, STARTS.get(task, "register.start"))
    stages: list[Mark] = []
    work = _TASKS[task]
    rules = Rules.of(workspace, AS_OF) if task.startswith("rules") else None
    busy, begun, own = _busy(), time.perf_counter(), time.process_time()
    found = work(workspace, rules) if rules else work(workspace, stages)
    seconds, own = time.perf_counter() - begun, time.process_time() - own
    foreign = max(0.0, _busy() - busy - own) / (seconds * (os.cpu_count() or 1))
    marks = [*stages, _mark("")]
    print(
        json.dumps(
            {
                "wall": seconds,
                "cpu": own,
                "foreign": foreign,
                "peak_mib": _peak_mib(),
                "stages": {stage: [later - at, peak] for (stage, at, _), (_, later, peak) in pairwise(marks)},
                "found": found() if callable(found) else found,
            }
        )
    )
    workspace.register.close()


def _cold(workspace: Workspace, stages: list[Mark]) -> dict[str, str]:
    for family in KEPT:
        shutil.rmtree(workspace.home / family, ignore_errors=True)
    return _warm(workspace, stages)


def _step(workspace: Workspace, stages: list[Mark]) -> Callable[[], dict[str, str]]:
    """What came in later, of which nothing was read yet, scored with the run there is to draw from."""
    for family in KEPT:
        for kept in (workspace.home / family).glob("*/later-*.parquet"):
            kept.unlink()
    return _whole(workspace, stages)


def _whole(workspace: Workspace, stages: list[Mark]) -> Callable[[], dict[str, str]]:
    """Score what there is; returns what tells its rows, table by table, and puts the run away."""
    run = _score(workspace, stages)

    def told() -> dict[str, str]:
        folder = workspace.home / run.path
        with duckdb.connect() as connection:
            rows = "SELECT count(*), sum(hash(one)::HUGEINT), bit_xor(hash(one)) FROM (SELECT * FROM {}) one"
            sums = {
                name: connection.execute(rows.format(workspace.run_rows(run, name))).fetchall() for name in pipeline.RUN_TABLES
            }
        drawn = (folder / "since.parquet").exists()
        shutil.rmtree(folder)
        return {name: str(found) for name, found in sums.items()} | {"drawn": str(drawn)}

    return told


def _warm(workspace: Workspace, stages: list[Mark]) -> dict[str, str]:
    """Returns what was written, table by table, as fingerprints."""
    _score(workspace, stages)
    return {table.name: sha256(table.read_bytes()).hexdigest() for table in sorted(_run_folder(workspace).glob("*.parquet"))}


def _score(workspace: Workspace, stages: list[Mark]) -> Run:
    return pipeline.score(workspace, as_of=AS_OF, progress=lambda stage, share: stages.append(_mark(stage)))


def _mark(stage: str) -> Mark:
    return stage, time.process_time(), _peak_mib()


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _floor(columns: Callable[[str], bool]) -> Callable[[Workspace, Any], None]:
    """Look at the columns that count and write the finished output once more: what no program that makes this output can undercut."""

    def work(workspace: Workspace, stages: Any) -> None:
        run = _run_folder(workspace)
        again = workspace.home / "again.parquet"
        with duckdb.connect() as connection:
            for kind in SHARES:
                source = f"read_parquet('{workspace.home}/batches/{kind.value}/scale-*.parquet')"
                names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
                used = ", ".join(f'bit_xor(hash("{name}"))' for name in names if name not in _NOT_USED and columns(name))
                connection.execute(f"SELECT {used} FROM {source}").fetchall()
            for table in sorted(run.glob("*.parquet")):
                connection.execute(
                    f"COPY (FROM read_parquet('{table}')) TO '{again}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)"
                )
        again.unlink()

    return work


def _to_file(way: Callable[[Rules, Path, Path], None]) -> Callable[[Workspace, Rules], Any]:
    def work(workspace: Workspace, rules: Rules) -> str:
        out = workspace.home / f"{way.__name__}.parquet"
        way(rules, _run_folder(workspace) / "features.parquet", out)
        return str(out)

    return work


def _by_row(engine: str) -> Callable[[Workspace, Rules], Any]:
    return lambda workspace, rules: by_row(engine)(rules, _run_folder(workspace) / "features.parquet")


def _run_folder(workspace: Workspace) -> Path:
    return next((workspace.home / "runs").iterdir())


def _workspace(home: Path, begins_with: str) -> Workspace:
    """As it was before the task: the register with the batches only, or with a run besides."""
    start = home / begins_with
    if start.exists():
        for left in home.glob("register.sqlite*"):
            left.unlink()
        shutil.copy(start, home / "register.sqlite")
    return Workspace(
        Settings(
            home=home,
            database_url=f"sqlite:///{home / 'register.sqlite'}",
            rules=PROJECT_ROOT / "rules",
            memory=read_settings().memory,
        )
    )


def _busy() -> float:
    """Seconds the processors of this machine have worked for anybody."""
    with open("/proc/stat", encoding="ascii") as stream:
        user, nice, system = (int(word) for word in stream.readline().split()[1:4])
    return (user + nice + system) / _TICKS


_TASKS: dict[str, Callable[[Workspace, Any], Any]] = {
    "cold": _cold,
    "warm": _warm,
    "step": _step,
    "step whole": _whole,
    "floor cold": _floor(lambda name: True),
    "floor warm": _floor(lambda name: name not in TEXTS),
    "rules ours": _to_file(ours),
    "rules pandas": _to_file(in_pandas),
    "rules polars": _to_file(in_polars),
    "rules zen": _by_row("zen"),
    "rules rule-engine": _by_row("rule-engine"),
}

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
