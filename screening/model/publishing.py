"""Which model scores, if any: none until one has won on outcomes it had not seen and a second person approved it; anybody who may propose can stop it.

The same way as a rule book (rulebook/publishing.py): submitter ≠ approver. Source: domain brief 8.3. Off is the safe side, so stopping takes one person.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from screening.access import Actor, Verb
from screening.errors import InvalidRequest
from screening.features.catalogue import read_features
from screening.model.scorecard import Scorecard, read_scorecard
from screening.reference.rights import require
from screening.store.models import add_model, add_model_step, model_document, model_steps, model_versions
from screening.store.steps import Step, require_second_person
from screening.store.workspace import Workspace
from screening.vocabulary import Publishing

_SETTLING = (Publishing.APPROVED, Publishing.WITHDRAWN)


@dataclass(frozen=True)
class Status:
    """The model that scores (None: rules alone), the proposal that waits, and every step so far, oldest first."""

    active: str | None
    waiting: Step | None
    steps: list[Step]


def status(workspace: Workspace) -> Status:
    """Where publishing of models stands."""
    steps = model_steps(workspace.register)
    settled = next((step for step in reversed(steps) if step.step in _SETTLING), None)
    active = settled.version if settled and settled.step is Publishing.APPROVED else None
    return Status(active, steps[-1] if steps and steps[-1].step is Publishing.PROPOSED else None, steps)


def active_model(workspace: Workspace) -> Scorecard | None:
    """The model that scores; None for rules alone. Raises `InvalidRequest`, naming the features, when they are no longer what it was trained on."""
    version = status(workspace).active
    if version is None:
        return None
    card = find_model(workspace, version)
    card.require_features(read_features())
    return card


def find_model(workspace: Workspace, version: str) -> Scorecard:
    """A model trained here, checked against its version; raises `InvalidRequest` when there is none or it was tampered with."""
    document = model_document(workspace.register, version)
    if document is None:
        raise InvalidRequest(f"没有模型 {version}", "先用 model train 训练，或看 model status 里有哪些。", {"version": version})
    return read_scorecard(document)


def current(workspace: Workspace) -> str | None:
    """The version that scores; without one the newest that was trained; None where there is none."""
    return status(workspace).active or next(iter(model_versions(workspace.register)), None)


def to_look_at(workspace: Workspace) -> list[str]:
    """Versions somebody may want to read: the one that waits, the one that scores, then the others, the newest first."""
    found = status(workspace)
    first = [found.waiting.version] if found.waiting else []
    return list(dict.fromkeys([*first, *([found.active] if found.active else []), *model_versions(workspace.register)]))


def may_be_proposed(workspace: Workspace, card: Scorecard) -> bool:
    """Whether a card won over the rules alone and neither scores nor waits."""
    found = status(workspace)
    taken = {found.active, found.waiting.version if found.waiting else None}
    return bool((dict(card.learned).get("judged") or {}).get("wins")) and card.version not in taken


def keep(workspace: Workspace, card: Scorecard, *, actor: Actor) -> None:
    """Keep a trained model, in force or not; raises `NotAllowed` for who may not propose one."""
    require(actor, Verb.EDIT_RULES, workspace.settings.rules)
    with workspace.register.writing() as connection:
        add_model(connection, card.version, card.document())


def propose(workspace: Workspace, version: str, *, actor: Actor, note: str = "") -> None:
    """Ask for a model to score; raises `InvalidRequest` for one that has not won over the rules alone or already scores, `NotAllowed` for who may not propose."""
    require(actor, Verb.EDIT_RULES, workspace.settings.rules)
    card = find_model(workspace, version)
    card.require_features(read_features())
    judged: dict[str, Any] = dict(card.learned).get("judged") or {}
    if not judged.get("wins"):
        why = judged.get("sentence", "没有检验结果")
        raise InvalidRequest(
            f"模型 {version} 没有胜过单用规则，不能启用：{why}", "继续仅用规则；结果多了再训练。", {"version": version}
        )
    with workspace.register.writing() as connection:
        if status(workspace).active == version:
            raise InvalidRequest(f"模型 {version} 正在使用", "不用再提请。", {"version": version})
        _step(connection, version, Publishing.PROPOSED, actor, note)


def approve(workspace: Workspace, version: str, *, actor: Actor, note: str = "") -> None:
    """Let a proposed model score from now on; raises `NotAllowed` for the proposer and who may not approve, `InvalidRequest` when it does not wait."""
    _decide(workspace, version, Publishing.APPROVED, actor, note)


def reject(workspace: Workspace, version: str, *, actor: Actor, note: str = "") -> None:
    """Turn a proposal down; raises as `approve` does, but the proposer may take it back."""
    _decide(workspace, version, Publishing.REJECTED, actor, note)


def stop(workspace: Workspace, *, actor: Actor, note: str = "") -> str:
    """Back to rules alone, at once; returns the version stopped. Raises `InvalidRequest` when none scores, `NotAllowed` for who may not propose."""
    require(actor, Verb.EDIT_RULES, workspace.settings.rules)
    with workspace.register.writing() as connection:
        active = status(workspace).active
        if active is None:
            raise InvalidRequest("现在没有启用模型", "评分本来就仅用规则。")
        _step(connection, active, Publishing.WITHDRAWN, actor, note)
    return active


def _decide(workspace: Workspace, version: str, verdict: Publishing, actor: Actor, note: str) -> None:
    missing = InvalidRequest(f"模型 {version} 没有在等批准", "请看 model status 里在等的是哪一版。", {"version": version})
    with workspace.register.writing() as connection:  # of two who decide at once, the second finds it decided
        require_second_person(status(workspace).waiting, version, verdict, actor, workspace.settings.rules, missing=missing)
        _step(connection, version, verdict, actor, note)


def _step(connection: Connection, version: str, step: Publishing, actor: Actor, note: str) -> None:
    add_model_step(connection, version=version, step=step, done_by=actor.signature, note=note.strip())
