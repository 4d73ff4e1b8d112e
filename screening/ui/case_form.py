"""What a step of a case asks for, drawn from the workflow's own fields: a page knows no field by name."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from screening.accounts.people import units
from screening.cases.casebook import Casebook
from screening.cases.fields import FieldSpec
from screening.store.files import keep_file
from screening.ui.session import Session
from screening.ui.text import plain

_SPARE_LINES = 1  # for one more person than must be named


def ask_fields(book: Casebook, names: Sequence[str], needed: Sequence[str], key: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """A widget for each field; returns what stands in them, uploads not yet kept. `known` fills in what the case already says."""
    return {name: _ask(book, book.workflow.fields[name], f"{key}.{name}", name in needed, known.get(name)) for name in names}


def kept(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    """The same with every upload kept by its content; raises as `keep_file` does."""
    return {name: _kept(session, value) for name, value in given.items()}


def _kept(session: Session, value: Any) -> Any:
    if not isinstance(value, list) or not value or not hasattr(value[0], "getvalue"):
        return value
    now, by = datetime.now(UTC), session.actor.person_id
    return [keep_file(session.workspace, upload.getvalue(), upload.name, by=by, at=now).sha256 for upload in value]


def _ask(book: Casebook, spec: FieldSpec, key: str, is_needed: bool, known: Any) -> Any:
    label = plain(spec.label) + ("" if is_needed else "（可不填）")
    match spec.kind:
        case "text":
            return st.text_area(label, key=key, height=80)
        case "date":
            day = st.date_input(label, value=None, key=key, format="YYYY-MM-DD")
            return day.isoformat() if day else None
        case "number":
            return (
                st.number_input(label, value=None, min_value=0, step=1, key=key) if spec.whole else st.text_input(label, key=key)
            )
        case "choice":
            choices = book.workflow.choices(spec)
            return st.selectbox(label, list(choices), index=None, format_func=choices.__getitem__, key=key, placeholder="请选择")
        case "area":
            codes = list(book.streets)
            index = codes.index(known) if known in codes else None
            return st.selectbox(label, codes, index=index, format_func=book.streets.__getitem__, key=key, placeholder="请选择")
        case "units":
            offered = units(book.workspace)
            return st.multiselect(label, offered, key=key, accept_new_options=True, placeholder="选择或输入单位名称")
        case "files":
            return st.file_uploader(label, accept_multiple_files=True, key=key)
        case "people":
            return _people(spec, label, key)
        case "findings":
            return _findings(book, label, key)


def _people(spec: FieldSpec, label: str, key: str) -> list[dict[str, str]]:
    st.markdown(f"{label}（至少 {spec.min} 人）")
    people = []
    for number in range(spec.min + _SPARE_LINES):
        left, right = st.columns(2)
        name = left.text_input(f"第 {number + 1} 人姓名", key=f"{key}.{number}.name")
        other, code = ("执法证号", "warrant_no") if spec.warrant else ("单位", "unit")
        said = right.text_input(f"第 {number + 1} 人{other}", key=f"{key}.{number}.{code}")
        if name.strip():
            people.append({"name": name, code: said})
    return people


def _findings(book: Casebook, label: str, key: str) -> list[dict[str, Any]]:
    codes = book.workflow.findings
    chosen = st.multiselect(
        label, list(codes), format_func=lambda code: f"{code} {codes[code].label}", key=key, placeholder="选一项或几项"
    )
    found = []
    for code in chosen:
        with st.container(border=True):
            st.markdown(f"**{code}　{plain(codes[code].label)}**")
            values = {
                name: _ask(book, spec, f"{key}.{code}.{name}", spec.required, None) for name, spec in codes[code].values.items()
            }
            note = st.text_input("补充说明（可不填）", key=f"{key}.{code}.note")
            found.append(
                {"code": code, "note": note, **{name: value for name, value in values.items() if value not in (None, "")}}
            )
    return found
