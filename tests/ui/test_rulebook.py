"""The rule-book room: a manual that can be searched, health and drift of the latest run, and drafts that are checked before they are saved."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.settings import PROJECT_ROOT
from screening.ui import words
from screening.ui.places import RULEBOOK

OpenApp = Callable[..., AppTest]


def _room(app: AppTest, name: str) -> AppTest:
    app.radio(key="rulebook.room").set_value(name)
    return app.run()


def test_the_manual_finds_a_rule_by_its_words(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, RULEBOOK)
    app.text_input(key="rulebook.sought").set_value("GLD-01").run()
    assert not app.error
    assert [expander.label for expander in app.expander if "GLD" in expander.label]
    assert not [expander.label for expander in app.expander if "CMP" in expander.label]


def test_health_and_drift_are_told(open_app: OpenApp, scored_home: Path) -> None:
    app = _room(open_app(scored_home, RULEBOOK), "运行情况")
    assert not app.error
    assert words.HEALTH_EXPLAINED in [markdown.value for markdown in app.markdown]
    assert words.DRIFT_EXPLAINED in [markdown.value for markdown in app.markdown]


def test_a_faulty_draft_is_refused_and_a_good_one_saved(
    open_app: OpenApp, scored_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = Path(shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "rules"))
    monkeypatch.setenv("SCREENING_RULES", str(rules))
    app = _room(open_app(scored_home, RULEBOOK), "改草稿")
    app.selectbox(key="rulebook.file").set_value("recruitment.yaml").run()
    text = str(app.text_area[0].value)
    app.text_area[0].set_value(text.replace("points: 20", "points: 很多", 1))
    app.button(key="rulebook.save").click().run()
    assert app.error
    assert (rules / "recruitment.yaml").read_text(encoding="utf-8") == text
    app.text_area[0].set_value(text.replace("points: 20", "points: 21", 1))
    app.button(key="rulebook.save").click().run()
    assert not app.error
    assert "points: 21" in (rules / "recruitment.yaml").read_text(encoding="utf-8")
