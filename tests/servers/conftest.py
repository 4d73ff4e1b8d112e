"""One register and one folder, opened twice: as two servers have them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.settings import Settings
from screening.store.workspace import Workspace

Pair = tuple[Workspace, Workspace]


def opened_twice(home: Path, url: str) -> Iterator[Pair]:
    """The workspace as each of two servers opens it."""
    pair = Workspace(Settings(home=home, database_url=url)), Workspace(Settings(home=home, database_url=url))
    yield pair
    for workspace in pair:
        workspace.register.close()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Pair]:
    """Two processes of one machine."""
    home = tmp_path / "home"
    yield from opened_twice(home, f"sqlite:///{(home / 'register.sqlite').as_posix()}")


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str) -> Iterator[Pair]:
    """Two machines."""
    yield from opened_twice(tmp_path / "home", postgres_url)
