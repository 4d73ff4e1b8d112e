"""What a day begins with: everything that waits for somebody, is late, is new or lies before a joint session, out of one reading of the casebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.funnel import Funnel, funnel
from screening.cases.work import Desk, Due, desk, due
from screening.vocabulary import Grade, Role

_OVERSEES = {Role.OFFICER, Role.CHIEF, Role.LEADER}  # who answers for what is late elsewhere
_UNTRIAGED = ("A0", "A1", "A2")
_TO_VISIT = ("B1", "B3", "E1")  # sent out, under way, to be looked at again
_SESSION = "C1"


@dataclass(frozen=True)
class Home:
    """What concerns one person now. Lists have the most pressing first.

    `late` are terms that ran out (for who oversees: everybody's; else those one is told of), `soon` terms that run out and are to be told.
    `fresh` are alerts and leads nobody has looked at, `sessions` joint sessions without minutes, `visits` what somebody of a subdistrict has to visit,
    `open` every case in sight that is not closed.
    """

    desk: Desk
    late: list[Due]
    soon: list[Due]
    fresh: list[Case]
    sessions: list[Case]
    visits: list[Case]
    open: list[Case]
    way: Funnel

    def left(self, case: Case) -> Due | None:
        """How long a case still has, where that is worth a word."""
        return next((item for item in (*self.late, *self.soon) if item.case.case_id == case.case_id), None)


def home(book: Casebook, actor: Actor, at: datetime) -> Home:
    """Everything that concerns this person at a moment, within their sight."""
    seen = book.cases(actor)
    still_open = [case for case in seen if not book.workflow.states[case.state].closed]
    waiting = desk(book, actor, still_open)
    told = [item for item in due(book, actor, at, marked_only=True, among=seen) if _concerns(actor, item)]
    return Home(
        desk=waiting,
        late=[item for item in told if item.left < 0],
        soon=[item for item in told if item.left >= 0],
        fresh=by_urgency([case for case in still_open if case.state in _UNTRIAGED and not case.pending]),
        sessions=[case for case in still_open if case.state == _SESSION and not (case.session or {}).get("minutes")],
        visits=_visits(actor, waiting, still_open),
        open=still_open,
        way=funnel(book, actor, seen),
    )


def by_urgency(cases: Sequence[Case]) -> list[Case]:
    """The most urgent grade first, within it as they were given."""
    order = list(Grade)
    return sorted(cases, key=lambda case: order.index(case.grade))


def _visits(actor: Actor, waiting: Desk, still_open: Sequence[Case]) -> list[Case]:
    """What a subdistrict's people have to visit: of officers what is their turn, of grid workers every task they were given."""
    if actor.role is Role.GRID:
        return list(still_open)
    return [case for case in waiting.to_do if case.state in _TO_VISIT] if actor.role is Role.STREET else []


def _concerns(actor: Actor, item: Due) -> bool:
    return actor.role.value in item.tell or (item.left < 0 and actor.role in _OVERSEES)
