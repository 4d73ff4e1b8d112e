"""Today is China's, wherever the server stands."""

import time

import pytest

from screening.cli.options import read_day
from screening.reference.clock import today


def test_a_servers_own_zone_does_not_move_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    days = set()
    for zone in ("Etc/GMT+12", "Etc/GMT-14"):  # 26 hours apart: never the same day
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        days |= {today(), read_day(None)}
    monkeypatch.undo()
    time.tzset()
    assert len(days) == 1
