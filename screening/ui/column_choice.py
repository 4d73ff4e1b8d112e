"""How each delivered column is read: the first rows so read, and the choice of another column for those read wrongly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from screening import pipeline
from screening.intake.preview import samples
from screening.reference.clock import moment
from screening.reference.corrections import Correction, refusal
from screening.reference.fields import read_dictionary
from screening.ui import words
from screening.ui.session import Session
from screening.ui.text import plain, shown
from screening.vocabulary import Kind

Row = Mapping[str, Any]
_NOT_USED = ""  # None would give the box a button to clear it


@dataclass(frozen=True)
class Choice:
    """What is to be read otherwise: `corrections` in all; `is_changed` since the preview; `is_refused`: it cannot be so."""

    corrections: tuple[Correction, ...]
    is_changed: bool = False
    is_refused: bool = False


def show_first_rows(entry: Row, rows: Sequence[Row]) -> None:
    """The first rows by canonical column, those columns only that hold something."""
    fields = read_dictionary(Kind(entry["kind"])).fields
    held = [name for name in fields if any(row.get(name) is not None for row in rows)]
    if not held:
        return
    st.markdown(f"**读出来的前 {len(rows)} 行**")
    table = pd.DataFrame([{fields[name].label: shown(row.get(name), fields[name]) for name in held} for row in rows])
    st.dataframe(table, hide_index=True)


def choose_columns(entry: Row, rows: Sequence[Row], number: int, choice: Choice) -> Choice:
    """The tables of one file, each with its columns to choose anew; returns what was chosen so far with what is chosen here."""
    for place, table in enumerate(entry["tables"]):
        key = f"upload.columns.{number}.{place}"
        if len(entry["tables"]) > 1:
            st.markdown(f"工作表“{plain(table['sheet'])}”")
        if table["kind"] is None:
            st.info(words.CHOOSE_KIND_FIRST)
        elif st.toggle(words.CORRECT_COLUMNS, key=f"{key}.open", value=bool(entry["error"]), help=words.CORRECT_COLUMNS_HELP):
            choice = _choose(table, samples(table, rows), key, choice)
    return choice


def show_memory(session: Session, tables: Sequence[Row], number: int) -> bool:
    """Whose word from an earlier file was followed, with a way to forget it; whether one was forgotten just now."""
    has_forgotten = False
    for place, table in enumerate(tables):
        if table["remembered"] is None:
            continue
        made = moment(datetime.fromisoformat(table["corrected_at"]))
        st.info(plain(words.AS_LAST_TIME.format(columns=corrected_text(table), by=table["corrected_by"], at=made)))
        if st.button(words.FORGET_COLUMNS, key=f"upload.forget.{number}.{place}"):
            pipeline.forget_columns(session.workspace, table["remembered"], actor=session.actor)
            st.toast(words.FORGOTTEN)
            has_forgotten = True
    return has_forgotten


def corrected_text(table: Row) -> str:
    """What a person put right in a table, in one line."""
    labels = _labels(Kind(table["kind"]))
    return "；".join(f"“{path}”读作“{labels.get(name or _NOT_USED, name)}”" for path, name in table["corrected"].items())


def _choose(table: Row, examples: Mapping[str, str], key: str, choice: Choice) -> Choice:
    kind = Kind(table["kind"])
    labels = _labels(kind)
    columns = [column for column in table["columns"] if not column["is_serial"]]
    chosen: dict[str, str | None] = {}
    for place, column in enumerate(columns):
        if place % 2 == 0:  # line by line, so that a phone, which stacks them, keeps the table's order
            sides = st.columns(2)
        example = f"（例：{examples[column['path']]}）" if examples.get(column["path"]) else ""
        name = sides[place % 2].selectbox(
            plain(f"“{column['path']}”{example}"),
            list(labels),
            index=list(labels).index(column["used"] or _NOT_USED),
            format_func=labels.__getitem__,
            key=f"{key}.{table['shape']}.{kind}.{place}",
        )
        chosen[column["path"]] = name or None
    if all(chosen[column["path"]] == column["used"] for column in columns):
        return choice
    found = {column["path"]: column["found"] for column in columns}
    said = Correction(table["shape"], kind, {path: name for path, name in chosen.items() if name != found[path]})
    others = tuple(c for c in choice.corrections if (c.shape, c.kind) != (said.shape, said.kind))
    choice = replace(choice, corrections=(*others, said), is_changed=True)
    if wrong := refusal(kind, found, said.columns):
        st.error(plain("。".join(wrong)))
        return replace(choice, is_refused=True)
    return choice


def _labels(kind: Kind) -> dict[str, str]:
    return {_NOT_USED: words.NOT_USED, **{name: field.label for name, field in read_dictionary(kind).fields.items()}}
