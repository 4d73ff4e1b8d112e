"""The line of time on an entity's page: newest first, chosen by what it tells of, each line with its source."""

from collections.abc import Sequence

import streamlit as st

from screening.timeline import Moment, Strand
from screening.ui import words
from screening.ui.places import CASE
from screening.ui.text import place_of, plain

_SHOWN = 40
_LONGEST = 400  # characters of one line; the whole text stands under 投诉原文 and in the case


def show_timeline(moments: Sequence[Moment]) -> None:
    """One list, so that it is light; the rest of a long one is folded."""
    st.caption(words.TIMELINE_EXPLAINED)
    told = [strand for strand in Strand if any(moment.strand is strand for moment in moments)]
    if not told:
        st.markdown(words.NO_MOMENTS)
        return
    chosen = st.pills("只看", told, selection_mode="multi", format_func=lambda s: s.label, key="entity.strands")
    lines = [moment for moment in moments if not chosen or moment.strand in chosen]
    st.markdown("\n".join(_line(moment) for moment in lines[:_SHOWN]))
    if len(lines) > _SHOWN:
        with st.expander(f"更早的 {len(lines) - _SHOWN} 条"):
            st.markdown("\n".join(_line(moment) for moment in lines[_SHOWN:]))
    for case_id in dict.fromkeys(moment.case_id for moment in lines if moment.case_id):
        st.page_link(CASE.path, label=plain(f"打开案件 {case_id} →"), query_params={"case": case_id})


def _line(moment: Moment) -> str:
    day = f"{moment.day:%Y-%m-%d}" if moment.day else "日期不详"
    said = moment.said if len(moment.said) <= _LONGEST else f"{moment.said[:_LONGEST]}……"
    source = f"案件 {moment.case_id}" if moment.case_id else place_of(moment.file, moment.sheet, moment.row)
    return f"- **{day}　{moment.strand.label}**　{plain(said)}{words.NEW_LINE}  出处：{plain(source)}"
