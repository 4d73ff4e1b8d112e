"""What the lists say of an entity: every column with its source row, and how it changed from delivery to delivery."""

import streamlit as st

from screening.access import Actor, Verb
from screening.features.portrait import Portrait, ask_contact, disclose_contact
from screening.reference.clock import today
from screening.reference.fields import read_dictionary
from screening.reference.rights import may
from screening.store.disclosures import requests_for
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.parts import plain_table
from screening.ui.text import called, place_of, plain, shown
from screening.vocabulary import Kind


def show_registration(workspace: Workspace, entity_id: str, known: Portrait, *, actor: Actor, alone: bool = False) -> None:
    """The registration as the actor sees it; `alone` where nothing else of the entity may be seen."""
    if alone:
        st.title(plain(called(known.entity.get("name"))))
        st.info(words.ONLY_REGISTRATION)
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

    if may(actor, Verb.DISCLOSE_CONTACT, workspace.settings.rules):
        _offer_contact(workspace, entity_id, actor)

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


def _offer_contact(workspace: Workspace, entity_id: str, actor: Actor) -> None:
    """The masked details in full: asked for with a purpose, granted by another, shown once, gone with the next click."""
    fields = read_dictionary(Kind.ENTITIES).fields
    subject = f"{Kind.ENTITIES}:{entity_id}"
    own = [one for one in requests_for(workspace, actor) if (one.person_id, one.subject) == (actor.person_id, subject)]
    with st.expander("查看未遮挡的联系信息"), st.form(f"entity.contact.{entity_id}", clear_on_submit=True, border=False):
        st.caption(words.DISCLOSURE_EXPLAINED)
        if any(one.is_open for one in own):
            if st.form_submit_button("查看一次", key="entity.disclose"):
                shown_once = disclose_contact(workspace, actor, entity_id).items()
                plain_table(
                    [{"项目": fields[c].label, "内容": shown(value, fields[c])} for c, value in shown_once if value is not None]
                )
                st.caption(f"仅供{plain(actor.signature)}于 {today()} 查看，请勿转发。")
        elif any(one.is_granted is None for one in own):
            st.markdown(words.DISCLOSURE_WAITS)
            st.form_submit_button("看批了没有", key="entity.granted")
        else:
            purpose = st.text_input("为什么要看", key="entity.purpose", placeholder="例如：约谈前联系法定代表人")
            if st.form_submit_button("提请查看", key="entity.ask"):
                ask_contact(workspace, actor, entity_id, purpose)
                st.rerun()
