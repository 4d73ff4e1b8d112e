"""「假如……」 on an entity's page: now beside then, nothing saved, and what cannot be read said in a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.rehearsal.digest import NOT_SAVED
from screening.ui import words
from screening.ui.places import ENTITY
from screening.vocabulary import Grade
from tests.ui.test_pages import listed, shown

OpenApp = Callable[..., AppTest]
COMPLAINT = "业务员说保本保息年化24%，我投了10万元黄金托管，每月返2000元，现在提不了现，老板联系不上"


@pytest.fixture
def page(open_app: OpenApp, scored_home: Path) -> AppTest:
    """The page of an entity graded yellow."""
    entity = next(entity for entity in listed(scored_home) if entity.grade is Grade.YELLOW)
    app = open_app(scored_home, ENTITY, entity=entity.entity_id)
    app.session_state[f"entity.tab.{entity.entity_id}"] = words.TAB_WHAT_IF
    app.run()
    assert not app.error and not app.exception
    return app


def _key(app: AppTest, column: str = "") -> str:
    return ".".join(filter(None, ("entity.suppose", str(app.query_params["entity"]), column)))


def _choose(app: AppTest, *columns: str) -> AppTest:
    return app.multiselect(key=_key(app)).set_value(list(columns)).run()


def _try(app: AppTest) -> AppTest:
    return app.button(key="entity.try").click().run()


def test_a_worse_status_and_one_more_complaint_stand_beside_what_is(page: AppTest, scored_home: Path) -> None:
    before = listed(scored_home)
    _choose(page, "reg_status", "reg_capital_yuan")
    assert page.text_input(key=_key(page, "reg_capital_yuan")).label == "注册资本改为"
    page.selectbox(key=_key(page, "reg_status")).set_value("吊销未注销")
    page.text_input(key=_key(page, "reg_capital_yuan")).set_value("5000万元")
    page.text_area(key=_key(page, "complaint")).set_value(COMPLAINT)
    _try(page)
    assert not page.error and not page.exception
    figures = next(table.value for table in page.table if list(table.value.columns) == ["项目", "现在", "假如"])
    assert list(figures["项目"]) == ["分值", "等级", "离上一级", "离下一级", "未知最多可加"]
    now, then = (float(figures[side].iloc[0].replace("\\", "")) for side in ("现在", "假如"))
    assert then > now
    reasons = next(table.value for table in page.table if list(table.value.columns) == ["理由", "现在", "假如", "变化"])
    assert "新增" in set(reasons["变化"])
    assert NOT_SAVED in shown(page) and "新增投诉" in shown(page) and "50,000,000 元" in shown(page)
    assert listed(scored_home) == before


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("reg_capital_yuan", "面议", "读不了"), ("est_date", "", "没有写成立日期的值")],
)
def test_what_cannot_be_read_is_the_sentence_of_the_core(page: AppTest, column: str, value: str, said: str) -> None:
    _choose(page, column)
    page.text_input(key=_key(page, column)).set_value(value)
    _try(page)
    assert len(page.error) == 1 and said in page.error[0].value.replace("\\", "")
    assert not page.exception
    assert "主要理由" in shown(page), "the rest of the page is still there"


def test_nothing_supposed_is_a_sentence(page: AppTest) -> None:
    _try(page)
    assert "没有写要改什么" in page.error[0].value
