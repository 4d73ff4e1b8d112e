"""What may be proposed: versions to come back to, and rehearsals that compare what scores now with the version proposed, both as they are at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screening.rehearsal.compare import ACTIVE, resolve
from screening.rulebook.book import read_rulebook
from screening.rulebook.publishing import Status, status
from screening.store.workspace import Workspace
from screening.vocabulary import Publishing


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal and which rule books were asked for, in the words `compare.resolve` takes."""

    old: str
    new: str
    document: Mapping[str, Any]


def restorable(found: Status) -> list[str]:
    """Versions that scored once and do no longer, the latest first."""
    scored = [step.version for step in reversed(found.steps) if step.step in (Publishing.INSTALLED, Publishing.APPROVED)]
    return [version for version in dict.fromkeys(scored) if version != found.active]


def is_outdated(workspace: Workspace, rehearsed: Rehearsed) -> bool:
    """Whether either rule book reads otherwise since; raises as `resolve` and `read_rulebook` do."""
    now = [_version(workspace, word) for word in (rehearsed.old, rehearsed.new)]
    return now != [rehearsed.document["old"], rehearsed.document["new"]]


def obstacle(workspace: Workspace, rehearsed: Rehearsed) -> str | None:
    """Why nothing can be proposed with this rehearsal, as a sentence; None when it can."""
    document, waiting = rehearsed.document, status(workspace).waiting
    active = _version(workspace, ACTIVE)  # as it reads now: a newer program may read the same files as another version
    if is_outdated(workspace, rehearsed):
        return "这次演练之后规则改过，演练已经过时，请重新演练。"
    if document["new"] == active:
        return "新规则就是现在启用的版本，没有要提请的。"
    if document["old"] != active:
        return "提请启用要附与现用版本相比的演练：请把旧规则选成现用版本，重新演练。"
    if waiting and waiting.version == document["new"]:
        return "这一版已经提请，正在等批准。"
    return None


def _version(workspace: Workspace, word: str) -> str:
    return read_rulebook(resolve(workspace, word)).version
