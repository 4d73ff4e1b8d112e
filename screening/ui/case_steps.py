"""What somebody can do with a case: the next step, a decision on a request, the clock, whom it is given to, the joint session.

Each button carries the version that was on the page; the core refuses it when the case has changed since, and says what changed.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from screening.accounts.people import colleagues
from screening.cases import moves, sessions, work
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.sending import SentOut, may_dispatch, send_out
from screening.cases.workflow import Move
from screening.ui import words
from screening.ui.case_form import ask_fields, kept
from screening.ui.case_parts import case_links
from screening.ui.parts import errors_shown_here, plain_table
from screening.ui.session import Session, pressed
from screening.ui.text import plain
from screening.vocabulary import Role

_GIVEN_OUT = ("B1", "B3", "E1")


def next_step(session: Session, book: Casebook, case: Case) -> None:
    """The steps the table opens to this person, the form each asks for, and the button."""
    rows = {row.to: row for row in reversed(moves.next_moves(book, session.actor, case))}
    if not rows:
        st.markdown(words.NO_STEP)
        return
    to = st.selectbox(
        "下一步", list(reversed(rows)), format_func=book.workflow.label, key=f"case.to.{case.case_id}.{case.state}", index=None,
        placeholder="选一步",
    )  # fmt: skip
    if to is None:
        return
    row = rows[to]
    _explain_step(book, case, row)
    place = f"case.{case.case_id}.{case.state}.{to}"
    asked = [name for name in row.fields if not (row.approval and name in row.approval.needs and name not in row.needs)]
    given = ask_fields(book, asked, row.needs, place, {"street": case.place})
    reason = st.text_input("说明（可不填）", key=f"{place}.reason")
    if not _is_checked(book, case, row, place):
        st.caption(words.TICK_FIRST)
        return
    label = "提请" if row.approval_for(case.grade) else "办理"
    act_on(
        label,
        f"{place}.do",
        case,
        lambda seen, now: moves.move(
            book, session.actor, case.case_id, to, version=seen, at=now, fields=kept(session, given), reason=reason
        ),
    )


def waiting_request(session: Session, book: Casebook, case: Case) -> None:
    """What waits for a second person: shown to everybody, decided by who may, taken back by who asked."""
    pending = case.pending
    if pending is None:
        return
    to = book.workflow.label(pending.get("to")) if pending.get("to") else words.CLOCK_REQUESTS[pending["verb"]]
    roles = "、".join(Role(role).label for role in pending["approval_by"])
    st.header("等批准")
    st.markdown(plain(f"{pending['person']}（{pending['unit']}）提请：{to}。由{roles}批准。"))
    if pending["reason"]:
        st.markdown(plain(pending["reason"]))
    is_own = pending["person_id"] == session.actor.person_id
    if session.actor.role.value not in pending["approval_by"] and not is_own:
        return
    place = f"case.{case.case_id}.{case.version}"
    wanted = [] if is_own else _approver_fields(book, case, pending)
    given = ask_fields(book, wanted, wanted, f"{place}.approve", {})
    reason = st.text_input("意见", key=f"{place}.opinion")
    if not is_own:
        act_on(
            "批准",
            f"{place}.yes",
            case,
            lambda seen, now: moves.approve(
                book, session.actor, case.case_id, version=seen, at=now, fields=kept(session, given), reason=reason
            ),
        )
    act_on(
        "撤回" if is_own else "不予批准",
        f"{place}.no",
        case,
        lambda seen, now: moves.decline(book, session.actor, case.case_id, version=seen, at=now, reason=reason),
        is_main=False,
    )


def give_to_somebody(session: Session, book: Casebook, case: Case) -> None:
    """Whom the task is given to: proposed by who has least to do."""
    is_own = session.actor.role is Role.STREET and case.place in session.actor.areas
    if case.state not in _GIVEN_OUT or not case.place or not (is_own or session.actor.role is Role.OFFICER):
        return
    people = colleagues(session.workspace, case.place)
    st.header("承办人")
    if not people:
        st.markdown(words.NOBODY_THERE)
        return
    current = next((person for person in people if person.person_id == case.assignee), None)
    chosen = current or work.propose_assignee(book, people, case.place) or people[0]
    st.markdown(plain(f"现在：{current.name if current else '没有指定，街道任何人都可以办'}"))
    person = st.selectbox(
        "交给",
        people,
        index=people.index(chosen),
        format_func=lambda p: f"{p.name}（{p.role.label}）",
        key=f"case.give.{case.case_id}",
    )
    act_on(
        "指定",
        f"case.{case.case_id}.assign",
        case,
        lambda seen, now: work.assign(book, session.actor, case.case_id, person, version=seen, at=now),
        is_main=False,
    )


def clock_requests(session: Session, book: Casebook, case: Case) -> None:
    """Asking for more time, for the clock to stand still or run on."""
    state, is_stopped = book.workflow.states[case.state], bool(case.clock and case.clock.get("left") is not None)
    if case.pending or case.clock is None or not (state.extendable or state.pausable):
        return
    if session.actor.role not in {*state.unit, Role.OFFICER, *book.workflow.pause.by}:
        return
    place = f"case.{case.case_id}.clock"
    with st.expander("延期、暂停计时（须批准）"):
        reason = st.text_input("原因", key=f"{place}.reason")
        if is_stopped:
            act_on("提请恢复计时", f"{place}.resume", case, lambda seen, now: moves.resume(
                book, session.actor, case.case_id, version=seen, at=now, reason=reason), is_main=False)  # fmt: skip
            return
        if state.extendable:
            number = st.number_input("延长多少（与原时限同一单位）", min_value=1, value=1, step=1, key=f"{place}.number")
            act_on("提请延期", f"{place}.extend", case, lambda seen, now: moves.extend(
                book, session.actor, case.case_id, int(number), version=seen, at=now, reason=reason), is_main=False)  # fmt: skip
        if state.pausable:
            causes = book.workflow.reasons["pause"]
            cause = st.selectbox("暂停原因", list(causes), format_func=causes.__getitem__, key=f"{place}.cause")
            act_on("提请暂停计时", f"{place}.pause", case, lambda seen, now: moves.pause(
                book, session.actor, case.case_id, str(cause), version=seen, at=now, reason=reason), is_main=False)  # fmt: skip


def joint_session(session: Session, book: Casebook, case: Case) -> None:
    """The table at which units speak: invited, opinions so far, one's own, the minutes."""
    if case.state != "C1":
        return
    table, rules, actor = case.session or {"invited": [], "opinions": []}, book.workflow.joint_session, session.actor
    st.header("会商")
    st.markdown(
        plain(f"参会单位：{'、'.join(table['invited']) or '还没有邀请'}。至少 {rules.units} 个单位发表意见才能形成纪要。")
    )
    if table["opinions"]:
        plain_table(
            [
                {
                    "单位": one["unit"],
                    "建议": book.workflow.label(one.get("proposal")),
                    "意见": one["text"],
                    "是否同意多数": "同意" if one.get("agrees", True) else "保留意见",
                }
                for one in table["opinions"]
            ]
        )
    outcomes = list(dict.fromkeys(row.to for row in book.workflow.rows("C1")))
    place = f"case.{case.case_id}.session"
    if minutes := table.get("minutes"):
        agreed = "、".join(book.workflow.label(state) for state in minutes["decided"])
        st.success(
            plain(
                f"纪要：决定{agreed}。{minutes['text']}" + (f"分歧：{minutes['disagreement']}" if minutes["disagreement"] else "")
            )
        )
        return
    if actor.role in rules.open_by:
        with st.expander("邀请参会单位", expanded=not table["invited"]):
            given = ask_fields(book, ["invited"], ["invited"], place, {})
            act_on("邀请", f"{place}.invite", case, lambda seen, now: sessions.open_session(
                book, actor, case.case_id, given["invited"], version=seen, at=now), is_main=False)  # fmt: skip
    if actor.role in rules.opinion_by:
        with st.expander("本单位意见", expanded=work.is_asked(book, actor, case)):
            proposal = st.selectbox("建议的处置", outcomes, format_func=book.workflow.label, key=f"{place}.proposal")
            agrees = st.checkbox("同意已有的多数意见", value=True, key=f"{place}.agrees")
            text = st.text_area("意见和理由", key=f"{place}.text", height=80)
            act_on("提交意见", f"{place}.speak", case, lambda seen, now: sessions.give_opinion(
                book, actor, case.case_id, proposal=proposal, text=text, agrees=agrees, version=seen, at=now))  # fmt: skip
    if actor.role in rules.record_by:
        with st.expander("形成纪要"):
            decided = st.multiselect("决定的处置", outcomes, format_func=book.workflow.label, key=f"{place}.decided")
            said = st.text_area("纪要（定级、处置、分工、时限）", key=f"{place}.minutes", height=100)
            disputed = st.text_area("分歧和采纳理由（没有可不填）", key=f"{place}.disputed", height=80)
            heard = {one["unit"] for one in table["opinions"]}
            absent = {
                unit: st.text_input(f"{plain(unit)}缺席原因", key=f"{place}.absent.{unit}")
                for unit in table["invited"]
                if unit not in heard
            }
            act_on("形成纪要", f"{place}.record", case, lambda seen, now: sessions.record_session(
                book, actor, case.case_id, decided=decided, text=said, disagreement=disputed, absent=absent, version=seen, at=now))  # fmt: skip


def dispatch_together(session: Session, book: Casebook, chosen: list[Case]) -> None:
    """Several cases that wait for a first look, each sent to its own subdistrict with the same points to check."""
    if chosen and may_dispatch(book, session.actor):
        st.markdown(f"**{words.SEND_OUT}**")
        send_together(session, lambda points, now: send_out(book, session.actor, chosen, points, at=now), len(chosen), "cases")


def _is_checked(book: Casebook, case: Case, row: Move, place: str) -> bool:
    """A second look at a step that sends a letter out or ends the case and that no second person approves."""
    state = book.workflow.states[row.to]
    if row.approval_for(case.grade) or not (state.closed or state.document):
        return True
    return st.checkbox(words.CHECKED.format(step=plain(state.label)), key=f"{place}.checked")


def send_together(session: Session, send: Callable[[str, datetime], SentOut], count: int, key: str) -> None:
    """The box below a table of chosen lines: the points to check, one button, and what became of each."""
    with st.container(border=True):
        points = st.text_area("核查要点", key=f"{key}.points", height=80)
        if not st.button(f"派发选中的 {count} 户", key=f"{key}.dispatch", type="primary", disabled=not count):
            return
        with errors_shown_here():
            outcome = send(points, datetime.now(UTC))
            st.success(f"已派发 {len(outcome.sent)} 件。")
            case_links(Casebook(session.workspace), outcome.sent)
            if outcome.stayed:
                st.warning(f"有 {len(outcome.stayed)} 户没有派发：")
                plain_table([{"主体": name, "为什么": why} for name, why in outcome.stayed])


def _explain_step(book: Casebook, case: Case, row: Move) -> None:
    said = []
    if approval := row.approval_for(case.grade):
        said.append(f"须由{'、'.join(role.label for role in approval.by)}批准")
    if row.session:
        said.append("须先有会商纪要")
    if row.within:
        said.append(f"时限：{row.within.said(case.grade)}")
    state = book.workflow.states[row.to]
    if state.document:
        said.append(f"文书：{state.document}")
    if state.basis:
        said.append("依据：" + "、".join(book.workflow.texts(row.to)))
    if said:
        st.caption(plain("；".join(said) + "。"))


def _approver_fields(book: Casebook, case: Case, pending: dict[str, object]) -> list[str]:
    rows = [row for row in book.workflow.rows(case.state, str(pending.get("to"))) if row.approval]
    given = pending["fields"]
    assert isinstance(given, dict)
    return [name for row in rows[:1] if row.approval for name in row.approval.needs if name not in given]


def act_on(label: str, key: str, case: Case, verb: Callable[[int, datetime], object], *, is_main: bool = True) -> None:
    """A button and what it does; afterwards the page shows the case as it is then."""
    seen = pressed(label, key, case.version, is_main=is_main)
    if seen is None:
        return
    with errors_shown_here():
        verb(seen, datetime.now(UTC))
        st.rerun()
