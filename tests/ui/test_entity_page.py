"""An entity's page: who it is on one screen, and behind tabs its line of time, whom it hangs together with, how its score moved."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.access import OPERATOR
from screening.cases.casebook import Casebook
from screening.features.ties import Node, Tie, Web
from screening.follow_up import raise_from_run
from screening.scoring.history import score_history
from screening.scoring.ranking import Filter, find_run
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.timeline import Strand
from screening.ui import words
from screening.ui.entity.web import drawing, path_sentence
from screening.ui.places import ENTITY
from screening.vocabulary import Grade, Role
from tests.ui.test_pages import listed, shown

OpenApp = Callable[..., AppTest]
STREET = frozenset({"440803001"})


def at_tab(app: AppTest, title: str) -> AppTest:
    """The same page with another tab in front."""
    app.session_state[f"entity.tab.{app.query_params['entity']}"] = title
    app.run()
    assert not app.exception
    return app


def opened(home: Path) -> Workspace:
    return Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))


@pytest.fixture
def first(scored_home: Path) -> str:
    """The entity at the head of the list."""
    return listed(scored_home, Filter(top=1))[0].entity_id


def test_the_first_screen_says_who_where_and_why(open_app: OpenApp, scored_home: Path, first: str) -> None:
    text = shown(open_app(scored_home, ENTITY, entity=first))
    for part in ("主要理由", "行业", "统一社会信用代码", "地址", "许可", "上次核查", "没有在办的", words.NOT_A_FINDING):
        assert part in text
    assert "法定代表人**　例**" in text, "the person in charge is masked"


def test_an_open_case_is_a_link(open_app: OpenApp, own_scored_home: Path) -> None:
    workspace = opened(own_scored_home)
    raise_from_run(Casebook(workspace), find_run(workspace), at=datetime.now(UTC))
    workspace.register.close()
    (entity,) = listed(own_scored_home, Filter(top=1))
    links = [link.proto.label for link in open_app(own_scored_home, ENTITY, entity=entity.entity_id).get("page_link")]
    assert any(label.startswith("在办案件") for label in links)


def test_the_line_of_time_can_be_narrowed(open_app: OpenApp, scored_home: Path, first: str) -> None:
    app = at_tab(open_app(scored_home, ENTITY, entity=first), words.TAB_TIMELINE)
    line = next(m.value for m in app.markdown if m.value.startswith("- **"))
    assert "投诉" in line and "核查" in line and "出处" in line
    app.button_group(key="entity.strands").set_value([Strand.VISIT]).run()
    narrowed = next(m.value for m in app.markdown if m.value.startswith("- **"))
    assert "　投诉**" not in narrowed and "　核查**" in narrowed


def test_market_supervision_reads_no_complaint_on_the_line_of_time(open_app: OpenApp, own_scored_home: Path) -> None:
    workspace = opened(own_scored_home)
    book = Casebook(workspace)
    raise_from_run(book, find_run(workspace), at=datetime.now(UTC))
    workspace.register.close()
    (entity,) = listed(own_scored_home, Filter(top=1))
    app = open_app(own_scored_home, ENTITY, role=Role.MARKET, entity=entity.entity_id)
    assert not app.exception and [info.value for info in app.info] == [words.ONLY_REGISTRATION]
    assert not app.tabs, "reasons, complaints and cases of what was not sent stay unseen"


def test_whoever_hangs_together_is_drawn_and_said(open_app: OpenApp, scored_home: Path) -> None:
    workspace = opened(scored_home)
    with workspace.connect() as connection:
        query = "SELECT entity_id FROM read_parquet(?) GROUP BY entity_id ORDER BY count(*) DESC, entity_id LIMIT 1"
        tied = connection.execute(query, [workspace.run_table(find_run(workspace), "ties")]).fetchall()[0][0]
    workspace.register.close()
    app = at_tab(open_app(scored_home, ENTITY, entity=tied), words.TAB_TIES)
    assert app.get("graphviz_chart")
    assert "1. 本户 —同一" in shown(app) and "出处：" in shown(app)
    assert any(link.proto.label.startswith("看 ") for link in app.get("page_link"))


def test_every_move_adds_up_to_the_change(open_app: OpenApp, scored_home: Path, first: str) -> None:
    workspace = opened(scored_home)
    history = score_history(workspace, find_run(workspace), first, actor=OPERATOR)
    workspace.register.close()
    app = at_tab(open_app(scored_home, ENTITY, entity=first), words.TAB_HISTORY)
    moves = next(table.value for table in app.table if list(table.value.columns) == ["理由", "怎么变", "原来", "现在", "变化"])
    changes = [round(float(cell.replace("\\", "")) * 10) for cell in moves["变化"]]
    assert len(history) > 1 and sum(changes) == round((history[-1].change or 0) * 10)


def test_hostile_names_stay_text_in_the_picture_and_in_the_sentences() -> None:
    hostile = 'x"; n0 [URL="http://e.invalid"]; \\N <b>粗</b>\n$y$ [链接](http://e.invalid)'
    tie = Tie("a", "b", (f"同一电话 {hostile}",), is_sure=False, sources=((hostile, "表", 3),))
    web = Web("a", {"a": Node("a", hostile, grade=Grade.RED), "b": Node("b", hostile, is_case=True)}, [tie], [[tie]])
    lines = drawing(web).splitlines()
    assert all(line.count('"') % 2 == 0 for line in lines)
    assert not any("\\N" in line or 'URL="' in line for line in lines)
    said = path_sentence(web, [tie])
    assert "[链接](" not in said and "<b>" not in said and "\\$y\\$" in said


def test_a_run_that_kept_no_ties_says_so(open_app: OpenApp, own_scored_home: Path) -> None:
    for table in own_scored_home.glob("runs/*/ties.parquet"):
        table.unlink()
    (entity,) = listed(own_scored_home, Filter(top=1))
    app = at_tab(open_app(own_scored_home, ENTITY, entity=entity.entity_id), words.TAB_TIES)
    assert words.TIES_NOT_KEPT in shown(app)


def test_a_subdistrict_opens_every_tab_of_its_own(open_app: OpenApp, scored_home: Path) -> None:
    own = next(entity for entity in listed(scored_home) if entity.street == "解放街道")
    app = open_app(scored_home, ENTITY, role=Role.STREET, areas=STREET, entity=own.entity_id)
    assert words.TAB_WHAT_IF not in [tab.label for tab in app.tabs]
    for tab in (words.TAB_TIMELINE, words.TAB_TIES, words.TAB_HISTORY, words.TAB_COMPLAINTS, words.TAB_REGISTRATION):
        assert [error.value for error in at_tab(app, tab).error] == ([words.RED_LINE] if own.red_line else [])
