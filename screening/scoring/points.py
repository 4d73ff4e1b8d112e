"""Points from outcomes: group caps, exact sums in tenths of a point, completeness.

Completeness: share of the applicable rules' points that could be decided. Deleting a fact can only turn decided points into undecided ones,
so it never lowers score + could_add, and only ever moves 蓝 towards 资料不足.
"""

from collections.abc import Sequence
from itertools import groupby

import duckdb

from screening.rulebook.outcomes import MAYBE
from screening.rulebook.rule import Grades, Rule
from screening.scoring.model_rules import rules_alone


def create_points(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], grades: Grades) -> None:
    """Create `points(entity_id, score, could_add, red_line, completeness)`, one row an entity, from `outcomes`. Points are tenths."""
    alone = rules_alone(rules)  # what a model does not know makes nobody's file incomplete
    groups = {group: list(members) for group, members in groupby(sorted(rules, key=lambda r: r.group), key=lambda r: r.group)}
    sums = ", ".join(
        f'least({grades.caps[group]}, {_total(members)}) AS "{group}", '
        f'least({grades.caps[group]}, {_total(members)} + {_total(members, MAYBE)}) AS "{group}{MAYBE}"'
        for group, members in groups.items()
    )
    score = " + ".join(f'"{group}"' for group in groups)
    best_case = " + ".join(f'"{group}{MAYBE}"' for group in groups)
    red_line = " OR ".join(f'coalesce("{rule.id}", 0) > 0' for rule in rules if rule.red_line) or "false"
    connection.execute(f"""
        CREATE TABLE points AS
        WITH sums AS (
            SELECT entity_id, {sums}, ({red_line}) AS red_line,
                   {_total(alone, MAYBE)} AS undecided, {_applicable(alone)} AS applicable
            FROM outcomes
        )
        SELECT entity_id, ({score})::INTEGER AS score, ({best_case} - ({score}))::INTEGER AS could_add, red_line,
               CASE WHEN applicable > 0 THEN 1 - undecided / applicable ELSE 0 END AS completeness
        FROM sums
    """)


def _total(rules: Sequence[Rule], suffix: str = "") -> str:
    return "(" + " + ".join(f'coalesce("{rule.id}{suffix}", 0)' for rule in rules) + ")"


def _applicable(rules: Sequence[Rule]) -> str:
    """Highest points of the rules that apply to the sector, whatever they said (or may apply and could add)."""
    return "(" + " + ".join(f'CASE WHEN "{rule.id}" IS NULL THEN 0 ELSE {rule.highest} END' for rule in rules) + ")"
