"""Who hangs together with an entity: a picture the browser draws itself, and every path in it as a sentence."""

from collections.abc import Sequence

import streamlit as st

from screening.features.ties import Node, Tie, Web
from screening.ui import words
from screening.ui.charts import FILLS
from screening.ui.parts import entity_link
from screening.ui.text import place_of, plain

_LINE = 9  # characters of a name on one line of a box
_EDGE_LINE = 14
_LONGEST = 36
_CASE_FILL, _HIDDEN_FILL, _PLAIN_FILL = ("#5B3A8C", "#FFFFFF"), ("#FFFFFF", "#444444"), ("#EEF2F6", "#1F1F1F")
_INK = "#333333"


def show_web(web: Web | None) -> None:
    """Picture, sentences, and links to the firms one may look at."""
    st.caption(words.TIES_EXPLAINED)
    if web is None:
        st.info(words.TIES_NOT_KEPT)
        return
    if not web.paths:
        st.markdown(words.NO_TIES)
        return
    st.graphviz_chart(drawing(web), width="stretch", alt=words.TIES_DRAWN.format(count=len(web.nodes) - 1))
    st.caption(words.TIES_LEGEND)
    st.subheader(f"一条一条说（{len(web.paths)} 条）")
    st.markdown("\n".join(f"{number}. {path_sentence(web, path)}" for number, path in enumerate(web.paths, start=1)))
    if web.left_out:
        st.caption(f"另有 {web.left_out} 户没有画出。")
    for node in web.nodes.values():
        if node.node_id != web.root and not node.is_case and not node.is_hidden:
            grade = f"{node.grade.label}　" if node.grade else ""
            entity_link(node.node_id, f"看 {grade}{node.name} →")


def path_sentence(web: Web, path: Sequence[Tie]) -> str:
    """`本户 —同一电话 138****0001— 甲店 —…`, with what is not sure said so, and the rows it rests on."""
    said = "本户" + "".join(f" —{_links(tie)}— {_called(web.nodes[tie.other])}" for tie in path)
    places = dict.fromkeys(place_of(*source) for tie in path for source in tie.sources)
    return f"{plain(said)}{words.NEW_LINE}   出处：{plain('；'.join(places))}"


def drawing(web: Web) -> str:
    """The web in the DOT language. Names are quoted text; nothing in them can be anything else."""
    number = {node_id: f"n{place}" for place, node_id in enumerate(web.nodes)}
    boxes = [_box(number[key], node, is_root=key == web.root) for key, node in web.nodes.items()]
    lines = [
        f"{number[tie.one]} -- {number[tie.other]} [label={_quoted(_label(tie))}, style={'solid' if tie.is_sure else 'dashed'}];"
        for tie in web.ties
    ]
    style = f'fontname="sans-serif", fontsize=13, color="{_INK}"'
    return "\n".join(
        [
            "graph {",
            'rankdir=LR; bgcolor="white"; ranksep=0.9; nodesep=0.3;',
            f'node [shape=box, style="filled,rounded", {style}, margin="0.25,0.12"];',
            f'edge [{style}, fontcolor="{_INK}"];',
            *boxes,
            *lines,
            "}",
        ]
    )


def _box(name: str, node: Node, *, is_root: bool) -> str:
    fill, ink = (
        FILLS[node.grade] if node.grade else _CASE_FILL if node.is_case else _HIDDEN_FILL if node.is_hidden else _PLAIN_FILL
    )
    grade = f"【{node.grade.label}】" if node.grade else ""
    text = _wrapped(f"{'本户：' if is_root else ''}{grade}{_called(node)}")
    return f'{name} [label={_quoted(text)}, fillcolor="{fill}", fontcolor="{ink}", penwidth={3 if is_root else 1}];'


def _called(node: Node) -> str:
    if not node.is_case:
        return node.name
    return f"{node.name}（涉非案件{'：' + node.status if node.status else ''}）"


def _label(tie: Tie) -> str:
    lines = tie.links if tie.is_sure else (*tie.links, words.SAME_NAME_ONLY)
    return "\n".join(_wrapped(line, _EDGE_LINE) for line in lines)


def _links(tie: Tie) -> str:
    return "、".join(tie.links) + ("" if tie.is_sure else words.SAME_NAME_ONLY)


def _wrapped(text: str, line: int = _LINE) -> str:
    short = " ".join(text.split())
    short = short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1]}…"
    return "\n".join(short[start : start + line] for start in range(0, len(short), line))


def _quoted(text: str) -> str:
    """A DOT string; a backslash would begin an escape, so its full-width twin stands for it."""
    body = text.replace("\\", "＼").replace('"', "＂").replace("\n", "\\n")
    return f'"{body}"'
