"""A Spark session for one scoring: what was found so far handed over, the stages' tables, what a run keeps taken back."""

import os
import uuid
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from screening.errors import InvalidRequest
from screening.features.catalogue import known_themes
from screening.features.compute import SHARED
from screening.reference.columns import stored_schema
from screening.rulebook.outcomes import MAYBE
from screening.settings import Settings
from screening.spark.tables import SparkTables
from screening.store.register import Batch
from screening.text.marks import SAYS
from screening.vocabulary import Kind

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_FOUND_BEFORE = ("batches", "links", "text_marks")
# What a run keeps, and what its points, grades, ties are drawn from; evidence besides from the facts of those whom a rule hit.
_TAKEN_BACK = {
    "features": "*",
    "outcomes": "*",
    "reports": "*",
    "entities": "entity_id, uscc, name, reg_no, sector, street_code",
    "inspections": "entity_id, visit_date",
    "relation_pairs": "*",
    "relation_agreed": "*",
    "relation_cases": "*",
    "coverage": "*",
}
# What makes Spark reckon as DuckDB does; the rest (memory, workers, stores) is the cluster's own configuration.
_AS_DUCKDB = {
    "spark.sql.ansi.enabled": "true",  # a sum too large or a text that is no number stops the run instead of becoming something else
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # dates and hours as written, of no time zone
    "spark.sql.caseSensitive": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_HERE = {  # on one machine: nothing listens but to itself, and tables need no two hundred parts
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    "spark.sql.adaptive.enabled": "false",
}


class SparkEngine:
    """One scoring's tables on Spark."""

    def __init__(self, session: "SparkSession", facts: str, scratch: str | None) -> None:
        """`facts` is where Spark finds the workspace's files, `scratch` a place of its own, if any; both URLs that every worker reaches."""
        self.session, self._facts = session, facts
        self.tables = SparkTables(session, scratch)

    def hand_over(self, found: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> None:
        """Make known here what scoring found before, and `raw_<kind>` over the batches' own files."""
        for name in _FOUND_BEFORE:
            self.tables.register(name, found.sql(f"SELECT * FROM {name}").to_arrow_table())
        for kind in Kind:
            self._view(kind, [f"{self._facts}/{batch.path}" for batch in batches if batch.kind is kind])
        self.tables.execute(SAYS)

    def take_back(self, connection: duckdb.DuckDBPyConnection, received: Collection[Kind]) -> None:
        """Create there what was worked out here and is still needed: to sum up, to say why, to keep."""
        for name, columns in _TAKEN_BACK.items():
            self._take(connection, name, f"SELECT {columns} FROM {name}")
        rules = [
            name for name in self.tables.columns("outcomes") if name not in ("entity_id", "sector") and not name.endswith(MAYBE)
        ]
        is_hit = " OR ".join(f'"{rule}" > 0' for rule in rules) or "false"
        self.tables.execute(f"CREATE TABLE hits AS SELECT entity_id FROM outcomes WHERE {is_hit}")
        themes = known_themes(received)
        whole = {f"facts_{theme.facts}" for theme in themes if theme.theme in SHARED}
        for name in ("entity_cells", *{f"facts_{theme.facts}": None for theme in themes}):
            among = "batch_id IS NOT NULL" if name in whole else "entity_id IN (SELECT entity_id FROM hits)"
            self._take(connection, name, f"SELECT * FROM {name} WHERE {among}")

    def _take(self, connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
        """In an order that is the same however the work was shared out."""
        connection.register("_taken", self.tables.fetch(query))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _taken ORDER BY ALL")
        connection.unregister("_taken")

    def _view(self, kind: Kind, files: Sequence[str]) -> None:
        """Every column of today's dictionary, and `ord` as `Workspace.connect` counts it."""
        from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415  an optional extra

        schema = from_arrow_schema(stored_schema(kind), prefer_timestamp_ntz=True)
        name = f"raw_{kind.table}"
        if files:
            rows = self.session.read.schema(schema).parquet(*files).selectExpr("*", "_metadata.row_index AS row_index")
        else:
            rows = self.session.createDataFrame([], schema).selectExpr("*", "0L AS row_index")
        self.tables.view(f"_rows_{name}", rows)
        counted = f"SELECT f.* EXCEPT (row_index), shiftleft(b.batch_no, 32) + f.row_index AS ord FROM _rows_{name} f JOIN batches b ON b.batch_id = f.batch_id"
        self.tables.view(name, self.session.sql(counted))


@contextmanager
def running(settings: Settings) -> Iterator[SparkEngine]:
    """An engine for one scoring of a workspace, on the session there is, or on one of its own that ends with it.

    Raises `InvalidRequest` where Spark or Java is missing.
    """
    place = settings.spark
    session, is_own = _session(place.master)
    scratch = f"{place.scratch.rstrip('/')}/{uuid.uuid4().hex}" if place.scratch else None
    engine = SparkEngine(session, (place.facts or _address(settings.home)).rstrip("/"), scratch)
    try:
        yield engine
    finally:
        engine.tables.forget()
        if is_own:
            session.stop()


def _address(folder: Path) -> str:
    """A folder of this machine as Spark names it: not percent-encoded, as `Path.as_uri` would."""
    return f"file:///{folder.resolve().as_posix().lstrip('/')}"


def _session(master: str) -> tuple["SparkSession", bool]:
    """A session that reckons as DuckDB does, and whether it was started here."""
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  an optional extra
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise InvalidRequest("没有安装 Spark，不能用 --engine spark", "按 docs/spark.md 安装，或去掉 --engine。") from error
    warnings.filterwarnings("ignore", ".*pandas >= 3", FutureWarning)  # rows come and go as Arrow: pandas is not asked
    running_already = SparkSession.getActiveSession()
    settings = _HERE if master.startswith("local") else {}
    try:
        session = SparkSession.builder.appName("screening").master(master).config(map=settings).getOrCreate()
    except PySparkException as error:
        raise InvalidRequest(
            "Spark 启动不了", "请确认装有 Java 17 或更新的版本并能在命令行运行 java，见 docs/spark.md。", {"spark": str(error)}
        ) from error
    for key, value in _AS_DUCKDB.items():
        session.conf.set(key, value)
    return session, running_already is None
