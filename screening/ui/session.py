"""What the dashboard remembers of one open browser window, and the workspace all windows share.

The only file that touches `session_state`: where a user is lies in the address, filters lie in their widgets, and the rest is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from screening.pipeline import Receipt
from screening.rehearsal.attachment import Rehearsed
from screening.rehearsal.what_if import WhatIf
from screening.settings import Settings, read_settings
from screening.store.workspace import Workspace

_SLOT = "session"


@dataclass(frozen=True)
class Session:
    """State of one window: `receipt` of the last upload, `is_preview` when nothing of it was stored; the last rehearsal and the last what-if."""

    workspace: Workspace
    today: date
    receipt: Receipt | None = None
    is_preview: bool = False
    rehearsed: Rehearsed | None = None
    supposed: WhatIf | None = None


def open_session() -> Session:
    """The state of this window; made at first use."""
    settings = read_settings()
    workspace = _workspace(str(settings.home), settings.database_url, str(settings.rules), settings)
    known = st.session_state.get(_SLOT)
    if isinstance(known, Session):
        return replace(known, workspace=workspace, today=date.today())
    return Session(workspace, date.today())


def keep_receipt(receipt: Receipt, *, is_preview: bool) -> None:
    """Remember what became of the files, so that it stays on the page while the user looks around."""
    st.session_state[_SLOT] = replace(open_session(), receipt=receipt, is_preview=is_preview)


def forget_preview() -> None:
    """Other files were chosen: what was previewed no longer speaks of them. A stored receipt stays."""
    if open_session().is_preview:
        st.session_state[_SLOT] = replace(open_session(), receipt=None, is_preview=False)


def keep_rehearsal(rehearsed: Rehearsed) -> None:
    """Remember a rehearsal, which takes long, until the next one."""
    st.session_state[_SLOT] = replace(open_session(), rehearsed=rehearsed)


def keep_supposed(supposed: WhatIf) -> None:
    """Remember what one entity would be, until the next trial."""
    st.session_state[_SLOT] = replace(open_session(), supposed=supposed)


def preset(choices: Mapping[str, str]) -> None:
    """Choose for the user in widgets, by key, before they are drawn."""
    for key, value in choices.items():
        st.session_state[key] = value


@st.cache_resource(show_spinner=False)
def _workspace(home: str, database_url: str, rules: str, _settings: Settings) -> Workspace:
    """One workspace a process and place; the strings are the cache's key."""
    return Workspace(_settings)
