"""The list of entities as a table one can click in."""

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import streamlit as st

from screening.scoring.ranking import Ranked
from screening.ui import words
from screening.ui.grades import grade_column, graded
from screening.ui.session import picked
from screening.ui.text import called, day

_ROW_PIXELS = 40
_ROWS_IN_SIGHT = 14
_Click = Literal["single-row", "single-cell", "multi-row"]
_CLICKS: tuple[_Click, ...] = ("single-row", "single-cell")  # anywhere in a row
_WIDTHS = {
    "名次": 56,
    "等级": 112,
    "主体名称": 292,
    "风险分": 70,
    "行业": 118,
    "街道": 88,
    "完整度": 72,
    "上次核查": 104,
}  # pixels; together an office screen


def ranked_table(entities: Sequence[Ranked], key: str) -> str | None:
    """Show the list; returns the id of the entity the user clicked on, for whom the list they leave is not drawn once more."""
    rows = picked(key) or _chosen(entities, key, _CLICKS)
    return entities[rows[0]].entity_id if rows else None


def ranked_choice(entities: Sequence[Ranked], key: str) -> list[str]:
    """Show the list with a box to tick before every line; returns the ids of those ticked."""
    return [entities[row].entity_id for row in _chosen(entities, key, ("multi-row",))]


def _chosen(entities: Sequence[Ranked], key: str, clicks: Sequence[_Click]) -> list[int]:
    columns = {name: st.column_config.Column(width=width) for name, width in _WIDTHS.items()}
    st.dataframe(
        pa.Table.from_pylist([_line(entity) for entity in entities]),
        key=key,
        hide_index=True,
        height=_ROW_PIXELS * (min(len(entities), _ROWS_IN_SIGHT) + 1) + 4,
        row_height=_ROW_PIXELS,
        on_select="rerun",
        selection_mode=list(clicks),
        column_config=columns
        | {
            "等级": grade_column(_WIDTHS["等级"]),
            "风险分": st.column_config.NumberColumn(width=_WIDTHS["风险分"], format="%.1f"),
        },
    )
    return picked(key)


def _line(entity: Ranked) -> dict[str, object]:
    return {
        "名次": entity.rank,
        "等级": graded(entity.grade, entity.red_line),
        "主体名称": called(entity.name),
        "风险分": entity.score,
        "行业": entity.sector.label,
        "街道": entity.street or words.UNKNOWN_STREET,
        "完整度": f"{entity.completeness:.0%}",
        "上次核查": day(entity.last_visit_date),
    }
