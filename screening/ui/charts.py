"""Pictures of counts: bars by grade, told apart by order, outline and number as well as by colour, each segment a way to the entities it counts."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from screening.vocabulary import Grade

# Fill and the ink that reads on it (contrast at least 4.5:1); the dark outline parts neighbours without colour.
FILLS = {
    Grade.RED: ("#B3261E", "#FFFFFF"),
    Grade.ORANGE: ("#F0994A", "#1F1F1F"),
    Grade.YELLOW: ("#FFDF6B", "#1F1F1F"),
    Grade.INSUFFICIENT: ("#D5D3DB", "#1F1F1F"),
    Grade.BLUE: ("#2F6DB5", "#FFFFFF"),
}
FONT_SIZE = 15
CHOSEN = "chosen"  # the selection that a click on a segment makes
OUTLINE = INK = "#333333"  # of words beside a picture: the theme's own grey is too pale to read
PAPER = "#FFFFFF"  # pictures are drawn on white, on a dark page too, so that their colours and words keep their contrast
_ROW_HEIGHT = 34
_NARROWEST = 0.035  # share of the longest bar a segment needs for its number to fit


def grade_bars(counts: Mapping[tuple[str, Grade], int], rows: str) -> alt.LayerChart:
    """Stacked bars, one a row of `counts` (label, grade) → entities; rows with most urgent entities come first."""
    order = _ordered(counts)
    base = alt.Chart(pd.DataFrame(_segments(counts, order))).encode(
        y=alt.Y(
            "行:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelFontSize=FONT_SIZE, labelColor=INK, labelLimit=220, ticks=False, domain=False),
        ),
        order=alt.Order("次序:Q"),
        tooltip=[alt.Tooltip("行:N", title=rows), alt.Tooltip("等级:N"), alt.Tooltip("户数:Q")],
    )
    bars = _bars(base, counts)
    numbers = base.mark_text(fontSize=FONT_SIZE - 1, cursor="pointer").encode(
        x=alt.X("中点:Q"),
        text="数字:N",
        color=alt.Color("墨色:N", scale=None),
        y=alt.Y("行:N", sort=order, title=None),
    )
    return alt.LayerChart(layer=[bars, numbers]).properties(height=_ROW_HEIGHT * len(order) + 40, background=PAPER)


def clicked(event: Any) -> tuple[str, Grade] | None:
    """Row and grade of the segment that was clicked."""
    for point in event["selection"].get(CHOSEN, ()):
        return point["行"], next(grade for grade in Grade if grade.label == point["等级"])
    return None


def grade_table(counts: Mapping[tuple[str, Grade], int], rows: str) -> pd.DataFrame:
    """The same numbers as a table, for those who cannot or need not see the picture."""
    lines = [{rows: label} | {grade.label: counts.get((label, grade), 0) for grade in Grade} for label in _ordered(counts)]
    return pd.DataFrame(lines)


def _bars(base: alt.Chart, counts: Mapping[tuple[str, Grade], int]) -> alt.Chart:
    """Bars in the grades' fills, whose segments can be clicked."""
    grades = [grade for grade in Grade if any(g is grade for _, g in counts)]
    labels = [grade.label for grade in grades]
    legend = alt.Legend(
        orient="top",
        title=None,
        labelFontSize=FONT_SIZE,
        labelColor=INK,
        symbolType="square",
        symbolSize=220,
        symbolStrokeWidth=1,
    )
    scale = alt.Scale(domain=labels, range=[FILLS[grade][0] for grade in grades])
    bars = base.mark_bar(stroke=OUTLINE, strokeWidth=0.7, cursor="pointer").encode(
        x=alt.X("户数:Q", stack="zero", axis=None), color=alt.Color("等级:N", sort=labels, scale=scale, legend=legend)
    )
    clickable: alt.Chart = bars.add_params(alt.selection_point(name=CHOSEN, fields=["行", "等级"], on="click"))
    return clickable


def _ordered(counts: Mapping[tuple[str, Grade], int]) -> list[str]:
    """Rows with most urgent entities first."""
    labels = {label for label, _ in counts}
    return sorted(labels, key=lambda label: ([-counts.get((label, grade), 0) for grade in Grade], label))


def _segments(counts: Mapping[tuple[str, Grade], int], rows: Sequence[str]) -> list[dict[str, object]]:
    """Every segment of every row: its length, where its middle lies, and its number where that fits."""
    longest = max(sum(counts.get((row, grade), 0) for grade in Grade) for row in rows)
    found: list[dict[str, object]] = []
    for row in rows:
        before = 0
        for place, grade in enumerate(Grade):
            width = counts.get((row, grade), 0)
            if width:
                found.append(
                    {
                        "行": row,
                        "等级": grade.label,
                        "户数": width,
                        "次序": place,
                        "中点": before + width / 2,
                        "数字": str(width) if width > _NARROWEST * longest else "",
                        "墨色": FILLS[grade][1],
                    }
                )
            before += width
    return found
