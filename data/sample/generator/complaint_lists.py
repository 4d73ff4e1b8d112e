"""The exports of complaints: 12345 orders, 12315 reports, petitions, each under its own headers."""

from __future__ import annotations

from datetime import datetime
from random import Random

from .fact_lists import FactColumn, entity_of, get, plain
from .model import OCTOBER, Fact
from .sheets import FICTION, Row, Sheet, table
from .spelling import Speller

_OCTOBER_FIRST = datetime(2026, 10, 1)


def _when(fact: Fact) -> datetime:
    moment = fact.value("received_at")
    assert isinstance(moment, datetime)
    return moment


def _of_source(facts: list[Fact], source: str) -> list[Fact]:
    return sorted((f for f in facts if f.value("source") == source), key=_when)


def _orders(spell: Speller) -> list[FactColumn]:
    return [
        *plain(
            ("工单编号", "source_no"),
            ("工单标题", "title"),
            ("诉求内容", "content"),
            ("诉求类型", "category"),
        ),
        FactColumn("区交办时间", lambda f: spell.moment(f.value("received_at"))),
        FactColumn("区交办办结期限", get("deadline")),
        FactColumn("诉求渠道", get("channel")),
        FactColumn("紧急程度", lambda f: "紧急" if f.value("amount") else "一般"),
        *plain(("工单状态", "status"), ("求助人员", "complainant_name"), ("求助号码", "complainant_phone")),
        FactColumn("事件发生地", lambda f: f"霞山区{entity_of(f).street}街道"),
        FactColumn("诉求详细地址", get("address")),
        FactColumn("是否疑难", lambda f: "是" if f.value("amount") else "否"),
    ]


def order_sheets(facts: list[Fact], month: str) -> list[Sheet]:
    """12345 orders as the platform exports them: no column for the firm complained about."""
    rng = Random(f"orders-{month}")
    orders = [f for f in _of_source(facts, "12345") if month != OCTOBER or _when(f) >= _OCTOBER_FIRST]
    sheet = table("Sheet1", _orders(Speller(f"orders-{month}")), orders, note=False)
    sheet.repeat(rng, 6)
    silent: Row = [
        "XS2026900001",
        "",
        "",
        "投诉",
        "2026-09-20 09:00:00",
        None,
        "电话",
        "一般",
        "在办",
        "群众甲",
        "13800199901",
        "",
        "",
        "",
    ]
    sheet.spoil(rng, silent, ["XS2026900002", *silent[1:]])
    sheet.footer = [[FICTION]]
    return [sheet]


def late_order_sheets(facts: list[Fact]) -> list[Sheet]:
    """12345 orders of July to September that came late; somebody added the firm, the sum and an age band."""
    rng = Random("late-orders")
    orders = [f for f in _of_source(facts, "12345") if _when(f) < _OCTOBER_FIRST]
    blamed = {id(f): _blamed(rng, f) for f in orders}
    columns = [
        *_orders(Speller("late-orders")),
        FactColumn("被反映单位", lambda f: blamed[id(f)]),
        FactColumn("年龄段", get("age_band")),
        FactColumn("涉及金额（元）", get("amount")),
    ]
    titles = ["12345工单补报（2026年7月至9月）", "导出单位：霞山区示例热线科（本表数据为虚构）"]
    sheet = table("补报", columns, orders, numbered=True, titles=titles)
    sheet.footer.insert(0, ["合计", f"{len(orders)}件"])
    return [sheet]


def _blamed(rng: Random, fact: Fact) -> str:
    if rng.random() < 0.4:
        return ""
    return entity_of(fact).nickname if fact.value("naming") == "nick" else entity_of(fact).name


def market_complaint_sheets(facts: list[Fact]) -> list[Sheet]:
    """12315 complaints and reports in GB18030; the long numbers carry a tab."""
    spell, rng = Speller("12315"), Random("12315")
    columns = [
        FactColumn("登记编号", lambda f: f"\t{f.value('source_no')}"),
        FactColumn("类型", lambda f: "举报" if f.value("amount") is None else "投诉"),
        FactColumn("商品服务类别", get("category")),
        FactColumn("被投诉方名称", _respondent),
        FactColumn(
            "被投诉方统一社会信用代码",
            lambda f: spell.quoted(entity_of(f).uscc) if f.value("naming") == "code" else "",
        ),
        FactColumn("投诉时间", lambda f: spell.written_moment(f.value("received_at"))),
        FactColumn("问题描述", get("content")),
        FactColumn("诉求金额（元）", get("amount")),
        FactColumn("投诉人", get("complainant_name")),
        FactColumn("投诉人电话", get("complainant_phone")),
        FactColumn("年龄段", get("age_band")),
        FactColumn("受理单位", lambda f: f"{entity_of(f).street}市场监管所（虚构）"),
        FactColumn("办理状态", get("status")),
        FactColumn("调解结果", get("result")),
        FactColumn("办结时间", lambda f: spell.written_date(f.value("closed"))),
    ]
    sheet = table("csv", columns, _of_source(facts, "12315"))
    sheet.repeat(rng, 3)
    sheet.spoil(rng, ["\t14408030020269999991", "投诉", "", "", "", "2026-10-08 10:00:00", *[""] * 9])
    return [sheet]


def _respondent(fact: Fact) -> str:
    return entity_of(fact).nickname if fact.value("naming") == "nick" else entity_of(fact).name


def petition_sheets(facts: list[Fact]) -> list[Sheet]:
    """Petitions as the letters office prints them: an HTML table called .xls."""
    spell = Speller("petitions")
    columns = [
        *plain(("信访件编号", "source_no"), ("标题", "title")),
        FactColumn("信访形式", lambda _: "来信"),
        FactColumn("信访日期", lambda f: spell.written_date(f.value("received_at"))),
        *plain(("内容分类", "category"), ("反映内容", "content")),
        FactColumn("被反映单位", _respondent),
        FactColumn("问题属地", lambda f: f"霞山区{entity_of(f).street}街道"),
        *plain(
            ("涉及人数", "persons"),
            ("是否集体访", "collective"),
            ("初次/重复标志", "repeat"),
            ("涉及金额（元）", "amount"),
        ),
        *plain(
            ("信访人", "complainant_name"),
            ("信访人电话", "complainant_phone"),
            ("处理状态", "status"),
            ("答复", "result"),
        ),
    ]
    return [table("html", columns, _of_source(facts, "信访"), titles=["信访件登记表（本表数据为虚构）"])]
