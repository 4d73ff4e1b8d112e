"""How the score moved from run to run, on an entity's page: a line, a table, and for every move its parts, which add up to it."""

from collections.abc import Sequence
from itertools import pairwise

import altair as alt
import pandas as pd
import streamlit as st

from screening.scoring.history import Move, Standing
from screening.ui import words
from screening.ui.charts import INK, PAPER
from screening.ui.parts import plain_table
from screening.ui.text import points

_FONT_SIZE = 14
_HEIGHT = 180


def show_history(history: Sequence[Standing]) -> None:
    """Newest first; the newest move is open, earlier ones are folded."""
    st.caption(words.HISTORY_EXPLAINED)
    if len(history) > 1:
        st.altair_chart(_line(history), width="stretch")
    plain_table(
        [
            {
                "截至": one.as_of.isoformat(),
                "风险分": f"{one.score:g}",
                "变化": "—" if one.change is None else f"{one.change:+g}",
                "等级": one.grade.label,
                "次序": f"第 {one.rank} 位（{one.entities} 户）",
            }
            for one in reversed(history)
        ]
    )
    moved = [(before, after) for before, after in pairwise(history) if after.change is not None]
    for number, (before, after) in enumerate(reversed(moved)):
        title = f"{before.as_of} → {after.as_of}：{before.score:g} → {after.score:g}（{after.change:+g}）"
        with st.expander(title, expanded=number == 0):
            _show_moves(after)
    if len(history) == 1:
        st.markdown(words.ONLY_ONE_RUN)


def _show_moves(after: Standing) -> None:
    if after.is_other_book:
        st.info(words.OTHER_BOOK)
    if not after.moves:
        st.markdown(words.NO_REASON_CHANGED)
        return
    plain_table([_row(move) for move in after.moves])
    st.markdown(f"各条变化合计 **{points(after.change or 0.0, signed=True)}**，正好等于分值的变化。")


def _row(move: Move) -> dict[str, str]:
    name = move.name if not move.id.startswith("CAP-") else move.sentence
    return {
        "理由": name,
        "怎么变": move.moved.label,
        "原来": f"{move.before:g}",
        "现在": f"{move.now:g}",
        "变化": f"{move.change:+g}",
    }


def _line(history: Sequence[Standing]) -> alt.LayerChart:
    table = pd.DataFrame([{"截至": one.as_of.isoformat(), "风险分": one.score} for one in history])
    base = alt.Chart(table).encode(
        x=alt.X("截至:O", title=None, axis=alt.Axis(labelAngle=0, labelFontSize=_FONT_SIZE, labelColor=INK)),
        y=alt.Y("风险分:Q", title=None, axis=alt.Axis(labelFontSize=_FONT_SIZE, labelColor=INK, format="~f", tickCount=4)),
        tooltip=["截至:O", "风险分:Q"],
    )
    layers: list[alt.Chart] = [base.mark_line(), base.mark_point(size=80, filled=True)]
    return alt.LayerChart(layer=layers).properties(height=_HEIGHT, background=PAPER)
