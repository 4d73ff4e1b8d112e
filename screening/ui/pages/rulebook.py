"""The rule book: read as a manual, watched in use, edited as a draft, rehearsed and put into force."""

import streamlit as st

from screening.access import Verb
from screening.reference.rights import may
from screening.rulebook.active import active_rules
from screening.rulebook.book import read_rulebook
from screening.rulebook.drafting import check_draft, draft_files, save_draft, seen
from screening.rulebook.manual import manual
from screening.rulebook.publishing import status
from screening.scoring.drift import drift
from screening.scoring.health import rule_health
from screening.scoring.ranking import previous_run
from screening.ui import words
from screening.ui.parts import plain_table
from screening.ui.rehearsal_room import rehearsal_room
from screening.ui.rule_parts import drift_table, health_table, show_manual
from screening.ui.session import open_session
from screening.ui.text import plain

session = open_session()
workspace, folder = session.workspace, session.workspace.settings.rules
book = read_rulebook(active_rules(workspace))
st.title("规则库")
st.caption(f"现在启用的版本 {book.version}；{len(book.rules)} 条规则，另有 {len(book.waiting)} 条等数据")


def manual_tab() -> None:
    """The rules that score, and those that wait for data."""
    st.markdown(words.MANUAL_EXPLAINED)
    sought = st.text_input("查找", key="rulebook.sought", placeholder="编号、名称、条件或依据里的字")
    show_manual(manual(book, session.today), sought.strip())
    with st.expander(f"还算不了的规则：{len(book.waiting)} 条"):
        plain_table([{"编号": rule.id, "名称": rule.name, "在等什么": rule.waits_for} for rule in book.waiting])


def health_tab() -> None:
    """How the rules behaved in the latest run, and what moved since the one before."""
    runs = workspace.register.runs()
    if not runs:
        st.info(words.NO_RUN)
        return
    st.markdown(words.HEALTH_EXPLAINED)
    health_table(rule_health(workspace, runs[0], actor=session.actor), {rule.id: rule.name for rule in book.rules.values()})
    st.subheader("资料有没有变样")
    earlier = previous_run(workspace, runs[0])
    if earlier is None:
        st.markdown("只有一次评分，没有可比的。")
        return
    st.markdown(words.DRIFT_EXPLAINED)
    drift_table(drift(workspace, earlier, runs[0], actor=session.actor))


def edit_tab() -> None:
    """One file of the draft at a time."""
    st.markdown(words.EDIT_EXPLAINED)
    name = st.selectbox("规则文件", draft_files(folder), key="rulebook.file")
    before = (folder / name).read_text(encoding="utf-8")
    text = st.text_area("内容", before, height=480, key=f"rulebook.text.{name}.{seen(before)[:8]}")
    with st.container(horizontal=True):
        check, save = st.button("检查", key="rulebook.check"), st.button("存为草稿", key="rulebook.save", type="primary")
    if check:
        failures = check_draft(folder, name, text, session.today)
        for failure in failures:
            st.error(plain(failure))
        if not failures:
            st.success("写法、引用和全部示例都对。")
    if save:
        save_draft(folder, name, text, session.today, seen_before=seen(before), actor=session.actor)
        st.rerun()
    if status(workspace).is_folder_changed:
        st.warning(words.PLACE_OF_DRAFT)
    else:
        st.caption(words.SAME_AS_ACTIVE)


def rehearsal_tab() -> None:
    """What a draft would do to past months, and what becomes of it."""
    rehearsal_room(session)


rooms = {"手册": manual_tab, "运行情况": health_tab}
if may(session.actor, Verb.EDIT_RULES, folder):
    rooms["改草稿"] = edit_tab
if may(session.actor, Verb.REHEARSE, folder):
    rooms["演练与启用"] = rehearsal_tab
chosen = st.radio("看什么", list(rooms), key="rulebook.room", horizontal=True, label_visibility="collapsed")
rooms[chosen]()
