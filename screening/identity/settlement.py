"""Lasting ids for entities: the credit code where there is one, otherwise an id minted once and kept.

A later credit code is linked to a minted id, never put in its place; no key ever moves. Two rows are one entity when they share a credit code,
a registration number, or a full name that nothing contradicts (`_same_bearer`). What is less sure than that waits for people.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from screening.identity.names import has_legal_form, name_key

Key = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Bearer:
    """What a row says of who bears a name; empty strings where it says nothing."""

    entity_id: str
    uscc: str
    legal_rep: str
    address: str


@dataclass
class Settlement:
    """All keys settled so far, and those that this batch adds (`added`, in the register's form)."""

    by_code: dict[str, str] = field(default_factory=dict)
    code_of: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[Bearer]] = field(default_factory=dict)
    added: list[Key] = field(default_factory=list)

    @classmethod
    def of(cls, keys: Iterable[Key]) -> "Settlement":
        """Rebuild from the register's keys."""
        settlement = cls()
        for key, entity_id, attributes in keys:
            settlement._learn(key, entity_id, attributes)
        return settlement

    def settle(self, row: Mapping[str, str | None]) -> str:
        """The entity id of a row with `uscc`, `reg_no`, `name`, `legal_rep_name`, `address_reg`; new keys are added."""
        uscc, reg_no = row["uscc"] or "", row["reg_no"] or ""
        name = row["name"] or ""
        bearer = Bearer("", uscc, name_key(row["legal_rep_name"] or ""), name_key(row["address_reg"] or ""))
        entity_id = self._known(uscc, reg_no, name, bearer) or _mint(uscc, reg_no, name, bearer)
        for prefix, code in (("uscc", uscc), ("reg", reg_no)):
            if code and f"{prefix}:{code}" not in self.by_code:
                self._add(f"{prefix}:{code}", entity_id, {})
        if name:
            self._add_name(name_key(name), entity_id, bearer)
        return entity_id

    def _known(self, uscc: str, reg_no: str, name: str, bearer: Bearer) -> str | None:
        if uscc and (found := self.by_code.get(f"uscc:{uscc}")):
            return found
        if reg_no and (found := self.by_code.get(f"reg:{reg_no}")) and self._may_bear(found, uscc):
            return found
        if not name:
            return None
        bearers = {
            known.entity_id
            for known in self.by_name.get(name_key(name), ())
            if self._may_bear(known.entity_id, uscc) and _same_bearer(name, known, bearer)
        }
        return bearers.pop() if len(bearers) == 1 else None

    def _may_bear(self, entity_id: str, uscc: str) -> bool:
        """An entity that already has another credit code is somebody else."""
        return not uscc or self.code_of.get(entity_id, uscc) == uscc

    def _add(self, key: str, entity_id: str, attributes: dict[str, Any]) -> None:
        self._learn(key, entity_id, attributes)
        self.added.append((key, entity_id, attributes))

    def _add_name(self, key: str, entity_id: str, bearer: Bearer) -> None:
        known = self.by_name.get(key, ())
        if not any(other.entity_id == entity_id for other in known):
            self._add(f"name:{key}", entity_id, {"legal_rep": bearer.legal_rep, "address": bearer.address})

    def _learn(self, key: str, entity_id: str, attributes: Mapping[str, Any]) -> None:
        prefix, _, value = key.partition(":")
        if prefix == "name":
            bearer = Bearer(entity_id, "", attributes.get("legal_rep", ""), attributes.get("address", ""))
            self.by_name.setdefault(value, []).append(bearer)
            return
        self.by_code[key] = entity_id
        if prefix == "uscc":
            self.code_of[entity_id] = value


def _same_bearer(name: str, known: Bearer, row: Bearer) -> bool:
    """A shop name needs one thing in common besides; a full company name only that nothing contradicts it."""
    if has_legal_form(name):
        return not (known.legal_rep and row.legal_rep) or known.legal_rep == row.legal_rep
    same_person = bool(row.legal_rep) and known.legal_rep == row.legal_rep
    same_place = bool(row.address) and known.address == row.address
    nothing_else_known = not (known.legal_rep or known.address) and not (row.legal_rep or row.address)
    return same_person or same_place or nothing_else_known


def _mint(uscc: str, reg_no: str, name: str, bearer: Bearer) -> str:
    """The credit code itself, or `E` and twelve hex digits drawn from what the row says: the same for the same row everywhere."""
    if uscc:
        return uscc
    said = f"reg:{reg_no}" if reg_no else "|".join((name_key(name), bearer.legal_rep, bearer.address))
    return "E" + hashlib.sha256(said.encode()).hexdigest()[:12].upper()
