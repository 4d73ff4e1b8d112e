"""Pieces of the case rooms: cases as a list, where one stands, what happened to it, what was found on the spot."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa
import streamlit as st

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import Event
from screening.cases.fields import FieldSpec
from screening.cases.visits import VisitRecord
from screening.reference.clock import moment
from screening.ui import words
from screening.ui.grades import grade_column, graded
from screening.ui.parts import grade_badge, plain_table
from screening.ui.places import CASE
from screening.ui.text import plain

_ROW_PIXELS = 40
_ROWS_IN_SIGHT = 12
_WIDTHS = {"主体": 250, "等级": 60, "现在": 110, "街道": 90, "到期": 140, "等批准": 90, "案件": 150}  # pixels


def cases_table(book: Casebook, cases: Sequence[Case], key: str) -> list[Case]:
    """The list; returns the cases whose lines are chosen."""
    columns = {name: st.column_config.Column(width=width) for name, width in _WIDTHS.items()}
    event = st.dataframe(
        pa.Table.from_pylist([_line(book, case) for case in cases]),
        key=key,
        hide_index=True,
        height=_ROW_PIXELS * (min(len(cases), _ROWS_IN_SIGHT) + 1) + 4,
        row_height=_ROW_PIXELS,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=columns | {"等级": grade_column(_WIDTHS["等级"])},
    )
    return [cases[row] for row in event.selection.rows]


def case_links(book: Casebook, cases: Sequence[Case]) -> None:
    """A short list as links, one line each."""
    for case in cases:
        due = f"，{moment(case.due_at)} 到期" if case.due_at else ""
        said = f"{case.grade.label}　{case.entity_name}　{book.workflow.label(case.state)}{due}"
        st.page_link(CASE.path, label=plain(said), query_params={"case": case.case_id})
    if not cases:
        st.markdown("没有。")


def session_line(book: Casebook, case: Case, *, is_asked: bool) -> None:
    """One case on the table of a joint session: until when, who has spoken, whom it waits for."""
    table = case.session or {}
    spoken = "、".join(opinion["unit"] for opinion in table.get("opinions", ())) or "还没有"
    waits = words.SESSION_RECORDED if table.get("minutes") else words.OWN_OPINION if is_asked else words.OTHERS_OPINION
    until = f"，{moment(case.due_at)} 到期" if case.due_at else ""
    street = book.areas.get(case.place or "", words.UNKNOWN_STREET)
    st.markdown(
        f"- **{case.grade.label}　{plain(case.entity_name)}**（{plain(street)}{until}）　说过的：{plain(spoken)}；现在等：{waits}"
    )


def case_header(book: Casebook, case: Case) -> None:
    """Who, how urgent, where it stands, until when, and the way it came."""
    st.title(plain(case.entity_name))
    with st.container(horizontal=True, vertical_alignment="center"):
        grade_badge(case.grade)
        st.badge(f"现在：{book.workflow.label(case.state)}", color="blue")
        if case.pending:
            st.badge("等批准", color="violet")
        st.caption(plain(f"{case.case_id}；{book.areas.get(case.place or '', words.UNKNOWN_STREET)}；第 {case.version} 版"))
    st.markdown(_until(case))
    if case.summary:
        st.markdown(f"线索摘要：{plain(case.summary)}")
    if case.closing:
        reasons = book.workflow.reasons
        concluded = {**reasons["conclusions"], **reasons["false_positive"]}.get(case.closing["conclusion"], "未写明")
        st.markdown(plain(f"结论：{concluded}，有效期至 {case.closing['expires_on']}。"))


def show_events(book: Casebook, actor: Actor, events: Sequence[Event]) -> None:
    """What happened, newest first, with what was filled in and the files."""
    for event in reversed(events):
        with st.container(border=True):
            st.markdown(f"**{plain(event.what(book.workflow.label))}**　{moment(event.at)}　{plain(event.who)}")
            if event.reason:
                st.markdown(plain(event.reason))
            filled = [line for name, value in event.fields.items() if (line := _filled(book, name, value))]
            if filled:
                st.caption(words.NEW_LINE.join(plain(line) for line in filled))
            for number, kept in enumerate(event.attachments):
                st.download_button(
                    plain(kept["name"]),
                    partial(book.attachment, actor, event.case_id, kept["sha256"]),
                    kept["name"],
                    key=f"case.file.{event.seq}.{number}",
                    on_click="ignore",
                )


def show_visits(book: Casebook, visits: Sequence[VisitRecord]) -> None:
    """Verification records, as they were reported."""
    for record in visits:
        people = "、".join(f"{officer['name']}（{officer['warrant_no']}）" for officer in record.officers)
        plain_table(
            [
                {"项目": "核查日期", "内容": record.visit_date.isoformat()},
                {"项目": "单位和人员", "内容": f"{record.unit}　{people}"},
                {"项目": "发现", "内容": record.findings_text(book.workflow.findings)},
                {"项目": "现场情况", "内容": record.situation},
            ]
        )


def due_line(left: int, unit: str) -> str:
    """How long is left, or how late it is."""
    return f"剩 {left}{unit}" if left >= 0 else f"逾期 {-left}{unit}"


def _until(case: Case) -> str:
    clock = case.clock or {}
    if clock.get("left") is not None:
        return "计时已暂停。"
    return f"**{moment(case.due_at)}** 到期。" if case.due_at else "没有期限。"


def _line(book: Casebook, case: Case) -> dict[str, object]:
    return {
        "主体": case.entity_name,
        "等级": graded(case.grade),
        "现在": book.workflow.label(case.state),
        "街道": book.areas.get(case.place or "", words.UNKNOWN_STREET),
        "到期": _due(case.due_at),
        "等批准": book.workflow.label(case.pending["to"])
        if case.pending and case.pending.get("to")
        else "是"
        if case.pending
        else "",
        "案件": case.case_id,
    }


def _due(at: datetime | None) -> str:
    return moment(at) if at else ""


def _filled(book: Casebook, name: str, value: Any) -> str:
    """One thing that was filled in, in words; nothing for what is not a field of the workflow, and for files, which are listed apart."""
    spec = book.workflow.fields.get(name)
    if spec is None or spec.kind == "files" or value in (None, "", [], {}):
        return ""
    return f"{spec.label}：{_said(book, spec, value)}"


def _said(book: Casebook, spec: FieldSpec, value: Any) -> str:
    match spec.kind:
        case "choice":
            return book.workflow.choices(spec).get(str(value), str(value))
        case "area":
            return book.areas.get(str(value), str(value))
        case "people":
            return "、".join(f"{one['name']} {one.get('warrant_no') or one.get('unit') or ''}".strip() for one in value)
        case "units":
            return "、".join(value)
        case "findings":
            return "、".join(f"{one['code']} {book.workflow.findings[one['code']].label}" for one in value)
    return str(value)
