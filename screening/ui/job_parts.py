"""Long work as people see it: how far it is, redrawn while it runs and only then; how it ended, where it ended badly."""

from datetime import date

import streamlit as st

from screening import follow_up
from screening.access import Verb
from screening.reference.clock import moment
from screening.ui import words
from screening.ui.jobs import Job, JobKind, JobState
from screening.ui.parts import say_error
from screening.ui.places import MODEL, RULEBOOK, UPLOAD, Place
from screening.ui.session import Session
from screening.ui.text import plain

_EVERY_SECONDS = 1.0
_SHORT_SECONDS = 0.7  # what is done by then shows its result without a bar in between
_ROOMS = {JobKind.LOAD: UPLOAD, JobKind.SCORE: UPLOAD, JobKind.REHEARSAL: RULEBOOK, JobKind.TRAINING: MODEL}


def begun(job: Job) -> None:
    """Draw the page anew after a start, with the result where it takes a moment only."""
    job.over.wait(_SHORT_SECONDS)
    st.rerun()


def start_scoring(session: Session, as_of: date) -> Job:
    """Score from now on, in the background."""
    workspace, actor = session.workspace, session.actor
    return session.jobs.start(
        JobKind.SCORE,
        as_of.isoformat(),
        lambda folder, progress: follow_up.score(workspace, as_of=as_of, progress=progress, actor=actor),
        actor=actor,
        needs=Verb.SCORE,
        about=f"评分，截至 {as_of}",
    )


def follow(job: Job) -> None:
    """The progress of a running job; draws the page anew once it is over."""

    @st.fragment(run_every=_EVERY_SECONDS)
    def bar() -> None:
        job.look()
        if not job.is_running:
            st.rerun()
        st.progress(job.share, text=plain(f"{job.about}：{job.stage}"))
        st.caption(words.DONE_BY_ANOTHER if job.is_elsewhere else words.MAY_CLOSE)

    bar()


def show_bad_end(session: Session, job: Job) -> None:
    """Why a job gave nothing; nothing for one that did."""
    if job.state is JobState.BROKEN:
        st.warning(plain(words.BROKEN_OFF.format(about=job.about, begun=moment(job.begun_at))))
    elif job.error:
        say_error(job.error)
    else:
        return
    if st.button(words.UNDERSTOOD, key=f"job.{job.job_id}.understood"):
        session.jobs.dismiss(job, session.actor)
        st.rerun()


def jobs_at_the_side(session: Session, here: str) -> None:
    """In every other room: what is running for this person, and the way to it."""
    running = [job for job in session.jobs.of(session.actor) if job.is_running and _ROOMS[job.kind].path != here]
    if not running:
        return

    @st.fragment(run_every=_EVERY_SECONDS * 2)
    def lines() -> None:
        for job in running:
            job.look()
        if not all(job.is_running for job in running):
            st.rerun()
        for job in running:
            room: Place = _ROOMS[job.kind]
            st.page_link(room.path, label=f"{job.kind.label}中 {job.share:.0%} →")

    with st.sidebar:
        lines()
