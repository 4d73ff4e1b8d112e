"""A line of the model drawn as steps, from the least value to the greatest, with the mark of one entity where there is one."""

import json
from dataclasses import dataclass

import altair as alt
import pandas as pd

from screening.learning.shape import Shape
from screening.ui.charts import FILLS, FONT_SIZE, INK, OUTLINE, PAPER
from screening.vocabulary import Grade

_STEPS, _MARK = FILLS[Grade.BLUE][0], FILLS[Grade.RED][0]
_PALE = 0.35  # of the steps the entity does not stand on
_HEIGHT = 170
_GRID = "#E3E3E3"  # said here, for a dark page would draw it dark on our white paper
_ROOM_ABOVE = 1.4  # so that the words over the highest step have a place
_MOST_TICKS = 4


@dataclass(frozen=True)
class Mark:
    """Where one entity stands: the bin, its points, and what to write there."""

    place: int
    points: float
    words: str


def shape_chart(shape: Shape, mark: Mark | None = None) -> alt.LayerChart:
    """Points up, values to the right; not knowing is the first step and adds nothing. Every step is as wide as the next, however far its values reach."""
    highest = max(one.points for one in shape.bins)
    steps = pd.DataFrame(
        [
            {
                "左": place,
                "右": place + 1,
                "取值": one.values,
                "分值": one.points,
                "浓": 1.0 if mark is None or place == mark.place else _PALE,
            }
            for place, one in enumerate(shape.bins)
        ]
    )
    scale_y = alt.Scale(domain=[0, max(highest, 0.1) * _ROOM_ABOVE], nice=False)
    base = alt.Chart(steps).encode(
        x=alt.X("左:Q", title=None, axis=_axis(shape), scale=alt.Scale(domain=[0, len(shape.bins)], nice=False)),
        x2="右:Q",
        tooltip=[alt.Tooltip("取值:N"), alt.Tooltip("分值:Q")],
    )
    y_axis = alt.Axis(
        labelColor=INK, labelFontSize=FONT_SIZE - 2, tickCount=_MOST_TICKS, format="~f", domain=False, gridColor=_GRID
    )
    bars = base.mark_rect(color=_STEPS, stroke=OUTLINE, strokeWidth=0.7).encode(
        y=alt.Y("分值:Q", title=None, axis=y_axis, scale=scale_y), y2=alt.datum(0), opacity=alt.Opacity("浓:Q", scale=None)
    )
    layers: list[alt.Chart] = [bars] if mark is None else [bars, *_mark(mark, len(shape.bins))]
    return alt.LayerChart(layer=layers).properties(height=_HEIGHT, background=PAPER)


def _axis(shape: Shape) -> alt.Axis:
    """Ticks in words; where they would overlap some are left out."""
    said = json.dumps({str(round(position * 2)): words for position, words in shape.ticks}, ensure_ascii=False)
    return alt.Axis(
        values=[position for position, _ in shape.ticks],
        labelExpr=f"{said}[round(datum.value * 2)]",
        labelColor=INK,
        labelFontSize=FONT_SIZE - 2,
        labelOverlap="greedy",
        grid=False,
        domainColor=INK,
        tickColor=INK,
    )


def _mark(mark: Mark, bins: int) -> list[alt.Chart]:
    """A diamond on the step and the words over it, written to the side on which there is room."""
    place = mark.place + 0.5
    at = alt.Chart(pd.DataFrame([{"处": place, "分值": mark.points, "字": mark.words}])).encode(x="处:Q", y="分值:Q")
    is_left = place < bins / 2
    words = at.mark_text(
        align="left" if is_left else "right", baseline="bottom", dx=-8 if is_left else 8, dy=-9, fontSize=FONT_SIZE, color=INK
    )
    return [at.mark_point(shape="diamond", size=130, filled=True, color=_MARK, stroke=PAPER), words.encode(text="字:N")]
