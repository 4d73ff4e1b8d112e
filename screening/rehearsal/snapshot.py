"""One screening held in memory as arrays, so that two of them can be laid side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from screening import pipeline
from screening.pipeline import Suppose
from screening.rulebook.book import Rulebook
from screening.rulebook.outcomes import MAYBE
from screening.rulebook.rule import Grades, Rule
from screening.scoring.model_rules import scoring_book
from screening.store.queries import dicts, reading
from screening.store.register import Decision, Run
from screening.store.workspace import Workspace

Tenths = NDArray[np.int64]
_SCORES = "entity_id, name, sector, street_code, score, grade, could_add, completeness, red_line, combinations"


@dataclass(frozen=True)
class Snapshot:
    """Every entity at one month end under one rule book.

    `entities`: the rows of `scores` in order of entity id. `points` and `maybe`: entities × rules in tenths, 0 where a rule does not apply.
    """

    as_of: date
    book: Rulebook
    rules: list[Rule]
    entities: list[dict[str, Any]]
    points: Tenths
    maybe: Tenths

    @cached_property
    def column(self) -> dict[str, int]:
        """Where a rule stands in `points` and `maybe`."""
        return {rule.id: index for index, rule in enumerate(self.rules)}

    @cached_property
    def names(self) -> dict[str, str]:
        """Rule id → name."""
        return {rule.id: rule.name for rule in self.rules}

    @cached_property
    def row(self) -> dict[str, int]:
        """Where an entity stands."""
        return {entity["entity_id"]: index for index, entity in enumerate(self.entities)}

    @cached_property
    def cuts(self) -> dict[str, Tenths]:
        """Group → what its cap takes from each entity, in tenths, never negative."""
        found = {}
        for group in sorted({rule.group for rule in self.rules}):
            members = [index for index, rule in enumerate(self.rules) if rule.group == group]
            found[group] = np.maximum(self.points[:, members].sum(axis=1) - self.book.grades.caps[group], 0)
        return found

    def points_of(self, rule_id: str) -> Tenths:
        """Points of every entity by one rule; zeros for a rule that does not score in this book."""
        return self._of(self.points, rule_id)

    def maybe_of(self, rule_id: str) -> Tenths:
        """What each entity's unknowns could add by one rule."""
        return self._of(self.maybe, rule_id)

    def only(self, entity_ids: Sequence[str]) -> "Snapshot":
        """The same of these entities alone, in the order given."""
        rows = [self.row[entity_id] for entity_id in entity_ids]
        return replace(self, entities=[self.entities[row] for row in rows], points=self.points[rows], maybe=self.maybe[rows])

    def _of(self, matrix: Tenths, rule_id: str) -> Tenths:
        index = self.column.get(rule_id)
        return np.zeros(len(self.entities), np.int64) if index is None else matrix[:, index]


def take(
    workspace: Workspace, rules: Path, as_of: date, suppose: Suppose | None = None, said: Sequence[Decision] = ()
) -> Snapshot:
    """Screen in memory with the rules of a folder and what was received by a day; raises as `pipeline.score` does.

    `suppose` adds rows, `said` decisions that nobody took: see `pipeline.screened`.
    """
    book = scoring_book(workspace, rules).on(as_of)
    scoring = book.scoring_on(as_of)
    with pipeline.screened(workspace, rules, as_of, suppose=suppose, said=said) as connection:
        entities = dicts(connection.execute(f"SELECT {_SCORES} FROM scores ORDER BY entity_id"))
        points, maybe = (_matrix(connection, [rule.id + suffix for rule in scoring]) for suffix in ("", MAYBE))
    return Snapshot(as_of, book, scoring, entities, points, maybe)


def stored(workspace: Workspace, run: Run) -> Snapshot:
    """A run as it was stored, with the names and caps its rule book had then; nothing is computed anew, and the rules themselves need no longer be there."""
    content = workspace.register.rulebook(run.rulebook)
    rules = {rule_id: Rule.model_construct(**rule) for rule_id, rule in content["rules"].items()}
    grades = Grades.model_construct(**content["grades"])
    book = Rulebook(run.rulebook, rules, {}, [], grades, {}, Path())
    with reading() as connection:
        scores = connection.execute(
            f"SELECT {_SCORES} FROM read_parquet(?) ORDER BY entity_id", [workspace.run_table(run, "scores")]
        )
        entities = dicts(scores)
        connection.execute(f"CREATE VIEW outcomes AS SELECT * FROM {workspace.run_rows(run, 'outcomes')}")
        points, maybe = (_matrix(connection, [rule_id + suffix for rule_id in rules]) for suffix in ("", MAYBE))
    return Snapshot(run.as_of, book, list(rules.values()), entities, points, maybe)


def _matrix(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> Tenths:
    listed = ", ".join(f'coalesce("{column}", 0)::BIGINT AS "{column}"' for column in columns)
    found = connection.execute(f"SELECT {listed} FROM outcomes ORDER BY entity_id").fetchnumpy()
    return np.column_stack([np.asarray(found[column], np.int64) for column in columns])
