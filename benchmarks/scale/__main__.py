"""A city's month at several sizes: the full pipeline cold and warm by stage, beside its floors, and the rules alone beside other ways to run them.

Prints processor seconds, peak memory and ratios, medians over interleaved rounds in processes of their own, and the exponent over the sizes. Scores and hit
lists are checked equal before any time counts. How busy others kept the machine is printed too: above 10 % only ratios of processor seconds say something.
Run: `python -m benchmarks.scale [--sizes 100000 1000000] [--rounds 5] [--folder DIR]` in an environment that has the dependency group `scale`. All rows are invented.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np

from benchmarks.scale.rules_alone import ROWS
from benchmarks.scale.world import make, make_later
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace

_SEED = 737
_WHOLE = ("cold", "warm", "floor cold", "floor warm", "rules ours", "rules pandas", "rules polars", "step", "step whole")
_ONE_IN = 100  # entities of which something came in later
_BY_ROW = ("rules zen", "rules rule-engine")
Figures = dict[str, Any]


def main() -> None:
    """Make, measure, compare, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", type=Path, help="where the workspaces lie; a temporary folder unless given")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        measured = {size: _measure(Path(folder) / str(size), size, wanted.rounds) for size in wanted.sizes}
    for size, rounds in measured.items():
        _print(size, rounds)
    if len(measured) > 1:
        for task in _WHOLE:
            seconds = [median(one[task]["cpu"] for one in rounds) for rounds in measured.values()]
            exponent = np.polyfit(np.log(list(measured)), np.log(seconds), 1)[0]
            print(f"{task}: processor time grows as N^{exponent:.2f}")


def _measure(home: Path, size: int, rounds: int) -> list[dict[str, Figures]]:
    home.mkdir()
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{home / 'register.sqlite'}", rules=PROJECT_ROOT / "rules"))
    make(workspace, size, _SEED)
    workspace.register.secret("complainants")  # before the copy that every round begins from: what is kept rests on it
    workspace.register.close()
    shutil.copy(home / "register.sqlite", home / "register.start")
    found: list[dict[str, Figures]] = []
    for number in range(rounds):
        found.append({"cold": _run("cold", home)})
        if number == 0:
            _deliver_later(home, size)
        found[number] |= {task: _run(task, home) for task in (*_WHOLE[1:], *_BY_ROW)}
        if number == 0:
            _check(home, found[0])
        assert found[number]["cold"]["found"] == found[number]["warm"]["found"] == found[0]["cold"]["found"], (
            "a run differs in its bytes"
        )
    shutil.rmtree(home)
    return found


def _deliver_later(home: Path, size: int) -> None:
    """Two registers with what came in later: one that holds the run before it, too, and one that holds none."""
    for name, begins_with in (("register.later", "register.sqlite"), ("register.whole", "register.start")):
        shutil.copy(home / begins_with, home / name)
        workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{home / name}", rules=PROJECT_ROOT / "rules"))
        make_later(workspace, size, _SEED, _ONE_IN)
        workspace.register.close()


def _run(task: str, home: Path) -> Figures:
    command = [sys.executable, "-m", "benchmarks.scale.worker", task, str(home)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True, encoding="utf-8")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _check(home: Path, first: dict[str, Figures]) -> None:
    """Every way must have come to the same scores and hits, and the rules alone to those of the run."""
    with duckdb.connect() as connection:

        def table(path: str) -> dict[str, tuple[int, list[str]]]:
            rows = connection.execute(f"SELECT entity_id, score, list_sort(hits) FROM read_parquet('{path}')").fetchall()
            return {entity_id: (score, hits) for entity_id, score, hits in rows}

        mine = table(first["rules ours"]["found"])
        for peer in ("rules pandas", "rules polars"):
            assert mine == table(first[peer]["found"]), f"{peer} differ"
        run = next((home / "runs").iterdir())
        scores = dict(connection.execute(f"SELECT entity_id, score FROM read_parquet('{run}/scores.parquet')").fetchall())
    assert scores == {entity_id: score for entity_id, (score, _) in mine.items()}, "the rules alone differ from the run"
    step, whole = (dict(first[task]["found"]) for task in ("step", "step whole"))
    assert (step.pop("drawn"), whole.pop("drawn")) == ("True", "False") and step == whole, "the step differs from the whole"
    for task in _BY_ROW:
        _, hits = first[task]["found"]
        assert hits and all(sorted(found) == mine[entity_id][1] for entity_id, found in hits.items()), f"{task} differs"


def _print(size: int, rounds: list[dict[str, Figures]]) -> None:
    foreign = max(figures["foreign"] for one in rounds for figures in one.values())
    print(f"\n{size:,} entities, {len(rounds)} rounds, others used up to {foreign:.0%} of the machine")
    for task in _WHOLE:
        cpu, wall = (median(one[task][key] for one in rounds) for key in ("cpu", "wall"))
        peak = max(one[task]["peak_mib"] for one in rounds)
        print(f"  {task:<18}{cpu:9.2f} s CPU {wall:9.2f} s wall {peak:8,.0f} MiB {size / cpu:12,.0f} entities/s CPU")
    for task in ("cold", "warm"):
        _ratio(rounds, f"{task} / its floor", task, f"floor {task}")
        for stage in rounds[0][task]["stages"]:
            print(f"      {stage:　<8}{median(one[task]['stages'][stage] for one in rounds):9.2f} s CPU")
    _ratio(rounds, f"one in {_ONE_IN} changed / whole, all kept", "step", "step whole")
    for stage in rounds[0]["step"]["stages"]:
        print(f"      {stage:　<8}{median(one['step']['stages'][stage] for one in rounds):9.2f} s CPU")
    for peer in ("pandas", "polars"):
        _ratio(rounds, f"{peer} / ours, rules alone", f"rules {peer}", "rules ours")
    for task in _BY_ROW:
        ratios = [one[task]["found"][0] * size / one["rules ours"]["cpu"] for one in rounds]
        print(f"  {task.removeprefix('rules ')} / ours, rules alone: {_spread(ratios)} (from {min(ROWS, size):,} rows)")


def _ratio(rounds: list[dict[str, Figures]], said: str, over: str, under: str) -> None:
    ratios = {key: _spread([one[over][key] / one[under][key] for one in rounds]) for key in ("cpu", "wall")}
    print(f"  {said}: {ratios['cpu']} CPU, {ratios['wall']} wall")


def _spread(ratios: list[float]) -> str:
    return f"{median(ratios):,.2f} ({min(ratios):,.2f} to {max(ratios):,.2f})"


if __name__ == "__main__":
    main()
