"""A scoring that may take little memory, and has nothing kept, goes on on disk and in parts, and writes the same bytes."""

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from benchmarks.scale.world import AS_OF, make
from screening import pipeline
from screening.errors import InvalidRequest
from screening.features import tables
from screening.scoring.ranking import find_run
from screening.scoring.search import create_terms
from screening.settings import Settings, read_settings
from screening.store import tables as store_tables
from screening.store.workspace import Workspace
from tests.homes import open_home, settings_of
from tests.scale.test_kept import KEPT

ENTITIES = 30_000  # whose tables are several times what is allowed


def test_a_run_in_little_memory_is_the_same_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path / "home")
    workspace = Workspace(settings)
    make(workspace, ENTITIES, seed=7)
    workspace.register.close()
    spilled = spills(settings.home, monkeypatch)
    monkeypatch.setattr(tables, "AT_ONCE", ENTITIES // 16)
    plenty = written(settings)
    assert not spilled
    for family in KEPT:
        shutil.rmtree(settings.home / family)
    monkeypatch.setattr(store_tables, "_ROWS_GROUPED", ENTITIES // 4)
    assert written(replace(settings, memory="200MB")) == plenty
    assert spilled, "it was meant to need the disk"
    assert not list(settings.home.glob(".spill-*"))


def test_entities_a_few_at_a_time_are_the_same_run(scored_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = open_home(scored_home)
    run = find_run(workspace)
    monkeypatch.setattr(tables, "AT_ONCE", 250)
    with pipeline.screened(workspace, workspace.settings.rules, run.as_of) as connection:
        assert (
            len(tables.in_ranges(connection, "{part}", "entities"))
            > len(tables.in_ranges(connection, "{part}", "entities", 5))
            > 1
        )
        create_terms(connection)
        for name in ("features", "terms"):
            kept = connection.execute(f"FROM {workspace.run_rows(run, name)}").fetchall()
            assert connection.execute(f"FROM {name}").fetchall() == kept
    workspace.register.close()


def test_memory_is_a_number_with_a_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCREENING_MEMORY", "1.5GB")
    assert read_settings().memory == "1.5GB"
    monkeypatch.setenv("SCREENING_MEMORY", "很多")
    with pytest.raises(InvalidRequest, match="很多"):
        read_settings()


def written(settings: Settings) -> dict[str, str]:
    """The files of a run, by name, made anew."""
    workspace = Workspace(settings)
    with workspace.register.writing() as transaction:
        transaction.exec_driver_sql("DELETE FROM runs")
    shutil.rmtree(settings.home / "runs", ignore_errors=True)
    run = pipeline.score(workspace, as_of=AS_OF)
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted((settings.home / run.path).iterdir())}
    workspace.register.close()
    return found


def spills(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What lies in the places for what memory does not hold, looked at before each run is written."""
    seen: list[Path] = []
    write = Workspace.write_run

    def write_run(self: Workspace, *words: object) -> str:
        seen.extend(home.glob(".spill-*/*"))
        return write(self, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(Workspace, "write_run", write_run)
    return seen
