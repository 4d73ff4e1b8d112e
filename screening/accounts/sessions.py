"""Coming in and staying in: sign-in with lock-out and a rate limit, sessions kept in the register so that they survive a restart and can be ended.

A session is a random token that only the browser holds; the register keeps its digest. Whoever was disabled, or whose rights changed, is out at once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.accounts.passwords import is_password
from screening.accounts.people import Person, log, person_of
from screening.errors import NotAllowed
from screening.store.people_tables import account_log, people, sessions
from screening.store.workspace import Workspace

IDLE = timedelta(minutes=30)  # GB/T 22239-2019 8.1.4.1: sessions left alone end by themselves
LONGEST = timedelta(hours=10)  # a working day
TRIES, LOCKED = 5, timedelta(minutes=15)  # wrong passwords in a row, and what follows
WRONG_A_MINUTE = 10  # failed attempts from one address; 0 passwords are even looked at above it
_SEEN_EVERY = timedelta(seconds=60)  # how exactly the idle time is kept
_FAILED = ("wrong", "locked", "disabled")


@dataclass(frozen=True)
class SignedIn:
    """A person who is in, and the token their browser holds."""

    person: Person
    token: str


def sign_in(workspace: Workspace, login: str, password: str, *, address: str, now: datetime | None = None) -> SignedIn:
    """Let somebody in; raises `NotAllowed` with one sentence that does not say whether the account exists."""
    now, login = now or datetime.now(UTC), login.strip()
    if _failures(workspace, address, now) >= WRONG_A_MINUTE:
        raise NotAllowed("试得太多了", "请过一分钟再试。", {"status": 429})
    rows = workspace.register.rows(sa.select(people).where(people.c.login == login))
    seen = rows[0]["password_hash"] if rows else None
    proven = seen if is_password(password, seen) else None
    with workspace.register.writing() as connection:
        refusal = _refusal(connection, login, proven, now)
        log(connection, refusal or "sign_in", by="", login=login, address=address)
        token = None if refusal else _open(connection, login, now)
    if token is None:
        sentence = {"locked": ("这个账号暂时锁定", "15 分钟后再试，或请系统管理员重设密码。")}
        raise NotAllowed(*sentence.get(str(refusal), ("账号或密码不对", "连续输错 5 次会锁定 15 分钟。")), {"status": 401})
    person = who(workspace, token, now=now)
    assert person is not None, "a session just opened is open"
    return SignedIn(person, token)


def sign_in_by_sso(workspace: Workspace, subject: str, *, address: str) -> SignedIn:
    """Let in whom the unit's own sign-in service vouches for; raises `NotAllowed` where no open account bears that name. None is ever made."""
    now = datetime.now(UTC)
    rows = workspace.register.rows(sa.select(people).where(people.c.sso_subject == subject))
    usable = bool(subject) and bool(rows) and not rows[0]["is_disabled"]
    with workspace.register.writing() as connection:
        log(
            connection,
            "sign_in_sso" if usable else "sso_unknown",
            by="",
            login=rows[0]["login"] if rows else subject,
            address=address,
        )
        token = _open(connection, rows[0]["login"], now) if usable else None
    if token is None:
        raise NotAllowed(
            "统一认证通过了，但这里没有对应的账号", "请系统管理员建账号，并写上统一认证的用户标识。", {"status": 403}
        )
    person = who(workspace, token, now=now)
    assert person is not None, "a session just opened is open"
    return SignedIn(person, token)


def who(workspace: Workspace, token: str | None, *, now: datetime | None = None) -> Person | None:
    """Whose token this is, where the session is open, not idle too long and the account usable."""
    if not token:
        return None
    now = now or datetime.now(UTC)
    rows = workspace.register.rows(sa.select(sessions).where(sessions.c.token_hash == _digest(token)))
    if not rows or rows[0]["ended_at"] or now >= rows[0]["expires_at"] or now - rows[0]["seen_at"] >= IDLE:
        return None
    person = person_of(workspace, rows[0]["person_id"])
    if person is None or person.is_disabled:
        return None
    if now - rows[0]["seen_at"] >= _SEEN_EVERY:
        with workspace.register.aside() as connection:  # nobody waits at the door while a colleague's list is being stored
            connection.execute(sessions.update().where(sessions.c.token_hash == _digest(token)).values(seen_at=now))
    return person


def sign_out(workspace: Workspace, token: str | None) -> None:
    """End a session; an unknown one is ended already."""
    person = who(workspace, token)
    if token and person:
        with workspace.register.writing() as connection:
            connection.execute(
                sessions.update().where(sessions.c.token_hash == _digest(token)).values(ended_at=datetime.now(UTC))
            )
            log(connection, "sign_out", by=person.person_id, login=person.login)


def open_session_for(workspace: Workspace, person: Person) -> str:
    """A new session for somebody who has just proved who they are, as after a change of password."""
    with workspace.register.writing() as connection:
        return _open(connection, person.login, datetime.now(UTC))


def _refusal(connection: Connection, login: str, proven: str | None, now: datetime) -> str | None:
    """Why not, inside the writers' lock, counting what went wrong; None lets in. A locked account stays so whatever the password.

    `proven` is the kept form of the password that was found right, slowly and before the lock: one that was reset meanwhile is wrong.
    """
    row = connection.execute(sa.select(people).where(people.c.login == login)).mappings().first()
    if row is None:
        return "wrong"
    if row["locked_until"] and now < row["locked_until"]:
        return "locked"
    mine = people.update().where(people.c.login == login)
    if proven is None or row["password_hash"] != proven:
        failed = row["failed"] + 1
        locked = now + LOCKED if failed >= TRIES else None
        connection.execute(mine.values(failed=0 if locked else failed, locked_until=locked))
        return "wrong"
    connection.execute(mine.values(failed=0, locked_until=None))
    return "disabled" if row["is_disabled"] else None


def _open(connection: Connection, login: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    person_id = connection.execute(sa.select(people.c.person_id).where(people.c.login == login)).scalar_one()
    times = {"created_at": now, "seen_at": now, "expires_at": now + LONGEST}
    connection.execute(sessions.insert().values(token_hash=_digest(token), person_id=person_id, **times))
    return token


def _failures(workspace: Workspace, address: str, now: datetime) -> int:
    recent = sa.and_(
        account_log.c.action.in_(_FAILED), account_log.c.address == address[:64], account_log.c.at > now - timedelta(minutes=1)
    )
    return int(workspace.register.rows(sa.select(sa.func.count().label("n")).where(recent))[0]["n"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
