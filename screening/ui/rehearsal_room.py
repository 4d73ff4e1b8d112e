"""「演练与启用」 of the rule-book room: two rule books put to past months, one of them proposed, and a second person's word on it."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from screening.access import Verb
from screening.reference.clock import moment
from screening.rehearsal.attachment import Rehearsed, is_outdated, obstacle, restorable
from screening.rehearsal.compare import ACTIVE, DRAFT, compare, months_known, resolve
from screening.rulebook.publishing import Status, approve, propose, reject, status
from screening.store.register import PublishingStep
from screening.ui import words
from screening.ui.job_parts import begun, follow, show_bad_end
from screening.ui.jobs import Job, JobKind
from screening.ui.parts import errors_shown_here, show_first_steps
from screening.ui.rehearsal_parts import show_rehearsal, show_summary, show_warnings
from screening.ui.second_person import show_decision, show_proposal, show_steps
from screening.ui.session import Session, preset
from screening.ui.text import month, plain

_OLD, _NEW = "rulebook.old", "rulebook.new"
_MONTHS = 2  # rehearsed unless somebody chooses otherwise


def rehearsal_room(session: Session) -> None:
    """What waits, a new rehearsal, its proposal, and everything that was ever in force."""
    workspace = session.workspace
    months = months_known(workspace)
    if not months:
        show_first_steps(len(workspace.register.batches()))
        return
    found = status(workspace)
    if found.waiting:
        _show_waiting(session, found.waiting)
    st.subheader("演练")
    st.markdown(words.REHEARSAL_EXPLAINED)
    _rehearse(session, found, months)
    job = session.jobs.last(JobKind.REHEARSAL, session.actor)
    if job and job.result:
        with errors_shown_here():
            _show_rehearsed(session, found, job.result)
    st.subheader("历次版本")
    _show_steps(found)


def _show_waiting(session: Session, waiting: PublishingStep) -> None:
    st.subheader("等批准的提请")
    with st.container(border=True):
        st.markdown(f"**版本 {waiting.version}**　{plain(waiting.done_by)}于 {moment(waiting.done_at)} 提请")
        st.markdown(f"理由：{plain(waiting.note or '没有写')}")
        if waiting.rehearsal:
            show_warnings(waiting.rehearsal)
            show_summary(waiting.rehearsal)
            if st.toggle("看所附演练的全部结果", key="rulebook.attached"):
                show_rehearsal(waiting.rehearsal)
        verdicts = (("approve", "批准", approve), ("reject", "不同意", reject))
        show_decision(session, waiting.version, verdicts, room="rulebook", explained=words.APPROVER_EXPLAINED)


def _rehearse(session: Session, found: Status, months: Sequence[date]) -> None:
    """Choose two rule books and the months, and replay them."""
    books = [ACTIVE, DRAFT, *_versions(found)]
    left, right = st.columns(2)
    old = left.selectbox("旧规则", books, format_func=lambda word: _called(word, found), key=_OLD)
    new = right.selectbox("新规则", books, index=1, format_func=lambda word: _called(word, found), key=_NEW)
    first = left.selectbox("从哪个月", months, index=max(len(months) - _MONTHS, 0), format_func=month, key="rulebook.first")
    later = [day for day in months if day >= first]
    last = right.selectbox("到哪个月", later, index=len(later) - 1, format_func=month, key="rulebook.last")
    if new in restorable(found):
        st.caption(words.RESTORING)
    job = session.jobs.last(JobKind.REHEARSAL, session.actor)
    if job and job.is_running:
        follow(job)
    elif st.button("演练", key="rulebook.rehearse", type="primary"):
        with errors_shown_here():
            begun(_start(session, old, new, [day for day in later if day <= last]))
    elif job:
        show_bad_end(session, job)


def _start(session: Session, old: str, new: str, months: Sequence[date]) -> Job:
    workspace, actor = session.workspace, session.actor
    old_rules, new_rules = resolve(workspace, old), resolve(workspace, new)
    return session.jobs.start(
        JobKind.REHEARSAL,
        f"{old} {new} {months}",
        lambda folder, progress: Rehearsed(old, new, compare(workspace, old_rules, new_rules, months, progress, actor=actor)),
        actor=actor,
        needs=Verb.REHEARSE,
        about="演练",
    )


def _versions(found: Status) -> list[str]:
    """Every version anybody installed or proposed, the latest first."""
    return list(dict.fromkeys(step.version for step in reversed(found.steps)))


def _called(word: str, found: Status) -> str:
    if word == ACTIVE:
        return f"现用版本 {found.active or '（规则目录）'}"
    if word == DRAFT:
        return "规则目录里的草稿" + ("" if found.is_folder_changed else "（与现用版本相同）")
    last = next(step for step in reversed(found.steps) if step.version == word)
    return f"版本 {word}（{moment(last.done_at)} {last.step.label}）"


def _show_rehearsed(session: Session, found: Status, rehearsed: Rehearsed) -> None:
    workspace, document = session.workspace, rehearsed.document
    st.subheader("演练结果")
    st.markdown(f"旧规则 {document['old']}，新规则 {document['new']}。")
    if is_outdated(workspace, rehearsed):
        st.warning(words.OUTDATED)
    show_rehearsal(document)
    st.subheader("提请启用")
    if reason := obstacle(workspace, rehearsed):
        st.info(reason)
    else:
        _propose(session, found, rehearsed)


def _propose(session: Session, found: Status, rehearsed: Rehearsed) -> None:
    st.markdown(words.PROPOSAL_EXPLAINED)
    if found.waiting:
        st.warning(words.REPLACES_WAITING)
    workspace = session.workspace

    def ask(note: str) -> None:
        folder = resolve(workspace, rehearsed.new)
        propose(workspace, folder, actor=session.actor, note=note, rehearsal=rehearsed.document, day=session.today)

    show_proposal("提请启用", "propose", "rulebook", ask)


def _show_steps(found: Status) -> None:
    """Who did what with which version; any version that once was can be chosen again."""
    if not found.steps:
        st.markdown(words.NOTHING_INSTALLED)
        return
    show_steps(found.steps, found.active)
    if not (earlier := restorable(found)):
        st.caption(words.NOTHING_TO_RESTORE)
        return
    st.markdown("**恢复以前的版本**")
    for version in earlier:
        choices = {_OLD: ACTIVE, _NEW: version}
        with st.container(horizontal=True, vertical_alignment="center"):
            restored = st.button("恢复", key=f"rulebook.restore.{version}", on_click=preset, args=(choices,))
            st.markdown(plain(_called(version, found)))
        if restored:
            st.info(words.RESTORE_CHOSEN)
