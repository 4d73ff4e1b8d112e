"""The model: whether it scores, what it learned line by line, from what, how well it does, and for whom it says little; and who puts it into force."""

import streamlit as st

from screening.access import Document
from screening.learning.card import RULES_ONLY
from screening.learning.drift import card_drift
from screening.learning.schooling import still_needed
from screening.model.publishing import find_model, status, to_look_at
from screening.store.sight import require_district
from screening.ui import words
from screening.ui.model.card import show_card, show_drift
from screening.ui.model.publishing import show_actions, show_standing_of_model, show_training, show_waiting
from screening.ui.parts import show_first_steps
from screening.ui.second_person import show_steps
from screening.ui.session import open_session
from screening.ui.text import plain

session = open_session()
workspace, actor = session.workspace, session.actor
require_district(workspace, actor, Document.RULEBOOK)
found, versions, runs = status(workspace), to_look_at(workspace), workspace.register.runs()
st.title("模型")
st.markdown(words.MODEL_EXPLAINED)
show_standing_of_model(found)
if not runs:
    show_first_steps(len(workspace.register.batches()))
    st.stop()
if found.waiting:
    show_waiting(session, found.waiting)

lacking = still_needed(workspace, actor=actor)
if versions:
    version = versions[0]
    if len(versions) > 1:
        version = st.selectbox("看哪一版", versions, key="model.version")
    card = find_model(workspace, version)
    st.header(f"模型卡 {version}")
    show_card(card)
    show_drift(card_drift(workspace, card, runs[0], actor=actor))
    show_actions(session, found, card)
elif lacking:
    st.markdown(plain(f"{RULES_ONLY}：{lacking}。"))
if not lacking:
    show_training(session)
if found.steps:
    st.subheader("谁做了什么")
    show_steps(found.steps, found.active)
