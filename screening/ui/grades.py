"""Grades in a table: the word on its colour. A column of its own kind draws it; pandas' styles cost the reader a tenth of a second."""

from typing import Any

import streamlit as st

from screening.ui import words
from screening.ui.charts import FILLS
from screening.vocabulary import Grade


def graded(grade: Grade, red_line: bool = False) -> list[str]:
    """The cell of a `grade_column`."""
    return [grade.label + (words.RED_LINE_MARK if red_line else "")]


def grade_column(pixels: int) -> Any:
    """A column of such cells, so wide."""
    colours = {word: FILLS[grade][0] for grade in Grade for word in (*graded(grade), *graded(grade, red_line=True))}
    return st.column_config.MultiselectColumn(options=list(colours), color=list(colours.values()), width=pixels, disabled=True)
