"""Who complained is sealed, apart, told to one role for a purpose that is kept, and readable nowhere else."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from screening import pipeline
from screening.access import OPERATOR
from screening.accounts.logs import disclosure_log
from screening.errors import InvalidRequest, NotAllowed, ScreeningError
from screening.identity.tipsters import Tipster, ask_tipster, disclose
from screening.store.disclosures import decide, requests_for
from screening.store.people_tables import disclosure_requests, disclosures
from screening.store.people_tables import tipsters as tipster_table
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role
from tests.finding import found_in
from tests.homes import open_home
from tests.people.conftest import actor_of
from tests.promises.world import AS_OF, write_csv

ROWS = [
    {"工单编号": "GD1", "诉求标题": "反映返利", "诉求内容": "存钱返利", "求助人员": "钱多多", "求助号码": "13912345678"},
    {"工单编号": "GD2", "诉求标题": "反映退款", "诉求内容": "不给退款", "求助人员": "孙无名", "求助号码": "13912349999", "是否匿名": "是"},
    {"工单编号": "GD3", "诉求标题": "反映退卡", "诉求内容": "不给退卡", "求助人员": "匿名", "求助号码": ""},
]  # fmt: skip
CHIEF = actor_of(Role.CHIEF)
OTHER_CHIEF = replace(CHIEF, person_id="p-chief-2", name="另一负责人")
WHY = "五个工作日内告知实名举报人"


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Workspace:
    pipeline.load(workspace, [write_csv(tmp_path / "工单.csv", ROWS)], kind=Kind.COMPLAINTS, received=AS_OF)
    return workspace


def test_the_samples_people_stand_in_no_file_of_the_workspace(scored_home: Path, tipsters: frozenset[str]) -> None:
    assert len(tipsters) > 100
    for path in sorted(path for path in scored_home.rglob("*") if path.is_file()):
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                rows = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            assert not found_in(repr(rows), tipsters), path
        else:  # byte by byte, whatever the file is
            needles = [value.encode().decode("latin-1") for value in tipsters]
            assert not found_in(path.read_bytes().decode("latin-1"), needles), path


def learnt(office: Workspace, record: str) -> Tipster:
    """Asked for by one chief, granted by another, looked at."""
    request = ask_tipster(office, CHIEF, record, WHY)
    decide(office, OTHER_CHIEF, request.seq, granted=True)
    return disclose(office, CHIEF, record)


def test_one_role_learns_it_once_when_another_grants_it_and_it_is_kept_who(office: Workspace) -> None:
    request = ask_tipster(office, CHIEF, "complaints:GD1", WHY)
    with pytest.raises(NotAllowed, match="没有获准"):
        disclose(office, CHIEF, "complaints:GD1")
    with pytest.raises(NotAllowed, match="自己"):
        decide(office, CHIEF, request.seq, granted=True)
    for role in set(Role) - {Role.CHIEF, Role.LEADER}:
        with pytest.raises(NotAllowed):
            decide(office, actor_of(role), request.seq, granted=True)
    assert [one.seq for one in requests_for(office, actor_of(Role.LEADER))] == [request.seq]
    assert decide(office, actor_of(Role.LEADER), request.seq, granted=True).state == "可看一次"
    found = disclose(office, CHIEF, "complaints:GD1")
    assert (found.name, found.phone) == ("钱多多", "13912345678")
    with pytest.raises(NotAllowed, match="没有获准"):
        disclose(office, CHIEF, "complaints:GD1")
    (line,) = disclosure_log(office, actor=actor_of(Role.AUDITOR))
    assert (line.person_id, line.subject, line.fields, line.purpose, line.granted_by) == (
        CHIEF.person_id,
        "complaints:GD1",
        ["name", "phone"],
        WHY,
        actor_of(Role.LEADER).signature,
    )
    assert "钱多多" not in repr(line) and "13912345678" not in repr(line)


def test_who_may_not_ask_and_what_cannot_be_granted(office: Workspace) -> None:
    for actor in (*(actor_of(role) for role in set(Role) - {Role.CHIEF}), OPERATOR):
        with pytest.raises(NotAllowed):
            ask_tipster(office, actor, "complaints:GD1", WHY)
        with pytest.raises(NotAllowed):
            disclose(office, actor, "complaints:GD1")
    with pytest.raises(InvalidRequest, match="为什么"):
        ask_tipster(office, CHIEF, "complaints:GD1", "  ")
    request = ask_tipster(office, CHIEF, "complaints:GD1", WHY)
    assert ask_tipster(office, CHIEF, "complaints:GD1", "").seq == request.seq, "asked once"
    decide(office, OTHER_CHIEF, request.seq, granted=False)
    with pytest.raises(InvalidRequest, match="没有等批准"):
        decide(office, OTHER_CHIEF, request.seq, granted=True)
    with pytest.raises(NotAllowed, match="没有获准"):
        disclose(office, CHIEF, "complaints:GD1")
    assert disclosure_log(office, actor=actor_of(Role.AUDITOR)) == []


def test_a_grant_nobody_used_for_a_week_opens_nothing(office: Workspace) -> None:
    request = ask_tipster(office, CHIEF, "complaints:GD1", WHY)
    decide(office, OTHER_CHIEF, request.seq, granted=True)
    with office.register.writing() as connection:
        connection.execute(disclosure_requests.update().values(decided_at=datetime.now(UTC) - timedelta(days=8)))
    with pytest.raises(NotAllowed, match="没有获准"):
        disclose(office, CHIEF, "complaints:GD1")


def test_whoever_asked_to_stay_unknown_is_not_kept_and_the_attempt_is_on_record(office: Workspace) -> None:
    assert len(office.register.rows(sa.select(tipster_table))) == 1
    for record in ("complaints:GD2", "complaints:GD3", "complaints:GD4"):
        with pytest.raises(InvalidRequest, match="没有留存"):
            learnt(office, record)
    assert len(office.register.rows(sa.select(disclosures))) == 3


def test_the_table_alone_tells_nothing(office: Workspace, tmp_path: Path) -> None:
    (row,) = office.register.rows(sa.select(tipster_table))
    assert "GD1" not in str(dict(row)) and "钱".encode() not in row["sealed"]
    key = office.home / "tipsters.key"
    assert key.stat().st_mode & 0o077 == 0
    database = b"".join(path.read_bytes() for path in office.home.glob("register.sqlite*"))
    assert key.read_bytes().strip() not in database and b"13912345678" not in database
    key.unlink()
    with pytest.raises((ScreeningError, InvalidRequest)):
        learnt(office, "complaints:GD1")


def test_a_key_from_the_environment_leaves_no_file_and_an_older_one_still_opens(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.fernet import Fernet  # noqa: PLC0415

    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("SCREENING_TIPSTER_KEY", old)
    pipeline.load(workspace, [write_csv(tmp_path / "工单.csv", ROWS)], kind=Kind.COMPLAINTS, received=AS_OF)
    monkeypatch.setenv("SCREENING_TIPSTER_KEY", f"{new},{old}")
    assert learnt(workspace, "complaints:GD1").name == "钱多多"
    assert not (workspace.home / "tipsters.key").exists()


def test_the_office_may_choose_to_keep_nobody(workspace: Workspace, tmp_path: Path) -> None:
    workspace.settings = replace(workspace.settings, keeps_tipsters=False)
    pipeline.load(workspace, [write_csv(tmp_path / "工单.csv", ROWS)], kind=Kind.COMPLAINTS, received=AS_OF)
    assert workspace.register.rows(sa.select(tipster_table)) == []
    assert not (workspace.home / "tipsters.key").exists()


def test_the_sample_can_be_asked_back(scored_home: Path, tmp_path: Path) -> None:
    workspace = open_home(Path(shutil.copytree(scored_home, tmp_path / "home")))
    found = learnt(workspace, "complaints:XS2026000783")
    assert found.phone and "*" not in found.phone
    workspace.register.close()
