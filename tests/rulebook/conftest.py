"""A rules folder that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from screening.settings import PROJECT_ROOT

RULES = PROJECT_ROOT / "rules"


@pytest.fixture
def own_rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES, tmp_path / "rules"))
