"""Results that can be worked out again, kept so that they need not be: files under a name that says all they depend on, Parquet or `SortedRows`.

Nothing rests on them: a file that is missing, damaged or of another form is as good as none, one that cannot be written is done without, and whoever
deletes the folder loses time only. Files appear whole (`os.replace`), so that any number of processes may read and write beside each other.
"""

import contextlib
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.store.queries import sql_text
from screening.store.sorted_rows import SortedRows, write_sorted
from screening.store.tables import Tables, create_table

_ABANDONED_SECONDS = 86_400  # a file still half written after a day belongs to a process that died
_ROWS_PER_GROUP = 20_480
_SORTED = "arrow"
_FOLDERS_KEPT = 24  # of one family: months and drafts of rules that are looked at side by side


@dataclass(frozen=True)
class Keeping:
    """Where a screening may look for what was kept: the workspace's folder, the batches it sees; and of which of them it `adds`: those it sees whole, none
    where it sees what is only supposed."""

    home: Path
    batches: tuple[str, ...]
    adds: frozenset[str]

    @classmethod
    def of(cls, home: Path, batches: Iterable[str]) -> "Keeping":
        """Of batches that are all seen whole."""
        names = tuple(batches)
        return cls(home, names, frozenset(names))


class Shelf:
    """The files of one `family` (what they hold) that depend on one set of `grounds`: texts of rule files, of the program, versions."""

    def __init__(self, keeping: Keeping, family: str, grounds: Iterable[str]) -> None:
        digest = hashlib.sha256("\0".join([duckdb.__version__, *grounds]).encode()).hexdigest()[:16]
        self._keeping = keeping
        self._folder = keeping.home / family / digest

    def load(self, connection: Tables, table: str, schema: pa.Schema, names: Iterable[str] | None = None) -> list[str]:
        """Create `table` with the rows kept under these names (each batch's, if none are given); returns the names of the files that could be read."""
        create_table(connection, table, schema.empty_table())
        return self.add(connection, table, schema, "SELECT * FROM {kept}", names)

    def add(self, connection: Tables, table: str, schema: pa.Schema, query: str, names: Iterable[str] | None = None) -> list[str]:
        """Add to `table` what `query` selects from `{kept}`, the rows kept under these names in the columns of `schema`; returns as `load` does."""
        present = [name for name in (self._keeping.batches if names is None else names) if self._path(name).is_file()]
        if not present or self._insert(connection, table, schema, query, present):
            return present
        return [name for name in present if self._insert(connection, table, schema, query, [name])]

    def show(self, connection: Tables, table: str, name: str) -> bool:
        """Create a view `table` of what is kept under a name; False where there is none, or what lies there belongs to something else."""
        path = self._path(name)
        try:
            rows = connection.execute("SELECT value FROM parquet_kv_metadata(?) WHERE key = 'kept'", [str(path)]).fetchall()
        except duckdb.Error:
            return False
        if rows != [(self._sealed(name).encode(),)]:
            return False
        self._touch()
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({sql_text(str(path))})")
        return True

    def put(self, connection: Tables, name: str, query: str) -> None:
        """Keep what `query` selects under `name`, unless this screening only supposes."""
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_PER_GROUP}, KV_METADATA {{kept: {sql_text(self._sealed(name))}}}"

        def copy(landing: Path) -> None:
            connection.execute(f"COPY ({query}) TO {sql_text(str(landing))} ({options})")

        self._land(self._path(name), copy)

    def put_batches(self, connection: Tables, fresh: str, of_batch: str) -> None:
        """Keep what the query `of_batch` selects for a `{batch}`, for every batch of which the query `fresh` gives the `batch_id`; what is supposed is no batch."""
        found = connection.execute(f"SELECT DISTINCT batch_id FROM ({fresh})").fetchall()
        for batch_id in {row[0] for row in found} & self._keeping.adds:
            self.put(connection, batch_id, of_batch.format(batch=sql_text(batch_id)))

    def open_sorted(self, name: str) -> SortedRows | None:
        """What is kept under a name, to be asked by slot; None where there is none, or what lies there belongs to something else."""
        try:
            with self._path(name, _SORTED).open("rb") as file:
                rows = SortedRows(file, self._sealed(name))
        except (OSError, ValueError):
            return None
        self._touch()
        return rows

    def put_sorted(self, connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
        """Keep what `query` selects under `name` in the order of its `slot`, unless this screening only supposes."""

        def write(landing: Path) -> None:
            with landing.open("wb") as file:
                write_sorted(connection, query, file, self._sealed(name))

        self._land(self._path(name, _SORTED), write)

    def _land(self, path: Path, write: Callable[[Path], None]) -> None:
        if not self._keeping.adds:
            return
        landing = self._folder / f".partial-{uuid.uuid4().hex}"
        with contextlib.suppress(OSError, duckdb.IOException, duckdb.OutOfMemoryException):
            try:
                self._make_folder()
                write(landing)
                os.replace(landing, path)
            finally:
                landing.unlink(missing_ok=True)

    def _sealed(self, name: str) -> str:
        """What a file says of itself."""
        return f"{self._folder.name}/{name}"

    def _path(self, name: str, form: str = "parquet") -> Path:
        return self._folder / f"{name}.{form}"

    def _touch(self) -> None:
        """It is in use: not the one to be put away next."""
        with contextlib.suppress(OSError):
            os.utime(self._folder)

    def _insert(self, connection: Tables, table: str, schema: pa.Schema, query: str, names: list[str]) -> bool:
        """Whether the files of all these names could be read; if not, nothing was added."""
        files = ", ".join(sql_text(str(self._path(name))) for name in names)
        kept = f"(SELECT {', '.join(schema.names)} FROM read_parquet([{files}]))"
        try:
            connection.execute(f"INSERT INTO {table} {query.format(kept=kept)}")
        except duckdb.Error:
            return False
        return True

    def _make_folder(self) -> None:
        """And put away what was left half written, and the folders nobody added to for longest."""
        family = self._folder.parent
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            by_age = sorted((path for path in family.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime)
            for old in by_age[_FOLDERS_KEPT:]:
                shutil.rmtree(old, ignore_errors=True)
        for left in self._folder.glob(".partial-*"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                    left.unlink()


def show_or_make(shelf: Shelf | None, connection: Tables, table: str, name: str, make: Callable[[], None]) -> None:
    """Show `table` as it lies on a shelf under a name; where it does not, or there is no shelf, `make` creates it, and it is kept."""
    if shelf is None or not shelf.show(connection, table, name):
        make()
        if shelf:
            shelf.put(connection, name, f"SELECT * FROM {table}")


def open_or_make(shelf: Shelf | None, connection: duckdb.DuckDBPyConnection, name: str, make: Callable[[], str]) -> SortedRows:
    """The rows that lie on a shelf under a name; where they do not, or there is no shelf, what the query selects that `make` gives, and that is kept."""
    if rows := shelf and shelf.open_sorted(name):
        return rows
    query = make()
    if shelf:
        shelf.put_sorted(connection, name, query)
    return (shelf and shelf.open_sorted(name)) or SortedRows.of_query(connection, query)


def program_texts(folder: Path) -> list[str]:
    """The program text of a package, file by file: whatever its code does, that is part of what its results depend on."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))]
