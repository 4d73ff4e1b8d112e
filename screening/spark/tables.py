"""Tables on a Spark session, spoken to as the stages of scoring speak to DuckDB: CREATE TABLE AS, INSERT, UPDATE, SELECT, in DuckDB's words.

Every table is worked out when it is made, so that a long chain of statements is no one plan. It lies with Spark's workers, which is soonest done, or as
Parquet in a scratch folder, so that a lost worker costs nothing: any place that all of them reach, an object store included.
"""

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from screening.spark.dialect import SparkSql, Spoken
from screening.spark.spelling import UnknownSpelling

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_IS_NEW = "_is_new"


class SparkTables:
    """What the stages need of a connection: `execute`, `fetchall`, `register`, `unregister`."""

    def __init__(self, session: "SparkSession", scratch: str | None = None) -> None:
        """`scratch` is a folder or URL of its own, which Spark alone fills and reads."""
        self._session, self._scratch = session, scratch
        self._frames: dict[str, DataFrame] = {}
        self._added: dict[
            str, list[DataFrame]
        ] = {}  # rows put into a table since it was last read: worked out together, when it is next
        self._sql = SparkSql(self._fields_of, self.columns)
        self._found: list[tuple[Any, ...]] = []
        self._written = 0

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "SparkTables":
        """Do one statement, or several with `;` between them; what a query found waits in `fetchall`."""
        for tree in sqlglot.parse(sql, read=Spoken):
            if isinstance(tree, exp.Expression):
                self._do(_with_parameters(tree, parameters))
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last query."""
        return self._found

    def register(self, name: str, rows: pa.Table) -> None:
        """Make a table of the driver's a table here."""
        self.keep(name, self._session.createDataFrame(rows))

    def unregister(self, name: str) -> None:
        """Forget a table."""
        self._frames.pop(name, None)
        self._added.pop(name, None)
        self._session.catalog.dropTempView(name)

    def forget(self) -> None:
        """Forget every table; what lies in the scratch folder stays."""
        for name in list(self._frames):
            self.unregister(name)

    def view(self, name: str, frame: "DataFrame") -> None:
        """Know a frame by a name without working it out."""
        frame.createOrReplaceTempView(name)
        self._frames[name] = frame

    def keep(self, name: str, frame: "DataFrame") -> None:
        """Work a frame out, once, and know it by a name."""
        if self._scratch is None:
            self.view(name, frame.localCheckpoint())
            return
        self._written += 1
        path = f"{self._scratch}/{self._written:03d}_{name}"
        frame.write.parquet(path)
        self.view(name, self._session.read.schema(frame.schema).parquet(path))

    def fetch(self, query: str) -> pa.Table:
        """What a query finds, on the driver."""
        return self._frame(sqlglot.parse_one(query, read=Spoken, into=exp.Select)).toArrow()

    def columns(self, table: str) -> Sequence[str]:
        """The names of a table's columns, in order."""
        return list(self._frames[table].columns)

    def _do(self, tree: exp.Expression) -> None:
        if isinstance(tree, exp.Create):
            self._create(tree)
        elif isinstance(tree, exp.Insert) and isinstance(tree.this, exp.Table) and not tree.args.get("by_name"):
            self._added.setdefault(tree.this.name, []).append(self._frame(tree.expression))
        elif isinstance(tree, exp.Update):
            self.keep(tree.this.name, self._frame(self._updated(tree)))
        elif isinstance(tree, exp.Drop):
            self.unregister(next(tree.find_all(exp.Table)).name)
        elif isinstance(tree, exp.Query):
            self._found = [tuple(row) for row in self._frame(tree).collect()]
        else:
            raise UnknownSpelling(tree.sql(dialect="duckdb"))

    def _create(self, tree: exp.Create) -> None:
        if tree.kind == "MACRO":
            self._sql.define(tree)
        elif tree.expression is None:
            raise UnknownSpelling(tree.sql(dialect="duckdb"))
        elif not (tree.args.get("exists") and tree.this.name in self._frames):
            self.keep(tree.this.name, self._frame(tree.expression))

    def _updated(self, tree: exp.Update) -> exp.Expression:
        """A table after UPDATE … FROM, as a query: Spark's own changes no Parquet files."""
        table, source = tree.this.name, tree.args["from_"].this
        new = {change.this.name: change.expression.sql(dialect="duckdb") for change in tree.expressions}
        told = ", ".join(
            f'CASE WHEN {source.alias}.{_IS_NEW} THEN {new[name]} ELSE {table}."{name}" END AS "{name}"'
            if name in new
            else f'{table}."{name}"'
            for name in self.columns(table)
        )
        on = tree.args["where"].this.sql(dialect="duckdb")
        query = f"SELECT {told} FROM {table} LEFT JOIN (SELECT *, true AS {_IS_NEW} FROM {source.name}) {source.alias} ON {on}"
        return sqlglot.parse_one(query, read=Spoken, into=exp.Select)

    def _frame(self, tree: exp.Expression) -> "DataFrame":
        for table in {table.name for table in tree.find_all(exp.Table)} & self._added.keys():
            self._gather(table)
        return self._session.sql(self._sql.query(tree))

    def _gather(self, name: str) -> None:
        """Put the rows together that were added to a table; they become what its columns are."""
        table = self._frames[name]
        columns = [f"CAST(`{field.name}` AS {field.dataType.simpleString()}) AS `{field.name}`" for field in table.schema]
        added = [rows.toDF(*table.columns).selectExpr(*columns) for rows in self._added.pop(name)]
        whole = reduce(type(table).unionAll, added, table)
        self.keep(
            name, whole.coalesce(int(self._session.conf.get("spark.sql.shuffle.partitions")))
        )  # not a file for each addition

    def _fields_of(self, column: str) -> Sequence[str]:
        """The fields of the structs in a list column of that name, wherever one is known."""
        types = (field.dataType for frame in self._frames.values() for field in frame.schema if field.name == column)
        for kind in types:
            if kind.typeName() == "array" and kind.elementType.typeName() == "struct":
                return list(kind.elementType.fieldNames())
        raise UnknownSpelling(f"no list of structs is called {column}")


def _with_parameters(tree: exp.Expression, parameters: Sequence[Any]) -> exp.Expression:
    """A statement with what its question marks stand for; more than one is not asked for."""
    places = list(tree.find_all(exp.Placeholder))
    if len(places) != len(parameters) or len(places) > 1:
        raise UnknownSpelling(tree.sql(dialect="duckdb"))
    for place, value in zip(places, parameters, strict=True):
        place.replace(exp.convert(value))
    return tree
