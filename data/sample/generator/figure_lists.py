"""The two tables of business reports: microlenders' in a workbook of 万元, pawnshops' in a csv of 元, periods written as each clerk likes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from .fact_lists import FactColumn, entity_of, get, plain
from .model import Fact, Value
from .sheets import Sheet, table
from .spelling import Speller


def _period(rng: Random, written: bool) -> Callable[[Fact], Value]:
    def spell(fact: Fact) -> Value:
        end = fact.value("period_end")
        assert isinstance(end, date)
        quarter = (end.month + 2) // 3
        named = "一二三四"[quarter - 1]
        spellings: tuple[Value, ...] = (
            f"{end:%Y-%m}", f"{end.year}年{named}季度", f"{end.year}-Q{quarter}", f"{end.year}年{end.month}月末", f"{end:%Y-%m-%d}" if written else end,
        )  # fmt: skip
        return rng.choice(spellings)

    return spell


def lender_sheets(facts: list[Fact]) -> list[Sheet]:
    """Microlenders' reports: a title with the unit, a two-level header, the largest borrower as an amount and as a share."""
    spell = Speller("lender-figures")
    columns = [
        FactColumn("填报单位", lambda f: spell.name(entity_of(f).name)),
        FactColumn("统一社会信用代码", lambda f: spell.code(entity_of(f).uscc or entity_of(f).reg_no)),
        FactColumn("报告期", _period(Random("lender-periods"), written=False)),
        FactColumn("报送日期", get("submitted_date")),
        FactColumn("总资产", get("assets"), "资产状况"),
        FactColumn("总负债", get("liabilities"), "资产状况"),
        FactColumn("净资产", get("net"), "资产状况"),
        FactColumn("贷款余额", get("loans")),
        FactColumn("银行借款余额", get("bank"), "融资情况"),
        FactColumn("股东借款余额", get("holders"), "融资情况"),
        FactColumn("非标融资余额", get("nonstandard"), "融资情况"),
        FactColumn("标准化债权类融资余额", get("standard"), "融资情况"),
        FactColumn("最大单户贷款余额", get("top_borrower"), "贷款集中度"),
        FactColumn("最大单户占净资产比例", lambda f: f"{float(str(f.value('top_share'))) * 100:.2f}%", "贷款集中度"),
        FactColumn("最大单一借款人及其关联方贷款余额", get("top_group"), "贷款集中度"),
        *plain(("核准区域外贷款余额", "out_of_area"), ("是否具有网络小贷资格", "online")),
    ]
    return [table("业务报表", columns, facts, numbered=True, titles=["小额贷款公司业务报表（本表数据为虚构）", "单位：万元"])]


def pawnshop_sheets(facts: list[Fact]) -> list[Sheet]:
    """Pawnshops' reports, GB18030, amounts in 元."""
    spell = Speller("pawn-figures")

    def yuan(column: str) -> Callable[[Fact], Value]:
        return lambda fact: round(float(str(fact.value(column))) * 10_000)

    figures = (
        ("注册资本（元）", "capital"), ("资产总额（元）", "assets"), ("负债总额（元）", "liabilities"), ("所有者权益（元）", "net"), ("期末典当余额（元）", "balance"),
        ("动产质押典当余额（元）", "movable"), ("房地产抵押典当余额（元）", "realty"), ("财产权利质押典当余额（元）", "rights"), ("单户最大典当余额（元）", "top_customer"),
        ("银行贷款余额（元）", "bank"), ("非银行借款余额（元）", "nonbank"), ("对外投资余额（元）", "outward"),
    )  # fmt: skip
    columns = [
        FactColumn("典当行名称", lambda f: spell.name(entity_of(f).name)),
        FactColumn("统一社会信用代码", lambda f: spell.quoted(entity_of(f).uscc or entity_of(f).reg_no)),
        FactColumn("所属期", _period(Random("pawn-periods"), written=True)),
        FactColumn("上报时间", lambda f: spell.written_date(f.value("submitted_date"))),
        *(FactColumn(header, yuan(column)) for header, column in figures),
    ]
    return [table("csv", columns, facts)]
