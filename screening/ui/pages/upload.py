"""Files in, receipt out, then scoring."""

import streamlit as st

from screening.reference.clock import moment
from screening.ui import words
from screening.ui.column_choice import Choice
from screening.ui.job_parts import begun, follow, show_bad_end, start_scoring
from screening.ui.jobs import JobKind
from screening.ui.parts import plain_table
from screening.ui.places import LIST, OVERVIEW
from screening.ui.session import forget_preview, open_session
from screening.ui.upload_parts import show_outcome
from screening.ui.uploads import Asked, start_load
from screening.vocabulary import Kind

LARGEST_MB = 500  # below the limit of intake, and shown in the box as it is; 512 would be shown as 1GB

session = open_session()
workspace, jobs, actor = session.workspace, session.jobs, session.actor
st.title("上传资料")
st.markdown(words.UPLOAD_EXPLAINED)

kinds = {kind.label: kind for kind in Kind}

st.header("第一步：选文件")
uploads = st.file_uploader(
    words.DROP_HERE, accept_multiple_files=True, key="upload.files", max_upload_size=LARGEST_MB, on_change=forget_preview
)
left, right = st.columns(2)
chosen = left.selectbox("表格的种类", [words.AUTO, *kinds], key="upload.kind", help=words.KIND_HELP, on_change=forget_preview)
received = right.date_input("收到日期", session.today, key="upload.received", format="YYYY-MM-DD", help=words.RECEIVED_HELP)

st.header("第二步：核对和入库")
buttons = st.container(horizontal=True)  # filled once it is known what is chosen further down
job, choice, again = jobs.last(JobKind.LOAD, actor), Choice(()), False
if job and job.is_running:
    follow(job)
elif job:
    show_bad_end(session, job)
    if job.result:
        choice = show_outcome(session, job, has_files=bool(uploads))
if choice.is_changed and uploads:
    st.warning(words.COLUMNS_CHANGED)
    again = st.button(words.AGAIN_WITH_COLUMNS, key="upload.again", type="primary", disabled=choice.is_refused)
if not uploads:
    buttons.markdown(words.FIRST_CHOOSE)
elif not (job and job.is_running):
    preview = buttons.button("先预览，不入库", key="upload.preview", disabled=choice.is_refused)
    keep = buttons.button("入库", key="upload.load", type="primary", disabled=choice.is_changed)
    if preview or keep or again:
        begun(start_load(session, uploads, Asked(kinds.get(chosen), received, choice.corrections, is_preview=not keep)))

st.header("第三步：评分")
st.markdown(words.SCORE_HELP)
as_of = st.date_input("评分截止日期", session.today, key="upload.as_of", format="YYYY-MM-DD")
job = jobs.last(JobKind.SCORE, actor)
if job and job.is_running:
    follow(job)
elif st.button("开始评分", key="upload.score", type="primary"):
    begun(start_scoring(session, as_of))
elif job:
    show_bad_end(session, job)
    if run := job.result:
        st.success(f"评分完成：截至 {run.as_of}，共 {run.summary['entities']} 户（{moment(job.begun_at)} 开始）。")
        if (newest := workspace.register.runs()[0]) != run:
            st.warning(f"总览和名单显示的仍是截止日期最新的一次评分（{newest.as_of}）。")
        st.page_link(OVERVIEW.path, label="看总览 →")
        st.page_link(LIST.path, label="看核查次序 →")

batches = workspace.register.batches()
with st.expander(f"已入库的资料：{len(batches)} 份"):
    if batches:
        plain_table(
            [
                {
                    "收到日期": f"{b.received}",
                    "文件": b.file_name,
                    "种类": b.kind.label,
                    "入库行数": f"{b.accepted}",
                    "入库时间": moment(b.loaded_at),
                }
                for b in reversed(batches)
            ]
        )
    else:
        st.markdown("还没有。")
