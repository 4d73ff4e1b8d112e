"""Accounts, for the administrator: who exists, new ones, closed ones, new passwords."""

import streamlit as st

from screening.accounts.people import add_person, list_people, reset_password, set_areas, set_disabled
from screening.reference.areas import read_areas
from screening.ui.parts import plain_table
from screening.ui.session import open_session, pressed
from screening.ui.text import plain
from screening.vocabulary import Role

session = open_session()
workspace, actor = session.workspace, session.actor
names = {code: area.name for code, area in read_areas(workspace.settings.rules).items()}
people = list_people(workspace, actor=actor)
st.title("账号")
plain_table(
    [
        {
            "账号": person.login + ("（示例）" if person.is_sample else ""),
            "姓名": person.name,
            "单位": person.unit,
            "角色": person.role.label,
            "街道": "、".join(names.get(code, code) for code in sorted(person.areas)),
            "状态": "停用" if person.is_disabled else "待改密码" if person.must_change else "正常",
        }
        for person in people
    ]
)

st.header("新建")
with st.form("accounts.add", clear_on_submit=True):
    login, name, unit = (
        st.text_input(label, key=f"accounts.{key}") for key, label in (("login", "账号"), ("name", "姓名"), ("unit", "单位"))
    )
    roles = [role for role in Role if role is not Role.SYSTEM]
    role = st.selectbox("角色", roles, format_func=lambda r: r.label, key="accounts.role")
    areas = st.multiselect("负责的街道（街道承办和网格员填）", list(names), format_func=names.__getitem__, key="accounts.areas")
    if st.form_submit_button("新建", key="accounts.create") and role:
        password = add_person(workspace, actor=actor, login=login, name=name, unit=unit, role=role, areas=areas)
        st.success(plain(f"已建 {login}，一次性密码 {password} 。只显示这一次，首次登录须改掉。"))

st.header("已有的账号")
chosen = st.selectbox("账号", people, format_func=lambda p: f"{p.login}　{p.name}", key="accounts.chosen")
if chosen:
    with st.container(horizontal=True):
        if st.button("重设密码", key="accounts.reset"):
            password = reset_password(workspace, chosen.login, actor=actor)
            st.success(plain(f"{chosen.login} 的一次性密码：{password} 。只显示这一次。"))
        if st.button("启用" if chosen.is_disabled else "停用", key="accounts.disable"):
            set_disabled(workspace, chosen.login, disabled=not chosen.is_disabled, actor=actor)
            st.rerun()
    if chosen.areas:
        wanted = st.multiselect(
            "负责的街道", list(names), sorted(chosen.areas), format_func=names.__getitem__, key=f"accounts.areas.{chosen.login}"
        )
        seen = pressed("改街道", f"accounts.set_areas.{chosen.login}", chosen.version)
        if seen is not None:
            set_areas(workspace, chosen.login, wanted, actor=actor, seen=seen)
            st.rerun()
