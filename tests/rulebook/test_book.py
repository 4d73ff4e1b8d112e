"""The rule book on disk is whole, and an edited one is read anew."""

from datetime import date
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR, Actor
from screening.rulebook.book import read_rulebook
from screening.rulebook.examples import try_examples
from screening.rulebook.publishing import approve, propose
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Outcome, Role, Sector
from tests.promises.world import AS_OF, write_csv

RULES = PROJECT_ROOT / "rules"


def test_every_rule_holds_its_own_examples() -> None:
    assert try_examples(read_rulebook(RULES), date(2026, 10, 31)) == []


def test_every_rule_has_an_example_of_each_outcome() -> None:
    for rule in read_rulebook(RULES).rules.values():
        assert {example["expect"] for example in rule.examples} == set(Outcome), rule.id


@pytest.mark.shared
def test_the_researched_candidates_are_all_live_or_waiting(shared_folder: Path) -> None:
    book = read_rulebook(RULES)
    text = (shared_folder / "domain" / "rules.yaml").read_text(encoding="utf-8")
    candidates = {line.split("id:")[1].split(",")[0].strip() for line in text.splitlines() if "{id:" in line}
    live, waiting = ({rule.id for rule in rules} for rules in (book.scoring_on(date(2026, 10, 31)), book.not_scoring()))
    assert len(candidates) == 105
    assert candidates <= live | waiting
    assert not live & waiting
    assert all(rule.waits_for for rule in book.not_scoring())


def test_each_of_the_three_sectors_has_rules_of_its_own() -> None:
    rules = read_rulebook(RULES).scoring_on(date(2026, 10, 31))
    assert len(rules) >= 40
    for sector in (Sector.MICROLENDER, Sector.PAWNSHOP, Sector.GOLD_SHOP):
        assert sum(sector in rule.sectors and len(rule.sectors) <= 2 for rule in rules) >= 3, sector


def test_an_edited_parameter_counts_from_the_next_scoring_once_approved(own_rules: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}", rules=own_rules))
    entity = {"企业名称": "湛江市虚甲理财有限公司"}
    pipeline.load(workspace, [write_csv(tmp_path / "名单.csv", [entity])], kind=Kind.ENTITIES, received=AS_OF)
    first = pipeline.score(workspace, as_of=AS_OF)
    grades = own_rules / "grades.yaml"
    grades.write_text(
        grades.read_text(encoding="utf-8").replace("min_completeness: 0.5", "min_completeness: 0"), encoding="utf-8"
    )
    assert pipeline.score(workspace, as_of=AS_OF) == first
    draft = read_rulebook(own_rules).version
    propose(workspace, own_rules, actor=OPERATOR, note="", rehearsal={"old": first.rulebook, "new": draft}, day=AS_OF)
    approve(workspace, draft, actor=Actor("2", "虚负责", "区处非办", Role.CHIEF))
    second = pipeline.score(workspace, as_of=AS_OF)
    assert first.rulebook != second.rulebook == draft
    assert (first.summary["by_grade"]["insufficient"], second.summary["by_grade"]["insufficient"]) == (1, 0)
    assert workspace.register.rulebook(first.rulebook)["grades"]["min_completeness"] == 0.5
    workspace.register.close()
