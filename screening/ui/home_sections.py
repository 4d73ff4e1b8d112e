"""Sections of people's homes: what to sign, what to visit, what came in, what is late, how things stand. Each draws itself from one `Sitting`."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from screening.access import Verb
from screening.cases import moves
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.home import Home, by_urgency
from screening.cases.work import Due
from screening.features.complaints import particulars
from screening.model.publishing import status as model_status
from screening.reference.clock import local_day, moment
from screening.reference.rights import may
from screening.rulebook.publishing import status
from screening.scoring.overview import overview
from screening.scoring.trend import trend
from screening.scoring.visited import unvisited_by_street, visited
from screening.store.disclosures import requests_for
from screening.ui import words
from screening.ui.case_parts import due_line
from screening.ui.pictures import show_funnel, show_trend
from screening.ui.places import CASE, CASES, COVERAGE, LIST, ME, MODEL, OVERVIEW, RULEBOOK
from screening.ui.session import Session
from screening.ui.text import plain
from screening.vocabulary import Grade

_LINES_SHOWN = 8
_VISITS_SHOWN = 20
_STREETS_NAMED = 3
_TILE_PIXELS = 158  # two side by side on a phone
_ALWAYS_TILES = 2  # the other figures are shown where they are not nothing
_URGENT = (Grade.RED, Grade.ORANGE, Grade.YELLOW)
_FORMS = {"B1": "签收，填核查人员 →", "B3": "填核查表 →", "E1": "填复查表 →"}


@dataclass(frozen=True)
class Sitting:
    """Whoever sits here and what concerns them now."""

    session: Session
    book: Casebook
    home: Home
    now: datetime


def tiles(at: Sitting) -> None:
    """How much of each, in figures."""
    desk = at.home.desk
    figures: dict[str, Sequence[object]] = {
        "轮到我办": desk.to_do,
        "已逾期": at.home.late,
        "等我批准": desk.to_decide,
        "等会商意见": desk.to_speak,
    }
    with st.container(horizontal=True):
        for number, (label, items) in enumerate(figures.items()):
            if items or number < _ALWAYS_TILES:
                st.metric(label, f"{len(items)} 件", border=True, width=_TILE_PIXELS)


def to_decide_elsewhere(at: Sitting) -> dict[str, str]:
    """What waits for this person's decision besides cases: address of the room → what it is. Rules, the model, looks at what is masked."""
    workspace, actor, rules = at.session.workspace, at.session.actor, at.session.workspace.settings.rules
    found = {}
    if may(actor, Verb.APPROVE_RULES, rules):
        if proposal := status(workspace).waiting:
            found[RULEBOOK.path] = f"{proposal.done_by}提请启用新的规则库 →"
        if model := model_status(workspace).waiting:
            found[MODEL.path] = f"{model.done_by}提请启用模型 {model.version} →"
    asked = [one for one in requests_for(workspace, actor) if one.is_granted is None and one.person_id != actor.person_id]
    if asked and may(actor, Verb.GRANT_DISCLOSURE, rules):
        found[ME.path] = f"请求看未遮挡的信息 {len(asked)} 件 →"
    return found


def to_sign(at: Sitting) -> None:
    """Requests that wait for this person's decision: steps of cases, and what waits elsewhere."""
    cases, elsewhere = at.home.desk.to_decide, to_decide_elsewhere(at)
    if not cases and not elsewhere:
        return
    st.header(f"等我批准（{len(cases) + len(elsewhere)}）")
    _lines(at, cases, lambda case: _asked(at, case))
    for path, label in elsewhere.items():
        st.page_link(path, label=plain(label))


def to_speak(at: Sitting) -> None:
    """Joint sessions that wait for this unit's word."""
    if cases := at.home.desk.to_speak:
        st.header(f"等本单位会商意见（{len(cases)}）")
        _lines(at, cases, lambda case: _heard(at, case))


def to_do(at: Sitting) -> None:
    """The cases that are this person's turn, but those that another section of theirs shows."""
    apart = {case.case_id for case in (*at.home.fresh, *at.home.visits, *at.home.sessions)}
    if cases := [case for case in at.home.desk.to_do if case.case_id not in apart]:
        st.header(f"轮到我办（{len(cases)}）")
        _lines(at, cases)


def sent_to_us(at: Sitting) -> None:
    """Matters sent to this unit: to be received and answered, with until when."""
    st.header(f"移送给本单位的（{len(at.home.desk.to_do)}）")
    _lines(at, at.home.desk.to_do)
    if not at.home.desk.to_do:
        st.markdown("没有等签收或答复的。")


def in_sight(at: Sitting) -> None:
    """What else of the cases concerns this unit."""
    desk = at.home.desk
    apart = {case.case_id for case in (*desk.to_do, *desk.to_speak, *desk.to_decide)}
    if cases := [case for case in at.home.open if case.case_id not in apart]:
        st.header(f"其他与本单位有关的在办案件（{len(cases)}）")
        _lines(at, cases)


def visits(at: Sitting) -> None:
    """Where to go: name, address, until when, and the form, big enough for a thumb."""
    cases = by_urgency(at.home.visits)
    st.header(f"我要上门的（{len(cases)}）")
    if not cases:
        st.markdown("现在没有派给您上门的。")
        return
    shown = cases[:_VISITS_SHOWN]
    known = _addresses(at, shown)
    for case in shown:
        with st.container(border=True):
            st.markdown(f"**{plain(case.entity_name)}**　{case.grade.label}")
            lines = [plain(known.get(case.entity_id or "") or words.NO_ADDRESS), plain(_until(at, case))]
            st.markdown(words.NEW_LINE.join(lines))
            key = f"desk.visit.{case.case_id}"
            form = _FORMS[case.state] if moves.next_moves(at.book, at.session.actor, case) else words.TASK_SHEET
            if st.button(form, key=key, type="primary", width="stretch"):
                st.switch_page(CASE.path, query_params={"case": case.case_id})
    _rest(len(cases) - len(shown), len(cases))


def fresh(at: Sitting) -> None:
    """Alerts and leads nobody has looked at, by grade; and whether the newest scoring has been turned into cases."""
    cases = at.home.fresh
    today = sum(local_day(case.opened_at) == local_day(at.now) for case in cases)
    st.header(f"新预警和线索，等初筛（{len(cases)}）")
    if cases:
        st.markdown(
            f"其中今天新来 **{today}** 件。" + "，".join(f"{grade.label} {count}" for grade, count in _by_grade(cases)) + "。"
        )
        _lines(at, cases)
    else:
        st.markdown("都看过了。")


def late(at: Sitting) -> None:
    """What is late, then what soon will be, but for what is to be visited, which says so itself."""
    apart = {case.case_id for case in at.home.visits}
    late, soon = ([item for item in items if item.case.case_id not in apart] for items in (at.home.late, at.home.soon))
    st.header(f"{'其他' if apart else ''}逾期 {len(late)} 件，快到期 {len(soon)} 件")
    for items in (late, soon):
        for item in items[:_LINES_SHOWN]:
            _line(at, item.case, _marked(item))
        if len(items) > _LINES_SHOWN:
            st.caption(f"共 {len(items)} 件，此处列出最急的 {_LINES_SHOWN} 件。")
    if not late and not soon:
        st.markdown(words.NOTHING_DUE)


def sessions(at: Sitting) -> None:
    """Joint sessions without minutes that do not wait for this unit: who has not spoken yet."""
    apart = {case.case_id for case in at.home.desk.to_speak}
    if cases := [case for case in at.home.sessions if case.case_id not in apart]:
        st.header(f"会商中（{len(cases)}）")
        _lines(at, cases, lambda case: _heard(at, case))


def situation(at: Sitting) -> None:
    """How many stand in each urgent grade, against the month before."""
    workspace, actor = at.session.workspace, at.session.actor
    if not (runs := workspace.register.runs()):
        return
    view = overview(workspace, runs[0], actor=actor)
    st.header("现在的情况")
    st.markdown(f"评分截至 **{runs[0].as_of:%Y年%m月%d日}**，共 **{view.entities}** 户。{words.NOT_A_FINDING}")
    before = trend(workspace, actor=actor, months=2)[:-1]
    with st.container(horizontal=True):
        for grade in _URGENT:
            with st.container(border=True, width=_TILE_PIXELS):
                count = view.by_grade[grade]
                change = f"{count - before[0].by_grade[grade]:+d}（比{before[0].run.as_of.month}月）" if before else None
                st.metric(grade.label, f"{count} 户", change, delta_color="inverse")
                st.page_link(LIST.path, label="看名单 →", query_params={"list.grade": grade.label})
    st.page_link(OVERVIEW.path, label="看全部图表 →")


def course(at: Sitting) -> None:
    """Month by month."""
    if points := trend(at.session.workspace, actor=at.session.actor):
        st.header("逐月走势")
        st.caption(words.TREND_EXPLAINED)
        show_trend(points)


def way(at: Sitting) -> None:
    """How far cases have come."""
    st.header("从预警到办结")
    show_funnel(at.home.way)


def coverage(at: Sitting) -> None:
    """How many were ever visited, and where the most urgent ones were not."""
    workspace, actor = at.session.workspace, at.session.actor
    if not (runs := workspace.register.runs()):
        return
    cells = visited(workspace, runs[0], actor=actor)
    total, been = sum(cell.total for cell in cells), sum(cell.visited for cell in cells)
    missing = unvisited_by_street(cells)
    most = "、".join(f"{street or words.UNKNOWN_STREET} {count} 户" for street, count in missing[:_STREETS_NAMED])
    st.header("覆盖一览")
    st.markdown(
        f"登记的 {total} 户里，上过门的 **{been}** 户；红、橙、黄里还没有上过门的 **{sum(count for _, count in missing)}** 户"
        + (f"，最多的是{most}。" if len(missing) > 1 else "。")
    )
    st.page_link(COVERAGE.path, label="看覆盖和上门计划 →")


def _lines(at: Sitting, cases: Sequence[Case], more: Callable[[Case], str] | None = None) -> None:
    """Cases as links, the first few; `more` says what else belongs on a line instead of until when."""
    for case in cases[:_LINES_SHOWN]:
        _line(at, case, more(case) if more else _until(at, case))
    _rest(len(cases) - _LINES_SHOWN, len(cases))


def _line(at: Sitting, case: Case, more: str) -> None:
    """One case: who, as a link, and how it stands, beside it or, on a phone, below it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            CASE.path, label=f"**{plain(f'{case.grade.label}　{case.entity_name}')}**", query_params={"case": case.case_id}
        )
        st.markdown(plain(f"{at.book.workflow.label(case.state)}，{more}"), width="content")


def _rest(hidden: int, total: int) -> None:
    if hidden > 0:
        st.page_link(CASES.path, label=f"全部 {total} 件，到“{CASES.title}”里看 →")


def _until(at: Sitting, case: Case) -> str:
    """Until when, and how long that is where it is short."""
    if (case.clock or {}).get("left") is not None:
        return "计时已暂停"
    if case.due_at is None:
        return "没有期限"
    item = at.home.left(case)
    return f"{moment(case.due_at)} 到期" + (f"（{_left(item)}）" if item else "")


def _left(item: Due) -> str:
    """How long is left, and for what, where that is not the state itself."""
    return item.step + ("今天到期" if item.left == 0 else due_line(item.left, item.unit))


def _marked(item: Due) -> str:
    unsure = "" if item.is_confirmed else "（节假日待定）"
    return _left(item) + unsure


def _asked(at: Sitting, case: Case) -> str:
    pending = case.pending or {}
    to = at.book.workflow.label(pending["to"]) if pending.get("to") else words.CLOCK_REQUESTS.get(pending.get("verb", ""), "")
    return f"{pending.get('person', '')}提请：{to}"


def _heard(at: Sitting, case: Case) -> str:
    """Which invited units have not spoken."""
    table = case.session or {}
    spoken = {opinion["unit"] for opinion in table.get("opinions", ())}
    if not table.get("invited") and not spoken:
        return f"还没有邀请参会单位，{_until(at, case)}"
    silent = [unit for unit in table.get("invited", ()) if unit not in spoken]
    waits = f"等{'、'.join(silent)}" if silent else "等纪要"
    return f"已有 {len(spoken)} 个单位的意见，{waits}，{_until(at, case)}"


def _by_grade(cases: Sequence[Case]) -> list[tuple[Grade, int]]:
    counted = Counter(case.grade for case in cases)
    return [(grade, counted[grade]) for grade in Grade if counted[grade]]


def _addresses(at: Sitting, cases: Sequence[Case]) -> dict[str, str]:
    """Where the entities of these cases do business, by the id the case bears, as far as this person may see."""
    workspace, runs = at.session.workspace, at.session.workspace.register.runs()
    ids = {case.entity_id: at.book.resolved(case.entity_id) for case in cases if case.entity_id}
    if not runs or not ids:
        return {}
    known = particulars(workspace, runs[0], list(ids.values()), actor=at.session.actor)
    rows = {case_id: known.get(entity_id, {}) for case_id, entity_id in ids.items()}
    return {case_id: row.get("address_biz") or row.get("address_reg") or "" for case_id, row in rows.items()}
