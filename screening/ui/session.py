"""What the dashboard remembers of one open browser window, who sits before it, and the workspace all windows share.

The only file that touches `session_state` and cookies: where a user is lies in the address, filters lie in their widgets, and the rest is here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from screening.access import Actor
from screening.accounts.people import Person
from screening.accounts.sessions import sign_out, who
from screening.reference.clock import today
from screening.rehearsal.what_if import WhatIf
from screening.settings import Settings, read_settings
from screening.store.workspace import Workspace
from screening.ui.jobs import JobBoard, JobKind, board_of
from screening.ui.places import SESSION_COOKIE, SIGN_IN

_SLOT = "session"


@dataclass(frozen=True)
class Session:
    """State of one window: `person` who signed in; the last what-if. Long work, which outlives a window, is on the board of `jobs`."""

    workspace: Workspace
    today: date
    person: Person
    supposed: WhatIf | None = None

    @property
    def actor(self) -> Actor:
        """Who reads and acts."""
        return self.person.actor

    @property
    def jobs(self) -> JobBoard:
        """The long work of this server."""
        return board_of(self.workspace.settings)


def open_session() -> Session:
    """The state of this window; made at first use. Stops the page, and leads to the door, where nobody is signed in."""
    workspace = open_house()
    person = who(workspace, token_of_window())
    if person is None:
        leave_for(SIGN_IN)
        st.stop()
    known = st.session_state.get(_SLOT)
    if isinstance(known, Session) and known.person.person_id == person.person_id:
        return replace(known, workspace=workspace, today=today(), person=person)
    return Session(workspace, today(), person)


def open_house() -> Workspace:
    """The workspace that all windows share."""
    settings = read_settings()
    return _workspace(str(settings.home), settings.database_url, str(settings.rules), settings)


def is_at_this_computer() -> bool:
    """Whether the browser asked for this computer itself, and not for an address before which a proxy stands (docs/install.md)."""
    return st.context.headers.get("Host", "127.0.0.1").startswith(("127.0.0.1", "localhost", "[::1]"))


def token_of_window() -> str | None:
    """The session token this window's browser holds."""
    return st.context.cookies.get(SESSION_COOKIE)


def leave_house() -> None:
    """Sign out: the session ends in the register, so that every window of it is out."""
    sign_out(open_house(), token_of_window())
    leave_for(SIGN_IN)


def leave_for(path: str) -> None:
    """Send the browser to one of the server's own pages, as Streamlit's own log-in does; a link stands there in case it does not go."""
    if context := get_script_run_ctx():
        message = ForwardMsg()
        message.auth_redirect.url = path
        context.enqueue(message)
    st.markdown(f"请[登录]({path})。")


def forget_preview() -> None:
    """Other files were chosen: what was previewed no longer speaks of them. A stored receipt stays."""
    session = open_session()
    job = session.jobs.last(JobKind.LOAD, session.actor)
    if job and job.asked and job.asked.is_preview:
        session.jobs.dismiss(job, session.actor)


def keep_supposed(supposed: WhatIf) -> None:
    """Remember what one entity would be, until the next trial."""
    st.session_state[_SLOT] = replace(open_session(), supposed=supposed)


def preset(choices: Mapping[str, str]) -> None:
    """Choose for the user in widgets, by key, before they are drawn."""
    for key, value in choices.items():
        st.session_state[key] = value


def forget_choices(keys: Iterable[str]) -> None:
    """Let widgets of other rooms begin anew: what was chosen there before does not narrow what somebody comes for now."""
    for key in keys:
        st.session_state.pop(key, None)


def picked(key: str) -> list[int]:
    """Rows of a table that were clicked, told before the table is drawn anew."""
    if not (event := st.session_state.get(key)):
        return []
    chosen = event["selection"]
    return [*chosen["rows"], *(row for row, _ in chosen["cells"])]


def pressed(label: str, key: str, seen: int, *, is_main: bool = False) -> int | None:
    """A button; returns the version of the record that was on the page when it was pressed, or None. What changed since is then told by the core."""
    st.button(label, key=key, type="primary" if is_main else "secondary", on_click=_note_version, args=(key, seen))
    found: int | None = st.session_state.pop(f"{key}.seen", None)
    return found


def _note_version(key: str, seen: int) -> None:
    st.session_state[f"{key}.seen"] = seen


@st.cache_resource(show_spinner=False)
def _workspace(home: str, database_url: str, rules: str, _settings: Settings) -> Workspace:
    """One workspace a process and place; the strings are the cache's key."""
    return Workspace(_settings)
