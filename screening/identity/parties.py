"""What matching is given and gives back: entities of the register, rows that ask for one, candidates and the answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One entity of the register. `names`: the registered one first, then former names, trade names, shop signs; `street_code` a subdistrict code."""

    entity_id: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    legal_reps: tuple[str, ...]
    street_code: str | None


@dataclass(frozen=True)
class Asked:
    """What one row says of whom it means; None where it says nothing. `street` is a subdistrict's code or name, `text` what a complaint says."""

    name: str | None
    address: str | None
    street: str | None
    phone: str | None
    legal_rep: str | None
    text: str | None


@dataclass(frozen=True)
class Candidate:
    """An entity that may be meant: its registered name, a confidence from 0 to 1, and one Chinese line that says why."""

    entity_id: str
    name: str
    confidence: float
    why: str


@dataclass(frozen=True)
class Match:
    """Whom a row means. `entity_id` only where it is sure; `confidence` is the best candidate's, None without candidates (best first, at most 5).

    `method`: name_exact, name_in_text, name_fuzzy, address, phone; ambiguous where two are about equally likely; none.
    """

    entity_id: str | None
    method: str
    confidence: float | None
    why: str
    candidates: tuple[Candidate, ...]
