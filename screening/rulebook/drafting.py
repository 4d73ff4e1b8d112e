"""Drafts: a file of the rules folder edited with the whole book checked before a letter is written."""

import hashlib
import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from screening.access import Actor, Verb
from screening.errors import InvalidRequest, StaleRecord
from screening.reference.rights import require
from screening.rulebook.book import Rulebook, read_rulebook
from screening.rulebook.content import decisive_files
from screening.rulebook.examples import try_examples
from screening.text.patterns import check_linear


def read_draft(folder: Path) -> Rulebook:
    """The book as whoever changes it must leave it; raises `InvalidRule`, also for what only an older book may still hold."""
    check_linear(folder)
    return read_rulebook(folder)


def draft_files(folder: Path) -> list[str]:
    """The files an officer may edit, by path within the folder."""
    return list(decisive_files(folder))


def seen(text: str) -> str:
    """What a reader saw of a file, to be handed back on saving."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_draft(folder: Path, name: str, text: str, day: date) -> list[str]:
    """The examples that would not come out as written if the file read so; raises `InvalidRule` when the book would be faulty."""
    if name not in draft_files(folder):
        raise InvalidRequest(f"没有规则文件 {name}", "请从列出的文件中选。", {"file": name})
    with TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "rules"))
        (copy / name).write_text(text, encoding="utf-8", newline="\n")
        return try_examples(read_draft(copy), day)


def save_draft(folder: Path, name: str, text: str, day: date, *, seen_before: str, actor: Actor) -> None:
    """Write a checked draft; raises `InvalidRequest` when an example fails, `StaleRecord` when somebody else wrote the file meanwhile."""
    require(actor, Verb.EDIT_RULES, folder)
    if failures := check_draft(folder, name, text, day):
        raise InvalidRequest(failures[0], "改好规则或示例再存。", {"file": name})
    if seen((folder / name).read_text(encoding="utf-8")) != seen_before:
        raise StaleRecord(f"{name} 刚被别人改过", "请重新打开，看过新的内容再改。", {"file": name})
    (folder / name).write_text(text, encoding="utf-8", newline="\n")
