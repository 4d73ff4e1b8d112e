"""Ordinary facts that authorities record: changes, licences, penalties, the abnormal list.

Kept dull on purpose, so that ordinary entities score low.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from .model import OCTOBER, SEPTEMBER, Entity, Fact, Value
from .names import Names

AS_OF = date(2026, 10, 31)
SPLIT = date(2026, 9, 30)


def month_of(day: date) -> str:
    """The delivery an event of that day comes with."""
    return SEPTEMBER if day <= SPLIT else OCTOBER


def delivered_late(rng: Random, day: date) -> str:
    """The delivery of a sanction or change: half of the older ones come late, with the October files."""
    return OCTOBER if rng.random() < 0.5 else month_of(day)


def random_day(rng: Random, first: date, last: date) -> date:
    """A day from first to last, both included."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def change_facts(entities: list[Entity], seed: str) -> Iterator[Fact]:
    """About one entity in four changed something in the register since 2023."""
    rng, names = Random(seed), Names(seed)
    for entity in entities:
        if rng.random() > 0.24:
            continue
        for item in rng.sample(
            ("经营范围变更", "住所变更", "联络员备案", "法定代表人变更", "注册资本变更", "股东变更"),
            rng.choice((1, 1, 2)),
        ):
            day = random_day(rng, max(entity.established, date(2023, 1, 3)), AS_OF)
            before, after = _change(rng, names, entity, item)
            yield Fact(
                "changes",
                entity,
                delivered_late(rng, day),
                {"item": item, "before": before, "after": after, "change_date": day},
            )


def _change(rng: Random, names: Names, entity: Entity, item: str) -> tuple[str, str]:
    if item == "法定代表人变更":
        return names.person(), entity.legal_rep
    if item == "注册资本变更":
        return f"{entity.capital / rng.choice((1.25, 2)):g}万元", f"{entity.capital:g}万元"
    if item == "住所变更":
        return names.address(entity.street), entity.address
    if item == "股东变更":
        return f"{names.person()}；{entity.legal_rep}", f"{entity.legal_rep}；{names.person()}"
    if item == "联络员备案":
        return names.person(), names.person()
    return entity.scope.split("；")[0], entity.scope


def licence_facts(entities: list[Entity], seed: str) -> Iterator[Fact]:
    """Licences and filings as each authority lists them; three pawn licences lapsed, three are about to."""
    rng = Random(seed)
    pawns = 0
    for entity in entities:
        if not entity.licensed or not entity.is_active:
            continue
        start = random_day(rng, max(entity.established, date(2021, 11, 15)), date(2026, 6, 30))
        end = date(start.year + 6, start.month, min(start.day, 28))
        values: dict[str, Value] = {"val_from_date": start, "val_to_date": end, "status": "有效"}
        if entity.sector == "pawnshop":
            pawns += 1
            if entity.is_ordinary and pawns % 16 == 3:
                values["val_to_date"] = SPLIT + timedelta(days=40) if pawns % 32 == 3 else date(2026, 8, 31)
            values |= {
                "licence_kind": "典当经营许可证",
                "licence_no": f"虚44{pawns:05d}A",
                "authority": "示例省地方金融管理部门",
                "content": entity.pawn_business,
            }
        elif entity.sector == "microlender":
            values |= {
                "licence_kind": "小额贷款公司业务批准",
                "licence_no": f"虚金复〔{start.year}〕{entity.serial}号",
                "authority": "示例省地方金融管理部门",
                "content": "办理各项小额贷款",
            }
        elif not _filing(rng, entity, values):
            continue
        yield Fact("licences", entity, None, values)


def _filing(rng: Random, entity: Entity, values: dict[str, Value]) -> bool:
    number = f"虚备{entity.serial:05d}"
    kinds = {
        "elder_care": ("养老机构备案", "示例民政部门", "机构养老服务", 0.7),
        "prepaid_card": ("单用途商业预付卡备案", "示例商务部门", "本企业卡", 0.3),
        "private_fund": ("私募基金管理人登记", "示例基金业协会", "私募股权、创业投资基金管理人", 0.15),
    }
    if entity.sector not in kinds:
        return False
    kind, authority, content, share = kinds[entity.sector]
    planted = entity.role == "lookalike:registered_fund"
    if rng.random() > share and not planted:
        return False
    values |= {"licence_kind": kind, "licence_no": number, "authority": authority, "content": content}
    return True


_PENALTIES = (
    ("未按规定公示营业执照", "警告", 0),
    ("占道经营", "罚款", 500),
    ("使用未经检定的计量器具", "罚款", 1000),
    ("未明码标价", "罚款", 800),
    ("消防通道堵塞", "罚款", 2000),
    ("未建立进货查验记录", "警告", 0),
    ("违反广告法使用绝对化用语", "罚款", 3000),
    ("逾期未申报纳税", "罚款", 200),
    ("食品超过保质期", "罚款", 5000),
)


def penalty_facts(entities: list[Entity], seed: str) -> Iterator[Fact]:
    """Some seventy ordinary penalties, none of them about fundraising."""
    rng = Random(seed)
    for number, entity in enumerate(rng.sample(entities, 72), start=1):
        reason, kind, amount = rng.choices(_PENALTIES, [1, 1, 1, 1, 1, 1, 0.5, 1, 1])[0]
        day = random_day(rng, max(entity.established, date(2024, 2, 1)), AS_OF)
        yield Fact(
            "penalties",
            entity,
            delivered_late(rng, day),
            {
                "doc_no": f"虚构市监处罚〔{day.year}〕{number:03d}号",
                "penalty_kind": kind,
                "reason": reason,
                "basis": "相关管理规定",
                "result": f"{kind}{amount}元" if amount else kind,
                "amount_yuan": amount,
                "org": "霞山区示例市场监管部门",
                "penalty_date": day,
                "public_until_date": day + timedelta(days=365),
            },
        )


def abnormal_facts(entities: list[Entity], seed: str) -> Iterator[Fact]:
    """The abnormal list: some sixty entries, a third already removed, four on the serious list."""
    rng = Random(seed)
    reasons = (
        "未依照规定期限公示年度报告",
        "通过登记的住所或者经营场所无法联系",
        "公示企业信息隐瞒真实情况、弄虚作假",
    )
    for number, entity in enumerate(rng.sample(entities, 62)):
        day = random_day(rng, max(entity.established, date(2023, 7, 5)), SPLIT)
        values: dict[str, Value] = {
            "list_type": "严重违法失信名单" if number % 15 == 7 else "经营异常名录",
            "reason_in": rng.choices(reasons, [7, 2, 1])[0],
            "in_date": day,
            "org_in": "霞山区示例市场监管部门",
        }
        if number % 3 == 0:
            values |= {
                "reason_out": "已履行公示义务，申请移出",
                "out_date": random_day(rng, day, SPLIT),
                "org_out": "霞山区示例市场监管部门",
            }
        yield Fact("abnormal", entity, None, values)
