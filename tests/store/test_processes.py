"""Several processes at once lose nothing, and one killed at any moment leaves nothing half visible."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace

pytestmark = pytest.mark.slow

MONTH = PROJECT_ROOT / "data" / "sample" / "2026-10"
AS_OF = date(2026, 10, 31)


def start(home: Path, url: str, *words: str) -> subprocess.Popen[str]:
    """The command line in a process of its own."""
    environment = os.environ | {"SCREENING_HOME": str(home), "SCREENING_DATABASE_URL": url}
    command = [sys.executable, "-m", "screening.cli", *words, "--as-of", AS_OF.isoformat(), "--json"]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, object]:
    """Its JSON document; fails on an internal error."""
    out, err = process.communicate(timeout=300)
    assert process.returncode in (0, 1), (process.returncode, out, err)
    document: dict[str, object] = json.loads(out)
    return document


def sqlite_url(home: Path) -> str:
    """The default register of a workspace."""
    home.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(home / 'register.sqlite').as_posix()}"


def whole(home: Path, url: str) -> dict[str, int]:
    """Check that all that is visible is complete; returns accepted rows by file."""
    workspace = Workspace(Settings(home=home, database_url=url))
    batches = workspace.register.batches()
    with workspace.connect(batches) as connection:
        for batch in batches:
            rows = connection.execute(
                f"SELECT count(*) FROM raw_{batch.kind.table} WHERE batch_id = ?", [batch.batch_id]
            ).fetchall()[0][0]
            assert rows == batch.accepted, batch.file_name
        for run in workspace.register.runs():
            for table in ("scores", "features", "outcomes"):
                rows = connection.execute(f"SELECT count(*) FROM {workspace.run_rows(run, table)}").fetchall()[0][0]
                assert rows == run.summary["entities"], (run.run_id, table)
    workspace.register.close()
    return {batch.file_name: batch.accepted for batch in batches}


def load_and_score_together(home: Path, url: str) -> None:
    """Four loaders, two of them with the same file, and two scorings beside them."""
    first, *others = sorted(MONTH.glob("0*"))
    finish(start(home, url, "load", "auto", str(first)))
    loaders = [
        start(home, url, "load", "auto", *map(str, files)) for files in (others[:2], others[2:4], others[4:6], others[4:6])
    ]
    scorers = [start(home, url, "score") for _ in range(2)]
    receipts = [finish(loader)["files"] for loader in loaders]
    for scorer in scorers:
        finish(scorer)
    visible = whole(home, url)
    assert visible.keys() == {path.name for path in [first, *others[:6]]}
    twice = [entry for receipt in receipts[2:] for entry in receipt]  # type: ignore[attr-defined]
    for name in {entry["file"] for entry in twice}:
        accepted = [entry["accepted"] for entry in twice if entry["file"] == name]
        assert sorted(accepted) == [0, visible[name]], "one of the two loaders took it, the other found it there"
    again = finish(start(home, url, "score"))
    assert again == finish(start(home, url, "score"))


def test_processes_side_by_side_on_sqlite(tmp_path: Path) -> None:
    load_and_score_together(tmp_path, sqlite_url(tmp_path))


@pytest.mark.postgres
def test_processes_side_by_side_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    load_and_score_together(tmp_path, postgres_url)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="此系统没有 SIGKILL")
def test_a_process_killed_at_any_moment_leaves_nothing_half_visible(tmp_path: Path) -> None:
    url, files = sqlite_url(tmp_path), [str(path) for path in sorted(MONTH.glob("0*"))]
    begun = time.monotonic()
    finish(start(tmp_path / "measure", sqlite_url(tmp_path / "measure"), "load", "auto", *files))
    load_seconds = time.monotonic() - begun
    for share in (0.3, 0.5, 0.65, 0.8, 0.95):
        _killed_after(start(tmp_path, url, "load", "auto", *files), load_seconds * share)
        whole(tmp_path, url)
    finish(start(tmp_path, url, "load", "auto", *files))
    assert whole(tmp_path, url) == whole(tmp_path / "measure", sqlite_url(tmp_path / "measure"))
    for seconds in (1.0, 2.0, 3.0):
        _killed_after(start(tmp_path, url, "score"), seconds)
        whole(tmp_path, url)
    document, measured = (
        finish(start(tmp_path, url, "score")),
        finish(start(tmp_path / "measure", sqlite_url(tmp_path / "measure"), "score")),
    )
    assert document == measured


def _killed_after(process: subprocess.Popen[str], seconds: float) -> None:
    time.sleep(seconds)
    process.kill()
    process.communicate()
