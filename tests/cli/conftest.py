"""The command line as those see it who call it: words in, an exit code and one JSON document out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screening.cli import main

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(workspace_home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(words…)`: exit code and the one JSON document on stdout, in an empty workspace."""

    def _run(*words: str) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    return _run
