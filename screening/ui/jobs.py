"""Long work of the server: it goes on when the window that asked for it is closed, and every window of that person sees how far it is.

One thread a job, a few at a time, kept in this process. What a job changes it changes through the core, which leaves nothing half written; so a server
that is killed loses the job's progress and nothing else. A note on disk lets the next server say that the job was broken off. Knows no Streamlit.
"""

import json
import logging
import shutil
import threading
import uuid
from collections.abc import Callable
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
    """`about` says what it is for in Chinese, `asked` whatever its room wants to know again; `result` what the work gave, `error` why it gave nothing."""

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

    @property
    def is_running(self) -> bool:
        """Whether it waits for its turn or is at work."""
        return self.state is JobState.RUNNING

    def say(self, stage: str, share: float) -> None:
        """How far it is; what the core calls while it works."""
        self.stage, self.share = stage, min(max(share, 0.0), 1.0)


class JobBoard:
    """The jobs of one workspace in this server. Each person sees their own, of each kind the last."""

    def __init__(self, settings: Settings) -> None:
        """Find what an earlier server began and did not end: it was broken off."""
        self._settings, self._notes = settings, settings.home / _NOTES
        self._lock, self._turn = threading.Lock(), threading.Semaphore(AT_ONCE)
        self._jobs = [job for note in sorted(self._notes.glob(f"*/{_NOTE}")) if (job := _broken(note))]

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
            running = next((job for job in self._jobs if job.is_running and (job.kind, job.key) == (kind, key)), None)
            if running:
                running.actors.add(actor)
                return running
            for job in [job for job in self._jobs if job.kind is kind and not job.is_running]:
                self._leave(job, actor)
            job = Job(uuid.uuid4().hex, kind, key, {actor}, about, asked, datetime.now(UTC))
            self._jobs.append(job)
        folder = self._notes / job.job_id
        try:
            _write_note(folder / _NOTE, job, actor)
            if prepare:
                prepare(folder)
        except BaseException:
            self._end(job, JobState.FAILED)
            self.dismiss(job, actor)
            raise
        threading.Thread(target=self._run, args=(job, work, folder), name=f"job-{kind}", daemon=True).start()
        return job

    def last(self, kind: JobKind, actor: Actor) -> Job | None:
        """This person's newest job of a kind, running or over."""
        return next((job for job in reversed(self.of(actor)) if job.kind is kind), None)

    def of(self, actor: Actor) -> list[Job]:
        """This person's jobs, the oldest first; what was begun under other rights than today's is not among them."""
        with self._lock:
            return [job for job in self._jobs if actor in job.actors]

    def dismiss(self, job: Job, actor: Actor) -> None:
        """No longer show this person a job that is over."""
        with self._lock:
            if not job.is_running:
                self._leave(job, actor)

    def _leave(self, job: Job, actor: Actor) -> None:
        job.actors.discard(actor)
        if not job.actors and job in self._jobs:
            self._jobs.remove(job)
            shutil.rmtree(self._notes / job.job_id, ignore_errors=True)

    def _run(self, job: Job, work: Work, folder: Path) -> None:
        state = JobState.FAILED
        try:
            with held(folder / _LOCK), self._turn:
                job.result = work(folder, job.say)
            state = JobState.DONE
        except ScreeningError as error:
            job.error = error
        except Exception:  # as in `app.py`: the person gets a sentence, the log the rest
            logging.getLogger("screening").exception("a job failed")
            job.error = ScreeningError(*INTERNAL_ERROR)
        self._end(job, state)

    def _end(self, job: Job, state: JobState) -> None:
        shutil.rmtree(self._notes / job.job_id, ignore_errors=True)
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


def _write_note(path: Path, job: Job, actor: Actor) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {"kind": job.kind, "about": job.about, "begun_at": job.begun_at.isoformat(), "actor": asdict(actor)}
    path.write_text(json.dumps(said, ensure_ascii=False, default=sorted), encoding="utf-8")


def _broken(note: Path) -> Job | None:
    """The job of a note whose server is gone, its files with it; None while another server is still at it, or for a note cut off in writing."""
    try:
        with held(note.parent / _LOCK):
            for path in note.parent.iterdir():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
            said = json.loads(note.read_text(encoding="utf-8"))
            told = said["actor"]
            actor = Actor(**told | {"role": Role(told["role"]), "areas": frozenset(told["areas"])})
            begun = datetime.fromisoformat(said["begun_at"])
            return Job(note.parent.name, JobKind(said["kind"]), "", {actor}, said["about"], None, begun, JobState.BROKEN)
    except (Held, ValueError, KeyError, TypeError):
        return None
