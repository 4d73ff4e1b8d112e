"""「假如……」 on an entity's page: some of its registration otherwise, or one more complaint, tried out and not saved."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from screening.access import Actor
from screening.reference.fields import Field, FieldType, read_dictionary
from screening.rehearsal.what_if import what_if
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.parts import errors_shown_here
from screening.ui.rehearsal_parts import show_what_if
from screening.ui.session import keep_supposed, open_session
from screening.ui.text import shown
from screening.vocabulary import Kind


def what_if_section(workspace: Workspace, entity_id: str, known: Mapping[str, Any], as_of: date, *, actor: Actor) -> None:
    """Choose, try, read; `known` is what the lists say now, by column."""
    st.header("假如……")
    st.markdown(words.WHAT_IF_EXPLAINED)
    fields = read_dictionary(Kind.ENTITIES).fields
    chosen = st.multiselect(
        "改哪几项登记内容",
        list(fields),
        format_func=lambda column: fields[column].label,
        key=f"entity.suppose.{entity_id}",
        placeholder="可以选几项，也可以不选",
    )
    changes = {column: _new_value(entity_id, column, fields[column], known.get(column)) for column in chosen}
    complaint = st.text_area(
        "假设又来一件投诉（可不填）", key=f"entity.suppose.{entity_id}.complaint", placeholder=words.WHAT_IF_COMPLAINT
    )
    if st.button("试算", key="entity.try", type="primary"):
        with errors_shown_here(), st.spinner("试算中"):
            keep_supposed(what_if(workspace, entity_id, changes, as_of, complaint, actor=actor))
    supposed = open_session().supposed
    if supposed and (supposed.entity_id, supposed.as_of) == (entity_id, as_of):
        show_what_if(supposed)


def _new_value(entity_id: str, column: str, field: Field, now: object) -> str:
    """The new value as one would write it in a list; what is written there now stands in the empty box."""
    key, placeholder = f"entity.suppose.{entity_id}.{column}", f"现在：{shown(now, field) or '没有资料'}"
    label = f"{field.label}改为"
    if values := _usual_values(field):
        return st.selectbox(label, values, index=None, key=key, placeholder=placeholder, accept_new_options=True) or ""
    return st.text_input(label, key=key, placeholder=placeholder)


def _usual_values(field: Field) -> list[str]:
    if field.type is FieldType.BOOLEAN:
        return ["是", "否"]
    return list(dict.fromkeys(value for value in field.codes.values() if isinstance(value, str)))
