"""`screening report …` and `screening pack` through the front door: what is written, what is only told, exit codes, sentences."""

import csv
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import openpyxl
import pytest

from screening.cases.casebook import Casebook
from screening.follow_up import raise_from_run
from screening.scoring.ranking import find_run
from screening.settings import read_settings
from screening.store.workspace import Workspace
from tests.cli.conftest import Run


@pytest.fixture
def cases(workspace_home: Path, scored_home: Path) -> list[str]:
    """The sample months scored, with the cases that October raised."""
    shutil.copytree(scored_home, workspace_home)
    workspace = Workspace(read_settings())
    raised = raise_from_run(Casebook(workspace), find_run(workspace), at=datetime.now(UTC))
    workspace.register.close()
    return [case_id for case_ids in raised.values() for case_id in case_ids]


def test_the_month_is_told_without_a_file_and_written_as_told(cases: list[str], tmp_path: Path, run: Run) -> None:
    words = ("report", "monthly", "--month", "2026-10", "--out", str(tmp_path / "月报"))
    code, told = run(*words, "--preview")
    assert (code, told["faults"], told["files"]) == (0, [], [])
    assert not (tmp_path / "月报").exists()
    code, written = run(*words)
    assert code == 0 and written | {"files": []} == told
    paths = [Path(path) for path in written["files"]]
    assert sorted(paths) == sorted((tmp_path / "月报").iterdir())
    said = [paragraph.text for path in paths if path.suffix == ".docx" for paragraph in docx.Document(str(path)).paragraphs]
    assert any("2026年10月" in line for line in said)
    assert any("各街道本月没有" in line for line in said), "no heading without a word: the cases came after October"
    assert all(openpyxl.load_workbook(path).sheetnames for path in paths if path.suffix == ".xlsx")
    assert {path.suffix for path in paths} >= {".docx", ".xlsx"}


def test_a_month_that_is_none_is_a_sentence(run: Run) -> None:
    code, told = run("report", "monthly", "--month", "十月")
    assert code == 2 and "十月" in told["error"]


def test_a_ledger_has_a_row_for_every_case_in_either_form(cases: list[str], tmp_path: Path, run: Run) -> None:
    code, told = run("report", "ledger", "inspection", "--csv", "--out", str(tmp_path))
    assert code == 0 and len(told["rows"]) == len(cases) > 0
    with Path(told["file"]).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert told["columns"] in rows and all([str(cell) for cell in row] in rows for row in told["rows"])
    code, told = run("report", "ledger", "inspection", "--out", str(tmp_path))
    assert code == 0 and openpyxl.load_workbook(told["file"]).active.max_row > len(cases)


def test_a_pack_is_sound_until_a_byte_of_it_changes(cases: list[str], tmp_path: Path, run: Run) -> None:
    code, built = run("pack", cases[0], "--out", str(tmp_path))
    assert code == 0 and built["case"] == cases[0]
    code, verdict = run("pack", "verify", built["file"])
    assert (code, verdict["sound"], verdict["case"], verdict["content"]) == (0, True, cases[0], built["content"])
    changed = tmp_path / "改过.zip"
    with zipfile.ZipFile(built["file"]) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name) + (b"!" if name == built["files"][0] else b""))
    code, verdict = run("pack", "verify", str(changed))
    assert (code, verdict["sound"]) == (1, False) and any(built["files"][0] in fault for fault in verdict["faults"])
    assert run("pack", "verify", str(tmp_path / "没有.zip"))[0] == 2
    assert run("pack", "YJ-20200101-0001")[0] == 2
