"""What `rules/access.yaml` says is what an actor may see and do."""

import shutil
from pathlib import Path

import pytest

from screening.access import OPERATOR, Document, Scope, Shown, Verb
from screening.errors import InvalidRule, NotAllowed
from screening.reference.masks import MASKS, TIPSTER
from screening.reference.rights import (
    contact_columns,
    may,
    personal_columns,
    read_access,
    require,
    rights_of,
    scope_of,
    view,
    visible_areas,
)
from screening.rulebook.book import read_rulebook
from screening.rulebook.drafting import draft_files
from screening.settings import PROJECT_ROOT
from screening.vocabulary import Role
from tests.people.conftest import STREET, actor_of

RULES = PROJECT_ROOT / "rules"
ROW = {"entity_id": "E1", "name": "某公司", "legal_rep_name": "张三丰", "phone": "13812341234", "complainant_name": "李四"}


@pytest.mark.parametrize("form", MASKS)
def test_a_mask_writes_as_its_examples_say(form: str) -> None:
    examples = read_access().mask_examples[form]
    assert {value: MASKS[form](value) for value in examples} == dict(examples)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_is_written_and_nothing_else(role: Role) -> None:
    written = read_access().roles[role].may
    for verb in Verb:
        assert may(actor_of(role), verb) == (verb in written)
        if verb not in written:
            with pytest.raises(NotAllowed, match=role.label):
                require(actor_of(role), verb)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("document", Document)
def test_a_row_is_cut_to_what_the_role_sees(role: Role, document: Document) -> None:
    rights, seen = rights_of(actor_of(role)), view(actor_of(role), document, ROW)
    assert "complainant_name" not in seen
    if scope_of(actor_of(role), document) is Scope.NONE:
        assert seen == {}
    elif rights.contact is Shown.HIDDEN:
        assert not {"legal_rep_name", "phone"} & set(seen)
    else:
        assert (seen["legal_rep_name"], seen["phone"]) == ("张**", "138****1234")
    assert set(seen) <= rights.only.get(document, set(ROW))


def test_the_pillars_of_the_brief_hold() -> None:
    access = read_access()
    assert access.tipster == TIPSTER
    assert not access.roles[Role.SYSTEM].may - {Verb.LOAD, Verb.SCORE}
    assert set(access.roles[Role.ADMINISTRATOR].sees) <= {Document.ACCOUNTS, Document.LOG}
    assert set(access.roles[Role.AUDITOR].sees) == {Document.LOG}
    assert access.roles[Role.GRID].sees == {Document.REGISTRATION: Scope.SHARED, Document.CASES: Scope.SHARED}
    assert set(access.roles[Role.POLICE].sees.values()) == {Scope.SHARED}
    assert {d for d, s in access.roles[Role.MARKET].sees.items() if s is Scope.DISTRICT} == {Document.REGISTRATION}
    assert set(access.roles[Role.STREET].sees.values()) == {Scope.AREAS}
    assert all(rights.contact is not Shown.OPEN for rights in access.roles.values())
    assert [role for role in Role if Verb.DISCLOSE_TIPSTER in access.roles[role].may] == [Role.CHIEF]
    assert visible_areas(actor_of(Role.STREET)) == frozenset({STREET})
    assert visible_areas(OPERATOR) is None


def test_every_personal_column_has_a_mask_or_is_the_tipsters() -> None:
    assert set(contact_columns()) <= set(read_access().masks)
    assert {name for name, class_ in personal_columns().items() if class_ == "tipster"} == {
        "complainant_name",
        "complainant_phone",
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  team: name\n", "", "team"),
        ("may: [load, score]", "may: [load, fly]", "roles"),
        ("  phone: phone\n", "  phone: upside_down\n", "upside_down"),
        ("  auditor:", "  auditors:", "roles"),
    ],
)
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    rules = Path(shutil.copytree(RULES, tmp_path / "rules"))
    text = (rules / "access.yaml").read_text(encoding="utf-8")
    assert old in text
    (rules / "access.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidRule, match=said):
        read_access(rules)


def test_rights_are_no_rules_and_cannot_be_edited_as_a_draft(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(RULES, tmp_path / "rules"))
    before = read_rulebook(rules).version
    (rules / "access.yaml").write_text((RULES / "access.yaml").read_text(encoding="utf-8") + "\n# note\n", encoding="utf-8")
    assert read_rulebook(rules).version == before
    assert "access.yaml" not in draft_files(rules)
