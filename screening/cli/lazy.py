"""Commands that are imported when they are called: `--help` names them all, and no command waits for what another needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from shutil import get_terminal_size
from typing import Any, ClassVar

import typer
from typer._click import Command, Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup
from typer.main import get_command

from screening.reference.half_widths import half_widths

_HELP = "显示这些说明。"


@dataclass(frozen=True)
class Entry:
    """Where a command lies (`module:name`, a function or a group of commands) and what `--help` says of it."""

    place: str
    help: str


class LazyGroup(TyperGroup):
    """A group whose commands are a table; the class that inherits fills it."""

    entries: ClassVar[Mapping[str, Entry]] = {}

    def list_commands(self, ctx: Context) -> list[str]:
        """Every name, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command, imported now."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        found: Any = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            found.info.help = entry.help
            command = get_command(found)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command(cmd_name, help=entry.help)(found)
            command = get_command(alone)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command and the words that are left for it; where it will show its help, the library's words there are put into Chinese first."""
        name, command, left = super().resolve_command(ctx, args)
        if command and ("--help" in left or (isinstance(command, TyperGroup) and not left)):
            _name_panels()
            _name_usage(command)
        return name, command, left

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Every command and what it does, from the table alone: without importing what it names, or what draws boxes."""
        options = [record for param in self.params if (record := param.get_help_record(ctx))]
        print(f"用法：{ctx.command_path} 命令 [选项]\n\n{self.help}\n\n命令（“{ctx.command_path} 命令 --help”说明每一个）：")
        print(_columns([(name, entry.help) for name, entry in self.entries.items()]))
        print(f"\n选项：\n{_columns([*options, ('--help', _HELP)])}")


def _columns(rows: Sequence[tuple[str, str]]) -> str:
    """Names, and beside them what they mean, in as many lines as the terminal asks for."""
    indent = max(half_widths(name) for name, _ in rows) + 4
    after = f"\n{' ' * indent}"
    room = get_terminal_size().columns - indent
    return "\n".join(f"  {name}{' ' * (indent - 2 - half_widths(name))}{after.join(_lines(words, room))}" for name, words in rows)


def _lines(words: str, columns: int) -> list[str]:
    """Chinese has no spaces to break lines at."""
    lines = [""]
    for letter in words:
        if half_widths(lines[-1] + letter) > columns:
            lines.append("")
        lines[-1] += letter
    return lines


def _name_panels() -> None:
    Context.formatter_class = _Formatter
    from typer import rich_utils  # noqa: PLC0415  a third of a second that only a command's own help needs

    rich_utils.OPTIONS_PANEL_TITLE, rich_utils.ARGUMENTS_PANEL_TITLE = "选项", "参数"
    rich_utils.COMMANDS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = "命令", "用法有误"
    rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = "[默认：{}]", "[必填]"


def _name_usage(command: Command) -> None:
    """Of a command, and of all in it if it is a group."""
    command.options_metavar = "[选项]"
    if option := command.get_help_option(Context(command)):
        option.help = _HELP
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = "命令 [内容]…"
        for one in command.commands.values():
            _name_usage(one)


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "用法：")
