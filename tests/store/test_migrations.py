"""Opening a register brings its tables up to date: an empty one, one from before migrations, on SQLite and PostgreSQL alike."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import screening.store.case_tables
import screening.store.document_tables
import screening.store.mappings
import screening.store.models
import screening.store.people_tables  # noqa: F401  the same
from screening.errors import ScreeningError
from screening.store import migrations
from screening.store.register import Register
from screening.store.schema import metadata

BASELINE = "0001"


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{(folder / 'register.sqlite').as_posix()}"


def differences(url: str) -> list[object]:
    """What the database has otherwise than the tables in code."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    return [item for item in found if "alembic_version" not in str(item)]


def opens_like_the_code_says(url: str) -> None:
    Register(url).close()
    assert differences(url) == []
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert migrations.version_of(connection) == migrations.HEAD
    engine.dispose()


def from_before_migrations(url: str) -> None:
    """A register with the tables of the baseline and some content, that no step was ever noted in."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", migrations.FOLDER.as_posix())
        config.attributes["connection"] = connection
        command.upgrade(config, BASELINE)
        connection.execute(sa.text("DROP TABLE alembic_version"))
        connection.execute(sa.text("INSERT INTO secrets VALUES ('complainants', 'kept')"))
        connection.execute(
            sa.text(
                "INSERT INTO batches (batch_id, kind, file_name, file_sha256, received, loaded_at, accepted, path, receipt) "
                "VALUES ('b1', 'entities', '名单.xlsx', 'ab', '2026-10-31', '2026-10-31 08:00:00', 1, 'b1.parquet', '{}')"
            )
        )
    engine.dispose()
    opens_like_the_code_says(url)
    register = Register(url)
    assert register.secret("complainants") == "kept"
    assert [(batch.batch_id, batch.reading) for batch in register.batches()] == [("b1", "")]
    register.close()


def test_an_empty_database_on_sqlite(tmp_path: Path) -> None:
    opens_like_the_code_says(sqlite_url(tmp_path))


def test_a_register_from_before_migrations_on_sqlite(tmp_path: Path) -> None:
    from_before_migrations(sqlite_url(tmp_path))


@pytest.mark.postgres
def test_an_empty_database_on_postgresql(postgres_url: str) -> None:
    opens_like_the_code_says(postgres_url)


@pytest.mark.postgres
def test_a_register_from_before_migrations_on_postgresql(postgres_url: str) -> None:
    from_before_migrations(postgres_url)


def test_the_newest_step_is_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", migrations.FOLDER.as_posix())
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_a_register_made_by_a_newer_program_is_refused_with_a_sentence(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    Register(url).close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(ScreeningError) as refused:
        Register(url)
    assert "更新" in refused.value.message
