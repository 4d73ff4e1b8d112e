"""The run-time guard beside the import contracts: a fresh interpreter with the core in it has never heard of the dashboard."""

import subprocess
import sys

import pytest

from screening.settings import PROJECT_ROOT


@pytest.mark.parametrize("module", ["screening.pipeline", "screening.reports.ranked_list", "screening.cli"])
def test_the_core_runs_without_the_dashboard(module: str) -> None:
    ask = (
        f"import sys, {module}; print([name for name in ('streamlit', 'altair', 'playwright', 'pytest') if name in sys.modules])"
    )
    asked = subprocess.run([sys.executable, "-c", ask], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert asked.stdout.strip() == "[]"
