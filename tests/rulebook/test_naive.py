"""The compiled rules say what a plain row-by-row reading of the README says, on made-up rules and on the real ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.reference.parameters import parameters_on
from screening.rulebook.active import active_rules
from screening.rulebook.book import read_rulebook
from screening.rulebook.outcomes import MAYBE
from screening.rulebook.rule import TENTHS
from screening.scoring.ranking import find_run
from screening.settings import Settings
from screening.store.workspace import Workspace
from tests.rulebook import naive
from tests.rulebook.trial import CONDITIONS, PARAMETERS, ROWS, Row, drafts, tried


@settings(max_examples=200, deadline=None)
@given(drafts(CONDITIONS), st.lists(ROWS, min_size=1, max_size=12))
def test_a_compiled_rule_gives_what_reading_it_gives(draft: dict[str, Any], rows: list[Row]) -> None:
    assert tried(draft, rows) == [naive.points(_in_tenths(draft), row, PARAMETERS) for row in rows]


@pytest.fixture
def sample(scored_home: Path) -> Iterator[Workspace]:
    opened = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield opened
    opened.register.close()


def test_every_rule_gave_every_entity_of_the_month_what_reading_it_gives(sample: Workspace) -> None:
    run = find_run(sample)
    book = read_rulebook(active_rules(sample))
    parameters = parameters_on(book.folder, run.as_of)
    features, given_ = (_rows(sample.run_rows(run, name)) for name in ("features", "outcomes"))
    assert len(features) == len(given_) == run.summary["entities"] >= 200
    compared = hits = unknown = 0
    for rule in book.scoring_on(run.as_of):
        draft = rule.model_dump(mode="json")
        for row, outcome in zip(features, given_, strict=True):
            found = outcome[rule.id], outcome[rule.id + MAYBE]
            assert found == naive.points(draft, row, parameters), (rule.id, row["entity_id"])
            compared, hits, unknown = compared + 1, hits + bool(found[0]), unknown + bool(found[1])
    assert compared == len(features) * len(book.scoring_on(run.as_of))
    assert hits > 100 and unknown > 100


def _in_tenths(draft: dict[str, Any]) -> dict[str, Any]:
    if "steps" in draft:
        return draft | {"steps": [step | {"points": step["points"] * TENTHS} for step in draft["steps"]]}
    return draft | {"points": draft["points"] * TENTHS}


def _rows(source: str) -> list[Row]:
    found = duckdb.execute(f"SELECT * FROM {source} ORDER BY entity_id")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
