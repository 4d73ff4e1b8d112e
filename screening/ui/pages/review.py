"""The review queue: whom unclear complaints mean, and which entities are one. People decide; every decision is signed and can be undone."""

from collections.abc import Sequence

import streamlit as st

from screening.features.complaints import Complaint, Pair, likely_pairs, particulars, waiting
from screening.identity.decisions import decide, pair_of, undo
from screening.reference.clock import moment
from screening.rulebook.active import active_rules
from screening.text.reading import TextReader
from screening.ui import words
from screening.ui.job_parts import begun, follow, show_bad_end, start_scoring
from screening.ui.jobs import JobKind
from screening.ui.marked import differences, show_marked
from screening.ui.parts import entity_link, show_first_steps
from screening.ui.session import open_session
from screening.ui.text import place_of, plain
from screening.vocabulary import Kind, Verdict

_COMPARED = {
    "name": "名称",
    "address_biz": "经营地址",
    "address_reg": "登记地址",
    "legal_rep_name": "负责人",
    "phone": "电话",
    "uscc": "信用代码",
}
_MARKED = ("name", "address_biz", "address_reg")
_VERDICTS = ((Verdict.DIFFERENT, "都不是", "N"), (Verdict.UNDECIDED, "暂不能定", "U"))
_DECISIONS_SHOWN = 50

session = open_session()
workspace, actor = session.workspace, session.actor
st.title("认主体")
runs = workspace.register.runs()
if not runs:
    show_first_steps(len(workspace.register.batches()))
    st.stop()
run = runs[0]
st.markdown(words.REVIEW_EXPLAINED)
street_box = st.container()


def alike(complaint: Complaint, others: Sequence[Complaint]) -> list[Complaint]:
    """Complaints that name nobody else in other words: the same name, place and best candidate."""
    key = (complaint.named, complaint.address, complaint.candidates[0]["entity_id"])
    return [
        other
        for other in others
        if other is not complaint and (other.named, other.address, other.candidates[0]["entity_id"]) == key
    ]


def choose(complaint: Complaint, known: dict[str, dict[str, object]]) -> str | None:
    """The candidates beside what the complaint says; returns the id of the one whose button, or number key, was pressed."""
    said = "".join(part or "" for part in (complaint.named, complaint.address, complaint.words))
    chosen = None
    for number, candidate in enumerate((c for c in complaint.candidates if c["entity_id"] in known), start=1):
        entity_id = str(candidate["entity_id"])
        with st.container(border=True):
            lines = [f"**{number}　把握 {candidate['confidence']:.0%}**　{plain(candidate['why'])}"]
            for column, label in _COMPARED.items():
                if value := known[entity_id].get(column):
                    lines.append(f"{label}：{differences(said, str(value)) if column in _MARKED else plain(str(value))}")
            st.markdown(words.NEW_LINE.join(lines))
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button("是这一家", key=f"review.same.{number}", shortcut=str(number)):
                    chosen = entity_id
                entity_link(entity_id, "打开这一户的详情 →")
    return chosen


def complaints_tab() -> None:
    """One complaint at a time."""
    queue = waiting(workspace, run, actor=actor)
    streets = sorted({complaint.street for complaint in queue if complaint.street})
    street = street_box.selectbox("投诉所写街道", ["全部", *streets], key="review.street")
    shown = [complaint for complaint in queue if street in ("全部", complaint.street)]
    if not shown:
        st.success(words.NOBODY_WAITS)
        return
    number = min(st.session_state.get("review.number", 0), len(shown) - 1)
    complaint = shown[number]
    st.markdown(f"**第 {number + 1} 件，共 {len(shown)} 件**　{plain(complaint.why)}")
    left, right = st.columns(2)
    with right:
        chosen = choose(complaint, particulars(workspace, run, [c["entity_id"] for c in complaint.candidates], actor=actor))
    with left:
        with st.container(border=True):
            show_said(complaint)
        settle(complaint, chosen, shown, number)
    st.caption(words.KEYS_EXPLAINED)


def show_said(complaint: Complaint) -> None:
    """What the complaint says, and where it stands."""
    when = f"{complaint.received_at:%Y-%m-%d}" if complaint.received_at else "日期不详"
    parts = (("被投诉方", complaint.named), ("地址", complaint.address), ("街道", complaint.street))
    lines = [f"{when}　{plain(place_of(complaint.file, complaint.sheet, complaint.row))}"]
    st.markdown(words.NEW_LINE.join(lines + [f"{label}：{plain(value or '没有写')}" for label, value in parts]))
    show_marked(complaint.words, TextReader.of(active_rules(workspace)))


def settle(complaint: Complaint, chosen: str | None, shown: Sequence[Complaint], number: int) -> None:
    """The other verdicts; whatever is decided is filed at once."""
    same = alike(complaint, shown)
    together = bool(same) and st.checkbox(f"写法相同的另外 {len(same)} 件一并判断", key=f"review.together.{complaint.subject}")
    note = st.text_input("说明（可不填）", key=f"review.note.{complaint.subject}")
    verdict = Verdict.SAME if chosen else None
    with st.container(horizontal=True):
        for code, label, key in _VERDICTS:
            if st.button(label, key=f"review.{code}", shortcut=key):
                verdict = code
        if st.button("下一件", key="review.next", shortcut="J"):
            st.session_state["review.number"] = (number + 1) % len(shown)
            st.rerun()
    if verdict is not None:
        for each in [complaint, *(same if together else ())]:
            everybody = [str(c["entity_id"]) for c in each.candidates]
            meant = [chosen] if chosen else everybody if verdict is Verdict.DIFFERENT else everybody[:1]
            for entity_id in meant:
                decide(workspace, each.subject, entity_id, verdict, actor=actor, note=note)
        st.rerun()


def show_pair(pair: Pair, known: dict[str, dict[str, object]]) -> None:
    """Two registered entities side by side."""
    one, other = known.get(pair.entity_id, {}), known.get(pair.other_id, {})
    st.markdown(f"**{plain(pair.why)}**（把握 {pair.confidence:.0%}）")
    for column, label in {"entity_id": "编号", **_COMPARED}.items():
        first, second = str(one.get(column) or ""), str(other.get(column) or "")
        if first or second:
            left, right = st.columns(2)
            left.markdown(f"{label}：{differences(second, first) or '没有写'}")
            right.markdown(f"{label}：{differences(first, second) or '没有写'}")


def pairs_tab() -> None:
    """Pairs of entities, the likeliest first."""
    st.markdown(words.PAIRS_EXPLAINED)
    pairs = likely_pairs(workspace, run, actor=actor)
    if not pairs:
        st.success("没有待认的重复主体。")
        return
    st.markdown(f"共 {len(pairs)} 对，下面是第一对。")
    pair = pairs[0]
    show_pair(pair, particulars(workspace, run, [pair.entity_id, pair.other_id], actor=actor))
    with st.container(horizontal=True):
        for label, verdict in (("是同一家", Verdict.SAME), ("不是同一家", Verdict.DIFFERENT), ("暂不能定", Verdict.UNDECIDED)):
            if st.button(label, key=f"review.pair.{verdict}"):
                decide_pair(pair, verdict)


def decide_pair(pair: Pair, verdict: Verdict) -> None:
    """File a decision on two entities under the same key whichever was named first."""
    subject, entity_id = pair_of(pair.entity_id, pair.other_id)
    decide(workspace, subject, entity_id, verdict, actor=actor)
    st.rerun()


def decisions_tab() -> None:
    """What was decided, by whom and when; each can be undone."""
    decisions = list(reversed(workspace.register.decisions()))[:_DECISIONS_SHOWN]
    if not decisions:
        st.markdown("还没有判断。")
    for decision in decisions:
        left, right = st.columns([5, 1])
        kind, _, record = decision.subject.partition(":")
        undone = f"；{decision.undone_by}于{decision.undone_at:%Y-%m-%d}撤销" if decision.undone_at else ""
        left.markdown(
            f"{moment(decision.decided_at)}　{plain(decision.decided_by)}：{Kind(kind).label} {plain(record)} "
            f"→ {plain(decision.entity_id)} **{decision.verdict.label}**{plain(undone)} {plain(decision.note)}"
        )
        if not decision.undone_at and right.button("撤销", key=f"review.undo.{decision.seq}"):
            undo(workspace, decision.seq, actor=actor)
            st.rerun()


fresh = [d for d in workspace.register.decisions() if max(d.decided_at, d.undone_at or d.decided_at) > run.created_at]
if fresh:
    st.info(f"本次评分之后有 {len(fresh)} 条新的判断，重新评分后生效。")
    job = session.jobs.last(JobKind.SCORE, actor)
    if job and job.is_running:
        follow(job)
    elif st.button("按新的判断重新评分", key="review.score"):
        begun(start_scoring(session, run.as_of))
    elif job:
        show_bad_end(session, job)
complaints, pairs, decided = st.tabs(["投诉指的是哪一家", "可能重复的主体", "已作的判断"])
with complaints:
    complaints_tab()
with pairs:
    pairs_tab()
with decided:
    decisions_tab()
