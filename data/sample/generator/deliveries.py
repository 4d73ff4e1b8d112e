"""The two deliveries, file by file: who sends what, in which format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import complaint_lists as complaints
from . import entity_lists as lists
from . import fact_lists as exports
from . import figure_lists as figures
from .model import OCTOBER, SEPTEMBER, World
from .sheets import Sheet
from .writers import Writer, write_csv, write_html, write_xls, write_xlsx


@dataclass(frozen=True)
class Delivery:
    """One file of one month: what kind of rows, what is odd about it (in Chinese, for the README)."""

    file: str
    kind: str
    oddity: str
    sheets: Sequence[Sheet]
    write: Writer

    @property
    def counts(self) -> dict[str, int]:
        """rows_read, accepted, rejected and duplicate, as a receipt must show them."""
        read = sum(s.rows_read for s in self.sheets)
        rejected, duplicate = sum(s.rejected for s in self.sheets), sum(s.duplicate for s in self.sheets)
        return {
            "rows_read": read,
            "accepted": read - rejected - duplicate,
            "rejected": rejected,
            "duplicate": duplicate,
        }


def deliveries(world: World, month: str) -> list[Delivery]:
    """The files of a month, in the order of their names."""
    files = _entity_files(world, month) + _complaint_files(world, month) + _fact_files(world, month)
    if month == OCTOBER:
        files += _october_files(world)
    return sorted(files, key=lambda d: d.file)


def _entity_files(world: World, month: str) -> list[Delivery]:
    rolls = lists.rolls(world.entities, month)
    files = [
        Delivery(
            "01_典当行名单.xlsx",
            "entities",
            "标题行、两级合并表头、合计、脚注",
            lists.pawnshop_sheets(rolls.pawnshops, month),
            write_xlsx,
        ),
        Delivery(
            "02_小额贷款公司名单.xls",
            "entities",
            "真 .xls，亿元、万元、人民币、全角数字混写",
            lists.microlender_sheets(rolls.microlenders, month),
            write_xls,
        ),
        Delivery(
            "03_市监导出_金店.csv",
            "entities",
            "GB18030，代码前有单引号或制表符，六种日期写法，重复行，无名行，空行",
            lists.market_sheets(rolls.market_gold, month),
            write_csv("gb18030"),
        ),
        Delivery(
            "04_共享平台导出.csv",
            "entities",
            "UTF-8 带 BOM，政府字段代码",
            lists.field_code_sheets(rolls.field_codes, month),
            write_csv("utf-8-sig"),
        ),
        Delivery(
            "05_街道分行业摸排表.xlsx",
            "entities",
            "一行业一表，街道纵向合并，填表说明和空表，与名单重叠但列不同；10 月另有一表只抄了门头",
            lists.survey_sheets(rolls.survey, rolls.walked, month),
            write_xlsx,
        ),
    ]
    if month == OCTOBER:
        files.append(
            Delivery(
                "06_个体户补充名单.xls",
                "entities",
                "HTML 表格冒充 .xls，重复行",
                lists.individual_sheets(rolls.individuals, month),
                write_html,
            )
        )
    return files


def _complaint_files(world: World, month: str) -> list[Delivery]:
    facts = world.of_kind("complaints", month)
    period = {SEPTEMBER: "7至9月", OCTOBER: "10月"}[month]
    oddity = "无被投诉单位列，名称只在正文；重复行；两件没有内容"
    files = [
        Delivery(
            f"07_12345工单_{period}.xlsx",
            "complaints",
            oddity,
            complaints.order_sheets(facts, month),
            write_xlsx,
        )
    ]
    if month == OCTOBER:
        files += [
            Delivery(
                "08_12345工单_补报7至9月.xlsx",
                "complaints",
                "标题行、合计，多出被反映单位、金额、年龄段列",
                complaints.late_order_sheets(facts),
                write_xlsx,
            ),
            Delivery(
                "09_12315投诉举报.csv",
                "complaints",
                "GB18030，长编号带制表符，重复行，一件没有内容",
                complaints.market_complaint_sheets(facts),
                write_csv("gb18030"),
            ),
            Delivery(
                "10_信访件.xls",
                "complaints",
                "HTML 表格冒充 .xls，集体访与涉及人数",
                complaints.petition_sheets(facts),
                write_html,
            ),
        ]
    return files


def _fact_files(world: World, month: str) -> list[Delivery]:
    def facts(kind: str) -> list[Sheet]:
        make = {
            "changes": exports.change_sheets,
            "licences": exports.licence_sheets,
            "penalties": exports.penalty_sheets,
            "abnormal": exports.abnormal_sheets,
            "publicity": exports.publicity_sheets,
            "inspections": exports.inspection_sheets,
        }
        return make[kind](world.of_kind(kind, month), month)

    return [
        Delivery("11_变更登记.csv", "changes", "UTF-8 带 BOM，重复行", facts("changes"), write_csv("utf-8-sig")),
        Delivery(
            "12_许可名单.xlsx",
            "licences",
            "典当许可、省小贷名单、其他备案各一表；有已过期和将到期的",
            facts("licences"),
            write_xlsx,
        ),
        Delivery("13_行政处罚.xlsx", "penalties", "一行无名", facts("penalties"), write_xlsx),
        Delivery(
            "14_经营异常名录.xls",
            "abnormal",
            "真 .xls，异常与严重违法同表，部分已移出",
            facts("abnormal"),
            write_xls,
        ),
        Delivery("17_宣传采集.xlsx", "publicity", "日期时间有文本有数值", facts("publicity"), write_xlsx),
        Delivery(
            "18_现场核查.xlsx",
            "inspections",
            "核查单位纵向合并，S01—S14 编码加文字",
            facts("inspections"),
            write_xlsx,
        ),
    ]


def _october_files(world: World) -> list[Delivery]:
    def facts(kind: str) -> list[Sheet]:
        make = {"annual-reports": exports.report_sheets, "shareholders": exports.shareholder_sheets}
        return make[kind](world.of_kind(kind, OCTOBER))

    return [
        Delivery(
            "15_年报_2024_2025.xlsx",
            "annual-reports",
            "一年一表，两级合并表头，单位万元",
            facts("annual-reports"),
            write_xlsx,
        ),
        Delivery(
            "16_股东出资.csv",
            "shareholders",
            "GB18030，持股比例为百分数",
            facts("shareholders"),
            write_csv("gb18030"),
        ),
        Delivery(
            "19_小额贷款业务报表.xlsx",
            "microlender-reports",
            "单位写在标题行，两级合并表头，报告期五种写法；二、三季度同表",
            figures.lender_sheets(world.of_kind("microlender-reports", OCTOBER)),
            write_xlsx,
        ),
        Delivery(
            "20_典当业务报表.csv",
            "pawnshop-reports",
            "GB18030，单位元，报告期五种写法；二、三季度同表",
            figures.pawnshop_sheets(world.of_kind("pawnshop-reports", OCTOBER)),
            write_csv("gb18030"),
        ),
    ]


def write_month(world: World, month: str, folder: Path) -> list[Delivery]:
    """Writes a month's files into `folder`/`month` and returns what they are."""
    target = folder / month
    target.mkdir(parents=True, exist_ok=True)
    files = deliveries(world, month)
    for delivery in files:
        delivery.write(target / delivery.file, delivery.sheets)
    return files
