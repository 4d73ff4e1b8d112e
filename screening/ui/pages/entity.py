"""One entity: where it stands, every reason by element, what is not known, and what the lists say of it."""

import streamlit as st

from screening.features.portrait import find_entity, portrait
from screening.reference.fields import read_dictionary
from screening.scoring.breakdown import by_element, matrix
from screening.scoring.explanation import explain
from screening.scoring.ranking import Filter, ranked
from screening.ui import words
from screening.ui.complaints import show_complaints
from screening.ui.parts import (
    entity_header,
    entity_link,
    plain_table,
    show_breakdown,
    show_dimensions,
    show_first_steps,
    show_reasons,
    unknown_table,
    ways_on,
)
from screening.ui.places import ENTITY
from screening.ui.session import open_session
from screening.ui.text import one_line, place_of, plain, points, shown
from screening.ui.what_if import what_if_section
from screening.vocabulary import Kind

MATCHES_SHOWN = 20

workspace = open_session().workspace
runs = workspace.register.runs()
if not runs:
    st.title("主体详情")
    show_first_steps(len(workspace.register.batches()))
    st.stop()

run = runs[0]
with st.form("entity.find", clear_on_submit=True, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
    text = st.text_input("查找主体", key="entity.text", placeholder="名称、信用代码或注册号，写一部分即可")
    sought = st.form_submit_button("查找", key="entity.search")
if sought and text:
    matches = ranked(workspace, run, Filter(text=text, top=MATCHES_SHOWN))
    if len(matches) == 1:
        st.switch_page(ENTITY.path, query_params={"entity": matches[0].entity_id})
    st.markdown(f"“{plain(text)}”找到 {len(matches)} 户" + ("（只列前几户）：" if len(matches) == MATCHES_SHOWN else "："))
    for match in matches:
        entity_link(match.entity_id, one_line(match))

wanted = st.query_params.get("entity")
if not wanted:
    st.title("主体详情")
    st.markdown("在上面写名称或代码查找，或从“核查次序”里点一户进来。")
    ways_on()
    st.stop()

found = explain(workspace, run, find_entity(workspace, wanted))
entity_header(found, run.summary["entities"])

shares = by_element(found)
st.header("为什么是这个分值")
show_breakdown(shares, found.score)
show_dimensions(matrix(found))
for share in shares:
    show_reasons(share)

st.header(f"还不知道的：最多再加 {points(found.could_add)}")
if found.unknown:
    st.markdown(words.UNKNOWN_IS_NOT_SAFE.format(points=points(found.could_add)))
    unknown_table(found.unknown)
else:
    st.markdown("没有因缺资料而无法判断的事项。")

known = portrait(workspace, found.entity_id)
what_if_section(workspace, found.entity_id, known.entity, run.as_of)

show_complaints(workspace, run, found.entity_id)

fields = read_dictionary(Kind.ENTITIES).fields
st.header("登记资料和出处")
plain_table(
    [
        {
            "项目": fields[column].label,
            "内容": shown(known.entity[column], fields[column]),
            "出处": place_of(**source),
        }
        for column, source in known.sources.items()
    ]
)

st.header("历次名单")
for number, delivery in enumerate(known.history):
    changes = [
        {
            "项目": fields[column].label,
            "原来": shown(change["before"], fields[column]),
            "后来": shown(change["after"], fields[column]),
        }
        for column, change in delivery["changed"].items()
    ]
    place = f"{delivery['received']}　{plain(place_of(delivery['file'], delivery['sheet'], delivery['row']))}"
    if number == 0:
        st.markdown(f"{place}：首次出现，{len(changes)} 项资料。")
    elif changes:
        with st.expander(f"{place}：{len(changes)} 项有变化或新增"):
            plain_table(changes)
    else:
        st.markdown(f"{place}：没有变化。")
st.caption(words.NOT_A_FINDING)
