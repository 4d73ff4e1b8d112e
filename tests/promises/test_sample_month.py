"""The sample month, end to end: nothing lost, every point explained, the planted schemes found, the honest left alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening import pipeline
from screening.access import OPERATOR
from screening.scoring.explanation import explain_many
from screening.scoring.overview import overview
from screening.scoring.ranking import Ranked, find_run, ranked
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade

pytestmark = pytest.mark.slow

SAMPLE = PROJECT_ROOT / "data" / "sample"
SCHEMES: dict[str, Any] = yaml.safe_load((SAMPLE / "schemes.yaml").read_text(encoding="utf-8"))
URGENT = {Grade.RED, Grade.ORANGE}


def open_workspace(home: Path) -> Workspace:
    return Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))


@pytest.fixture(scope="module")
def scored(scored_home: Path) -> Iterator[Workspace]:
    workspace = open_workspace(scored_home)
    yield workspace
    workspace.register.close()


def found(entities: list[Ranked], planted: dict[str, Any]) -> Ranked:
    """The listed entity of a planted case: by code, or by name where it has none."""
    if planted.get("uscc"):
        return next(entity for entity in entities if entity.uscc == planted["uscc"])
    return next(entity for entity in entities if entity.name == planted["name"])


@pytest.mark.parametrize("planted", SCHEMES["schemes"], ids=lambda planted: planted["id"])
def test_a_planted_scheme_is_urgent(scored: Workspace, planted: dict[str, Any]) -> None:
    assert found(ranked(scored, find_run(scored), actor=OPERATOR), planted).grade in URGENT


@pytest.mark.parametrize("planted", SCHEMES["lookalikes"], ids=lambda planted: planted["id"])
def test_an_honest_lookalike_is_not(scored: Workspace, planted: dict[str, Any]) -> None:
    assert found(ranked(scored, find_run(scored), actor=OPERATOR), planted).grade not in URGENT


def test_few_ordinary_entities_are_urgent(scored: Workspace) -> None:
    entities = ranked(scored, find_run(scored), actor=OPERATOR)
    planted = {found(entities, case).entity_id for case in SCHEMES["schemes"] + SCHEMES["in_between"]}
    ordinary = [entity for entity in entities if entity.entity_id not in planted]
    assert sum(entity.grade in URGENT for entity in ordinary) <= 0.01 * len(ordinary)


def test_every_score_is_the_exact_sum_of_reasons_that_can_be_traced(scored: Workspace) -> None:
    run = find_run(scored)
    entities = ranked(scored, run, actor=OPERATOR)
    explanations = explain_many(scored, run, [entity.entity_id for entity in entities], actor=OPERATOR)
    assert len(explanations) == len(entities) == run.summary["entities"]
    files = {batch.file_name for batch in scored.register.batches_of(run)}
    for entity, explained in zip(entities, explanations, strict=True):
        assert round(sum(reason.points * 10 for reason in explained.reasons)) == round(entity.score * 10)
        for reason in explained.reasons:
            assert reason.sentence and reason.basis and "{" not in reason.sentence
            assert reason.kind == "cap" or (
                reason.sources and all(source.file in files and source.row > 0 for source in reason.sources)
            )
            assert reason.points > 0 or reason.kind == "cap"
        assert entity.could_add <= sum(unknown.could_add for unknown in explained.unknown) + 1e-9
        assert all(unknown.missing for unknown in explained.unknown)


def test_the_rank_is_total(scored: Workspace) -> None:
    ranks = [entity.rank for entity in ranked(scored, find_run(scored), actor=OPERATOR)]
    assert ranks == list(range(1, len(ranks) + 1))


def test_the_overview_counts_every_entity_once(scored: Workspace) -> None:
    seen = overview(scored, find_run(scored), actor=OPERATOR)
    assert sum(seen.by_grade.values()) == sum(seen.by_sector.values()) == sum(seen.by_street.values()) == seen.entities
    assert seen.previous and seen.risen, "October has risen above September"


def test_every_file_reconciles_with_what_was_put_into_it(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    month = SAMPLE / "2026-10"
    receipt = pipeline.load(workspace, sorted(month.iterdir()), kind=None, received=pipeline.month_end(month.name), dry_run=True)
    assert not workspace.register.batches()
    expected = {entry["file"]: entry for entry in _receipts(month.name)}
    counts = ("kind", "rows_read", "accepted", "rejected", "duplicate")
    assert {e["file"]: [e[c] for c in counts] for e in receipt.files} == {
        name: [e[c] for c in counts] for name, e in expected.items()
    }
    assert all(e["rows_read"] == e["accepted"] + e["rejected"] + e["duplicate"] for e in receipt.files)
    workspace.register.close()


def test_loading_and_scoring_again_changes_nothing(scored_home: Path, tmp_path: Path) -> None:
    again = open_workspace(tmp_path / "again")
    for month in ("2026-10", "2026-09", "2026-10"):
        pipeline.load(again, sorted((SAMPLE / month).iterdir()), kind=None, received=pipeline.month_end(month))
    run = pipeline.score(again, as_of=pipeline.month_end("2026-10"))
    scored = open_workspace(scored_home)
    first = find_run(scored)
    assert run.run_id == first.run_id
    for table in ("scores", "features", "outcomes"):
        files = [workspace.home / found.path / f"{table}.parquet" for workspace, found in ((again, run), (scored, first))]
        assert files[0].read_bytes() == files[1].read_bytes()
    for workspace in (again, scored):
        workspace.register.close()


def test_a_past_month_knows_nothing_of_what_came_later(scored_home: Path, tmp_path: Path) -> None:
    past = open_workspace(tmp_path / "past")
    pipeline.load(past, sorted((SAMPLE / "2026-09").iterdir()), kind=None, received=pipeline.month_end("2026-09"))
    then, scored = pipeline.score(past, as_of=pipeline.month_end("2026-09")), open_workspace(scored_home)
    assert then.run_id in {run.run_id for run in scored.register.runs()}
    for workspace in (past, scored):
        workspace.register.close()


def _receipts(month: str) -> list[dict[str, Any]]:
    content = yaml.safe_load((SAMPLE / "receipts.yaml").read_text(encoding="utf-8"))
    entries: list[dict[str, Any]] = [{"file": name} | entry for name, entry in content[month].items()]
    return entries
