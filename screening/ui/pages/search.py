"""What the search box found: firms and cases, each a link."""

import streamlit as st

from screening.ui import words
from screening.ui.parts import show_first_steps
from screening.ui.places import SEARCH
from screening.ui.search import found_by, show_cases, show_firms
from screening.ui.session import open_session
from screening.ui.text import plain

session = open_session()
text = (st.query_params.get("q") or "").strip()
st.title(f"{SEARCH.title}：{plain(text)}" if text else SEARCH.title)
if not session.workspace.register.runs():
    show_first_steps(len(session.workspace.register.batches()))
elif not text:
    st.markdown(words.SEARCH_EXPLAINED)
if text:
    firms, cases = found_by(session, text)
    if firms.total or not cases:
        show_firms(text, firms)
    show_cases(cases)
    st.caption(words.NOT_A_FINDING)
