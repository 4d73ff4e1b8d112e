"""The data dictionary (`rules/fields/`): every canonical column, its meaning, type, unit and the headers it
goes by.

Why: intake, store, documents and screens must agree on one list of columns, and an officer must be able to
add a header without a programmer. Unknown keys are refused by file name, so that a misspelt one is not
silently ignored.
Source: domain brief 5.2-5.6 (Ningbo financial-entity standard, GB/T 36104, 12345/12315/petition export
columns).
"""

import functools
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from screening.errors import InvalidRule
from screening.reference.data_files import Strict, checked, read_yaml
from screening.settings import read_settings
from screening.vocabulary import Kind


class FieldType(StrEnum):
    """How the text of a cell becomes a value."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    DATETIME = "datetime"
    PERIOD = "period"
    MONEY = "money"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    SHARE = "share"


class Field(Strict):
    """One canonical column.

    `headers` are the names it goes by, the most telling first; `fallback_headers` only count when no header
    does. `header_units` gives the unit a header implies; `bare_unit` that of a number without any,
    `bare_unit_certain` when this is no assumption. `plausible_max` (canonical unit) bounds a value whose unit
    was assumed. `codes` maps spellings to values, `closed` makes others a finding. `future` allows dates
    after the delivery, `open_ended` allows 「长期」. `check` names a checked number; `expected` makes an
    empty cell a finding; `currency_field` names the column saying in which currency an amount is.
    """

    label: str
    type: FieldType
    unit: str | None = None
    personal: Literal["none", "contact", "tipster"] = "none"
    headers: tuple[str, ...]
    fallback_headers: tuple[str, ...] = ()
    header_units: Mapping[str, str] = {}
    bare_unit: str | None = None
    bare_unit_certain: bool = False
    plausible_max: float | None = None
    may_be_negative: bool = False
    codes: Mapping[str, str | bool | None] = {}
    closed: bool = False
    future: bool = False
    open_ended: bool = False
    check: Literal["credit_code", "registration_number"] | None = None
    expected: bool = False
    currency_field: str | None = None


class Dictionary(Strict):
    """The columns of one kind, in canonical order.

    `needs`: a row with none of these is rejected. `essential`: a table must have one column of each group to
    be of this kind. `signature`: how strongly the presence of a column speaks for this kind.
    """

    kind: Kind
    label: str
    nature: Literal["snapshot", "event"]
    needs: tuple[str, ...]
    essential: tuple[tuple[str, ...], ...]
    signature: Mapping[str, float]
    fields: Mapping[str, Field]

    @model_validator(mode="after")
    def _names_exist(self) -> "Dictionary":
        named = {*self.needs, *self.signature, *(name for group in self.essential for name in group)}
        named |= {field.currency_field for field in self.fields.values() if field.currency_field}
        unknown = sorted(named - set(self.fields))
        if unknown:
            raise ValueError(f"没有这些字段：{'、'.join(unknown)}")
        return self


class Layout(Strict):
    """Words and units that tell data from decoration in any table; see `rules/fields/layout.yaml`."""

    serial_headers: tuple[str, ...]
    masked_headers: tuple[str, ...]
    blank_words: frozenset[str]
    total_words: tuple[str, ...]
    note_openings: tuple[str, ...]
    page_pattern: str
    section_pattern: str
    money_units: Mapping[str, int]
    home_currency: tuple[str, ...]
    foreign_currency: tuple[str, ...]
    home_currency_codes: frozenset[str]
    yes_words: frozenset[str]
    no_words: frozenset[str]
    open_ended_words: frozenset[str]
    open_ended_dates: frozenset[str]
    placeholder_dates: frozenset[str]
    traditional: Mapping[str, str]


class SourceMapping(Strict):
    """How one source's table is read (`rules/sources/NAME.yaml`): goes before the dictionary's own headers.

    `columns` maps a header to a canonical column, or to null to leave it unread; `ignore` lists headers left
    unread. `units` gives the unit of bare numbers, `codes` further spellings, both by canonical column.
    """

    source: str
    label: str
    kind: Kind
    columns: Mapping[str, str | None]
    units: Mapping[str, str] = {}
    codes: Mapping[str, Mapping[str, str | bool | None]] = {}
    ignore: tuple[str, ...] = ()


def read_dictionary(kind: Kind, rules: Path | None = None) -> Dictionary:
    """The dictionary of a kind from `rules/fields/<kind>.yaml`; raises InvalidRule naming file and key."""
    folder = rules or read_settings().rules
    return _read_dictionary(kind, folder, _changed(folder / "fields" / f"{kind.value}.yaml"))


def read_dictionaries(rules: Path | None = None) -> dict[Kind, Dictionary]:
    """All dictionaries, in the order of `Kind`."""
    return {kind: read_dictionary(kind, rules) for kind in Kind}


def column_label(kind: Kind, column: str) -> str:
    """The Chinese name of a canonical column; any other word as it is."""
    field = read_dictionary(kind).fields.get(column)
    return field.label if field else column


def read_layout(rules: Path | None = None) -> Layout:
    """The layout words from `rules/fields/layout.yaml`."""
    folder = rules or read_settings().rules
    return _read_layout(folder, _changed(folder / "fields" / "layout.yaml"))


def find_source(source: str | None, rules: Path | None = None) -> SourceMapping | None:
    """The mapping for a source, or None when it has none; raises InvalidRule when it is not as it should
    be.
    """
    if not source or not source.replace("-", "").replace("_", "").isalnum():
        return None
    path = (rules or read_settings().rules) / "sources" / f"{source}.yaml"
    return _read_source(path, _changed(path)) if path.is_file() else None


def _changed(path: Path) -> int:
    """When a file was last written: a running dashboard reads an edited dictionary anew."""
    return path.stat().st_mtime_ns if path.is_file() else 0


@functools.lru_cache(maxsize=64)
def _read_dictionary(kind: Kind, rules: Path, _changed_at: int) -> Dictionary:
    path = rules / "fields" / f"{kind.value}.yaml"
    dictionary = checked(Dictionary, read_yaml(path), path)
    if dictionary.kind is not kind:
        raise InvalidRule("数据字典的 kind 与文件名不一致", "请改成与文件名相同的种类", {"file": path.name})
    return dictionary


@functools.lru_cache(maxsize=8)
def _read_layout(rules: Path, _changed_at: int) -> Layout:
    path = rules / "fields" / "layout.yaml"
    return checked(Layout, read_yaml(path), path)


@functools.lru_cache(maxsize=32)
def _read_source(path: Path, _changed_at: int) -> SourceMapping:
    mapping = checked(SourceMapping, read_yaml(path), path)
    known = read_dictionary(mapping.kind, path.parent.parent).fields
    named = {*filter(None, mapping.columns.values()), *mapping.units, *mapping.codes}
    unknown = sorted(named - set(known))
    if unknown:
        raise InvalidRule(
            f"来源映射写了字典里没有的字段：{'、'.join(unknown)}",
            "请核对 rules/fields 中的字段名",
            {"file": path.name},
        )
    return mapping
