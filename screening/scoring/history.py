"""How an entity's score moved from run to run, and by which reasons: what came, what went, what weighs otherwise.

The parts of a move add up to it exactly, because both scores are exact sums of their reasons, caps included. A day that was scored more than once
counts as it was scored last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from screening.access import Actor
from screening.rulebook.rule import TENTHS
from screening.scoring.explanation import Explanation, Reason, explain_many
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Word

MOST_RUNS = 12  # a year of months


class Moved(Word):
    """What became of a reason from one run to the next."""

    GAINED = "gained", "新增"
    LOST = "lost", "不再命中"
    MORE = "more", "加重"
    LESS = "less", "减轻"


@dataclass(frozen=True)
class Move:
    """One reason's part in a move: points before and now, 0 where it was not there. `sentence` is today's, of one that is gone the last."""

    id: str
    name: str
    moved: Moved
    before: float
    now: float
    sentence: str

    @property
    def change(self) -> float:
        """What it adds to the move, exact to the tenth of a point."""
        return (_tenths(self.now) - _tenths(self.before)) / TENTHS


@dataclass(frozen=True)
class Standing:
    """Where an entity stood on one day. `change` and `moves` compare with the run before, and are None and empty for the first one that knows it.

    `is_other_book`: the rule book had changed in between, so that some moves may come from it and not from the entity.
    """

    as_of: date
    run_id: str
    score: float
    grade: Grade
    rank: int
    entities: int
    change: float | None = None
    moves: list[Move] = field(default_factory=list)
    is_other_book: bool = False


def score_history(workspace: Workspace, run: Run, entity_id: str, *, actor: Actor) -> list[Standing]:
    """The entity in each of the last runs up to this one, oldest first; runs that do not know it are left out.

    Raises `NotAllowed` for who sees no reasons; of an entity out of the actor's sight there is no history.
    """
    known = [
        (one, found[0])
        for one in _standing_runs(workspace.register.runs(), run)
        if (found := explain_many(workspace, one, [entity_id], actor=actor, with_sources=False))
    ]
    if not known:
        return []
    return [_standing(*known[0]), *(_moved(before, after) for before, after in pairwise(known))]


def moves_between(before: Explanation, after: Explanation) -> list[Move]:
    """Every reason that came, went or weighs otherwise, the largest change first; the changes add up to that of the score."""
    old, new = _by_id(before.reasons), _by_id(after.reasons)
    moves = [
        Move(
            id=key,
            name=(new.get(key) or old[key]).name,
            moved=_what_moved(old.get(key), new.get(key)),
            before=old[key].points if key in old else 0.0,
            now=new[key].points if key in new else 0.0,
            sentence=(new.get(key) or old[key]).sentence,
        )
        for key in dict.fromkeys([*new, *old])
        if key not in old or key not in new or _tenths(old[key].points) != _tenths(new[key].points)
    ]
    return sorted(moves, key=lambda move: (-abs(_tenths(move.change)), move.id))


def _standing_runs(runs: Sequence[Run], until: Run) -> list[Run]:
    """The run asked for and the last of each earlier day, oldest first."""
    last: dict[date, Run] = {until.as_of: until}
    for run in runs:  # the newest of a day comes first
        if run.as_of < until.as_of:
            last.setdefault(run.as_of, run)
    return sorted(last.values(), key=lambda run: run.as_of)[-MOST_RUNS:]


def _standing(run: Run, found: Explanation) -> Standing:
    return Standing(run.as_of, run.run_id, found.score, found.grade, found.rank, run.summary["entities"])


def _moved(before: tuple[Run, Explanation], after: tuple[Run, Explanation]) -> Standing:
    (old_run, old), (run, new) = before, after
    return Standing(
        run.as_of,
        run.run_id,
        new.score,
        new.grade,
        new.rank,
        run.summary["entities"],
        change=(_tenths(new.score) - _tenths(old.score)) / TENTHS,
        moves=moves_between(old, new),
        is_other_book=run.rulebook != old_run.rulebook,
    )


def _by_id(reasons: Sequence[Reason]) -> Mapping[str, Reason]:
    return {reason.id: reason for reason in reasons}


def _what_moved(old: Reason | None, new: Reason | None) -> Moved:
    if old is None:
        return Moved.GAINED
    if new is None:
        return Moved.LOST
    return Moved.MORE if _tenths(new.points) > _tenths(old.points) else Moved.LESS


def _tenths(points: float) -> int:
    return round(points * TENTHS)
