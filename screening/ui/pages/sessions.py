"""The joint-session room: every case that waits to be talked over, who has spoken, who has not, and the table at which one is decided."""

import streamlit as st

from screening.cases import work
from screening.cases.casebook import Casebook
from screening.ui import words
from screening.ui.case_parts import case_header, session_line, show_visits
from screening.ui.case_steps import joint_session
from screening.ui.parts import entity_link, first_steps_while_nothing_scored
from screening.ui.places import CASE
from screening.ui.session import open_session
from screening.ui.text import plain

session = open_session()
book, actor = Casebook(session.workspace), session.actor
st.title("会商")
st.markdown(words.SESSIONS_EXPLAINED.format(units=book.workflow.joint_session.units))
waiting = book.cases(actor, states=["C1"])
if not waiting:
    st.info("现在没有要会商的案件。")
    first_steps_while_nothing_scored()
    st.stop()

for case in waiting:
    session_line(book, case, is_asked=work.is_asked(book, actor, case))
codes = {case.case_id: case for case in waiting}
chosen = st.selectbox(
    "现在议哪一件",
    list(codes),
    format_func=lambda code: f"{codes[code].grade.label}　{codes[code].entity_name}（{code}）",
    key="sessions.case",
    bind="query-params",
)
case = codes[chosen]
case_header(book, case)
if case.entity_id:
    entity_link(book.resolved(case.entity_id), "看这一户的资料和评分理由 →")
st.page_link(CASE.path, label=plain("打开案件 →"), query_params={"case": case.case_id})
if found := book.visits(actor, case.case_id):
    st.header("核查记录")
    show_visits(book, found)
joint_session(session, book, case)
