"""What moved the model's points of one entity: every line with the entity's value, its points, and where on the line's shape it stands.

Read from the card that scored the run and from what the run kept, so that it says what was scored then, whatever has been trained since.
"""

from dataclasses import dataclass

from screening.access import Actor, Document, Scope
from screening.errors import InvalidRequest
from screening.features.compute import OPEN
from screening.learning.card import RULES_ONLY
from screening.learning.schooling import still_needed
from screening.learning.shape import UNKNOWN, Shape, number_words, shape_of
from screening.model.publishing import find_model
from screening.model.scorecard import CAP, Scorecard
from screening.reference.rights import scope_of
from screening.rulebook.rule import TENTHS
from screening.scoring.explanation import unknown_entity
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import sight
from screening.store.workspace import Workspace


@dataclass(frozen=True)
class Stand:
    """One line: the value in words, `place` the bin of `shape` it lies in, its points and what learning more could add to them."""

    shape: Shape
    value: str
    place: int
    points: float
    could_add: float


@dataclass(frozen=True)
class Standing:
    """All lines, the heaviest first; `points` is their sum with `cap` (never positive), exactly what the model added to the score."""

    version: str
    points: float
    could_add: float
    cap: float
    stands: list[Stand]


def scored_by(workspace: Workspace, run: Run) -> str | None:
    """The version of the model whose points are in a run's scores; None for one scored by rules alone."""
    version: str | None = workspace.register.rulebook(run.rulebook).get("model")
    return version


def standing(workspace: Workspace, run: Run, entity_id: str, *, actor: Actor) -> Standing:
    """How the model's points of one entity came about. Raises `InvalidRequest` for a run scored by rules alone, and as `explain` does."""
    version = scored_by(workspace, run)
    if version is None:
        raise InvalidRequest(f"这次评分{RULES_ONLY}，没有模型分", "启用模型后重新评分。", {"run": run.run_id})
    seen = sight(workspace, actor, Document.REASONS)
    with reading() as connection:
        rows = dicts(
            connection.execute(
                f"SELECT s.street_code, f.* FROM {workspace.run_rows(run, 'scores')} s JOIN {workspace.run_rows(run, 'features')} f USING (entity_id) WHERE entity_id = ?",
                [entity_id],
            )
        )
    if not rows or not seen.sees(entity_id, rows[0]["street_code"]):
        raise unknown_entity(run, entity_id)
    card = find_model(workspace, version)
    names = {line.feature for line in card.lines}
    values = {name: None if rows[0].get(name) is None else float(rows[0][name]) for name in names}
    return _standing(card, values, {name: bool(rows[0].get(name + OPEN)) for name in names})


def why_rules_only(workspace: Workspace, *, actor: Actor) -> str:
    """One sentence for where model points would stand; who sees the rule book also reads how many outcomes are lacking."""
    sees_rules = scope_of(actor, Document.RULEBOOK, workspace.settings.rules) is Scope.DISTRICT
    lacking = still_needed(workspace, actor=actor) if sees_rules else None
    return f"这次评分{RULES_ONLY}，没有模型分。" + (f"{lacking}。" if lacking else "")


def _standing(card: Scorecard, values: dict[str, float | None], is_open: dict[str, bool]) -> Standing:
    parts = card.parts(values, is_open)
    stands = []
    for number, (line, part) in enumerate(zip(card.lines, parts, strict=False)):
        value, opened = values[line.feature], is_open[line.feature]
        said = UNKNOWN if value is None else f"{'至少 ' if opened else ''}{number_words(value, line.unit)}"
        place = 0 if value is None else line.bin_of(value) + 1
        stands.append(Stand(shape_of(card, number), said, place, part.tenths / TENTHS, part.could_add / TENTHS))
    stands.sort(key=lambda stand: (-stand.points, -stand.could_add))
    cap = sum(part.tenths for part in parts if part.feature == CAP)
    return Standing(
        card.version, card.points(values, is_open) / TENTHS, card.could_add(values, is_open) / TENTHS, cap / TENTHS, stands
    )
