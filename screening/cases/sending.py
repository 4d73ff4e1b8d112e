"""Several cases sent out at once, each to its own subdistrict; one that cannot go hinders no other and says why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.moves import move
from screening.errors import NotAllowed, ScreeningError

_WAITS, _SENT = "A2", "B1"


@dataclass
class SentOut:
    """What became of each: cases sent, and (name, why) of those that stayed."""

    sent: list[Case] = field(default_factory=list)
    stayed: list[tuple[str, str]] = field(default_factory=list)


def may_dispatch(book: Casebook, actor: Actor) -> bool:
    """Whether the workflow lets this role send visits out."""
    return any(actor.role in row.by for row in book.workflow.rows(_WAITS, _SENT))


def require_dispatcher(book: Casebook, actor: Actor) -> None:
    """Raises `NotAllowed` for a role that sends nothing out."""
    if not may_dispatch(book, actor):
        raise NotAllowed(f"{actor.role.label}不派发案件", "由处非办经办派发。", {"role": actor.role.value})


def send_out(book: Casebook, actor: Actor, cases: Sequence[Case], points: str, *, at: datetime) -> SentOut:
    """Dispatch every case that waits for its first look, with the same points to check; each is a step of its own, held against the workflow."""
    outcome = SentOut()
    for case in cases:
        if case.state != _WAITS:
            outcome.stayed.append((case.entity_name, f"现在是“{book.workflow.label(case.state)}”，不在待初筛。"))
        elif case.place not in book.streets:
            outcome.stayed.append((case.entity_name, "不知道在哪个街道，请打开案件选好街道再派发。"))
        else:
            try:
                fields = {"street": case.place, "points": points}
                outcome.sent.append(move(book, actor, case.case_id, _SENT, version=case.version, at=at, fields=fields))
            except ScreeningError as error:
                outcome.stayed.append((case.entity_name, f"{error.message}。"))
    return outcome
