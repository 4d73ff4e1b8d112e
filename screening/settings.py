"""Folders and environment variables: where this installation keeps its facts, its register and its rules."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where things lie.

    `home` holds the Parquet batches and runs; `database_url` the register (SQLite under `home` unless set);
    `rules` the rule book; `sample` the invented sample month.
    """

    home: Path
    database_url: str
    rules: Path = PROJECT_ROOT / "rules"
    sample: Path = PROJECT_ROOT / "data" / "sample"


def read_settings() -> Settings:
    """Settings from $SCREENING_HOME, $SCREENING_DATABASE_URL and $SCREENING_RULES, with defaults beside the program."""
    home = Path(os.environ.get("SCREENING_HOME") or "var").resolve()
    return Settings(
        home=home,
        database_url=os.environ.get("SCREENING_DATABASE_URL") or f"sqlite:///{(home / 'register.sqlite').as_posix()}",
        rules=Path(os.environ.get("SCREENING_RULES") or PROJECT_ROOT / "rules").resolve(),
    )
