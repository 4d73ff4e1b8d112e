"""Pieces that more than one room shows. Each takes plain data; those that offer a choice return it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import pyarrow as pa
import streamlit as st

from screening.errors import ScreeningError
from screening.scoring.breakdown import Matrix, Share
from screening.scoring.explanation import Explanation, Reason, Source, Unknown
from screening.scoring.indices import Index
from screening.scoring.indices import Share as IndexShare
from screening.ui import words
from screening.ui.places import DESK, ENTITY, LIST, ME, OVERVIEW, UPLOAD
from screening.ui.session import open_session
from screening.ui.text import called, place_of, plain, points
from screening.vocabulary import Dimension, Grade

_BADGES: dict[Grade, Literal["red", "orange", "yellow", "gray", "blue"]] = {
    Grade.RED: "red", Grade.ORANGE: "orange", Grade.YELLOW: "yellow", Grade.INSUFFICIENT: "gray", Grade.BLUE: "blue",
}  # fmt: skip
_SOURCES_SHOWN = 50
_FIGURE_PIXELS = 160  # two beside each other on a phone


def show_error(error: ScreeningError) -> None:
    """What is wrong, what to do, and ways on."""
    say_error(error)
    ways_on()


@contextmanager
def errors_shown_here() -> Iterator[None]:
    """Say what is wrong beside the button that asked for it, and let the rest of the page be."""
    try:
        yield
    except ScreeningError as error:
        say_error(error)


def say_error(error: ScreeningError) -> None:
    """What is wrong and what to do, and no more."""
    st.error(plain(error.message))
    if error.hint:
        st.markdown(f"怎么办：{plain(error.hint)}")


def ways_on() -> None:
    """Links that lead on from any dead end."""
    session = open_session()
    rules = session.workspace.settings.rules
    with st.container(horizontal=True):
        for place in (place for place in (DESK, OVERVIEW, LIST, UPLOAD, ME) if place.is_open_to(session.actor, rules)):
            st.page_link(place.path, label=f"去“{place.title}” →")


def show_first_steps(batches: int) -> None:
    """Shown in every room as long as nothing has been scored."""
    st.info(words.NOT_YET_SCORED.format(count=batches) if batches else words.NO_RUN)
    for step in words.FIRST_STEPS:
        st.markdown(step)
    st.page_link(UPLOAD.path, label=f"去“{UPLOAD.title}” →")


def first_steps_while_nothing_scored() -> None:
    """The first steps, for who may take them, in a room that has something to show without a scoring as well."""
    session = open_session()
    if not session.workspace.register.runs() and UPLOAD.is_open_to(session.actor, session.workspace.settings.rules):
        show_first_steps(len(session.workspace.register.batches()))


def entity_link(entity_id: str, label: str) -> None:
    """A link to an entity's page."""
    st.page_link(ENTITY.path, label=plain(label), query_params={"entity": entity_id})


def grade_badge(grade: Grade) -> None:
    """The grade in its colour and in words."""
    st.badge(f"等级：{grade.label}", color=_BADGES[grade])


def entity_header(found: Explanation, entities: int) -> None:
    """Who, which grade, and the four figures that go with it."""
    st.title(plain(called(found.name)))
    with st.container(horizontal=True, vertical_alignment="center"):
        grade_badge(found.grade)
        st.caption(f"主体编号 {plain(found.entity_id)}；评分截至 {found.as_of}。{words.NOT_A_FINDING}")
    figures = {
        "风险分": f"{found.score:g}",
        "核查次序": f"{found.rank}/{entities}",
        "资料完整度": f"{found.completeness:.0%}",
        "未知最多再加": points(found.could_add),
    }
    with st.container(horizontal=True, gap="small"):
        for label, value in figures.items():
            st.metric(label, value, border=True, width=_FIGURE_PIXELS)
    if found.red_line:
        st.error(words.RED_LINE)


def show_adjustments(found: Explanation) -> None:
    """The combinations that lift or hold down the grade."""
    for adjustment in found.adjustments:
        st.warning(f"组合加判　{plain(adjustment.sentence)}（{plain('、'.join(adjustment.rests_on))}）")


def show_breakdown(shares: Sequence[Share], score: float) -> None:
    """How the points add up, one line an element, caps and total."""
    lines = [
        (share.element.label if share.element else words.CAPS, share.points, words.ELEMENT_QUESTION[share.element])
        for share in shares
    ]
    total = {"方面": "**合计**", "分值": f"**{score:g}**", "看什么": "即风险分，由下面各条理由逐条相加"}
    _wrapping_table([*({"方面": name, "分值": f"{value:g}", "看什么": why} for name, value, why in lines), total])


def show_dimensions(told: Matrix) -> None:
    """The same points by the five sub-indices."""
    st.caption(words.DIMENSIONS_EXPLAINED)
    for column, (dimension, value) in zip(st.columns(len(Dimension)), told.by_dimension().items(), strict=True):
        column.metric(dimension.label, f"{value:g}")


def index_table(rows: str, indices: Sequence[Index]) -> None:
    """Subdistricts or sectors with what the machine proposes and what people found."""
    plain_table([{rows: index.name, "系统提示": _of(index.proposed), "现场查见": _of(index.found)} for index in indices])


def _of(share: IndexShare) -> str:
    if share.interval is None:
        return "没有核查"
    low, high = share.interval
    return f"{share.count}/{share.of}（{low:.0%}–{high:.0%}）"


def show_reasons(share: Share) -> None:
    """One element's heading and its reasons."""
    name = share.element.label if share.element else words.CAPS
    st.subheader(f"{name}　{points(share.points)}")
    st.caption(words.ELEMENT_QUESTION[share.element])
    if not share.reasons:
        st.markdown(words.NO_HIT_IS_NOT_SAFE)
    for reason in share.reasons:
        with st.container(border=True):
            _show_reason(reason)


def _show_reason(reason: Reason) -> None:
    marks = "".join(
        f"（{mark}）" for mark, applies in (("红线", reason.red_line), (words.UNVERIFIED, not reason.verified)) if applies
    )
    st.markdown(f"**{plain(points(reason.points, signed=True))}　{plain(reason.name)}{marks}**")
    lines = [plain(reason.sentence), f"依据：{plain('；'.join(reason.basis))}"]
    if reason.false_positive:
        lines.append(f"可能的误报：{plain(reason.false_positive)}")
    st.markdown(words.NEW_LINE.join(lines))
    if reason.sources:
        with st.expander(f"来源：{len(reason.sources)} 行"):
            source_table(reason.sources)


def source_table(sources: Sequence[Source]) -> None:
    """The rows a reason rests on, as the office's own files number them."""
    shown = sources[:_SOURCES_SHOWN]
    plain_table([{"出处": place_of(s.file, s.sheet, s.row), "日期": s.date or "", "原文": s.quote or ""} for s in shown])
    if len(sources) > _SOURCES_SHOWN:
        st.caption(f"共 {len(sources)} 行，此处列出前 {_SOURCES_SHOWN} 行。")


def unknown_table(unknown: Sequence[Unknown]) -> None:
    """What could not be told, how much it could add, and which facts would settle it."""
    ordered = sorted(unknown, key=lambda u: -u.could_add)
    plain_table([{"事项": u.name, "最多再加": points(u.could_add), "还缺": "、".join(u.missing)} for u in ordered])


def plain_table(lines: Sequence[Mapping[str, str]]) -> None:
    """A small table of delivered text that wraps instead of being cut off."""
    _wrapping_table([{key: plain(value) for key, value in line.items()} for line in lines])


def _wrapping_table(lines: Sequence[Mapping[str, str]]) -> None:
    """As an Arrow table, which goes to the browser as it is: by way of pandas a page of twenty would take half a second."""
    st.table(pa.Table.from_pylist(lines), hide_index=True, border="horizontal")
