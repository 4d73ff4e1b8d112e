"""Writers of several servers queue without getting in each other's way, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from screening.access import OPERATOR
from screening.accounts import sessions
from screening.accounts.people import add_person, change_password, find_person, first_administrator, reset_password
from screening.accounts.sessions import open_session_for, sign_in, who
from screening.errors import NotAllowed, ScreeningError
from screening.store import engine
from screening.store.people_tables import sessions as session_table
from screening.store.register import Register
from screening.store.workspace import Workspace
from screening.vocabulary import Role
from tests.servers.conftest import Pair

HERE, SOON = "127.0.0.1", 20
OLD, NEW = "海边的灯塔亮着 9 盏", "山上的茶园有 12 亩"
THIRTY = 30


def write_and_read(register: Register, number: int) -> int:
    """What loading does: check what is there, on another connection, while nobody else writes."""
    with register.writing() as connection:
        before = len(register.publishing_steps())
        values = {"version": f"v{number}", "step": "installed", "done_by": "", "note": "", "rehearsal": None}
        register.add_publishing_step(connection, {}, **values)
        return before


def thirty_at_once(pair: Pair) -> None:
    with ThreadPoolExecutor(2 * THIRTY) as pool:
        seen = list(pool.map(lambda number: write_and_read(pair[number % 2].register, number), range(2 * THIRTY)))
    assert sorted(seen) == list(range(2 * THIRTY)), "each saw all that came before it, and nobody at the same time"


def test_more_writers_than_connections_on_sqlite(on_sqlite: Pair) -> None:
    thirty_at_once(on_sqlite)


@pytest.mark.postgres
def test_more_writers_than_connections_on_postgresql(on_postgres: Pair) -> None:
    thirty_at_once(on_postgres)


@pytest.mark.postgres
def test_a_writer_that_hangs_on_another_server_is_told_of(on_postgres: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = on_postgres
    monkeypatch.setattr(engine, "_LOCK_WAIT_SECONDS", 1)
    with one.register.writing(), pytest.raises(ScreeningError, match="还没有轮到"), other.register.writing():
        pass
    write_and_read(other.register, 1)


@pytest.mark.postgres
def test_a_machine_that_lost_its_power_is_noticed_within_a_minute(on_postgres: Pair) -> None:
    names = ("idle", "interval", "count")
    asked = {name: f"current_setting('tcp_keepalives_{name}')" for name in names}
    with on_postgres[0].register.reading() as connection:
        said = connection.execute(sa.text(f"SELECT {', '.join(asked.values())}")).one()
    idle, interval, count = map(int, said)
    assert 0 < idle + interval * count <= 60


@pytest.mark.postgres
def test_a_database_started_anew_is_found_again(on_postgres: Pair) -> None:
    one, other = on_postgres
    write_and_read(one.register, 1)
    with other.register.writing() as connection:
        gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(sa.text(gone))
    assert write_and_read(one.register, 2) == 1


@pytest.mark.postgres
def test_nobody_waits_at_the_door_while_a_list_is_being_stored(on_postgres: Pair) -> None:
    one, other = on_postgres
    token = signed_up(one)
    with one.register.writing(), ThreadPoolExecutor(1) as pool:
        later = datetime.now(UTC) + timedelta(minutes=5)
        seen = pool.submit(who, other, token, now=later).result(timeout=SOON)
    assert seen is not None
    assert one.register.rows(sa.select(session_table.c.seen_at))[-1]["seen_at"] == later, "and that they were seen is kept"


def test_who_came_in_at_one_server_is_in_at_the_other_until_they_leave_either(on_sqlite: Pair) -> None:
    one, other = on_sqlite
    signed_up(one)
    token = sign_in(one, "zhang", OLD, address=HERE).token
    assert who(other, token)
    sessions.sign_out(other, token)
    assert who(one, token) is None


def test_a_password_reset_on_the_other_server_meanwhile_lets_nobody_in(on_sqlite: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = on_sqlite
    signed_up(one)

    def slowly(password: str, kept: str | None) -> bool:
        reset_password(other, "zhang", actor=OPERATOR)
        return True

    monkeypatch.setattr(sessions, "is_password", slowly)
    with pytest.raises(NotAllowed):
        sign_in(one, "zhang", OLD, address=HERE)


def test_a_reset_is_not_undone_by_a_change_made_meanwhile(on_sqlite: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = on_sqlite
    signed_up(one)
    person, once = find_person(one, "zhang"), list[str]()

    def slowly(password: str) -> str:
        monkeypatch.undo()
        once.append(reset_password(other, "zhang", actor=OPERATOR))
        return "forged"

    monkeypatch.setattr("screening.accounts.people.hash_password", slowly)
    with pytest.raises(NotAllowed, match="重设"):
        change_password(one, person, OLD, NEW)
    assert sign_in(one, "zhang", once[0], address=HERE).person.must_change


def test_two_servers_begin_with_one_administrator_and_one_secret(on_sqlite: Pair) -> None:
    with ThreadPoolExecutor(2) as pool:
        gate = threading.Barrier(2)

        def begin(workspace: Workspace) -> tuple[str | None, str]:
            gate.wait()
            return first_administrator(workspace), workspace.register.secret("dashboard")

        said = list(pool.map(begin, on_sqlite))
    assert [password is None for password, _ in said].count(True) == 1
    assert said[0][1] == said[1][1]


def signed_up(workspace: Workspace) -> str:
    """Somebody with a password of their own; the token of a session of theirs."""
    once = add_person(workspace, actor=OPERATOR, login="zhang", name="虚张", unit="区处非办", role=Role.OFFICER)
    change_password(workspace, find_person(workspace, "zhang"), once, OLD)
    return open_session_for(workspace, find_person(workspace, "zhang"))
