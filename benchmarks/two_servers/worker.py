"""The people of one server, a thread each over one workspace, as the dashboard has them; their diaries go to stdout as one JSON document.

`python -m benchmarks.two_servers.worker FOLDER` reads FOLDER/plan.json: the tokens of their sessions, how long they work, how long they think.
"""

import json
import random
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks.two_servers.colleague import Colleague
from screening.settings import read_settings
from screening.store.workspace import Workspace
from screening.vocabulary import Role


class Office:
    """What went wrong, and how long each deed took."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.seconds: list[float] = []
        self._one = threading.Lock()

    def spend_the_day(self, colleague: Colleague, until: float, think: float) -> None:
        """Act and think until the day is over."""
        chance = random.Random(colleague.actor.person_id)
        while time.monotonic() < until:
            self.do(colleague, colleague.act)
            time.sleep(chance.uniform(0, 2 * think))

    def do(self, colleague: Colleague, deed: Any) -> None:
        """One deed; whatever it raises is a fault."""
        begun = time.monotonic()
        try:
            deed()
        except Exception:
            with self._one:
                self.faults.append(f"{colleague.actor.name}: {traceback.format_exc()}")
        with self._one:
            self.seconds.append(time.monotonic() - begun)

    def score_and_report(self, colleague: Colleague, until: float, think: float) -> None:
        """One of each server scores, the other work being done meanwhile, and writes the report."""
        while time.monotonic() < until:
            self.do(colleague, colleague.score)
            self.do(colleague, colleague.report)
            time.sleep(4 * think)


def main() -> None:
    """Everybody works; then say what was done."""
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    workspace, office = Workspace(read_settings()), Office()
    people = [Colleague(workspace, token, folder / str(n), Path(plan["shared"])) for n, token in enumerate(plan["tokens"])]
    until = time.monotonic() + plan["seconds"]
    scorer = next(person for person in people if person.actor.role is Role.OFFICER)
    threads = [
        threading.Thread(
            target=office.score_and_report if one is scorer else office.spend_the_day, args=(one, until, plan["think"])
        )
        for one in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workspace.register.close()
    done = {
        "diary": [line for person in people for line in person.diary],
        "late": sum(person.late for person in people),
        "looks": sum(person.looks for person in people),
        "faults": office.faults,
        "seconds": office.seconds,
    }
    print(json.dumps(done, ensure_ascii=False))


if __name__ == "__main__":
    main()
