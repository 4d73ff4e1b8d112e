"""The register keeps what it is told, the same on SQLite and PostgreSQL."""

from datetime import UTC, date, datetime

import pytest

from screening.errors import ScreeningError
from screening.store.register import Register
from screening.vocabulary import Kind

BATCH = {
    "batch_id": "b1",
    "kind": "entities",
    "file_name": "名单.xlsx",
    "file_sha256": "0" * 64,
    "source": None,
    "received": date(2026, 10, 31),
    "accepted": 3,
    "path": "batches/entities/b1.parquet",
    "receipt": {"读入": 3},
}


def keeps_what_it_is_told(url: str) -> None:
    register, begun = Register(url), datetime.now(UTC)
    with register.writing() as connection:
        register.add_batch(connection, **BATCH)
        register.add_entity_keys(connection, "b1", [("uscc:1", "1", {}), ("name:虚甲", "1", {"legal_rep": "虚某甲"})])
    other = Register(url)
    (batch,) = other.batches()
    assert (batch.kind, batch.file_name, batch.received, batch.receipt) == (
        Kind.ENTITIES,
        "名单.xlsx",
        date(2026, 10, 31),
        {"读入": 3},
    )
    assert begun <= batch.loaded_at <= datetime.now(UTC), "a moment knows its zone"
    assert other.batches(received_by=date(2026, 10, 30)) == []
    assert other.find_entities("1", []) == other.find_entities("", ["name:虚甲"]) == ["1"]
    assert register.secret("x") == other.secret("x") != other.secret("y")
    for opened in (register, other):
        opened.close()


def test_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> None:
    keeps_what_it_is_told(f"sqlite:///{(tmp_path_factory.mktemp('r') / 'register.sqlite').as_posix()}")


@pytest.mark.postgres
def test_on_postgresql(postgres_url: str) -> None:
    keeps_what_it_is_told(postgres_url)


def test_what_fails_inside_a_transaction_leaves_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    register = Register(f"sqlite:///{(tmp_path_factory.mktemp('r') / 'register.sqlite').as_posix()}")

    def interrupted() -> None:
        with register.writing() as connection:
            register.add_batch(connection, **BATCH)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert register.batches() == []
    register.close()


def test_a_database_out_of_reach_is_a_sentence_without_the_password() -> None:
    with pytest.raises(ScreeningError) as refused:
        Register("postgresql+psycopg://screening:geheim@127.0.0.1:1/none")
    assert "登记库" in refused.value.message
    assert "geheim" not in f"{refused.value.message}{refused.value.hint}{refused.value.where}"
