"""The way from a count to what it counts: the ranked list, filtered as the count was and no narrower."""

import streamlit as st

from screening.ui import words
from screening.ui.places import LIST
from screening.ui.session import forget_choices
from screening.vocabulary import Grade

_FILTERS = ("list.grade", "list.sector", "list.area", "list.text", "list.red_line")


def open_list(*, grade: Grade | None = None, sector: str | None = None, street: str | None = None) -> None:
    """Go to the ranked list with these filters in its address; stays, with a sentence, for entities of no known subdistrict."""
    if street == words.UNKNOWN_STREET:
        st.info(words.UNKNOWN_STREET_LISTED)
        return
    forget_choices(_FILTERS)
    chosen = {"list.grade": grade.label if grade else None, "list.sector": sector, "list.area": street}
    st.switch_page(LIST.path, query_params={name: value for name, value in chosen.items() if value})
