"""csv and its relatives: encodings, separators, quotes; HTML and XML tables named .xls."""

from collections.abc import Callable
from pathlib import Path

import pytest

from screening.intake import Delivery
from tests.intake.conftest import CODES, column, problems

Read = Callable[..., Delivery]
Write = Callable[..., Path]
ROWS = [
    ["企业名称", "统一社会信用代码", "经营范围"],
    ["甲典当有限公司", CODES[0], "典当；\n寄售"],
    ["乙打金店", CODES[1], "黄金,饰品"],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_encoding_and_separator(read: Read, text: Write, encoding: str, delimiter: str) -> None:
    delivery = read(text(ROWS, encoding, delimiter, "表.txt"))
    assert column(delivery, "name") == ["甲典当有限公司", "乙打金店"]
    assert column(delivery, "scope") == ["典当；\n寄售", "黄金,饰品"]


def test_big5_with_traditional_headings(read: Read, text: Write) -> None:
    delivery = read(text([["企業名稱", "統一社會信用代碼", "註冊資本（萬元）"], ["某典當行", CODES[0], "50"]], "big5"))
    assert column(delivery, "reg_capital_yuan") == [500_000]


def test_a_broken_byte_does_not_lose_the_file(read: Read, tmp_path: Path) -> None:
    data = "企业名称,信用代码\n甲店,".encode("gb18030") + CODES[0].encode() + b"\n\xff\xff\xe5,x\n"
    (tmp_path / "a.csv").write_bytes(data)
    delivery = read(tmp_path / "a.csv")
    assert delivery.rows_read == 2
    assert any("无法识别" in problem for problem in problems(delivery))


def test_an_unclosed_quote_swallows_no_rows(read: Read, tmp_path: Path) -> None:
    lines = [
        "企业名称,信用代码,街道",
        f'"阿甲打金店,{CODES[0]},建设',
        f"乙店,{CODES[1]},海滨",
        f'丙"店,{CODES[2]},海滨',
        f"丁店,{CODES[3]},海滨",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines), "utf-8")
    delivery = read(tmp_path / "a.csv")
    assert delivery.rows_read == 4
    assert any("引号" in problem for problem in problems(delivery))


def test_a_separator_too_many_is_a_finding(read: Read, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"企业名称,信用代码\n甲店,{CODES[0]},多出来\n", "utf-8")
    assert any("多出内容" in problem for problem in problems(read(tmp_path / "a.csv")))


def test_html_with_spans_named_xls(read: Read, tmp_path: Path) -> None:
    page = f"""<html><meta charset=gbk><table><tr><td colspan=3>名单</td></tr>
      <tr><th rowspan=2>企业<br>名称</th><th colspan=2>登记信息</th></tr>
      <tr><th>信用代码</th><th>注册资本(万元)</th></tr>
      <tr><td>甲店</td><td>{CODES[0]}</td><td rowspan=2>50</td></tr>
      <tr><td>乙店</td><td>{CODES[1]}</td></tr></table>"""
    (tmp_path / "网页.xls").write_bytes(page.encode("gbk"))
    delivery = read(tmp_path / "网页.xls")
    assert column(delivery, "reg_capital_yuan") == [500_000, 500_000]


def test_xml_spreadsheet_named_xls(read: Read, tmp_path: Path) -> None:
    page = f"""<?xml version="1.0" encoding="UTF-8"?>
      <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
      xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="名单"><Table>
      <Row><Cell><Data ss:Type="String">企业名称</Data></Cell>
      <Cell ss:Index="3"><Data>信用代码</Data></Cell></Row>
      <Row ss:Index="4"><Cell><Data>甲店</Data></Cell>
      <Cell ss:Index="3"><Data>{CODES[0]}</Data></Cell></Row>
      </Table></Worksheet></Workbook>"""
    (tmp_path / "旧版.xls").write_text(page, "utf-8")
    delivery = read(tmp_path / "旧版.xls")
    assert column(delivery, "uscc") == [CODES[0]]
    assert column(delivery, "row_no") == [4]
