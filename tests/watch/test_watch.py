"""The watch: what arrives is loaded once and filed with its receipt, what rises is raised with its causes, and a kill loses and doubles nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR
from screening.cli import main
from screening.errors import InvalidRequest
from screening.scoring.overview import overview
from screening.scoring.ranking import find_run
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind
from screening.watch import watcher
from screening.watch.alerts import Alert, AlertKind, Journal
from screening.watch.changes import changes
from screening.watch.lock import Held
from screening.watch.watcher import Round, journal, watch_once, watching
from tests.promises.world import AS_OF, Rows, write_csv

CODES = ("91440803MA9010033J", "91440803MA9010041D")
SHOPS: Rows = [
    {"企业名称": f"霞山区虚{n}打金店", "统一社会信用代码": code, "登记状态": "存续", "住所": "湛江市霞山区建设街道虚构路1号", "成立日期": "2020-01-01", "行业代码": "5245", "经营范围": "黄金饰品零售"}
    for n, code in zip("甲乙", CODES, strict=True)
]  # fmt: skip
SAID: Rows = [
    {"工单编号": f"X{n}", "统一社会信用代码": CODES[0], "诉求内容": f"在该店存了50克黄金托管，每月返0.5克，现在不返了（{n}）", "受理时间": "2026-10-20", "求助号码": f"1380000000{n}"}
    for n in range(3)
]  # fmt: skip
LATER = AS_OF + timedelta(days=1)


def nothing() -> None:
    """Files in these tests stand still."""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收件 文件夹"
    folder.mkdir()
    return folder


@pytest.fixture
def look(workspace: Workspace, inbox: Path) -> Callable[..., Round]:
    def _look(
        day: date = AS_OF, settle: Callable[[], None] = nothing, sinks: Sequence[Callable[[Sequence[Alert]], None]] = ()
    ) -> Round:
        with watching(inbox):
            return watch_once(workspace, inbox, day, settle=settle, sinks=sinks)

    return _look


def left(inbox: Path) -> list[str]:
    return sorted(path.name for path in inbox.iterdir() if path.is_file() and not path.name.startswith("."))


def test_what_arrives_is_loaded_filed_and_scored_and_what_rises_is_raised(
    look: Callable[..., Round], inbox: Path, workspace: Workspace
) -> None:
    write_csv(inbox / "名单.csv", SHOPS)
    first = look()
    assert [entry["moved_to"] for entry in first.files] == ["已处理/2026-10-31/名单.csv"]
    assert first.alerts == [] and first.changes is not None and first.changes.new == 2
    write_csv(inbox / "投诉.csv", SAID)
    second = look(LATER)
    (alert,) = second.alerts
    assert (alert.entity_id, alert.kind, alert.red_line) == (CODES[0], AlertKind.RED_LINE, True)
    assert (alert.run, alert.previous_run) == (second.run, first.run)
    assert (alert.grade_before, alert.points_before) == (Grade.INSUFFICIENT, 0.0) and alert.grade_after in (
        Grade.ORANGE,
        Grade.RED,
    )
    assert round(sum(cause.after - cause.before for cause in alert.because), 1) == alert.points_after - alert.points_before
    assert (
        "霞山区虚甲打金店（建设街道，黄金饰品店）由资料不足到" in alert.sentence
        and "GLD-01 黄金托管" in alert.sentence
        and "新命中红线" in alert.sentence
    )
    assert left(inbox) == []
    receipt = (inbox / "已处理" / LATER.isoformat() / "投诉.csv.回执.txt").read_text(encoding="utf-8-sig")
    assert "投诉举报（投诉）：读入 3 行，入库 3 行，拒收 0 行，重复 0 行。" in receipt
    assert [line["id"] for line in journal(workspace).read()] == [alert.alert_id]
    assert look(LATER).note == "没有新资料，不重新评分。"
    assert len(workspace.register.runs()) == 2


def test_a_bad_file_is_set_aside_with_a_receipt_and_hinders_no_other(look: Callable[..., Round], inbox: Path) -> None:
    (inbox / "照片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (inbox / "空.csv").write_bytes(b"")
    write_csv(inbox / "名单.csv", SHOPS)
    done = look()
    assert not done.is_clean
    assert {entry["file"]: entry["moved_to"].split("/")[0] for entry in done.files} == {
        "照片.xlsx": "未能读取",
        "空.csv": "未能读取",
        "名单.csv": "已处理",
    }
    told = (inbox / "未能读取" / AS_OF.isoformat() / "照片.xlsx.回执.txt").read_text(encoding="utf-8-sig")
    assert "读不了，没有入库" in told and "不是表格" in told
    assert done.run is not None and left(inbox) == []


def test_nothing_is_read_twice(look: Callable[..., Round], inbox: Path, workspace: Workspace) -> None:
    for _ in range(3):
        write_csv(inbox / "名单.csv", SHOPS)
        look()
    assert len(workspace.register.batches()) == 1 and len(workspace.register.runs()) == 1
    names = sorted(path.name for path in (inbox / "已处理" / AS_OF.isoformat()).glob("*.csv"))
    assert names == ["名单 (2).csv", "名单 (3).csv", "名单.csv"], "nothing is written over"
    told = (inbox / "已处理" / AS_OF.isoformat() / "名单 (2).csv.回执.txt").read_text(encoding="utf-8-sig")
    assert "入库 0 行" in told and "本次没有新增" in told


def test_a_file_still_on_its_way_waits(look: Callable[..., Round], inbox: Path) -> None:
    path = write_csv(inbox / "名单.csv", SHOPS)

    def grows() -> None:
        path.write_bytes(path.read_bytes() + b"x\r\n")

    write_csv(inbox / "别的.csv", SHOPS[:1])
    done = look(settle=grows)
    assert done.waiting == ["名单.csv"] and [entry["file"] for entry in done.files] == ["别的.csv"]
    assert left(inbox) == ["名单.csv"]
    late = look(settle=lambda: None if (inbox / "迟到.csv").exists() else write_csv(inbox / "迟到.csv", SHOPS) and None)
    assert late.waiting == ["迟到.csv"], "what comes between two looks has been seen once only"


def test_what_programs_leave_about_is_not_touched(look: Callable[..., Round], inbox: Path) -> None:
    names = ["~$名单.xlsx", ".隐藏.csv", "名单.csv.crdownload", "传输.tmp", "Thumbs.db", "desktop.ini"]
    for name in names:
        (inbox / name).write_text("x", encoding="utf-8")
    (inbox / "子文件夹").mkdir()
    write_csv(inbox / "子文件夹" / "名单.csv", SHOPS)
    if sys.platform != "win32":
        (inbox / "链接.csv").symlink_to(inbox / "子文件夹" / "名单.csv")
    done = look()
    assert done.files == [] and done.waiting == [] and done.note == "还没有主体名单，暂不评分。"
    assert set(names) <= {path.name for path in inbox.iterdir()}


def test_a_file_that_changes_while_read_or_is_held_open_stays(
    look: Callable[..., Round], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(inbox / "名单.csv", SHOPS[:1])
    load = pipeline.load

    def changes_under_our_eyes(*words: object, **named: object) -> pipeline.Receipt:
        receipt = load(*words, **named)  # type: ignore[arg-type]
        write_csv(path, SHOPS)
        return receipt

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "load", changes_under_our_eyes)
        assert [entry["moved_to"] for entry in look().files] == [None]
    assert left(inbox) == ["名单.csv"]

    def is_open(*_: object) -> str:
        raise PermissionError(13, "文件正被使用")

    with monkeypatch.context() as patch:
        patch.setattr(watcher, "put_away", is_open)
        held_open = look()
    assert "文件正被使用" in held_open.files[0]["why_not_moved"] and not held_open.is_clean
    again = look()
    assert again.files[0]["duplicate"] == 2 and left(inbox) == []


def test_one_folder_has_one_watcher(inbox: Path, workspace_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with watching(inbox):
        with pytest.raises(Held, match=str(os.getpid())), watching(inbox):
            pass
        with pytest.raises(SystemExit) as ended:
            main(["watch", str(inbox), "--once", "--json"])
        assert ended.value.code == 3
        assert "已经有程序在看守" in json.loads(capsys.readouterr().out)["error"]
    with pytest.raises(SystemExit) as ended:
        main(["watch", str(inbox), "--once", "--settle", "0", "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["files"] == []
    with pytest.raises(InvalidRequest):
        watching(inbox / "没有")


def test_a_sink_that_fails_is_told_again_and_the_journal_keeps_one(
    look: Callable[..., Round], inbox: Path, workspace: Workspace
) -> None:
    write_csv(inbox / "名单.csv", SHOPS)
    look()
    write_csv(inbox / "投诉.csv", SAID)

    def fails(_: Sequence[Alert]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        look(LATER, sinks=[fails])
    heard: list[Alert] = []
    assert look(LATER, sinks=[heard.extend]).files == []
    assert [alert.entity_id for alert in heard] == [CODES[0]]
    assert [line["id"] for line in journal(workspace).read()] == [heard[0].alert_id]


def test_a_first_round_that_is_cut_off_once_it_has_scored_is_told_by_the_next(
    look: Callable[..., Round], inbox: Path, workspace: Workspace
) -> None:
    write_csv(inbox / "1名单.csv", SHOPS)
    write_csv(inbox / "2投诉.csv", SAID)

    def fails(_: Sequence[Alert]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        look(sinks=[fails])
    assert workspace.register.runs()
    heard: list[Alert] = []
    look(sinks=[heard.extend])
    assert [alert.entity_id for alert in heard] == [CODES[0]]
    assert look().alerts == []


def test_what_others_loaded_and_scored_is_reported_too(
    look: Callable[..., Round], inbox: Path, workspace: Workspace, tmp_path: Path
) -> None:
    write_csv(inbox / "名单.csv", SHOPS)
    look()
    pipeline.load(workspace, [write_csv(tmp_path / "投诉.csv", SAID)], kind=Kind.COMPLAINTS, received=LATER)
    pipeline.score(workspace, as_of=LATER)
    assert [alert.entity_id for alert in look(LATER).alerts] == [CODES[0]]


def test_a_watch_begun_over_scored_months_does_not_raise_them_again(
    look: Callable[..., Round], workspace: Workspace, tmp_path: Path
) -> None:
    for kind, rows in ((Kind.ENTITIES, SHOPS), (Kind.COMPLAINTS, SAID)):
        pipeline.load(workspace, [write_csv(tmp_path / f"{kind}.csv", rows)], kind=kind, received=AS_OF)
    pipeline.score(workspace, as_of=AS_OF)
    assert look(LATER).alerts == []


def test_the_journal_survives_a_torn_line(tmp_path: Path, sample: Workspace) -> None:
    found = changes(sample, None, find_run(sample)).alerts
    kept = Journal(tmp_path / "a" / "alerts.jsonl")
    kept(found[:2])
    with kept.path.open("ab") as stream:
        stream.write(b'{"id": "torn')
    kept(found[:4])
    kept(found)
    assert [line["id"] for line in kept.read()] == [alert.alert_id for alert in found]


@pytest.fixture(scope="module")
def sample(scored_home: Path) -> Iterator[Workspace]:
    opened = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield opened
    opened.register.close()


def test_the_sample_months_compared_give_every_rise_with_an_exact_sum_of_causes(sample: Workspace) -> None:
    october, september = sample.register.runs()
    found = changes(sample, september, october)
    seen = overview(sample, october, actor=OPERATOR)
    level = {Grade.RED: 3, Grade.ORANGE: 2, Grade.YELLOW: 1, Grade.INSUFFICIENT: 0, Grade.BLUE: 0}
    risen = {m.entity.entity_id for m in seen.risen if m.before and level[m.entity.grade] > level[m.before]}
    assert risen <= {alert.entity_id for alert in found.alerts if alert.kind is not AlertKind.NEW}
    urgent_new = {m.entity.entity_id for m in seen.new if m.entity.grade in (Grade.RED, Grade.ORANGE)}
    assert {alert.entity_id for alert in found.alerts if alert.kind is AlertKind.NEW} == urgent_new
    assert (found.new, found.gone) == (len(seen.new), seen.gone)
    for alert in found.alerts:
        assert round(sum(cause.after - cause.before for cause in alert.because), 1) == round(
            alert.points_after - alert.points_before, 1
        )
        assert alert.because and alert.sentence.endswith("。") and "{" not in alert.sentence
    assert changes(sample, october, october).alerts == []
    assert len({alert.alert_id for alert in found.alerts}) == len(found.alerts)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_a_kill_at_any_moment_loses_and_doubles_nothing(inbox: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = os.environ | {
        "SCREENING_HOME": str(home),
        "SCREENING_DATABASE_URL": f"sqlite:///{(home / 'register.sqlite').as_posix()}",
    }
    home.mkdir()
    command = [
        sys.executable,
        "-m",
        "screening.cli",
        "watch",
        str(inbox),
        "--once",
        "--settle",
        "0",
        "--as-of",
        AS_OF.isoformat(),
        "--json",
    ]
    names = {"1名单.csv", *(f"2投诉{number}.csv" for number in range(6))}
    write_csv(inbox / "1名单.csv", SHOPS)
    for number in range(6):
        write_csv(inbox / f"2投诉{number}.csv", [row | {"工单编号": f"{row['工单编号']}-{number}"} for row in SAID])
    chance = random.Random(5)
    for _ in range(6):
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(1.0, 3.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert last.returncode == 0, last.stderr
    assert left(inbox) == []
    filed = inbox / "已处理" / AS_OF.isoformat()
    assert {path.name for path in filed.glob("*.csv")} == names
    assert {path.name for path in filed.glob("*.回执.txt")} == {f"{name}.回执.txt" for name in names}
    workspace = Workspace(Settings(home=home, database_url=environment["SCREENING_DATABASE_URL"]))
    batches = workspace.register.batches()
    assert {batch.file_name for batch in batches} == names and len(batches) == 7
    assert sum(batch.accepted for batch in batches) == 2 + 18
    assert set(workspace.register.runs()[0].batches) == {batch.batch_id for batch in batches}
    lines = journal(workspace).read()
    workspace.register.close()
    assert CODES[0] in {line["entity_id"] for line in lines}
    assert len({line["id"] for line in lines}) == len(lines)
