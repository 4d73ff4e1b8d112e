"""What scores only after a second person agreed, a rule book or a model: the buttons of whoever decides, and who did what."""

from collections.abc import Callable, Sequence

import streamlit as st

from screening.access import Verb
from screening.reference.clock import moment
from screening.reference.rights import may
from screening.store.steps import Step
from screening.ui import words
from screening.ui.parts import errors_shown_here, plain_table
from screening.ui.session import Session

Verdicts = Sequence[tuple[str, str, Callable[..., None]]]  # key, label, what it does


def show_decision(session: Session, version: str, verdicts: Verdicts, *, room: str, explained: str) -> None:
    """A note and a button a verdict, for who may approve; nothing for others."""
    if not may(session.actor, Verb.APPROVE_RULES, session.workspace.settings.rules):
        return
    st.caption(explained)
    note = st.text_input("意见（可不填）", key=f"{room}.approver.note").strip()
    with st.container(horizontal=True):
        chosen = [verdict for key, label, verdict in verdicts if st.button(label, key=f"{room}.{key}")]
    for verdict in chosen:
        with errors_shown_here():
            verdict(session.workspace, version, actor=session.actor, note=note)
            st.rerun()


def show_proposal(label: str, key: str, room: str, propose: Callable[[str], None]) -> None:
    """A reason, which there must be, and the button that asks for a second person."""
    note = st.text_input("理由", key=f"{room}.proposer.note").strip()
    if st.button(label, key=f"{room}.{key}", disabled=not note):
        with errors_shown_here():
            propose(note)
            st.rerun()
    if not note:
        st.caption(words.GIVE_A_REASON)


def show_steps(steps: Sequence[Step], active: str | None) -> None:
    """Who did what with which version, the newest first."""
    plain_table(
        [
            {
                "版本": step.version + ("（现用）" if step.version == active else ""),
                "做了什么": step.step.label,
                "谁": step.done_by or "—",
                "什么时候": moment(step.done_at),
                "说明": step.note,
            }
            for step in reversed(steps)
        ]
    )
