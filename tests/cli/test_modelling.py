"""`screening model` on the command line: rules alone where there is little to learn from, one document each, and exit codes."""

import shutil
from pathlib import Path

import pytest

from screening.access import OPERATOR
from screening.accounts.people import add_person
from screening.features.catalogue import read_features
from screening.model import publishing
from screening.model.scorecard import Line, Scorecard, definitions_of
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Role
from tests.cli.conftest import Run


@pytest.fixture
def run(run: Run, scored_home: Path, workspace_home: Path) -> Run:
    """On a copy of the sample months."""
    shutil.copytree(scored_home, workspace_home)
    return run


def test_with_too_few_outcomes_every_verb_says_rules_alone(run: Run) -> None:
    code, trained = run("model", "train")
    assert (code, trained["state"], trained["version"]) == (1, "rules_only", None)
    assert "还差 65 户次" in trained["lacking"]
    code, found = run("model", "evaluate")
    assert code == 1 and not found["wins"] and found["rules"] is None
    assert run("model", "card") == (1, {"state": "rules_only"})
    assert run("model", "status") == (0, {"active": None, "waiting": None, "steps": []})
    assert run("model", "stop")[0] == 2
    assert run("plan", "--visits", "5", "--informative", "0.2")[0] == 2, "no model, so nothing it is unsure of"


def test_a_model_is_proposed_by_one_and_approved_by_another(run: Run, workspace_home: Path) -> None:
    known = read_features()
    line = Line("fund_complaints_180d", known["fund_complaints_180d"].label, "件", True, (0.5,), (0, 80))
    card = Scorecard((line,), definitions_of([line.feature], known), -2.0, 0.01, {"judged": {"wins": True, "sentence": "胜出"}})
    workspace = Workspace(
        Settings(home=workspace_home, database_url=f"sqlite:///{(workspace_home / 'register.sqlite').as_posix()}")
    )
    publishing.keep(workspace, card, actor=OPERATOR)
    add_person(workspace, login="li", name="李四", unit="区处非办", role=Role.CHIEF, actor=OPERATOR)
    workspace.register.close()
    assert run("model", "card")[1]["version"] == card.version
    assert run("model", "propose", card.version)[1]["waiting"] == card.version
    assert run("model", "approve", card.version)[0] == 3
    assert run("model", "approve", card.version, "--as", "li")[1]["active"] == card.version
    entity = run("list", "--top", "1")[1]["entities"][0]["entity_id"]
    before = run("explain", entity)[1]
    run("score", "--as-of", "2026-10-31")
    after = run("explain", entity)[1]
    own = [reason for reason in after["reasons"] if reason["id"].startswith("MDL-")]
    assert [reason["points"] for reason in own] == [8.0]
    assert round(after["score"] - before["score"], 1) == 8.0
    assert run("model", "stop", "--note", "试完")[1]["active"] is None
