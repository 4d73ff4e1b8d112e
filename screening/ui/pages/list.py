"""Who should be visited first: the ranked list, its filters in the address, and the workbook the office prints."""

from dataclasses import replace

import streamlit as st

from screening.cases.casebook import Casebook
from screening.cases.sending import may_dispatch
from screening.follow_up import send_chosen
from screening.reference.areas import read_areas
from screening.reports.ranked_list import write_ranked_list
from screening.rulebook.active import active_rules
from screening.scoring.ranking import Filter, count_ranked, ranked
from screening.ui import words
from screening.ui.case_steps import send_together
from screening.ui.parts import show_first_steps
from screening.ui.places import ENTITY
from screening.ui.ranked_table import ranked_choice, ranked_table
from screening.ui.session import open_session
from screening.vocabulary import Grade, Sector

ROWS_SHOWN = 200  # more than are visited in a month; each row costs the reader time before the first is seen

session = open_session()
workspace, actor = session.workspace, session.actor
runs = workspace.register.runs()
st.title("核查次序")
if not runs:
    show_first_steps(len(workspace.register.batches()))
    st.stop()

run = runs[0]
st.markdown(f"评分截至 **{run.as_of:%Y年%m月%d日}**，排在前面的先去。点一行，看这一户为什么排在这里。")
areas = [area.name for area in read_areas(active_rules(workspace)).values()]
grade_box, sector_box, area_box, text_box = st.columns([2, 2, 2, 2])
grades = grade_box.multiselect(
    "等级", list(Grade), format_func=lambda g: g.label, key="list.grade", bind="query-params", placeholder="全部等级"
)
sectors = sector_box.multiselect(
    "行业", list(Sector), format_func=lambda s: s.label, key="list.sector", bind="query-params", placeholder="全部行业"
)
area = area_box.selectbox("街道", areas, index=None, key="list.area", bind="query-params", placeholder="全部街道")
text = text_box.text_input("名称或代码", key="list.text", bind="query-params", placeholder="写一部分即可")
red_line_only = st.checkbox("只看命中红线、须人工确认的", key="list.red_line", bind="query-params")

wanted = Filter(grades=grades, sectors=sectors, area=area, text=text, red_line_only=red_line_only)
found = count_ranked(workspace, run, wanted, actor=actor)
if not found:
    st.warning("没有符合这些条件的主体。请减少条件，或清空上面的选择。")
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(
        f"共 **{found}** 户" + (f"，表中列出前 {ROWS_SHOWN} 户，其余请用上面的条件缩小。" if found > ROWS_SHOWN else "。")
    )
    st.download_button(
        "下载这份名单（Excel，附理由）",
        lambda: write_ranked_list(workspace, run, ranked(workspace, run, wanted, actor=actor), actor=actor),
        f"核查次序_{run.as_of:%Y%m%d}.xlsx",
        key="list.export",
        on_click="ignore",
    )
entities = ranked(workspace, run, replace(wanted, top=ROWS_SHOWN), actor=actor)
book = Casebook(workspace)
if may_dispatch(book, actor) and st.toggle(words.SEND_OUT, key="list.several", help=words.SEND_OUT_EXPLAINED):
    several = ranked_choice(entities, key="list.choice")
    send_together(session, lambda points, now: send_chosen(book, run, several, points, at=now, actor=actor), len(several), "list")
elif chosen := ranked_table(entities, key="list.table"):
    st.switch_page(ENTITY.path, query_params={"entity": chosen})
st.caption(words.NOT_A_FINDING)
