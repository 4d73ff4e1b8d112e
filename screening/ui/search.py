"""The search box that stands in every room, and what it found: firms with where they matched, and cases."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from screening.access import Document, Scope
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.finding import find_cases
from screening.reference.rights import scope_of
from screening.scoring.search import Match, Matches, search
from screening.ui import words
from screening.ui.case_parts import case_links
from screening.ui.parts import entity_link
from screening.ui.places import CASE, ENTITY, SEARCH
from screening.ui.session import Session, open_session
from screening.ui.text import called, plain, points

MATCHES_SHOWN = 20
_NOTHING = Matches([], 0)


def search_box(margin: DeltaGenerator) -> None:
    """In the margin of every room, for whoever may see any firm."""
    session = open_session()
    if SEARCH.is_open_to(session.actor, session.workspace.settings.rules):
        with margin:
            search_form("search")


def search_form(key: str) -> None:
    """One line to type into; leads straight to the only firm or case found, else to the list of all that were."""
    with st.form(f"{key}.find", clear_on_submit=True, border=False):
        text = st.text_input(words.SEARCH, key=f"{key}.text", placeholder=words.SEARCH_PLACEHOLDER)
        sought = st.form_submit_button(words.SEARCH_BUTTON, key=f"{key}.search", width="stretch")
    if sought and text.strip():
        _lead_to(text.strip())


def found_by(session: Session, text: str) -> tuple[Matches, list[Case]]:
    """What the core finds, firms and cases."""
    workspace, actor = session.workspace, session.actor
    runs = workspace.register.runs()
    firms = search(workspace, runs[0], text, top=MATCHES_SHOWN, actor=actor) if runs else _NOTHING
    if scope_of(actor, Document.CASES, workspace.settings.rules) is Scope.NONE:
        return firms, []
    return firms, find_cases(Casebook(workspace), actor, text, top=MATCHES_SHOWN)


def show_firms(text: str, firms: Matches) -> None:
    """How many, and each with where it matched."""
    if not firms.total:
        st.warning(words.NOTHING_FOUND.format(text=plain(text)))
        st.markdown(words.SEARCH_EXPLAINED)
        return
    if firms.by_brand:
        st.info(words.FOUND_BY_BRAND.format(text=plain(text), brand=plain(firms.by_brand)))
    more = f"，只列最像的前 {len(firms.found)} 户，多写几个字可以缩小" if firms.total > len(firms.found) else ""
    st.markdown(f"主体：找到 **{firms.total}** 户{more}。")
    for match in firms.found:
        with st.container(border=True, gap="xxsmall"):
            entity_link(match.entity_id, f"{match.grade.label + '　' if match.grade else ''}{called(match.name)}")
            st.caption(words.NEW_LINE.join(plain(line) for line in _about(match)))


def show_cases(cases: Sequence[Case]) -> None:
    """The cases found, if any."""
    if cases:
        st.markdown(f"案件：**{len(cases)}** 件。")
        case_links(Casebook(open_session().workspace), cases)


def _lead_to(text: str) -> None:
    firms, cases = found_by(open_session(), text)
    if firms.total == 1 and not firms.by_brand and {case.entity_id for case in cases} <= {firms.found[0].entity_id}:
        st.switch_page(ENTITY.path, query_params={"entity": firms.found[0].entity_id})
    if len(cases) == 1 and not firms.total:
        st.switch_page(CASE.path, query_params={"case": cases[0].case_id})
    st.switch_page(SEARCH.path, query_params={"q": text})


def _about(match: Match) -> list[str]:
    """Where it matched, then what it is: a phone cuts links off, so that these stand below."""
    score = f"，{points(match.score)}" if match.score is not None else ""
    where = f"{match.label}{'' if match.is_current else words.NO_LONGER}：{match.said}"
    return [where, f"{match.sector.label}，{match.street or words.UNKNOWN_STREET}{score}"]
