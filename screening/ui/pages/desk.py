"""What waits for whoever sits here, in the order of their day (`screening/ui/homes.py`)."""

from datetime import UTC, datetime

import streamlit as st

from screening.cases import moves
from screening.cases.casebook import Casebook
from screening.cases.home import home
from screening.ui import words
from screening.ui.home_sections import Sitting, to_decide_elsewhere
from screening.ui.homes import ELSEWHERE, HOMES
from screening.ui.parts import first_steps_while_nothing_scored
from screening.ui.session import open_session
from screening.ui.text import plain

session = open_session()
book, now = Casebook(session.workspace), datetime.now(UTC)
moves.sweep(book, now)
mine = home(book, session.actor, now)
st.title("我的待办")
st.caption(plain(f"{session.actor.signature}　{session.today:%Y年%m月%d日}"))
sitting = Sitting(session, book, mine, now)
if not mine.open and not to_decide_elsewhere(sitting):
    st.info(words.NOTHING_WAITS)
    first_steps_while_nothing_scored()
for section in HOMES.get(session.actor.role, ELSEWHERE):
    section(sitting)
