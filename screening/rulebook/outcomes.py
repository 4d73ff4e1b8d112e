"""Runs rules over a feature table: one vectorised statement, one outcome and its points for every rule and entity.

Graded rules: the first true step counts. A step that cannot tell, above the one that counts, could add the difference.
What an unknown could add fades as a hit would: were it full, learning that a rule hits could lower the most an entity may come to.
Source of the half-life: domain brief 1.4 (complaint evidence fades; the unknown age of a complaint does not).
"""

from collections.abc import Mapping, Sequence

from screening.features.catalogue import Feature
from screening.features.compute import OPEN
from screening.rulebook.book import Rulebook
from screening.rulebook.rule import Rule
from screening.store.tables import Tables
from screening.vocabulary import Sector

# Columns of `outcomes`, beside entity_id and sector, for a rule R: "R" points now (tenths, 0 for a miss), "R?" points an unknown could add (tenths).
# Both are NULL where the rule does not apply to the sector. An entity of which nothing tells the sector may be of any: the rules of every sector
# could add to it.
MAYBE = "?"


def evaluate(
    connection: Tables,
    book: Rulebook,
    rules: Sequence[Rule],
    features: Mapping[str, Feature],
    parameters: Mapping[str, float | int],
) -> None:
    """Create `outcomes` from `features`, both one row an entity."""
    truths, columns = [], []
    for rule in rules:
        steps = [f'"{rule.id}#{number}"' for number in range(len(rule.levels))]
        conditions = [condition.sql(features, parameters) for condition in book.conditions[rule.id]]
        truths += [f"({condition}) AS {step}" for condition, step in zip(conditions, steps, strict=True)]
        now, maybe = _points_sql(rule, steps, parameters), _maybe_sql(rule, steps, parameters)
        if set(rule.sectors) != set(Sector):
            listed = ", ".join(f"'{sector}'" for sector in rule.sectors)
            at_most = _at_most_sql(rule, steps, parameters)
            now = f"CASE WHEN sector IN ({listed}) THEN {now} WHEN NOT is_sector_certain AND {at_most} > 0 THEN 0 END"
            maybe = f"CASE WHEN sector IN ({listed}) THEN {maybe} WHEN NOT is_sector_certain THEN {at_most} END"
        columns += [f'{now} AS "{rule.id}"', f'{maybe} AS "{rule.id}{MAYBE}"']
    connection.execute(
        f"CREATE TABLE outcomes AS SELECT entity_id, sector, {', '.join(columns)} FROM (SELECT *, {', '.join(truths)} FROM features)"
    )


def _points_sql(rule: Rule, truths: Sequence[str], parameters: Mapping[str, float | int]) -> str:
    branches = [
        f"WHEN ({truth}) THEN {_faded(rule, step.points, parameters)}" for truth, step in zip(truths, rule.levels, strict=True)
    ]
    return f"(CASE {' '.join(branches)} ELSE 0 END)::INTEGER"


def _maybe_sql(rule: Rule, truths: Sequence[str], parameters: Mapping[str, float | int]) -> str:
    """Points of the first undecided step, less those of the step that already counts."""
    branches = []
    for index, (truth, step) in enumerate(zip(truths, rule.levels, strict=True)):
        below = [
            f"WHEN ({t}) THEN {_faded(rule, s.points, parameters)}"
            for t, s in zip(truths[index + 1 :], rule.levels[index + 1 :], strict=True)
        ]
        counted = f"(CASE {' '.join(below)} ELSE 0 END)" if below else "0"
        branches.append(f"WHEN ({truth}) THEN 0 WHEN ({truth}) IS NULL THEN {_faded(rule, step.points, parameters)} - {counted}")
    return f"(CASE {' '.join(branches)} ELSE 0 END)::INTEGER"


def _at_most_sql(rule: Rule, truths: Sequence[str], parameters: Mapping[str, float | int]) -> str:
    """Points of the first step that is not false: what the rule adds if it turns out to apply."""
    branches = [
        f"WHEN ({truth}) IS NOT FALSE THEN {_faded(rule, step.points, parameters)}"
        for truth, step in zip(truths, rule.levels, strict=True)
    ]
    return f"(CASE {' '.join(branches)} ELSE 0 END)::INTEGER"


def _faded(rule: Rule, points: int, parameters: Mapping[str, float | int]) -> str:
    half_life = parameters.get(rule.half_life or "")
    if half_life is None:  # also before the day it is in force from
        return str(points)
    age = f'(CASE WHEN "{rule.ages_with}{OPEN}" THEN 0 ELSE coalesce("{rule.ages_with}", 0) END)'
    return f"greatest(1, round({points} * pow(0.5, {age} / {float(half_life)!r})))"
