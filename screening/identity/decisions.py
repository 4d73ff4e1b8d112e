"""What people decided of who is who, as it acts on links and entities. Decisions never touch a settled id: they can be undone.

`same` on a complaint links it; `different` keeps that entity from it; `undecided` keeps it waiting. `same` on two entities lets a run see them as one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from screening.access import Actor, Verb
from screening.errors import StaleRecord
from screening.reference.rights import require
from screening.store.register import Decision
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Verdict


def subject_of(kind: Kind, record: str) -> str:
    """The name a record is decided under, the same in every month: `complaints:GD2026`, `entities:91440803…`."""
    return f"{kind.value}:{record}"


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Subject and entity id under which two entities are compared, whichever is named first."""
    first, second = sorted((one, other), key=_preference)
    return subject_of(Kind.ENTITIES, second), first


def decide(workspace: Workspace, subject: str, entity_id: str, verdict: Verdict, *, actor: Actor, note: str = "") -> None:
    """Keep a person's decision under their name; raises `NotAllowed` for who may not decide."""
    require(actor, Verb.DECIDE, workspace.settings.rules)
    with workspace.register.writing() as connection:
        workspace.register.decide(
            connection, subject=subject, entity_id=entity_id, verdict=verdict, note=note.strip(), decided_by=actor.signature
        )


def undo(workspace: Workspace, seq: int, *, actor: Actor) -> None:
    """Take a decision back; raises `StaleRecord` when somebody else already did, `NotAllowed` for who may not decide."""
    require(actor, Verb.DECIDE, workspace.settings.rules)
    with workspace.register.writing() as connection:
        if not workspace.register.undo_decision(connection, seq, actor.signature):
            raise StaleRecord("这条判断已经被撤销", "请刷新页面再看。", {"seq": seq})


def fingerprint(decisions: Iterable[Decision]) -> str:
    """What a run's id takes from them: the same decisions, the same run."""
    said = "|".join(f"{d.subject}={d.entity_id}={d.verdict}" for d in decisions)
    return hashlib.sha256(said.encode()).hexdigest()[:16] if said else ""


@dataclass(frozen=True)
class Standing:
    """Standing decisions, ready to be asked."""

    decisions: Sequence[Decision]

    def said_same(self) -> dict[str, Decision]:
        """Subject → the newest decision that names its entity, records other than entities."""
        return {d.subject: d for d in self.decisions if d.verdict is Verdict.SAME and not d.subject.startswith("entities:")}

    def said_different(self) -> set[tuple[str, str]]:
        """(subject, entity id) that are not to be linked."""
        return {(d.subject, d.entity_id) for d in self.decisions if d.verdict is Verdict.DIFFERENT}

    def merged(self) -> dict[str, str]:
        """Entity id → the id it is seen under, for every entity that people said is another one. The chosen id is a credit code where there is one."""
        into: dict[str, str] = {}

        def root(entity_id: str) -> str:
            while entity_id in into:
                entity_id = into[entity_id]
            return entity_id

        for decision in self.decisions:
            if decision.verdict is Verdict.SAME and decision.subject.startswith("entities:"):
                one, other = sorted((root(decision.subject.partition(":")[2]), root(decision.entity_id)), key=_preference)
                if one != other:
                    into[other] = one
        return {entity_id: root(entity_id) for entity_id in into}


def _preference(entity_id: str) -> tuple[bool, str]:
    """Credit codes before minted ids, then by spelling: the same choice whatever the order of decisions."""
    return entity_id.startswith("E"), entity_id
