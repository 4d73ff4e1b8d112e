"""The whole invented district: register, ordinary facts, complaints, schemes, lookalikes, and the middle between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from . import facts, routine
from .complaints import Clerk, busy_complaints, ordinary_complaints
from .figures import Planted, figure_facts, planted_figures
from .in_between import between_facts, namesake_facts, routine_facts, walked_facts
from .model import Entity, Fact, World
from .registry import Registry
from .schemes import scheme_facts

SEED = "fangfei-2026-10"
ORDINARY_COMPLAINTS = 2800
_WORDING = Path(__file__).parent / "wording"


@cache
def wording(name: str) -> dict[str, Any]:
    """A wording file by its stem: complaints, publicity, schemes or in_between."""
    loaded: dict[str, Any] = yaml.safe_load((_WORDING / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def planted() -> list[tuple[str, dict[str, Any]]]:
    """(role, wording) of every scheme and lookalike, schemes first."""
    plan = wording("schemes")
    return [("scheme", s) for s in plan["schemes"]] + [("lookalike", s) for s in plan["lookalikes"]]


def middle() -> list[dict[str, Any]]:
    """The wording of every entity between the schemes and the honest."""
    found: list[dict[str, Any]] = wording("in_between")["in_between"]
    return found


def walked() -> list[dict[str, Any]]:
    """The wording of every place of which only the sign was written down."""
    found: list[dict[str, Any]] = wording("in_between")["walked"]
    return found


def namesakes() -> list[dict[str, Any]]:
    """The wording of every pair of honest shops that share a brand."""
    found: list[dict[str, Any]] = wording("in_between")["namesakes"]
    return found


def build_world() -> World:
    """The invented district; always the same."""
    plan = planted()
    registry = Registry(SEED)
    entities = registry.all_entities(plan)
    ordinary = [e for e in entities if e.is_ordinary]
    standing = [e for e in ordinary if e.is_active]
    words = wording("complaints")
    clerk = Clerk(SEED + "-clerk")
    rows: list[Fact] = []
    for entity, (_, spec) in zip(entities, plan, strict=False):
        rows += scheme_facts(entity, spec, clerk)
        if "ordinary" in spec:
            rows += busy_complaints(clerk, entity, spec["ordinary"], words, spec["id"])
    rows += ordinary_complaints(clerk, ordinary, words, ORDINARY_COMPLAINTS, SEED + "-complaints")
    rows += _dull_facts(entities, ordinary, standing)
    later, facts_of_later = _later(registry, clerk)
    everybody = [*entities, *later]
    return World(
        tuple(everybody), (*rows, *facts_of_later, *figure_facts(everybody, faulty_figures(everybody), SEED + "-figures"))
    )


def faulty_figures(entities: Sequence[Entity]) -> list[Planted]:
    """The faults planted in business reports, and whom they fall on."""
    return planted_figures(entities, wording("figures"))


def _later(registry: Registry, clerk: Clerk) -> tuple[list[Entity], list[Fact]]:
    """The middle and the walk-through list: registered and complained about last, so that nothing else moves."""
    between = registry.later([("between", spec) for spec in middle()])
    seen = registry.walked(walked())
    rows: list[Fact] = []
    for entity, spec in zip(between, middle(), strict=True):
        rows += between_facts(entity, spec, clerk)
    for entity, spec in zip(seen, walked(), strict=True):
        rows += walked_facts(entity, spec, clerk)
    rows += routine_facts(between, middle(), SEED + "-between")
    pairs = registry.namesakes(namesakes())
    for (one, other), spec in zip(pairs, namesakes(), strict=True):
        rows += [*namesake_facts(one, spec, clerk), *namesake_facts(other, {"complaints": []}, clerk)]
    return [*between, *seen, *(entity for pair in pairs for entity in pair)], rows


def _dull_facts(entities: list[Entity], ordinary: list[Entity], standing: list[Entity]) -> list[Fact]:
    return [
        *facts.change_facts(ordinary, SEED + "-changes"),
        *facts.licence_facts(entities, SEED + "-licences"),
        *facts.penalty_facts(standing, SEED + "-penalties"),
        *facts.abnormal_facts(ordinary, SEED + "-abnormal"),
        *routine.report_facts([e for e in entities if e.is_active], SEED + "-reports"),
        *routine.shareholder_facts(entities, SEED + "-shareholders"),
        *routine.publicity_facts(standing, wording("publicity"), SEED + "-publicity"),
        *routine.inspection_facts(standing, SEED + "-inspections"),
    ]
