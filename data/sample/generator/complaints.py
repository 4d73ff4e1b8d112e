"""Ordinary complaints in people's own words: templates, slots, dialect, typing slips.

Each names its entity in one way (`naming`): `code` and `name` fill columns of the export, `text` writes the
full registered name into the complaint, `nick` only says what people call the place, which exact matching
cannot link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from .facts import AS_OF, random_day
from .model import OCTOBER, SEPTEMBER, Entity, Fact, Value

SOURCES = {"12345": "12345", "12315": "12315", "petition": "信访"}
_SLOT = re.compile(r"\{(\w+)\}")
_FIRST_HALF = ("解放", "爱国", "工农", "友谊", "新兴")
_CATCH_UP = datetime(2026, 9, 30, 23, 59)
_SEPTEMBER_ONLY = ("12345",)


class Clerk:
    """Numbers complaints and fills in what every export wants to know about them."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(seed)
        self._count = 0

    def register(
        self,
        entity: Entity,
        source: str,
        naming: str,
        moment: datetime,
        text: str,
        category: str,
        month: str,
        **more: Value,
    ) -> Fact:
        """A complaint as a fact. `text` may contain {name} and {it}; `more` overrides any column."""
        self._count += 1
        rng = self._rng
        content = text.replace("{name}", entity.name).replace("{it}", entity.nickname if naming == "nick" else "该单位")
        closed = moment + timedelta(days=rng.randint(2, 20))
        done = closed.date() <= AS_OF and rng.random() < 0.8
        values: dict[str, Value] = {
            "naming": naming,
            "source": SOURCES[source],
            "source_no": _number(source, self._count),
            "received_at": moment,
            "title": _title(rng, entity, naming, category),
            "content": content,
            "category": category,
            "channel": rng.choice(("电话", "微信", "网站", "APP")),
            "complainant_name": f"群众{rng.choice('甲乙丙丁戊己庚辛')}",
            "complainant_phone": f"138001{self._count:05d}" if rng.random() < 0.93 else None,
            "age_band": rng.choices(("18-40岁", "41-59岁", "60岁以上"), [5, 4, 1])[0],
            "persons": 1,
            "collective": "否",
            "repeat": "重复" if content.startswith("【重复") else "初次",
            "amount": None,
            "address": entity.address,
            "status": "办结" if done else "在办",
            "deadline": moment.date() + timedelta(days=15),
            "closed": closed.date() if done else None,
            "result": "已联系双方处理" if done else None,
        }
        return Fact("complaints", entity, month, values | more)


def _number(source: str, count: int) -> str:
    if source == "12345":
        return f"XS2026{count:06d}"
    return f"144080300202600{count:07d}" if source == "12315" else f"XF2026{count:05d}"


def _title(rng: Random, entity: Entity, naming: str, category: str) -> str:
    who = entity.name if naming == "text" and rng.random() < 0.5 else entity.nickname
    return rng.choice((f"反映{who}问题", f"投诉{who}{category}", f"{category}问题", f"关于{who}的诉求"))


def ordinary_complaints(clerk: Clerk, entities: list[Entity], words: Mapping[str, Any], count: int, seed: str) -> Iterator[Fact]:
    """`count` complaints spread over the entities: a few shops draw many, most draw none."""
    rng = Random(seed)
    pools = {c["id"]: _pool(rng, entities, c["sectors"]) for c in words["categories"]}
    weights = [c["weight"] for c in words["categories"]]
    for _ in range(count):
        category = rng.choices(words["categories"], weights)[0]
        entity = rng.choice(pools[category["id"]])
        yield _ordinary(clerk, rng, entity, category, words)


def busy_complaints(clerk: Clerk, entity: Entity, plan: Mapping[str, Any], words: Mapping[str, Any], seed: str) -> Iterator[Fact]:
    """The many ordinary complaints about one lookalike, in the last ninety days, all linkable."""
    rng = Random(seed)
    fitting = [c for c in words["categories"] if c["id"] in plan["categories"]]
    for _ in range(plan["count"]):
        moment = _moment(rng, date(2026, 8, 5), AS_OF)
        category = rng.choice(fitting)
        yield clerk.register(
            entity,
            "12315",
            rng.choice(("code", "name")),
            moment,
            sentence(rng, category, words),
            category["kind"],
            OCTOBER,
        )


def _pool(rng: Random, entities: list[Entity], sectors: list[str]) -> list[Entity]:
    active = [e for e in entities if e.sector in sectors and e.is_active and e.is_ordinary]
    chosen = rng.sample(active, max(1, len(active) * 6 // 10))
    return chosen + chosen[: len(chosen) // 3] * 2


def _moment(rng: Random, first: date, last: date) -> datetime:
    day = random_day(rng, first, last)
    return datetime(day.year, day.month, day.day, rng.randint(8, 20), rng.randint(0, 59), rng.randint(0, 59))


def _ordinary(clerk: Clerk, rng: Random, entity: Entity, category: Mapping[str, Any], words: Mapping[str, Any]) -> Fact:
    source = rng.choices(("12345", "12315", "petition"), [72, 24, 4])[0]
    first = date(2026, 10, 1) if source == "12345" and rng.random() < 0.4 else date(2026, 7, 1)
    moment = _moment(rng, max(first, entity.established), AS_OF)
    linked = ("text", "text", "nick") if source == "12345" else ("code", "name", "nick")
    naming = rng.choice(linked)
    september = source in _SEPTEMBER_ONLY and moment <= _CATCH_UP and entity.street in _FIRST_HALF
    text = sentence(rng, category, words)
    if naming == "text":
        text = text.replace("{it}", "{name}", 1)
    elif naming == "nick":
        text += rng.choice(words["nick_tails"])
    return clerk.register(
        entity,
        source,
        naming,
        moment,
        text,
        category["kind"],
        SEPTEMBER if september else OCTOBER,
        amount=_amount(rng, source),
    )


def _amount(rng: Random, source: str) -> int | None:
    return rng.choice((80, 200, 500, 1200, 3000, 5800)) if source == "12315" and rng.random() < 0.7 else None


def sentence(rng: Random, category: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    """One complaint in a category; {it} is left in for the entity."""
    text = (
        rng.choice(words["openings"]) + rng.choice(category["bodies"]) + rng.choice(words["details"]) + rng.choice(words["asks"])
    )
    filled = {slot: rng.choice(choices) for slot, choices in words["slots"].items()}
    text = _SLOT.sub(lambda m: filled.get(m[1], m[0]), text)
    return _slips(rng, text, words["typos"])


def _slips(rng: Random, text: str, typos: list[list[str]]) -> str:
    draw = rng.random()
    if draw < 0.05:
        right, wrong = rng.choice(typos)
        return text.replace(right, wrong, 1)
    if draw < 0.09:
        return text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    if draw < 0.12:
        return text.replace("，", " ").replace("。", "  ")
    return text
