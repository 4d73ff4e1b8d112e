"""Accounts: who exists, in which role, for which subdistricts. Nobody adds rights to themselves, and every change is in the log.

No account exists until the first start, which makes one administrator with a one-time password. An administrator has no say in any case.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.access import Actor, Verb
from screening.accounts.passwords import check_password, hash_password, is_password, one_time_password
from screening.errors import InvalidRequest, NotAllowed, StaleRecord
from screening.reference.areas import read_areas
from screening.reference.rights import require
from screening.store.people_tables import account_log, people, sessions
from screening.store.workspace import Workspace
from screening.vocabulary import Role

FIRST_LOGIN = "admin"
_OF_AREAS = (Role.STREET, Role.GRID)
_RESERVED = ("system", "operator")


@dataclass(frozen=True)
class Person:
    """An account. `must_change`: the password is a one-time one; `is_sample`: an account of the invented sample month."""

    person_id: str
    login: str
    name: str
    unit: str
    role: Role
    areas: frozenset[str]
    sso_subject: str | None
    is_sample: bool
    is_disabled: bool
    must_change: bool
    locked_until: datetime | None
    created_at: datetime
    changed_at: datetime

    @property
    def actor(self) -> Actor:
        """This person at work."""
        return Actor(self.person_id, self.name, self.unit, self.role, self.areas)

    @property
    def version(self) -> int:
        """Which state of the account this is: the microsecond of its last change."""
        return round(self.changed_at.timestamp() * 1_000_000)

    def document(self) -> dict[str, Any]:
        """What a list of accounts shows."""
        shown = ("login", "name", "unit", "role", "is_sample", "is_disabled", "must_change", "locked_until", "sso_subject")
        return {name: getattr(self, name) for name in shown} | {"areas": sorted(self.areas)}


def list_people(workspace: Workspace, *, actor: Actor) -> list[Person]:
    """Every account, by login."""
    require(actor, Verb.MANAGE_ACCOUNTS, workspace.settings.rules)
    return [_person(row) for row in workspace.register.rows(sa.select(people).order_by(people.c.login))]


def colleagues(workspace: Workspace, area_code: str) -> list[Actor]:
    """Who answers for a subdistrict, by name: whom a case there may be given to."""
    rows = workspace.register.rows(
        sa.select(people).where(people.c.role.in_(_OF_AREAS), people.c.is_disabled.is_(False)).order_by(people.c.name)
    )
    return [person.actor for person in map(_person, rows) if area_code in person.areas]


def units(workspace: Workspace) -> list[str]:
    """The units that work on cases, by the accounts there are."""
    idle = (Role.ADMINISTRATOR, Role.AUDITOR, Role.GRID)
    query = sa.select(people.c.unit).where(people.c.is_disabled.is_(False), people.c.role.not_in(idle)).distinct()
    return sorted(row["unit"] for row in workspace.register.rows(query) if row["unit"])


def find_person(workspace: Workspace, login: str) -> Person:
    """The account of that name; raises `InvalidRequest`."""
    rows = workspace.register.rows(sa.select(people).where(people.c.login == login))
    if not rows:
        raise InvalidRequest(f"没有账号 {login}", "用 screening user list 查看全部账号。", {"login": login})
    return _person(rows[0])


def person_of(workspace: Workspace, person_id: str) -> Person | None:
    """The account of that id."""
    rows = workspace.register.rows(sa.select(people).where(people.c.person_id == person_id))
    return _person(rows[0]) if rows else None


def add_person(
    workspace: Workspace,
    *,
    actor: Actor,
    login: str,
    name: str,
    unit: str,
    role: Role,
    areas: Sequence[str] = (),
    sso_subject: str | None = None,
) -> str:
    """Make an account; returns its one-time password. Raises `InvalidRequest` for a login that exists or subdistricts that do not fit the role."""
    require(actor, Verb.MANAGE_ACCOUNTS, workspace.settings.rules)
    password = one_time_password()
    with workspace.register.writing() as connection:
        _insert(workspace, connection, password, login, name, unit, role, areas, by=actor.person_id, sso_subject=sso_subject)
    return password


def set_disabled(workspace: Workspace, login: str, *, disabled: bool, actor: Actor) -> None:
    """Close an account, its open sessions with it, or open it again. Raises `NotAllowed` for one's own, or the last administrator's."""
    require(actor, Verb.MANAGE_ACCOUNTS, workspace.settings.rules)
    person = find_person(workspace, login)
    if disabled and person.person_id == actor.person_id:
        raise NotAllowed("不能停用自己的账号", "请另一位管理员来停用。", {"login": login})
    with workspace.register.writing() as connection:
        if disabled and person.role is Role.ADMINISTRATOR:
            others = sa.select(people.c.person_id).where(
                people.c.role == Role.ADMINISTRATOR.value, people.c.is_disabled.is_(False), people.c.login != login
            )
            if connection.execute(others).first() is None:
                raise NotAllowed("不能停用最后一个管理员", "请先新建另一个管理员账号。", {"login": login})
        _change(
            connection, person, actor, "disable" if disabled else "enable", "", is_disabled=disabled, failed=0, locked_until=None
        )


def reset_password(workspace: Workspace, login: str, *, actor: Actor) -> str:
    """Give an account a new one-time password, end its sessions, lift a lock-out; returns the password."""
    require(actor, Verb.MANAGE_ACCOUNTS, workspace.settings.rules)
    person, password = find_person(workspace, login), one_time_password()
    kept = hash_password(password)
    with workspace.register.writing() as connection:
        _change(connection, person, actor, "reset", "", password_hash=kept, must_change=True, failed=0, locked_until=None)
    return password


def set_areas(workspace: Workspace, login: str, areas: Sequence[str], *, actor: Actor, seen: int | None = None) -> None:
    """Say for which subdistricts a person answers; raises `StaleRecord` when the account is no longer the version that was `seen`."""
    require(actor, Verb.MANAGE_ACCOUNTS, workspace.settings.rules)
    with workspace.register.writing() as connection:  # nobody changes it between reading and writing
        person = find_person(workspace, login)
        codes = _codes(workspace, person.role, areas)
        if seen not in (None, person.version):
            said = "、".join(read_areas(workspace.settings.rules)[code].name for code in sorted(person.areas))
            raise StaleRecord(f"账号 {login} 刚被别人改过，现在负责 {said}", "请看过现在的情况再改。", {"login": login})
        _change(connection, person, actor, "areas", "、".join(codes), areas=codes)


def change_password(workspace: Workspace, person: Person, old: str, new: str) -> None:
    """A person's own new password; ends their other sessions. Raises `NotAllowed` for a wrong old one, `InvalidRequest` for a weak new one."""
    row = workspace.register.rows(sa.select(people.c.password_hash).where(people.c.person_id == person.person_id))[0]
    if not is_password(old, row["password_hash"]):
        raise NotAllowed("原来的密码不对", "忘了密码，请系统管理员重设。")
    if old == new:
        raise InvalidRequest("新密码与原来的相同", "请换一个。")
    check_password(new, login=person.login, name=person.name)
    kept = hash_password(new)
    standing = sa.select(people.c.password_hash).where(people.c.person_id == person.person_id)
    with workspace.register.writing() as connection:
        if connection.execute(standing).scalar() != row["password_hash"]:
            raise NotAllowed("密码刚刚被重设过", "请用新的一次性密码登录。")
        _change(connection, person, person.actor, "password", "", password_hash=kept, must_change=False)


def first_administrator(workspace: Workspace) -> str | None:
    """Make the first administrator where there is no account that could manage accounts; returns the one-time password, to be shown once, or None."""
    anybody = (
        sa.select(people.c.person_id).where(people.c.role == Role.ADMINISTRATOR.value, people.c.is_sample.is_(False)).limit(1)
    )
    if workspace.register.rows(anybody):
        return None
    password = one_time_password()
    with workspace.register.writing() as connection:
        if connection.execute(anybody).first() is not None:
            return None
        _insert(workspace, connection, password, FIRST_LOGIN, "系统管理员", "", Role.ADMINISTRATOR, (), by="system")
    return password


def first_administrator_said(workspace: Workspace) -> str | None:
    """The same, as the sentence to print at a console."""
    if password := first_administrator(workspace):
        return (
            f"已建第一个管理员账号 {FIRST_LOGIN}，一次性密码 {password}\n"
            f"这个密码只显示这一次，首次登录须改掉。忘了可用 screening user reset {FIRST_LOGIN} 重设。"
        )
    return None


def renew_samples(workspace: Workspace, accounts: Sequence[tuple[str, str, str, Role, Sequence[str]]]) -> str:
    """Accounts (login, name, unit, role, areas) of the sample workspace, marked so, all with one new password; returns it, to be printed.

    The password is made anew each time: one that everybody knows would be a default password.
    """
    password = one_time_password()
    kept, now = hash_password(password), datetime.now(UTC)
    with workspace.register.writing() as connection:
        known = set(connection.execute(sa.select(people.c.login)).scalars())
        for login, name, unit, role, areas in accounts:
            if login not in known:
                _insert(
                    workspace,
                    connection,
                    password,
                    login,
                    name,
                    unit,
                    role,
                    areas,
                    by="system",
                    kept=kept,
                    is_sample=True,
                    must_change=False,
                )
        sample = people.update().where(people.c.is_sample)
        connection.execute(sample.values(password_hash=kept, failed=0, locked_until=None, changed_by="system", changed_at=now))
    return password


def log(connection: Connection, action: str, *, by: str, login: str, address: str = "", detail: str = "") -> None:
    """One line of the accounts' log."""
    values = {"action": action, "by_person": by, "login": login[:64], "address": address[:64], "detail": detail}
    connection.execute(account_log.insert().values(at=datetime.now(UTC), **values))


def _insert(
    workspace: Workspace,
    connection: Connection,
    password: str,
    login: str,
    name: str,
    unit: str,
    role: Role,
    areas: Sequence[str],
    *,
    by: str,
    kept: str = "",
    is_sample: bool = False,
    must_change: bool = True,
    sso_subject: str | None = None,
) -> None:
    login, name, unit = login.strip(), name.strip(), unit.strip()
    if not login or not name or len(login) > 64 or login in _RESERVED or any(char.isspace() for char in login):
        raise InvalidRequest("账号和姓名都要写，账号不能有空格", "账号用字母、数字或拼音，不超过 64 个字符。", {"login": login})
    same = sa.or_(people.c.login == login, people.c.sso_subject == sso_subject) if sso_subject else people.c.login == login
    if connection.execute(sa.select(people.c.login).where(same)).first() is not None:
        raise InvalidRequest(f"账号 {login} 已经有了", "换一个账号，或用 user reset 重设它的密码。", {"login": login})
    now = datetime.now(UTC)
    connection.execute(
        people.insert().values(
            person_id=secrets.token_hex(8),
            login=login,
            name=name,
            unit=unit,
            role=role.value,
            areas=_codes(workspace, role, areas),
            password_hash=kept or hash_password(password),
            sso_subject=sso_subject,
            is_sample=is_sample,
            is_disabled=False,
            must_change=must_change,
            failed=0,
            locked_until=None,
            created_by=by,
            created_at=now,
            changed_by=by,
            changed_at=now,
        )
    )
    log(connection, "add", by=by, login=login, detail=role.label)


def _change(connection: Connection, person: Person, actor: Actor, action: str, detail: str, **values: Any) -> None:
    """Change an account and end its sessions: whoever is in comes in again with what now holds."""
    now = datetime.now(UTC)
    mine = people.c.person_id == person.person_id
    connection.execute(people.update().where(mine).values(changed_by=actor.person_id, changed_at=now, **values))
    open_ = sa.and_(sessions.c.person_id == person.person_id, sessions.c.ended_at.is_(None))
    connection.execute(sessions.update().where(open_).values(ended_at=now))
    log(connection, action, by=actor.person_id, login=person.login, detail=detail)


def _codes(workspace: Workspace, role: Role, areas: Sequence[str]) -> list[str]:
    known = read_areas(workspace.settings.rules)
    by_name = {name: code for code, area in known.items() for name in (code, area.name, area.name.removesuffix("街道"))}
    if unknown := [word for word in areas if word not in by_name]:
        raise InvalidRequest(f"没有街道 {'、'.join(unknown)}", "街道名单见 rules/areas.yaml。", {"areas": unknown})
    if role in _OF_AREAS and not areas:
        raise InvalidRequest(f"{role.label}的账号要写明负责的街道", "例如 --area 解放街道，可写多次。", {"role": role})
    if areas and role not in _OF_AREAS:
        raise InvalidRequest(f"{role.label}是全区的角色，不用写街道", "去掉 --area。", {"role": role})
    return sorted({by_name[word] for word in areas})


def _person(row: Any) -> Person:
    plain = {name: row[name] for name in Person.__dataclass_fields__ if name not in ("role", "areas")}
    return Person(**plain, role=Role(row["role"]), areas=frozenset(row["areas"]))
