"""A day of the office on two servers: begun, worked, and held against what stands."""

import json
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.two_servers import standing
from benchmarks.two_servers.office import begin, move_in, write_entities
from benchmarks.two_servers.servers import is_in, served, sign_in, sign_out, wait_for
from screening.accounts.sessions import open_session_for
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Role

Windows = Callable[[list[str], str, float], list[str]]


@dataclass
class Outcome:
    """What was done, by kind of deed; what went wrong; how long deeds took."""

    done: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    late: int = 0
    looks: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def table(self) -> str:
        """For people to read."""
        deeds = sorted(self.seconds)
        percentile = deeds[int(len(deeds) * 0.95)] if deeds else 0.0
        lines = [f"{name:<12}{count:6d}" for name, count in sorted(self.done.items())]
        lines += [f"{'rows ' + name:<18}{count:8d}" for name, count in sorted(self.rows.items())]
        lines += [f"{'only looked':<12}{self.looks:6d}", f"{'came late':<12}{self.late:6d} (told so, nothing changed)"]
        lines.append(
            f"{len(deeds)} deeds, median {statistics.median(deeds):.2f} s, 95 % within {percentile:.2f} s, slowest {deeds[-1]:.2f} s"
        )
        return "\n".join([*lines, f"errors and differences: {len(self.faults)}", *self.faults])


def spend(
    folder: Path, database_url: str, *, seconds: float, think: float, entities: int, windows: Windows | None = None
) -> Outcome:
    """Two servers, thirty people, so many seconds of work; `windows` are real browsers that work beside them and say what went wrong."""
    home, outcome = folder / "home", Outcome()
    environment = {"SCREENING_HOME": str(home), "SCREENING_DATABASE_URL": database_url}
    workspace = Workspace(Settings(home=home, database_url=database_url))
    persons, password = move_in(workspace)
    with ExitStack() as stack:
        addresses = [stack.enter_context(served(environment, folder / f"server{number}.log")) for number in (1, 2)]
        begin(workspace, folder, entities)
        shared = write_entities(folder, "大家都传", 60)
        for address in addresses:
            wait_for(address)
        outcome.faults += _doors(addresses, password)
        plans = []
        for number in (1, 2):
            own = folder / f"people{number}"
            own.mkdir()
            tokens = [open_session_for(workspace, person) for person in persons[number - 1 :: 2]]
            plan = {"tokens": tokens, "seconds": seconds, "think": think, "shared": str(shared)}
            (own / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
            plans.append(own)
        workers = [_worker(own, environment) for own in plans]
        if windows:
            outcome.faults += windows(addresses, password, seconds)
        diary = [line for worker in workers for line in _read(worker, outcome)]
    other = Workspace(Settings(home=home, database_url=database_url))
    outcome.faults += standing.faults(workspace, other, diary)
    outcome.faults += [f"{log.name}: {line}" for log in folder.glob("server*.log") for line in _said_badly(log)]
    for opened in (workspace, other):
        opened.register.close()
    return outcome


def _doors(addresses: list[str], password: str) -> list[str]:
    """Whoever came in at one server is in at the other; out at one, out at both."""
    one, other = addresses
    found = []
    for there, elsewhere in ((one, other), (other, one)):
        with closing(sign_in(there, f"{Role.OFFICER.value}1", password)) as visitor:
            if not is_in(elsewhere, visitor):
                found.append(f"signed in at {there}, not in at {elsewhere}")
            sign_out(visitor)
            if is_in(elsewhere, visitor):
                found.append(f"signed out at {there}, still in at {elsewhere}")
    return found


def _worker(folder: Path, environment: dict[str, str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.two_servers.worker", str(folder)]
    with (folder / "errors").open("w") as errors:
        return subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )


def _read(worker: "subprocess.Popen[str]", outcome: Outcome) -> list[dict[str, Any]]:
    said, _ = worker.communicate()
    if worker.returncode:
        outcome.faults.append(f"a worker ended with {worker.returncode}")
        return []
    told = json.loads(said)
    outcome.faults += told["faults"]
    outcome.seconds += told["seconds"]
    outcome.late += told["late"]
    outcome.looks += told["looks"]
    outcome.done.update(line["did"] for line in told["diary"])
    for line in told["diary"]:
        if line["did"] == "load":
            outcome.rows.update({name: line[name] for name in ("accepted", "rejected", "duplicate")})
    return list(told["diary"])


def _said_badly(log: Path) -> list[str]:
    return [
        line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if "Traceback" in line or "rror:" in line
    ]
