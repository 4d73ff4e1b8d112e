"""The believable middle: what `wording/in_between.yaml` says, turned into facts.

Separate from `schemes.py` because these entities carry what schemes do not: licences that ran out, listings of
their own date, changes without a story. They come after everything else, so nothing else moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from . import routine
from .complaints import Clerk
from .facts import SPLIT
from .model import OCTOBER, Entity, Fact, Value
from .schemes import scheme_facts

_LICENCES = {
    "pawnshop": ("典当经营许可证", "虚44{:05d}B", "示例省地方金融管理部门", "动产质押典当业务"),
    "microlender": ("小额贷款公司业务批准", "虚金复〔2021〕{}号", "示例省地方金融管理部门", "办理各项小额贷款"),
    "elder_care": ("养老机构备案", "虚备{:05d}", "示例民政部门", "机构养老服务"),
}
_USUAL_LICENCE = {"from": date(2023, 4, 10), "until": date(2029, 4, 9), "status": "有效"}
_LICENSED_UNLESS_TOLD = ("pawnshop", "microlender")
_MARKET = "霞山区示例市场监管部门"


def between_facts(entity: Entity, spec: Mapping[str, Any], clerk: Clerk) -> Iterator[Fact]:
    """Every fact planted on one entity of the middle."""
    yield from scheme_facts(
        entity, {key: spec[key] for key in ("id", "complaints", "publicity", "inspections") if key in spec}, clerk
    )
    yield from _licence(entity, spec)
    for item in spec.get("listings", ()):
        yield _listing(entity, item)
    for number, item in enumerate(spec.get("penalties", ()), start=1):
        yield _penalty(entity, item, number)
    for item in spec.get("changes", ()):
        after = item["after"].replace("{head}", entity.legal_rep)
        values = {"item": item["item"], "before": item["before"], "after": after, "change_date": item["date"]}
        yield Fact("changes", entity, OCTOBER, values)


def routine_facts(entities: Sequence[Entity], specs: Sequence[Mapping[str, Any]], seed: str) -> Iterator[Fact]:
    """Annual reports and holders of the middle; `reports: false` means that none was filed."""
    filing = [e for e, s in zip(entities, specs, strict=True) if e.is_active and s.get("reports", True)]
    yield from routine.report_facts(filing, seed + "-reports")
    yield from routine.shareholder_facts(list(entities), seed + "-shareholders")


def walked_facts(entity: Entity, spec: Mapping[str, Any], clerk: Clerk) -> Iterator[Fact]:
    """The one order about a place on the walk-through list, of which only the title came."""
    if "title_only" not in spec:
        return
    day: date = spec["title_only"]["date"]
    moment = datetime.combine(day, datetime.min.time()) + timedelta(hours=10, minutes=entity.serial % 60)
    blank: dict[str, Value] = {
        "title": spec["title_only"]["title"],
        "address": "",
        "status": "在办",
        "closed": None,
        "result": None,
    }
    yield clerk.register(entity, "12345", "text", moment, "", "其他", OCTOBER, **blank)


def namesake_facts(entity: Entity, spec: Mapping[str, Any], clerk: Clerk) -> Iterator[Fact]:
    """Complaints that name the brand only, without an address: either shop may be meant. Licences as the trade demands."""
    yield from _licence(entity, {})
    for item in spec["complaints"]:
        moment = datetime.combine(item["date"], datetime.min.time()) + timedelta(hours=9, minutes=entity.serial % 60)
        yield clerk.register(entity, "12315", "nick", moment, item["text"], "其他", OCTOBER, address=None)


def _licence(entity: Entity, spec: Mapping[str, Any]) -> Iterator[Fact]:
    told = spec.get("licence", {} if entity.sector in _LICENSED_UNLESS_TOLD else None)
    if told is None:
        return
    kind, number, authority, content = _LICENCES[entity.sector]
    terms = _USUAL_LICENCE | told
    values: dict[str, Value] = {
        "licence_kind": kind,
        "licence_no": number.format(entity.serial),
        "authority": authority,
        "content": entity.pawn_business or content,
        "val_from_date": terms["from"],
        "val_to_date": terms["until"],
        "status": terms["status"],
    }
    yield Fact("licences", entity, None, values)


def _listing(entity: Entity, item: Mapping[str, Any]) -> Fact:
    values: dict[str, Value] = {
        "list_type": item.get("type", "经营异常名录"),
        "reason_in": item["reason"],
        "in_date": item["date"],
        "org_in": _MARKET,
    }
    return Fact("abnormal", entity, None if item["date"] <= SPLIT else OCTOBER, values)


def _penalty(entity: Entity, item: Mapping[str, Any], number: int) -> Fact:
    day: date = item["date"]
    values: dict[str, Value] = {
        "doc_no": f"虚构罚字〔{day.year}〕{entity.serial}-{number}号",
        "penalty_kind": item["kind"],
        "reason": item["reason"],
        "basis": "相关管理规定",
        "result": item["result"],
        "amount_yuan": item["amount"],
        "org": item.get("org", _MARKET),
        "penalty_date": day,
        "public_until_date": day + timedelta(days=1095),
    }
    return Fact("penalties", entity, OCTOBER, values)
