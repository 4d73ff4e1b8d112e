"""Past scorings with what visits found afterwards: the only truth there is to learn from.

Each visit is the outcome of the newest scoring before it, once. Who was not visited has no outcome. A visit drawn at random by a kept plan stands for
all it was drawn from, shared among those of them that were really visited; every other visit stands for itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from screening.model.boosting import Floats
from screening.model.recipe import Recipe
from screening.model.training import Examples
from screening.scoring.model_rules import model_points_sql
from screening.scoring.visits import all_visits, outcomes, visits
from screening.store.models import KeptPlan, kept_plans
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.workspace import Workspace

_NO_DAY = date.max


@dataclass(frozen=True)
class History:
    """Visited entities, one row a scoring and entity, in order of day: `day` numbers the scorings in `days`; `points` are the rules' own, in tenths."""

    days: list[date]
    day: NDArray[np.int64]
    entity_ids: list[str]
    examples: Examples
    is_control: NDArray[np.bool_]
    points: Floats

    def only(self, rows: NDArray[np.bool_]) -> "History":
        """Some of the rows."""
        chosen = [entity for entity, kept in zip(self.entity_ids, rows, strict=True) if kept]
        return History(self.days, self.day[rows], chosen, self.examples.only(rows), self.is_control[rows], self.points[rows])


def read_history(workspace: Workspace, recipe: Recipe, until: date | None = None) -> History:
    """Everything known by a day (default: all of it)."""
    seen = [visit for visit in all_visits(workspace) if until is None or visit.day <= until]
    plans = kept_plans(workspace.register)
    parts = []
    for run, end in _scorings(workspace, recipe, until):
        known = outcomes(seen, run.as_of, end)
        if known:
            parts.append((run, _known_of(workspace, run, known, recipe, _weights(run, plans, known))))
    return _joined(parts, recipe)


def count_outcomes(workspace: Workspace, run: Run, recipe: Recipe) -> tuple[int, int]:
    """How many outcomes there are, and how many with a finding, by the visits a run knows of: soon told, for no feature is read."""
    seen, found = visits(workspace, run), list[bool]()
    for scoring, end in _scorings(workspace, recipe, None):
        known = outcomes(seen, scoring.as_of, end)
        if known:
            with reading() as connection:
                query = f"SELECT entity_id FROM {workspace.run_rows(scoring, 'features')} WHERE entity_id IN (SELECT unnest(?))"
                found += [known[entity] for (entity,) in connection.execute(query, [list(known)]).fetchall()]
    return len(found), sum(found)


def now(workspace: Workspace, run: Run, recipe: Recipe) -> dict[str, Floats]:
    """The model's features of every entity of a run."""
    return _columns(workspace, run, recipe, None)[1]


def inclusion_weights(controls: Sequence[str], among: int, known: Mapping[str, bool]) -> dict[str, float]:
    """Entity → how many it stands for, of controls that were visited: the `among` they were drawn from, shared equally."""
    visited = [entity for entity in controls if entity in known]
    return dict.fromkeys(visited, max(1.0, among / len(visited))) if visited else {}


def _scorings(workspace: Workspace, recipe: Recipe, until: date | None) -> list[tuple[Run, date]]:
    """The newest run of each day, oldest day first, and the last day whose visits it answers for."""
    newest: dict[date, Run] = {}
    for run in workspace.register.runs():
        if until is None or run.as_of <= until:
            newest.setdefault(run.as_of, run)
    days = [*sorted(newest), _NO_DAY]
    return [(newest[day], min(day + timedelta(days=recipe.horizon_days), following)) for day, following in pairwise(days)]


def _weights(run: Run, plans: Sequence[KeptPlan], known: Mapping[str, bool]) -> dict[str, float]:
    """The newest kept plan of a run counts."""
    own = [plan for plan in plans if plan.run_id == run.run_id]
    return inclusion_weights(own[-1].controls, own[-1].among, known) if own else {}


@dataclass(frozen=True)
class _Part:
    entity_ids: list[str]
    columns: dict[str, Floats]
    found: Floats
    weights: Floats
    is_control: NDArray[np.bool_]
    points: Floats


def _known_of(workspace: Workspace, run: Run, known: Mapping[str, bool], recipe: Recipe, weights: Mapping[str, float]) -> _Part:
    entity_ids, columns = _columns(workspace, run, recipe, list(known))
    points = _rule_points(workspace, run)
    return _Part(
        entity_ids,
        columns,
        np.array([float(known[entity]) for entity in entity_ids]),
        np.array([weights.get(entity, 1.0) for entity in entity_ids]),
        np.array([entity in weights for entity in entity_ids], np.bool_),
        np.array([float(points[entity]) for entity in entity_ids]),
    )


def _joined(parts: Sequence[tuple[Run, _Part]], recipe: Recipe) -> History:
    def join(arrays: list[Floats]) -> Floats:
        return np.concatenate(arrays) if arrays else np.empty(0)

    names = list(recipe.features)
    examples = Examples(
        {name: join([part.columns[name] for _, part in parts]) for name in names},
        join([part.found for _, part in parts]),
        join([part.weights for _, part in parts]),
    )
    return History(
        [run.as_of for run, _ in parts],
        np.repeat(np.arange(len(parts)), [len(part.entity_ids) for _, part in parts]).astype(np.int64),
        [entity for _, part in parts for entity in part.entity_ids],
        examples,
        join([part.is_control.astype(float) for _, part in parts]).astype(np.bool_),
        join([part.points for _, part in parts]),
    )


def _columns(workspace: Workspace, run: Run, recipe: Recipe, entity_ids: list[str] | None) -> tuple[list[str], dict[str, Floats]]:
    """Ids in order and their features as numbers; a feature the run did not know yet is not known of anybody."""
    source = workspace.run_rows(run, "features")
    with reading() as connection:
        present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        listed = ", ".join(
            f'"{name}"::DOUBLE AS "{name}"' if name in present else f'NULL::DOUBLE AS "{name}"' for name in recipe.features
        )
        among = "" if entity_ids is None else "WHERE entity_id IN (SELECT unnest(?))"
        values = [] if entity_ids is None else [entity_ids]
        query = f"SELECT entity_id, {listed} FROM {source} {among} ORDER BY entity_id"
        table = connection.sql(query, params=values).to_arrow_table()
    columns = {name: np.asarray(table[name].to_numpy(zero_copy_only=False), np.float64) for name in recipe.features}
    return table["entity_id"].to_pylist(), columns


def _rule_points(workspace: Workspace, run: Run) -> dict[str, int]:
    """Entity → points of the rules alone, whatever a model added."""
    scores, outcomes_now = (workspace.run_rows(run, name) for name in ("scores", "outcomes"))
    with reading() as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM {outcomes_now}").fetchall()
        model = model_points_sql([row[0] for row in described])
        rows = connection.execute(
            f"SELECT s.entity_id, s.score - {model} FROM {scores} s JOIN {outcomes_now} o USING (entity_id)"
        ).fetchall()
    return dict(rows)
