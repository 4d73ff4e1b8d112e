"""What cannot be read is refused with one sentence, at once, and for whatever bytes."""

import io
import os
import random
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from screening.errors import InvalidFile
from screening.intake import messages, read_file
from screening.vocabulary import Kind
from tests.intake.conftest import CODES, RECEIVED

Write = Callable[..., Path]
PLAIN = [["企业名称", "统一社会信用代码"], ["甲典当有限公司", CODES[0]]]


def refused(path: Path, kind: Kind | None = None) -> InvalidFile:
    began = time.monotonic()
    with pytest.raises(InvalidFile) as caught:
        read_file(path, kind=kind, source=None, received=RECEIVED)
    assert time.monotonic() - began < 10
    assert caught.value.where["file"] == path.name
    assert caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7\n" + b"x" * 100, "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "图片"),
        (b"\xff\xd8\xff\xe0" + b"0" * 100, "图片"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"{\\rtf1", "RTF"),
        (b"", "空"),
        (b"\x00\x01\x02\x03" * 500, "二进制"),
        (b"PK\x03\x04broken", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", "损坏"),
        ("今天天气不错\n明天也是\n".encode(), "表头"),
        (b"\n\n \n", "数据行"),
        ("企业名称,统一社会信用代码\n".encode(), "数据行"),
        (b"<html><body><p>no table</p></body></html>", "表头"),
    ],
)
def test_things_that_are_no_table(tmp_path: Path, data: bytes, word: str) -> None:
    (tmp_path / "名单.xlsx").write_bytes(data)
    assert word in refused(tmp_path / "名单.xlsx").message


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("word/document.xml", "Word"),
        ("ppt/a.xml", "PowerPoint"),
        ("名单.csv", "zip"),
        ("xl/workbook.bin", "xlsb"),
    ],
)
def test_other_archives_named_xlsx(tmp_path: Path, name: str, word: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(name, "x")
    assert word in refused(tmp_path / "a.xlsx").message


def test_encrypted_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "企业名称")
    data = io.BytesIO()
    book.save(data)
    bytes_ = bytearray(data.getvalue())
    place = bytes_.index(struct.pack("<HH", 0x0809, 16))  # the first record of the workbook stream
    bytes_[place + 20 : place + 24] = struct.pack("<HH", 0x2F, int.from_bytes(bytes_[place + 22 : place + 24], "little"))
    (tmp_path / "a.xls").write_bytes(bytes_)
    assert refused(tmp_path / "a.xls").message == messages.ENCRYPTED[0]


def test_truncated_workbooks(tmp_path: Path, xlsx: Write) -> None:
    data = xlsx(PLAIN).read_bytes()
    for cut in (10, 100, len(data) // 2, len(data) - 30):
        (tmp_path / "a.xlsx").write_bytes(data[:cut])
        refused(tmp_path / "a.xlsx")


def _with_part(source: Path, target: Path, part: str, content: bytes) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == part else old.read(info))


def test_zip_bomb(tmp_path: Path, xlsx: Write) -> None:
    body = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + b" " * 200_000_000
    _with_part(xlsx(PLAIN), tmp_path / "bomb.xlsx", "xl/worksheets/sheet1.xml", body)
    assert refused(tmp_path / "bomb.xlsx").message == messages.BOMB[0]


def test_zip_bomb_that_lies_about_its_size(tmp_path: Path, xlsx: Write) -> None:
    _with_part(xlsx(PLAIN), tmp_path / "bomb.xlsx", "xl/worksheets/sheet1.xml", b" " * 200_000_000)
    data = bytearray((tmp_path / "bomb.xlsx").read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(signature)
        while place >= 0:
            if int.from_bytes(data[place + offset : place + offset + 4], "little") == 200_000_000:
                data[place + offset : place + offset + 4] = (1000).to_bytes(4, "little")
            place = data.find(signature, place + 4)
    (tmp_path / "bomb.xlsx").write_bytes(data)
    assert refused(tmp_path / "bomb.xlsx").message == messages.BOMB[0]


def test_a_stray_value_in_the_last_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["企业名称"])
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx").message == messages.TOO_MANY_CELLS[0]


def test_a_stray_value_far_below_a_small_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["企业名称", *(f"列{place}" for place in range(11))])
    book.active["L1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx").message == messages.STRAY_CELL[0]


def test_one_long_string_in_very_many_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "plain.xlsx") as book:  # keeps each string once, as Excel does
        book.add_worksheet().write(0, 0, "企业名称")
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    body = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 60_001))
    sheet = b"<worksheet " + space + b"><sheetData>" + body + b"</sheetData></worksheet>"
    strings = b"<sst " + space + b"><si><t>" + b"x" * 32_000 + b"</t></si></sst>"
    _with_part(tmp_path / "plain.xlsx", tmp_path / "half.xlsx", "xl/worksheets/sheet1.xml", sheet)
    _with_part(tmp_path / "half.xlsx", tmp_path / "bomb.xlsx", "xl/sharedStrings.xml", strings)
    assert refused(tmp_path / "bomb.xlsx").message == messages.BOMB[0]


def test_a_text_file_with_millions_of_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("企业名称,街道\n" + "\n" * 6_000_000, "utf-8")
    assert refused(tmp_path / "a.csv").message == messages.TOO_MANY_LINES[0]


def test_repeated_opendocument_rows(tmp_path: Path) -> None:
    body = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
      xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet><table:table>
      <table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string"
      table:number-columns-repeated="1000"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", body)
    assert refused(tmp_path / "a.ods").message == messages.TOO_MANY_CELLS[0]


def test_a_monstrous_csv_field(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("企业名称,信用代码\n甲店," + "x" * 3_000_000, "utf-8")
    assert refused(tmp_path / "a.csv").message == messages.MONSTROUS_CELL[0]


def test_a_file_too_large_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as stream:
        stream.truncate(513 * 1024 * 1024)
    assert refused(tmp_path / "a.csv").message == messages.TOO_LARGE[0]


def test_the_wrong_kind_says_what_it_looks_like(xlsx: Write) -> None:
    path = xlsx([["工单编号", "诉求内容", "求助号码"], ["X1", "存款拿不回", "13800001234"]])
    assert "投诉举报" in refused(path, Kind.PENALTIES).message


def test_a_kind_asked_for_wins_when_its_columns_are_there(xlsx: Write) -> None:
    path = xlsx([["企业名称", "变更事项", "变更日期"], ["甲店", "住所", "2024-1-1"]])
    (delivery,) = read_file(path, kind=Kind.ENTITIES, source=None, received=RECEIVED)
    assert delivery.kind is Kind.ENTITIES


@pytest.mark.parametrize("seed", range(60))
def test_mutated_bytes_raise_nothing_else(tmp_path: Path, xlsx: Write, text: Write, seed: int) -> None:
    dice = random.Random(seed)
    source = [xlsx, text][seed % 2](PLAIN * 20)
    data = bytearray(source.read_bytes())
    for _ in range(dice.randint(1, 30)):
        place = dice.randrange(len(data))
        data[place : place + dice.randint(0, 4)] = dice.randbytes(dice.randint(0, 4))
    (tmp_path / "坏").write_bytes(data)
    try:
        read_file(tmp_path / "坏", kind=None, source=None, received=RECEIVED)
    except InvalidFile as error:
        assert error.message


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_raise_nothing_else(tmp_path: Path, seed: int) -> None:
    heads = [
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xfe",
        b"<html><table>",
        b"\x09\x08\x10\x00",
    ]
    (tmp_path / "乱").write_bytes(heads[seed % len(heads)] + (random.Random(seed).randbytes(3000) if seed else os.urandom(10)))
    refused(tmp_path / "乱")
