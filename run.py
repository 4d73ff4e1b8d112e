"""Sets up a bare machine and runs the program. One file, standard library only, any system, Python 3.11 or newer.

python run.py                    set up, screen the invented sample month, serve the dashboard on this machine
python run.py setup              only set up
python run.py test [...]         set up and run every test (arguments go to pytest)
python run.py check              formatting, lint, types, import contracts
python run.py screening [...]    the command line, see docs/cli.md

Set-up makes .venv from requirements.lock and is skipped while the lock, pyproject.toml and the Python are the same.
A folder wheelhouse/ (or $SCREENING_WHEELHOUSE) is installed from without any network: docs/install.md.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # an older Python gets this far, and its user a sentence instead of a traceback
    sys.exit(f"需要 Python 3.11 或更新的版本，现在用的是 {sys.version.split()[0]}。请安装新版 Python，再用它运行 run.py。")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"
STAMP = VENV / "set-up-from.txt"
LOCK = ROOT / "requirements.lock"
ROOM_BYTES = 2 * 1024**3  # the environment takes about 1 GB, its download cache as much again
PATIENCE_SECONDS = 15  # from Ctrl+C to the end of a program that does not stop by itself
STOPPED = 130  # exit code of a program ended by Ctrl+C, as shells count

CHECKS = (
    ["ruff", "format", "--check", "."],
    ["ruff", "check", "."],
    ["mypy"],
    ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
)


class SetupError(Exception):
    """Set-up cannot go on; the message is Chinese and says what to do."""


def main(words: Sequence[str]) -> int:
    """Do what the words say; returns the exit code: the program's own, 2 for wrong use or a failed set-up."""
    command, *rest = words or ["demo"]
    commands: dict[str, Callable[[], int]] = {
        "demo": lambda: screening("demo", *rest),
        "setup": lambda: 0,
        "test": lambda: python("-m", "pytest", *rest),
        "check": check,
        "screening": lambda: screening(*rest),
    }
    if command in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    if command not in commands:
        say(f"没有命令 {command}。可用：{'、'.join(commands)}；不写命令等于 demo，即安装并打开示例看板。")
        return 2
    try:
        set_up()
        return commands[command]()
    except SetupError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("已停止。")
        return STOPPED


def check() -> int:
    """Every check, also after one failed, so that one run shows all there is to mend."""
    codes = [python(*(words if words[0] == "-c" else ["-m", *words])) for words in CHECKS]
    say("检查通过。" if not any(codes) else "检查未通过，见上面的输出。")
    return int(any(codes))


def set_up() -> None:
    """Bring .venv to what the lock file says, and the project itself into it; nothing to do when it is there already."""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    STAMP.unlink(missing_ok=True)  # half done from here on
    source = offline_source()
    if not works(PYTHON):
        make_environment()
    say("正在安装依赖" + (f"（离线，取自 {source[-1]}）……" if source else "，约需一两分钟……"))
    install = installer(source)
    finish([*install, "--require-hashes", "-r", str(LOCK)])
    finish([*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    STAMP.write_text(wanted, encoding="utf-8")
    say("安装完成。")


def fingerprint() -> str:
    """What the environment depends on: the lock, the project's own settings, where it lies and for which Python."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def works(interpreter: Path) -> bool:
    """Whether an environment is whole: its Python is of this run's version, starts and has pip. A half-made one has not."""
    probe = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return interpreter.exists() and subprocess.run([interpreter, "-c", probe], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """A fresh .venv, whatever was there before."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        raise SetupError("正在用 .venv 自己的 Python 运行，而这个环境已不完整。请退出该环境，改用系统的 Python 运行 run.py。")
    say("正在新建运行环境 .venv ……")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, errors="replace", check=False
    )
    if made.returncode:
        advice = "如果看板正开着，请先关掉。如果提示缺少 ensurepip 或 venv：Debian、Ubuntu 请先运行 apt install python3-venv，Windows 请重装 Python。"
        raise SetupError(f"{made.stdout}{made.stderr}\n{refusal('无法新建 .venv', advice)}")


def installer(source: list[str]) -> list[str]:
    """The command that installs: uv, of the version and hashes in the lock; plain pip, ten times slower, where uv does not run."""
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", *source]
    uv = [str(PYTHON), "-m", "uv"]
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text(locked("uv"), encoding="utf-8")
        tries = (
            [*pip, "--require-hashes", "-r", str(only_uv)],
            [*uv, "--version"],
        )  # office antivirus may let it in, yet not let it run
        if any(subprocess.run(command, capture_output=True, check=False).returncode for command in tries):
            say("uv 用不了，改用 pip 安装，会慢一些……")
            return pip
    return [*uv, "pip", "install", "--python", str(PYTHON), *([] if sys.stderr.isatty() else ["--quiet"]), *source]


def locked(package: str) -> str:
    """The lines of the lock file for one package: its version and hashes."""
    _, found, rest = ("\n" + LOCK.read_text(encoding="utf-8")).partition(f"\n{package}==")
    if not found:
        raise SetupError(f"{LOCK.name} 中没有 {package}，文件可能不完整，请重新取一份。")
    first, *more = rest.splitlines()
    hashes = more[: next((i for i, line in enumerate(more) if not line.startswith("    --hash")), len(more))]
    return "\n".join([f"{package}=={first}", *hashes])


def offline_source() -> list[str]:
    """Installer arguments for a folder of wheels, where there is one."""
    named = os.environ.get("SCREENING_WHEELHOUSE")
    folder = Path(named).resolve() if named else ROOT / "wheelhouse"
    if named and not folder.is_dir():
        raise SetupError(f"SCREENING_WHEELHOUSE 所指的文件夹不存在：{folder}")
    return ["--no-index", "--find-links", str(folder)] if folder.is_dir() else []


def finish(command: list[str]) -> None:
    """Run one step of the installation to its end."""
    if subprocess.call(command, cwd=ROOT):
        raise SetupError(
            refusal(
                "安装没有完成，原因见上面的输出", "请检查网络后再运行一次；不能上网的电脑按 docs/install.md 准备 wheelhouse。"
            )
        )


def refusal(what: str, advice: str) -> str:
    """A sentence for a failed step; a full disk is named, since it looks like anything else."""
    free = shutil.disk_usage(ROOT).free
    return f"{what}。" + (f"磁盘只剩 {free / 1024**2:.0f} MB，请先腾出 2 GB。" if free < ROOM_BYTES else advice)


def screening(*arguments: str) -> int:
    """Run the program where the caller stands, so that paths mean what they say; its facts lie beside the program unless told."""
    os.environ.setdefault("SCREENING_HOME", str(ROOT / "var"))
    return python("-P", "-m", "screening.cli", *arguments, folder=None)


def python(*arguments: str, folder: Path | None = ROOT) -> int:
    """Run the environment's Python, in the project's folder unless told. A stop by keyboard or signal lets it tidy up."""
    settings = os.environ | {"PYTHONUTF8": "1"}  # the same text encoding on every system
    with subprocess.Popen([PYTHON, *arguments], cwd=folder, env=settings) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the terminal sent it to the program, too
            try:
                process.wait(PATIENCE_SECONDS)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                process.kill()
            return STOPPED
    return code if code >= 0 else 128 - code  # ended by a signal, counted as shells do


def say(sentence: str) -> None:
    """Tell the person at the keyboard."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
