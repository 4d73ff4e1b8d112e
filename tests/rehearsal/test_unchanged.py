"""What did not change gives no difference: the same rules over any months, and a past month under the version it was scored with."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import pipeline
from screening.access import OPERATOR, Actor
from screening.rehearsal.compare import compare, months_between
from screening.rehearsal.snapshot import take
from screening.rulebook.active import active_rules, folder_of
from screening.rulebook.book import read_rulebook
from screening.rulebook.publishing import approve, propose
from screening.settings import PROJECT_ROOT, Settings
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role
from tests.promises.world import make_world, write_csv

pytestmark = pytest.mark.slow

MONTHS = months_between("2026-06", "2026-10")
SEEDS = st.integers(0, 10**6)
COLUMNS = ("entity_id", "score", "grade", "could_add", "completeness")


@settings(max_examples=2, deadline=None)
@given(SEEDS, st.sets(st.sampled_from(MONTHS), min_size=1, max_size=2))
def test_the_same_rules_over_any_months_give_an_empty_diff(seed: int, months: set[date]) -> None:
    with office(seed) as workspace:
        document = compare(workspace, workspace.settings.rules, workspace.settings.rules, sorted(months), actor=OPERATOR)
    assert document["is_empty"] and not document["warnings"]
    assert [month["as_of"] for month in document["months"]] == sorted(months)
    assert not any(month["moved"] for month in document["months"])
    assert all(rule["hits_before"] == rule["hits_after"] and rule["change"] == "same" for rule in document["rules"])


@settings(max_examples=2, deadline=None)
@given(SEEDS, st.sampled_from(MONTHS))
def test_a_past_month_scores_the_same_whatever_became_of_the_rules_since(seed: int, month: date) -> None:
    with office(seed) as workspace:
        first = pipeline.score(workspace, as_of=month)
        kept = stored(workspace, first)
        draft = change(workspace.settings.rules)
        assert pipeline.score(workspace, as_of=month) == first
        assert again(workspace, active_rules(workspace), month) == kept

        publish(workspace, workspace.settings.rules, draft, "甲", "乙")
        second = pipeline.score(workspace, as_of=month)
        assert second.rulebook == draft != first.rulebook
        assert stored(workspace, second) != kept, "the change counts"
        assert again(workspace, folder_of(workspace, first.rulebook), month) == kept == stored(workspace, first)

        publish(workspace, folder_of(workspace, first.rulebook), first.rulebook, "乙", "甲")
        assert pipeline.score(workspace, as_of=month) == first
        assert again(workspace, active_rules(workspace), month) == kept


@contextmanager
def office(seed: int) -> Iterator[Workspace]:
    """An invented world whose lists came in over the months, with rules of its own."""
    chance = random.Random(seed)
    with TemporaryDirectory() as place:
        folder = Path(place)
        rules = Path(shutil.copytree(PROJECT_ROOT / "rules", folder / "rules"))
        url = f"sqlite:///{(folder / 'register.sqlite').as_posix()}"
        workspace = Workspace(Settings(home=folder / "var", database_url=url, rules=rules))
        for kind, rows in make_world(seed).items():
            if rows:
                received = MONTHS[0] if kind is Kind.ENTITIES else chance.choice(MONTHS)
                pipeline.load(workspace, [write_csv(folder / f"{kind}.csv", rows)], kind=kind, received=received)
        yield workspace
        workspace.register.close()


def change(rules: Path) -> str:
    """A draft under which everybody's completeness counts as enough, and one point is dearer; its version."""
    grades, registration = rules / "grades.yaml", rules / "registration.yaml"
    text = grades.read_text(encoding="utf-8")
    grades.write_text(text.replace("min_completeness: 0.5", "min_completeness: 0.99"), encoding="utf-8")
    registration.write_text(registration.read_text(encoding="utf-8").replace("points: ", "points: 1"), encoding="utf-8")
    return read_rulebook(rules).version


def chief(name: str) -> Actor:
    return Actor(name, name, "区处非办", Role.CHIEF)


def publish(workspace: Workspace, folder: Path, version: str, proposer: str, approver: str) -> None:
    propose(
        workspace,
        folder,
        actor=chief(proposer),
        note="",
        rehearsal={"old": read_rulebook(active_rules(workspace)).version, "new": version},
        day=MONTHS[-1],
    )
    approve(workspace, version, actor=chief(approver))


def stored(workspace: Workspace, run: Run) -> list[tuple[Any, ...]]:
    query = f"SELECT {', '.join(COLUMNS)} FROM read_parquet(?) ORDER BY entity_id"
    return duckdb.execute(query, [workspace.run_table(run, "scores")]).fetchall()


def again(workspace: Workspace, rules: Path, month: date) -> list[tuple[Any, ...]]:
    """The month screened anew, from its files."""
    entities = take(workspace, rules, month).entities
    return sorted(tuple(entity[column] for column in COLUMNS) for entity in entities)
