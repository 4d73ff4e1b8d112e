"""A worker of the tests, in a process of its own: moves cases of a workspace back and forth and tells of every move that was confirmed."""

import multiprocessing
import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from screening.cases import moves
from screening.cases.casebook import Casebook
from screening.errors import StaleRecord
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Role
from tests.cases.office import person

PATIENCE_SECONDS = 500
STEP = {"A2": ("F9", {"new_fact": "evidence", "explanation": "新证据"}), "F9": ("A2", {})}
_ONE_AT_A_TIME = threading.Lock()
if sys.platform == "win32":
    _PROCESSES = multiprocessing.get_context("spawn")
else:  # a fork server reads the program once, which takes seconds, and every worker begins from there
    _PROCESSES = multiprocessing.get_context("forkserver")
    _PROCESSES.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Worker:
    """A process that moves cases, and where it is heard from."""

    process: BaseProcess
    heard: Connection

    def told(self) -> list[str]:
        """What it confirms until it ends; what was cut off in the middle was not confirmed."""
        lines = []
        try:
            while self.heard.poll(PATIENCE_SECONDS):
                lines.append(self.heard.recv())
        except (EOFError, OSError):
            self.process.join(PATIENCE_SECONDS)
        return lines


def begin(workspace: Workspace, name: str, threads: int, each: int) -> Worker:
    """Start a process that makes `each` moves in each of its threads."""
    heard, told = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_main, args=(workspace.settings, name, threads, each, told), daemon=True)
    process.start()
    told.close()
    return Worker(process, heard)


def _main(settings: Settings, name: str, threads: int, each: int, told: Connection) -> None:
    book = Casebook(Workspace(settings))
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda number: _work(book, f"{name}.{number}", each, told), range(threads)))


def _work(book: Casebook, name: str, wanted: int, told: Connection) -> None:
    """Make so many moves on cases chosen at random."""
    chance, done, actor = random.Random(name), 0, person(Role.OFFICER)
    ids = [case.case_id for case in book.cases(actor)]
    while done < wanted:
        case = book.case(actor, chance.choice(ids))
        to, fields = STEP[case.state]
        try:
            moved = moves.move(
                book, actor, case.case_id, to, version=case.version, fields=fields, at=datetime.now(UTC), reason=f"{name}#{done}"
            )
        except StaleRecord:  # somebody else was first
            continue
        with _ONE_AT_A_TIME:
            told.send(f"{name}#{done} {moved.case_id} {moved.version}")
        done += 1
