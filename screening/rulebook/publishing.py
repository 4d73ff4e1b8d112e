"""Which rule book scores: a draft becomes active only when a second person approves it, with its rehearsal attached; any version can come back.

The folder under rules/ is where drafts are written. The first scoring installs it; from then on the newest installed or approved version scores,
whatever the folder says, until somebody proposes it and somebody else approves. Source: domain brief 8.3 (submitter ≠ approver).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from screening.access import Actor, Verb
from screening.errors import InvalidRequest, StaleRecord
from screening.reference.rights import require
from screening.rulebook.active import IN_FORCE, active_rules, active_version
from screening.rulebook.book import read_rulebook
from screening.rulebook.content import decisive_files
from screening.rulebook.drafting import read_draft
from screening.rulebook.examples import try_examples
from screening.store.register import PublishingStep
from screening.store.steps import require_second_person
from screening.store.workspace import Workspace
from screening.vocabulary import Publishing


@dataclass(frozen=True)
class Status:
    """The version that scores, the proposal that waits, whether the rules folder differs from what scores, and every step so far, oldest first."""

    active: str | None
    waiting: PublishingStep | None
    is_folder_changed: bool
    steps: list[PublishingStep]


def status(workspace: Workspace) -> Status:
    """Where publishing stands; raises `InvalidRule` when the rules folder cannot be read."""
    steps = workspace.register.publishing_steps()
    active = active_version(steps)
    return Status(active, _waiting(steps), is_folder_changed(workspace), steps)


def is_folder_changed(workspace: Workspace) -> bool:
    """Whether the rules folder holds a draft: something else than what scores."""
    active = active_version(workspace.register.publishing_steps())
    return active is not None and decisive_files(workspace.settings.rules) != workspace.register.published_files(active)


def install(workspace: Workspace) -> Path:
    """The folder of the rule book that scores; the first call makes the rules folder the first version."""
    if not workspace.register.publishing_steps():
        version = read_rulebook(workspace.settings.rules).version
        files = decisive_files(workspace.settings.rules)
        with workspace.register.writing() as connection:
            if not workspace.register.publishing_steps():
                values = {"version": version, "step": Publishing.INSTALLED.value, "done_by": "", "note": "", "rehearsal": None}
                workspace.register.add_publishing_step(connection, files, **values)
    return active_rules(workspace)


def propose(workspace: Workspace, folder: Path, *, actor: Actor, note: str, rehearsal: Mapping[str, Any], day: date) -> str:
    """Ask for a rule book to become active; returns its version.

    `folder` may be the rules folder or an earlier version's. Raises `InvalidRule` for a faulty book, `InvalidRequest` when nothing would change,
    when the rehearsal does not lay this version beside the one that scores, or when a rule lacks an example or one does not hold on `day`;
    `StaleRecord` when another came to score meanwhile, `NotAllowed` for who may not propose. What scored once may always come back.
    """
    require(actor, Verb.EDIT_RULES, workspace.settings.rules)
    install(workspace)
    before = active_version(workspace.register.publishing_steps())
    version = read_rulebook(folder).version
    if decisive_files(folder) == decisive_files(active_rules(workspace)):
        raise InvalidRequest("与现在启用的规则库没有差别", "改过规则再提请。", {"version": version})
    if (rehearsal.get("old"), rehearsal.get("new")) != (read_rulebook(active_rules(workspace)).version, version):
        raise InvalidRequest("演练的不是现用版本与这一版的比较", "先用这两版演练，再提请启用。", {"version": version})
    scored = {step.version for step in workspace.register.publishing_steps() if step.step in IN_FORCE}
    if version not in scored and (failures := try_examples(read_draft(folder), day)):
        raise InvalidRequest(failures[0], "改好规则或示例再提请，用 rules test 看全部。", {"version": version})
    files = decisive_files(folder)
    with workspace.register.writing() as connection:
        if active_version(workspace.register.publishing_steps()) != before:
            raise StaleRecord("启用的规则库刚刚换过", "请用新启用的版本再演练一次，然后提请。", {"version": version})
        _step(workspace, connection, files, version, Publishing.PROPOSED, actor, note, dict(rehearsal))
    return version


def approve(workspace: Workspace, version: str, *, actor: Actor, note: str = "") -> None:
    """Let a proposed version score from now on; raises `NotAllowed` for the proposer and who may not approve, `InvalidRequest` when that version does not wait."""
    _decide(workspace, version, Publishing.APPROVED, actor, note)


def reject(workspace: Workspace, version: str, *, actor: Actor, note: str = "") -> None:
    """Turn a proposal down; raises as `approve` does, but the proposer may take it back."""
    _decide(workspace, version, Publishing.REJECTED, actor, note)


def _decide(workspace: Workspace, version: str, verdict: Publishing, actor: Actor, note: str) -> None:
    missing = InvalidRequest(f"版本 {version} 没有在等批准", "请看历次版本里在等的是哪一版。", {"version": version})
    files = workspace.register.published_files(version) or {}
    with workspace.register.writing() as connection:  # of two who decide at once, the second finds it decided
        waiting = _waiting(workspace.register.publishing_steps())
        require_second_person(waiting, version, verdict, actor, workspace.settings.rules, missing=missing)
        _step(workspace, connection, files, version, verdict, actor, note, None)


def _waiting(steps: Sequence[PublishingStep]) -> PublishingStep | None:
    return steps[-1] if steps and steps[-1].step is Publishing.PROPOSED else None


def _step(
    workspace: Workspace,
    connection: Connection,
    files: Mapping[str, str],
    version: str,
    step: Publishing,
    actor: Actor,
    note: str,
    rehearsal: dict[str, Any] | None,
) -> None:
    told = {"version": version, "step": step.value, "done_by": actor.signature, "note": note.strip(), "rehearsal": rehearsal}
    workspace.register.add_publishing_step(connection, files, **told)
