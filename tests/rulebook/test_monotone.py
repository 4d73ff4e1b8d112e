"""More of what speaks for risk never lowers a score, and knowing less never lowers what a score may become.

tests/promises says so of whole worlds of files; here each rule answers for itself, on many more rows.
"""

import random
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from screening.features.catalogue import read_features
from screening.features.compute import OPEN
from screening.reference.parameters import parameters_on
from screening.rulebook.book import read_rulebook
from screening.rulebook.rule import Rule
from screening.vocabulary import Sector
from tests.rulebook.trial import CONDITIONS, FEATURES, RISING_CONDITIONS, ROWS, RULES, Points, Row, drafts, outcomes, table, tried

TODAY = date(2026, 10, 31)
BOOK, CATALOGUE, NUMBERS = read_rulebook(RULES), read_features(), parameters_on(RULES, TODAY)
SCORING = BOOK.scoring_on(TODAY)
ROWS_EACH = 200


def may_become(points: Points) -> int:
    return (points[0] or 0) + (points[1] or 0)


def test_nearly_every_rule_rests_on_what_speaks_for_risk_and_is_tried() -> None:
    assert sum(bool(rising(rule)) for rule in SCORING) >= 0.85 * len(SCORING)


@pytest.mark.parametrize("seed", range(2))
def test_raising_what_speaks_for_risk_lowers_no_real_rule(seed: int) -> None:
    chance = random.Random(seed)
    by_feature: dict[str, list[Rule]] = {}
    for rule in SCORING:
        for name in rising(rule):
            by_feature.setdefault(name, []).append(rule)
    before = made_up(chance)
    was = _scored(SCORING, before)
    hits = 0
    # All in one statement: what takes long is to read it, not the rows.
    became = _scored(SCORING, [row | {name: raised(name, row[name], chance)} for name in by_feature for row in before])
    for number, (name, rules) in enumerate(by_feature.items()):
        for rule in rules:
            of_feature = became[rule.id][number * ROWS_EACH : (number + 1) * ROWS_EACH]
            for one, other in zip(was[rule.id], of_feature, strict=True):
                assert (other[0] or 0) >= (one[0] or 0), (rule.id, name)
                assert may_become(other) >= may_become(one), (rule.id, name)
                hits += bool(one[0])
    assert hits > 1000


@pytest.mark.parametrize("seed", range(2))
def test_knowing_less_never_lowers_what_a_real_rule_may_give(seed: int) -> None:
    chance = random.Random(seed)
    before = made_up(chance)
    after = [row | {name: lost(name, row, chance) for name in CATALOGUE if chance.random() < 0.1} for row in before]
    for row, poorer in zip(before, after, strict=True):
        for name in CATALOGUE:
            if name + OPEN in row and poorer[name] is not None and poorer[name] != row[name]:
                poorer[name + OPEN] = True
    was, became = _scored(SCORING, before), _scored(SCORING, after)
    for rule in SCORING:
        for number, (one, other) in enumerate(zip(was[rule.id], became[rule.id], strict=True)):
            assert may_become(other) >= may_become(one), (rule.id, before[number], after[number])


@settings(max_examples=80, deadline=None)
@given(drafts(RISING_CONDITIONS), st.lists(ROWS, min_size=1, max_size=12), st.data())
def test_raising_a_number_lowers_no_rule_that_only_asks_for_more(
    draft: dict[str, Any], rows: list[Row], data: st.DataObject
) -> None:
    names = ["visits_1y", "complaints_1y", "amount_yuan", "age_months"]
    raised = [
        row | {name: None if row[name] is None else row[name] + data.draw(st.integers(0, 5)) for name in names} for row in rows
    ]
    for one, other in zip(tried(draft, rows), tried(draft, raised), strict=True):
        assert (other[0] or 0) >= (one[0] or 0)
        assert may_become(other) >= may_become(one)


@settings(max_examples=80, deadline=None)
@given(drafts(CONDITIONS), st.lists(ROWS, min_size=1, max_size=12), st.data())
def test_knowing_less_never_lowers_what_any_rule_may_give(draft: dict[str, Any], rows: list[Row], data: st.DataObject) -> None:
    poorer = [row | dict.fromkeys(data.draw(st.sets(st.sampled_from(list(FEATURES)))), None) for row in rows]
    for one, other in zip(tried(draft, rows), tried(draft, poorer), strict=True):
        assert may_become(other) >= may_become(one)


def rising(rule: Rule) -> set[str]:
    """Numbers the rule only ever asks to be large, and truths it only ever asks to hold."""
    asked: dict[str, set[bool]] = {}
    for condition in BOOK.conditions[rule.id]:
        for column in condition.tree.find_all(exp.Column):
            asked.setdefault(column.name, set()).add(_asks_for_more(column))
    return {name for name, ways in asked.items() if ways == {True} and name != rule.ages_with}


def _asks_for_more(column: exp.Column) -> bool:
    """Whether more can only help the condition: a number left of >= or >, or a truth by itself, under no `not`."""
    node: exp.Expr = column
    while node.parent is not None:
        if isinstance(node.parent, (exp.Not, exp.LTE, exp.LT, exp.Between, exp.In, exp.EQ, exp.NEQ)):
            return False
        if isinstance(node.parent, (exp.GTE, exp.GT)) and node.parent.this is not node:
            return False
        node = node.parent
    return bool(column.find_ancestor(exp.GTE, exp.GT)) or is_truth(column.name)


def is_truth(name: str) -> bool:
    return CATALOGUE[name].unit == "是否"


def raised(name: str, value: Any, chance: random.Random) -> Any:
    """The same with more of what speaks for risk; what is not known stays so."""
    return None if value is None else True if is_truth(name) else value + chance.choice(tempting(name))


@cache
def tempting(name: str) -> list[float]:
    """Numbers about the limits a feature is compared with."""
    limits = {NUMBERS[asked.name] for conditions in BOOK.conditions.values() for condition in conditions for column in condition.tree.find_all(exp.Column) if column.name == name and (comparison := column.find_ancestor(exp.Predicate)) is not None for asked in comparison.find_all(exp.Placeholder) if asked.name in NUMBERS}  # fmt: skip
    return sorted({0.0, 1.0, 2.0, *(limit * share for limit in limits for share in (0.5, 1, 1.01, 3))})


def made_up(chance: random.Random) -> list[Row]:
    """Entities of which many things are known, many of them about a limit."""
    choices: Mapping[str, list[Any]] = {name: _choices(name) for name in CATALOGUE}
    rows = []
    for _ in range(ROWS_EACH):
        row: Row = {
            "sector": chance.choice(list(Sector)).value,
            "is_sector_certain": chance.random() < 0.9,
        }
        for name, feature in CATALOGUE.items():
            row[name] = chance.choice(choices[name]) if chance.random() < 0.9 else None
            if feature.is_aggregate:
                row[name + OPEN] = chance.random() < 0.1
        rows.append(row)
    return rows


def _choices(name: str) -> list[Any]:
    if CATALOGUE[name].is_text:
        return ["", "金融"]
    return [False, True] if is_truth(name) else tempting(name)


def lost(name: str, row: Row, chance: random.Random) -> Any:
    """What is left of a value: nothing, or of a count a part that may still rise."""
    value, feature = row[name], CATALOGUE[name]
    if value is None or not feature.is_aggregate or feature.min or feature.is_text or isinstance(value, bool):
        return None
    return chance.choice([None, value / 2])


def _scored(rules: list[Rule], rows: list[Row]) -> dict[str, list[Points]]:
    return outcomes(BOOK, rules, table(rows, CATALOGUE), CATALOGUE, NUMBERS)
