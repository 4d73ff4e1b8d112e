"""The tables of a run as files: each whole, or as an earlier run kept it and, beside it, what came to be otherwise since.

A run drawn from an earlier one shares that run's files (hard links: whichever run is deleted, the other keeps them) and adds `since.parquet`, the entities
it looked at anew, and `<table>.since.parquet`. To read a table is to select from `rows_sql`.
"""

import os
import shutil
from pathlib import Path

from screening.store.queries import sql_text

REPLACED = ("features", "outcomes", "evidence", "reports")  # rows since stand instead of all rows of the entities looked at anew
ADDED = ("links", "persons")  # rows since stand beside the others
SINCE = "since"


def file_of(run: Path, name: str) -> Path:
    """The Parquet file of a table that a run keeps whole."""
    return run / f"{name}.parquet"


def since_of(run: Path, name: str) -> Path:
    """The Parquet file of what came to be otherwise."""
    return run / f"{name}.{SINCE}.parquet"


def rows_sql(run: Path, name: str) -> str:
    """What to select a table of a run from."""
    kept, since = read_sql(file_of(run, name)), since_of(run, name)
    if not since.exists():
        return kept
    if name in REPLACED:
        kept += f" WHERE entity_id NOT IN (SELECT entity_id FROM {read_sql(file_of(run, SINCE))})"
    return f"(SELECT * FROM {kept} UNION ALL SELECT * FROM {read_sql(since)})"


def share_files(earlier: Path, run: Path) -> None:
    """Let a run have every table of an earlier one that it does not write itself."""
    for path in earlier.glob("*.parquet"):
        if path.name.count(".") == 1 and path.stem != SINCE and not (run / path.name).exists():
            try:
                os.link(path, run / path.name)
            except OSError:  # a disk that knows no links
                shutil.copy2(path, run / path.name)


def read_sql(path: Path) -> str:
    """What to select the rows of one file from."""
    return f"read_parquet({sql_text(str(path))})"
