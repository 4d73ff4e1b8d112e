"""Folders and environment variables: where this installation keeps its facts, its register and its rules."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from screening.errors import InvalidRequest

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Oidc:
    """The unit's own sign-in service (OpenID Connect); `claim` names what of its answer is compared with an account's `sso_subject`."""

    metadata_url: str
    client_id: str
    client_secret: str
    claim: str = "sub"


@dataclass(frozen=True)
class SparkPlace:
    """Which Spark works for `--engine spark`; how all its workers reach the folder `home` and, where tables are to outlast a worker, a place to write."""

    master: str = "local[*]"
    facts: str | None = None
    scratch: str | None = None


@dataclass(frozen=True)
class Settings:
    """Where things lie.

    `home` holds the Parquet batches and runs; `database_url` the register (SQLite under `home` unless set);
    `rules` the rule book; `sample` the invented sample month; `oidc` the unit's sign-in service, where there is one; `keeps_tipsters` whether who
    complained is kept, sealed and apart, for `disclose`; `memory` is how much a scoring may take before it goes on on disk, as DuckDB writes it (2GB),
    four fifths of the machine's unless set; `spark` the cluster of whoever scores on one.
    """

    home: Path
    database_url: str
    rules: Path = PROJECT_ROOT / "rules"
    sample: Path = PROJECT_ROOT / "data" / "sample"
    oidc: Oidc | None = None
    keeps_tipsters: bool = True
    memory: str | None = None
    spark: SparkPlace = SparkPlace()


def read_settings() -> Settings:
    """Settings from the environment ($SCREENING_HOME, $SCREENING_DATABASE_URL, $SCREENING_RULES …), with defaults beside the program."""
    home = Path(os.environ.get("SCREENING_HOME") or "var").resolve()
    return Settings(
        home=home,
        database_url=os.environ.get("SCREENING_DATABASE_URL") or f"sqlite:///{(home / 'register.sqlite').as_posix()}",
        rules=Path(os.environ.get("SCREENING_RULES") or PROJECT_ROOT / "rules").resolve(),
        oidc=_read_oidc(),
        keeps_tipsters=os.environ.get("SCREENING_KEEP_TIPSTERS", "1") not in ("0", "no", "false", "否"),
        memory=_read_memory(),
        spark=SparkPlace(
            master=os.environ.get("SCREENING_SPARK_MASTER") or SparkPlace.master,
            facts=os.environ.get("SCREENING_SPARK_FACTS"),
            scratch=os.environ.get("SCREENING_SPARK_SCRATCH"),
        ),
    )


def _read_memory() -> str | None:
    said = os.environ.get("SCREENING_MEMORY", "").strip()
    if said and not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", said, re.IGNORECASE):
        raise InvalidRequest(f"SCREENING_MEMORY 写的是“{said}”", "请写一个数和单位，如 2GB、500MB。", {"found": said})
    return said or None


def _read_oidc() -> Oidc | None:
    url, client = os.environ.get("SCREENING_OIDC_URL"), os.environ.get("SCREENING_OIDC_CLIENT")
    if not (url and client):
        return None
    return Oidc(url, client, os.environ.get("SCREENING_OIDC_SECRET", ""), os.environ.get("SCREENING_OIDC_CLAIM") or "sub")
