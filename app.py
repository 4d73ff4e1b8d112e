"""What people open: the list of rooms, and the one place where errors are shown."""

import logging

import streamlit as st

from screening.errors import ScreeningError
from screening.ui.parts import show_error
from screening.ui.places import OVERVIEW, PLACES
from screening.ui.words import APP_TITLE, INTERNAL_ERROR, LOOPBACK_ONLY

SIDEBAR_PIXELS = 230  # room for the table beside it on a 1366-pixel office screen

st.set_page_config(page_title=APP_TITLE, layout="wide", initial_sidebar_state=SIDEBAR_PIXELS)
rooms = [st.Page(place.path, title=place.title, url_path=place.name, default=place is OVERVIEW) for place in PLACES]
room = st.navigation(rooms)
st.sidebar.caption(LOOPBACK_ONLY)
try:
    room.run()
except ScreeningError as error:
    show_error(error)
except Exception:  # the last line of defence, as on the command line: people get a sentence in Chinese, the log gets the rest
    logging.getLogger("screening").exception("a room failed")
    show_error(ScreeningError(*INTERNAL_ERROR))
