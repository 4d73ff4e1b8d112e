"""Walks the chain of events and says where it was edited, cut or extended behind the program's back.

Held against each other: every link's own digest, the link before, unbroken numbers, the newest link as a second table and as `audit/heads*.log` have it,
each case's row as its last event left it, each verification record as it was reported, each attachment's content, and, where given, a head printed in an earlier monthly report.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from screening.cases.events import ANCHOR, all_heads, audit_key, digest
from screening.cases.visits import as_reported, is_report
from screening.errors import InvalidRequest
from screening.store.case_tables import case_events, case_head, case_visits, cases
from screening.store.files import read_file
from screening.store.workspace import Workspace

_AT_ONCE = 1000
_FAULTS_SHOWN = 50


@dataclass(frozen=True)
class Head:
    """The newest link: what a report prints, so that paper can testify."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """`1234-ab12…`, as printed."""
        return f"{self.seq}-{self.hash}"


@dataclass
class Verdict:
    """What `verify` found; sound without faults."""

    events: int
    head: Head
    faults: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """No fault."""
        return not self.faults


def head(workspace: Workspace, moment: sa.Connection | None = None) -> Head:
    """The newest link as the database has it, now or in the `moment` that a transaction sees."""
    query = sa.select(case_head.c.seq, case_head.c.hash).where(case_head.c.id == 1)
    rows = workspace.register.rows(query) if moment is None else list(moment.execute(query).mappings())
    return Head(rows[0]["seq"], rows[0]["hash"]) if rows else Head(0, ANCHOR)


def verify(workspace: Workspace, printed: str | None = None) -> Verdict:
    """Walk the whole chain; `printed` is a head noted down before. Raises `InvalidRequest` when that cannot be read."""
    wanted = _printed(printed)
    noted = list(_noted(workspace))
    # One snapshot, begun after the heads were read: a link is noted after its commit.
    with workspace.register.reading() as connection:
        walk = _Walk(audit_key(workspace))
        for event in _events(connection):
            walk.take(event)
        row = connection.execute(sa.select(case_head.c.seq, case_head.c.hash).where(case_head.c.id == 1)).first()
        kept = Head(row.seq, row.hash) if row else Head(0, "")
        rows = list(connection.execute(sa.select(cases)).mappings())
        records = list(connection.execute(sa.select(case_visits)).mappings())
    walk.close(kept, rows)
    walk.hold_visits(records)
    for where, number, sha in noted:
        walk.hold_against(number, sha, where)
    if wanted:
        walk.hold_against(wanted.seq, wanted.hash, "打印的链头")
    for sha256 in sorted(walk.files):
        try:
            read_file(workspace, sha256)
        except InvalidRequest as error:
            walk.faults.append(f"附件 {sha256[:12]}…：{error.message}")
    return Verdict(len(walk.hashes), Head(walk.last, walk.hashes.get(walk.last, ANCHOR)), walk.faults[:_FAULTS_SHOWN])


class _Walk:
    def __init__(self, key: bytes) -> None:
        self._key, self.last, self._previous = key, 0, ANCHOR
        self.faults: list[str] = []
        self.hashes: dict[int, str] = {}
        self.files: set[str] = set()
        self._left: dict[str, tuple[str, int]] = {}
        self._reports: dict[int, dict[str, Any]] = {}

    def take(self, event: dict[str, Any]) -> None:
        seq = event["seq"]
        if seq != self.last + 1:
            self.faults.append(f"第 {self.last + 1} 至 {seq - 1} 条事件不见了")
        elif not hmac.compare_digest(event["previous_hash"], self._previous):
            self.faults.append(f"第 {seq} 条与前一条接不上")
        if not hmac.compare_digest(event["hash"], digest(self._key, event)):
            self.faults.append(f"第 {seq} 条（案件 {event['case_id']}）内容被改动过")
        self.last, self._previous = seq, event["hash"]
        self.hashes[seq] = event["hash"]
        self.files |= {attached["sha256"] for attached in event["attachments"]}
        self._left[event["case_id"]] = (event["case_digest"], event["version"])
        if is_report(event):
            self._reports[seq] = event

    def close(self, kept: Head, rows: list[Any]) -> None:
        """Hold the end against the second table, and the cases against their last events."""
        if (kept.seq, kept.hash) != (self.last, self._previous):
            self.faults.append(f"链尾不符：事件到第 {self.last} 条，登记的链头是第 {kept.seq} 条")
        present = set()
        for row in rows:
            present.add(row["case_id"])
            left = self._left.get(row["case_id"])
            if left is None:
                self.faults.append(f"案件 {row['case_id']} 没有任何事件")
            elif left != (digest(self._key, row), row["version"]):
                self.faults.append(f"案件 {row['case_id']} 的现状与最后一条事件不符")
        self.faults += [f"案件 {case_id} 被删除" for case_id in sorted(self._left.keys() - present)]

    def hold_visits(self, records: list[Any]) -> None:
        """Hold what the next run reads of visits against the events that brought it."""
        kept = {record["event_seq"]: record for record in records}
        self.faults += [f"第 {seq} 条带来的核查记录不见了" for seq in sorted(self._reports.keys() - kept.keys())]
        for seq, record in sorted(kept.items()):
            event = self._reports.get(seq)
            if event is None or not as_reported(record, event):
                self.faults.append(f"案件 {record['case_id']} 的核查记录与第 {seq} 条事件不符")

    def hold_against(self, seq: int, sha: str, where: str) -> None:
        """A link as another place has it."""
        if seq == 0:
            return
        known = self.hashes.get(seq)
        if known is None:
            self.faults.append(f"{where}记有第 {seq} 条，事件链里没有（被截断或删除）")
        elif not hmac.compare_digest(known, sha):
            self.faults.append(f"第 {seq} 条与{where}所记不符")


def _events(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    found = connection.execution_options(yield_per=_AT_ONCE).execute(sa.select(case_events).order_by(case_events.c.seq))
    for row in found.mappings():
        yield dict(row)


def _noted(workspace: Workspace) -> Iterator[tuple[str, int, str]]:
    for path in all_heads(workspace.home):
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            number, _, rest = line.partition(" ")
            if number.isdigit() and rest:
                yield f"audit/{path.name}", int(number), rest.split(" ")[0]


def _printed(text: str | None) -> Head | None:
    if text is None:
        return None
    number, _, sha = text.strip().partition("-")
    if not number.isdigit() or not sha:
        raise InvalidRequest(f"“{text}”不是链头", "请照月报上印的抄写，如 1234-ab12…", {"printed": text})
    return Head(int(number), sha)
