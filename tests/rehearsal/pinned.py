"""A record of what an office was told: lists, the rule book in force and the scores of some months, kept in `pinned.zip` as they were on the day.

Made by `python -m tests.rehearsal.pinned`, and only then made anew when the program is meant to score otherwise (see `ENGINE` in `screening/grounds.py`).
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from screening import grounds, pipeline
from screening.rehearsal.snapshot import take
from screening.rulebook.content import decisive_files
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import Rows, make_world, write_csv

ARCHIVE = Path(__file__).with_name("pinned.zip")
MONTHS = [date(2026, 6, 30), date(2026, 8, 31), date(2026, 10, 31)]
COLUMNS = ("entity_id", "score", "grade", "could_add", "red_line", "combinations", "points")
_WORLDS = range(5)
_SECOND, _THIRD = (
    {Kind.COMPLAINTS, Kind.PUBLICITY},
    {Kind.INSPECTIONS, Kind.PENALTIES},
)  # received in later months; the rest in the first
_WRITTEN = (2026, 11, 26, 0, 0, 0)  # of every file in the archive, so that the same record is the same bytes

Scores = dict[str, list[list[Any]]]


@dataclass(frozen=True)
class Record:
    """`engine` the program's way of scoring then, `rules` file → text, `lists` kind → rows, `scores` month end → rows of `COLUMNS`."""

    engine: int
    rules: dict[str, str]
    lists: dict[Kind, Rows]
    scores: Scores


def read() -> Record:
    """The record as it was kept."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    kept = json.loads(texts.pop("kept.json"))
    lists = {Kind(n.split("/")[1][:-4]): list(csv.DictReader(io.StringIO(t))) for n, t in texts.items() if n.startswith("lists/")}
    rules = {name.removeprefix("rules/"): text for name, text in texts.items() if name.startswith("rules/")}
    return Record(kept["engine"], rules, lists, kept["scores"])


def scores(lists: dict[Kind, Rows], rules: dict[str, str]) -> Scores:
    """What the program as it is says of the months, by these rules; through JSON, as the record has been."""
    with _office(lists, rules) as (workspace, folder):
        found = {month.isoformat(): _month(workspace, folder, month) for month in MONTHS}
    again: Scores = json.loads(json.dumps(found))
    return again


@contextmanager
def _office(lists: dict[Kind, Rows], rules: dict[str, str]) -> Iterator[tuple[Workspace, Path]]:
    with TemporaryDirectory() as place:
        home, folder = Path(place), Path(place) / "rules"
        for name, text in rules.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        url = f"sqlite:///{(home / 'register.sqlite').as_posix()}"
        workspace = Workspace(Settings(home=home / "var", database_url=url, rules=PROJECT_ROOT / "rules"))
        for kind, rows in lists.items():
            received = MONTHS[1 if kind in _SECOND else 2 if kind in _THIRD else 0]
            pipeline.load(workspace, [write_csv(home / f"{kind}.csv", rows)], kind=kind, received=received)
        yield workspace, folder
        workspace.register.close()


def _month(workspace: Workspace, folder: Path, month: date) -> list[list[Any]]:
    snapshot = take(workspace, folder, month)
    hits = [{rule.id: int(points) for rule, points in zip(snapshot.rules, row, strict=True) if points} for row in snapshot.points]
    return [[*(entity[column] for column in COLUMNS[:-1]), hit] for entity, hit in zip(snapshot.entities, hits, strict=True)]


def _write() -> None:
    worlds = [make_world(seed) for seed in _WORLDS]
    lists = {kind: rows for kind in Kind if (rows := [row for world in worlds for row in world[kind]])}
    rules = decisive_files(PROJECT_ROOT / "rules")
    kept = {"engine": grounds.ENGINE, "scores": scores(lists, rules)}
    with TemporaryDirectory() as place, zipfile.ZipFile(ARCHIVE, "w") as archive:
        files = {"kept.json": json.dumps(kept, ensure_ascii=False, indent=0)}
        files |= {f"rules/{name}": text for name, text in rules.items()}
        for kind, rows in lists.items():
            files[f"lists/{kind}.csv"] = write_csv(Path(place) / f"{kind}.csv", rows).read_text(encoding="utf-8")
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WRITTEN), text, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    _write()
