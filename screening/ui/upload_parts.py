"""What became of the uploaded files: preview or receipt, file by file, with the columns to put right and the rejected rows to take along."""

from datetime import date

import streamlit as st

from screening.pipeline import Receipt
from screening.reports.rejects import write_rejects
from screening.reports.returned import write_returned
from screening.ui import words
from screening.ui.column_choice import Choice, choose_columns, show_first_rows, show_memory
from screening.ui.jobs import Job
from screening.ui.receipts import receipt_details, receipt_table, unreadable_files
from screening.ui.session import Session
from screening.ui.text import plain
from screening.ui.uploads import Asked


def show_outcome(session: Session, job: Job, *, has_files: bool) -> Choice:
    """The outcome of a finished load; returns how the columns are to be read at the next."""
    receipt: Receipt = job.result
    asked: Asked = job.asked
    st.subheader("预览" if asked.is_preview else "回执")
    unreadable_files(receipt.unreadable)
    readable = [entry for entry in receipt.files if not entry["error"]]
    if readable:
        if not asked.is_preview:
            st.success(f"已入库 {sum(entry['accepted'] for entry in readable)} 行。{words.RECONCILES}")
        elif has_files:
            st.warning(words.PREVIEW_ONLY)
        else:
            st.warning(words.CHOOSE_AGAIN)
        receipt_table(readable)
    _downloads(receipt, asked.received)
    return _files(session, job)


def _files(session: Session, job: Job) -> Choice:
    receipt: Receipt = job.result
    asked: Asked = job.asked
    choice = Choice(asked.corrections if asked.is_preview else ())
    for number, (entry, rows) in enumerate(zip(receipt.files, receipt.first_rows, strict=True)):
        if show_memory(session, entry["tables"], number):
            session.jobs.dismiss(job, session.actor)
            st.rerun()
        if asked.is_preview and entry["tables"]:
            with st.expander(
                plain(f"{entry['file']}：前几行和列的对应"), expanded=len(receipt.files) == 1 or bool(entry["error"])
            ):
                if not entry["error"]:
                    show_first_rows(entry, rows)
                choice = choose_columns(entry, rows, number, choice)
        if not entry["error"]:
            receipt_details(entry)
    return choice


def _downloads(receipt: Receipt, received: date) -> None:
    with st.container(horizontal=True):
        if any(entry["rejects"] for entry in receipt.files):
            st.download_button(
                "下载退回的行（补好可再上传）",
                lambda: write_returned(receipt.files),
                f"退回补正_{received:%Y%m%d}.xlsx",
                key="upload.returned",
                on_click="ignore",
                help=words.RETURNED_HELP,
            )
        if not receipt.is_clean:
            st.download_button(
                "下载问题清单（Excel）",
                lambda: write_rejects(receipt.files),
                f"拒收和提示_{received:%Y%m%d}.xlsx",
                key="upload.rejects",
                on_click="ignore",
            )
