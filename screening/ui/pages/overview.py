"""The situation at a glance: which scoring this is, how many stand where, how it came so, how far cases are, where nobody has been, what moved."""

import streamlit as st

from screening.access import Document, Scope
from screening.cases.casebook import Casebook
from screening.cases.funnel import funnel
from screening.reference.clock import moment
from screening.reference.rights import scope_of
from screening.scoring.indices import compared
from screening.scoring.overview import overview
from screening.scoring.trend import trend
from screening.scoring.visited import visited
from screening.ui import words
from screening.ui.charts import clicked, grade_bars, grade_table
from screening.ui.list_links import open_list
from screening.ui.parts import entity_link, index_table, plain_table, show_first_steps
from screening.ui.pictures import show_coverage, show_funnel, show_trend
from screening.ui.places import CASES, ENTITY, LIST
from screening.ui.ranked_table import ranked_table
from screening.ui.session import open_session
from screening.ui.text import one_line
from screening.vocabulary import Grade

MOVES_SHOWN = 8
TILE_PIXELS = 166

session = open_session()
workspace, actor = session.workspace, session.actor
runs = workspace.register.runs()
st.title("总览")
if not runs:
    show_first_steps(len(workspace.register.batches()))
    st.stop()

run = runs[0]
view = overview(workspace, run, actor=actor)
st.markdown(f"评分截至 **{run.as_of:%Y年%m月%d日}**，共 **{view.entities}** 户。")
st.caption(f"评分时间 {moment(run.created_at)}；规则库版本 {run.rulebook}；评分编号 {run.run_id}")
st.info(words.NOT_A_FINDING)

tiles = st.container(horizontal=True)
for grade, count in view.by_grade.items():
    with tiles.container(border=True, width=TILE_PIXELS):
        st.metric(f"**{grade.label}**", f"{count} 户")
        st.caption(words.GRADE_MEANING[grade])
        st.page_link(LIST.path, label="看名单 →", query_params={"list.grade": grade.label})

st.header("各行业、各街道")
st.caption(words.BARS_EXPLAINED)
with_rest = st.toggle("图中也画“资料不足”和“蓝”", key="overview.all_grades")
drawn = list(Grade) if with_rest else [Grade.RED, Grade.ORANGE, Grade.YELLOW]
by_sector = {(sector.label, grade): count for (sector, grade), count in view.by_sector.items()}
by_street = {(street or words.UNKNOWN_STREET, grade): count for (street, grade), count in view.by_street.items()}
for column, rows, counts in zip(st.columns(2), ("行业", "街道"), (by_sector, by_street), strict=True):
    with column:
        st.subheader(f"按{rows}")
        shown = {key: count for key, count in counts.items() if key[1] in drawn}
        if shown:
            alt = f"各{rows}各等级户数，数字见下面的表"
            event = st.altair_chart(grade_bars(shown, rows), key=f"overview.bars.{rows}", on_select="rerun", alt=alt)
            if chosen := clicked(event):
                open_list(grade=chosen[1], **{"sector" if rows == "行业" else "street": chosen[0]})
        else:
            st.markdown("没有红、橙、黄等级的主体。")
        with st.expander(f"看{rows}数字表"):
            st.dataframe(grade_table(counts, rows), hide_index=True)

st.header("逐月走势")
st.caption(words.TREND_EXPLAINED)
show_trend(trend(workspace, actor=actor))

if scope_of(actor, Document.CASES, workspace.settings.rules) is not Scope.NONE:
    st.header("从预警到办结")
    show_funnel(funnel(Casebook(workspace), actor))
    st.page_link(CASES.path, label="看案件 →")

st.header("哪里还没有去过")
st.caption(words.VISITED_EXPLAINED)
if cell := show_coverage(visited(workspace, run, actor=actor), key="overview.visited"):
    open_list(street=cell[0], sector=cell[1].label if cell[1] else None)

st.header("哪里更要紧")
st.markdown(words.INDEX_EXPLAINED)
indices = compared(workspace, run, words.UNKNOWN_STREET, actor=actor)
for column, rows, found in zip(st.columns(2), ("行业", "街道"), (indices.by_sector, indices.by_street), strict=True):
    with column:
        index_table(rows, found)

st.header("与上次评分相比")
if view.previous is None:
    st.markdown("这是第一次评分，没有更早的结果可比。")
else:
    st.markdown(
        f"上次评分截至 {view.previous.as_of:%Y年%m月%d日}。" + (f"上次有、这次没有的 {view.gone} 户。" if view.gone else "")
    )
    groups = {"risen": ("等级上升", view.risen), "new": ("新出现", view.new), "fallen": ("等级下降", view.fallen)}
    tabs = st.tabs([f"{title} {len(moves)} 户" for title, moves in groups.values()])
    for tab, (group, (_, moves)) in zip(tabs, groups.items(), strict=True):
        with tab:
            for move in moves[:MOVES_SHOWN]:
                entity_link(move.entity.entity_id, (f"{move.before.label} → " if move.before else "") + one_line(move.entity))
            if len(moves) > MOVES_SHOWN:
                with st.expander(f"全部 {len(moves)} 户"):
                    if opened := ranked_table([move.entity for move in moves], key=f"overview.{group}"):
                        st.switch_page(ENTITY.path, query_params={"entity": opened})
            if not moves:
                st.markdown("没有。")

if scope_of(actor, Document.RANKING, workspace.settings.rules) is not Scope.DISTRICT:
    st.stop()
st.header("投诉能不能对上主体")
links: dict[str, int] = run.summary["complaint_links"]
unlinked = sum(links.get(method, 0) for method in words.UNLINKED)
st.markdown(f"共 **{sum(links.values())}** 件投诉，其中 **{unlinked}** 件没有对上任何一家，不计入任何主体的分值。")
lines = [{"怎么对上的": label, "件数": str(links[method])} for method, label in words.LINK_METHODS.items() if method in links]
if lines:
    plain_table(lines)
