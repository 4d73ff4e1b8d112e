"""One entity: on one screen who it is and where it stands, then why, and behind tabs everything else, read when it is asked for."""

import streamlit as st

from screening.access import Document, Scope, Verb
from screening.features.portrait import find_entity, portrait
from screening.features.ties import web_of
from screening.learning.standing import scored_by, standing, why_rules_only
from screening.reference.rights import may, scope_of
from screening.scoring.breakdown import by_element, matrix
from screening.scoring.explanation import explain, explain_many
from screening.scoring.history import score_history
from screening.timeline import timeline
from screening.ui import words
from screening.ui.complaints import show_complaints
from screening.ui.entity.history import show_history
from screening.ui.entity.model import show_standing
from screening.ui.entity.portrait import show_portrait
from screening.ui.entity.timeline import show_timeline
from screening.ui.entity.web import show_web
from screening.ui.parts import (
    entity_header,
    show_adjustments,
    show_breakdown,
    show_dimensions,
    show_first_steps,
    show_reasons,
    unknown_table,
    ways_on,
)
from screening.ui.registration import show_registration
from screening.ui.search import search_form
from screening.ui.session import open_session
from screening.ui.text import plain, points
from screening.ui.what_if import what_if_section
from screening.vocabulary import Sector

session = open_session()
workspace, actor, rules = session.workspace, session.actor, session.workspace.settings.rules
runs = workspace.register.runs()
wanted = st.query_params.get("entity")
if not runs or not wanted:
    st.title("主体详情")
    if not runs:
        show_first_steps(len(workspace.register.batches()))
    else:
        search_form("entity")
        st.markdown("写名称、代码、地址或负责人姓名查找，或从“核查次序”里点一户进来。")
        ways_on()
    st.stop()

run = runs[0]
entity_id = find_entity(workspace, wanted, actor=actor)
known = portrait(workspace, entity_id, actor=actor)
reasons_seen = scope_of(actor, Document.REASONS, rules)
if reasons_seen is Scope.DISTRICT:
    found = explain(workspace, run, entity_id, actor=actor)
elif reasons_seen is not Scope.NONE and (explained := explain_many(workspace, run, [entity_id], actor=actor)):
    found = explained[0]
else:
    show_registration(workspace, entity_id, known, actor=actor, alone=True)
    st.stop()

entity_header(found, run.summary["entities"])
show_portrait(workspace, run, found, known.entity, actor=actor)

titles = [words.TAB_REASONS, words.TAB_TIMELINE, words.TAB_TIES, words.TAB_HISTORY]
if scope_of(actor, Document.COMPLAINTS, rules) is not Scope.NONE:
    titles.append(words.TAB_COMPLAINTS)
if (model := scored_by(workspace, run)) is not None:
    titles.append(words.TAB_MODEL)
if may(actor, Verb.REHEARSE, rules):
    titles.append(words.TAB_WHAT_IF)
titles.append(words.TAB_REGISTRATION)
tabs = dict(zip(titles, st.tabs(titles, key=f"entity.tab.{entity_id}", on_change="rerun"), strict=True))
(title, shown) = next((title, tab) for title, tab in tabs.items() if tab.open)
with shown:
    if title == words.TAB_REASONS:
        shares = by_element(found)
        st.header("为什么是这个分值")
        show_adjustments(found)
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
        if model is None:
            st.caption(plain(why_rules_only(workspace, actor=actor)))
    elif title == words.TAB_TIMELINE:
        show_timeline(timeline(workspace, run, entity_id, actor=actor))
    elif title == words.TAB_TIES:
        show_web(web_of(workspace, run, entity_id, actor=actor))
    elif title == words.TAB_HISTORY:
        show_history(score_history(workspace, run, entity_id, actor=actor))
    elif title == words.TAB_MODEL:
        show_standing(standing(workspace, run, entity_id, actor=actor))
    elif title == words.TAB_COMPLAINTS:
        show_complaints(workspace, run, entity_id, Sector(known.entity["sector"]), actor=actor)
    elif title == words.TAB_WHAT_IF:
        what_if_section(workspace, entity_id, known.entity, run.as_of, actor=actor)
    else:
        show_registration(workspace, entity_id, known, actor=actor)
st.caption(words.NOT_A_FINDING)
