"""Where a case stands, as a picture: the way it came, where it is, and the steps that lead on, with who may take each. The same stands in words beside it."""

from itertools import pairwise

import streamlit as st

from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.ui import words

# Ink and fill contrast at least 4.5:1; the lines are seen on a light and on a dark page.
_LINE = "#7A7F87"
_DONE, _NOW, _NEXT = ("#E4E6EA", "#1F1F1F"), ("#2F6DB5", "#FFFFFF"), ("#FFFFFF", "#1F1F1F")
_GRAPH = (
    'rankdir=LR; bgcolor="transparent"; nodesep=0.15; ranksep=0.45; '
    'node [shape=box, style="rounded,filled", fontsize=15, margin="0.14,0.07", color="{line}"]; edge [color="{line}", arrowsize=0.7];'
)


def case_picture(book: Casebook, case: Case) -> None:
    """Draw the case's way and what may come next; nothing is drawn of what the workflow does not allow from here."""
    way = " → ".join(
        [*(book.workflow.label(state) for state in case.been[:-1]), f"{words.HERE}{book.workflow.label(case.state)}"]
    )
    with st.expander(words.CASE_PICTURE, expanded=True):
        st.graphviz_chart(_dot(book, case))
        st.caption(f"走过：{way}。实框是走过的，蓝框是现在，虚框是接下来可能的。")


def _dot(book: Casebook, case: Case) -> str:
    been = [state for state in dict.fromkeys(case.been) if state != case.state]
    nodes = [_node(f"was{state}", book.workflow.label(state), _DONE) for state in been]
    nodes.append(_node("now", book.workflow.label(case.state), _NOW))
    chain = [f"was{state}" for state in been] + ["now"]
    edges = [f"{left} -> {right};" for left, right in pairwise(chain)]
    for to, roles in _onward(book, case).items():
        nodes.append(_node(f"next{to}", f"{book.workflow.label(to)}\\n{'、'.join(roles)}", _NEXT, style="rounded,dashed"))
        edges.append(f"now -> next{to} [style=dashed];")
    return "digraph {" + _GRAPH.format(line=_LINE) + "".join(nodes + edges) + "}"


def _onward(book: Casebook, case: Case) -> dict[str, list[str]]:
    """Each state that may come next with the roles that may bring it about."""
    found: dict[str, list[str]] = {}
    for row in book.workflow.rows(case.state):
        if not row.after or case.came_from in row.after:
            roles = found.setdefault(row.to, [])
            roles.extend(role.label for role in row.by if role.label not in roles)
    return found


def _node(name: str, label: str, colours: tuple[str, str], style: str = "rounded,filled") -> str:
    fill, ink = colours
    quoted = label.replace('"', '\\"')
    return f'{name} [label="{quoted}", fillcolor="{fill}", fontcolor="{ink}", style="{style},filled"];'
