"""Cells as people fill them: each spelling gives one value, or none and one sentence."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from screening.intake import Delivery, messages
from tests.intake.conftest import CODES, column, problems

Read = Callable[..., Delivery]
Write = Callable[..., Path]


def one(read: Read, text: Write, heading: str, cell: str, other: str = "企业名称") -> Delivery:
    return read(text([[other, "备注", heading], ["甲店", "x", cell]]))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2021/10/23", "2021-10-23"),
        ("2023年12月18日", "2023-12-18"),
        ("20170603", "2017-06-03"),
        ("2010-08-12 00:00:00", "2010-08-12"),
        ("2012.05.02", "2012-05-02"),
        ("21/3/4", "2021-03-04"),
        ("98-3-4", "1998-03-04"),
        ("２０２１年３月５日", "2021-03-05"),
        ("二〇二一年三月五日", "2021-03-05"),
        ("二○一九年十二月二十一日", "2019-12-21"),
        ("44562", "2022-01-01"),
        ("44562.5", "2022-01-01"),
        ("'2021-03-04", "2021-03-04"),
        ("2021-03-04T09:10:11Z", "2021-03-04"),
        ("2021年3月4日 下午3:05", "2021-03-04"),
        ("2021 年 3 月 4 日", "2021-03-04"),
        ("20210304120000", "2021-03-04"),
        ("23/10/2021", "2021-10-23"),
        ("2021/3/4 星期四", "2021-03-04"),
    ],
)
def test_spellings_of_a_date(read: Read, text: Write, cell: str, day: str) -> None:
    delivery = one(read, text, "成立日期", cell)
    assert [str(value) for value in column(delivery, "est_date")] == [day]
    assert not problems(delivery, "est_date")


@pytest.mark.parametrize(
    ("cell", "day", "problem"),
    [
        ("2026-02-30", None, messages.DATE_IMPOSSIBLE),
        ("20261301", None, messages.DATE_IMPOSSIBLE),
        ("昨天", None, messages.DATE_NONE),
        ("2027-01-01", None, messages.DATE_FUTURE),
        ("1900-01-01", None, messages.DATE_PLACEHOLDER),
        ("2021", None, messages.DATE_YEAR_ONLY),
        ("2021年3月", datetime.date(2021, 3, 1), messages.DATE_MONTH_ONLY),
        ("202103", datetime.date(2021, 3, 1), messages.DATE_MONTH_ONLY),
        ("长期", None, messages.DATE_OPEN_ENDED),
        ("3/4/2021", datetime.date(2021, 3, 4), messages.DATE_AMBIGUOUS),
        ("123", None, messages.DATE_NONE),
        ("0000-00-00", None, messages.DATE_IMPOSSIBLE),
        ("1 - 2 - 3 - 4", None, messages.DATE_NONE),
    ],
)
def test_dates_that_are_findings(read: Read, text: Write, cell: str, day: Any, problem: str) -> None:
    delivery = one(read, text, "成立日期", cell)
    assert column(delivery, "est_date") == [day]
    assert problems(delivery, "est_date") == [problem]
    assert cell in column(delivery, "raw")[0]
    assert problem in column(delivery, "row_findings")[0]


@pytest.mark.parametrize("cell", ["长期", "9999-09-09", "9999/12/31", "2010-01-01至长期", "永久"])
def test_open_ended_terms(read: Read, text: Write, cell: str) -> None:
    assert column(one(read, text, "营业期限止", cell), "op_to_date") == [datetime.date(9999, 9, 9)]


@pytest.mark.parametrize(
    ("heading", "cell", "yuan"),
    [
        ("注册资本（万元）", "1,000", "10000000"),
        ("注册资本(亿元)", "1.5", "150000000"),
        ("注册资本（元）", "500000", "500000"),
        ("注册资本", "50万元人民币", "500000"),
        ("注册资本(万元)", "50万元", "500000"),
        ("注册资本(万元)", "500000元", "500000"),
        ("注册资本", "人民币壹仟万元整", "10000000"),
        ("注册资本", "￥1,234.56元", "1234.56"),
        ("注册资本", "RMB 50万", "500000"),
        ("注册资本", "伍佰万圆整", "5000000"),
        ("注册资本", "5亿3000万", "530000000"),
        ("注册资本", "约50万", "500000"),
        ("注册资本", "50余万元", "500000"),
        ("注册资本", "三千万", "30000000"),
        ("注册资本", "３００万元", "3000000"),
        ("注册资本", "800千元", "800000"),
        ("regcap", "5000.000000", "50000000"),
        ("注册资本", "1.5亿元（认缴）", "150000000"),
        ("注册资本\n(单位:万元)", "3", "30000"),
        ("注册资本万元", "3", "30000"),
        ("注册资本", "壹佰贰拾叁元肆角伍分", "123.45"),
        ("注册资本（万美元/万元）", "3万元", "30000"),
        ("注册资本(万元)", "1.2E+3", "12000000"),
        ("注册资本【万元】", "8", "80000"),
    ],
)
def test_spellings_of_money(read: Read, text: Write, heading: str, cell: str, yuan: str) -> None:
    delivery = one(read, text, heading, cell)
    assert column(delivery, "reg_capital_yuan") == [Decimal(yuan)]
    assert not problems(delivery, "reg_capital_yuan")


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("面议", messages.MONEY_NONE),
        ("100万美元", messages.MONEY_FOREIGN),
        ("50-100万", messages.MONEY_RANGE),
        ("-5万", messages.NEGATIVE),
        ("9" * 20, messages.MONEY_TOO_LARGE),
        ("1.2.3", messages.MONEY_NONE),
        ("万元", messages.MONEY_NONE),
        ("1e99万", messages.MONEY_TOO_LARGE),
    ],
)
def test_money_that_is_a_finding(read: Read, text: Write, cell: str, problem: str) -> None:
    delivery = one(read, text, "注册资本(万元)", cell)
    assert column(delivery, "reg_capital_yuan") == [None]
    assert problems(delivery, "reg_capital_yuan") == [problem]


def test_a_bare_capital_is_taken_for_10000_yuan_and_said_so(read: Read, text: Write) -> None:
    delivery = one(read, text, "注册资本", "50")
    assert column(delivery, "reg_capital_yuan") == [500_000]
    assert "没有注明单位" in problems(delivery, "reg_capital_yuan")[0]


def test_a_bare_capital_beyond_reason_is_unknown(read: Read, text: Write) -> None:
    delivery = one(read, text, "注册资本", "5000000")
    assert column(delivery, "reg_capital_yuan") == [None]


def test_a_foreign_currency_column_leaves_the_amount_unknown(read: Read, text: Write) -> None:
    delivery = read(
        text([["企业名称", "注册资本(万元)", "币种"], ["甲店", "5", "美元"], ["乙店", "5", "156"], ["丙店", "5", "840"]])
    )
    assert column(delivery, "reg_capital_yuan") == [None, 50_000, None]


@pytest.mark.parametrize(
    ("cell", "count"),
    [("约30人", 30), ("三十多人", 30), ("3.0", 3), ("12名", 12), ("50余人", 50), ("两百", 200)],
)
def test_spellings_of_a_headcount(read: Read, text: Write, cell: str, count: int) -> None:
    assert column(one(read, text, "从业人数", cell), "employees") == [count]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("-3", messages.NEGATIVE),
        ("2.5", messages.NUMBER_FRACTION),
        ("10-20人", messages.NUMBER_RANGE),
        ("若干", messages.NUMBER_UNCLEAR),
    ],
)
def test_headcounts_that_are_findings(read: Read, text: Write, cell: str, problem: str) -> None:
    delivery = one(read, text, "从业人数", cell)
    assert column(delivery, "employees") == [None]
    assert problems(delivery, "employees") == [problem]


def test_shares_as_percent_or_fraction(read: Read, text: Write) -> None:
    head = ["企业名称", "股东名称"]
    assert column(read(text([[*head, "持股比例"], ["甲", "a", "35%"], ["甲", "b", "0.35"]])), "holding_share") == [0.35, 0.35]
    assert column(read(text([[*head, "持股比例(%)"], ["甲", "a", "35"], ["甲", "b", "0.5"]])), "holding_share") == [0.35, 0.005]
    delivery = read(text([[*head, "持股比例"], ["甲", "a", "60"], ["甲", "b", "1"], ["甲", "c", "120"]]))
    assert column(delivery, "holding_share") == [0.6, 0.01, None]
    assert messages.SHARE_OUT_OF_RANGE in problems(delivery)


@pytest.mark.parametrize(
    ("cell", "code", "number", "problem"),
    [
        (CODES[0].lower(), CODES[0], None, None),
        (f"'{CODES[0]}", CODES[0], None, None),
        (f" {CODES[0][:9]} {CODES[0][9:]}\t", CODES[0], None, None),
        ("９１４４０８０３ＭＡ９Ｘ０１３７２Ｙ", CODES[0], None, None),
        (f"{CODES[0]}(1-1)", CODES[0], None, None),
        ("91440803MA9X01372X", None, None, messages.CODE_CHECK_DIGIT),
        (CODES[0].replace("0", "O", 1), None, None, messages.CODE_MISREAD),
        ("440803600012345", None, "440803600012345", messages.CODE_IS_OLD_NUMBER),
        ("4.40803600012345E+14", None, "440803600012345", messages.CODE_IS_OLD_NUMBER),
        ("4.40804E+14", None, None, messages.CODE_SPOILT),
        ("9.14408E+17", None, None, messages.CODE_SPOILT),
        ("914408030000012000", None, None, messages.CODE_SPOILT),
        ("待补", None, None, messages.CODE_NONE),
        ("", None, None, messages.NO_CODE),
        ("/", None, None, messages.NO_CODE),
        ("MA9X01372", None, None, messages.CODE_LENGTH),
    ],
)
def test_spellings_of_a_credit_code(
    read: Read, text: Write, cell: str, code: str | None, number: str | None, problem: str | None
) -> None:
    delivery = one(read, text, "统一社会信用代码", cell)
    assert (column(delivery, "uscc"), column(delivery, "reg_no")) == ([code], [number])
    assert problems(delivery, "uscc") == ([problem] if problem else [])


def test_numbers_spoilt_by_excel(read: Read, xlsx: Write) -> None:
    delivery = read(
        xlsx(
            [
                ["企业名称", "信用代码", "电话"],
                ["甲店", 440803600012345.0, 13800001234.0],
                ["乙店", 914408030000012345, None],
            ]
        )
    )
    assert column(delivery, "reg_no") == ["440803600012345", None]
    assert column(delivery, "phone") == ["13800001234", None]
    assert messages.CODE_SPOILT in problems(delivery, "uscc")


def test_a_credit_code_in_the_registration_column_is_moved(read: Read, text: Write) -> None:
    delivery = read(
        text(
            [
                ["企业名称", "注册号"],
                ["甲店", CODES[0]],
                ["乙店", "企合粤湛总字第000123号"],
                ["丙店", "不清楚"],
            ]
        )
    )
    assert column(delivery, "uscc") == [CODES[0], None, None]
    assert column(delivery, "reg_no") == [None, "企合粤湛总字第000123号", None]


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("1", "存续"),
        ("存续（在营、开业、在册）", "存续"),
        ("吊销，未注销", "吊销未注销"),
        ("开业", "存续"),
        ("1.0", "存续"),
    ],
)
def test_spellings_of_a_status(read: Read, text: Write, cell: str, status: str) -> None:
    assert column(one(read, text, "登记状态", cell), "reg_status") == [status]


def test_an_unknown_status_is_a_finding(read: Read, text: Write) -> None:
    assert problems(one(read, text, "登记状态", "梦游"), "reg_status") == [messages.CODE_UNKNOWN]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("是", True),
        ("N", False),
        ("√", True),
        ("无", False),
        ("实名", False),
        ("匿名", True),
        ("", None),
        ("也许", None),
    ],
)
def test_yes_and_no(read: Read, text: Write, cell: str, value: bool | None) -> None:
    assert column(read(text([["诉求内容", "工单编号", "是否匿名"], ["存款拿不回", "X1", cell]])), "is_anonymous") == [value]


def test_complaints_need_words_not_names(read: Read, text: Write) -> None:
    rows = [
        ["被投诉方", "标题", "诉求内容"],
        ["", "", "店里收存款"],
        ["甲店", "", ""],
        ["甲店", "无", "/"],
        ["", "存款", ""],
    ]
    delivery = read(text(rows))
    assert (delivery.accepted, delivery.rejected) == (2, 2)
    assert {reject["problem"] for reject in delivery.rejects} == {messages.SAYS_NOTHING}


def test_findings_are_listed_200_times_then_counted(read: Read, text: Write) -> None:
    delivery = read(text([["企业名称", "成立日期"], *[[f"{n}号店", "不知道"] for n in range(250)]]))
    listed = [found for found in delivery.findings if found["column"] == "est_date"]
    assert len(listed) == 201
    assert listed[-1]["count"] == 50
    assert "另有 50 行" in str(listed[-1]["problem"])
