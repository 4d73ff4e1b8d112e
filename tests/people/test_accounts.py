"""Accounts and sessions: no default password, lock-out, expiry, and every change in a log that cannot be changed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from screening.access import OPERATOR
from screening.accounts.logs import account_log
from screening.accounts.passwords import check_password
from screening.accounts.people import (
    add_person,
    change_password,
    find_person,
    first_administrator,
    list_people,
    reset_password,
    set_areas,
    set_disabled,
)
from screening.accounts.samples import SAMPLE_ACCOUNTS, sample_password
from screening.accounts.sessions import IDLE, LOCKED, LONGEST, TRIES, WRONG_A_MINUTE, sign_in, sign_in_by_sso, sign_out, who
from screening.errors import InvalidRequest, NotAllowed, StaleRecord
from screening.store.people_tables import account_log as log_table
from screening.store.people_tables import people, sessions
from screening.store.workspace import Workspace
from screening.vocabulary import Role

GOOD = "海边的灯塔亮着 9 盏"
HERE = "127.0.0.1"


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """A workspace with one officer who has a password of their own."""
    once = add_person(
        workspace, actor=OPERATOR, login="zhang", name="张某", unit="区处非办", role=Role.OFFICER, sso_subject="u-1"
    )
    change_password(workspace, find_person(workspace, "zhang"), once, GOOD)
    return workspace


def test_the_first_administrator_is_made_once_and_must_change_the_password(workspace: Workspace) -> None:
    once = first_administrator(workspace)
    assert once and first_administrator(workspace) is None
    found = sign_in(workspace, "admin", once, address=HERE)
    assert found.person.must_change and found.person.role is Role.ADMINISTRATOR
    (row,) = workspace.register.rows(sa.select(people))
    assert row["password_hash"].startswith("$argon2id$") and once not in str(dict(row))


def test_right_and_wrong_passwords(office: Workspace) -> None:
    found = sign_in(office, "zhang", GOOD, address=HERE)
    assert who(office, found.token) == found.person
    assert found.person.actor.signature == "张某（区处非办）"
    sentences = set()
    for login, password in (("zhang", "错的密码错的密码 1"), ("nobody", GOOD)):
        with pytest.raises(NotAllowed) as refused:
            sign_in(office, login, password, address=HERE)
        sentences.add((refused.value.message, refused.value.hint))
    assert len(sentences) == 1, "whether an account exists is not told"
    stored = office.register.rows(sa.select(sessions))
    assert found.token not in str([dict(row) for row in stored])


def test_too_many_wrong_ones_lock_the_account_for_a_while(office: Workspace) -> None:
    now = datetime.now(UTC)
    for number in range(TRIES):
        with pytest.raises(NotAllowed):
            sign_in(office, "zhang", "错的密码错的密码 1", address=f"10.0.0.{number}", now=now)
    with pytest.raises(NotAllowed, match="锁定"):
        sign_in(office, "zhang", GOOD, address=HERE, now=now)
    assert sign_in(office, "zhang", GOOD, address=HERE, now=now + LOCKED)


def test_one_address_cannot_try_without_end(office: Workspace) -> None:
    for number in range(WRONG_A_MINUTE):
        with pytest.raises(NotAllowed):
            sign_in(office, f"nobody{number}", "x", address=HERE)
    with pytest.raises(NotAllowed) as refused:
        sign_in(office, "zhang", GOOD, address=HERE)
    assert refused.value.where["status"] == 429
    assert sign_in(office, "zhang", GOOD, address="10.0.0.9")


def test_a_session_ends_by_itself_and_by_hand(office: Workspace) -> None:
    now, token = datetime.now(UTC), sign_in(office, "zhang", GOOD, address=HERE).token
    assert who(office, token, now=now + IDLE - timedelta(minutes=1))
    assert who(office, token, now=now + 2 * IDLE - timedelta(minutes=2)), "whoever works stays in"
    assert who(office, token, now=now + 3 * IDLE) is None
    second = sign_in(office, "zhang", GOOD, address=HERE).token
    with office.register.writing() as connection:
        connection.execute(sessions.update().values(seen_at=now + LONGEST))
    assert who(office, second, now=now + LONGEST + timedelta(minutes=1)) is None
    third = sign_in(office, "zhang", GOOD, address=HERE).token
    sign_out(office, third)
    assert who(office, third) is None and who(office, "forged") is None and who(office, None) is None


def test_whoever_is_disabled_or_reset_is_out_at_once(office: Workspace) -> None:
    token = sign_in(office, "zhang", GOOD, address=HERE).token
    set_disabled(office, "zhang", disabled=True, actor=OPERATOR)
    assert who(office, token) is None
    with pytest.raises(NotAllowed):
        sign_in(office, "zhang", GOOD, address=HERE)
    set_disabled(office, "zhang", disabled=False, actor=OPERATOR)
    token = sign_in(office, "zhang", GOOD, address=HERE).token
    once = reset_password(office, "zhang", actor=OPERATOR)
    assert who(office, token) is None
    assert sign_in(office, "zhang", once, address=HERE).person.must_change


@pytest.mark.parametrize(
    "weak",
    ["short 1", "1234567890123", "zhang-lighthouse", "张某的长长的密码 12", "password 2026!!", "aaaaaaaaaaaa1", "abcdefghjkmn"],
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(InvalidRequest):
        check_password(weak, login="zhang", name="张某")


def test_only_who_manages_accounts_does(office: Workspace) -> None:
    officer = find_person(office, "zhang").actor
    for attempt in (
        lambda: add_person(office, actor=officer, login="x", name="x", unit="", role=Role.CHIEF),
        lambda: list_people(office, actor=officer),
        lambda: reset_password(office, "zhang", actor=officer),
        lambda: set_disabled(office, "zhang", disabled=True, actor=officer),
        lambda: account_log(office, actor=officer),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    first_administrator(office)
    admin = find_person(office, "admin").actor
    with pytest.raises(NotAllowed, match="自己"):
        set_disabled(office, "admin", disabled=True, actor=admin)
    with pytest.raises(NotAllowed, match="最后一个"):
        set_disabled(office, "admin", disabled=True, actor=OPERATOR)


def test_subdistricts_belong_to_who_answers_for_some(office: Workspace) -> None:
    add_person(office, actor=OPERATOR, login="jd", name="李某", unit="解放街道办", role=Role.STREET, areas=["解放"])
    assert find_person(office, "jd").areas == {"440803001"}
    set_areas(office, "jd", ["爱国街道", "440803003"], actor=OPERATOR)
    assert find_person(office, "jd").areas == {"440803002", "440803003"}
    for role, areas in ((Role.STREET, []), (Role.OFFICER, ["解放街道"]), (Role.STREET, ["没有的街道"])):
        with pytest.raises(InvalidRequest):
            add_person(office, actor=OPERATOR, login="y", name="y", unit="", role=role, areas=areas)
    for login in ("zhang", "operator", "two words", ""):
        with pytest.raises(InvalidRequest):
            add_person(office, actor=OPERATOR, login=login, name="y", unit="", role=Role.OFFICER)


def test_two_administrators_on_one_account_one_wins_the_other_is_told(office: Workspace) -> None:
    add_person(office, actor=OPERATOR, login="jd", name="李某", unit="解放街道办", role=Role.STREET, areas=["解放"])
    seen = find_person(office, "jd").version
    set_areas(office, "jd", ["爱国街道"], actor=OPERATOR, seen=seen)
    with pytest.raises(StaleRecord, match="现在负责 爱国街道"):
        set_areas(office, "jd", ["工农街道"], actor=OPERATOR, seen=seen)
    assert find_person(office, "jd").areas == {"440803002"}
    set_areas(office, "jd", ["工农街道"], actor=OPERATOR, seen=find_person(office, "jd").version)


def test_a_service_lets_in_only_whom_it_is_said_to_mean(office: Workspace) -> None:
    assert sign_in_by_sso(office, "u-1", address=HERE).person.login == "zhang"
    for subject in ("u-2", "", "zhang"):
        with pytest.raises(NotAllowed):
            sign_in_by_sso(office, subject, address=HERE)
    set_disabled(office, "zhang", disabled=True, actor=OPERATOR)
    with pytest.raises(NotAllowed):
        sign_in_by_sso(office, "u-1", address=HERE)
    assert len(list_people(office, actor=OPERATOR)) == 1, "no account is ever made by signing in"


def test_everything_is_in_a_log_that_cannot_be_changed(office: Workspace) -> None:
    sign_in(office, "zhang", GOOD, address=HERE)
    labels = [line.label for line in account_log(office, actor=OPERATOR)]
    assert labels == ["登录", "本人改密码", "新建账号"]
    for statement in (sa.delete(log_table), sa.update(log_table).values(login="x")):
        with pytest.raises(DatabaseError, match="append-only"), office.register.writing() as connection:
            connection.execute(statement)


@pytest.mark.postgres
def test_postgres_keeps_the_logs_as_well(postgres_url: str) -> None:
    from screening.store.register import Register  # noqa: PLC0415

    register = Register(postgres_url)
    with register.writing() as connection:
        values = {"action": "add", "by_person": "", "login": "x", "address": "", "detail": ""}
        connection.execute(log_table.insert().values(at=datetime.now(UTC), **values))
    for statement in (sa.delete(log_table), sa.update(log_table).values(login="x")):
        with pytest.raises(DatabaseError, match="append-only"), register.writing() as connection:
            connection.execute(statement)
    register.close()


def test_sample_accounts_have_a_new_password_each_time_and_every_role(workspace: Workspace) -> None:
    first, second = sample_password(workspace), sample_password(workspace)
    assert first and second and first != second
    assert {role for _, _, _, role, _ in SAMPLE_ACCOUNTS} == set(Role) - {Role.SYSTEM}
    assert sign_in(workspace, "jiedao", second, address=HERE).person.is_sample
    with pytest.raises(NotAllowed):
        sign_in(workspace, "jiedao", first, address=HERE)
    assert all("示例" in name for _, name, _, _, _ in SAMPLE_ACCOUNTS)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", second)
