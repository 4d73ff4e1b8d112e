"""What moved the model's points, on an entity's page: line by line, each with its shape and where this entity stands on it."""

import streamlit as st

from screening.learning.standing import Stand, Standing
from screening.ui import words
from screening.ui.model.shapes import Mark, shape_chart
from screening.ui.parts import plain_table
from screening.ui.text import plain, points


def show_standing(found: Standing) -> None:
    """Lines that add something are drawn; the others are a table, folded."""
    st.header(f"模型加了什么：{points(found.points)}")
    st.markdown(words.MODEL_POINTS_EXPLAINED)
    adding = [stand for stand in found.stands if stand.points]
    silent = [stand for stand in found.stands if not stand.points]
    for stand in adding:
        _show(stand)
    if not adding:
        st.markdown(words.MODEL_ADDS_NOTHING)
    if found.cap:
        st.markdown(f"各行合计超过模型分的上限，扣回 **{points(found.cap, signed=True)}**。")
    if silent:
        with st.expander(f"没有加分的 {len(silent)} 行"):
            plain_table([_row(stand) for stand in silent])
    unknown = f"不知道的各行合计最多再加 {points(found.could_add)}。" if found.could_add else "没有不知道的行。"
    st.caption(plain(f"模型 {found.version}；{unknown}"))


def _show(stand: Stand) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(points(stand.points, signed=True))}　{plain(stand.shape.label)}**　{plain(stand.value)}")
        mark = Mark(stand.place, stand.points, f"本户 {stand.value}，{points(stand.points, signed=True)}")
        st.altair_chart(shape_chart(stand.shape, mark), width="stretch")
        st.caption(plain(f"在“{stand.shape.bins[stand.place].values}”一档；{stand.shape.title.partition('：')[2]}。"))


def _row(stand: Stand) -> dict[str, str]:
    return {"指标": stand.shape.label, "本户": stand.value, "知道了最多再加": points(stand.could_add) if stand.could_add else "—"}
