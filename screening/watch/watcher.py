"""One round of the watch: take what has arrived, score when anything is new, compare with what was last reported, raise alerts and cases.

Safe to kill anywhere. A file is moved only after its batch is committed; one that is found again is known by its content. What has been reported is
one run id in `watch.json`, settled before anything is scored and moved on once the alerts were handed over; whether anything is new is asked of the
register: does that run rest on all batches? So what an interrupted round left undone the next one does, and what others loaded meanwhile is reported
as well.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from screening import follow_up, pipeline
from screening.cases import moves
from screening.cases.casebook import Casebook
from screening.cases.leads import Became
from screening.errors import InvalidRequest
from screening.pipeline import Progress
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from screening.watch.alerts import Alert, Journal, Sink
from screening.watch.changes import Changes, changes
from screening.watch.inbox import LOCK, Arrived, arrivals, put_away
from screening.watch.lock import Held, held

JOURNAL, STATE, TURN = "alerts.jsonl", "watch.json", ".watch-scoring.lock"


@dataclass
class Round:
    """What one round did. `files` as in `load --json` with `moved_to` beside (None where the file had to stay); `note` says why nothing was scored."""

    as_of: date
    files: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    run: str | None = None
    previous_run: str | None = None
    changes: Changes | None = None
    cases: dict[Became, list[str]] = field(default_factory=dict)
    note: str = ""

    @property
    def alerts(self) -> list[Alert]:
        """What was raised."""
        return self.changes.alerts if self.changes else []

    @property
    def is_clean(self) -> bool:
        """Whether every file could be read, no row was rejected, and every file could be moved away."""
        return not any(entry["error"] or entry["rejected"] or entry["moved_to"] is None for entry in self.files)

    def document(self) -> dict[str, Any]:
        """As in `watch --json`."""
        counted = ("rescored", "fallen", "new", "gone", "is_rulebook_changed")
        return {
            "as_of": self.as_of,
            "files": self.files,
            "waiting": self.waiting,
            "run": self.run,
            "previous_run": self.previous_run,
            "changes": {name: getattr(self.changes, name) for name in counted} if self.changes else None,
            "alerts": [alert.document() for alert in self.alerts],
            "cases": {became.value: case_ids for became, case_ids in self.cases.items()},
            "note": self.note,
        }


def watching(folder: Path) -> Any:
    """A context that holds the folder; raises `Held` when another watcher does, `InvalidRequest` when there is no such folder."""
    if not folder.is_dir():
        raise InvalidRequest(f"没有收件文件夹 {folder}", "请先建好文件夹，或检查路径。", {"dir": str(folder)})
    return held(folder / LOCK)


def journal(workspace: Workspace) -> Journal:
    """Where alerts are kept by default."""
    return Journal(workspace.home / JOURNAL)


def watch_once(
    workspace: Workspace,
    folder: Path,
    day: date,
    *,
    settle: Callable[[], None],
    sinks: Sequence[Sink] = (),
    progress: Progress | None = None,
) -> Round:
    """One round, with everything counted as received on `day`. Alerts go to the journal, then to `sinks`.

    Whoever calls holds `watching(folder)`. A sink that raises leaves the run unreported: the next round raises the same alerts, by the same ids.
    """
    done = Round(day)
    still, done.waiting = arrivals(folder, settle)
    for arrived in still:
        done.files += _take(workspace, arrived, day, progress)
    with held(workspace.home / TURN, wait=True):
        _report(workspace, done, [journal(workspace), *sinks], progress)
    return done


def _take(workspace: Workspace, arrived: Arrived, day: date, progress: Progress | None) -> list[dict[str, Any]]:
    """Load one file and put it away; where it changed under our eyes, or somebody holds it open, it stays for the next round."""
    entries = pipeline.load(workspace, [arrived.path], kind=None, received=day, progress=progress).files
    moved_to = None
    if not arrived.has_changed():
        try:
            moved_to = put_away(arrived, entries, day)
        except OSError as error:
            why = f"{arrived.path.name} 没能移走：{error.strerror or type(error).__name__}，下次再试"
            return [entry | {"moved_to": None, "why_not_moved": why} for entry in entries]
    return [entry | {"moved_to": moved_to} for entry in entries]


def _report(workspace: Workspace, done: Round, sinks: Sequence[Sink], progress: Progress | None) -> None:
    book, now = Casebook(workspace), datetime.now(UTC)
    moves.sweep(book, now)
    follow_up.deliver_visits(workspace)
    before = _reported(workspace, done.as_of)
    if before is not None and not _is_news(workspace, before, done.as_of):
        _remember(workspace, before)
        done.run, done.note = before.run_id, "没有新资料，不重新评分。"
        return
    if not any(batch.kind is Kind.ENTITIES and batch.accepted for batch in workspace.register.batches(received_by=done.as_of)):
        done.note = "还没有主体名单，暂不评分。"
        return
    _remember(workspace, before)  # else a first round killed from here on leaves a run that looks like one reported long ago
    after = pipeline.score(workspace, as_of=done.as_of, progress=progress)
    done.run, done.previous_run = after.run_id, before.run_id if before else None
    if before is None or before.run_id != after.run_id:
        done.changes = changes(workspace, before, after)
        for sink in sinks:
            sink(done.alerts)
        done.cases = follow_up.raise_from_run(book, after, at=now)
    _remember(workspace, after)


def _is_news(workspace: Workspace, run: Run, day: date) -> bool:
    known = set(run.batches)
    return any(batch.accepted and batch.batch_id not in known for batch in workspace.register.batches(received_by=day))


def _reported(workspace: Workspace, day: date) -> Run | None:
    """The run that alerts were last raised for, None when that was before there was any; before the first time, the newest one there is up to a day."""
    path = workspace.home / STATE
    if path.exists():
        try:
            run_id = json.loads(path.read_text(encoding="utf-8"))["run"]
        except (ValueError, KeyError, TypeError):
            run_id = ""
        if run_id is None:
            return None
        if run := workspace.register.run(str(run_id)):
            return run
    return next((run for run in workspace.register.runs() if run.as_of <= day), None)


def _remember(workspace: Workspace, run: Run | None) -> None:
    landing = workspace.home / f".{STATE}.partial"
    landing.write_text(json.dumps({"run": run.run_id if run else None}), encoding="utf-8")
    os.replace(landing, workspace.home / STATE)


__all__ = ["Held", "Round", "journal", "watch_once", "watching"]
