"""A casebook of its own for each test, cheaply: one empty register is made, each test gets a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.cases.casebook import Casebook
from tests.cases.office import Desk
from tests.homes import open_home


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty")
    open_home(home).register.close()
    return home


@pytest.fixture
def desk(empty_home: Path, tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "案卷"
    shutil.copytree(empty_home, home)
    workspace = open_home(home)
    yield Desk(Casebook(workspace))
    workspace.register.close()
