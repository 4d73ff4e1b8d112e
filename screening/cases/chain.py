"""The chain of events: every event's keyed digest takes in the one before it, so that no edit, deletion or cut stays hidden.

The key lies in a file beside the register (or in SCREENING_AUDIT_KEY), never in the database: who can write the one cannot forge the other. The head, number
and digest of the last event, is kept in a table of its own and printed in the monthly report; a printed head tells even a chain cut off and mended.
"""

import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.store.case_tables import case_events, case_head
from screening.store.workspace import Workspace

FIRST = "0" * 64
_CHAINED = [column.name for column in case_events.columns if column.name != "hash"]


@dataclass(frozen=True)
class Head:
    """The last event's number and digest."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many events, the head, and one Chinese line a fault."""

    events: int
    head: Head
    faults: list[str]


def audit_key(workspace: Workspace) -> bytes:
    """The installation's key, made at first use and readable by its owner only."""
    if given := os.environ.get("SCREENING_AUDIT_KEY"):
        return given.encode()
    path = workspace.home / "keys" / "audit.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{secrets.token_hex(8)}")
        beside.touch(mode=0o600)
        beside.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            os.link(beside, path)  # the first of two processes wins
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_bytes()


def append(connection: Connection, key: bytes, event: Mapping[str, Any]) -> None:
    """Add an event to the chain, inside the writer's transaction."""
    head = _head(connection)
    row = {**event, "seq": head.seq + 1, "previous_hash": head.hash}
    row["hash"] = _digest(key, row)
    connection.execute(case_events.insert().values(**row))
    new = {"seq": row["seq"], "hash": row["hash"]}
    if head.seq:
        connection.execute(case_head.update().values(**new))
    else:
        connection.execute(case_head.insert().values(id=1, **new))


def verify(workspace: Workspace, printed: Head | None = None) -> Verdict:
    """Walk the whole chain; `printed` is a head somebody wrote down earlier, which the chain must still contain."""
    key, read = audit_key(workspace), workspace.register.rows
    events = read(sa.select(case_events).order_by(case_events.c.seq))
    kept = [Head(row["seq"], row["hash"]) for row in read(sa.select(case_head))]
    faults = list(_faults(key, events))
    last = Head(events[-1]["seq"], events[-1]["hash"]) if events else Head(0, FIRST)
    if (kept[0] if kept else Head(0, FIRST)) != last:
        faults.append(f"链尾是第 {last.seq} 条，另存的链尾是第 {kept[0].seq if kept else 0} 条：末尾有记录被删去或加上")
    if printed is not None and not any((row["seq"], row["hash"]) == (printed.seq, printed.hash) for row in events):
        faults.append(f"以前打印的链尾（第 {printed.seq} 条）不在链上：记录被截断或重写过")
    return Verdict(len(events), last, faults)


def _faults(key: bytes, events: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    before = Head(0, FIRST)
    for row in events:
        if row["seq"] != before.seq + 1:
            yield f"第 {before.seq + 1} 条到第 {row['seq'] - 1} 条缺失"
        elif row["previous_hash"] != before.hash:
            yield f"第 {row['seq']} 条与前一条接不上"
        if not hmac.compare_digest(row["hash"], _digest(key, row)):
            yield f"第 {row['seq']} 条（案件 {row['case_id']}）被改动过"
        before = Head(row["seq"], row["hash"])


def _head(connection: Connection) -> Head:
    found = connection.execute(sa.select(case_head.c.seq, case_head.c.hash)).first()
    return Head(found.seq, found.hash) if found else Head(0, FIRST)


def _digest(key: bytes, row: Mapping[str, Any]) -> str:
    said = json.dumps({name: _plain(row[name]) for name in _CHAINED}, ensure_ascii=False, sort_keys=True)
    return hmac.new(key, said.encode(), sha256).hexdigest()


def _plain(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else value
