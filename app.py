"""What people open: sign-in, the list of rooms, and the one place where errors are shown.

Streamlit imports this file once, as the server with its doors, and runs it as a script for every view of a page.
"""

import logging

import streamlit as st

from screening.errors import NotAllowed, ScreeningError
from screening.ui.doors import MIDDLEWARE, ROUTES, opening
from screening.ui.job_parts import jobs_at_the_side
from screening.ui.parts import show_error
from screening.ui.places import PLACES
from screening.ui.search import search_box
from screening.ui.session import is_at_this_computer, leave_house, open_session
from screening.ui.text import plain
from screening.ui.words import APP_TITLE, INTERNAL_ERROR, LOOPBACK_ONLY, NOT_YOUR_ROOM, SIGN_OUT

SIDEBAR_PIXELS = 230  # room for the table beside it on a 1366-pixel office screen


def show() -> None:
    """The rooms that are open to whoever signed in, and the room they are in."""
    st.set_page_config(page_title=APP_TITLE, layout="wide", initial_sidebar_state=SIDEBAR_PIXELS)
    session = open_session()
    rules = session.workspace.settings.rules
    open_ = [place for place in PLACES if place.is_open_to(session.actor, rules)]
    rooms = {
        place: st.Page(
            place.path,
            title=place.title,
            url_path=place.name,
            default=place is open_[0],
            visibility="visible"
            if place in open_ and place.in_menu
            else "hidden",  # a link to it leads to a sentence, not to a fault
        )
        for place in PLACES
    }
    room = st.navigation(list(rooms.values()), expanded=True)
    margin = st.sidebar.container()
    st.sidebar.markdown(plain(f"{session.actor.signature}　{session.actor.role.label}"))
    st.sidebar.button(SIGN_OUT, key="house.sign_out", on_click=leave_house)
    if is_at_this_computer():
        st.sidebar.caption(LOOPBACK_ONLY)
    jobs_at_the_side(session, next(place.path for place in PLACES if rooms[place] == room))
    try:
        search_box(margin)
        if room not in [rooms[place] for place in open_]:
            raise NotAllowed(*NOT_YOUR_ROOM)
        room.run()
    except ScreeningError as error:
        show_error(error)
    except Exception:  # the last line of defence, as on the command line: people get a sentence in Chinese, the log gets the rest
        logging.getLogger("screening").exception("a room failed")
        show_error(ScreeningError(*INTERNAL_ERROR))


if __name__ == "__main__":
    show()
else:
    app = st.App(__file__, routes=ROUTES, middleware=MIDDLEWARE, lifespan=opening)
