"""Grades from points: cut-offs, then what combinations of reasons say that points alone do not, then red lines.

Combinations lift or hold down the grade, never the score, and are shown beside it. Held down are weak kinds of reasons alone (registration, annual
reports) and the word of a single complainant; a red line or a lifting combination is stronger than both. Source: domain brief 3.2.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from screening.rulebook.book import Rulebook
from screening.rulebook.rule import Combination, Grades, Rule
from screening.scoring.model_rules import rules_alone
from screening.vocabulary import Grade, Kind


def create_scores(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], book: Rulebook) -> None:
    """Create `graded`, one row an entity, from `points`, `outcomes`, `evidence`, `entities` and `inspections`, and of it `scores`. Points are tenths.

    `combinations` lists the ids of those whose terms an entity fulfils, whether or not they change its grade.
    """
    grades, rules = book.grades, rules_alone(rules)  # no model lifts or holds a grade by standing beside other reasons
    _create_single_voices(connection, rules, book)
    fulfilled = ", ".join(f"CASE WHEN {_fulfilled_sql(one, rules)} THEN '{one.id}' END" for one in grades.combinations)
    connection.execute(f"""
        CREATE TABLE graded AS
        WITH visits AS (SELECT entity_id, max(visit_date) AS last_visit_date FROM inspections GROUP BY entity_id),
        combined AS (
            SELECT p.*, list_filter([{fulfilled}]::VARCHAR[], lambda one: one IS NOT NULL) AS combinations
            FROM points p JOIN outcomes o USING (entity_id)
        ),
        with_grade AS (SELECT *, {_grade_sql(grades)} AS grade FROM combined)
        SELECT 0 AS rank, g.entity_id, e.uscc, e.name, e.reg_no, e.sector, e.street_code, g.score, g.grade, g.could_add, g.completeness, g.red_line,
               g.combinations, v.last_visit_date
        FROM with_grade g JOIN entities e USING (entity_id) LEFT JOIN visits v USING (entity_id)
    """)
    give_ranks(connection, "SELECT * FROM graded")


def give_ranks(connection: duckdb.DuckDBPyConnection, scored: str) -> None:
    """Let `unordered` be what a query selects with any `rank`, and `scores` the same in order of rank: by points, then those whom nobody visited for longest.

    Put in order once, when it is asked for: to rank everybody in a window and then lay them in that order would be two sorts.
    """
    connection.execute(f"CREATE OR REPLACE VIEW unordered AS {scored}")
    connection.execute("""
        CREATE OR REPLACE VIEW scores AS SELECT * REPLACE (row_number() OVER ()::INTEGER AS rank)
        FROM (FROM unordered ORDER BY score DESC, last_visit_date ASC NULLS FIRST, entity_id)
    """)


def _grade_sql(grades: Grades) -> str:
    """The more urgent of what points (up to what a combination allows), red lines and combinations say; 资料不足 only where none asks for a visit."""
    by_points = (
        f"CASE {' '.join(f'WHEN score >= {points} THEN {_level(grade)}' for grade, points in grades.by_urgency)} ELSE 0 END"
    )
    ceilings = [_met(one, one.at_most, len(Grade)) for one in grades.combinations if one.at_most]
    floors = [_met(one, one.at_least, 0) for one in grades.combinations if one.at_least]
    floors.append(f"CASE WHEN red_line THEN {_level(grades.red_line_at_least)} ELSE 0 END")
    level = f"greatest({', '.join(floors)}, least({', '.join([*ceilings, by_points])}))"
    named = " ".join(f"WHEN {_level(grade)} THEN '{grade}'" for grade, _ in grades.by_urgency)
    return f"CASE {level} {named} ELSE CASE WHEN completeness < {grades.min_completeness} THEN '{Grade.INSUFFICIENT}' ELSE '{Grade.BLUE}' END END"


def _met(one: Combination, grade: Grade, otherwise: int) -> str:
    return f"CASE WHEN list_contains(combinations, '{one.id}') THEN {_level(grade)} ELSE {otherwise} END"


def _fulfilled_sql(one: Combination, rules: Sequence[Rule]) -> str:
    """Over `outcomes` o: a member is hit when any rule of it gives points."""
    terms = [_any_hit([rule for rule in rules if {rule.id, rule.group} & set(members)]) for members in one.all_of]
    if one.only:
        terms.append(_any_hit([rule for rule in rules if rule.group in one.only]))
        terms.append(f"NOT {_any_hit([rule for rule in rules if rule.group not in one.only])}")
    if one.one_complainant:
        terms.append("entity_id IN (SELECT entity_id FROM single_voices)")
    return f"({' AND '.join(terms)})"


def _any_hit(rules: Sequence[Rule]) -> str:
    points = ", ".join(["0", *(f'o."{rule.id}"' for rule in rules)])
    return f"(greatest({points}) > 0)"


def _create_single_voices(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], book: Rulebook) -> None:
    """Create `single_voices`: entities all of whose reasons rest on the complaints of one person (and on what the register says of them).

    Where a complaint does not tell who complains, others might stand behind it: one voice then only if there is one complaint, and never if it is
    a joint one. A reason that rests on something being absent rests on no complaint.
    """
    features = [(rule.id, name) for rule in rules for name in book.features_of(rule.id)]
    connection.register("fed_by", pa.table({"rule": [rule for rule, _ in features], "feature": [name for _, name in features]}))
    columns = ", ".join(f'"{rule.id}"' for rule in rules)
    floor = min((points for grade, points in book.grades.by_urgency if _held_by_one_voice(book.grades, grade)), default=None)
    urgent = f"SELECT entity_id FROM points WHERE score >= {floor}" if floor else "SELECT entity_id FROM points WHERE false"
    connection.execute(f"""
        CREATE TABLE single_voices AS
        WITH urgent AS (SELECT entity_id, {columns} FROM outcomes WHERE entity_id IN ({urgent})),
        hits AS (SELECT entity_id, rule FROM (UNPIVOT urgent ON {columns} INTO NAME rule VALUE points) WHERE points > 0),
        told AS (
            SELECT h.entity_id, h.rule, b.kind, c.ord, c.complainant_key, c.is_collective
            FROM hits h JOIN fed_by USING (rule) LEFT JOIN evidence e ON e.entity_id = h.entity_id AND e.feature = fed_by.feature
            LEFT JOIN batches b USING (batch_id)
            LEFT JOIN raw_complaints c ON c.batch_id = e.batch_id AND c.sheet = e.sheet AND c.row_no = e.row_no
        ),
        others AS (
            SELECT entity_id FROM told GROUP BY entity_id, rule
            HAVING count(ord) = 0 OR count(*) FILTER (WHERE kind NOT IN ('{Kind.COMPLAINTS}', '{Kind.ENTITIES}')) > 0
        )
        SELECT entity_id FROM told WHERE ord IS NOT NULL AND entity_id NOT IN (FROM others) GROUP BY entity_id
        HAVING NOT bool_or(coalesce(is_collective, false))
           AND (count(DISTINCT ord) = 1 OR (count(DISTINCT complainant_key) = 1 AND bool_and(complainant_key IS NOT NULL)))
    """)
    connection.unregister("fed_by")


def _held_by_one_voice(grades: Grades, grade: Grade) -> bool:
    return any(one.one_complainant and one.at_most and _level(one.at_most) < _level(grade) for one in grades.combinations)


def _level(grade: Grade) -> int:
    """The larger, the more urgent."""
    return len(Grade) - list(Grade).index(grade)
