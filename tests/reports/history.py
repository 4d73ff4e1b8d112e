"""Invented histories: cases raised, walked along whatever the workflow allows, and closed, over a year, by the office of `tests/cases/office.py`."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from screening.cases import moves, sessions
from screening.cases.case import Case
from screening.cases.leads import Alert, raise_alerts, record_lead
from screening.cases.workflow import Move
from screening.errors import ScreeningError
from screening.vocabulary import Grade, Role
from tests.cases.office import CHIEF, OFFICER, Desk, person

_PARTNERS = (Role.MARKET, Role.POLICE, Role.OFFICER)
_GRADES = (Grade.RED, Grade.ORANGE, Grade.YELLOW)


class Walker:
    """Moves cases of a desk at chance, each step at a later moment than the one before."""

    def __init__(self, desk: Desk, seed: int, begins: datetime, ends: datetime) -> None:
        self.desk, self.chance, self.begins, self.ends = desk, random.Random(seed), begins, ends

    def play(self, entities: Sequence[tuple[str, str, str | None]], *, steps: int) -> None:
        """Raise an alert or a lead for each entity (id, name, area), then walk each case up to `steps` steps."""
        moments = sorted(self._moment() for _ in entities)
        for number, ((entity_id, name, area), at) in enumerate(zip(entities, moments, strict=True)):
            case = self._begin(number, entity_id, name, area, at)
            self._walk(case, at, self.chance.randrange(steps + 1))

    def _begin(self, number: int, entity_id: str, name: str, area: str | None, at: datetime) -> Case:
        book = self.desk.book
        if self.chance.random() < 0.25:
            source = self.chance.choice(["grid", "petition", "department", "complaint_12315"])
            case, _ = record_lead(
                book,
                OFFICER,
                source=source,
                summary="群众反映存金返利",
                at=at,
                entity_name=name,
                entity_id=entity_id,
                area_code=area,
            )
            return case
        rules = {"GLD-01": 30.0, "RET-01": 20.0} if self.chance.random() < 0.5 else {"REG-01": 8.0}
        alert = Alert(entity_id, name, area, self.chance.choice(_GRADES), red_line=False, rules=rules, summary="命中规则")
        became = raise_alerts(book, f"run-{number}", [alert], at=at)
        return book.case(OFFICER, next(ids for ids in became.values() if ids)[0])

    def _walk(self, case: Case, at: datetime, steps: int) -> None:
        for _ in range(steps):
            at += timedelta(hours=self.chance.choice([1, 5, 30, 90, 200, 500]))
            if at >= self.ends:
                return
            moved = self._step(case, at)
            if moved is None:
                return
            case = moved

    def _step(self, case: Case, at: datetime) -> Case | None:
        """One step that the workflow allows; None at an end."""
        flow = self.desk.book.workflow
        rows = [
            r for r in flow.rows(case.state) if not r.due and (not r.after or case.came_from in r.after) and r.by != [Role.SYSTEM]
        ]
        self.chance.shuffle(rows)
        rows.sort(key=lambda row: row.to == "F9" and self.chance.random() < 0.9)  # starting anew is rare
        for row in rows:
            try:
                return self._through(self._in_session(case, row, at), row, at)
            except ScreeningError:  # this step asks for what the case does not have
                case = self._withdrawn(case, at)
        return None

    def _in_session(self, case: Case, row: Move, at: datetime) -> Case:
        if not row.session or (case.session or {}).get("minutes"):
            return case
        book = self.desk.book
        for role in _PARTNERS:
            case = sessions.give_opinion(
                book, person(role), case.case_id, proposal=row.to, text="同意", version=case.version, at=at
            )
        grade = self.chance.choice([None, *_GRADES])
        return sessions.record_session(
            book, CHIEF, case.case_id, decided=[row.to], text="同意处置", version=case.version, at=at, grade=grade
        )

    def _through(self, case: Case, row: Move, at: datetime) -> Case:
        desk, known = self.desk, {"street": self.chance.choice(list(self.desk.book.streets))}
        by = next(role for role in row.by if role is not Role.SYSTEM)
        actor = person(by, areas=frozenset(desk.book.streets))
        late = {"rectify_by": "2027-06-30", "talk_date": "2027-06-30", "expires_on": "2028-01-01"}
        more = [row.when_any.given[0]] if row.when_any and row.when_any.given else []
        moved = desk.move(actor, case, row.to, desk.papers([*row.needs, *more], **known, **late), at=at)
        if moved.pending is None:
            return moved
        approval = row.approval_for(case.grade)
        assert approval is not None, "what waits needs an approval"
        role = next(role for role in approval.by if role in (Role.CHIEF, Role.LEADER))
        return moves.approve(
            desk.book,
            person(role, number=2),
            moved.case_id,
            version=moved.version,
            at=at,
            fields=desk.papers(approval.needs, **known, **late),
        )

    def _withdrawn(self, case: Case, at: datetime) -> Case:
        book = self.desk.book
        now = book.case(OFFICER, case.case_id)
        if now.pending:
            by = now.pending["person_id"]
            asker = next(person(role, areas=frozenset(book.streets)) for role in Role if person(role).person_id == by)
            now = moves.decline(book, asker, now.case_id, version=now.version, at=at, reason="撤回重办")
        return now

    def _moment(self) -> datetime:
        span = (self.ends - self.begins).total_seconds()
        return self.begins + timedelta(seconds=int(self.chance.random() * span))
