"""Who asks for help, or looks at a list, does not wait for what only other commands need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.homes import settings_of

SLOW = {
    "duckdb",
    "sqlalchemy",
    "rich",
    "yaml",
    "pydantic",
    "pandas",
    "pyarrow",
    "streamlit",
    "docx",
    "openpyxl",
    "sklearn",
    "scipy",
}
FOR_A_LIST = {"duckdb", "sqlalchemy", "rich", "yaml", "pydantic"}
ASKED = """
import contextlib, io, sys
from screening.cli import main
said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
assert said.getvalue()
print(*sys.modules)
"""


@pytest.mark.parametrize(("words", "allowed"), [(["--help"], set()), (["list"], FOR_A_LIST)])
def test_a_command_imports_only_what_it_needs(scored_home: Path, words: list[str], allowed: set[str]) -> None:
    settings = settings_of(scored_home)
    done = subprocess.run(
        [sys.executable, "-c", ASKED, *words],
        env={"SCREENING_HOME": str(settings.home), "SCREENING_DATABASE_URL": settings.database_url, "PYTHONIOENCODING": "utf-8"},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert SLOW & set(done.stdout.split()) <= allowed
