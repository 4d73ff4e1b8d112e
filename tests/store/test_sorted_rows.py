"""Rows found by binary search are those that a look at every row finds."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.store import sorted_rows
from screening.store.sorted_rows import SortedRows, write_sorted

SLOTS = st.integers(0, 9) | st.sampled_from([2**63, 2**64 - 1])


@settings(max_examples=40, deadline=None)
@given(st.lists(SLOTS, max_size=40), st.lists(SLOTS, max_size=6), st.integers(1, 5))
def test_all_rows_of_what_is_asked_for_are_found_and_no_other(slots: list[int], asked: list[int], in_batch: int) -> None:
    with pytest.MonkeyPatch.context() as small, duckdb.connect() as connection:
        small.setattr(sorted_rows, "_ROWS_IN_BATCH", in_batch)
        small.setattr(sorted_rows, "_BATCHES_SEEN", 2)
        small.setattr(sorted_rows, "_ROWS_SORTED", 9)
        connection.execute("CREATE TABLE said AS SELECT unnest($1::UBIGINT[]) AS slot, unnest(range(len($1))) AS number", [slots])
        rows = SortedRows.of_query(connection, "SELECT slot, 'row ' || number AS said, number FROM said")
        expected = sorted((slot, number) for number, slot in enumerate(slots))
        found = rows.at(np.array(asked, np.uint64), ["number"]).to_pylist()
        assert sorted((row["slot"], row["number"]) for row in found) == [one for one in expected if one[0] in asked]
        assert all(row["said"] == f"row {row['number']}" for row in rows.at(np.array(asked, np.uint64)).to_pylist())
        assert sorted((row["slot"], row["number"]) for row in rows.all().read_all().to_pylist()) == expected


def test_a_file_that_is_none_or_somebody_elses_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    with duckdb.connect() as connection, path.open("wb") as file:
        write_sorted(connection, "SELECT i::UBIGINT AS slot FROM range(9) t(i)", file, "mine")
    content = path.read_bytes()
    assert opened(path, "mine").all().read_all().num_rows == 9
    for damaged in (b"", content[: len(content) // 2], content[8:], b"x" * 99):
        path.write_bytes(damaged)
        with pytest.raises((OSError, ValueError)):
            opened(path, "mine")
    path.write_bytes(content)
    with pytest.raises(ValueError, match="another's"):
        opened(path, "another's")


def opened(path: Path, note: str) -> SortedRows:
    with path.open("rb") as file:
        return SortedRows(file, note)
