"""The register: invented entities of every sector, the planted ones first, with the faults registers have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from .credit_code import credit_code, misspelt, old_number
from .model import OCTOBER, Entity
from .names import STREETS, Names
from .trades import COUNTS, TRADES, Trade

_STATUSES = ("存续", "存续（在营、开业、在册）", "在营（开业）企业", "开业", "正常")
_NEWEST = date(2026, 8, 31)
_LEGAL_FORMS = {
    "9500": "个体工商户",
    "1130": "有限责任公司(自然人投资或控股)",
    "1151": "有限责任公司(自然人独资)",
    "9100": "农民专业合作社",
    "4530": "有限合伙企业",
}


class Registry:
    """Registers invented entities one after another; the order of calls fixes every number."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(seed)
        self._names = Names(seed)
        self._serial = 0

    def all_entities(self, planted: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Entity]:
        """Planted entities (role, wording), then ordinary ones up to the planned number of each sector."""
        entities = [self._planted(role, spec) for role, spec in planted]
        for sector, count in COUNTS.items():
            already = sum(e.sector == sector for e in entities)
            trades = TRADES[sector]
            for _ in range(count - already):
                trade = self._rng.choices(trades, [t.weight for t in trades])[0]
                entities.append(self._with_faults(self._ordinary(sector, trade)))
        return entities

    def later(self, planted: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Entity]:
        """Planted entities registered after all others, so that they move no number of the others."""
        return [self._planted(role, spec) for role, spec in planted]

    def walked(self, specs: Sequence[Mapping[str, Any]]) -> list[Entity]:
        """Places a subdistrict only saw the sign of; what the register would say of them is never delivered."""
        found = []
        for spec in specs:
            street = self._rng.choice(list(STREETS))
            entity = self._register(spec["sector"], TRADES["other"][0], spec["name"], spec["name"], street, 0, None, _NEWEST)
            phone = entity.phone if spec.get("phone") else ""
            found.append(replace(entity, role=f"walked:{spec['id']}", uscc="", phone=phone, first_month=OCTOBER))
        return found

    def namesakes(self, specs: Sequence[Mapping[str, Any]]) -> list[tuple[Entity, Entity]]:
        """Pairs of shops of one brand in two streets."""
        pairs = []
        for spec in specs:
            first, second = (
                self._planted(
                    "namesake",
                    {
                        "id": spec["id"],
                        "sector": spec["sector"],
                        "name": name,
                        "nickname": spec["nickname"],
                        "street": street,
                        "capital": 1500 if spec["sector"] == "pawnshop" else 10,
                        "paid": 1500,
                        "est": _NEWEST - timedelta(days=2000),
                    },
                )
                for name, street in zip(spec["names"], spec["streets"], strict=True)
            )
            pairs.append((first, second))
        return pairs

    def _ordinary(self, sector: str, trade: Trade) -> Entity:
        word = self._names.trade_name()
        established = _NEWEST - timedelta(days=int(self._rng.triangular(20, 6500, 900)))
        capital = self._rng.choice(trade.capital)
        paid: float | None = capital if self._rng.random() < 0.7 else round(capital * self._rng.uniform(0.1, 0.9), 2)
        if trade.individual:
            paid = None
        return self._register(
            sector,
            trade,
            trade.pattern.format(z=word),
            trade.short.format(z=word),
            self._rng.choice(list(STREETS)),
            capital,
            paid,
            established,
        )

    def _register(
        self,
        sector: str,
        trade: Trade,
        name: str,
        nickname: str,
        street: str,
        capital: float,
        paid: float | None,
        established: date,
    ) -> Entity:
        self._serial += 1
        prefix = "93" if trade.cooperative else "92" if trade.individual else "91"
        form = "9500" if trade.individual else "9100" if trade.cooperative else self._rng.choice(("1130", "1130", "1151"))
        form = "4530" if "合伙" in name else form
        return Entity(
            serial=self._serial,
            sector=sector,
            name=name,
            nickname=nickname,
            uscc=credit_code(prefix, self._serial),
            reg_no="",
            type_code=form,
            type_name=_LEGAL_FORMS[form],
            status=self._rng.choice(_STATUSES),
            legal_rep=self._names.head(),
            capital=capital,
            paid=paid,
            established=established,
            scope=trade.scope,
            industry_code=trade.industry[0],
            industry_name=trade.industry[1],
            address=self._names.address(street),
            street=street,
            street_biz=street,
            community=self._names.community(),
            phone=self._names.phone(),
            employees=self._rng.randint(1, 4) if trade.individual else self._rng.randint(3, 40),
            pawn_business=trade.scope.replace("典当业务", "") if sector == "pawnshop" else "",
        )

    def _planted(self, role: str, spec: Mapping[str, Any]) -> Entity:
        trade = _trade_of(spec)
        entity = self._register(
            spec["sector"],
            trade,
            spec["name"],
            spec["nickname"],
            spec["street"],
            float(spec["capital"]),
            None if trade.individual else float(spec.get("paid", 0)),
            spec["est"],
        )
        industry = spec.get("industry", (entity.industry_code, entity.industry_name))
        without_code = spec.get("no_code", False)
        return replace(
            entity,
            role=f"{role}:{spec['id']}",
            industry_code=industry[0],
            industry_name=industry[1],
            scope=spec.get("scope", entity.scope),
            former_names=spec.get("former", ""),
            status=spec.get("status", "存续"),
            street_biz=spec.get("street_biz", entity.street_biz),
            employees=spec.get("employees", entity.employees),
            licensed=spec.get("licensed", True),
            uscc="" if without_code else entity.uscc,
        )

    def _with_faults(self, entity: Entity) -> Entity:
        """A few entities lack a code, carry an old number or a wrong check digit, moved, or ceased."""
        draw, number = self._rng.random(), old_number(entity.serial)
        if entity.is_individual and draw < 0.035:
            entity = replace(entity, uscc="")
        elif entity.is_individual and draw < 0.06:
            entity = replace(entity, uscc="", reg_no=number)
        elif draw > 0.99:
            entity = replace(entity, uscc=misspelt(entity.uscc))
        fate = self._rng.random()
        licensed_trade = entity.sector in ("microlender", "pawnshop")
        if licensed_trade and fate < 0.03:
            return entity
        if fate < 0.02:
            entity = replace(entity, status=self._rng.choice(("注销", "吊销，未注销", "吊销，已注销")))
        elif fate < 0.03:
            entity = replace(entity, status="注销", september={"status": "存续"})
        elif fate < 0.05:
            entity = replace(entity, street_biz=self._rng.choice(list(STREETS)))
        elif fate < 0.065:
            recent = date(2026, 9, 1) + timedelta(days=self._rng.randint(30, 58))
            entity = replace(entity, established=recent, first_month=OCTOBER)
        return entity


def _trade_of(spec: Mapping[str, Any]) -> Trade:
    individual = spec.get("individual", spec["name"].endswith(("打金店", "金行", "店")))
    trades = TRADES[spec["sector"]]
    fitting = [t for t in trades if t.individual == individual and t.capital]
    return max(fitting or trades, key=lambda t: len(t.scope) if spec["sector"] == "pawnshop" else t.weight)
