"""An entity on one screen: who and where it is, what licence it has, who was there last, what case is open, the heaviest reasons."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from screening.access import Actor, Document, Scope
from screening.cases.casebook import Casebook
from screening.cases.finding import cases_of
from screening.features.records import records_of, was_received
from screening.reference.clock import moment
from screening.reference.fields import column_label
from screening.reference.rights import scope_of
from screening.scoring.explanation import Explanation
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.places import CASE
from screening.ui.text import plain
from screening.vocabulary import Kind, Sector

_REASONS_SHOWN = 3
_LICENCES_SHOWN = 3
_WHO = ("trade_name", "former_names", "uscc", "reg_no", "legal_rep_name", "reg_status", "est_date")


def show_portrait(workspace: Workspace, run: Run, found: Explanation, known: Mapping[str, Any], *, actor: Actor) -> None:
    """Two short columns; `known` is the registration as the actor sees it, by column."""
    with st.container(border=True):
        st.markdown(_heaviest(found))
        who, what = st.columns(2)
        who.markdown(words.NEW_LINE.join(_who(known)))
        what.markdown(words.NEW_LINE.join(_records(workspace, run, found.entity_id, actor)))
        with what:
            _show_case(workspace, found.entity_id, actor)


def _heaviest(found: Explanation) -> str:
    rules = [reason for reason in found.reasons if reason.kind == "rule"]
    if not rules:
        return words.NO_HIT_IS_NOT_SAFE
    named = "；".join(reason.name for reason in rules[:_REASONS_SHOWN])
    more = f"等 {len(rules)} 条" if len(rules) > _REASONS_SHOWN else ""
    combined = "；".join(adjustment.sentence.partition("：")[0] for adjustment in found.adjustments)
    lines = [f"**主要理由**　{plain(named)}{more}", *([f"**组合加判**　{plain(combined)}"] if combined else [])]
    return words.NEW_LINE.join(lines)


def _who(known: Mapping[str, Any]) -> list[str]:
    lines = [_said("行业", Sector(known["sector"]).label)] if known.get("sector") else []
    lines += [_said(column_label(Kind.ENTITIES, column), known[column]) for column in _WHO if known.get(column)]
    addresses = dict.fromkeys(known[column] for column in ("address_biz", "address_reg") if known.get(column))
    return [*lines, *(_said("地址", address) for address in addresses or [words.ADDRESS_UNKNOWN])]


def _records(workspace: Workspace, run: Run, entity_id: str, actor: Actor) -> list[str]:
    """Licences and the last visit, each with where it stands or why nothing does."""
    kinds = (Kind.LICENCES, Kind.INSPECTIONS)
    records = records_of(workspace, run, entity_id, actor=actor, among=kinds)
    licences = [record for record in records if record.kind is Kind.LICENCES]
    visits = [record for record in records if record.kind is Kind.INSPECTIONS]
    lines = [_said("许可", record.said) for record in licences[-_LICENCES_SHOWN:]]
    if not licences:
        lines.append(_said("许可", words.NO_LICENCE if was_received(workspace, run, Kind.LICENCES) else words.LICENCES_UNKNOWN))
    last = visits[-1] if visits else None
    return [*lines, _said("上次核查", f"{last.day or '日期不详'}　{last.said}" if last else words.NEVER_VISITED)]


def _show_case(workspace: Workspace, entity_id: str, actor: Actor) -> None:
    if scope_of(actor, Document.CASES, workspace.settings.rules) is Scope.NONE:
        return
    book = Casebook(workspace)
    open_ = [case for case in cases_of(book, actor, entity_id) if not book.workflow.states[case.state].closed]
    for case in open_:
        due = f"，{moment(case.due_at)} 到期" if case.due_at else ""
        label = plain(f"在办案件：{book.workflow.label(case.state)}{due} →")
        st.page_link(CASE.path, label=label, query_params={"case": case.case_id})
    if not open_:
        st.markdown(_said("案件", words.NO_OPEN_CASE))


def _said(label: str, value: object) -> str:
    return f"**{label}**　{plain(value)}"
