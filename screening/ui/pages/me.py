"""One's own account: who one is here, what that lets one see and do, and the way to a new password."""

import streamlit as st

from screening.reference.areas import read_areas
from screening.reference.clock import moment
from screening.reference.rights import rights_of
from screening.store.disclosures import decide, requests_for
from screening.ui import words
from screening.ui.parts import errors_shown_here, plain_table
from screening.ui.places import PASSWORD
from screening.ui.session import open_session
from screening.ui.text import plain

session = open_session()
actor, rules = session.actor, session.workspace.settings.rules
rights = rights_of(actor, rules)
names = {code: area.name for code, area in read_areas(rules).items()}

st.title("我的账号")
st.markdown(f"**{plain(actor.signature)}**　{actor.role.label}" + ("（示例）" if session.person.is_sample else ""))
if actor.areas:
    st.markdown(plain(f"负责：{'、'.join(names.get(code, code) for code in sorted(actor.areas))}"))
st.markdown(f"[{words.CHANGE_PASSWORD}]({PASSWORD})")
st.subheader("能看什么")
if rights.sees:
    plain_table([{"内容": document.label, "范围": scope.label} for document, scope in rights.sees.items()])
else:
    st.markdown(words.NO_ROOM)
st.markdown(f"联系信息：{rights.contact.label}。举报人一律显示为“群众A”。")
st.subheader("能做什么")
st.markdown("、".join(sorted(verb.label for verb in rights.may)) or "只看，不办。")

if asked := requests_for(session.workspace, actor):
    st.subheader("查看未遮挡信息的请求")
    for one in asked:
        with st.container(horizontal=True, vertical_alignment="center"):
            who = f"{one.name}（{one.unit}）请求看{one.about}：{one.purpose}"
            st.markdown(plain(f"{moment(one.at)}　{who}　{one.state}"))
            if one.is_granted is None and one.person_id != actor.person_id:
                for label, granted in (("批准", True), ("不同意", False)):
                    if st.button(label, key=f"me.{one.seq}.{granted}"):
                        with errors_shown_here():
                            decide(session.workspace, actor, one.seq, granted=granted)
                            st.rerun()
