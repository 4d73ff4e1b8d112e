"""Long work of the server: it goes on when the window that asked for it is closed, and every window of that person sees how far it is.

One thread a job, a few at a time, kept in this process. What a job changes it changes through the core, which leaves nothing half written; so a server
that is killed loses the job's progress and nothing else. A note on disk, under a lock that lives as long as its server, lets every other server over the
same folder show how far the job is, and say that it was broken off. Knows no Streamlit.
"""

import json
import logging
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from screening.access import Actor, Verb
from screening.errors import ScreeningError
from screening.pipeline import Progress
from screening.reference.rights import require
from screening.settings import Settings
from screening.ui.words import INTERNAL_ERROR, WAITING_FOR_TURN
from screening.vocabulary import Role, Word
from screening.watch.lock import Held, held

AT_ONCE = 2  # jobs that run side by side; scoring fills the memory of an office computer
_NOTES, _NOTE, _LOCK = "jobs", "note.json", "lock"
_NOTED_EVERY_SECONDS = 1.0  # how often a note says how far the job is
Work = Callable[[Path, Progress], Any]
Prepare = Callable[[Path], None]


class JobKind(Word):
    """What a job does."""

    LOAD = "load", "读取文件"
    SCORE = "score", "评分"
    REHEARSAL = "rehearsal", "演练"
    TRAINING = "training", "训练模型"


class JobState(Word):
    """How far a job is."""

    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "没有做成"
    BROKEN = "broken", "中断"


@dataclass(eq=False)
class Job:
    """`about` says what it is for in Chinese, `asked` whatever its room wants to know again; `result` what the work gave, `error` why it gave nothing.

    `is_elsewhere`: another server is at it, which alone will know the result.
    """

    job_id: str
    kind: JobKind
    key: str
    actors: set[Actor]
    about: str
    asked: Any
    begun_at: datetime
    state: JobState = JobState.RUNNING
    stage: str = WAITING_FOR_TURN
    share: float = 0.0
    result: Any = None
    error: ScreeningError | None = None
    over: threading.Event = field(default_factory=threading.Event)
    folder: Path = Path()
    is_elsewhere: bool = False
    _noted_at: float = 0.0

    @property
    def is_running(self) -> bool:
        """Whether it waits for its turn or is at work."""
        return self.state is JobState.RUNNING

    def say(self, stage: str, share: float) -> None:
        """How far it is; what the core calls while it works."""
        self.stage, self.share = stage, min(max(share, 0.0), 1.0)
        if time.monotonic() - self._noted_at >= _NOTED_EVERY_SECONDS:
            self._noted_at = time.monotonic()
            with suppress(OSError):  # a note that cannot be written now is no reason to stop working
                self.write_note()

    def write_note(self) -> None:
        """What other servers are to know, whole at any moment."""
        said = {"kind": self.kind, "key": self.key, "about": self.about, "begun_at": self.begun_at.isoformat()}
        told = said | {"stage": self.stage, "share": self.share, "actors": [asdict(actor) for actor in list(self.actors)]}
        beside = self.folder / f"{_NOTE}.new"
        beside.write_text(json.dumps(told, ensure_ascii=False, default=sorted), encoding="utf-8")
        os.replace(beside, self.folder / _NOTE)

    def look(self) -> None:
        """How far another server is with it; over once that server took its note away, or is gone itself."""
        if not self.is_elsewhere or not self.is_running:
            return
        if (now := _read(self.folder / _NOTE)) is not None and _is_at_work(self.folder):
            self.stage, self.share = now.stage, now.share
        else:
            self.state = JobState.DONE
            self.over.set()


class JobBoard:
    """The jobs of one workspace, begun in this server or another. Each person sees their own, of each kind the last."""

    def __init__(self, settings: Settings) -> None:
        """Nothing begun yet; what other servers are at, or began and did not end, is found when it is asked for."""
        self._settings, self._notes = settings, settings.home / _NOTES
        self._lock, self._turn = threading.Lock(), threading.Semaphore(AT_ONCE)
        self._jobs: list[Job] = []

    def start(
        self,
        kind: JobKind,
        key: str,
        work: Work,
        *,
        actor: Actor,
        needs: Verb,
        about: str,
        asked: Any = None,
        prepare: Prepare | None = None,
    ) -> Job:
        """Begin the work, or join it where the same (`kind`, `key`) is already under way. It takes the place of this person's last job of the kind.

        `work` gets a folder of its own, which `prepare` fills now and which is gone when the job is over, and reports progress.
        Raises `NotAllowed` for who may not do what it does.
        """
        require(actor, needs, self._settings.rules)
        with self._lock:
            self._look_around()
            same = [job for job in self._jobs if job.is_running and (job.kind, job.key) == (kind, key)]
            running = next((job for job in same if not job.is_elsewhere or actor in job.actors), None)
            if running:
                running.actors.add(actor)
                return running
            for job in [job for job in self._jobs if job.kind is kind and not job.is_running]:
                self._leave(job, actor)
            job_id = uuid.uuid4().hex
            job = Job(job_id, kind, key, {actor}, about, asked, datetime.now(UTC), folder=self._notes / job_id)
            self._jobs.append(job)
        alive = ExitStack()
        try:
            alive.enter_context(held(job.folder / _LOCK))
            job.write_note()  # under the lock: who finds a note without it takes the job for broken off
            if prepare:
                prepare(job.folder)
        except BaseException:
            self._end(job, JobState.FAILED, alive)
            self.dismiss(job, actor)
            raise
        threading.Thread(target=self._run, args=(job, work, alive), name=f"job-{kind}", daemon=True).start()
        return job

    def last(self, kind: JobKind, actor: Actor) -> Job | None:
        """This person's newest job of a kind, running or over."""
        return next((job for job in reversed(self.of(actor)) if job.kind is kind), None)

    def of(self, actor: Actor) -> list[Job]:
        """This person's jobs, the oldest first; what was begun under other rights than today's is not among them."""
        with self._lock:
            self._look_around()
            return sorted((job for job in self._jobs if actor in job.actors), key=lambda job: job.begun_at)

    def dismiss(self, job: Job, actor: Actor) -> None:
        """No longer show this person a job that is over."""
        with self._lock:
            if not job.is_running:
                self._leave(job, actor)

    def _leave(self, job: Job, actor: Actor) -> None:
        job.actors.discard(actor)
        if not job.actors and job in self._jobs:
            self._jobs.remove(job)
            shutil.rmtree(job.folder, ignore_errors=True)

    def _look_around(self) -> None:
        """What other servers are at, how far they are, and what they began and will not end; what is settled there is forgotten here."""
        known = {job.job_id: job for job in self._jobs}
        for note in self._notes.glob(f"*/{_NOTE}"):
            if note.parent.name not in known and (job := _found(note)):
                self._jobs.append(job)
        for job in known.values():
            if job.is_elsewhere:
                job.look()
            has_gone = job.is_elsewhere and not job.is_running
            if has_gone or (job.state is JobState.BROKEN and not job.folder.exists()):  # dismissed where else it was seen
                self._jobs.remove(job)

    def _run(self, job: Job, work: Work, alive: ExitStack) -> None:
        state = JobState.FAILED
        try:
            with self._turn:
                job.result = work(job.folder, job.say)
            state = JobState.DONE
        except ScreeningError as error:
            job.error = error
        except Exception:  # as in `app.py`: the person gets a sentence, the log the rest
            logging.getLogger("screening").exception("a job failed")
            job.error = ScreeningError(*INTERNAL_ERROR)
        self._end(job, state, alive)

    def _end(self, job: Job, state: JobState, alive: ExitStack) -> None:
        with suppress(OSError):  # before the lock goes, or another server would say that it was broken off
            (job.folder / _NOTE).unlink(missing_ok=True)
        alive.close()
        shutil.rmtree(job.folder, ignore_errors=True)
        job.state = state
        job.over.set()


_boards: dict[Path, JobBoard] = {}
_boards_lock = threading.Lock()


def board_of(settings: Settings) -> JobBoard:
    """The jobs of a workspace: one board a server, whichever window asks."""
    with _boards_lock:
        if settings.home not in _boards:
            _boards[settings.home] = JobBoard(settings)
        return _boards[settings.home]


def _found(note: Path) -> Job | None:
    """The job of a note: another server's where that is still at it, else broken off and its files removed; None for a note that went away meanwhile."""
    folder = note.parent
    if _is_at_work(folder):
        return _read(note)
    for path in folder.glob("*/"):
        shutil.rmtree(path, ignore_errors=True)
    job = _read(note, JobState.BROKEN)
    if job is None:
        shutil.rmtree(folder, ignore_errors=True)
    return job


def _read(note: Path, state: JobState = JobState.RUNNING) -> Job | None:
    try:
        said = json.loads(note.read_text(encoding="utf-8"))
        return Job(
            job_id=note.parent.name,
            kind=JobKind(said["kind"]),
            key=said["key"],
            actors={Actor(**told | {"role": Role(told["role"]), "areas": frozenset(told["areas"])}) for told in said["actors"]},
            about=said["about"],
            asked=None,
            begun_at=datetime.fromisoformat(said["begun_at"]),
            state=state,
            stage=said["stage"],
            share=said["share"],
            folder=note.parent,
            is_elsewhere=state is JobState.RUNNING,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_at_work(folder: Path) -> bool:
    """Whether a server lives that holds the lock of a job."""
    try:
        with held(folder / _LOCK):
            return False
    except Held:
        return True
    except OSError:  # the folder is just being taken away
        return False
