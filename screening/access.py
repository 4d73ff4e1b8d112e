"""Who acts, and what that lets them see and do: every verb that reads or acts asks here."""

from dataclasses import dataclass

from screening.vocabulary import Role


@dataclass(frozen=True)
class Actor:
    """A person at work. `areas` are the codes of the subdistricts they answer for; empty for a unit of the whole district."""

    person_id: str
    name: str
    unit: str
    role: Role
    areas: frozenset[str] = frozenset()


SYSTEM = Actor("system", "系统", "系统", Role.SYSTEM)
