"""What people did with a version that scores only after a second person agreed: a rule book, a model. Proposed, approved, rejected, stopped.

Source: domain brief 8.3 (submitter ≠ approver).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from screening.access import Actor, Verb
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.rights import require
from screening.store.schema import Moment
from screening.vocabulary import Publishing

S = TypeVar("S", bound="Step")


@dataclass(frozen=True)
class Step:
    """What somebody did with a version."""

    seq: int
    version: str
    step: Publishing
    done_by: str
    done_at: datetime
    note: str


def step_columns() -> list[sa.Column[Any]]:
    """The columns of a table of steps, new ones at each call."""
    return [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("done_by", sa.Text, nullable=False),
        sa.Column("done_at", Moment, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    ]


def steps_from(rows: Iterable[Any], type_: type[S]) -> list[S]:
    """Rows of such a table as steps."""
    names = [name for name in type_.__dataclass_fields__ if name != "step"]
    return [type_(**{name: row[name] for name in names}, step=Publishing(row["step"])) for row in rows]


def require_second_person(
    waiting: Step | None, version: str, verdict: Publishing, actor: Actor, rules: Path, *, missing: InvalidRequest
) -> None:
    """Raise unless this person may settle the proposal that waits: whoever proposed may take it back and not approve it.

    Raises `NotAllowed` for the proposer who approves and for who may not approve, `missing` when that version does not wait.
    """
    is_own = waiting is not None and waiting.done_by == actor.signature
    if verdict is Publishing.APPROVED or not is_own:
        require(actor, Verb.APPROVE_RULES, rules)
    if waiting is None or waiting.version != version:
        raise missing
    if verdict is Publishing.APPROVED and is_own:
        raise NotAllowed("提请的人不能自己批准", "请另一位同事批准。", {"version": version, "by": actor.signature})
