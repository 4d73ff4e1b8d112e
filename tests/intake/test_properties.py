"""For arbitrary tables: rows reconcile, and a row is the same row in csv and xlsx."""

import csv
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.errors import InvalidFile
from screening.intake import read_file
from tests.intake.conftest import CODES, RECEIVED, reconciles

HEADINGS = [
    "序号",
    "企业名称",
    "统一社会信用代码",
    "注册资本(万元)",
    "成立日期",
    "从业人数",
    "登记状态",
    "经营范围",
    "自定义列",
]
WORDS = st.sampled_from(
    [
        "",
        "甲店",
        "乙典当有限公司",
        *CODES,
        "50万元",
        "面议",
        "2021/3/4",
        "2026-02-30",
        "合计",
        "备注：",
        "存续",
        "1",
        "-3",
        "１２",
        "9E+17",
        "无",
    ]
)
CELLS = WORDS | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
PLAIN = st.sampled_from(["", "甲店", "乙典当有限公司", *CODES, "50万元", "面议", "2021/3/4", "2026-02-30", "存续", "-3", "１２"])
TABLES = st.lists(st.lists(CELLS, min_size=len(HEADINGS), max_size=len(HEADINGS)), min_size=1, max_size=8)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def written(folder: Path, rows: list[list[Any]], suffix: str) -> Path:
    path = folder / f"表.{suffix}"
    if suffix == "csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return path
    book = openpyxl.Workbook()
    for line, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            target = book.active.cell(line, place)
            target.value = cell
            target.data_type = "s"
    book.save(path)
    return path


@SETTINGS
@given(TABLES)
def test_rows_reconcile_for_arbitrary_tables(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), [HEADINGS, *rows], "csv")
        try:
            deliveries = read_file(path, kind=None, source=None, received=RECEIVED)
        except InvalidFile:
            return
        for delivery in deliveries:
            reconciles(delivery)


@SETTINGS
@given(TABLES)
def test_a_row_is_the_same_row_in_csv_and_xlsx(rows: list[list[str]]) -> None:
    assert hashes_of(rows, "csv", 1) == hashes_of(rows, "xlsx", 1)


@SETTINGS
@given(st.lists(st.lists(PLAIN, min_size=len(HEADINGS), max_size=len(HEADINGS)), min_size=1, max_size=8))
def test_a_row_is_the_same_row_with_columns_in_another_order(rows: list[list[str]]) -> None:
    assert hashes_of(rows, "csv", 1) == hashes_of(rows, "csv", -1)


def hashes_of(rows: list[list[str]], suffix: str, step: int) -> list[int]:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), [row[::step] for row in [HEADINGS, *rows]], suffix)
        try:
            deliveries = read_file(path, kind=None, source=None, received=RECEIVED)
        except InvalidFile:
            return []
    return [mark for delivery in deliveries for mark in delivery.table.column("row_hash").to_pylist()]
