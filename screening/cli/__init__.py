"""The command line: the same verbs as the dashboard, without a browser. Thin: no SQL, no rule, no decision.

Exit codes: 0 done · 1 done, with rejected rows or findings · 2 wrong use or bad input · 3 refused · 4 internal.
With `--json` exactly one JSON document goes to stdout; progress and warnings go to stderr.
"""

import re
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from glob import glob

import typer
from typer import TyperException

from screening.cli.commands import app
from screening.errors import InvalidRequest, NotAllowed, ScreeningError, StaleRecord
from screening.settings import read_settings

__all__ = ["app", "main"]

# What the library says in English of words typed wrong, by how it begins.
_IN_CHINESE = {
    "后面还要写一个命令": "$",
    "没有命令 {}": r"No such command '([^']*)'",
    "没有选项 {}": r"No such option: (.*)",
    "多出了 {}": r"Got unexpected extra argument\(s\) \((.*)\)",
    "选项 {} 后面缺少内容": r"Option '(.*)' requires",
    "选项 {} 后面不带内容": r"Option '(.*)' does not take",
    "应是整数": "Input should be a valid integer",
    "应是数": "Input should be a valid number",
    "不得小于 {}": "Input should be greater than or equal to (.*)",
    "不得大于 {}": "Input should be less than or equal to (.*)",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error becomes a sentence and an exit code, never a traceback."""
    words = _in_front(_expanded(sys.argv[1:] if arguments is None else arguments))
    try:
        sys.exit(app(args=words, prog_name="screening", standalone_mode=False) or 0)
    except ScreeningError as error:
        _fail(error, words, 3 if isinstance(error, (NotAllowed, StaleRecord)) else 2)
    except TyperException as error:
        _fail(InvalidRequest(_usage(error), "加 --help 查看用法。"), words, 2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as error:  # the last line of defence: people get a sentence, the log gets the rest
        log = read_settings().home / "errors.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{datetime.now().isoformat()} {words}\n{traceback.format_exc()}\n")
        _fail(ScreeningError(f"程序内部错误：{type(error).__name__}", f"详情已记入 {log}，请转交维护人员。"), words, 4)


def _expanded(words: Sequence[str]) -> list[str]:
    """`本月/*.xlsx` as the files it means: where the shell leaves that to the program, as on Windows."""
    return [name for word in words for name in (sorted(glob(word)) if "*" in word else []) or [word]]


def _in_front(words: list[str]) -> list[str]:
    """`--as 账号` wherever it was written, before the command, where the parser looks for it."""
    if "--as" not in words[:-1]:
        return words
    place = words.index("--as")
    return [*words[place : place + 2], *words[:place], *words[place + 2 :]]


def _usage(error: TyperException) -> str:
    """What was wrong with the words typed, in Chinese; what the library may say beside `_IN_CHINESE` stays as it says it."""
    message = str(getattr(error, "message", error))
    said = next(
        (words.format(*found.groups()) for words, form in _IN_CHINESE.items() if (found := re.match(form, message))), None
    )
    if param := getattr(error, "param", None):
        name = param.metavar or f"--{param.name}"
        return f"缺少 {name}" if type(error).__name__ == "MissingParameter" else f"{name} 的写法不对：{said or message}"
    return said or f"用法有误：{message}"


def _fail(error: ScreeningError, words: Sequence[str], code: int) -> None:
    from screening.cli.printing import err, print_json  # noqa: PLC0415  `--help` does not wait for colours

    if "--json" in words:
        print_json({"error": error.message, "hint": error.hint, "where": error.where})
    err.print(error.message, style="red", markup=False)
    if error.hint:
        err.print(error.hint, markup=False)
    sys.exit(code)
