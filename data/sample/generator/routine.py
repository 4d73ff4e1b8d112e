"""Routine paper about entities: annual reports, shareholders, advertising on the street, visits.

Like `facts.py`, kept dull on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from .facts import AS_OF, SPLIT, month_of, random_day
from .model import OCTOBER, Entity, Fact, Value
from .names import Names


def report_facts(entities: list[Entity], seed: str) -> Iterator[Fact]:
    """Annual reports of 2024 and 2025; one in eight is missing, individuals often leave figures out."""
    rng = Random(seed)
    for entity in entities:
        for year in (2024, 2025):
            missing = 0.13 if entity.is_ordinary else 0.0
            if entity.established.year > year or rng.random() < missing or not entity.licensed:
                continue
            values: dict[str, Value] = {
                "year": year,
                "submitted_date": random_day(rng, date(year + 1, 1, 5), date(year + 1, 6, 30)),
                "status": "已公示",
                "employees": entity.employees,
                "insured": rng.randint(0, entity.employees),
            }
            if rng.random() < (0.35 if entity.is_individual else 0.8):
                values |= _figures(rng, entity)
            yield Fact("annual-reports", entity, OCTOBER, values)


def _figures(rng: Random, entity: Entity) -> dict[str, Value]:
    assets = round(entity.capital * rng.uniform(0.8, 2.4), 2)
    owed = round(assets * rng.uniform(0.05, 0.6), 2)
    revenue = round(entity.capital * rng.uniform(0.2, 1.8), 2)
    profit = round(revenue * rng.uniform(-0.05, 0.15), 2)
    return {
        "assets": assets,
        "liabilities": owed,
        "equity": round(assets - owed, 2),
        "revenue": revenue,
        "main_revenue": round(revenue * 0.95, 2),
        "profit": profit,
        "net_profit": round(profit * 0.8, 2),
        "tax": round(revenue * 0.02, 2),
    }


def shareholder_facts(entities: list[Entity], seed: str) -> Iterator[Fact]:
    """One to three holders of each firm; their shares add up to the whole."""
    rng, names = Random(seed), Names(seed)
    for entity in entities:
        if entity.is_individual or entity.type_code == "9100":
            continue
        shares = {1: [1.0], 2: [0.6, 0.4], 3: [0.51, 0.29, 0.2]}[1 if entity.type_code == "1151" else rng.choice((1, 2, 2, 3))]
        for place, share in enumerate(shares):
            yield Fact(
                "shareholders",
                entity,
                OCTOBER,
                {
                    "shareholder_name": entity.legal_rep if place == 0 else names.person(),
                    "shareholder_type": "自然人",
                    "subscribed": round(entity.capital * share, 2),
                    "paid": None if entity.paid is None else round(entity.paid * share, 2),
                    "holding_share": share,
                },
            )


def publicity_facts(entities: list[Entity], words: dict[str, list[str]], seed: str) -> Iterator[Fact]:
    """Posters, leaflets and posts of ordinary entities as grid workers copied them down."""
    rng = Random(seed)
    for entity in rng.sample(entities, 190):
        day = random_day(rng, date(2026, 8, 3), AS_OF)
        moment = datetime(day.year, day.month, day.day, rng.randint(9, 17), rng.randint(0, 59))
        yield Fact(
            "publicity",
            entity,
            month_of(day),
            {
                "channel": rng.choice(("门店海报", "传单", "朋友圈", "短视频", "公众号")),
                "captured_at": moment,
                "text": rng.choice(words[entity.sector]),
                "url": None,
                "collector": f"{entity.street}街道网格员",
                "address_raw": entity.address,
            },
        )


def inspection_facts(entities: list[Entity], seed: str) -> Iterator[Fact]:
    """Routine visits: nearly all in order, a few findings that mean little by themselves."""
    rng, names = Random(seed), Names(seed)
    findings = (
        "S10 正常经营未见异常",
        "S10 正常经营；S13 已提供台账",
        "S10 正常经营，证照齐全",
        "S12 增加了配钥匙业务，与登记不完全一致",
        "S11 门牌号已变更，未找到",
        "S10；S14 现金交易登记本不全",
    )
    for entity in rng.sample(entities, 210):
        finding = rng.choices(findings, [8, 4, 6, 0.6, 0.5, 1.0 if entity.sector == "gold_shop" else 0])[0]
        last = rng.choice((SPLIT, AS_OF, AS_OF))
        day = random_day(rng, last - timedelta(days=22), last)
        yield Fact(
            "inspections",
            entity,
            month_of(day),
            {
                "visit_date": day,
                "unit": f"{entity.street}街道办事处",
                "team": f"{names.person()}、{names.person()}",
                "findings": finding,
                "headcount": rng.randint(1, 6),
                "stock_gram": rng.randint(200, 3000) if entity.sector == "gold_shop" else None,
                "notes": None,
            },
        )
