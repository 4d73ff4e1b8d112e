"""The sample month is what its README says, is invented throughout, and comes out of its script unchanged."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from lxml import html  # type: ignore[import-untyped,unused-ignore]
from python_calamine import CalamineWorkbook
from stdnum.cn import uscc

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
MONTHS = ("2026-09", "2026-10")
FILES = [path for month in MONTHS for path in sorted((SAMPLE / month).iterdir())]
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
CODE = re.compile(r"(?<![0-9A-Z])9[123]440803MA[0-9A-Z]{8}(?![0-9A-Z])")
PROMISES = re.compile("保本|年化|每月返|稳赚|翻倍|本金|存金|寄存|托管|锁价|回购|股东卡")

Rows = list[list[str]]


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    """The script itself, imported the way `python data/sample/make.py` sees it."""
    sys.path.insert(0, str(SAMPLE))
    spec = importlib.util.spec_from_file_location("sample_make", SAMPLE / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(SAMPLE))


def rows_of(path: Path) -> Rows:
    """Every row of every sheet of a file as text, titles and footnotes included."""
    head = path.read_bytes()[:4]
    if head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        book = CalamineWorkbook.from_path(str(path))
        sheets = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
        return [[str(cell) for cell in row] for sheet in sheets for row in sheet]
    text = path.read_bytes().decode("utf-8-sig" if head[:3] == b"\xef\xbb\xbf" else "gb18030")
    if path.suffix == ".xls":
        tree = html.fromstring(text)
        return [[cell.text_content() for cell in row.iter("td")] for row in tree.iter("tr")]
    return list(csv.reader(io.StringIO(text)))


def text_of(path: Path) -> str:
    """All cells of a file, one a line."""
    return "\n".join(cell for row in rows_of(path) for cell in row)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Month/file → its text."""
    return {f"{path.parent.name}/{path.name}": text_of(path) for path in FILES}


def document(name: str) -> dict[str, Any]:
    """One of the YAML documents beside the files."""
    loaded: dict[str, Any] = yaml.safe_load((SAMPLE / name).read_text(encoding="utf-8"))
    return loaded


def test_script_makes_exactly_these_files(script: ModuleType) -> None:
    assert script.check(SAMPLE) == []


def test_check_notices_a_changed_file(script: ModuleType, tmp_path: Path) -> None:
    script.make(tmp_path)
    changed = tmp_path / "2026-10" / "11_变更登记.csv"
    changed.write_bytes(changed.read_bytes() + b"x")
    assert script.check(tmp_path) == ["2026-10/11_变更登记.csv"]


@pytest.mark.parametrize("month", MONTHS)
def test_number_of_files(month: str) -> None:
    assert 12 <= sum(path.parent.name == month for path in FILES) <= 20


def test_all_files_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 3_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_each_file_says_it_is_invented(path: Path, texts: dict[str, str]) -> None:
    assert "本表数据为虚构" in texts[f"{path.parent.name}/{path.name}"]


def test_telephone_numbers_are_of_the_invented_block(texts: dict[str, str]) -> None:
    mobiles = {number for text in texts.values() for number in MOBILE.findall(text)}
    assert mobiles and all(number.startswith(("138000", "138001")) for number in mobiles)
    assert "13800138000" not in mobiles
    assert not any(LANDLINE.search(text) for text in texts.values())


def test_credit_codes_are_of_the_invented_block_and_nearly_all_valid(texts: dict[str, str]) -> None:
    codes = {code for text in texts.values() for code in CODE.findall(text)}
    wrong = {code for code in codes if not uscc.is_valid(code)}
    assert len(codes) > 1400 and all(code[8:12] == "MA91" for code in codes)
    assert 5 <= len(wrong) <= 30


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".csv"], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_documented_counts_of_csv_files(path: Path) -> None:
    data = [row for row in rows_of(path)[1:] if any(row) and not row[0].startswith("备注")]
    counts = document("receipts.yaml")[path.parent.name][path.name]
    assert counts["rows_read"] == len(data)
    assert counts["duplicate"] == len(data) - len({tuple(row) for row in data})


def test_receipts_name_every_file_and_reconcile() -> None:
    receipts = document("receipts.yaml")
    assert {f"{month}/{file}" for month in MONTHS for file in receipts[month]} == {
        f"{path.parent.name}/{path.name}" for path in FILES
    }
    for counts in (c for month in MONTHS for c in receipts[month].values()):
        assert counts["rows_read"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]


def test_size_of_the_month(script: ModuleType) -> None:
    world = script.build_world()
    complaints = world.of_kind("complaints", "2026-10")
    named = [c.values["naming"] for c in complaints]
    assert len(world.entities) == 1566 and len({e.street for e in world.entities}) == 10
    assert len({e.name for e in world.entities}) == 1566
    assert 2400 <= len(complaints) <= 2600
    assert 0.28 <= named.count("nick") / len(named) <= 0.38


def test_ordinary_complaints_promise_nothing(script: ModuleType) -> None:
    complaints = [f for f in script.build_world().facts if f.kind == "complaints" and f.entity.is_ordinary]
    assert not [c.values["content"] for c in complaints if PROMISES.search(str(c.values["content"]))]
    assert len({c.values["content"] for c in complaints}) > 0.9 * len(complaints)


@pytest.mark.parametrize("scheme", document("schemes.yaml")["schemes"], ids=lambda s: s["id"])
def test_each_scheme_stands_in_its_files(scheme: dict[str, Any], texts: dict[str, str]) -> None:
    marks = [mark for mark in (scheme["name"], scheme["uscc"]) if mark]
    assert scheme["complaints_linked"] >= 4 and len(scheme["red_flags"]) >= 5
    assert len(scheme["files"]) >= 3
    for file in scheme["files"]:
        assert any(mark in texts[f"2026-10/{file}"] for mark in marks), file


def test_the_readme_lists_schemes_and_lookalikes() -> None:
    readme, plan = (SAMPLE / "README.md").read_text(encoding="utf-8"), document("schemes.yaml")
    assert len(plan["schemes"]) == 14 and len(plan["lookalikes"]) == 10
    assert all(entry["name"] in readme for entry in plan["schemes"] + plan["lookalikes"])
