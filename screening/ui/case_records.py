"""What is put on record beside the steps of a case: the police's one word, whom a lead means, measures of an investigation, cases that are one."""

import streamlit as st

from screening.access import Verb
from screening.cases import leads, sessions, work
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.reference.rights import may
from screening.scoring.ranking import Filter, find_run, ranked
from screening.ui.case_form import ask_fields, kept
from screening.ui.case_parts import case_links
from screening.ui.case_steps import act_on
from screening.ui.session import Session
from screening.vocabulary import Role

_MATCHES_SHOWN = 10
_TO_BE_NAMED = ("A0", "A2")
_OF_A_MEASURE = ["action", "officers", "head_approval", "records", "grounds"]


def police_answer(session: Session, book: Casebook, case: Case) -> None:
    """有, 无 or 需面谈, for the police to say; there is nothing else to fill in."""
    if book.workflow.states[case.state].closed or not may(session.actor, Verb.ANSWER_POLICE, session.workspace.settings.rules):
        return
    place = f"case.{case.case_id}.police"
    with st.expander("公安答复（有、无、需面谈）"):
        given = ask_fields(book, ["police_answer"], ["police_answer"], place, {})
        act_on("答复", f"{place}.answer", case, lambda seen, now: sessions.answer_police(
            book, session.actor, case.case_id, given["police_answer"] or "", version=seen, at=now))  # fmt: skip


def whom_it_means(session: Session, book: Casebook, case: Case) -> None:
    """Which entity of the list a lead speaks of."""
    is_open = case.state in _TO_BE_NAMED and case.entity_id is None and case.pending is None
    if not is_open or session.actor.role is not Role.OFFICER or not session.workspace.register.runs():
        return
    place = f"case.{case.case_id}.link"
    with st.expander("这条线索指的是名单里的哪一户", expanded=True):
        word = st.text_input("名称", value=case.entity_name, key=f"{place}.word")
        wanted = Filter(text=word, top=_MATCHES_SHOWN)
        matches = ranked(session.workspace, find_run(session.workspace), wanted, actor=session.actor) if word else []
        entity = st.selectbox(
            "主体", matches, index=None, format_func=lambda e: f"{e.name}（{e.street or '未知街道'}）", key=place
        )
        if entity is None:
            return
        code = next((code for code, name in book.areas.items() if name == entity.street), None)
        told = (entity.entity_id, entity.name or case.entity_name, code)
        act_on("关联", f"{place}.do", case, lambda seen, now: leads.link_lead(
            book, session.actor, case.case_id, *told, version=seen, at=now))  # fmt: skip


def measures(session: Session, book: Casebook, case: Case) -> None:
    """A measure under an administrative case: which, by which officers, with which papers."""
    rules = book.workflow.investigation
    if case.state not in rules.states or session.actor.role not in rules.by or case.pending:
        return
    place = f"case.{case.case_id}.measure"
    with st.expander("记录调查措施"):
        given = ask_fields(book, _OF_A_MEASURE, ["action", "officers"], place, {})
        reason = st.text_input("说明（可不填）", key=f"{place}.reason")
        act_on("记录", f"{place}.do", case, lambda seen, now: work.record_measure(
            book, session.actor, case.case_id, kept(session, given), version=seen, at=now, reason=reason))  # fmt: skip


def cases_that_are_one(session: Session, book: Casebook) -> None:
    """Open cases of entities that people said are one: all but one are to be closed."""
    if session.actor.role is not Role.OFFICER:
        return
    for group in leads.open_doubles(book, session.actor):
        with st.container(border=True):
            st.markdown("认作同一家，而各有在办案件：留一件，其余按“与其他案件重复”关闭。")
            case_links(book, group)
