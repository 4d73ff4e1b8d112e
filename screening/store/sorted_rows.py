"""Rows on disk in the order of the number they are asked for by: found by binary search, so that asking costs by what is asked for, not by what lies there."""

import mmap
import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import BinaryIO, Self

import duckdb
import numpy as np
import pyarrow as pa

SLOT = "slot"  # the column: 64 bits without sign, of a text its `hash`, which another text may have, too
_ROWS_IN_BATCH = 16_384
_ROWS_SORTED = 4_000_000  # at once
_BATCHES_SEEN = 64  # of which what was read may stay in memory before it is let go of
_NOTE = b"kept"


class SortedRows:
    """The rows of one file. Raises `ValueError` or `OSError` where it is no such file or has another note."""

    def __init__(self, file: BinaryIO, note: str) -> None:
        self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._batches = pa.ipc.open_file(pa.py_buffer(self._bytes))
        self._schema = self._batches.schema.remove_metadata()
        if (self._batches.schema.metadata or {}).get(_NOTE) != note.encode():
            raise ValueError(note)
        ends = [_slots(self._batches.get_batch(number))[[0, -1]] for number in range(self._batches.num_record_batches)]
        self._first, self._last = np.array(ends, np.uint64).reshape(-1, 2).T

    @classmethod
    def of_query(cls, connection: duckdb.DuckDBPyConnection, query: str) -> Self:
        """What a query selects, in a file that is gone when nobody asks it any more."""
        with tempfile.TemporaryFile() as file:
            write_sorted(connection, query, file, "")
            return cls(file, "")

    def at(self, slots: np.ndarray, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows at these slots, with these columns beside the slot; all columns if none are given."""
        wanted = np.unique(slots.astype(np.uint64))
        begins = np.searchsorted(wanted, self._first, "left")
        ends = np.searchsorted(wanted, self._last, "right")
        schema = self._schema if columns is None else pa.schema([self._schema.field(name) for name in (SLOT, *columns)])
        found = []
        for seen, number in enumerate(np.flatnonzero(begins < ends).tolist(), start=1):
            batch = self._batches.get_batch(number)
            places = _places(_slots(batch), wanted[begins[number] : ends[number]])
            found.append(batch.select(schema.names).take(pa.array(places)))
            if seen % _BATCHES_SEEN == 0:
                self._let_go()
        self._let_go()
        return pa.Table.from_batches(found, schema)

    def all(self) -> pa.RecordBatchReader:
        """Every row, once."""
        return pa.RecordBatchReader.from_batches(self._schema, self._each())

    def _each(self) -> Iterator[pa.RecordBatch]:
        for number in range(self._batches.num_record_batches):
            yield self._batches.get_batch(number)
            if number % _BATCHES_SEEN == 0:
                self._let_go()

    def _let_go(self) -> None:
        """Of pages of the file that were looked at: the system would let them count as ours until it needs the memory."""
        if hasattr(self._bytes, "madvise"):
            self._bytes.madvise(mmap.MADV_DONTNEED)


def write_sorted(connection: duckdb.DuckDBPyConnection, query: str, file: BinaryIO, note: str) -> None:
    """Write what a query selects, `slot` among it, with a note that tells files apart; so many rows after another that little memory is enough to sort them."""
    ((rows, least, most),) = connection.execute(
        f"SELECT count(*), coalesce(min({SLOT}), 0), coalesce(max({SLOT}), 0) FROM ({query})"
    ).fetchall()
    parts = 1 + rows // _ROWS_SORTED
    begins = [least + (most + 1 - least) * part // parts for part in range(parts + 1)]
    readers = (
        connection.sql(f"SELECT * FROM ({query}) WHERE {SLOT} BETWEEN {begin} AND {end - 1} ORDER BY {SLOT}").to_arrow_reader(
            _ROWS_IN_BATCH
        )
        for begin, end in pairwise(begins)
    )
    first = next(readers)
    with pa.ipc.new_file(file, first.schema.with_metadata({_NOTE: note})) as sink:
        for batch in chain(first, chain.from_iterable(readers)):
            sink.write_batch(batch)
    file.flush()


def _slots(batch: pa.RecordBatch) -> np.ndarray:
    return np.asarray(batch.column(SLOT))


def _places(slots: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where in a sorted array these values stand, each as often as it does."""
    begins = np.searchsorted(slots, wanted, "left")
    counts = np.searchsorted(slots, wanted, "right") - begins
    before = np.cumsum(counts) - counts
    return np.repeat(begins - before, counts) + np.arange(counts.sum())
