"""Complaints that name only a brand two shops share wait for people, with both shops proposed."""

from pathlib import Path
from typing import Any

import yaml

from screening.access import OPERATOR
from screening.features.complaints import waiting
from screening.scoring.ranking import find_run
from screening.settings import Settings
from screening.store.workspace import Workspace

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
PLAN: dict[str, Any] = yaml.safe_load((SAMPLE / "schemes.yaml").read_text(encoding="utf-8"))


def test_both_shops_are_proposed_and_neither_is_scored(scored_home: Path) -> None:
    settings = Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}")
    workspace = Workspace(settings)
    queue = waiting(workspace, find_run(workspace), actor=OPERATOR)
    for planted in PLAN["namesakes"]:
        said = [complaint for complaint in queue if complaint.named == planted["said"]]
        assert len(said) == planted["complaints"], planted["id"]
        for complaint in said:
            assert set(planted["names"]) <= {candidate["name"] for candidate in complaint.candidates}
    workspace.register.close()
