"""What leaves the house: the month's report with its figures and what does not reconcile, ledgers, letters and the evidence pack of a case."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from screening.cases.casebook import Casebook
from screening.reports.figures.catalogue import FIGURES
from screening.reports.figures.period import month_of, read_month
from screening.reports.ledgers.ledger import as_workbook, make_ledger, read_ledgers
from screening.reports.letters.letter import draw_up, letters_for
from screening.reports.monthly.report import monthly
from screening.reports.monthly.writing import files_of, put_down
from screening.reports.pack.build import build_pack
from screening.ui.parts import errors_shown_here, plain_table, show_first_steps
from screening.ui.session import open_session
from screening.ui.text import plain

MONTHS_OFFERED = 24

session = open_session()
workspace, actor, at = session.workspace, session.actor, datetime.now(UTC)
st.title("月报和文书")
if not workspace.register.runs():
    show_first_steps(len(workspace.register.batches()))
    st.stop()
st.header("月报")
months = [month_of(session.today)]
while len(months) < MONTHS_OFFERED:
    months.append(month_of(months[-1].opens - timedelta(days=1)))
chosen = st.selectbox("月份", [month.key for month in months], index=1, key="reports.month")
if st.toggle("看这个月的数字", key="reports.show"):
    with errors_shown_here():
        report = monthly(workspace, read_month(chosen), actor=actor, today=session.today)
        plain_table(
            [
                {
                    "数字": FIGURES[name].label,
                    "本月": f"{counted.value}{FIGURES[name].unit}",
                    "上月": str(report.before[name].value),
                    "本年累计": str(report.year[name].value),
                }
                for name, counted in report.month.items()
            ]
        )
        for note in report.notes:
            st.caption(plain(f"注：{note}"))
        if report.faults:
            st.error(f"有 {len(report.faults)} 处对不上，不能出文：")
            plain_table([{"对不上的": fault} for fault in report.faults])
        else:
            st.success("勾稽全部相符。")
            if st.toggle("生成文件", key="reports.files"):
                files = files_of(workspace, report, actor=actor)
                for name, content in files.items():
                    st.download_button(f"下载 {name}", content, file_name=name, key=f"reports.{name}")
                if not report.is_early and st.button("登记为已出的月报（下月期初按此核对）", key="reports.put"):
                    put_down(workspace, report, files, actor=actor, at=at)
                    st.success("已登记。")

st.header("台账")
forms = read_ledgers(workspace.settings.rules)
kind = st.selectbox("哪一种", list(forms), format_func=lambda name: forms[name].title, key="reports.ledger")
if st.button("出台账", key="reports.ledger.make"):
    with errors_shown_here():
        ledger = make_ledger(workspace, kind, actor=actor, at=at)
        st.markdown(f"{plain(ledger.title)}：{len(ledger.rows)} 件。")
        st.download_button(
            "下载台账", as_workbook(workspace, ledger, at), file_name=f"{ledger.title}.xlsx", key="reports.ledger.get"
        )

st.header("一件案子的文书和材料包")
book = Casebook(workspace)
cases = {case.case_id: case for case in book.cases(actor)}
case_id = st.selectbox(
    "案件",
    list(cases),
    format_func=lambda key: f"{cases[key].entity_name}　{key}",
    index=None,
    placeholder="选一件案子",
    key="reports.case",
)
if case_id:
    with errors_shown_here():
        letters = letters_for(workspace, book, case_id, actor=actor)
        wanted = st.selectbox("文书", list(letters), format_func=lambda name: letters[name].label, key="reports.letter")
        if wanted is None:
            st.markdown("现在没有您可以出的文书。")
        elif st.button("出草稿", key="reports.letter.make"):
            letter = draw_up(workspace, case_id, wanted, actor=actor, at=at)
            st.download_button(
                f"下载 {letter.label} {letter.number}", letter.content, file_name=letter.file_name, key="reports.letter.get"
            )
        if st.button("打材料包", key="reports.pack.make"):
            pack = build_pack(workspace, case_id, actor=actor, at=at)
            st.markdown(f"{len(pack.files)} 个文件，内容指纹 `{pack.digest}`。")
            st.download_button("下载材料包", pack.content, file_name=f"材料包_{case_id}.zip", key="reports.pack.get")
