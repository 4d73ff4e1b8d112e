"""What waits for whoever sits here: requests to decide, sessions to speak in, cases to work on, terms that run out."""

from datetime import UTC, datetime

import streamlit as st

from screening.cases import moves, work
from screening.cases.casebook import Casebook
from screening.ui.case_parts import case_links, due_line
from screening.ui.parts import plain_table
from screening.ui.places import CASES
from screening.ui.session import open_session
from screening.ui.text import moment

LINES_SHOWN = 10

session = open_session()
book, now = Casebook(session.workspace), datetime.now(UTC)
moves.sweep(book, now)
mine = work.desk(book, session.actor)
st.title("我的待办")
parts = {"等我批准": mine.to_decide, "等本单位会商意见": mine.to_speak, "轮到我办": mine.to_do}
for column, (title, cases) in zip(st.columns(len(parts)), parts.items(), strict=True):
    column.metric(title, f"{len(cases)} 件", border=True)
for title, cases in parts.items():
    if cases:
        st.header(f"{title}（{len(cases)}）")
        case_links(book, cases[:LINES_SHOWN])
        if len(cases) > LINES_SHOWN:
            st.page_link(CASES.path, label=f"全部 {len(cases)} 件 →")
if not any(parts.values()):
    st.info("现在没有等您办的事。")

st.header("到期提醒")
marked = [item for item in work.due(book, session.actor, now, marked_only=True) if session.actor.role.value in item.tell]
if marked:
    plain_table(
        [
            {
                "主体": item.case.entity_name,
                "现在": book.workflow.label(item.case.state) + (f"（{item.step}）" if item.step else ""),
                "到期": moment(item.due) + ("" if item.is_confirmed else "（待定）"),
                "还剩": due_line(item.left, item.unit),
                "提醒": item.mark,
            }
            for item in marked[:50]
        ]
    )
else:
    st.markdown("没有要提醒的。")
