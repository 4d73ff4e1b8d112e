"""Commands that are imported when they are called: `--help` names them all, and no command waits for what another needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer._click import Command, Context
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True)
class Entry:
    """Where a command lies (`module:name`, a function or a group of commands) and what `--help` says of it."""

    place: str
    help: str


class LazyGroup(TyperGroup):
    """A group whose commands are a table; the class that inherits fills it."""

    entries: ClassVar[Mapping[str, Entry]] = {}
    _is_naming = False

    def list_commands(self, ctx: Context) -> list[str]:
        """Every name, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command, imported now; only its name and words while the group's own help is written."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if self._is_naming:
            return TyperCommand(cmd_name, help=entry.help)
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

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """The group's help, without importing what it names."""
        self._is_naming = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._is_naming = False
