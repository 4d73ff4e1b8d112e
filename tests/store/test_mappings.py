"""What was said of a sheet's columns is kept, taken over by a newer word and forgotten, the same on SQLite and PostgreSQL."""

from dataclasses import replace
from pathlib import Path

import pytest

from screening.access import OPERATOR
from screening.reference.corrections import Correction
from screening.store.mappings import forget, remember, remembered
from screening.store.register import Register
from screening.vocabulary import Kind
from tests.store.test_register import BATCH

SAID = Correction("abc", Kind.ENTITIES, {"商户": "name", "备注": None})


def keeps_what_was_said(url: str) -> None:
    register = Register(url)
    with register.writing() as connection:
        remember(connection, SAID, None, OPERATOR)
        remember(connection, SAID, None, OPERATOR)
        remember(connection, replace(SAID, columns={"商户": "brand"}), "甲单位", OPERATOR)
    (kept,) = remembered(register, None)
    assert (kept.shape, kept.kind, dict(kept.columns), kept.made_by) == (
        "abc",
        Kind.ENTITIES,
        dict(SAID.columns),
        OPERATOR.signature,
    )
    assert [dict(c.columns) for c in remembered(register, "甲单位")] == [{"商户": "brand"}]
    with register.writing() as connection:
        remember(connection, replace(SAID, columns={"商户": "uscc"}), None, OPERATOR)
    (newer,) = remembered(register, None)
    assert (dict(newer.columns), newer.seq == kept.seq) == ({"商户": "uscc"}, False)
    assert newer.seq is not None
    with register.writing() as connection:
        assert forget(connection, newer.seq, OPERATOR)
        assert not forget(connection, newer.seq, OPERATOR)
    assert remembered(register, None) == []
    register.close()


def a_file_read_otherwise_counts_instead(url: str) -> None:
    register = Register(url)
    with register.writing() as connection:
        register.add_batch(connection, **BATCH)
        assert register.replace_batch(connection, "b1", "b2") is None
        register.add_batch(connection, **BATCH | {"batch_id": "b2", "reading": "otherwise"})
    assert [batch.batch_id for batch in register.batches()] == ["b2"]
    with register.writing() as connection:
        again = register.replace_batch(connection, "b2", "b1")
        standing = register.same_file(connection, Kind.ENTITIES, BATCH["file_sha256"])  # type: ignore[arg-type]
    assert again == standing == register.batches()[0]
    register.close()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{(folder / 'register.sqlite').as_posix()}"


def test_what_was_said_on_sqlite(tmp_path: Path) -> None:
    keeps_what_was_said(sqlite_url(tmp_path))


def test_a_second_reading_on_sqlite(tmp_path: Path) -> None:
    a_file_read_otherwise_counts_instead(sqlite_url(tmp_path))


@pytest.mark.postgres
def test_what_was_said_on_postgresql(postgres_url: str) -> None:
    keeps_what_was_said(postgres_url)


@pytest.mark.postgres
def test_a_second_reading_on_postgresql(postgres_url: str) -> None:
    a_file_read_otherwise_counts_instead(postgres_url)
