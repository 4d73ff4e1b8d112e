"""What a rehearsal or a what-if found, shown. Takes the document of `compare` as made or as kept with a proposal."""

from collections.abc import Mapping, Sequence

import streamlit as st

from screening.reference.fields import read_dictionary
from screening.rehearsal.digest import (
    ALL_THE_SAME,
    NOT_SAVED,
    Document,
    SideBySide,
    cause_words,
    change_words,
    down_words,
    moved_streets,
    only_points,
    reason_label,
    regraded,
    share_words,
    side_by_side,
    silent,
    striking,
    supposed_label,
    up_words,
)
from screening.rehearsal.what_if import WhatIf
from screening.ui import words
from screening.ui.parts import entity_link, plain_table
from screening.ui.text import called, month, plain, shown
from screening.vocabulary import Grade, Kind, Sector

_NAMED = 30  # of one list; the others one click further


def show_warnings(document: Document) -> None:
    """The gate: what would flood the list, in red."""
    for warning in document["warnings"]:
        st.error(f"**提醒**　{plain(warning['message'])}")


def show_summary(document: Document) -> None:
    """A line a month, for whoever decides."""
    if document["is_empty"]:
        st.success(ALL_THE_SAME)
    lines = []
    for found in document["months"]:
        visits = found["visits"]
        entered = "、".join(f"{grade.label} {len(found['entered'][grade])} 户" for grade in Grade if found["entered"][grade])
        lines.append(
            f"{month(found['as_of'])}：须上门 {visits['before']} → {visits['after']} 户；"
            + (f"等级改变 {len(regraded(found))} 户，其中进入{entered}" if entered else "没有主体改变等级")
        )
    st.markdown(words.NEW_LINE.join(plain(line) for line in lines))


def show_rehearsal(document: Document) -> None:
    """Everything: warnings first, then month by month, then rule by rule."""
    show_warnings(document)
    if document["is_empty"]:
        st.success(ALL_THE_SAME)
    months = list(reversed(document["months"]))
    for tab, found in zip(st.tabs([month(found["as_of"]) for found in months]), months, strict=True):
        with tab:
            _show_month(found)
    _show_rules(document["rules"])


def _show_month(found: Document) -> None:
    visits, moved = found["visits"], regraded(found)
    with st.container(horizontal=True):
        st.metric("须上门户数", f"{visits['before']} → {visits['after']}", border=True, help=words.VISITS_EXPLAINED)
        st.metric("等级改变", f"{len(moved)} 户", border=True)
        st.metric("只变分值", f"{len(only_points(found))} 户", border=True)
        st.metric("共评分", f"{found['entities']} 户", border=True)
    if moved:
        _show_grades(found)
    else:
        st.markdown(words.NO_REGRADED)
    if others := only_points(found):
        with st.expander(f"等级不变、分值有变的 {len(others)} 户"):
            _show_moves(others)
    _show_streets(moved_streets(found))


def _show_grades(found: Document) -> None:
    """Who enters and who leaves each grade; nobody is named in a grade nobody enters or leaves."""
    for grade in Grade:
        entered, left = found["entered"][grade], found["left"][grade]
        if not entered and not left:
            continue
        with st.expander(f"**{grade.label}**：进入 {len(entered)} 户，离开 {len(left)} 户"):
            for heading, moves in (("进入", entered), ("离开", left)):
                if moves:
                    st.markdown(f"**{heading}“{grade.label}”的 {len(moves)} 户**")
                    _show_moves(moves)


def _show_moves(moves: Sequence[Document]) -> None:
    for move in moves[:_NAMED]:
        _show_move(move)
    if others := moves[_NAMED:]:
        with st.expander(f"其余 {len(others)} 户"):
            for move in others:
                _show_move(move)


def _show_move(move: Document) -> None:
    where = f"{Sector(move['sector']).label}，{move['street'] or words.UNKNOWN_STREET}"
    grades = _step(*(Grade(move[key]).label for key in ("grade_before", "grade_after")))
    points = _step(*(f"{move[key]:g}" for key in ("points_before", "points_after")))
    with st.container(gap=None):
        entity_link(move["entity_id"], f"{called(move['name'])}（{where}）　{grades}，{points} 分")
        st.caption(plain("原因：" + "；".join(cause_words(cause, with_name=True) for cause in move["because"])))


def _step(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _show_streets(streets: Sequence[Document]) -> None:
    if not streets:
        st.caption(words.NO_STREET_MOVED)
        return
    st.markdown("**各街道须上门的户数**")
    plain_table(
        [
            {"街道": line["street"] or words.UNKNOWN_STREET, "原来": f"{line['before']} 户", "后来": f"{line['after']} 户"}
            for line in streets
        ]
    )
    st.caption(words.STREETS_MOVED)


def _show_rules(rules: Sequence[Document]) -> None:
    st.markdown("**规则表现**")
    if found := striking(rules):
        names = {rule["id"]: rule["name"] for rule in rules}
        plain_table([_rule_line(rule, names) for rule in found])
        st.caption(words.RULES_EXPLAINED)
    else:
        st.markdown(words.NO_STRIKING_RULE)
    if never := silent(rules):
        with st.expander(f"这些月份从未命中的规则：{len(never)} 条"):
            st.markdown(plain("、".join(f"{rule['id']} {rule['name']}" for rule in never)))


def _rule_line(rule: Document, names: Mapping[str, str]) -> dict[str, str]:
    before, after = ("不计分" if rule[key] is None else str(rule[key]) for key in ("hits_before", "hits_after"))
    overlap = rule["overlap"]
    return {
        "规则": f"{rule['id']} {rule['name']}",
        "情况": change_words(rule),
        "命中（旧 → 新）": f"{before} → {after}",
        "最相重的规则": f"{overlap['id']} {names[overlap['id']]} {overlap['share']:.0%}" if overlap else "无",
        "查实率": share_words(rule["precision"]),
        "覆盖率": share_words(rule["recall"]),
    }


def show_what_if(found: WhatIf) -> None:
    """Now and then, side by side."""
    fields = read_dictionary(Kind.ENTITIES).fields
    supposed = [f"{supposed_label(column)} = {shown(value, fields.get(column))}" for column, value in found.changes.items()]
    st.markdown(f"**假如**　{plain('；'.join(supposed))}")
    before, after = found.before, found.after
    figures = {
        "分值": [f"{standing.score:g}" for standing in (before, after)],
        "等级": [Grade(standing.grade).label for standing in (before, after)],
        "离上一级": [up_words(standing) for standing in (before, after)],
        "离下一级": [down_words(standing) for standing in (before, after)],
        "未知最多可加": [f"{standing.could_add:g} 分" for standing in (before, after)],
    }
    plain_table([{"项目": label, "现在": now, "假如": then} for label, (now, then) in figures.items()])
    lines = side_by_side(found)
    if changed := [line for line in lines if line.before != line.after]:
        _reason_table(changed)
    else:
        st.markdown(words.NO_REASON_CHANGED)
    if same := [line for line in lines if line.before == line.after]:
        with st.expander(f"没有变化的理由 {len(same)} 条"):
            _reason_table(same)
    st.info(NOT_SAVED)


def _reason_table(lines: Sequence[SideBySide]) -> None:
    plain_table(
        [
            {
                "理由": reason_label(line.id, line.name),
                "现在": _points(line.before),
                "假如": _points(line.after),
                "变化": _difference(line.before, line.after),
            }
            for line in lines
        ]
    )


def _points(value: float | None) -> str:
    return "—" if value is None else f"{value:+g}"


def _difference(before: float | None, after: float | None) -> str:
    if before == after:
        return "不变"
    if before is None or after is None:
        return "新增" if before is None else "去掉"
    return f"{after - before:+g}"
