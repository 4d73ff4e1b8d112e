"""Train a card from everything known, with the judgement of the same recipe on later outcomes; below the fewest outcomes there is none: rules alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from screening.access import Actor, Document, Verb
from screening.features.catalogue import read_features
from screening.learning.history import History, count_outcomes, now, read_history
from screening.learning.judgement import Judgement, judge
from screening.model.boosting import Floats, place
from screening.model.publishing import keep
from screening.model.recipe import Recipe, read_recipe
from screening.model.scorecard import Scorecard
from screening.model.training import lacking_of, outcomes_lacking, train
from screening.reference.rights import require
from screening.scoring.ranking import find_run
from screening.store.sight import require_district
from screening.store.workspace import Workspace


@dataclass(frozen=True)
class Lesson:
    """What came of it: no `card` where there are too few outcomes, and then `lacking` says in Chinese how many more it takes."""

    card: Scorecard | None
    lacking: str | None
    judgement: Judgement
    history: History
    recipe: Recipe


def learn(workspace: Workspace, *, actor: Actor, until: date | None = None, seed: int = 0) -> Lesson:
    """Train, judge and keep a card; the same history and seed give the same card. Raises `NotAllowed` for who may not propose one,
    `InvalidRequest` when nothing was scored yet or nothing tells findings from none."""
    require(actor, Verb.EDIT_RULES, workspace.settings.rules)
    recipe = read_recipe(workspace.settings.rules)
    run = find_run(workspace)
    history = read_history(workspace, recipe, until)
    lacking = outcomes_lacking(history.examples, recipe)
    judgement = judge(history, recipe, seed=seed)
    if lacking:
        return Lesson(None, lacking, judgement, history, recipe)
    everybody = now(workspace, run, recipe)
    card = train(history.examples, everybody, recipe, read_features(), seed=seed)
    learned = {
        **_grounds(history, recipe, seed),
        "run": run.run_id,
        "judged": judgement.document(),
        "everybody": [counts(line.edges, everybody[line.feature]) for line in card.lines],
        "visited": [_visited(history, line.feature, line.edges) for line in card.lines],
    }
    card = Scorecard(card.lines, card.definitions, card.base, card.slope, learned)
    keep(workspace, card, actor=actor)
    return Lesson(card, None, judgement, history, recipe)


def still_needed(workspace: Workspace, *, actor: Actor) -> str | None:
    """How many outcomes are lacking before anything can be learned, in Chinese, by what the newest run knows; None where there are enough.

    For who sees the rule book. Raises `InvalidRequest` when nothing was scored yet.
    """
    require_district(workspace, actor, Document.RULEBOOK)
    recipe = read_recipe(workspace.settings.rules)
    return lacking_of(*count_outcomes(workspace, find_run(workspace), recipe), recipe)


def judged(workspace: Workspace, *, actor: Actor, until: date | None = None, seed: int = 0) -> tuple[Judgement, str | None]:
    """The judgement alone, nothing kept, and how many outcomes are lacking; for who sees the rule book."""
    require_district(workspace, actor, Document.RULEBOOK)
    recipe = read_recipe(workspace.settings.rules)
    history = read_history(workspace, recipe, until)
    return judge(history, recipe, seed=seed), outcomes_lacking(history.examples, recipe)


def counts(edges: tuple[float, ...], values: Floats) -> list[int]:
    """How many entities do not know a value, then how many lie in each bin."""
    found = np.bincount(place(edges, values), minlength=len(edges) + 2)
    return [int(number) for number in found]


def _visited(history: History, feature: str, edges: tuple[float, ...]) -> list[list[int]]:
    """As `counts`, of visited entities: how many, and in how many of them something was found."""
    places = place(edges, history.examples.columns[feature])
    every = np.bincount(places, minlength=len(edges) + 2)
    found = np.bincount(places, weights=history.examples.found, minlength=len(edges) + 2)
    return [[int(number), int(hits)] for number, hits in zip(every, found, strict=True)]


def _grounds(history: History, recipe: Recipe, seed: int) -> Mapping[str, Any]:
    examples = history.examples
    return {
        "seed": seed,
        "horizon_days": recipe.horizon_days,
        "budget": recipe.budget,
        "days": [day.isoformat() for day in history.days],
        "outcomes": len(examples.found),
        "finds": int(examples.found.sum()),
        "controls": int(history.is_control.sum()),
        "stands_for": round(float(examples.weights.sum()), 1),
    }
