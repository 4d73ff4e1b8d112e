"""A receipt on the page: what became of every file, line by line."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from screening.reference.fields import column_label
from screening.ui import words
from screening.ui.column_choice import corrected_text
from screening.ui.parts import plain_table
from screening.ui.text import plain
from screening.vocabulary import Kind

_PROBLEM_PIXELS = {"行": 56, "列": 150, "原文": 165, "问题": 440, "工作表": 130}


def receipt_table(entries: Sequence[Mapping[str, Any]]) -> None:
    """One line a file and kind, with its counts."""
    plain_table([{label: _cell(entry, key) for key, label in words.RECEIPT_COLUMNS.items()} for entry in entries])
    for entry in entries:
        if entry["message"]:
            st.markdown(plain(f"{entry['file']}：{entry['message']}"))


def unreadable_files(entries: Sequence[Mapping[str, Any]]) -> None:
    """Files that could not be read at all: which, why, what to do."""
    for entry in entries:
        name = "" if entry["file"] in entry["message"] else f"{entry['file']}："
        st.error(plain(f"{name}{entry['message']}。{entry.get('hint', '')}。"))


def receipt_details(entry: Mapping[str, Any]) -> None:
    """One file's columns, rejected rows, findings and sheets, each folded away."""
    name = f"{plain(entry['file'])}（{_cell(entry, 'kind')}）"
    with st.expander(f"{name}：拒收 {entry['rejected']} 行，提示 {len(entry['findings'])} 条"):
        if entry["rejects"]:
            st.markdown(f"**拒收的行**　{words.REJECTED_MEANS}")
            _problems(entry, "rejects")
        if entry["findings"]:
            st.markdown(f"**提示**　{words.FINDING_MEANS}")
            _problems(entry, "findings")
        if notes := [{"工作表": str(s["sheet"]), "说明": str(s["note"])} for s in entry["sheets"] if s["note"]]:
            st.markdown("**工作表说明**")
            plain_table(notes)
        st.markdown("**列的对应**")
        for table in entry["tables"]:
            if table["corrected"]:
                st.caption(plain(words.CORRECTED_BY_HAND.format(columns=corrected_text(table))))
        _columns(entry)


def _problems(entry: Mapping[str, Any], name: str) -> None:
    lines = [line | {"column": column_label(Kind(entry["kind"]), line["column"])} for line in entry[name]]
    table = pd.DataFrame([{label: _text(line.get(key)) for key, label in words.PROBLEM_COLUMNS.items()} for line in lines])
    columns = {label: st.column_config.TextColumn(width=width) for label, width in _PROBLEM_PIXELS.items()}
    st.dataframe(table, hide_index=True, column_config=columns)


def _columns(entry: Mapping[str, Any]) -> None:
    if entry["columns"]:
        kind = Kind(entry["kind"])
        plain_table([{"表中的列": header, "读作": column_label(kind, column)} for header, column in entry["columns"].items()])
    if entry["unmapped"]:
        st.markdown(f"没有用到的列（原文保留）：{plain('、'.join(entry['unmapped']))}")


def _cell(entry: Mapping[str, Any], key: str) -> str:
    if key == "kind":
        return Kind(entry["kind"]).label if entry["kind"] else "未识别"
    return _text(entry[key])


def _text(value: object) -> str:
    return "" if value is None else str(value)
