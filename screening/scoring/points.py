"""Scores from outcomes: group caps, exact sums in tenths of a point, grade, completeness, total rank.

Grade: cut-offs of rules/grades.yaml; a red-line hit lifts to at least 橙 and asks for human confirmation; what would be 蓝 with too little known is 资料不足.
Completeness: share of the applicable rules' points that could be decided. Deleting a fact can only turn decided points into undecided ones,
so it never lowers score + could_add, and only ever moves 蓝 towards 资料不足.
"""

from collections.abc import Sequence
from itertools import groupby

import duckdb

from screening.rulebook.outcomes import MAYBE
from screening.rulebook.rule import Grades, Rule
from screening.vocabulary import Grade


def create_scores(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], grades: Grades) -> None:
    """Create `scores`, one row an entity, from `outcomes`, `entities` and `inspections`. Points are tenths."""
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
        CREATE TABLE scores AS
        WITH visits AS (SELECT entity_id, max(visit_date) AS last_visit_date FROM inspections GROUP BY entity_id),
        sums AS (
            SELECT entity_id, {sums}, ({red_line}) AS red_line,
                   {_total(rules, MAYBE)} AS undecided, {_applicable(rules)} AS applicable
            FROM outcomes
        ),
        added AS (
            SELECT entity_id, ({score})::INTEGER AS score, ({best_case} - ({score}))::INTEGER AS could_add, red_line,
                   CASE WHEN applicable > 0 THEN 1 - undecided / applicable ELSE 0 END AS completeness FROM sums
        ),
        graded AS (SELECT *, {_grade_sql(grades)} AS grade FROM added)
        SELECT row_number() OVER (ORDER BY g.score DESC, v.last_visit_date ASC NULLS FIRST, g.entity_id)::INTEGER AS rank,
               g.entity_id, e.uscc, e.name, e.reg_no, e.sector, e.street_code, g.score, g.grade, g.could_add, g.completeness, g.red_line, v.last_visit_date
        FROM graded g JOIN entities e USING (entity_id) LEFT JOIN visits v USING (entity_id) ORDER BY rank
    """)


def _total(rules: Sequence[Rule], suffix: str = "") -> str:
    return "(" + " + ".join(f'coalesce("{rule.id}{suffix}", 0)' for rule in rules) + ")"


def _applicable(rules: Sequence[Rule]) -> str:
    """Highest points of the rules that apply to the sector, whatever they said (or may apply and could add)."""
    return "(" + " + ".join(f'CASE WHEN "{rule.id}" IS NULL THEN 0 ELSE {rule.highest} END' for rule in rules) + ")"


def _grade_sql(grades: Grades) -> str:
    order = [grade for grade in Grade if grade in grades.cut_offs]
    branches = [f"WHEN score >= {grades.cut_offs[grade]} THEN '{grade}'" for grade in order]
    lifted = order.index(grades.red_line_at_least) + 1
    branches.insert(lifted, f"WHEN red_line THEN '{grades.red_line_at_least}'")
    return f"CASE {' '.join(branches)} WHEN completeness < {grades.min_completeness} THEN '{Grade.INSUFFICIENT}' ELSE '{Grade.BLUE}' END"
