"""The course of things as pictures: grades month by month, the way of cases, where nobody has been; each with its numbers in it and a table beside it."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from screening.cases.funnel import Funnel
from screening.scoring.trend import Point
from screening.scoring.visited import Visited
from screening.ui import words
from screening.ui.charts import FILLS, FONT_SIZE, INK, OUTLINE, PAPER
from screening.ui.parts import plain_table
from screening.ui.text import month
from screening.vocabulary import Grade, Sector

_DRAWN = (Grade.RED, Grade.ORANGE, Grade.YELLOW)
_STRIP_HEIGHT, _STAGE_HEIGHT, _ROW_HEIGHT, _CELL_WIDTH = 160, 40, 38, 112  # pixels
_TOTAL_WIDTH = 140  # pixels
_SIDE_BY_SIDE = 8  # months; up to so many, the three strips stand beside one another
_STAGE_FILL = "#2F6DB5"
# Share never visited, at least so much → fill and ink (contrast at least 4.5:1). Violet: none of the grades' colours.
HEAT = ((0.9, "#4A2C6F", "#FFFFFF"), (0.75, "#75549F", "#FFFFFF"), (0.5, "#BDA8D8", "#1F1F1F"), (0.25, "#DED2EC", "#1F1F1F"), (0.0, "#F4F0F9", "#1F1F1F"))  # fmt: skip


def show_trend(points: Sequence[Point]) -> None:
    """Red, orange and yellow month by month, each in a strip of its own with its number under every month."""
    boxes = st.columns(len(_DRAWN)) if len(points) <= _SIDE_BY_SIDE else [st.container() for _ in _DRAWN]
    for grade, box in zip(_DRAWN, boxes, strict=True):
        box.markdown(f"**{grade.label}**　{words.GRADE_MEANING[grade]}")
        box.altair_chart(_strip(points, grade), alt=f"每月{grade.label}级户数：{_said(points, grade)}")
    with st.expander("看每月数字表"):
        plain_table(
            [
                {"月份": month(point.run.as_of)}
                | {grade.label: str(point.by_grade[grade]) for grade in Grade}
                | {"规则": words.OTHER_RULES if point.is_other_rules else ""}
                for point in points
            ]
        )
    if any(point.is_other_rules for point in points):
        st.caption(words.OTHER_RULES_EXPLAINED)


def show_funnel(way: Funnel) -> None:
    """How far cases have come."""
    table = pd.DataFrame([{"阶段": f"{step.stage.label}　{step.reached} 件", "件数": step.reached} for step in way.steps])
    labels = alt.Axis(labelFontSize=FONT_SIZE, labelColor=INK, labelLimit=240, ticks=False, domain=False)
    bars = (
        alt.Chart(table)
        .mark_bar(color=_STAGE_FILL, height={"band": 0.7})
        .encode(
            y=alt.Y("阶段:N", sort=None, title=None, axis=labels),
            x=alt.X("件数:Q", axis=None, scale=alt.Scale(domain=[0, max(way.total, 1)])),
        )
        .properties(height=_STAGE_HEIGHT * len(way.steps), background=PAPER)
    )
    st.altair_chart(bars, alt="案件走到各阶段的件数：" + "，".join(f"{step.stage.label}{step.reached}件" for step in way.steps))
    with st.expander("看各阶段数字表"):
        plain_table(
            [{"阶段": step.stage.label, "到过": f"{step.reached} 件", "最远到这里": f"{step.furthest} 件"} for step in way.steps]
            + [{"阶段": "合计", "到过": "", "最远到这里": f"{way.total} 件"}]
        )
    st.caption(
        words.FUNNEL_EXPLAINED + (words.CLOSED_UNVISITED.format(count=way.closed_unvisited) if way.closed_unvisited else "")
    )


def show_coverage(cells: Sequence[Visited], key: str) -> tuple[str | None, Sector | None] | None:
    """Subdistricts × sectors, darkest where fewest were visited, totals first; returns the place of a cell that was clicked.

    A place is the subdistrict as the table names it, and its sector, each None for all of them.
    """
    streets = [None, *dict.fromkeys(cell.street or words.UNKNOWN_STREET for cell in cells)]
    sectors = [None, *(sector for sector in Sector if any(cell.sector is sector for cell in cells))]
    sums = [[_sum(cells, street, sector) for sector in sectors] for street in streets]
    names = [sector.label if sector else words.ALL_SECTORS for sector in sectors]
    rows = pd.Index([street or words.WHOLE_DISTRICT for street in streets], name="街道")
    texts = pd.DataFrame([[_cell(*counts) for counts in row] for row in sums], columns=names, index=rows)
    styles = pd.DataFrame([[_shade(*counts) for counts in row] for row in sums], columns=names, index=rows)
    event = st.dataframe(
        texts.style.apply(lambda _: styles, axis=None),
        key=key,
        row_height=_ROW_HEIGHT,
        height=_ROW_HEIGHT * (len(streets) + 1) + 4,
        on_select="rerun",
        selection_mode="single-cell",
        column_config={name: st.column_config.Column(width=_TOTAL_WIDTH if name == names[0] else _CELL_WIDTH) for name in names},
    )
    for row, name in event.selection.cells:
        return streets[row], sectors[names.index(name)]
    return None


def _strip(points: Sequence[Point], grade: Grade) -> alt.Chart:
    """One grade's columns; under each its number, its month and, where a year begins, the year."""
    labels = [
        f"{point.by_grade[grade]}|{point.run.as_of.month}月"
        + (f"|{point.run.as_of.year}年" if is_first or point.run.as_of.month == 1 else "")
        for is_first, point in zip([True, *[False] * (len(points) - 1)], points, strict=True)
    ]
    table = pd.DataFrame({"月份": labels, "户数": [point.by_grade[grade] for point in points]})
    axis = alt.Axis(
        labelExpr="split(datum.label, '|')",
        labelAngle=0,
        labelFontSize=FONT_SIZE - 1,
        labelColor=INK,
        labelOverlap=False,
        ticks=False,
    )
    share = min(0.85, len(points) / _SIDE_BY_SIDE)  # of its place: two months are not two walls
    strip: alt.Chart = (
        alt.Chart(table)
        .mark_bar(color=FILLS[grade][0], stroke=OUTLINE, strokeWidth=0.7, width={"band": share})
        .encode(x=alt.X("月份:N", sort=None, title=None, axis=axis), y=alt.Y("户数:Q", axis=None))
        .properties(height=_STRIP_HEIGHT, background=PAPER)
    )
    return strip


def _said(points: Sequence[Point], grade: Grade) -> str:
    return "，".join(f"{month(point.run.as_of)}{point.by_grade[grade]}户" for point in points)


def _sum(cells: Sequence[Visited], street: str | None, sector: Sector | None) -> tuple[int, int]:
    """Visited and all of a place; None for all of them."""
    here = [cell for cell in cells if street in (None, cell.street or words.UNKNOWN_STREET) and sector in (None, cell.sector)]
    return sum(cell.visited for cell in here), sum(cell.total for cell in here)


def _cell(visited: int, total: int) -> str:
    return f"{visited / total:.0%} {visited}/{total}" if total else ""


def _shade(visited: int, total: int) -> str:
    if not total:
        return ""
    fill, dark = next((fill, dark) for least, fill, dark in HEAT if 1 - visited / total >= least)
    return f"background-color: {fill}; color: {dark}"
