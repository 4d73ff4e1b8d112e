"""The chain of events shows any edit, deletion or cut, and a killed process leaves no half move."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.cases.casebook import Casebook
from screening.cases.chain import audit_key, verify
from screening.settings import PROJECT_ROOT, Settings
from screening.store.case_tables import case_events, case_head, cases
from screening.store.workspace import Workspace
from tests.cases.office import OFFICER, STREET_CLERK, place, walk

Harm = Callable[[Connection], object]
EVENT = case_events
HARMS: dict[str, Harm] = {
    "a word changed": lambda c: c.execute(EVENT.update().where(EVENT.c.seq == 3).values(person="另一人")),
    "a moment changed": lambda c: c.execute(EVENT.update().where(EVENT.c.seq == 2).values(at=EVENT.c.due_after)),
    "a content changed": lambda c: c.execute(EVENT.update().where(EVENT.c.seq == 4).values(content={"reason": "改写"})),
    "one deleted": lambda c: c.execute(EVENT.delete().where(EVENT.c.seq == 3)),
    "the first deleted": lambda c: c.execute(EVENT.delete().where(EVENT.c.seq == 1)),
    "the last deleted": lambda c: c.execute(EVENT.delete().where(EVENT.c.seq == 6)),
    "all deleted": lambda c: c.execute(EVENT.delete()),
    "two exchanged": lambda c: [c.execute(EVENT.update().where(EVENT.c.seq == a).values(seq=b)) for a, b in ((2, 99), (3, 2), (99, 3))],
    "the head rewritten": lambda c: c.execute(case_head.update().values(hash="0" * 64)),
}  # fmt: skip


def worked(workspace: Workspace) -> Casebook:
    book = Casebook(workspace)
    walk(
        book,
        place(workspace, book, "B1"),
        ("B3", STREET_CLERK, {}),
        ("B4", STREET_CLERK, {}),
        ("B3", OFFICER, {}),
        ("B4", STREET_CLERK, {}),
    )
    walk(book, place(workspace, book, "A0"))
    return book


def test_an_untouched_chain_verifies(workspace: Workspace) -> None:
    worked(workspace)
    found = verify(workspace)
    assert (found.events, found.head.seq, found.faults) == (6, 6, [])


@pytest.mark.parametrize("harm", HARMS)
def test_any_harm_done_to_the_record_shows(harm: str, workspace: Workspace) -> None:
    worked(workspace)
    with workspace.register.writing() as connection:
        HARMS[harm](connection)
    assert verify(workspace).faults


def test_a_cut_mended_in_every_table_still_misses_the_printed_head(workspace: Workspace) -> None:
    worked(workspace)
    printed = verify(workspace).head
    with workspace.register.writing() as connection:
        connection.execute(case_events.delete().where(case_events.c.seq == 6))
        last = connection.execute(sa.select(case_events.c.seq, case_events.c.hash).order_by(case_events.c.seq.desc())).first()
        assert last is not None
        connection.execute(case_head.update().values(seq=last.seq, hash=last.hash))
    assert verify(workspace).faults == []
    assert "截断" in verify(workspace, printed).faults[0]


def test_without_the_key_nobody_writes_events_that_verify(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(workspace)
    monkeypatch.setenv("SCREENING_AUDIT_KEY", "guessed")
    forger = Casebook(workspace)
    place(workspace, forger, "A0")
    monkeypatch.delenv("SCREENING_AUDIT_KEY")
    assert verify(workspace).faults == ["第 7 条（案件 2026-00003）被改动过"]


def test_the_key_lies_beside_the_register_for_its_owner_only(workspace: Workspace) -> None:
    assert audit_key(workspace) == audit_key(workspace)
    path = workspace.home / "keys" / "audit.key"
    assert path.stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert list(path.parent.iterdir()) == [path]


_WORKER = """
import sys
from datetime import timedelta
from pathlib import Path
from screening.cases.casebook import Casebook
from screening.settings import Settings
from screening.store.workspace import Workspace
from tests.cases.office import AT, OFFICER, STREET_CLERK, filled
home = Path(sys.argv[1])
book = Casebook(Workspace(Settings(home=home, database_url=sys.argv[2])))
case = book.case(sys.argv[3])
turns = {"B1": ("B3", STREET_CLERK), "B3": ("F9", OFFICER), "F9": ("A2", OFFICER), "A2": ("B1", OFFICER)}
print("ready", flush=True)
for number in range(int(sys.argv[4])):
    to, actor = turns[case.state]
    given = filled(book, book.workflow.between(case.state, to))
    case = book.move(actor, case.case_id, to, version=case.version, given=given, at=AT + timedelta(seconds=number))
    print(case.version, flush=True)
"""


def start(home: Path, url: str, case_id: str, moves: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _WORKER, str(home), url, case_id, str(moves)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    )


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_killed_at_random_points_no_half_move_remains(workspace: Workspace) -> None:
    book = Casebook(workspace)
    case = place(workspace, book, "B1")
    chance, told = random.Random(5), 0
    for _ in range(6):
        worker = start(workspace.home, workspace.settings.database_url, case.case_id, 200)
        assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.02, 0.6))
        worker.send_signal(signal.SIGKILL)
        lines = worker.stdout.read().split()
        worker.wait()
        told = int(lines[-1]) if lines else told
        now, events = book.case(case.case_id), book.events(case.case_id)
        assert now.version == len(events) == events[-1].version and now.version >= told
        assert verify(workspace).faults == [] and now.state == (events[-1].to_state or "B1")


def many_hands(workspace: Workspace, workers: int, moves: int) -> None:
    """Every worker moves a case of its own, and all of them quarrel over the one chain."""
    book = Casebook(workspace)
    ids = [place(workspace, book, "B1").case_id for _ in range(workers)]
    began = verify(workspace).events
    running = [start(workspace.home, workspace.settings.database_url, case_id, moves) for case_id in ids]
    said = [worker.communicate()[0].split() for worker in running]
    assert [worker.returncode for worker in running] == [0] * workers
    assert all(len(lines) == moves + 1 for lines in said)
    found = verify(workspace)
    assert (found.events, found.faults) == (began + workers * moves, [])
    assert all(len(book.events(case_id)) == moves + 1 == book.case(case_id).version for case_id in ids)
    counted = workspace.register.rows(sa.select(sa.func.count().label("n")).select_from(cases))
    assert counted[0]["n"] == workers


@pytest.mark.slow
def test_eight_hands_on_sqlite_lose_and_double_nothing(workspace: Workspace) -> None:
    many_hands(workspace, 8, 625)


@pytest.mark.slow
@pytest.mark.postgres
def test_fifty_hands_on_postgresql_lose_and_double_nothing(postgres_url: str, tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path / "w", database_url=postgres_url))
    many_hands(workspace, 50, 100)
    workspace.register.close()
