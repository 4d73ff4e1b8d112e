"""The planted schemes and lookalikes: what `wording/schemes.yaml` says, turned into facts of every kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from .complaints import Clerk
from .facts import AS_OF
from .model import OCTOBER, SEPTEMBER, Entity, Fact

_MONTHS = {"09": SEPTEMBER, "10": OCTOBER}


def scheme_facts(entity: Entity, spec: Mapping[str, Any], clerk: Clerk) -> Iterator[Fact]:
    """Complaints, publicity, visits, sanctions and changes that the wording file plants on one entity."""
    rng = Random(spec["id"])
    for item in spec.get("complaints", ()):
        yield _complaint(rng, entity, item, clerk)
    for item in spec.get("publicity", ()):
        moment = datetime.combine(item["date"], datetime.min.time()) + timedelta(hours=rng.randint(9, 17))
        yield Fact(
            "publicity",
            entity,
            OCTOBER,
            {
                "channel": item["channel"],
                "captured_at": moment,
                "text": item["text"],
                "url": item.get("url"),
                "collector": f"{entity.street}街道网格员",
                "address_raw": entity.address,
            },
        )
    for item in spec.get("inspections", ()):
        yield Fact(
            "inspections",
            entity,
            OCTOBER,
            {
                "visit_date": item["date"],
                "unit": f"{entity.street}街道办事处",
                "team": "虚某甲、虚某乙",
                "findings": item["findings"],
                "headcount": item.get("headcount"),
                "stock_gram": item.get("stock"),
                "notes": "联合核查",
            },
        )
    yield from _sanctions(entity, spec)


def _complaint(rng: Random, entity: Entity, item: Mapping[str, Any], clerk: Clerk) -> Fact:
    day: date = item["date"]
    moment = datetime(day.year, day.month, day.day, rng.randint(8, 20), rng.randint(0, 59), rng.randint(0, 59))
    if day > AS_OF:
        raise ValueError(f"complaint after the as-of date: {entity.name} {day}")
    return clerk.register(
        entity,
        item["via"],
        item["how"],
        moment,
        item["text"],
        item.get("kind", "投资受损"),
        _MONTHS[item.get("month", "10")],
        amount=item.get("amount"),
        persons=item.get("persons", 1),
        collective="是" if item.get("collective") else "否",
        status="在办",
        closed=None,
        result=None,
        age_band=rng.choice(("41-59岁", "60岁以上", "60岁以上")),
    )


def _sanctions(entity: Entity, spec: Mapping[str, Any]) -> Iterator[Fact]:
    if "abnormal" in spec:
        yield Fact(
            "abnormal",
            entity,
            OCTOBER,
            {
                "list_type": "经营异常名录",
                "reason_in": spec["abnormal"],
                "in_date": date(2026, 10, 29),
                "org_in": "霞山区示例市场监管部门",
            },
        )
    penalty = spec.get("penalty")
    if penalty is None:
        return
    yield Fact(
        "penalties",
        entity,
        OCTOBER,
        {
            "doc_no": penalty["doc"],
            "penalty_kind": penalty["penalty_kind"],
            "reason": penalty["reason"],
            "basis": "防范和处置非法集资条例第三十条",
            "result": penalty["result"],
            "amount_yuan": penalty["amount"],
            "org": penalty["org"],
            "penalty_date": penalty["date"],
            "public_until_date": date(2028, 7, 14),
        },
    )
    renamed = ("名称变更", spec["former"], entity.name, date(2025, 9, 3))
    persons = (("虚某戊", "虚某己寅", date(2025, 12, 18)), ("虚某己寅", entity.legal_rep, date(2026, 8, 6)))
    for item, before, after, day in (renamed, *(("法定代表人变更", *p) for p in persons)):
        yield Fact("changes", entity, OCTOBER, {"item": item, "before": before, "after": after, "change_date": day})
