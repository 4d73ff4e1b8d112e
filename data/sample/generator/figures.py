"""Business reports of microlenders and pawnshops for two quarters: sound throughout, but for what `wording/figures.yaml` plants.

Drawn after everything else and by its own seed, so that nothing else moves. Amounts are 万元.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from .model import OCTOBER, Entity, Fact, Value

QUARTERS = (date(2026, 6, 30), date(2026, 9, 30))
_GONE = ("注销", "迁出")


@dataclass(frozen=True)
class Planted:
    """One planted fault: on whom, and what the wording file says of it."""

    entity: Entity
    spec: Mapping[str, Any]


def planted_figures(entities: Sequence[Entity], wording: Mapping[str, Any]) -> list[Planted]:
    """Whom each fault falls on: ordinary standing entities of the sector, licensed, with a code, by number."""
    found = []
    for sector, specs in wording.items():
        plain = [
            e for e in entities if e.sector == sector and e.is_ordinary and e.uscc and e.licensed and e.established < QUARTERS[0]
        ]
        plain = [e for e in plain if not any(word in e.status for word in (*_GONE, "吊"))]
        found += [Planted(plain[spec["nth"]], spec) for spec in specs]
    return found


def figure_facts(entities: Sequence[Entity], planted: Sequence[Planted], seed: str) -> Iterator[Fact]:
    """Two quarters of every microlender and pawnshop that the register does not hold to be gone."""
    rng = Random(seed)
    faults = {one.entity.serial: one.spec for one in planted}
    for entity in entities:
        if entity.sector not in ("microlender", "pawnshop") or any(word in entity.status for word in _GONE):
            continue
        spec = faults.get(entity.serial, {})
        make = _lender if entity.sector == "microlender" else _pawnshop
        for place, end in enumerate(QUARTERS):
            if entity.established > end:
                continue
            values = make(rng, entity, spec.get("q3", {}) if place else {})
            submitted: date = spec["submitted"] if place and "submitted" in spec else _submitted(rng, end)
            if spec.get("absent_both") or (place and spec.get("absent")):
                continue
            whole: dict[str, Value] = {"period_end": end, "submitted_date": submitted, **values}
            yield Fact(f"{entity.sector}-reports", entity, OCTOBER, whole)
            if place == 0 and "q2_again" in spec:
                other = round(float(str(values["loans"])) * spec["q2_again"], 2)
                yield Fact(f"{entity.sector}-reports", entity, OCTOBER, whole | {"loans": other})


def _submitted(rng: Random, end: date) -> date:
    return date(end.year, end.month + 1, rng.randint(5, 15))


def _lender(rng: Random, entity: Entity, fault: Mapping[str, float]) -> dict[str, Value]:
    steady = Random(f"figures-{entity.serial}")  # the same both quarters: net assets do not jump about
    net = round(entity.capital * steady.uniform(0.95, 1.3) * rng.uniform(0.98, 1.02) * (1 - fault.get("shrink", 0)), 2)
    bank = round(net * rng.uniform(0.05, 0.3), 2)
    holders = round(net * rng.uniform(0, 0.2), 2)
    if "nonstandard" in fault:
        bank = round(net * fault["nonstandard"] - holders, 2)
    bonds = round(net * rng.choice((0, 0, 0, 0.2, 0.5)), 2)
    owed = round(bank + holders + bonds + net * 0.02, 2)
    loans = round((net + bank + holders + bonds) * rng.uniform(0.8, 0.95), 2)
    top = round(net * fault.get("top_borrower", rng.uniform(0.02, 0.07)), 2)
    group = round(net * fault.get("top_group", max(top / net, rng.uniform(0.07, 0.12))), 2)
    return {
        "assets": round(owed + net * (1 + fault.get("assets_extra", 0)), 2),
        "liabilities": owed,
        "net": net,
        "loans": loans,
        "bank": bank,
        "holders": holders,
        "nonstandard": round(bank + holders, 2),
        "standard": bonds,
        "top_borrower": top,
        "top_share": round(top / net, 4),
        "top_group": group,
        "out_of_area": round(net * fault.get("out_of_area", 0), 2),
        "online": "否",
    }


def _pawnshop(rng: Random, entity: Entity, fault: Mapping[str, float]) -> dict[str, Value]:
    capital = entity.capital
    steady = Random(f"figures-{entity.serial}")
    net = round(capital * steady.uniform(0.97, 1.25) * rng.uniform(0.99, 1.01), 2)
    movable = round(capital * fault.get("movable", rng.uniform(0.1, 0.3)), 2)
    realty = round(capital * rng.uniform(0, 0.15), 2)
    rights = round(capital * fault.get("rights", rng.uniform(0, 0.1)), 2)
    bank = round(capital * rng.choice((0, 0, 0.1)), 2)
    nonbank = round(capital * fault.get("nonbank", 0), 2)
    owed = round(bank + nonbank + capital * 0.02, 2)
    return {
        "capital": capital,
        "assets": round(net + owed, 2),
        "liabilities": owed,
        "net": net,
        "balance": round(movable + realty + rights + capital * fault.get("balance_extra", 0), 2),
        "movable": movable,
        "realty": realty,
        "rights": rights,
        "top_customer": round(capital * fault.get("top_customer", rng.uniform(0.02, 0.08)), 2),
        "bank": bank,
        "nonbank": nonbank,
        "outward": 0,
    }
