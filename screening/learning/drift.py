"""Whether entities still look like those a card was trained on: the population stability index of each line's bins, not knowing included.

Above 0.25 the input changed: look into the data first, then train anew. Source: Siddiqi, Credit Risk Scorecards (2006).
"""

from dataclasses import dataclass

from screening.access import Actor, Document
from screening.learning.history import now
from screening.learning.schooling import counts
from screening.model.recipe import read_recipe
from screening.model.scorecard import Scorecard
from screening.scoring.drift import FEWEST, LARGE, smoothed, stability_index
from screening.store.register import Run
from screening.store.sight import require_district
from screening.store.workspace import Workspace


@dataclass(frozen=True)
class LineDrift:
    """One line then and now; `psi` None where there are too few entities. `unknown_before`, `unknown_now` are shares of entities."""

    feature: str
    label: str
    psi: float | None
    unknown_before: float
    unknown_now: float

    @property
    def is_large(self) -> bool:
        """Whether the input has changed."""
        return self.psi is not None and self.psi > LARGE


def card_drift(workspace: Workspace, card: Scorecard, run: Run, *, actor: Actor) -> list[LineDrift]:
    """Every line of a card trained by `learn`, the largest drift first; raises `NotAllowed` for who does not see the whole district."""
    require_district(workspace, actor, Document.RULEBOOK)
    recipe = read_recipe(workspace.settings.rules)
    columns = now(workspace, run, recipe)
    found = []
    for line, before in zip(card.lines, card.learned.get("everybody", []), strict=False):
        if line.feature not in columns:
            continue
        after = counts(line.edges, columns[line.feature])
        psi = None if min(sum(before), sum(after)) < FEWEST else stability_index(smoothed(before), smoothed(after))
        found.append(LineDrift(line.feature, line.label, psi, before[0] / max(sum(before), 1), after[0] / max(sum(after), 1)))
    return sorted(found, key=lambda drift: (-(drift.psi or 0.0), drift.feature))
