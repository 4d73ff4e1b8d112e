"""The data dictionary: complete, strict, and as the contract lists the columns."""

from pathlib import Path

import pytest

from screening.errors import InvalidRule
from screening.reference.fields import find_source, read_dictionaries, read_dictionary, read_layout
from screening.vocabulary import Kind


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_names_its_entity_and_describes_its_columns(kind: Kind) -> None:
    dictionary = read_dictionary(kind)
    assert {"uscc", "reg_no", "name"} <= set(dictionary.fields)
    assert all(field.label and field.headers for field in dictionary.fields.values())


@pytest.mark.parametrize("kind", list(Kind))
def test_no_heading_means_two_columns(kind: Kind) -> None:
    headings = [header for field in read_dictionary(kind).fields.values() for header in field.headers]
    assert sorted({h for h in headings if headings.count(h) > 1}) == []


def test_units_are_known() -> None:
    units = read_layout().money_units
    for dictionary in read_dictionaries().values():
        for field in dictionary.fields.values():
            if field.type == "money":
                assert field.bare_unit in units
                assert set(field.header_units.values()) <= set(units)


def test_an_unknown_key_is_refused_by_file_name(tmp_path: Path) -> None:
    folder = tmp_path / "fields"
    folder.mkdir()
    (folder / "changes.yaml").write_text("kind: changes\nlable: 变更\n", "utf-8")
    with pytest.raises(InvalidRule) as caught:
        read_dictionary(Kind.CHANGES, tmp_path)
    assert "changes.yaml" in caught.value.message


def test_a_source_may_not_map_to_unknown_columns(tmp_path: Path) -> None:
    (tmp_path / "fields").mkdir()
    (tmp_path / "sources").mkdir()
    head = "kind: changes\nlabel: 变更\nnature: event\nneeds: [name]\nessential: []\nsignature: {}\n"
    text = head + "fields:\n  name: {label: 名称, type: text, headers: [名称]}\n"
    (tmp_path / "fields" / "changes.yaml").write_text(text, "utf-8")
    (tmp_path / "sources" / "x.yaml").write_text("source: x\nlabel: 某来源\nkind: changes\ncolumns: {a: nowhere}\n", "utf-8")
    with pytest.raises(InvalidRule):
        find_source("x", tmp_path)
    assert find_source("missing", tmp_path) is None
    assert find_source("../fields/changes", tmp_path) is None
