"""The room of the model: rules alone, with what is lacking; a card once there is one."""

import shutil
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from screening.access import OPERATOR
from screening.features.catalogue import read_features
from screening.model import publishing
from screening.model.scorecard import Line, Scorecard, definitions_of
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.ui.places import MODEL
from tests.ui.test_pages import shown

OpenApp = Callable[..., AppTest]


def test_without_enough_outcomes_it_says_rules_alone_and_how_many_are_lacking(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, MODEL)
    assert not app.exception
    assert "现在仅规则" in shown(app)
    assert "还差 65 户次" in shown(app), "the sample month has 135 visits with an outcome of the 200 it takes"


def test_a_card_is_shown_line_by_line(open_app: OpenApp, scored_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(scored_home, home)
    known = read_features()
    line = Line("paid_capital_share", known["paid_capital_share"].label, "比例", False, (0.1, 0.5), (120, 40, 0))
    learned = {"judged": {"wins": True, "sentence": "每期 52 户：胜出"}, "outcomes": 300, "everybody": [[5, 6, 7, 8]]}
    card = Scorecard((line,), definitions_of([line.feature], known), -2.0, 0.01, learned)
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    publishing.keep(workspace, card, actor=OPERATOR)
    publishing.propose(workspace, card.version, actor=OPERATOR)
    workspace.register.close()
    app = open_app(home, MODEL)
    assert not app.exception
    said = shown(app)
    for words in (card.version, "实缴占认缴比例：越小分越高，最多 12 分", "10.0%–50.0%", "在等批准", "没有随机对照", "胜出"):
        assert words in said
    assert "现在仅规则" in said, "a proposal does not score"
