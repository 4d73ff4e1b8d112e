"""How the register's database is opened and its writers kept in turn: SQLite with a write-ahead log, PostgreSQL by an advisory lock."""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from screening.errors import ScreeningError

_LOCK_WAIT_SECONDS = 300
_ADVISORY_LOCK = 737_2021  # any fixed number: it names our lock among a server's advisory locks
# A machine that loses its power keeps nobody waiting for the two hours in which TCP would notice by itself: a minute, asked from both ends.
_PATIENCE = {"idle": 30, "interval": 10, "count": 3}


def make_engine(url: sa.URL) -> sa.Engine:
    """The engine of a register; SQLite's folder is made where there is none."""
    engine = sa.create_engine(url, **_options(url))
    if engine.dialect.name == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        _configure_sqlite(engine)
    return engine


def wait_for_turn(connection: Connection) -> None:
    """Hold PostgreSQL's writers' lock until the transaction ends; raises `ScreeningError` where it is not had in five minutes."""
    connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT_SECONDS}s'"))
    try:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    except OperationalError as error:
        raise ScreeningError("别人正在写入，等了五分钟还没有轮到", "请稍后再试；一直这样，请看是哪台服务器卡住了。") from error


def _options(url: sa.URL) -> dict[str, Any]:
    options: dict[str, Any] = {"json_serializer": lambda value: json.dumps(value, ensure_ascii=False, default=str)}
    if url.get_backend_name() == "sqlite":
        return options | {"connect_args": {"timeout": _LOCK_WAIT_SECONDS}}
    asked = " ".join(f"-c tcp_keepalives_{name}={value}" for name, value in _PATIENCE.items())
    told = {f"keepalives_{name}": value for name, value in _PATIENCE.items()}
    # pre-ping: the database may have been started anew since
    return options | {"pool_pre_ping": True, "connect_args": told | ({} if "options" in url.query else {"options": asked})}


def _configure_sqlite(engine: sa.Engine) -> None:
    """Write-ahead log for readers beside a writer, on disk before a commit is said to be done; BEGIN IMMEDIATE so that a writer never checks against stale rows."""

    @sa.event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
