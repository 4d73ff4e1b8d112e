"""A real Spark on this machine, one for all tests of the folder."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from screening.settings import SparkPlace
from screening.spark.engine import running
from tests.homes import settings_of

# Small tables: compiling a hundred plans would take longer than reading them out. Compiled plans are tried by the tests that say so.
QUICK = (
    '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" --conf spark.log.level=ERROR '
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN pyspark-shell"
)


@pytest.fixture(scope="session")
def on_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session of Spark; scoring uses it instead of starting its own."""
    lacking = [
        name for name, there in (("Java", shutil.which("java")), ("pyspark", importlib.util.find_spec("pyspark"))) if not there
    ]
    if lacking and os.environ.get("CI"):
        pytest.fail(f"没有 {'、'.join(lacking)}", pytrace=False)
    if lacking:
        pytest.skip(f"没有 {'、'.join(lacking)}，见 docs/spark.md")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
        with running(replace(settings_of(tmp_path_factory.mktemp("spark")), spark=SparkPlace("local[2]"))) as engine:
            yield engine.session
