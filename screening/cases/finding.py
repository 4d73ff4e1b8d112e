"""Finds cases: those of one entity, those whose number or name somebody remembers. Only what lies in the actor's sight, and as they may see it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from screening.access import Actor
from screening.cases.case import Case, case_from
from screening.cases.casebook import Casebook
from screening.store.case_tables import cases

_SHORTEST = 2


def cases_of(book: Casebook, actor: Actor, entity_id: str) -> list[Case]:
    """The cases of an entity, and of whatever people say is the same, newest first."""
    return _seen(book, actor, sa.select(cases).where(cases.c.entity_id.in_(sorted(book.same_entity(entity_id)))))


def find_cases(book: Casebook, actor: Actor, text: str, *, top: int) -> list[Case]:
    """Cases whose number or name holds the text, newest first; none for less than two characters."""
    wanted = text.strip()
    if len(wanted) < _SHORTEST:
        return []
    named = sa.or_(cases.c.case_id.icontains(wanted, autoescape=True), cases.c.entity_name.icontains(wanted, autoescape=True))
    return _seen(book, actor, sa.select(cases).where(named))[:top]


def _seen(book: Casebook, actor: Actor, query: "sa.Select[Any]") -> list[Case]:
    rows: Sequence[Any] = book.workspace.register.rows(query.order_by(cases.c.opened_at.desc(), cases.c.case_id.desc()))
    return [book.case(actor, row["case_id"]) for row in rows if book.may_see(actor, case_from(row))]
