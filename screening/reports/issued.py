"""The book of what left the house: numbers given to letters, figures of months already reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from screening.access import Actor
from screening.reference.clock import local_day
from screening.store.document_tables import documents
from screening.store.register import Register

_LETTER = "letter"


@dataclass(frozen=True)
class Issued:
    """A line of the book."""

    name: str
    period: str
    issued_by: str
    issued_at: datetime
    content: dict[str, Any]


def number_of(
    register: Register, actor: Actor, *, name: str, series: str, case_id: str, occasion: int, at: datetime
) -> tuple[int, int]:
    """Year and number of a letter: the one it had, or the next of its series this year. The writers' lock keeps two from taking the same."""
    known = sa.select(documents.c.year, documents.c.number).where(
        documents.c.name == name, documents.c.case_id == case_id, documents.c.occasion == occasion
    )
    year = local_day(at).year
    with register.writing() as connection:
        if found := connection.execute(known).first():
            return found.year, found.number
        in_series = sa.and_(documents.c.series == series, documents.c.year == year)
        newest = connection.execute(sa.select(sa.func.max(documents.c.number)).where(in_series)).scalar()
        number = (newest or 0) + 1
        values = {"case_id": case_id, "occasion": occasion, "series": series, "year": year, "number": number}
        connection.execute(documents.insert().values(**_line(actor, _LETTER, name, "", at), **values))
    return year, number


def note(
    register: Register, actor: Actor, *, kind: str, name: str, period: str, sha256: str, content: Mapping[str, Any], at: datetime
) -> None:
    """Put down that a report or pack was written, and what it said."""
    with register.writing() as connection:
        line = _line(actor, kind, name, period, at) | {"sha256": sha256, "content": dict(content)}
        connection.execute(documents.insert().values(**line))


def last_said(register: Register, name: str, period: str) -> Issued | None:
    """What was last written of a period; None where nothing was."""
    query = (
        sa.select(documents)
        .where(documents.c.name == name, documents.c.period == period)
        .order_by(documents.c.seq.desc())
        .limit(1)
    )
    rows = register.rows(query)
    return Issued(**{key: rows[0][key] for key in Issued.__dataclass_fields__}) if rows else None


def _line(actor: Actor, kind: str, name: str, period: str, at: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "period": period,
        "issued_by": actor.signature,
        "issued_at": at,
        "sha256": "",
        "content": {},
    }
