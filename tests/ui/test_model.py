"""The room of the model and what an entity's page says of it: rules alone, with what is lacking; a card, two people, and the points it gives."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening import pipeline
from screening.access import OPERATOR
from screening.features.catalogue import read_features
from screening.learning.shape import shape_of
from screening.model import publishing
from screening.model.scorecard import Line, Scorecard, definitions_of
from screening.scoring.explanation import explain
from screening.scoring.model_rules import GROUP
from screening.scoring.ranking import Filter, find_run, ranked
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.model.shapes import Mark, shape_chart
from screening.ui.places import DESK, ENTITY, MODEL
from screening.vocabulary import Role
from tests.ui.conftest import person
from tests.ui.test_entity_page import STREET, at_tab
from tests.ui.test_homes import linked
from tests.ui.test_pages import listed, shown

OpenApp = Callable[..., AppTest]
OFFICER, CHIEF = "测试经办", "测试负责人"


def card_of(*lines: tuple[str, bool, tuple[float, ...], tuple[int, ...]]) -> Scorecard:
    known = read_features()
    made = tuple(Line(name, known[name].label, known[name].unit, rising, edges, tenths) for name, rising, edges, tenths in lines)
    learned = {
        "judged": {"wins": True, "sentence": "每期 52 户：胜出"},
        "outcomes": 300,
        "everybody": [[5, *(6 for _ in line.tenths)] for line in made],
    }
    return Scorecard(made, definitions_of([line.feature for line in made], known), -2.0, 0.01, learned)


@pytest.fixture
def winning(own_scored_home: Path) -> Iterator[tuple[Workspace, str]]:
    """A home with a card that won, kept and no more; its workspace and the card's version."""
    workspace = Workspace(
        Settings(home=own_scored_home, database_url=f"sqlite:///{(own_scored_home / 'register.sqlite').as_posix()}")
    )
    card = card_of(
        ("paid_capital_share", False, (0.1, 0.5), (120, 40, 0)),
        ("fund_complaints_180d", True, (0.5, 2.5), (0, 30, 90)),
        ("is_struck_off", True, (0.5,), (0, 20)),
    )
    publishing.keep(workspace, card, actor=OPERATOR)
    yield workspace, card.version
    workspace.register.close()


def test_without_enough_outcomes_it_says_rules_alone_and_how_many_are_lacking(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, MODEL)
    assert not app.exception
    assert "现在仅规则" in shown(app)
    assert "还差 65 户次" in shown(app), "the sample month has 135 visits with an outcome of the 200 it takes"
    assert "model.train" not in {button.key for button in app.button}, "nothing to train from yet"


def test_an_entity_says_once_that_rules_alone_scored_it_and_how_many_are_lacking(open_app: OpenApp, scored_home: Path) -> None:
    own = next(entity for entity in listed(scored_home) if entity.street == "解放街道")
    app = open_app(scored_home, ENTITY, entity=own.entity_id)
    assert words.TAB_MODEL not in [tab.label for tab in app.tabs]
    said = [caption.value for caption in app.caption if "仅规则" in caption.value]
    assert len(said) == 1 and "还差 65 户次" in said[0]
    app = open_app(scored_home, ENTITY, role=Role.STREET, areas=STREET, entity=own.entity_id)
    said = [caption.value for caption in app.caption if "仅规则" in caption.value]
    assert len(said) == 1 and "还差" not in said[0], "who does not see the rule book does not read of the whole district's visits"


def test_one_proposes_another_approves_and_either_stops(open_app: OpenApp, winning: tuple[Workspace, str]) -> None:
    workspace, version = winning
    home = workspace.home
    app = open_app(home, MODEL, name=OFFICER)
    said = shown(app)
    for part in (version, "实缴占认缴比例：越小分越高，最多 12 分", "10.0%–50.0%", "1–2 件", "没有随机对照", "胜出", "像不像"):
        assert part in said
    assert app.button(key="model.propose").disabled, "a reason is wanted"
    app.text_input(key="model.proposer.note").set_value("后期结果上胜出").run()
    app.button(key="model.propose").click().run()
    assert not app.exception and not app.error
    assert "在等批准" in shown(app) and "现在仅规则" in shown(app), "a proposal does not score"
    assert not {"model.approve", "model.propose"} & {button.key for button in app.button}, "an officer approves nothing"
    link = f"{person(name=OFFICER).actor.signature}提请启用模型 {version}"
    assert link in linked(open_app(home, DESK, role=Role.CHIEF, name=CHIEF))
    assert link not in linked(open_app(home, DESK, name=OFFICER))
    app = open_app(home, MODEL, role=Role.CHIEF, name=CHIEF)
    app.button(key="model.approve").click().run()
    assert not app.exception and not app.error
    assert f"现在启用模型 {version}" in shown(app) and publishing.status(workspace).active == version
    app = open_app(home, MODEL, name=OFFICER)
    app.text_input(key="model.stop.proposer.note").set_value("换了来源").run()
    app.button(key="model.stop.stop").click().run()
    assert "现在仅规则" in shown(app) and publishing.status(workspace).active is None


def test_the_proposer_is_told_that_another_must_approve(open_app: OpenApp, winning: tuple[Workspace, str]) -> None:
    workspace, version = winning
    publishing.propose(workspace, version, actor=person(Role.CHIEF, name=CHIEF).actor)
    app = open_app(workspace.home, MODEL, role=Role.CHIEF, name=CHIEF)
    app.button(key="model.approve").click().run()
    assert any("不能自己批准" in error.value for error in app.error) and publishing.status(workspace).active is None


def test_an_entity_shows_line_by_line_what_moved_the_models_points(open_app: OpenApp, winning: tuple[Workspace, str]) -> None:
    workspace, version = winning
    publishing.propose(workspace, version, actor=person(name=OFFICER).actor)
    publishing.approve(workspace, version, actor=person(Role.CHIEF, name=CHIEF).actor)
    run = pipeline.score(workspace, as_of=find_run(workspace).as_of)
    firms = [
        (entity.entity_id, [r for r in explain(workspace, run, entity.entity_id, actor=OPERATOR).reasons if r.group == GROUP])
        for entity in ranked(workspace, run, Filter(top=12), actor=OPERATOR)
    ]
    entity_id, own = max(firms, key=lambda firm: len(firm[1]))
    assert own, "the card gives somebody points"
    app = at_tab(open_app(workspace.home, ENTITY, entity=entity_id), words.TAB_MODEL)
    text = shown(app).replace("\\", "")
    assert f"模型加了什么：{sum(r.points for r in own):g} 分" in [header.value for header in app.header]
    for reason in own:
        assert f"{reason.points:+g} 分" in text
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == len(own)
    assert "一档；" in text and version in text
    app = at_tab(app, words.TAB_REASONS)
    assert not [caption for caption in app.caption if "仅规则" in caption.value]


def test_a_shape_is_drawn_as_steps_with_the_mark_on_its_own() -> None:
    card = card_of(("paid_capital_share", False, (0.1, 0.5), (120, 40, 0)))
    drawn = shape_chart(shape_of(card, 0), Mark(2, 4.0, "本户")).to_dict()
    steps, mark, _ = (drawn["datasets"][layer["data"]["name"]] for layer in drawn["layer"])
    assert [(step["左"], step["右"], step["分值"]) for step in steps] == [(0, 1, 0.0), (1, 2, 12.0), (2, 3, 4.0), (3, 4, 0.0)]
    assert [step["浓"] == 1.0 for step in steps] == [False, False, True, False], "only its own step is in full colour"
    assert (mark[0]["处"], mark[0]["分值"]) == (2.5, 4.0)
