"""Whoever asks for help, or types something wrong, is answered in Chinese."""

import re
from collections.abc import Callable, Iterator

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from screening.cli import app, main

Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(workspace_home: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """`said(words…)`: exit code and what was printed."""
    monkeypatch.setenv("COLUMNS", "120")

    def _said(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        return int(ended.value.code or 0), "".join(capsys.readouterr())

    return _said


def _paths(group: TyperGroup, *before: str) -> Iterator[tuple[str, ...]]:
    context = typer.Context(group)
    for name in group.list_commands(context):
        yield (*before, name)
        command = group.get_command(context, name)
        if isinstance(command, TyperGroup):
            yield from _paths(command, *before, name)


def test_every_command_is_explained_in_chinese(said: Said) -> None:
    top = get_command(app)
    assert isinstance(top, TyperGroup)
    paths = list(_paths(top))
    assert ("case", "show") in paths
    for path in paths:
        code, words = said(*path, "--help")
        assert code == 0
        assert f"用法：screening {' '.join(path)} [选项]" in words
        assert not re.search(r"Usage|OPTIONS|ARGS|COMMAND|Show this|Options|Arguments|Commands|default:|required", words)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("lsit", "没有命令 lsit"),
        ("case shwo", "没有命令 shwo"),
        ("case", "后面还要写一个命令"),
        ("case show", "缺少 案件编号"),
        ("score 2026", "多出了 2026"),
        ("list --tpo 3", "没有选项 --tpo"),
        ("list --top", "选项 --top 后面缺少内容"),
        ("list --top 三", "--top 的写法不对：应是整数"),
        ("list --top 0", "--top 的写法不对：不得小于 1"),
        ("serve --port 99999", "--port 的写法不对：不得大于 65535"),
        ("watch 收件箱 --every 半", "分钟 的写法不对：应是数"),
        ("score --json=3", "选项 --json 后面不带内容"),
    ],
)
def test_words_typed_wrong_are_answered_in_chinese(said: Said, words: str, answer: str) -> None:
    code, printed = said(*words.split())
    assert code == 2
    assert f"{answer}\n加 --help 查看用法。" in printed
