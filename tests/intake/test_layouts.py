"""Tables as people lay them out: titles, merged headers, totals, notes, several sheets, several tables."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlwt

from screening.intake import Delivery, read_file
from screening.vocabulary import Kind
from tests.intake.conftest import CODES, RECEIVED, column, problems

Read = Callable[..., Delivery]
Write = Callable[..., Path]
PLAIN = [["企业名称", "统一社会信用代码"], ["甲典当有限公司", CODES[0]], ["乙打金店", CODES[1]]]


def test_title_unit_line_totals_notes_and_serials(read: Read, xlsx: Write) -> None:
    path = xlsx(
        [
            ["某区典当行名单", None, None, None],
            ["单位：万元", None, None, None],
            [None, None, None, None],
            ["序号", " 企业\n名称* ", "统一社会信用代码：", "注册资本"],
            [1, "甲典当有限公司", CODES[0], 500],
            [2, "合计典当有限公司", CODES[1], "1,000"],
            [None, None, None, None],
            [3, "乙打金店", CODES[2], "50万元"],
            [4, None, None, None],
            ["合  计", None, None, 1550],
            ["备注：本表虚构", None, None, None],
            ["填表人：某某", None, "审核人：某某", None],
            ["第1页 共1页", None, None, None],
        ]
    )
    delivery = read(path)
    assert delivery.rows_read == 3
    assert column(delivery, "reg_capital_yuan") == [5_000_000, 10_000_000, 500_000]
    assert column(delivery, "row_no") == [5, 6, 8]
    assert not problems(delivery)  # the unit line states the unit
    assert "合计行 1 行" in delivery.sheets[0].note


def test_a_firm_called_total_is_data_when_it_has_a_code(read: Read, xlsx: Write) -> None:
    delivery = read(xlsx([*PLAIN, ["合计", CODES[2]], ["备注：典当行", CODES[3]], ["总计", None]]))
    assert column(delivery, "name")[2:] == ["合计", "备注：典当行"]


def test_two_level_header_joins_upper_and_lower(read: Read, xlsx: Write) -> None:
    rows = [
        ["企业名称", "列入", None, "移出", None],
        [None, "原因", "日期", "原因", "日期"],
        ["甲店", "无法联系", "2024-1-5", "已联系", "2024-3-1"],
    ]
    delivery = read(xlsx(rows, ["A1:A2", "B1:C1", "D1:E1"]))
    assert delivery.kind is Kind.ABNORMAL
    assert [str(day) for day in column(delivery, "out_date")] == ["2024-03-01"]
    assert column(delivery, "reason_in") == ["无法联系"]


def test_two_level_header_without_merges(read: Read, text: Write) -> None:
    rows = [
        ["企业名称", "统一社会信用代码", "登记信息", "", "其他", ""],
        ["", "", "注册资本（万元）", "成立日期", "甲", "乙"],
        ["甲典当有限公司", CODES[0], "100", "2020-1-2", "x", "y"],
    ]
    delivery = read(text(rows))
    assert delivery.rows_read == 1
    assert column(delivery, "reg_capital_yuan") == [1_000_000]


def test_three_level_header(read: Read, xlsx: Write) -> None:
    rows = [
        ["企业名称", "基本情况", None, None],
        [None, "登记信息", None, "联系电话"],
        [None, "注册资本（万元）", "成立日期", None],
        ["甲典当有限公司", 100, "2020-1-2", "0759-1234567"],
    ]
    delivery = read(xlsx(rows, ["A1:A3", "B1:D1", "B2:C2", "D2:D3"]))
    assert delivery.rows_read == 1
    assert column(delivery, "reg_capital_yuan") == [1_000_000]
    assert column(delivery, "phone") == ["0759-1234567"]


def test_merged_header_whose_lower_names_are_unknown(read: Read, xlsx: Write) -> None:
    rows = [
        ["企业名称", "统一社会信用代码", "抽查", None],
        [None, None, "甲", "乙"],
        ["甲店", CODES[0], "x", "y"],
    ]
    delivery = read(xlsx(rows, ["A1:A2", "B1:B2", "C1:D1"]))
    assert delivery.rows_read == 1
    assert delivery.rejected == 0
    assert delivery.unmapped == ["甲", "乙"]


def test_vertical_merges_are_filled_down(read: Read, xlsx: Write) -> None:
    rows = [
        ["所属街道", "企业名称"],
        ["建设街道", "甲店"],
        [None, "乙店"],
        [None, "丙店"],
        ["海滨街道", "丁店"],
    ]
    delivery = read(xlsx(rows, ["A2:A4"]))
    assert column(delivery, "street_biz") == ["建设街道"] * 3 + ["海滨街道"]


def test_xls_with_merges_and_dates(read: Read, tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    sheet.write_merge(0, 0, 0, 3, "典当行名单")
    for place, heading in enumerate(["街道", "企业名称", "成立日期", "注册资本(万元)"]):
        sheet.write(1, place, heading)
    sheet.write_merge(2, 3, 0, 0, "建设街道")
    for line, name in ((2, "甲店"), (3, "乙店")):
        sheet.write(line, 1, name)
        sheet.write(line, 2, 44562)
        sheet.write(line, 3, 12.5)
    book.save(tmp_path / "旧.xls")
    delivery = read(tmp_path / "旧.xls")
    assert column(delivery, "street_biz") == ["建设街道", "建设街道"]
    assert [str(day) for day in column(delivery, "est_date")] == ["2022-01-01"] * 2
    assert column(delivery, "reg_capital_yuan") == [Decimal("125000.00")] * 2


def test_repeated_page_headers_are_not_rows(read: Read, xlsx: Write) -> None:
    delivery = read(xlsx([*PLAIN, PLAIN[0], ["丙店", CODES[2]], PLAIN[0], ["丁店", CODES[3]]]))
    assert delivery.rows_read == 4
    assert "重复表头 2 行" in delivery.sheets[0].note


def test_a_second_table_under_the_first_is_read_with_its_own_header(read: Read, xlsx: Write) -> None:
    second = [["统一社会信用代码", "单位名称", "联系电话"], [CODES[2], "丙店", "0759-1234567"]]
    delivery = read(xlsx([*PLAIN, [None], ["二、打金店", None], *second]))
    assert column(delivery, "name") == ["甲典当有限公司", "乙打金店", "丙店"]
    assert column(delivery, "phone") == [None, None, "0759-1234567"]


def test_section_titles_between_data(read: Read, xlsx: Write) -> None:
    rows = [
        ["企业名称", "信用代码", "街道"],
        ["典当行业", None, None],
        ["甲店", CODES[0], "建设"],
        ["二、打金店", None, None],
        ["乙店", CODES[1], "海滨"],
    ]
    assert read(xlsx(rows, ["A2:C2"])).rows_read == 2


def test_sheets_instructions_empty_and_hidden(xlsx: Write) -> None:
    path = xlsx(
        {
            "说明": [["请每月报送"]],
            "名单": PLAIN,
            "空": [],
            "隐": [["企业名称"], ["丁店"]],
            "乱": [["a", "b"]] * 5,
        }
    )
    book = openpyxl.load_workbook(path)
    book["隐"].sheet_state = "hidden"
    book.save(path)
    (delivery,) = read_file(path, kind=None, source=None, received=RECEIVED)
    notes = {sheet.sheet: sheet.note for sheet in delivery.sheets}
    assert notes["说明"] == "说明页"
    assert notes["空"] == "空表"
    assert notes["隐"] == "隐藏工作表"
    assert "认不出表头" in notes["乱"]
    assert any(found["sheet"] == "乱" for found in delivery.findings)
    assert delivery.accepted == 3


def test_two_kinds_in_one_workbook(xlsx: Write) -> None:
    complaints = [["工单编号", "诉求内容", "求助号码"], ["X1", "存了10万元拿不回来", "13800001234"]]
    deliveries = read_file(xlsx({"名单": PLAIN, "工单": complaints}), kind=None, source=None, received=RECEIVED)
    assert [delivery.kind for delivery in deliveries] == [Kind.ENTITIES, Kind.COMPLAINTS]
    assert [sheet.sheet for delivery in deliveries for sheet in delivery.sheets] == ["名单", "工单"]


def test_duplicates_ignore_serial_columns_and_span_sheets(read: Read, xlsx: Write) -> None:
    rows = [["序号", "企业名称"], [1, "甲店"], [2, "甲店"], [3, "乙店"]]
    delivery = read(xlsx({"一": rows, "二": [["企业名称"], ["乙店"]]}))
    assert (delivery.rows_read, delivery.accepted, delivery.duplicate) == (4, 2, 2)


def test_two_columns_of_one_meaning_complete_each_other(read: Read, xlsx: Write) -> None:
    delivery = read(
        xlsx(
            [
                ["企业名称", "手机", "联系电话"],
                ["甲店", "13800001234", None],
                ["乙店", "13800001234", "0759-1"],
            ]
        )
    )
    assert column(delivery, "phone") == ["13800001234", "0759-1"]
    assert '"手机": "13800001234"' in column(delivery, "raw")[1]


def test_cells_without_heading_are_kept(read: Read, xlsx: Write) -> None:
    delivery = read(xlsx([["企业名称", "信用代码"], ["甲店", CODES[0], "口头说要搬走"]]))
    assert delivery.unmapped == ["第3列"]
    assert "口头说要搬走" in column(delivery, "raw")[0]


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        (Kind.CHANGES, ["企业名称", "变更事项", "变更前", "变更后", "变更日期"]),
        (Kind.LICENCES, ["企业名称", "许可证编号", "发证机关", "有效期至"]),
        (Kind.PENALTIES, ["当事人", "处罚决定书文号", "处罚种类", "罚款金额（万元）", "处罚日期"]),
        (Kind.PENALTIES, ["entname", "uniscid", "writnumber", "extend_4", "punishmoney", "punishdecidetime"]),
        (Kind.ABNORMAL, ["entname", "abntime", "specause_cn", "decorg_cn", "remdate"]),
        (Kind.ANNUAL_REPORTS, ["uniscid", "ANCHEYEAR", "ASSGRO", "LIAGRO", "EMPNUM"]),
        (Kind.SHAREHOLDERS, ["企业名称", "股东名称", "认缴出资额（万元）", "持股比例"]),
        (Kind.PUBLICITY, ["主体名称", "采集时间", "宣传内容", "链接"]),
        (Kind.INSPECTIONS, ["被检查单位", "检查日期", "检查人员", "检查发现"]),
        (Kind.OUTREACH, ["活动日期", "活动名称", "街道", "宣传形式", "覆盖人数", "发放资料（份）", "LED屏（块）"]),
        (Kind.ENTITIES, ["tyshxydm", "jgmc", "zcdz", "jyfw", "zczj", "fddbrxm", "clrq", "zt"]),
        (Kind.COMPLAINTS, ["XFJBH", "BT", "FYNR", "XFRQ", "JTXFBZ"]),
        (Kind.COMPLAINTS, ["登记编号", "被投诉方名称", "投诉时间", "问题描述", "诉求金额"]),
    ],
)
def test_each_kind_is_recognised_by_its_headings(read: Read, text: Write, kind: Kind, headings: list[str]) -> None:
    delivery = read(text([headings, ["甲店" if i == 0 else "2024" for i, _ in enumerate(headings)]]))
    assert delivery.kind is kind
    assert not delivery.unmapped
