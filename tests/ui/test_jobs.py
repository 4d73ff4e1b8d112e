"""Long work goes on without the window that began it, runs once however often it is begun, and says how it ended."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from screening import follow_up
from screening.access import Actor, Verb
from screening.errors import InvalidRequest, NotAllowed
from screening.pipeline import Progress
from screening.settings import PROJECT_ROOT, Settings
from screening.store.people_tables import sessions
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.jobs import AT_ONCE, Job, JobBoard, JobKind, JobState, board_of
from screening.ui.places import LIST, OVERVIEW, UPLOAD
from screening.vocabulary import Role
from tests.ui.conftest import PASSPHRASE, PATIENCE_SECONDS, person, work
from tests.ui.test_pages import SAMPLE, XLSX, shown
from tests.ui.walking import Walker

OpenApp = Callable[..., AppTest]
ME, COLLEAGUE = person().actor, person(name="同事").actor


class Held:
    """Work that goes on until it is let go; counts how often it was begun."""

    def __init__(self) -> None:
        self.begun, self.times, self._go = threading.Event(), 0, threading.Event()

    def __call__(self, folder: Path, progress: Progress) -> str:
        self.times += 1
        progress("读到一半", 0.5)
        self.begun.set()
        assert self._go.wait(PATIENCE_SECONDS)
        return "做完"

    def let_go(self) -> None:
        """Let it end."""
        self._go.set()


@pytest.fixture
def held() -> Iterator[Held]:
    """Work that ends when the test does, at the latest."""
    waiting = Held()
    yield waiting
    waiting.let_go()


def settings_of(home: Path) -> Settings:
    """Settings of a workspace."""
    return Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}")


@pytest.fixture
def board(tmp_path: Path) -> JobBoard:
    """A board without any job."""
    return JobBoard(settings_of(tmp_path))


def start(board: JobBoard, job: Callable[..., object], key: str = "k", actor: Actor = ME, kind: JobKind = JobKind.SCORE) -> Job:
    """Begin a job."""
    return board.start(kind, key, job, actor=actor, needs=Verb.SCORE, about="评分")


def over(job: Job) -> Job:
    """The job, ended."""
    assert job.over.wait(PATIENCE_SECONDS)
    return job


def test_progress_and_result_are_there_for_every_window_of_the_person(board: JobBoard, held: Held) -> None:
    job = start(board, held)
    assert held.begun.wait(PATIENCE_SECONDS)
    (seen,) = board.of(ME)
    assert (seen, seen.stage, seen.share, seen.is_running) == (job, "读到一半", 0.5, True)
    assert not board.of(COLLEAGUE)
    held.let_go()
    assert (over(job).state, job.result) == (JobState.DONE, "做完")
    assert board.last(JobKind.SCORE, ME) is job


def test_the_same_job_begun_twice_runs_once_whoever_begins_it(board: JobBoard, held: Held) -> None:
    job = start(board, held)
    assert start(board, held) is start(board, held, actor=COLLEAGUE) is job
    held.let_go()
    over(job)
    assert held.times == 1
    assert board.last(JobKind.SCORE, COLLEAGUE) is job


def test_other_jobs_wait_for_their_turn(board: JobBoard, held: Held) -> None:
    jobs = [start(board, held, key=str(number)) for number in range(AT_ONCE + 1)]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while held.times < AT_ONCE and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert sum(job.stage == words.WAITING_FOR_TURN for job in jobs) == 1
    held.let_go()
    assert [over(job).state for job in jobs] == [JobState.DONE] * len(jobs)


def test_who_may_not_do_it_can_neither_begin_nor_join(board: JobBoard, held: Held) -> None:
    auditor = person(Role.AUDITOR).actor
    with pytest.raises(NotAllowed):
        start(board, held, actor=auditor)
    start(board, held)
    with pytest.raises(NotAllowed):
        start(board, held, actor=auditor)
    assert not board.of(auditor)


def test_what_was_begun_under_other_rights_is_not_shown(board: JobBoard) -> None:
    over(start(board, lambda folder, progress: "机密"))
    assert not board.of(person(Role.STREET, areas=frozenset({"440803001"})).actor)


def test_a_failed_job_says_its_sentence_and_a_fault_another(board: JobBoard) -> None:
    def refused(folder: Path, progress: Progress) -> None:
        raise InvalidRequest("没有主体名单", "请先上传。")

    def faulty(folder: Path, progress: Progress) -> None:
        raise ZeroDivisionError

    told = [over(start(board, job)) for job in (refused, faulty)]
    assert [job.state for job in told] == [JobState.FAILED] * 2
    assert [job.error and job.error.message for job in told] == ["没有主体名单", words.INTERNAL_ERROR[0]]


def test_files_live_as_long_as_the_job(board: JobBoard, held: Held) -> None:
    places: list[Path] = []

    def prepare(folder: Path) -> None:
        places.append(folder / "名单.csv")
        places[0].write_text("甲", encoding="utf-8")

    job = board.start(JobKind.LOAD, "k", held, actor=ME, needs=Verb.LOAD, about="入库", prepare=prepare)
    assert held.begun.wait(PATIENCE_SECONDS)
    assert places[0].exists()
    held.let_go()
    over(job)
    assert not places[0].parent.exists()


def test_what_cannot_be_prepared_leaves_nothing(board: JobBoard, tmp_path: Path) -> None:
    def prepare(folder: Path) -> None:
        raise OSError("磁盘满")

    with pytest.raises(OSError, match="磁盘满"):
        board.start(JobKind.LOAD, "k", lambda *_: None, actor=ME, needs=Verb.LOAD, about="入库", prepare=prepare)
    assert not board.of(ME)
    assert not list(tmp_path.glob("jobs/*"))


def test_the_other_server_shows_how_far_it_is_until_it_is_over(board: JobBoard, held: Held, tmp_path: Path) -> None:
    other = JobBoard(settings_of(tmp_path))
    job = start(board, held)
    assert held.begun.wait(PATIENCE_SECONDS)
    (seen,) = other.of(ME)
    assert (seen.job_id, seen.stage, seen.share, seen.is_elsewhere) == (job.job_id, "读到一半", 0.5, True)
    assert not other.of(COLLEAGUE)
    assert start(other, held) is seen, "whoever comes to the other server and begins the same joins it"
    held.let_go()
    over(job)
    seen.look()
    assert not seen.is_running and not other.of(ME)
    assert held.times == 1
    assert board.of(ME) == [job], "the result is with the server that did it"


def test_what_one_server_is_still_preparing_another_does_not_take_for_broken_off(board: JobBoard, tmp_path: Path) -> None:
    seen: list[Job] = []

    def prepare(folder: Path) -> None:
        (folder / "files").mkdir()
        seen.extend(JobBoard(settings_of(tmp_path)).of(ME))
        assert (folder / "files").exists(), "nobody else clears away what is being uploaded"

    over(board.start(JobKind.LOAD, "k", lambda *_: None, actor=ME, needs=Verb.LOAD, about="入库", prepare=prepare))
    assert [job.state for job in seen] == [JobState.RUNNING]


def test_a_job_that_ends_while_another_server_looks_is_never_said_to_be_broken_off(board: JobBoard, tmp_path: Path) -> None:
    other, states = JobBoard(settings_of(tmp_path)), set[JobState]()
    for number in range(20):
        job = start(board, lambda folder, progress: progress("读", 0.5), key=str(number))
        while not job.over.is_set():
            states |= {seen.state for seen in other.of(ME)}
    assert states <= {JobState.RUNNING}
    assert not list(tmp_path.glob("jobs/*/note.json"))


KILLED = """
import sys, time
from pathlib import Path
from screening.access import Verb
from screening.ui.jobs import JobKind
from tests.ui.test_jobs import ME, board_of, settings_of

def work(folder, progress):
    print("begun", flush=True)
    time.sleep(600)

board_of(settings_of(Path(sys.argv[1]))).start(
    JobKind.LOAD, "k", work, actor=ME, needs=Verb.LOAD, about="入库 名单.csv", prepare=lambda folder: (folder / "files").mkdir()
)
time.sleep(600)
"""


def test_a_job_whose_server_was_killed_is_broken_off_and_its_files_are_gone(open_app: OpenApp, tmp_path: Path) -> None:
    lives_on, third = JobBoard(settings_of(tmp_path)), JobBoard(settings_of(tmp_path))
    server = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        assert server.stdout.readline().strip() == b"begun"
        (seen,) = lives_on.of(ME)
        assert seen.is_running and seen.is_elsewhere, "while that server lives, it is at it"
    finally:
        server.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        server.wait(timeout=30)
    assert [len(lives_on.of(ME)), *(job.state for job in third.of(ME))] == [0, JobState.BROKEN]
    assert [job.state for job in lives_on.of(ME)] == [JobState.BROKEN], "the servers that are left say so"
    app = open_app(tmp_path, UPLOAD)
    assert "入库 名单.csv" in shown(app)
    assert "中断" in shown(app)
    assert not list(tmp_path.glob("jobs/*/files"))
    (job,) = board_of(settings_of(tmp_path)).of(ME)
    assert job.state is JobState.BROKEN
    app.button(key=f"job.{job.job_id}.understood").click().run()
    assert "中断" not in shown(app)
    assert not list(tmp_path.glob("jobs/*"))
    assert not lives_on.of(ME), "understood at one, understood at all"


def test_a_window_opened_later_shows_the_receipt_and_the_scoring(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path, UPLOAD)
    good = SAMPLE / "2026-10" / "01_典当行名单.xlsx"
    app.file_uploader(key="upload.files").set_value([(good.name, good.read_bytes(), XLSX)]).run()
    work(app, "upload.load")
    work(app, "upload.score")
    app = open_app(tmp_path, UPLOAD)
    assert "回执" in shown(app)
    assert "评分完成" in shown(app)
    colleague = open_app(tmp_path, UPLOAD, name="同事")
    assert "回执" not in shown(colleague)
    assert "评分完成" not in shown(colleague)


def test_a_running_job_is_seen_in_its_room_and_at_the_side_of_others(
    open_app: OpenApp, tmp_path: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_up, "score", lambda workspace, *, as_of, progress, actor: held(tmp_path, progress))
    app = open_app(tmp_path, UPLOAD)
    app.button(key="upload.score").click().run()
    assert held.begun.wait(PATIENCE_SECONDS)
    app = open_app(tmp_path, UPLOAD)
    assert words.MAY_CLOSE in shown(app)
    assert not [button for button in app.button if button.key == "upload.score"], "it cannot be begun once more"
    (link,) = open_app(tmp_path, OVERVIEW).sidebar.get("page_link")
    assert "评分中 50%" in str(getattr(link, "proto", ""))


@pytest.mark.browser
def test_scoring_goes_on_when_the_tab_is_closed(address: str, browser: Browser, own_scored_home: Path) -> None:
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE)
    walker.go(f"/{UPLOAD.name}")
    walker.day("评分截止日期", "2026-11-15")
    walker.page.get_by_role("button", name="开始评分").click()
    walker.sees(words.MAY_CLOSE)
    workspace = Workspace(settings_of(own_scored_home))
    with workspace.register.writing() as connection:
        connection.execute(sessions.update().values(seen_at=datetime.now(UTC)))  # so that the door writes nothing for a minute
    with workspace.register.writing():  # however quick the machine, the run is not put down before somebody is back
        context = walker.page.context
        walker.page.close()
        page = walker.page = context.new_page()
        page.goto(f"{address}/{LIST.name}")  # whoever comes back somewhere else is led to it
        page.get_by_role("link", name="评分中").click()
        walker.sees(words.MAY_CLOSE)
    walker.sees("评分完成：截至 2026-11-15")
    page.get_by_role("link", name="看核查次序").click()
    walker.sees(LIST.title)
    assert [str(run.as_of) for run in workspace.register.runs()].count("2026-11-15") == 1
    workspace.register.close()
