"""Every room through `app.py`: it opens, shows what the core says, and never leaves a user stranded."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import streamlit as st
import yaml
from streamlit.testing.v1 import AppTest

from screening.access import OPERATOR, Document
from screening.reports.rejects import write_rejects
from screening.scoring.ranking import Filter, Ranked, find_run, ranked
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.places import CASE, ENTITY, LIST, ME, OVERVIEW, PLACES, RULEBOOK, UPLOAD, Place
from screening.ui.text import plain
from screening.vocabulary import Grade, Sector
from tests.ui.conftest import work

SAMPLE = PROJECT_ROOT / "data" / "sample"
OpenApp = Callable[..., AppTest]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def shown(app: AppTest) -> str:
    """Everything readable on the page, without the backslashes that keep delivered text from being markup."""
    blocks = [
        *app.title,
        *app.header,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.success,
        *app.warning,
        *app.error,
    ]
    tables = [table.value.to_string() for table in [*app.table, *app.dataframe]]
    return as_read("\n".join([*(str(block.value) for block in blocks), *(e.label for e in app.expander), *tables]))


def as_read(markdown: str) -> str:
    """Delivered text as a reader sees it, without what keeps it from being markup."""
    return re.sub(r":small\[(.*?)\]", r"\1", markdown.replace("\\", ""))


def listed(home: Path, wanted: Filter | None = None) -> list[Ranked]:
    """What the core lists."""
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    return ranked(workspace, find_run(workspace), wanted, actor=OPERATOR)


OFFICERS = [place for place in PLACES if place.is_open_to(OPERATOR) and place.needs not in (Document.ACCOUNTS, Document.LOG)]


@pytest.mark.parametrize("place", OFFICERS, ids=lambda place: place.name)
def test_every_room_opens_on_an_empty_workspace_and_says_what_to_do_first(
    open_app: OpenApp, tmp_path: Path, place: Place
) -> None:
    app = open_app(tmp_path, place)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == place.title
    assert words.FIRST_STEPS[0] in shown(app) or place in (UPLOAD, RULEBOOK, ME) or (place is CASE and app.get("page_link"))


@pytest.mark.parametrize("place", OFFICERS, ids=lambda place: place.name)
def test_every_room_opens_on_a_scored_workspace(open_app: OpenApp, scored_home: Path, place: Place) -> None:
    app = open_app(scored_home, place)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(("host", "said"), [("127.0.0.1:8501", [words.LOOPBACK_ONLY]), ("screening.example", [])])
def test_every_room_says_that_it_answers_on_this_computer_only_unless_a_proxy_stands_before_it(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, said: list[str]
) -> None:
    monkeypatch.setattr(type(st.context), "headers", {"Host": host})
    app = open_app(tmp_path)
    assert [caption.value for caption in app.sidebar.caption] == said


def test_overview_counts_what_the_list_holds(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, OVERVIEW)
    entities = listed(scored_home)
    counts = [sum(entity.grade is grade for entity in entities) for grade in Grade]
    assert [metric.value for metric in app.metric] == [f"{count} 户" for count in counts]
    assert f"{len(entities)}" in shown(app)
    assert words.NOT_A_FINDING in shown(app)


def test_overview_tells_complaints_that_name_nobody(open_app: OpenApp, scored_home: Path) -> None:
    assert words.LINK_METHODS["waiting"] in shown(open_app(scored_home, OVERVIEW))


def test_filters_narrow_the_list_as_the_core_does(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, LIST)
    app.multiselect(key="list.grade").set_value([Grade.RED]).run()
    assert list(app.dataframe[0].value["主体名称"]) == [
        entity.name or words.NAMELESS for entity in listed(scored_home, Filter(grades=[Grade.RED]))
    ]
    app.multiselect(key="list.sector").set_value([Sector.GOLD_SHOP]).run()
    assert set(app.dataframe[0].value["行业"]) == {Sector.GOLD_SHOP.label}
    app.checkbox(key="list.red_line").check().run()
    assert all("红线" in word for (word,) in app.dataframe[0].value["等级"])


def test_filters_come_from_the_address(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, LIST, **{"list.grade": Grade.RED.label})
    assert {word[0] for (word,) in app.dataframe[0].value["等级"]} == {Grade.RED.label}


def test_text_finds_part_of_a_name_and_nothing_found_is_said(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, LIST)
    app.text_input(key="list.text").set_value("聚福").run()
    assert all("聚福" in name for name in app.dataframe[0].value["主体名称"])
    app.text_input(key="list.text").set_value("绝无此名").run()
    assert not app.exception
    assert "没有符合" in shown(app)


def test_a_click_on_a_row_opens_the_entity(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, LIST)
    app.session_state["list.table"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    first = listed(scored_home)[0]
    assert app.title[0].value.replace("\\", "") == first.name


def test_points_of_the_reasons_shown_add_up_to_the_score(open_app: OpenApp, scored_home: Path) -> None:
    for entity in (*listed(scored_home)[:3], listed(scored_home)[-1]):
        app = open_app(scored_home, ENTITY, entity=entity.entity_id)
        breakdown = app.table[0].value
        parts = [round(float(points) * 10) for points in breakdown["分值"].iloc[:-1]]
        reasons = [
            round(float(m.value.replace("\\", "").split(" 分")[0].strip("*")) * 10)
            for m in app.markdown
            if m.value[:3] in ("**\\", "**+")
        ]
        assert sum(parts) == sum(reasons) == round(entity.score * 10)
        assert app.metric[0].value == f"{entity.score:g}"
        assert words.NOT_A_FINDING in shown(app)
        assert (words.RED_LINE in shown(app)) == entity.red_line


def test_an_entity_page_shows_unknowns_registration_and_history(open_app: OpenApp, scored_home: Path) -> None:
    entity_id = listed(scored_home)[0].entity_id
    app = open_app(scored_home, ENTITY, entity=entity_id)
    text = shown(app)
    app.session_state[f"entity.tab.{entity_id}"] = words.TAB_REGISTRATION
    text += shown(app.run())
    for heading in ("还不知道的", "登记资料和出处", "历次名单", "可能的误报", "依据", "来源"):
        assert heading in text


def test_search_leads_to_the_entity(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, ENTITY)
    app.text_input(key="entity.text").set_value("虚甲聚福打金店")
    app.button(key="entity.search").click().run()
    assert "聚福打金店" in app.title[0].value


def test_an_unknown_entity_is_said_in_one_sentence_with_ways_on(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, ENTITY, entity="绝无此号")
    assert not app.exception
    assert "没有找到主体 绝无此号" in shown(app)
    assert app.get("page_link")


def test_upload_preview_stores_nothing_then_load_then_score(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path, UPLOAD)
    names = ("01_典当行名单.xlsx", "03_市监导出_金店.csv")
    files = [(name, (SAMPLE / "2026-10" / name).read_bytes(), XLSX if name.endswith("xlsx") else "text/csv") for name in names]
    files[1][1].decode("gb18030")
    app.file_uploader(key="upload.files").set_value(files).run()
    work(app, "upload.preview")
    assert words.PREVIEW_ONLY in shown(app)
    assert "已入库的资料：0 份" in shown(app)
    work(app, "upload.load")
    assert not app.exception
    receipt = app.table[0].value.set_index("文件")
    assert [text.replace("\\", "") for text in receipt.index] == list(names)
    for _, row in receipt.iterrows():
        assert int(row["读入"]) == int(row["接收"]) + int(row["拒收"]) + int(row["重复"])
    assert "没有名称" in shown(app)
    work(app, "upload.load")
    assert "本次没有新增" in shown(app)
    work(app, "upload.score")
    assert not app.exception
    assert "评分完成" in shown(app)


def test_an_unreadable_file_is_said_in_its_sentence_and_hinders_no_other(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path, UPLOAD)
    good = SAMPLE / "2026-10" / "01_典当行名单.xlsx"
    picture = ("扫描件.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 500, XLSX)
    app.file_uploader(key="upload.files").set_value([picture, (good.name, good.read_bytes(), XLSX)]).run()
    work(app, "upload.load")
    assert not app.exception
    assert any("扫描件" in error.value and "图片" in error.value for error in app.error)
    accepted = yaml.safe_load((SAMPLE / "receipts.yaml").read_text(encoding="utf-8"))["2026-10"][good.name]["accepted"]
    assert f"已入库 {accepted} 行" in shown(app)


def test_scoring_without_a_list_says_what_is_missing(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path, UPLOAD)
    work(app, "upload.score")
    assert not app.exception
    assert "没有主体名单" in shown(app)


def test_a_failure_of_the_program_is_said_in_chinese_with_ways_on(open_app: OpenApp, own_scored_home: Path) -> None:
    for scores in own_scored_home.glob("runs/*/scores.parquet"):
        scores.unlink()
    app = open_app(own_scored_home, OVERVIEW)
    assert not app.exception
    assert app.error[0].value == plain(words.INTERNAL_ERROR[0])
    assert app.get("page_link")


def test_delivered_text_is_shown_as_it_stands(open_app: OpenApp, tmp_path: Path) -> None:
    name = "=1+1 <b>粗</b> [链接](http://example.invalid) $x$ :red[红] **公司**"
    file = ("名单.csv", f"企业名称,统一社会信用代码\n{name},92440803MA91000125\n".encode("gb18030"), "text/csv")
    app = open_app(tmp_path, UPLOAD)
    app.file_uploader(key="upload.files").set_value([file]).run()
    work(app, "upload.load")
    work(app, "upload.score")
    app = open_app(tmp_path, ENTITY, entity="92440803MA91000125")
    assert app.title[0].value == plain(name)
    assert as_read(plain(name)) == name
    assert all(mark not in plain(name) for mark in ("**", "[链接](", " $", "<b>"))


def test_rejects_are_written_as_text_never_as_formulas(tmp_path: Path) -> None:
    line = {"sheet": "", "row": 3, "column": "name", "value": "=HYPERLINK(1)", "problem": "没有名称", "raw": {"金额": "=1+1"}}
    entry = {"file": "名单.csv", "sheet": "名单", "error": None, "message": "", "rejects": [line], "findings": []}
    path = tmp_path / "rejects.xlsx"
    path.write_bytes(write_rejects([entry]))
    cells = [cell for row in openpyxl.load_workbook(path)["拒收"].iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells] == ["名单.csv", "名单", "3", "name", "=HYPERLINK(1)", "没有名称", "金额：=1+1"]
    assert {cell.data_type for cell in cells} == {"s"}
