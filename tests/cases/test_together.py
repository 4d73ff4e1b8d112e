"""Many at once: no move is lost, none is made twice, the chain holds; a process killed at any moment leaves no half move."""

import random
import signal
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from screening.access import SYSTEM
from screening.cases import audit, moves
from screening.cases.casebook import Casebook
from screening.errors import StaleRecord
from screening.settings import Settings
from screening.store.case_tables import case_events, cases
from screening.store.workspace import Workspace
from screening.vocabulary import Role
from tests.cases.mover import begin
from tests.cases.office import NOW, OFFICER, Desk, person
from tests.homes import open_home


def make_moves_together(desk: Desk, processes: int, threads: int, each: int, on_cases: int) -> None:
    workspace = desk.book.workspace
    for _ in range(on_cases):
        desk.put("A2")
    workers = [begin(workspace, f"w{number}", threads, each) for number in range(processes)]
    confirmed = [line for worker in workers for line in worker.told()]
    assert all(worker.process.exitcode == 0 for worker in workers)
    wanted = processes * threads * each
    assert len(set(confirmed)) == len(confirmed) == wanted
    whole(workspace, confirmed)
    query = sa.select(sa.func.count()).select_from(case_events).where(case_events.c.kind == "moved")
    assert workspace.register.rows(query)[0]["count"] == wanted


def whole(workspace: Workspace, confirmed: list[str]) -> None:
    """Every confirmed move is there once, every case stands where its events say, the chain is sound."""
    verdict = audit.verify(workspace)
    assert verdict.faults == []
    events = workspace.register.rows(sa.select(case_events).order_by(case_events.c.seq))
    made = [f"{event['reason']} {event['case_id']} {event['version']}" for event in events if event["kind"] == "moved"]
    assert len(made) == len(set(made))
    assert set(confirmed) <= set(made)
    versions: dict[str, int] = {}
    states: dict[str, str] = {}
    for event in events:
        assert event["version"] == versions.get(event["case_id"], 0) + 1
        assert event["from_state"] == states.get(event["case_id"])
        versions[event["case_id"]], states[event["case_id"]] = event["version"], event["to_state"]
    found = workspace.register.rows(sa.select(cases.c.case_id, cases.c.version, cases.c.state))
    assert {row["case_id"]: (row["version"], row["state"]) for row in found} == {
        key: (versions[key], states[key]) for key in versions
    }


@pytest.mark.slow
def test_eight_processes_on_sqlite(desk: Desk) -> None:
    make_moves_together(desk, processes=8, threads=1, each=125, on_cases=20)


@pytest.mark.slow
@pytest.mark.postgres
def test_fifty_workers_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    workspace = Workspace(Settings(home=tmp_path, database_url=postgres_url))
    make_moves_together(Desk(Casebook(workspace)), processes=5, threads=10, each=20, on_cases=40)
    workspace.register.close()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="此系统没有 SIGKILL")
def test_killed_at_random_points_of_200_moves(desk: Desk) -> None:
    workspace, chance = desk.book.workspace, random.Random(737)
    for _ in range(5):
        desk.put("A2")
    confirmed: list[str] = []
    killed = 0
    while len(confirmed) < 200:
        worker = begin(workspace, f"k{killed}", 1, 1000)
        confirmed.append(worker.heard.recv())  # it has begun
        time.sleep(chance.uniform(0, 0.4))
        worker.process.kill()
        confirmed += worker.told()
        killed += 1
        again = open_home(workspace.home)
        whole(again, confirmed)
        again.register.close()
    assert killed >= 3


def test_two_sessions_on_one_case_one_wins_the_other_is_told(desk: Desk) -> None:
    case = desk.put("A2")
    other = Casebook(desk.book.workspace)
    seen = other.case(person(Role.CHIEF), case.case_id)
    desk.move(OFFICER, case, "B1", desk.papers(["street", "points"]))
    with pytest.raises(StaleRecord) as refused:
        moves.move(other, person(Role.OFFICER, 2), case.case_id, "D0", version=seen.version, fields={"grounds": "先看看"}, at=NOW)
    assert "虚处非办经办1（区处非办）推动：待初筛→已派发" in refused.value.message
    assert refused.value.where["now"] == 2 and refused.value.where["changes"]
    assert other.case(SYSTEM, case.case_id).state == "B1"


def test_a_version_from_the_future_is_refused_too(desk: Desk) -> None:
    case = desk.put("A2")
    with pytest.raises(StaleRecord):
        moves.move(desk.book, OFFICER, case.case_id, "D0", version=case.version + 1, fields={"grounds": "先看看"}, at=NOW)
