"""Files in, receipt out, then scoring."""

import streamlit as st

from screening import follow_up, pipeline
from screening.reports.rejects import write_rejects
from screening.ui import words
from screening.ui.parts import plain_table, progress_bar
from screening.ui.places import LIST, OVERVIEW
from screening.ui.receipts import receipt_details, receipt_table, unreadable_files
from screening.ui.session import forget_preview, keep_receipt, open_session
from screening.ui.uploads import files_on_disk
from screening.vocabulary import Kind

LARGEST_MB = 500  # below the limit of intake, and shown in the box as it is; 512 would be shown as 1GB

session = open_session()
workspace = session.workspace
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

st.header("第二步：入库")
if not uploads:
    st.markdown("选好文件后，这里会出现“先预览”和“入库”两个按钮。")
else:
    with st.container(horizontal=True):
        preview = st.button("先预览，不入库", key="upload.preview")
        keep = st.button("入库", key="upload.load", type="primary")
    if preview or keep:
        with files_on_disk(uploads) as paths:
            receipt = pipeline.load(
                workspace,
                paths,
                kind=kinds.get(chosen),
                received=received,
                dry_run=preview,
                progress=progress_bar(),
                actor=session.actor,
            )
        keep_receipt(receipt, is_preview=preview)
        st.rerun()

if session.receipt is not None:
    entries = session.receipt.files
    readable = [entry for entry in entries if not entry["error"]]
    st.subheader("预览" if session.is_preview else "回执")
    unreadable_files(session.receipt.unreadable)
    if readable:
        if session.is_preview:
            st.warning(words.PREVIEW_ONLY)
        else:
            st.success(f"已入库 {sum(entry['accepted'] for entry in readable)} 行。{words.RECONCILES}")
        receipt_table(readable)
    if not session.receipt.is_clean:
        st.download_button(
            "下载拒收和提示清单（Excel）",
            lambda: write_rejects(entries),
            f"拒收和提示_{received:%Y%m%d}.xlsx",
            key="upload.rejects",
            on_click="ignore",
        )
    for entry in readable:
        receipt_details(entry)

st.header("第三步：评分")
st.markdown(words.SCORE_HELP)
as_of = st.date_input("评分截止日期", session.today, key="upload.as_of", format="YYYY-MM-DD")
if st.button("开始评分", key="upload.score", type="primary"):
    run = follow_up.score(workspace, as_of=as_of, progress=progress_bar(), actor=session.actor)
    st.success(f"评分完成：截至 {run.as_of}，共 {run.summary['entities']} 户。")
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
                    "入库时间": f"{b.loaded_at.astimezone():%Y-%m-%d %H:%M}",
                }
                for b in reversed(batches)
            ]
        )
    else:
        st.markdown("还没有。")
