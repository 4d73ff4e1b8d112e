"""A casebook of its own for each test, cheaply: one empty register is made, each test gets a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.cases.casebook import Casebook
from screening.settings import Settings
from screening.store.workspace import Workspace
from tests.cases.office import Desk


def settings_of(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}")


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty")
    Workspace(settings_of(home)).register.close()
    return home


@pytest.fixture
def desk(empty_home: Path, tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "案卷"
    shutil.copytree(empty_home, home)
    workspace = Workspace(settings_of(home))
    yield Desk(Casebook(workspace))
    workspace.register.close()
