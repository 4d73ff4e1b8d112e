"""Alerts (预警): who rose to a more urgent grade, who newly hit a red line, who came in urgent; each with the rules that caused it.

Whoever wants to hear of them is a `Sink`. An alert has an id of its own, the same when it is raised again after an interruption, so that a sink can
tell; the journal, which keeps them as JSON lines in the workspace, does.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from screening.rehearsal.moves import Cause
from screening.vocabulary import Grade, Sector, Word


class AlertKind(Word):
    """Why an alert was raised. Who rises and newly hits a red line is one alert, `RED_LINE`."""

    RED_LINE = "red_line", "新命中红线"
    RISEN = "risen", "等级上升"
    NEW = "new", "新见即须关注"


@dataclass(frozen=True)
class Alert:
    """One alert. `grade_before` None for an entity the run before did not hold; points are points, not tenths."""

    entity_id: str
    name: str | None
    sector: Sector
    street: str | None
    kind: AlertKind
    grade_before: Grade | None
    grade_after: Grade
    points_before: float
    points_after: float
    red_line: bool
    because: list[Cause]
    run: str
    previous_run: str | None
    as_of: date

    @property
    def alert_id(self) -> str:
        """The same whenever the same two runs are compared."""
        words = (self.previous_run or "", self.run, self.entity_id, self.kind)
        return hashlib.sha256("|".join(words).encode()).hexdigest()[:16]

    @property
    def sentence(self) -> str:
        """What happened and why, in one Chinese line."""
        named = f"{self.name or self.entity_id}（{self.street or '未知街道'}，{self.sector.label}）"
        points = f"{self.points_before:g}→{self.points_after:g} 分"
        if self.grade_before is None:
            what = f"新进名单即为{self.grade_after.label}（{self.points_after:g} 分）"
        elif self.grade_before == self.grade_after:
            what = f"等级仍为{self.grade_after.label}（{points}）"
        else:
            what = f"由{self.grade_before.label}到{self.grade_after.label}（{points}）"
        red = "，新命中红线，等级至少为橙，是否升红须人工确认" if self.kind is AlertKind.RED_LINE else ""
        moved = [
            cause for cause in self.because if cause.before != cause.after
        ]  # what only could add now is in `because`, not here
        why = "；".join(_why(cause) for cause in moved or self.because) or "没有规则分值变化"
        return f"{named}{what}{red}：{why}。"

    def document(self) -> dict[str, Any]:
        """As in the journal and in `watch --json`."""
        return {"id": self.alert_id, **asdict(self), "sentence": self.sentence}


Sink = Callable[[Sequence[Alert]], None]


class Journal:
    """The default sink: alerts as JSON lines in one file, none twice."""

    def __init__(self, path: Path) -> None:
        """The file may not exist yet."""
        self.path = path

    def __call__(self, alerts: Sequence[Alert]) -> None:
        """Append what is not there yet, and have it on disk before returning."""
        known = {line["id"] for line in self.read()}
        fresh = [alert for alert in alerts if alert.alert_id not in known]
        if not fresh:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as stream:
            if stream.tell() and not _ends_in_newline(stream):  # a line cut off when a process was killed
                stream.write(b"\n")
            for alert in fresh:
                stream.write(json.dumps(alert.document(), ensure_ascii=False, default=str).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def read(self) -> list[dict[str, Any]]:
        """Every whole line; one that was cut off is no alert."""
        if not self.path.exists():
            return []
        found = []
        for line in self.path.read_bytes().splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found


def _ends_in_newline(stream: Any) -> bool:
    stream.seek(-1, os.SEEK_END)
    return bool(stream.read(1) == b"\n")


def _why(cause: Cause) -> str:
    if cause.before == cause.after:
        return cause.name
    return f"{cause.id} {cause.name}（{cause.before:g}→{cause.after:g}）"
