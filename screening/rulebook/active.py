"""The rule book that scores, as a folder: found without reading any rule, so that whoever only looks at scores need not wait for the rules."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from screening.errors import InvalidRequest
from screening.rulebook.content import decisive_files
from screening.store.register import PublishingStep
from screening.store.workspace import Workspace
from screening.vocabulary import Publishing

IN_FORCE = (Publishing.INSTALLED, Publishing.APPROVED)


def active_rules(workspace: Workspace) -> Path:
    """The folder of the rule book that scores; the rules folder itself as long as nothing was ever installed."""
    active = active_version(workspace.register.publishing_steps())
    return workspace.settings.rules if active is None else folder_of(workspace, active)


def folder_of(workspace: Workspace, version: str) -> Path:
    """The files of a version as a folder that can be scored with; raises `InvalidRequest` for a version nobody knows."""
    files = workspace.register.published_files(version)
    if files is None:
        raise InvalidRequest(f"没有规则库版本 {version}", "请从历次版本里选。", {"version": version})
    folder = workspace.home / "rulebooks" / version
    if not folder.exists() or decisive_files(folder) != files:
        _write(folder, files)
    return folder


def active_version(steps: Sequence[PublishingStep]) -> str | None:
    """The version that scores, by the steps so far; None before the first."""
    return next((step.version for step in reversed(steps) if step.step in IN_FORCE), None)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """All at once: written beside and moved there. What another server has put there meanwhile stays: somebody may be reading it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder.parent))
    for name, text in files.items():
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    if folder.exists() and decisive_files(folder) != files:  # edited by hand
        edited = Path(tempfile.mkdtemp(prefix=".edited-", dir=folder.parent))
        with suppress(FileNotFoundError):  # the other server was quicker
            folder.rename(edited / folder.name)
        shutil.rmtree(edited)
    try:
        beside.rename(folder)
    except OSError:  # another process wrote the same version meanwhile
        shutil.rmtree(beside)
