"""The exports of changes, licences, sanctions, reports, holders, publicity and visits."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .model import Entity, Fact, Value
from .sheets import Column, Sheet, table
from .spelling import Speller

FactColumn = Column[Fact]


def get(column: str) -> Callable[[Fact], Value]:
    """Reads a canonical column."""
    return lambda fact: fact.value(column)


def entity_of(fact: Fact) -> Entity:
    """The entity the fact is about."""
    assert fact.entity is not None
    return fact.entity


def _named(spell: Speller) -> list[FactColumn]:
    return [
        FactColumn("企业名称", lambda f: spell.name(entity_of(f).name)),
        FactColumn("统一社会信用代码", lambda f: spell.code(entity_of(f).uscc or entity_of(f).reg_no)),
    ]


def _dated(header: str, column: str, spell: Speller, written: bool = False) -> FactColumn:
    return FactColumn(header, lambda f: (spell.written_date if written else spell.date)(f.value(column)))


def plain(*pairs: tuple[str, str]) -> list[FactColumn]:
    """Columns written as they are: (header, canonical column)."""
    return [FactColumn(header, get(column)) for header, column in pairs]


def change_sheets(facts: list[Fact], month: str) -> list[Sheet]:
    """Registered changes, UTF-8 with a mark."""
    spell = Speller(f"changes-{month}")
    columns = [
        *_named(spell),
        *plain(("变更事项", "item"), ("变更前内容", "before"), ("变更后内容", "after")),
        _dated("变更日期", "change_date", spell, written=True),
    ]
    sheet = table("csv", columns, facts)
    sheet.repeat(Random(f"changes-{month}"), 2)
    return [sheet]


def licence_sheets(facts: list[Fact], month: str) -> list[Sheet]:
    """Licences and filings, one sheet an authority, each with a title."""
    spell = Speller(f"licences-{month}")
    columns = [
        *_named(spell),
        *plain(
            ("许可证名称", "licence_kind"),
            ("许可证编号", "licence_no"),
            ("发证机关", "authority"),
            ("许可内容", "content"),
        ),
        _dated("有效期自", "val_from_date", spell),
        _dated("有效期至", "val_to_date", spell),
        *plain(("许可状态", "status")),
    ]
    pages = {"典当经营许可证": "典当经营许可证", "省小额贷款公司名单": "小额贷款公司业务批准"}
    sheets = [
        table(
            page,
            columns,
            [f for f in facts if f.value("licence_kind") == kind],
            numbered=True,
            titles=[f"{page}（本表数据为虚构）"],
        )
        for page, kind in pages.items()
    ]
    others = [f for f in facts if f.value("licence_kind") not in pages.values()]
    return [*sheets, table("其他备案登记", columns, others, titles=["备案登记情况（本表数据为虚构）"])]


def penalty_sheets(facts: list[Fact], month: str) -> list[Sheet]:
    """Penalties, with the fine in yuan and one row that names nobody."""
    spell = Speller(f"penalties-{month}")
    columns = [
        *_named(spell),
        *plain(
            ("决定书文号", "doc_no"),
            ("处罚类别", "penalty_kind"),
            ("违法事实", "reason"),
            ("处罚依据", "basis"),
            ("处罚内容", "result"),
            ("罚款金额（元）", "amount_yuan"),
            ("处罚机关", "org"),
        ),
        _dated("处罚决定日期", "penalty_date", spell),
        _dated("公示截止期", "public_until_date", spell),
    ]
    sheet = table("行政处罚", columns, facts, titles=["行政处罚信息公示（本表数据为虚构）"])
    sheet.spoil(
        Random(f"penalties-{month}"),
        [
            "",
            "",
            "虚构市监处罚〔2026〕000号",
            "警告",
            "流动摊贩占道",
            "",
            "警告",
            0,
            "霞山区示例市场监管部门",
            "2026-08-01",
            "",
        ],
    )
    return [sheet]


def abnormal_sheets(facts: list[Fact], month: str) -> list[Sheet]:
    """The abnormal and serious lists in one true .xls."""
    spell = Speller(f"abnormal-{month}")
    columns = [
        *_named(spell),
        *plain(("名录类型", "list_type"), ("列入原因", "reason_in")),
        _dated("列入日期", "in_date", spell),
        *plain(("列入机关", "org_in"), ("移出原因", "reason_out")),
        _dated("移出日期", "out_date", spell),
        *plain(("移出机关", "org_out")),
    ]
    return [table("名录", columns, facts, numbered=True, titles=["经营异常名录和严重违法失信名单（本表数据为虚构）"])]


def report_sheets(facts: list[Fact]) -> list[Sheet]:
    """Annual reports, a sheet a year, a two-level header, figures in 万元."""
    spell = Speller("reports")
    figures = [
        FactColumn("资产总额（万元）", get("assets"), "资产状况"),
        FactColumn("负债总额（万元）", get("liabilities"), "资产状况"),
        FactColumn("所有者权益合计（万元）", get("equity"), "资产状况"),
        FactColumn("营业总收入（万元）", get("revenue"), "经营情况"),
        FactColumn("主营业务收入（万元）", get("main_revenue"), "经营情况"),
        FactColumn("利润总额（万元）", get("profit"), "经营情况"),
        FactColumn("净利润（万元）", get("net_profit"), "经营情况"),
        FactColumn("纳税总额（万元）", get("tax"), "经营情况"),
    ]
    columns = [
        *_named(spell),
        *plain(("年报年度", "year")),
        _dated("公示日期", "submitted_date", spell),
        *plain(("年报状态", "status")),
        *figures,
        *plain(("从业人数", "employees"), ("参保人数", "insured")),
    ]
    return [
        table(
            f"{year}年度",
            columns,
            [f for f in facts if f.value("year") == year],
            titles=[f"{year}年度报告公示信息（本表数据为虚构）"],
        )
        for year in (2024, 2025)
    ]


def shareholder_sheets(facts: list[Fact]) -> list[Sheet]:
    """Shareholders and contributions, GB18030, shares as percentages."""
    spell = Speller("shareholders")
    columns = [
        *_named(spell),
        *plain(
            ("股东名称", "shareholder_name"),
            ("股东类型", "shareholder_type"),
            ("认缴出资额（万元）", "subscribed"),
            ("实缴出资额（万元）", "paid"),
        ),
        FactColumn("持股比例", lambda f: f"{float(str(f.value('holding_share'))) * 100:g}%"),
    ]
    return [table("csv", columns, facts)]


def publicity_sheets(facts: list[Fact], month: str) -> list[Sheet]:
    """Advertising as collected on the street and online."""
    spell = Speller(f"publicity-{month}")
    columns = [
        *_named(spell),
        FactColumn("采集渠道", get("channel")),
        FactColumn("采集时间", lambda f: spell.moment(f.value("captured_at"))),
        *plain(("宣传内容", "text"), ("链接", "url"), ("采集人", "collector"), ("采集地点", "address_raw")),
    ]
    return [table("宣传采集", columns, facts, numbered=True, titles=["宣传信息采集表（本表数据为虚构）"])]


def inspection_sheets(facts: list[Fact], month: str) -> list[Sheet]:
    """Visits with their finding codes; neighbours of the same office share one merged cell."""
    spell = Speller(f"inspections-{month}")
    columns = [
        FactColumn("核查单位", get("unit")),
        *_named(spell),
        _dated("核查日期", "visit_date", spell),
        *plain(
            ("核查人员", "team"),
            ("核查情况", "findings"),
            ("在场人数", "headcount"),
            ("库存黄金（克）", "stock_gram"),
            ("备注", "notes"),
        ),
    ]
    ordered = sorted(facts, key=lambda f: (str(f.value("unit")), str(f.value("visit_date")), entity_of(f).serial))
    titles = [f"现场核查情况汇总表（{month}）", "编码按S01至S14填写，本表数据为虚构"]
    sheet = table("核查", columns, ordered, titles=titles)
    sheet.merge_column = 0
    return [sheet]
