"""Runs the examples written beside each rule: what the officer says should hit, hits."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from screening.features.catalogue import Feature, read_features
from screening.features.compute import OPEN
from screening.reference.parameters import parameters_on
from screening.rulebook.book import Rulebook
from screening.rulebook.outcomes import MAYBE, evaluate
from screening.rulebook.rule import Rule
from screening.store.queries import reading
from screening.vocabulary import Outcome, RuleStatus


def try_examples(book: Rulebook, day: date) -> list[str]:
    """One Chinese line for each example that does not come out as written, and for each outcome a rule in use shows no example of; empty when all is well."""
    features, parameters = read_features(), parameters_on(book.folder, day)
    failures = []
    for rule in book.rules.values():
        shown = {example["expect"] for example in rule.examples}
        if rule.status is not RuleStatus.RETIRED and (lacking := [o.label for o in Outcome if o not in shown]):
            failures.append(f"{rule.id} {rule.name} 缺“{'”“'.join(lacking)}”的示例")
        found = _outcomes(book, rule, features, parameters)
        for number, (example, outcome) in enumerate(zip(rule.examples, found, strict=True), start=1):
            if outcome != example["expect"]:
                failures.append(
                    f"{rule.id} {rule.name} 第 {number} 个示例应为“{Outcome(example['expect']).label}”，实为“{outcome.label}”"
                )
    return failures


def _outcomes(
    book: Rulebook, rule: Rule, features: Mapping[str, Feature], parameters: Mapping[str, float | int]
) -> list[Outcome]:
    used = book.features_of(rule.id) + ([rule.ages_with] if rule.ages_with else [])
    columns: dict[str, pa.Array] = {
        "entity_id": pa.array([str(i) for i in range(len(rule.examples))]),
        "sector": pa.array([example.get("sector", rule.sectors[0].value) for example in rule.examples]),
    }
    columns["is_sector_certain"] = pa.array([True] * len(rule.examples))
    for name in used:
        values = [example.get(name) for example in rule.examples]
        columns[name] = pa.array(values, pa.string() if features[name].is_text else None)
        columns[name + OPEN] = pa.array([False] * len(values))
    with reading() as connection:
        connection.register("features", pa.table(columns))
        evaluate(connection, book, [rule], features, parameters)
        rows = connection.execute(f'SELECT "{rule.id}", "{rule.id}{MAYBE}" FROM outcomes ORDER BY entity_id::INTEGER').fetchall()
    return [Outcome.HIT if now else Outcome.UNKNOWN if maybe else Outcome.MISS for now, maybe in rows]
