"""A worker of the tests: moves cases of a workspace back and forth, says on stdout what was confirmed, one line a move.

`python -m tests.cases.mover HOME URL NAME THREADS MOVES`
"""

import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from screening.cases import moves
from screening.cases.casebook import Casebook
from screening.errors import StaleRecord
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Role
from tests.cases.office import person

_ONE_LINE = threading.Lock()
STEP = {"A2": ("F9", {"new_fact": "evidence", "explanation": "新证据"}), "F9": ("A2", {})}


def work(book: Casebook, name: str, wanted: int) -> int:
    """Make so many moves on cases chosen at random; returns how often somebody else was first."""
    chance, done, lost = random.Random(name), 0, 0
    actor = person(Role.OFFICER)
    ids = [case.case_id for case in book.cases(actor)]
    while done < wanted:
        case = book.case(actor, chance.choice(ids))
        to, fields = STEP[case.state]
        try:
            moved = moves.move(
                book, actor, case.case_id, to, version=case.version, fields=fields, at=datetime.now(UTC), reason=f"{name}#{done}"
            )
        except StaleRecord:
            lost += 1
            continue
        with _ONE_LINE:  # print writes the line and its end apart
            print(f"{name}#{done} {moved.case_id} {moved.version}", flush=True)
        done += 1
    return lost


def main() -> None:
    home, url, name, threads, wanted = sys.argv[1:]
    book = Casebook(Workspace(Settings(home=Path(home), database_url=url)))
    with ThreadPoolExecutor(int(threads)) as pool:
        lost = list(pool.map(lambda number: work(book, f"{name}.{number}", int(wanted)), range(int(threads))))
    print(f"stale {sum(lost)}", file=sys.stderr)


if __name__ == "__main__":
    main()
