"""Pictures of counts: horizontal bars by grade, told apart by order, outline and number as well as by colour."""

from collections.abc import Mapping

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
_OUTLINE = "#333333"
_ROW_HEIGHT = 34
_FONT_SIZE = 15
_NARROWEST = 0.035  # share of the longest bar a segment needs for its number to fit


def grade_bars(counts: Mapping[tuple[str, Grade], int], rows: str) -> alt.LayerChart:
    """Stacked bars, one a row of `counts` (label, grade) → entities; rows with most urgent entities come first."""
    grades = [grade for grade in Grade if any(g is grade for _, g in counts)]
    table = pd.DataFrame([_segment(counts, label, grade) for label in _ordered(counts) for grade in grades])
    order = [grade.label for grade in grades]
    base = alt.Chart(table).encode(
        y=alt.Y(
            "行:N",
            sort=_ordered(counts),
            title=None,
            axis=alt.Axis(labelFontSize=_FONT_SIZE, labelColor=_OUTLINE, labelLimit=220, ticks=False, domain=False),
        ),
        order=alt.Order("次序:Q"),
        tooltip=[alt.Tooltip("行:N", title=rows), alt.Tooltip("等级:N"), alt.Tooltip("户数:Q")],
    )
    bars = base.mark_bar(stroke=_OUTLINE, strokeWidth=0.7).encode(
        x=alt.X("户数:Q", stack="zero", axis=None),
        color=alt.Color(
            "等级:N",
            sort=order,
            scale=alt.Scale(domain=order, range=[FILLS[grade][0] for grade in grades]),
            legend=alt.Legend(
                orient="top",
                title=None,
                labelFontSize=_FONT_SIZE,
                labelColor=_OUTLINE,
                symbolType="square",
                symbolSize=220,
                symbolStrokeWidth=1,
            ),
        ),
    )
    numbers = base.mark_text(fontSize=_FONT_SIZE - 1).encode(
        x=alt.X("中点:Q"),
        text="数字:N",
        color=alt.Color("墨色:N", scale=None),
        y=alt.Y("行:N", sort=_ordered(counts), title=None),
    )
    chart = alt.LayerChart(layer=[bars, numbers])
    return chart.properties(height=_ROW_HEIGHT * len(_ordered(counts)) + 40)


def grade_table(counts: Mapping[tuple[str, Grade], int], rows: str) -> pd.DataFrame:
    """The same numbers as a table, for those who cannot or need not see the picture."""
    lines = [{rows: label} | {grade.label: counts.get((label, grade), 0) for grade in Grade} for label in _ordered(counts)]
    return pd.DataFrame(lines)


def _ordered(counts: Mapping[tuple[str, Grade], int]) -> list[str]:
    labels = {label for label, _ in counts}
    return sorted(labels, key=lambda label: ([-counts.get((label, grade), 0) for grade in Grade], label))


def _segment(counts: Mapping[tuple[str, Grade], int], label: str, grade: Grade) -> dict[str, object]:
    widths = {g: counts.get((label, g), 0) for g in Grade}
    before = sum(width for g, width in widths.items() if list(Grade).index(g) < list(Grade).index(grade))
    longest = max(sum(counts.get((row, g), 0) for g in Grade) for row in _ordered(counts))
    fits = widths[grade] > _NARROWEST * longest
    return {
        "行": label,
        "等级": grade.label,
        "户数": widths[grade],
        "次序": list(Grade).index(grade),
        "中点": before + widths[grade] / 2,
        "数字": str(widths[grade]) if fits else "",
        "墨色": FILLS[grade][1],
    }
