"""Workspaces that several tests begin from: what takes long is made once a run of pytest, whichever worker needs it first, and copied."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.settings import Settings
from screening.store.workspace import Workspace

PATIENCE_SECONDS = 600


def settings_of(home: Path) -> Settings:
    """A workspace whose register is a SQLite file in its own folder, whatever the environment says."""
    return Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}")


def open_home(home: Path) -> Workspace:
    """The workspace in a folder; whoever opens it closes its register."""
    return Workspace(settings_of(home))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills, made once for all workers of this run; nobody may write to it.

    The first who asks makes it; the others wait, and fail as it did where making fails.
    """
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    done, failed = shared / name, shared / f"{name}-failed"
    try:
        (shared / f"{name}-begun").mkdir()
    except FileExistsError:
        return _waited_for(done, failed)
    making = shared / f"{name}-making"
    making.mkdir()
    try:
        make(making)
    except BaseException as error:
        failed.write_text(repr(error), encoding="utf-8")
        raise
    return making.rename(done)


def _waited_for(done: Path, failed: Path) -> Path:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done.is_dir():
        if failed.exists():
            raise RuntimeError(f"{done.name}: {failed.read_text(encoding='utf-8')}")
        if time.monotonic() > deadline:
            raise TimeoutError(done.name)
        time.sleep(0.1)
    return done
