"""One entity: where it stands, every reason by element, what is not known, and what the lists say of it."""

import streamlit as st

from screening.access import Verb
from screening.features.portrait import find_entity, portrait
from screening.reference.rights import may
from screening.scoring.breakdown import by_element, matrix
from screening.scoring.explanation import explain
from screening.scoring.ranking import Filter, ranked
from screening.ui import words
from screening.ui.complaints import show_complaints
from screening.ui.parts import (
    entity_header,
    entity_link,
    show_breakdown,
    show_dimensions,
    show_first_steps,
    show_reasons,
    unknown_table,
    ways_on,
)
from screening.ui.places import ENTITY
from screening.ui.registration import is_explained, show_registration
from screening.ui.session import open_session
from screening.ui.text import one_line, plain, points
from screening.ui.what_if import what_if_section

MATCHES_SHOWN = 20

session = open_session()
workspace, actor = session.workspace, session.actor
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
    matches = ranked(workspace, run, Filter(text=text, top=MATCHES_SHOWN), actor=actor)
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

entity_id = find_entity(workspace, wanted, actor=actor)
if not is_explained(workspace, run, entity_id, actor=actor):
    show_registration(workspace, entity_id, actor=actor, alone=True)
    st.stop()
found = explain(workspace, run, entity_id, actor=actor)
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

if may(actor, Verb.REHEARSE, workspace.settings.rules):
    what_if_section(workspace, found.entity_id, portrait(workspace, found.entity_id, actor=actor).entity, run.as_of, actor=actor)

show_complaints(workspace, run, found.entity_id, actor=actor)

show_registration(workspace, found.entity_id, actor=actor)
st.caption(words.NOT_A_FINDING)
