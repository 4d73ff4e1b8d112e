"""DuckDB's SQL means on Spark what it means on DuckDB, or is refused: patterns and idioms one by one. What is refused needs no Spark to be told."""

import builtins
from typing import Any

import pytest
import sqlglot

from screening import pipeline
from screening.errors import InvalidRequest, InvalidRule
from screening.spark.dialect import SparkSql, Spoken
from screening.spark.patterns import java_pattern
from screening.spark.spelling import UnknownSpelling
from screening.store.workspace import Workspace
from screening.vocabulary import Engine


@pytest.mark.parametrize("pattern", [r"\pN\C", r"(?U)a+", r"\Ka", r"(?m)^a$", r"\1"])
def test_a_pattern_that_java_would_read_otherwise_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidRule, match="Spark"):
        java_pattern(pattern)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT regexp_replace(a, 'x', '')",  # the first only
        "SELECT regexp_replace(a, '(x)', '\\1', 'g')",
        "SELECT regexp_matches(a, b)",
        "SELECT date_diff('year', a, b)",
    ],
)
def test_sql_that_spark_would_take_otherwise_is_refused(sql: str) -> None:
    with pytest.raises(UnknownSpelling):
        SparkSql(lambda name: [], lambda name: []).query(sqlglot.parse_one(sql, read=Spoken, into=sqlglot.exp.Select))


def test_without_spark_one_is_told_what_to_install(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InvalidRequest, match="没有安装 Spark"), pipeline._elsewhere(Engine.SPARK, workspace):
        pass
