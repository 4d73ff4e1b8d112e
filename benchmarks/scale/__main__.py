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
    run = next((home / "runs").iterdir())
    mine = first["rules ours"]["found"]
    with duckdb.connect() as connection:

        def is_same(other: str, said: str) -> bool:
            """Whether both files say the same of the same entities."""
            one, two = (f"(SELECT entity_id, {said} AS said FROM read_parquet('{path}'))" for path in (mine, other))
            differs = f"FROM {one} one FULL JOIN {two} two USING (entity_id) WHERE one.said IS DISTINCT FROM two.said"
            return not connection.execute(f"{differs} LIMIT 1").fetchall()

        for peer in ("rules pandas", "rules polars"):
            assert is_same(first[peer]["found"], "(score::INTEGER, list_sort(hits))"), f"{peer} differ"
        assert is_same(f"{run}/scores.parquet", "score::INTEGER"), "the rules alone differ from the run"
        for task in _BY_ROW:
            _, found = first[task]["found"]
            of_them = f"SELECT entity_id, list_sort(hits) FROM read_parquet('{mine}') WHERE entity_id IN (SELECT unnest(?))"
            hits = dict(connection.execute(of_them, [list(found)]).fetchall())
            assert found and {entity_id: sorted(hit) for entity_id, hit in found.items()} == hits, f"{task} differs"
    step, whole = (dict(first[task]["found"]) for task in ("step", "step whole"))
    assert (step.pop("drawn"), whole.pop("drawn")) == ("True", "False") and step == whole, "the step differs from the whole"


def _print(size: int, rounds: list[dict[str, Figures]]) -> None:
    foreign = max(figures["foreign"] for one in rounds for figures in one.values())
    print(f"\n{size:,} entities, {len(rounds)} rounds, others used up to {foreign:.0%} of the machine")
    for task in _WHOLE:
        cpu, wall = (median(one[task][key] for one in rounds) for key in ("cpu", "wall"))
        peak = max(one[task]["peak_mib"] for one in rounds)
        print(f"  {task:<18}{cpu:9.2f} s CPU {wall:9.2f} s wall {peak:8,.0f} MiB {size / cpu:12,.0f} entities/s CPU")
    for task, said, under in (
        ("cold", "cold / its floor", "floor cold"),
        ("warm", "warm / its floor", "floor warm"),
        ("step", f"one in {_ONE_IN} changed / whole, all kept", "step whole"),
    ):
        _ratio(rounds, said, task, under)
        for stage in rounds[0][task]["stages"]:
            seconds, peaks = zip(*(one[task]["stages"][stage] for one in rounds), strict=True)
            print(f"      {stage:　<8}{median(seconds):9.2f} s CPU, up to then {max(peaks):8,.0f} MiB")
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
