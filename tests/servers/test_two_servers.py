"""Two real servers on one PostgreSQL and one folder, thirty people: the small form of `python -m benchmarks.two_servers`."""

from pathlib import Path

import pytest

from benchmarks.two_servers.day import spend


@pytest.mark.postgres
def test_thirty_people_on_two_servers_lose_nothing_and_see_no_error(tmp_path: Path, postgres_url: str) -> None:
    outcome = spend(tmp_path, postgres_url, seconds=8, think=0.5, entities=60)
    assert not outcome.faults, outcome.table()
    assert outcome.done["event"] and outcome.done["load"] and outcome.done["run"], outcome.table()
