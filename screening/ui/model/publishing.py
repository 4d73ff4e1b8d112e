"""A model proposed by one person, approved by another, stopped by either; and the training of a new one."""

from pathlib import Path

import streamlit as st

from screening.access import Verb
from screening.learning.card import RULES_ONLY
from screening.learning.schooling import Lesson, learn
from screening.model.publishing import Status, approve, may_be_proposed, propose, reject, stop
from screening.model.scorecard import Scorecard
from screening.pipeline import Progress
from screening.reference.clock import moment
from screening.reference.rights import may
from screening.store.steps import Step
from screening.ui import words
from screening.ui.job_parts import begun, follow, show_bad_end
from screening.ui.jobs import Job, JobKind
from screening.ui.second_person import show_decision, show_proposal
from screening.ui.session import Session
from screening.ui.text import plain

_ROOM = "model"
_BEGUN = 0.1  # of the bar: training is one step, whose length nobody knows


def show_standing_of_model(found: Status) -> None:
    """Whether a model scores."""
    if found.active:
        st.success(f"现在启用模型 {found.active}，评分是规则分加模型分。")
    else:
        st.info(f"现在{RULES_ONLY}：评分里没有模型分。")


def show_waiting(session: Session, waiting: Step) -> None:
    """The proposal, and the buttons of whoever decides."""
    with st.container(border=True):
        st.markdown(f"**模型 {waiting.version} 在等批准**　{plain(waiting.done_by)}于 {moment(waiting.done_at)} 提请")
        st.markdown(f"理由：{plain(waiting.note or '没有写')}")
        verdicts = (("approve", "批准", approve), ("reject", "不同意", reject))
        show_decision(session, waiting.version, verdicts, room=_ROOM, explained=words.APPROVE_MODEL_EXPLAINED)


def show_actions(session: Session, found: Status, card: Scorecard) -> None:
    """For who may: ask for the shown card to score, stop the one that does."""
    if not may(session.actor, Verb.EDIT_RULES, session.workspace.settings.rules):
        return
    workspace, actor = session.workspace, session.actor
    if may_be_proposed(workspace, card):
        st.subheader("提请启用")
        st.markdown(words.PROPOSE_MODEL_EXPLAINED)
        if found.waiting:
            st.warning(words.REPLACES_WAITING)
        version = card.version
        show_proposal("提请启用", "propose", _ROOM, lambda note: propose(workspace, version, actor=actor, note=note))
    if found.active:
        st.subheader("停用")
        st.markdown(words.STOP_MODEL_EXPLAINED)
        show_proposal("停用模型", "stop", f"{_ROOM}.stop", lambda note: _stop(session, note))


def _stop(session: Session, note: str) -> None:
    stop(session.workspace, actor=session.actor, note=note)


def show_training(session: Session) -> None:
    """The button that trains another, how far that is, and what came of it; for who may, where there are outcomes enough."""
    if not may(session.actor, Verb.EDIT_RULES, session.workspace.settings.rules):
        return
    st.subheader("训练")
    st.markdown(words.TRAIN_EXPLAINED)
    job = session.jobs.last(JobKind.TRAINING, session.actor)
    if job and job.is_running:
        follow(job)
        return
    if st.button("训练一版", key=f"{_ROOM}.train"):
        begun(_train(session))
    if job and job.result and job.result.card:
        st.success(plain(f"训练好了：模型 {job.result.card.version}。{job.result.judgement.sentence}。"))
    elif job:
        show_bad_end(session, job)


def _train(session: Session) -> Job:
    workspace, actor = session.workspace, session.actor

    def work(folder: Path, progress: Progress) -> Lesson:
        progress("训练和检验", _BEGUN)
        return learn(workspace, actor=actor)

    return session.jobs.start(JobKind.TRAINING, "", work, actor=actor, needs=Verb.EDIT_RULES, about="训练模型")
