"""What features are drawn from exists: every mark a fact asks for can be made, every column and placeholder is known."""

import re

from screening.features.catalogue import coverage_sql, read_features, read_themes, source_texts
from screening.reference.data_files import read_yaml
from screening.rulebook.book import read_rulebook
from screening.settings import PROJECT_ROOT
from screening.text.patterns import read_patterns

RULES = PROJECT_ROOT / "rules"


def test_every_mark_that_facts_ask_for_can_be_made() -> None:
    asked = {
        mark
        for text in source_texts()
        for call in re.findall(r"says(?:_any)?\([^)]*\)", text)
        for mark in re.findall(r"'([^']+)'", call)
    }
    groups = {name for name in read_yaml(RULES / "lexicon.yaml") if name != "guards"}
    patterns = {name for name, pattern in read_patterns(RULES).items() if pattern.texts}
    assert asked
    assert {mark.rstrip("!?") for mark in asked} <= groups | patterns


def test_no_pattern_lies_idle() -> None:
    program = [path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "screening").rglob("*.py")]
    everything = " ".join([*source_texts(), *program])
    assert [name for name in read_patterns(RULES) if name not in everything] == []


def test_every_feature_is_used_and_named_by_its_unit() -> None:
    book = read_rulebook(RULES)
    used = {
        name
        for rule_id, rule in book.rules.items()
        for name in [*book.features_of(rule_id), *rule.evidence_fields, rule.ages_with]
    }
    for name, feature in read_features().items():
        assert name in used, name
        assert feature.label
        assert feature.unit != "元" or name.endswith("_yuan"), name
        assert feature.unit != "天" or name.endswith("_days"), name


def test_coverage_answers_every_known_if() -> None:
    asked = {feature.known_if for theme in read_themes() for feature in theme.features.values() if feature.known_if}
    assert all(f"AS {name}" in coverage_sql() for name in asked)
