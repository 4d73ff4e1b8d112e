"""`run.py` answers wrong use with a sentence, knows a whole environment from a half-made one, and stops what it started."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import run

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("SCREENING_")}


def start(root: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """`python run.py …` of a copy of the house."""
    command = [sys.executable, str(root / "run.py"), *words]
    settings = ENVIRONMENT | {"PYTHONUTF8": "1"} | more
    return subprocess.run(command, env=settings, capture_output=True, encoding="utf-8", timeout=120, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house without an environment, at a path with a space and Chinese characters."""
    root = tmp_path / "防非 筛查"
    root.mkdir()
    for name in ("run.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(run.ROOT / name, root)
    return root


def pretend_set_up(root: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """An environment whose stamp says it is whole, without dependencies; `program` is what `screening` does in it."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    package = next((root / ".venv").rglob("site-packages")) / "screening"
    package.mkdir()
    (package / "cli.py").write_text(program, encoding="utf-8")
    for name in ("VENV", "STAMP", "LOCK", "ROOT"):
        monkeypatch.setattr(run, name, root / getattr(run, name).relative_to(run.ROOT))
    run.STAMP.write_text(run.fingerprint(), encoding="utf-8")


def test_help_names_every_command(house: Path) -> None:
    asked = start(house, "--help")
    assert asked.returncode == 0
    assert all(word in asked.stdout for word in ("setup", "test", "check", "screening", "wheelhouse"))


@pytest.mark.parametrize("words", [["instal"], ["--bogus"]])
def test_an_unknown_command_is_wrong_use_and_installs_nothing(house: Path, words: Sequence[str]) -> None:
    asked = start(house, *words)
    assert asked.returncode == 2
    assert f"没有命令 {words[0]}" in asked.stderr and "Traceback" not in asked.stderr
    assert not (house / ".venv").exists()


def test_a_wheelhouse_that_is_not_there_is_said(house: Path) -> None:
    asked = start(house, "setup", SCREENING_WHEELHOUSE=str(house / "没有"))
    assert asked.returncode == 2
    assert "SCREENING_WHEELHOUSE" in asked.stderr and "Traceback" not in asked.stderr
    assert not (house / ".venv" / run.STAMP.name).exists()


def test_an_empty_wheelhouse_fails_with_what_to_do(house: Path) -> None:
    (house / "wheelhouse").mkdir()
    asked = start(house, "setup")
    assert asked.returncode == 2
    assert "安装没有完成" in asked.stderr and "Traceback" not in asked.stderr
    assert not (house / ".venv" / run.STAMP.name).exists()


def test_a_half_made_environment_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    assert run.works(Path(sys.executable))
    assert not run.works(tmp_path / "bin" / "python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "half"], check=True)
    inside = run.PYTHON.relative_to(run.VENV)
    assert not run.works(tmp_path / "half" / inside)


def test_arguments_and_exit_code_pass_through(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_set_up(house, monkeypatch, "import sys; print(sys.argv[1:]); sys.exit(3)")
    asked = start(house, "screening", "show", "甲 乙")
    assert (asked.returncode, asked.stdout.strip()) == (3, "['show', '甲 乙']")


def test_paths_mean_what_they_mean_to_the_caller_and_facts_lie_beside_the_program(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_set_up(house, monkeypatch, "import os; print(os.getcwd(), os.environ['SCREENING_HOME'], sep='|')")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "screening").mkdir()  # a folder of that name where the caller stands is not taken for the program
    assert start(house, "screening").stdout.strip() == f"{tmp_path}|{house / 'var'}"


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有这种停止信号")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_it_stops_the_program_without_a_traceback(
    house: Path, monkeypatch: pytest.MonkeyPatch, sent: signal.Signals, code: int
) -> None:
    waits = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); print('ready', flush=True); time.sleep(60)"
    pretend_set_up(house, monkeypatch, waits)
    command = [sys.executable, str(house / "run.py"), "screening", "serve"]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout and process.stderr and process.stdout.readline() == "ready\n"
        begun = time.monotonic()
        if sent is signal.SIGINT:
            os.killpg(process.pid, sent)  # as a terminal does: to everything in the foreground
        else:
            process.send_signal(sent)
        assert process.wait(timeout=30) == code
        assert time.monotonic() - begun < run.PATIENCE_SECONDS
        assert "Traceback" not in process.stderr.read()


def test_uv_comes_with_the_version_and_hashes_of_the_lock() -> None:
    first, *hashes = run.locked("uv").splitlines()
    assert first.startswith("uv==") and hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)
    with pytest.raises(run.SetupError, match="没有 no-such-package"):
        run.locked("no-such-package")
