"""Sets up a bare machine and runs the program. Standard library only, any system, Python 3.11 or newer.

python run.py                    set up, screen the invented sample month, serve the dashboard
python run.py setup              only set up
python run.py test [arguments]   set up, run every test (arguments go to pytest)
python run.py check              formatting, lint, types, import contracts
python run.py screening …        the command line

Set-up makes .venv from requirements.lock and is skipped while lock and project stay the same. A folder `wheelhouse/` (or $SCREENING_WHEELHOUSE)
is installed from without any network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "set-up-from.txt"
LOCK = ROOT / "requirements.lock"
CHECKS = (["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"], ["lint-imports"])


def main(words: list[str]) -> int:
    """Do what the words say; returns the exit code."""
    if sys.version_info < (3, 11):
        return say(f"需要 Python 3.11 以上，现在是 {sys.version.split()[0]}。请安装新版 Python 后再试。", 2)
    command, rest = (words[0], words[1:]) if words else ("demo", [])
    commands = {
        "setup": lambda: 0,
        "demo": lambda: tool("screening", "demo", *rest),
        "test": lambda: tool("pytest", *rest),
        "check": lambda: max(tool(*check) for check in CHECKS),
        "screening": lambda: tool("screening", *rest),
    }
    if command not in commands:
        print(__doc__, file=sys.stderr)
        return say(f"没有命令 {command}。可用：{'、'.join(commands)}。", 2)
    try:
        set_up()
        return commands[command]()
    except subprocess.CalledProcessError as error:
        return say(f"安装没有完成（{Path(str(error.cmd[0])).name} 退出码 {error.returncode}）。请检查网络和磁盘空间后重试；离线安装见 docs/install.md。", 2)
    except KeyboardInterrupt:
        return 130


def tool(name: str, *arguments: str) -> int:
    """Run a program of the environment in the project's folder."""
    return subprocess.call([str(BIN / name), *arguments], cwd=ROOT, env=os.environ | {"PYTHONUTF8": "1"})


def set_up() -> None:
    """Make .venv hold exactly what the lock file says, and the project itself; nothing to do when it already does."""
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()).hexdigest()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    say("首次安装，约需一两分钟……" if not PYTHON.exists() else "依赖有变化，正在更新……")
    if not PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True)  # half made
        venv.create(VENV, with_pip=True)
    wheels = Path(os.environ.get("SCREENING_WHEELHOUSE") or ROOT / "wheelhouse")
    offline = ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *offline]
    if subprocess.call([*pip, "uv"]) == 0:  # ten times faster; pip alone does as well
        pip = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON), *offline]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)
    STAMP.write_text(wanted, encoding="utf-8")
    say("安装完成。")


def say(sentence: str, code: int = 0) -> int:
    """Tell the person at the keyboard; returns the code given."""
    print(sentence, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
