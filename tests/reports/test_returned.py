"""Rejected rows go back as the delivered table itself, and are taken when they come mended."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from screening import pipeline
from screening.reports.returned import write_returned
from screening.store.workspace import Workspace
from tests.intake.conftest import CODES, RECEIVED, text, xlsx

__all__ = ["text", "xlsx"]  # fixtures
Write = Callable[..., Path]
HEADS = ["序号", "企业名称", "统一社会信用代码", "注册资本", "经营地址"]
RED = "FFB3261E"


@pytest.fixture
def returned(workspace: Workspace, tmp_path: Path) -> Callable[[Path], openpyxl.Workbook]:
    """Loads a file and gives the workbook of what was rejected of it."""

    def return_rows(path: Path) -> openpyxl.Workbook:
        receipt = pipeline.load(workspace, [path], kind=None, received=RECEIVED)
        return openpyxl.load_workbook(io.BytesIO(write_returned(receipt.files)))

    return return_rows


def test_mended_rows_are_taken_and_mean_what_they_meant(
    workspace: Workspace, returned: Callable[..., openpyxl.Workbook], text: Write, tmp_path: Path
) -> None:
    rows = [
        ["某区名单"],
        ["单位：万元"],
        HEADS,
        [1, "甲店", CODES[0], 10, "东街"],
        [2, None, None, 50, "=1+1"],
        ["合计", None, None, 60],
    ]
    book = returned(text(rows))
    (sheet,) = book.worksheets
    assert [cell.value for cell in sheet[2]] == ["退回原因", *HEADS]
    assert sheet["A3"].value.startswith("第5行：没有名称")
    assert sheet["A3"].font.color.rgb == RED
    assert [cell.value for cell in sheet[3]][1:] == ["2", None, None, "50", "=1+1"]
    assert {cell.data_type for cell in sheet[3] if cell.value} == {"s"}
    sheet["C3"], path = "乙店", tmp_path / "补正.xlsx"
    book.save(path)
    (entry,) = pipeline.load(workspace, [path], kind=None, received=RECEIVED).files
    assert (entry["rows_read"], entry["accepted"], entry["rejected"]) == (1, 1, 0)
    assert not entry["unmapped"]
    with workspace.connect(workspace.register.batches()) as connection:
        found = connection.sql("SELECT reg_capital_yuan, address_biz FROM raw_entities WHERE name = '乙店'").fetchall()
    assert found == [(500_000, "=1+1")]


def test_rows_not_mended_are_rejected_again_with_the_same_reason(
    workspace: Workspace, returned: Callable[..., openpyxl.Workbook], xlsx: Write, tmp_path: Path
) -> None:
    book, path = returned(xlsx([HEADS, [1, "甲店", CODES[0], None, None], [2, None, None, None, "西街"]])), tmp_path / "补正.xlsx"
    book.save(path)
    (entry,) = pipeline.load(workspace, [path], kind=None, received=RECEIVED).files
    assert (entry["rows_read"], entry["rejected"]) == (1, 1)
    again = openpyxl.load_workbook(io.BytesIO(write_returned([entry]))).worksheets[0]
    assert [cell.value for cell in again[1]] == ["退回原因", *HEADS]  # the reason is no column of the table


def test_each_sheet_goes_back_by_itself(returned: Callable[..., openpyxl.Workbook], xlsx: Write) -> None:
    lines = [HEADS, [1, "甲店", CODES[0], None, None], [2, None, None, None, "西街"]]
    book = returned(xlsx({"甲街道": lines, "乙街道": [HEADS, [1, None, None, None, "北街"], [2, "丙店", CODES[1], None, None]]}))
    assert book.sheetnames == ["甲街道", "乙街道"]
    assert [sheet.max_row for sheet in book] == [2, 2]


def test_what_a_tipster_gave_is_left_empty(returned: Callable[..., openpyxl.Workbook], xlsx: Write) -> None:
    heads = ["工单编号", "诉求内容", "投诉人", "投诉人电话", "办理单位"]
    rows = [heads, ["GD1", "老板跑路", "李四", "13800002222", "街道"], ["GD2", None, "张三", "13800001111", "街道"]]
    (sheet,) = returned(xlsx(rows)).worksheets
    assert [cell.value for cell in sheet[1]][1:] == heads
    assert [cell.value for cell in sheet[2]][1:] == ["GD2", None, None, None, "街道"]
