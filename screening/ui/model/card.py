"""The model's card on the screen: what it was learned from, how well it does, for whom it says little, its lines as steps, and its drift."""

from collections.abc import Sequence

import streamlit as st

from screening.learning.card import chances, figures, limits
from screening.learning.drift import LineDrift
from screening.learning.shape import Shape, shape_of
from screening.model.scorecard import Scorecard
from screening.ui import words
from screening.ui.model.shapes import shape_chart
from screening.ui.parts import plain_table
from screening.ui.rule_parts import drift_words
from screening.ui.text import plain

_OPEN = 3  # lines drawn at once; the others are folded


def show_card(card: Scorecard) -> None:
    """How well, from what, for whom not."""
    learned = card.learned
    judged = learned.get("judged") or {}
    st.markdown(plain(str(judged.get("sentence", "没有检验结果"))))
    plain_table(
        [
            {
                "有结果的上门": str(learned.get("outcomes", "未知")),
                "其中查出问题": str(learned.get("finds", "未知")),
                "随机对照": str(learned.get("controls", "未知")),
                "评分日": "、".join(learned.get("days", [])) or "未知",
            }
        ]
    )
    for sentence in figures(judged):
        st.markdown(plain(f"· {sentence}"))
    st.markdown(plain(f"分值与查出机会：{chances(card)}"))
    st.subheader("对谁说不准")
    for sentence in limits(card):
        st.markdown(plain(f"· {sentence}"))
    st.subheader(f"学到了什么：{len(card.lines)} 行")
    st.caption(words.SHAPES_EXPLAINED)
    heaviest = sorted(range(len(card.lines)), key=lambda number: -card.lines[number].highest)
    for place, number in enumerate(heaviest):
        shape = shape_of(card, number)
        with st.expander(plain(shape.title), expanded=place < _OPEN):
            _show_shape(shape)


def show_drift(drifts: Sequence[LineDrift]) -> None:
    """Every line then and now, the largest change first."""
    st.subheader("现在的主体和训练时还像不像")
    st.caption(words.MODEL_DRIFT_EXPLAINED)
    if large := [drift.label for drift in drifts if drift.is_large]:
        st.warning(plain(f"变化大的：{'、'.join(large)}。"))
    plain_table(
        [
            {
                "指标": drift.label,
                "PSI": "户数太少" if drift.psi is None else f"{drift.psi:.2f}",
                "看法": drift_words(drift.psi),
                "未知（训练时 → 现在）": f"{drift.unknown_before:.0%} → {drift.unknown_now:.0%}",
            }
            for drift in drifts
        ]
    )


def _show_shape(shape: Shape) -> None:
    st.altair_chart(shape_chart(shape), width="stretch")
    plain_table(
        [
            {
                "取值": one.values,
                "分值": f"{one.points:g}",
                "现有主体": _counted(one.entities),
                "上过门": _counted(one.visited),
                "查出": _counted(one.found),
            }
            for one in shape.bins
        ]
    )


def _counted(number: int | None) -> str:
    return "未知" if number is None else str(number)
