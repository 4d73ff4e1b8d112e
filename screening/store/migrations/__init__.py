"""Brings a register to the tables this program knows, step by step, whichever it finds; each step is a file under `versions/`.

A register made before there were steps has some or all tables of the first one, which makes only those that are not there.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from screening.errors import ScreeningError

NEWEST = "0003"


def bring_up_to_date(engine: Engine, writing: Callable[[], AbstractContextManager[Connection]]) -> None:
    """Run the steps that are missing, all of them in one transaction; raises `ScreeningError` for a register of a newer program."""
    if (found := _version(engine)) == NEWEST:
        return
    if found is not None and found > NEWEST:
        raise ScreeningError(
            "登记库是新版程序建立的", "请改用新版程序，或恢复升级以前的备份。", {"found": found, "known": NEWEST}
        )
    from alembic import command  # noqa: PLC0415 - a quarter of a second that only a new or old register costs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, NEWEST)


def _version(engine: Engine) -> str | None:
    if not sa.inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found
