"""A workspace: the folder of Parquet files beside the register that names them.

Files are written under a temporary name, flushed to disk, then moved to their final name; only then does a register row make them visible.
A process killed at any moment leaves at most a file that no row names.
"""

import os
import shutil
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from screening.settings import Settings
from screening.store import run_files
from screening.store.queries import engine, reading, sql_text
from screening.store.register import Batch, Register, Run
from screening.vocabulary import Kind

if TYPE_CHECKING:  # a quarter of a second that whoever only looks at a list need not wait
    import pyarrow as pa

_ROWS_PER_GROUP = 10_240  # DuckDB works in parallel by row group; a district's table is small
_GROUPS_ALIKE = 64  # of a longer table the next so many are larger: what a file says of its groups is in memory, whole, when it is written or opened


class Workspace:
    """Facts and register of one installation."""

    def __init__(self, settings: Settings) -> None:
        """Open (and at first use create) the workspace that `settings` names."""
        self.settings = settings
        self.home = settings.home
        self.home.mkdir(parents=True, exist_ok=True)
        self.register = Register(settings.database_url)

    def write_batch(self, kind: Kind, batch_id: str, table: "pa.Table") -> str:
        """Put a batch's rows on disk, still invisible; returns the path to register."""
        path = f"batches/{kind.value}/{batch_id}.parquet"
        with self._landing(path) as landing:
            _write_parquet(table.to_reader(), landing)
        return path

    def write_run(
        self, run_id: str, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], earlier: Run | None = None
    ) -> str:
        """Put what these queries select on disk, by name of table, piece by piece and still invisible; returns the folder to register.

        With an `earlier` run, `<table>.since` is what became of that run's table; those not named are as they were.
        """
        path = f"runs/{run_id}"
        with self._landing(path) as landing:
            landing.mkdir()
            for name, query in tables.items():
                _write_parquet(connection.sql(query).to_arrow_reader(_ROWS_PER_GROUP), run_files.file_of(landing, name))
            if earlier:
                run_files.share_files(self.home / earlier.path, landing)
        return path

    def run_table(self, run: Run, name: str) -> str:
        """The Parquet file of one table of a run, of those that every run keeps whole."""
        assert name not in run_files.REPLACED + run_files.ADDED, "it may have changed since: select from `run_rows`"
        return str(run_files.file_of(self.home / run.path, name))

    def has_table(self, run: Run, name: str) -> bool:
        """Whether the run kept a table: those of older versions kept fewer."""
        return run_files.file_of(self.home / run.path, name).exists()

    def run_rows(self, run: Run, name: str) -> str:
        """What to select any table of a run from, in SQL."""
        return run_files.rows_sql(self.home / run.path, name)

    @contextmanager
    def connect(
        self, batches: Sequence[Batch] = (), kinds: Collection[Kind] = tuple(Kind), *, alone: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """An in-memory DuckDB that sees exactly these batches; with `kinds`, only the views of those, which is sooner done; `alone` for long work.

        Views `raw_<kind>` hold every accepted row with `batch_id` and `ord` (later deliveries and rows have larger ones);
        table `batches` says which file each batch was. `batches` must be in the order they count, and all of a run's where `ord` is compared with its links.
        """
        with self._alone() if alone else reading() as connection:
            self._show(connection, batches, kinds)
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """An engine that goes on on disk, in the workspace, where memory ends."""
        limit = {"memory_limit": self.settings.memory} if self.settings.memory else {}
        with (
            TemporaryDirectory(dir=self.home, prefix=".spill-", ignore_cleanup_errors=True) as spill,
            engine(temp_directory=spill, **limit) as connection,
        ):
            if limit:  # tables of a file leave memory to what is done with them, those in memory hardly
                connection.execute(f"ATTACH {sql_text(f'{spill}/tables.duckdb')} AS tables; USE tables")
                # The tables are soon gone: to press them so hard would take a third of the time.
                connection.execute("SET disabled_compression_methods = 'dict_fsst'")
            yield connection

    def _show(self, connection: duckdb.DuckDBPyConnection, batches: Sequence[Batch], kinds: Collection[Kind]) -> None:
        import pyarrow as pa  # noqa: PLC0415  see above

        register = pa.table(
            {
                "batch_id": pa.array([b.batch_id for b in batches], pa.string()),
                "batch_no": pa.array(range(len(batches)), pa.int64()),
                "kind": pa.array([b.kind.value for b in batches], pa.string()),
                "file_name": pa.array([b.file_name for b in batches], pa.string()),
                "source": pa.array([b.source for b in batches], pa.string()),
                "received": pa.array([b.received for b in batches], pa.date32()),
            }
        )
        connection.register("_batches", register)
        connection.execute("CREATE TABLE batches AS SELECT * FROM _batches")
        connection.unregister("_batches")
        for kind in kinds:
            self._view(connection, kind, [str(self.home / b.path) for b in batches if b.kind is kind])

    def _view(self, connection: duckdb.DuckDBPyConnection, kind: Kind, files: list[str]) -> None:
        """Every column of today's dictionary: batches written before one was thought of have it empty."""
        name = f"raw_{kind.table}"
        from screening.reference.columns import stored_schema  # noqa: PLC0415  see above

        connection.register(f"_empty_{name}", stored_schema(kind).empty_table())
        if not files:
            connection.execute(f"CREATE VIEW {name} AS SELECT *, 0::BIGINT AS ord FROM _empty_{name}")
            return
        listed = ", ".join(sql_text(file) for file in files)
        rows = f"SELECT * FROM read_parquet([{listed}], file_row_number = true, union_by_name = true)"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT f.* EXCLUDE (file_row_number), (b.batch_no << 32) + f.file_row_number AS ord "
            f"FROM ({rows} UNION ALL BY NAME SELECT *, 0::BIGINT AS file_row_number FROM _empty_{name}) f JOIN batches b USING (batch_id)"
        )

    @contextmanager
    def _landing(self, path: str) -> Iterator[Path]:
        """A place to write beside the final one; moved there when the block ends well, removed when it does not.

        Writers hold the register's lock, so whatever else lies half written here was left by a process that died.
        """
        final = self.home / path
        final.parent.mkdir(parents=True, exist_ok=True)
        for left_behind in final.parent.glob(".partial-*"):
            _remove(left_behind)
        landing = final.parent / f".partial-{uuid.uuid4().hex}"
        try:
            yield landing
            if final.is_dir():  # a run that was written but never registered
                _remove(final)
            os.replace(landing, final)
        finally:
            _remove(landing)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write_parquet(rows: "pa.RecordBatchReader", path: Path) -> None:
    """Group by group, so that nobody need have it whole; cut where the rows say, not where several processors happened to hand over."""
    import pyarrow.parquet as pq  # noqa: PLC0415  see above

    with path.open("wb") as sink:
        with pq.ParquetWriter(sink, rows.schema, compression="zstd") as writer:
            for group in _groups(rows):
                writer.write_table(group)
        sink.flush()
        os.fsync(sink.fileno())


def _groups(rows: "pa.RecordBatchReader") -> Iterator["pa.Table"]:
    """All rows in tables whose sizes depend on nothing but how many there are."""
    import pyarrow as pa  # noqa: PLC0415  see above

    waiting, number = rows.schema.empty_table(), 0
    for batch in rows:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while waiting.num_rows >= (size := _ROWS_PER_GROUP * (1 + number // _GROUPS_ALIKE)):
            yield waiting.slice(0, size).combine_chunks()
            waiting, number = waiting.slice(size), number + 1
    if waiting.num_rows:
        yield waiting.combine_chunks()
