"""The records the sample world consists of: canonical column names, money in 万元 as offices think of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

Value = str | int | float | date | datetime | None

SEPTEMBER = "2026-09"
OCTOBER = "2026-10"


@dataclass(frozen=True)
class Entity:
    """A registered firm or individual business. `uscc` is the code as delivered: may be wrong or empty."""

    serial: int
    sector: str
    name: str
    nickname: str
    uscc: str
    reg_no: str
    type_code: str
    type_name: str
    status: str
    legal_rep: str
    capital: float
    paid: float | None
    established: date
    scope: str
    industry_code: str
    industry_name: str
    address: str
    street: str
    street_biz: str
    community: str
    phone: str
    employees: int
    pawn_business: str = ""
    former_names: str = ""
    role: str = "ordinary"
    licensed: bool = True
    first_month: str = SEPTEMBER
    september: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_individual(self) -> bool:
        """Whether this is an individual business (个体工商户)."""
        return self.type_code == "9500"

    @property
    def part(self) -> str:
        """What it plays: ordinary, scheme, lookalike, between, walked or namesake."""
        return self.role.split(":")[0]

    @property
    def is_ordinary(self) -> bool:
        """Whether nothing at all was planted on it."""
        return self.role == "ordinary"

    @property
    def is_active(self) -> bool:
        """Whether the registration still stands."""
        return "销" not in self.status

    def as_of(self, month: str) -> Entity:
        """The entity as the offices knew it in that month."""
        return replace(self, **self.september) if month == SEPTEMBER and self.september else self


@dataclass(frozen=True)
class Fact:
    """A row of any kind other than entities; `month` says with which delivery it comes, None for both."""

    kind: str
    entity: Entity | None
    month: str | None
    values: Mapping[str, Value]

    def value(self, column: str) -> Value:
        """The value of a canonical column, None when the fact does not say."""
        return self.values.get(column)


@dataclass(frozen=True)
class World:
    """Everything that exists in the invented district."""

    entities: tuple[Entity, ...]
    facts: tuple[Fact, ...]

    def of_kind(self, kind: str, month: str) -> list[Fact]:
        """The facts of a kind that come with a month's delivery."""
        return [f for f in self.facts if f.kind == kind and f.month in (None, month)]
