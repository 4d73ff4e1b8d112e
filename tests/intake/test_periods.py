"""Reporting periods in every spelling become the period's last day, and report tables are known by their headers."""

from datetime import date
from pathlib import Path

import pytest

from screening import pipeline
from screening.intake.cells.periods import read_period
from screening.store.workspace import Workspace
from tests.promises.world import AS_OF, write_csv

THIRD, HALF, WHOLE = date(2026, 9, 30), date(2026, 6, 30), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-09", THIRD), ("202609", THIRD), ("2026.9", THIRD), ("2026/09", THIRD), ("2026年9月", THIRD), ("2026年9月末", THIRD),
        ("2026年09月份", THIRD), ("2026年三季度", THIRD), ("2026年第三季度", THIRD), ("2026年第3季度末", THIRD), ("2026-Q3", THIRD), ("2026q3", THIRD),
        ("２０２６年 三 季度", THIRD), ("二〇二六年九月", THIRD), ("2026年1-9月", THIRD), ("2026年1月至9月", THIRD), ("截至2026年9月30日", THIRD),
        ("2026-09-30", THIRD), ("20260930", THIRD), ("2026-09-01", THIRD), ("46295", THIRD), ("2026-09-30 00:00:00", THIRD), ("2026年9月30日止", THIRD),
        ("2026年上半年", HALF), ("2026年中", HALF), ("2026年度", WHOLE), ("2026年末", WHOLE), ("2026年四季度", WHOLE), ("2024年2月末", date(2024, 2, 29)),
    ],
)  # fmt: skip
def test_a_period_is_its_last_day(text: str, end: date) -> None:
    assert read_period(text).end == end


@pytest.mark.parametrize(
    "text", ["2026", "2026年", "三季度", "9月", "2026-13", "2026年第五季度", "2026-09-15", "上期", "本期", "-", "1"]
)
def test_what_names_no_period_says_why(text: str) -> None:
    period = read_period(text)
    assert period.end is None
    assert period.problem


def test_reports_are_recognised_and_read_in_their_units(workspace: Workspace, tmp_path: Path) -> None:
    lender = {"填报单位": "湛江市虚甲小额贷款有限公司", "所属期": "2026年三季度", "净资产（万元）": "1000", "非标融资余额(元)": "950,000", "最大单户占净资产比例": "9.5%", "是否网络小贷": "否"}  # fmt: skip
    pawn = {
        "典当行名称": "湛江市虚乙典当有限公司",
        "统计月份": "2026-09",
        "典当余额": "300万元",
        "其中：动产": "100",
        "单户集中度（%）": "12",
        "对外投资": "-3",
    }
    future = {"典当行名称": "湛江市虚乙典当有限公司", "统计月份": "2026年四季度", "典当余额": "1"}
    for name, row in (("a", lender), ("b", pawn), ("c", future)):
        pipeline.load(workspace, [write_csv(tmp_path / f"{name}.csv", [row])], kind=None, received=AS_OF)
    assert {batch.kind.value for batch in workspace.register.batches()} == {"microlender-reports", "pawnshop-reports"}
    with workspace.connect(workspace.register.batches()) as connection:
        (lent,) = connection.execute(
            "SELECT name, period_end, net_assets_yuan, nonstandard_funding_yuan, top_borrower_share, is_online_licensed FROM raw_microlender_reports"
        ).fetchall()
        pawned = connection.execute(
            "SELECT period_end, pawn_balance_yuan, movable_balance_yuan, top_customer_share, outward_investment_yuan FROM raw_pawnshop_reports ORDER BY ord"
        ).fetchall()
    assert lent == (lender["填报单位"], THIRD, 10_000_000, 950_000, 0.095, False)
    assert pawned[0] == (THIRD, 3_000_000, 1_000_000, 0.12, -30_000)
    assert pawned[1][0] is None, "a period that has not ended is no period yet"


def test_an_annual_report_and_an_entity_list_stay_what_they_are(workspace: Workspace, tmp_path: Path) -> None:
    annual = {
        "企业名称": "湛江市虚甲小额贷款有限公司",
        "年报年度": "2025",
        "报送日期": "2026-05-01",
        "资产总额": "10",
        "负债总额": "4",
        "净资产": "6",
    }
    listed = {
        "小额贷款公司名称": "湛江市虚甲小额贷款有限公司",
        "注册资本": "10",
        "净资产": "9",
        "成立日期": "2020-01-01",
        "统计日期": "2026-09-30",
    }
    for name, row in (("a", annual), ("b", listed)):
        pipeline.load(workspace, [write_csv(tmp_path / f"{name}.csv", [row])], kind=None, received=AS_OF)
    assert [batch.kind.value for batch in workspace.register.batches()] == ["annual-reports", "entities"]
