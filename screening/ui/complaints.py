"""An entity's complaints on its page: what people wrote, marked, how each was linked, and who came first."""

import streamlit as st

from screening.access import Actor, Document, Scope
from screening.features.complaints import Complaint, complaints_of, waiting
from screening.reference.rights import scope_of
from screening.rulebook.active import active_rules
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.text.reading import TextReader
from screening.ui import words
from screening.ui.marked import show_marked
from screening.ui.places import REVIEW
from screening.ui.text import place_of, plain
from screening.vocabulary import Sector

_SHOWN = 20


def show_complaints(workspace: Workspace, run: Run, entity_id: str, sector: Sector, *, actor: Actor) -> None:
    """Every complaint that counts for the entity, newest first, and how many more may mean it; its sector says which way money flows where nobody does."""
    if scope_of(actor, Document.COMPLAINTS, workspace.settings.rules) is Scope.NONE:
        return
    complaints = complaints_of(workspace, run, entity_id, actor=actor)
    st.header(f"群众怎么说：{len(complaints)} 件投诉举报")
    sees_queue = scope_of(actor, Document.QUEUE, workspace.settings.rules) is Scope.DISTRICT
    if sees_queue and (unsure := len(waiting(workspace, run, for_entity=entity_id, actor=actor))):
        st.warning(f"另有 {unsure} 件投诉可能指的是这一户，还没有人认定，没有计入分值。")
        st.page_link(REVIEW.path, label="去“认主体” →")
    if not complaints:
        st.markdown("没有对上这一户的投诉。")
        return
    st.caption(words.MARKS_EXPLAINED)
    reader = TextReader.of(active_rules(workspace))
    for complaint in complaints[:_SHOWN]:
        with st.container(border=True):
            _show(complaint, reader, sector)
    if len(complaints) > _SHOWN:
        with st.expander(f"其余 {len(complaints) - _SHOWN} 件"):
            for complaint in complaints[_SHOWN:]:
                _show(complaint, reader, sector)


def _show(complaint: Complaint, reader: TextReader, sector: Sector) -> None:
    when = f"{complaint.received_at:%Y-%m-%d}" if complaint.received_at else "日期不详"
    notes = [complaint.source or complaint.channel or "", words.LINK_METHODS[complaint.method]]
    if complaint.is_first_report:
        notes.append("首报" if complaint.reporter_no == 1 else f"第 {complaint.reporter_no} 位反映人首次来件")
    if complaint.is_said_again:
        notes.append("同一人三十日内又重复来件，只计最近一件")
    st.markdown(f"**{when}**　{plain('；'.join(filter(None, notes)))}")
    show_marked(complaint.words, reader, sector)
    st.caption(f"{plain(complaint.why)}　出处：{plain(place_of(complaint.file, complaint.sheet, complaint.row))}")
