"""All cases in sight: filters in the address, several sent out at once, new leads."""

from datetime import UTC, datetime

import streamlit as st

from screening.cases.casebook import Casebook
from screening.cases.leads import MAY_REPORT, record_lead
from screening.follow_up import raise_from_run
from screening.scoring.ranking import Filter, ranked
from screening.ui.case_parts import case_links, cases_table
from screening.ui.case_records import cases_that_are_one
from screening.ui.case_steps import dispatch_together
from screening.ui.parts import errors_shown_here, first_steps_while_nothing_scored
from screening.ui.places import CASE
from screening.ui.session import open_session
from screening.ui.text import plain
from screening.vocabulary import Grade, Role

MATCHES_SHOWN = 10

session = open_session()
workspace, actor = session.workspace, session.actor
book = Casebook(workspace)
st.title("案件")

state_box, grade_box, street_box = st.columns(3)
states = state_box.multiselect(
    "现在",
    list(book.workflow.states),
    format_func=book.workflow.label,
    key="cases.state",
    bind="query-params",
    placeholder="全部",
)
grades = grade_box.multiselect(
    "等级", list(Grade), format_func=lambda g: g.label, key="cases.grade", bind="query-params", placeholder="全部等级"
)
street = street_box.selectbox(
    "街道", list(book.streets), index=None, format_func=book.streets.__getitem__, key="cases.street", bind="query-params",
    placeholder="全部街道",
)  # fmt: skip
with_closed = st.checkbox("连同已结的", key="cases.closed", bind="query-params")
found = book.cases(actor, states=states, area=street, open_only=not with_closed and not states)
found = [case for case in found if not grades or case.grade in grades]
if found:
    st.markdown(f"共 **{len(found)}** 件，最急的在前。选中一行打开，选中几行可以一起派发。")
    chosen = cases_table(book, found, key="cases.table")
    if len(chosen) == 1:
        st.page_link(CASE.path, label=plain(f"打开 {chosen[0].entity_name} →"), query_params={"case": chosen[0].case_id})
    dispatch_together(session, book, chosen)
else:
    st.info("没有符合条件的案件。")
    first_steps_while_nothing_scored()

cases_that_are_one(session, book)

runs = workspace.register.runs()
if actor.role is Role.OFFICER and runs:
    st.header("预警")
    st.markdown(f"最近一次评分截至 {runs[0].as_of:%Y年%m月%d日}。把其中红、橙、黄和命中红线的并入案件；同一次评分只并一次。")
    if st.button("把预警并入案件", key="cases.raise"):
        became = raise_from_run(book, runs[0], at=datetime.now(UTC), actor=actor)
        st.success("，".join(f"{word.label} {len(ids)} 件" for word, ids in became.items()) + "。")

if actor.role in MAY_REPORT:
    st.header("登记线索")
    sources = {code: source.label for code, source in book.workflow.sources.items()}
    source = st.selectbox("来源", list(sources), format_func=sources.__getitem__, key="lead.source")
    name = st.text_input("反映的是谁", key="lead.name", placeholder="名称、招牌或地址，照来源写")
    matches = (
        ranked(workspace, runs[0], Filter(text=name, top=MATCHES_SHOWN), actor=actor)
        if name and runs and actor.role is not Role.GRID
        else []
    )
    entity = st.selectbox(
        "是名单里的哪一户", matches, index=None, format_func=lambda e: f"{e.name}（{e.street or '未知街道'}）", key="lead.entity",
        placeholder="不确定就不选",
    )  # fmt: skip
    area = st.selectbox(
        "在哪个街道",
        list(book.streets),
        index=None,
        format_func=book.streets.__getitem__,
        key="lead.area",
        placeholder="不知道就不选",
    )
    handed = st.date_input("交办期限（12345 交办单写明的）", value=None, key="lead.due") if source == "hotline_12345" else None
    summary = st.text_area("反映什么（不写举报人是谁）", key="lead.summary")
    if st.button("登记", key="lead.record"):
        with errors_shown_here():
            case, became_ = record_lead(
                book,
                actor,
                source=source,
                summary=summary,
                at=datetime.now(UTC),
                entity_name=(entity.name if entity else None) or name,
                entity_id=entity.entity_id if entity else None,
                area_code=area,
                handed_due=handed,
            )
            st.success(plain(f"{became_.label}：{case.case_id}"))
            case_links(book, [case])
