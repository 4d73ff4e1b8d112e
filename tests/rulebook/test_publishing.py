"""No rule change scores before a second person has approved it, and every version can come back."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from screening.access import Actor
from screening.errors import InvalidRequest, InvalidRule, NotAllowed
from screening.rulebook.active import active_rules, folder_of
from screening.rulebook.book import read_rulebook
from screening.rulebook.publishing import approve, install, propose, reject, status
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Publishing, Role

DAY = date(2026, 10, 31)
ONE, OTHER = (Actor(number, f"虚负责{number}", "区处非办", Role.CHIEF) for number in ("1", "2"))


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A workspace with a rules folder of its own, installed."""
    rules = Path(shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "rules"))
    workspace = Workspace(
        Settings(home=tmp_path / "var", database_url=f"sqlite:///{(tmp_path / 'r.sqlite').as_posix()}", rules=rules)
    )
    install(workspace)
    return workspace


def _edit(workspace: Workspace) -> str:
    """Raise the points of one rule in the rules folder; the draft's version."""
    path = workspace.settings.rules / "recruitment.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("points: 20", "points: 21", 1), encoding="utf-8")
    return read_rulebook(workspace.settings.rules).version


def test_a_change_of_the_folder_is_a_draft_until_somebody_else_approves_it(office: Workspace) -> None:
    before = status(office).active
    draft = _edit(office)
    assert status(office).is_folder_changed
    assert read_rulebook(active_rules(office)).version == before
    propose(
        office,
        office.settings.rules,
        actor=ONE,
        note="多拉人头的加一分",
        rehearsal={"old": status(office).active, "new": draft},
        day=DAY,
    )
    assert read_rulebook(active_rules(office)).version == before
    with pytest.raises(NotAllowed):
        approve(office, draft, actor=ONE)
    approve(office, draft, actor=OTHER)
    assert read_rulebook(active_rules(office)).version == status(office).active == draft
    assert not status(office).is_folder_changed


def test_any_version_comes_back_the_same_way(office: Workspace) -> None:
    first = status(office).active
    assert first is not None
    draft = _edit(office)
    propose(office, office.settings.rules, actor=ONE, note="", rehearsal={"old": status(office).active, "new": draft}, day=DAY)
    approve(office, draft, actor=OTHER)
    assert (
        propose(office, folder_of(office, first), actor=OTHER, note="撤回", rehearsal={"old": draft, "new": first}, day=DAY)
        == first
    )
    approve(office, first, actor=ONE)
    assert status(office).active == first
    assert [step.step for step in status(office).steps] == [Publishing.INSTALLED, *[Publishing.PROPOSED, Publishing.APPROVED] * 2]


def test_a_proposal_turned_down_changes_nothing(office: Workspace) -> None:
    before, draft = status(office).active, _edit(office)
    propose(office, office.settings.rules, actor=ONE, note="", rehearsal={"old": status(office).active, "new": draft}, day=DAY)
    reject(office, draft, actor=OTHER, note="先看一个月")
    assert (status(office).active, status(office).waiting) == (before, None)
    with pytest.raises(InvalidRequest):
        approve(office, draft, actor=OTHER)


def test_what_cannot_be_proposed(office: Workspace) -> None:
    with pytest.raises(InvalidRequest, match="没有差别"):
        propose(
            office,
            office.settings.rules,
            actor=ONE,
            note="",
            rehearsal={"old": status(office).active, "new": status(office).active},
            day=DAY,
        )
    draft = _edit(office)
    with pytest.raises(InvalidRequest, match="演练"):
        propose(
            office,
            office.settings.rules,
            actor=ONE,
            note="",
            rehearsal={"old": status(office).active, "new": "别的版本"},
            day=DAY,
        )
    street = Actor("s1", "虚街道", "解放街道办", Role.STREET, frozenset({"440803001"}))
    with pytest.raises(NotAllowed, match="街道承办不能"):
        propose(
            office, office.settings.rules, actor=street, note="", rehearsal={"old": status(office).active, "new": draft}, day=DAY
        )
    (office.settings.rules / "grades.yaml").write_text("坏", encoding="utf-8")
    with pytest.raises(InvalidRule):
        propose(
            office, office.settings.rules, actor=ONE, note="", rehearsal={"old": status(office).active, "new": draft}, day=DAY
        )


def test_a_rule_without_an_example_of_each_outcome_is_not_proposed(office: Workspace) -> None:
    path = office.settings.rules / "recruitment.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"    - \{.*expect: unknown\}\n", "", text), encoding="utf-8")
    draft = read_rulebook(office.settings.rules).version
    with pytest.raises(InvalidRequest, match=r"SOC-01 .*缺“无法判断”的示例"):
        propose(
            office, office.settings.rules, actor=ONE, note="", rehearsal={"old": status(office).active, "new": draft}, day=DAY
        )
    assert status(office).waiting is None


def test_a_version_that_lost_its_folder_is_written_again(office: Workspace) -> None:
    version = status(office).active
    assert version is not None
    shutil.rmtree(folder_of(office, version))
    assert read_rulebook(folder_of(office, version)).version == version
    with pytest.raises(InvalidRequest):
        folder_of(office, "没有")
