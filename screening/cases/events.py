"""The chain of events: what was done to a case, by whom, when and why, each link sealed with a keyed digest over itself and the link before.

Nothing is ever changed or removed (the database refuses). The key lies outside the database; the newest link is kept in a second table and, after
the commit, in `audit/heads-MACHINE.log` beside the workspace, so that a chain cut short or written anew does not go unnoticed.
Source: domain brief 8.3 invariant 8, 7.2.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
import socket
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor
from screening.cases.case import Case
from screening.errors import ScreeningError
from screening.store.case_tables import case_events, case_head
from screening.store.keys import has_key, key_of
from screening.store.workspace import Workspace
from screening.vocabulary import Role, Word

ANCHOR = "0" * 64  # what the first link names as the one before
_KEY_FILE, _KEY_VARIABLE = "audit.key", "SCREENING_AUDIT_KEY"
_COLUMNS = [column.name for column in case_events.columns]


class EventKind(Word):
    """What was done."""

    LEAD = "lead", "登记线索"
    ALERT = "alert", "系统预警"
    MOVED = "moved", "推动"
    SUBMITTED = "submitted", "提请批准"
    DECLINED = "declined", "不予批准"
    WITHDRAWN = "withdrawn", "撤回提请"
    ASSIGNED = "assigned", "指定承办人"
    EXTENDED = "extended", "批准延期"
    PAUSED = "paused", "批准暂停计时"
    RESUMED = "resumed", "批准恢复计时"
    SESSION = "session", "会商安排"
    OPINION = "opinion", "会商意见"
    ANSWERED = "answered", "公安答复"
    MINUTES = "minutes", "会商纪要"
    MEASURE = "measure", "调查措施"
    LINKED = "linked", "关联主体"


@dataclass(frozen=True)
class Event:
    """One link of the chain."""

    seq: int
    event_id: str
    case_id: str
    kind: EventKind
    from_state: str | None
    to_state: str | None
    person_id: str
    person: str
    unit: str
    role: str
    at: datetime
    reason: str
    fields: dict[str, Any]
    attachments: list[dict[str, str]]
    deadline_before: datetime | None
    deadline_after: datetime | None
    version: int
    case_digest: str
    previous_hash: str
    hash: str

    @property
    def who(self) -> str:
        """Who did it, as they sign."""
        return self.person if self.role == Role.SYSTEM else f"{self.person}（{self.unit}）"

    def what(self, label: Callable[[str | None], str]) -> str:
        """What was done, and from where to where, in words; `label` names a state."""
        is_moved = self.from_state is not None and self.from_state != self.to_state
        return f"{self.kind.label}：{label(self.from_state)} → {label(self.to_state)}" if is_moved else self.kind.label


def event_from(row: Any) -> Event:
    """An event from its row."""
    return Event(**{name: row[name] for name in _COLUMNS if name != "kind"}, kind=EventKind(row["kind"]))


def audit_key(workspace: Workspace) -> bytes:
    """The key that seals the links; raises `ScreeningError` where links were sealed with one that is gone, rather than begin with another."""
    is_begun = bool(workspace.register.rows(sa.select(case_head.c.seq).where(case_head.c.seq > 0)))
    if is_begun and not has_key(workspace.home, _KEY_FILE, _KEY_VARIABLE):
        raise ScreeningError(
            "办理记录的密钥不在了，不能再往下记", f"请把备份的 {_KEY_FILE} 放回工作目录，或设好变量 {_KEY_VARIABLE}。", {}
        )
    return key_of(workspace.home, _KEY_FILE, _KEY_VARIABLE, lambda: secrets.token_hex(32).encode())


def append(
    connection: Connection,
    key: bytes,
    before: Case | None,
    after: Case,
    actor: Actor,
    kind: EventKind,
    *,
    at: datetime,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
    attachments: list[dict[str, str]] | None = None,
) -> Event:
    """Add a link, in the transaction that changes the case. The caller holds the writers' lock: no two links share a number.

    Its moment is never before that of the case's last link: whoever waited for the lock, or whose clock is behind, acts after what they find.
    """
    last = connection.execute(sa.select(sa.func.max(case_events.c.at)).where(case_events.c.case_id == after.case_id)).scalar()
    head = connection.execute(sa.select(case_head.c.seq, case_head.c.hash).where(case_head.c.id == 1)).one()
    row = after.row()
    values: dict[str, Any] = {
        "seq": head.seq + 1,
        "event_id": uuid.uuid4().hex,
        "case_id": after.case_id,
        "kind": kind.value,
        "from_state": before.state if before else None,
        "to_state": after.state,
        "person_id": actor.person_id,
        "person": actor.name,
        "unit": actor.unit,
        "role": actor.role.value,
        "at": max(at, last or at).astimezone(UTC),
        "reason": reason,
        "fields": _as_json(fields or {}),
        "attachments": attachments or [],
        "deadline_before": before.row()["due_at"] if before else None,
        "deadline_after": row["due_at"],
        "version": after.version,
        "case_digest": digest(key, row),
        "previous_hash": head.hash,
    }
    values["hash"] = digest(key, values)
    connection.execute(case_events.insert().values(**values))
    connection.execute(case_head.update().where(case_head.c.id == 1).values(seq=values["seq"], hash=values["hash"]))
    return event_from(values)


def digest(key: bytes, row: Mapping[str, Any]) -> str:
    """The keyed digest of a row, the same whichever database gave it."""
    plain = {name: value for name, value in row.items() if name != "hash"}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def note_head(home: Path, event: Event) -> None:
    """Write the newest link where the database cannot reach it: one line, appended to this machine's own file.

    Two machines that append to one file of a network share write over each other's lines; two processes of one machine do not.
    """
    path = heads_of(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{event.seq} {event.hash} {_plain(event.at)}\n".encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)  # one write: lines of several processes do not mix
    finally:
        os.close(descriptor)


def heads_of(home: Path) -> Path:
    """The second place, as this machine writes it."""
    return home / "audit" / f"heads-{re.sub(r'[^A-Za-z0-9.-]', '_', socket.gethostname())}.log"


def all_heads(home: Path) -> list[Path]:
    """The second place of every machine that ever wrote here."""
    return sorted((home / "audit").glob("heads*.log"))


def _as_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """As the database will give it back: the digest must not depend on what JSON forgets."""
    plain: dict[str, Any] = json.loads(json.dumps(value, ensure_ascii=False, default=_plain))
    return plain


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
