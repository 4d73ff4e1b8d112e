"""Pieces of the rule-book room: the manual, the health of rules, drift."""

from collections.abc import Mapping, Sequence

import streamlit as st

from screening.rulebook.manual import Entry
from screening.scoring.drift import LARGE, NOTICEABLE, Drift
from screening.scoring.health import RuleHealth
from screening.ui import words
from screening.ui.parts import plain_table
from screening.ui.text import plain, points

_DRIFTS_SHOWN = 30


def show_manual(groups: Mapping[str, Sequence[Entry]], sought: str) -> None:
    """Every rule that contains the words sought, by group."""
    shown = 0
    for label, entries in groups.items():
        found = [entry for entry in entries if not sought or sought in _everything(entry)]
        if found:
            st.subheader(f"{label}　{len(found)} 条")
        for entry in found:
            shown += 1
            marks = "".join(
                f"（{mark}）"
                for mark, applies in (("红线", entry.rule.red_line), (words.UNVERIFIED, not entry.rule.verified))
                if applies
            )
            with st.expander(
                plain(
                    f"{entry.rule.id}　{entry.rule.name}　最高 {points(entry.conditions[0][1])}{marks}　{entry.rule.status.label}"
                )
            ):
                _show(entry)
    if not shown:
        st.markdown("没有符合的规则。")


def _everything(entry: Entry) -> str:
    return "".join(
        (entry.rule.id, entry.rule.name, entry.sectors, *(condition for condition, _ in entry.conditions), *entry.basis)
    )


def _show(entry: Entry) -> None:
    rule = entry.rule
    lines = [f"**{plain(points(value))}**：{plain(condition)}" for condition, value in entry.conditions]
    lines += [f"适用：{plain(entry.sectors)}；{rule.dimension.label}，{rule.element.label}"]
    lines += [
        f"证据句：{plain(rule.evidence)}",
        f"依据：{plain('；'.join(entry.basis))}",
        f"可能的误报：{plain(rule.false_positive)}",
    ]
    lines += [f"数字：{plain(number)}" for number in entry.numbers]
    if rule.note:
        lines.append(f"说明：{plain(rule.note)}")
    st.markdown(words.NEW_LINE.join(lines))


def health_table(health: Sequence[RuleHealth], names: Mapping[str, str]) -> None:
    """One line a rule; rules that never hit say so."""
    plain_table(
        [
            {
                "规则": f"{found.rule_id} {found.name}",
                "命中": f"{found.hits.count} 户（{found.hits.count / max(found.hits.of, 1):.1%}）",
                "最近命中": found.last_hit.isoformat() if found.last_hit else "从未",
                "常一起命中": f"{found.companion} {names.get(found.companion, '')} {found.companion_share:.0%}"
                if found.companion
                else "",
                "查实": _confirmed(found),
            }
            for found in health
        ]
    )


def _confirmed(found: RuleHealth) -> str:
    if found.confirmed.interval is None:
        return "未知（没有核查过）"
    low, high = found.confirmed.interval
    return f"{found.confirmed.count}/{found.confirmed.of}（{low:.0%}–{high:.0%}）"


def drift_table(drifts: Sequence[Drift]) -> None:
    """What moved most."""
    plain_table(
        [
            {
                "项目": found.label,
                "PSI": "户数太少" if found.psi is None else f"{found.psi:.2f}",
                "看法": drift_words(found.psi),
                "未知（上次 → 这次）": f"{found.unknown_before:.0%} → {found.unknown_now:.0%}",
            }
            for found in drifts[:_DRIFTS_SHOWN]
        ]
    )


def drift_words(psi: float | None) -> str:
    """What a stability index says."""
    if psi is None:
        return "不作判断"
    return "变化很大，先查资料" if psi >= LARGE else "有变化" if psi >= NOTICEABLE else "稳定"
