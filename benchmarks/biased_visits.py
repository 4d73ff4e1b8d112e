"""What learning from biased visits costs, on invented districts whose truth is known: visits go where the rules point, and a few at random.

Three ways to learn: who was not visited counts as clean (naive); visited entities alone, each for itself; visited entities, each weighted by how many it
stands for (ours). Prints the share found at the visit budget by rules and model together, and how often the control sample's 95 % interval holds the truth.
Run: `python -m benchmarks.biased_visits [--districts 20]`. Everything is invented.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.features.catalogue import read_features
from screening.learning.judgement import unseen_share
from screening.model.measures import precision_at
from screening.model.recipe import Recipe, read_recipe
from screening.model.scorecard import Scorecard
from screening.model.training import Examples, train
from screening.settings import PROJECT_ROOT

Floats = NDArray[np.float64]
ENTITIES = 4000
CHOSEN, CONTROLS, BUDGET = 240, 160, 200
LOUD, QUIET = "fund_complaints_180d", ("paid_capital_share", "finance_firms_at_one_address", "insured_latest")
_NOISE = ("age_months", "reg_capital_yuan")


@dataclass(frozen=True)
class District:
    """Entities with what is known of them, the rules' points, and the truth that only a visit tells."""

    columns: Mapping[str, Floats]
    points: Floats
    truth: Floats


@dataclass(frozen=True)
class Visited:
    """Who was chosen by rank and who was drawn at random among the others."""

    chosen: NDArray[np.int64]
    controls: NDArray[np.int64]

    @property
    def everyone(self) -> NDArray[np.int64]:
        """All that were visited."""
        return np.concatenate([self.chosen, self.controls])


def recipe() -> Recipe:
    """The office's recipe, cut to what the districts know."""
    own = read_recipe(PROJECT_ROOT / "rules")
    return own.model_copy(update={"features": {name: own.features[name] for name in (LOUD, *QUIET, *_NOISE)}, "rounds": 200})


def district(generator: np.random.Generator) -> District:
    """Loud signs (complaints) move the rules; quiet ones move only the truth; a fifth of the quiet cells is empty."""
    loud = generator.poisson(0.4, ENTITIES).astype(float)
    paid = generator.beta(1.2, 1.2, ENTITIES)
    neighbours = generator.poisson(0.8, ENTITIES).astype(float)
    insured = generator.poisson(6, ENTITIES).astype(float)
    logit = -4.4 + 0.5 * np.minimum(loud, 4) + 2.2 * (paid < 0.3) + 0.9 * np.minimum(neighbours, 3) + 1.1 * (insured < 4)
    truth = (generator.random(ENTITIES) < 1 / (1 + np.exp(-logit))).astype(float)
    quiet = dict(zip(QUIET, (paid, neighbours, insured), strict=True))
    columns = {LOUD: loud} | {name: np.where(generator.random(ENTITIES) < 0.2, np.nan, values) for name, values in quiet.items()}
    columns |= {name: generator.gamma(2, 30, ENTITIES) for name in _NOISE}
    return District(columns, np.minimum(loud, 5) * 60.0, truth)


def visit(of: District, generator: np.random.Generator) -> Visited:
    """The best by the rules, ties by lot, and a random draw among all others."""
    order = np.lexsort((generator.random(ENTITIES), -of.points))
    drawn = generator.permutation(order[CHOSEN:])[:CONTROLS]
    return Visited(order[:CHOSEN], drawn)


def examples(of: District, visited: Visited, way: str) -> Examples:
    """What each way of learning takes for truth, and how much each row counts."""
    if way == "naive":
        found = np.zeros(ENTITIES)
        found[visited.everyone] = of.truth[visited.everyone]
        return Examples(of.columns, found, np.ones(ENTITIES))
    weights = np.ones(len(visited.everyone))
    if way == "weighted":
        weights[len(visited.chosen) :] = (ENTITIES - len(visited.chosen)) / len(visited.controls)
    columns = {name: values[visited.everyone] for name, values in of.columns.items()}
    return Examples(columns, of.truth[visited.everyone], weights)


def learn(of: District, visited: Visited, way: str) -> Scorecard:
    """A card by one of the ways."""
    return train(examples(of, visited, way), of.columns, recipe(), read_features())


def precision(card: Scorecard | None, of: District) -> float:
    """Share found when the budget follows the rules, with the card's points added where there is one."""
    added = 0.0 if card is None else card.points_of(of.columns)
    return precision_at(of.truth, of.points + added, BUDGET)


def covers(of: District, visited: Visited) -> bool:
    """Whether the interval of the controls holds the true share of those nobody chose."""
    share = unseen_share(of.truth[visited.controls])
    others = np.setdiff1d(np.arange(ENTITIES), visited.chosen)
    return share is not None and share[1] <= of.truth[others].mean() <= share[2]


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--districts", type=int, default=20)
    count = options.parse_args().districts
    found: dict[str, list[float]] = {"rules alone": [], "naive": [], "visited alone": [], "weighted": []}
    for seed in range(count):
        generator = np.random.default_rng(seed)
        past, future = district(generator), district(generator)
        visited = visit(past, generator)
        found["rules alone"].append(precision(None, future))
        for way in ("naive", "visited alone", "weighted"):
            found[way].append(precision(learn(past, visited, way), future))
    print(
        f"{count} invented districts of {ENTITIES} entities, {CHOSEN} chosen visits, {CONTROLS} at random; found in {BUDGET} visits:"
    )
    for way, shares in found.items():
        print(f"{way:16}{np.mean(shares):.3f}  (standard error {np.std(shares) / np.sqrt(count):.3f})")
    better = np.mean([ours > naive for ours, naive in zip(found["weighted"], found["naive"], strict=True)])
    print(f"weighted beats naive in {better:.0%} of the districts")
    held = []
    for seed in range(1000):
        generator = np.random.default_rng(10_000 + seed)
        past = district(generator)
        held.append(covers(past, visit(past, generator)))
    print(f"the controls' 95 % interval holds the truth in {np.mean(held):.1%} of 1000 districts")


if __name__ == "__main__":
    main()
