"""The sample months with something shared, and one actor of every role."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import Actor
from screening.intake.reading import read_file
from screening.scoring.ranking import find_run
from screening.settings import PROJECT_ROOT
from screening.store.register import Run
from screening.store.sharing import share, to_person, to_role
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role
from tests.homes import made_once, open_home

STREET = "440803001"
SHARED_ROLES = (Role.MARKET, Role.POLICE, Role.INDUSTRY, Role.LEGAL)
UNTOLD = ("匿名", "群众", "市民")
TIPSTERS = "tipsters.json"


def actor_of(role: Role) -> Actor:
    """Somebody of that role; street and grid answer for one subdistrict."""
    areas = frozenset({STREET}) if role in (Role.STREET, Role.GRID) else frozenset[str]()
    return Actor(f"p-{role}", "测试员", f"测试·{role.label}", role, areas)


@dataclass(frozen=True)
class District:
    """The sample as scored: `streets` is entity id → subdistrict, `shared` the ids shared with every role of `SHARED_ROLES` and the grid worker."""

    workspace: Workspace
    run: Run
    streets: dict[str, str | None]
    names: dict[str, str]
    shared: frozenset[str]


@pytest.fixture(scope="session")
def district(scored_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    home = Path(shutil.copytree(scored_home, tmp_path_factory.mktemp("people") / "home"))
    workspace = open_home(home)
    run = find_run(workspace)
    with workspace.connect() as connection:
        query = "SELECT entity_id, street_code, name FROM read_parquet(?) ORDER BY rank"
        rows = connection.execute(query, [workspace.run_table(run, "scores")]).fetchall()
    shared = frozenset(row[0] for row in rows[:60:20])
    with workspace.register.writing() as transaction:
        for entity_id in shared:
            for audience in (*map(to_role, SHARED_ROLES), to_person("p-grid")):
                share(transaction, entity_id, audience, ground="会商", by="t")
    yield District(workspace, run, {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}, shared)
    workspace.register.close()


@pytest.fixture(scope="session")
def tipsters(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Every name and telephone number of somebody who complained, as the sample's files have them."""
    return frozenset(json.loads((made_once(tmp_path_factory, "tipsters", _read_tipsters) / TIPSTERS).read_text(encoding="utf-8")))


def _read_tipsters(folder: Path) -> None:
    found: set[str] = set()
    for month in ("2026-09", "2026-10"):
        for path in sorted((PROJECT_ROOT / "data" / "sample" / month).iterdir()):
            for delivery in read_file(path, kind=None, source=None, received=pipeline.month_end(month)):
                if delivery.kind is Kind.COMPLAINTS:
                    for column in ("complainant_name", "complainant_phone"):
                        found |= {value for value in delivery.table[column].to_pylist() if value}
    told = [value for value in found if value not in UNTOLD and len(value) > 1]
    (folder / TIPSTERS).write_text(json.dumps(told), encoding="utf-8")
