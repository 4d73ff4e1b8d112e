"""A text with what was read in it marked: phrases by the colour of their meaning, rates in bold, and a table that says what each means."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

import streamlit as st

from screening.text.reading import TextReader
from screening.text.words import DIRECTION_LABELS, kind_label
from screening.ui import words
from screening.ui.parts import plain_table
from screening.ui.text import escaped
from screening.vocabulary import Sector


def show_marked(text: str, reader: TextReader, sector: Sector | None = None) -> None:
    """The text with its marks, the way money flows, and every rate with its arithmetic."""
    document = reader.read(text, sector).document()
    st.markdown(marked(text, document))
    rates = [
        {
            "原文": said["text"],
            "说的是": kind_label(said["kind"]),
            "方向": DIRECTION_LABELS[said["direction"]],
            "单利年化": "—" if said["annual_simple"] is None else f"{said['annual_simple'] * 100:.6g}%",
            "算式": said["formula"] or said["note"],
        }
        for said in document["promised"]
    ]
    if rates:
        plain_table(rates)


def marked(text: str, document: Mapping[str, Any]) -> str:
    """Markdown of the text; where marks overlap the earlier and longer one stands, a rate before a phrase."""
    found = [(said["span"], "**{}**") for said in document["promised"]]
    for hit in document["phrases"]:
        colour = words.MARK_COLOURS.get(hit["group"].partition(".")[0]) or words.MARK_COLOURS.get(hit["group"])
        if colour and not hit["negated"]:
            found.append((hit["span"], f":{colour}-background[{{}}]"))
    pieces, place = [], 0
    for (start, end), form in sorted(found, key=lambda mark: (mark[0][0], -mark[0][1])):
        if start < place:
            continue
        pieces += [escaped(text[place:start]), form.format(escaped(text[start:end]))]
        place = end
    return "".join([*pieces, escaped(text[place:])])


def differences(said: str, registered: str) -> str:
    """Markdown of a registered value, what the other side does not say in bold red."""
    pieces = []
    for kind, _, _, start, end in SequenceMatcher(None, said, registered, autojunk=False).get_opcodes():
        if end > start:
            piece = escaped(registered[start:end])
            pieces.append(piece if kind == "equal" else f":red-background[{piece}]")
    return "".join(pieces)
