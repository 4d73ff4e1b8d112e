"""The register's tables, changed step by step by Alembic; run whenever a register is opened that is not up to date.

A register older than the first step (it has tables, but no `alembic_version`) gets what it lacks of the baseline and is stamped with it. To add a step:
`versions/vNNNN_what.py` after the newest, raise HEAD, and let `tests/store/test_migrations.py` compare the outcome with the tables in code.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from screening.errors import ScreeningError

HEAD = "0008"
FOLDER = Path(__file__).resolve().parent


def version_of(connection: Connection) -> str | None:
    """The step a register stands at; None before the first."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> None:
    """Bring the register up to date inside the caller's transaction; raises `ScreeningError` when a newer program made it."""
    from alembic import command  # noqa: PLC0415  half a second, and only the first opening after an update needs it
    from alembic.config import Config  # noqa: PLC0415  the same
    from alembic.util import CommandError  # noqa: PLC0415  the same

    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ScreeningError(
            "登记库是更新版本的程序建立的，这个版本打不开",
            "请更新程序后再打开，或换回原来的程序。",
            {"version": version_of(connection)},
        ) from error
