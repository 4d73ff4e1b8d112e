"""How far cases have come, from an alert to the end: each counted once by the furthest stage, and at every stage how many were really there.

Stages can be skipped: a false alarm ends before anybody went, a red case is discussed before a visit. So a stage's `reached` is what the case itself
says of this round (`been`), never "at least as far"; `furthest` adds up to the total. A case that was opened again counts by its new round.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.vocabulary import Word

_IN_HAND = frozenset("BCDE")  # first letters of states behind triage (domain brief 8.2)
_MEASURES = frozenset("DE")  # 处置 and what follows from it
_VISITED, _SESSION = "B4", "C1"


class Stage(Word):
    """The way of a case in six stages, in order."""

    RAISED = "raised", "预警和线索"
    IN_HAND = "in_hand", "初筛后转办"
    VISITED = "visited", "已上门核查"
    DECIDED = "decided", "已会商决定"
    MEASURE = "measure", "已作处置"
    CLOSED = "closed", "已结"


@dataclass(frozen=True)
class Step:
    """One stage: how many cases were ever there, and of how many it is the furthest."""

    stage: Stage
    reached: int
    furthest: int


@dataclass(frozen=True)
class Funnel:
    """All stages in order, zeros too; the sum of `furthest` is `total`. `closed_unvisited` ended without anybody having gone."""

    total: int
    steps: list[Step]
    closed_unvisited: int


def funnel(book: Casebook, actor: Actor, among: Sequence[Case] | None = None) -> Funnel:
    """The cases in the actor's sight by stage; `among` where they were read already."""
    ways = [stages_of(book, case) for case in (book.cases(actor) if among is None else among)]
    order = list(Stage)
    reached = Counter(stage for way in ways for stage in way)
    furthest = Counter(max(way, key=order.index) for way in ways)
    return Funnel(
        total=len(ways),
        steps=[Step(stage, reached[stage], furthest[stage]) for stage in Stage],
        closed_unvisited=sum(Stage.CLOSED in way and Stage.VISITED not in way for way in ways),
    )


def stages_of(book: Casebook, case: Case) -> set[Stage]:
    """Every stage this case has been in since it was opened, or opened again."""
    letters = {state[0] for state in case.been}
    found = {
        Stage.RAISED: True,
        Stage.IN_HAND: bool(letters & _IN_HAND),
        Stage.VISITED: _VISITED in case.been,
        Stage.DECIDED: _is_decided(case),
        Stage.MEASURE: bool(letters & _MEASURES),
        Stage.CLOSED: book.workflow.states[case.state].closed,
    }
    return {stage for stage, applies in found.items() if applies}


def _is_decided(case: Case) -> bool:
    """Whether a joint session came to an end: minutes lie on the table, or the case has moved on from it."""
    if _SESSION not in case.been:
        return False
    has_minutes = bool((case.session or {}).get("minutes"))
    return has_minutes or case.state != _SESSION or case.been[-1] != _SESSION
