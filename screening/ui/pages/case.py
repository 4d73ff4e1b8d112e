"""One case: where it stands, what waits for approval, what can be done next, the joint session, what was found, everything that happened."""

import streamlit as st

from screening.access import Document, Scope
from screening.cases.casebook import Casebook
from screening.reference.rights import scope_of
from screening.ui import words
from screening.ui.case_parts import case_header, show_events, show_visits
from screening.ui.case_picture import case_picture
from screening.ui.case_records import measures, police_answer, whom_it_means
from screening.ui.case_steps import clock_requests, give_to_somebody, joint_session, next_step, waiting_request
from screening.ui.parts import entity_link
from screening.ui.places import CASES
from screening.ui.session import open_session

session = open_session()
book, actor = Casebook(session.workspace), session.actor
wanted = st.query_params.get("case")
if not wanted:
    st.title("案件详情")
    st.markdown("从“案件”里点一件进来。")
    st.page_link(CASES.path, label=f"去“{CASES.title}” →")
    st.stop()

case = book.case(actor, wanted)
case_header(book, case)
case_picture(book, case)
if case.entity_id and scope_of(actor, Document.REGISTRATION, session.workspace.settings.rules) is not Scope.NONE:
    entity_link(book.resolved(case.entity_id), "看这一户的资料和评分理由 →")
waiting_request(session, book, case)
whom_it_means(session, book, case)
police_answer(session, book, case)
joint_session(session, book, case)
if case.pending is None:
    st.header("下一步")
    next_step(session, book, case)
measures(session, book, case)
clock_requests(session, book, case)
give_to_somebody(session, book, case)
if found := book.visits(actor, case.case_id):
    st.header("核查记录")
    show_visits(book, found)
st.header("经过")
show_events(book, actor, book.events(actor, case.case_id))
st.caption(words.NOT_A_FINDING)
