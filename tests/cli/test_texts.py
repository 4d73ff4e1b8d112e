"""`screening text` and `screening link` as an officer types them."""

import json
from pathlib import Path

import pytest

from screening.cli import main
from tests.cli.conftest import Run
from tests.promises.world import write_csv

CODE = "91440803MA9010033J"


def test_text_gives_direction_phrases_promise_sums_and_heads(run: Run) -> None:
    code, document = run("text", "把钱放典当行每月2分利，十几个人都放了，约120万，本金拿不回来")
    assert code == 0
    assert set(document) == {"direction", "direction_confidence", "phrases", "promised", "amounts", "persons"}
    assert document["direction"] == "invest"
    (promise,) = document["promised"]
    assert (promise["text"], promise["annual_simple"], promise["formula"]) == ("每月2分", 0.24, "2%×12 = 24%")
    assert {hit["phrase"] for hit in document["phrases"]} >= {"把钱放", "本金拿不回"}
    assert document["amounts"][0]["yuan"] == 1_200_000
    assert document["persons"][0]["count"] == 11


def test_text_reads_a_file_and_prints_for_people(
    workspace_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "投诉.txt"
    path.write_text("存10万每月返2000", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["text", "--file", str(path)])
    said = capsys.readouterr().out
    assert not ended.value.code
    assert "2000/100000×12 = 24%" in said
    assert "定额返还" in said


@pytest.mark.parametrize(
    "words", [["text", "一句", "--file", "x.txt"], ["text", "--file", "没有这个文件.txt"], ["text", "一句", "--sector", "面馆"]]
)
def test_text_refuses_with_a_sentence(run: Run, words: list[str]) -> None:
    code, document = run(*words)
    assert code == 2
    assert document["error"]
    assert document["hint"]


@pytest.fixture
def shops(run: Run, tmp_path: Path) -> Run:
    """A gold shop and a pawnshop on file."""
    entities = [
        {
            "企业名称": "霞山区虚乙鑫打金店",
            "统一社会信用代码": CODE,
            "经营地址": "湛江市霞山区虚构路12号",
            "所属街道": "新园街道",
        },
        {"企业名称": "湛江市虚甲典当有限公司", "统一社会信用代码": "91440803MA9010041D", "经营地址": "", "所属街道": ""},
    ]
    run("load", "entities", str(write_csv(tmp_path / "名单.csv", entities)), "--as-of", "2026-10-31")
    return run


def test_link_says_whom_each_line_means_how_and_how_sure(shops: Run, tmp_path: Path) -> None:
    rows = [
        {"id": "1", "name": "湛江市虚甲典当有限公司", "address": "", "text": ""},
        {"id": "2", "name": "虚乙鑫金店", "address": "新园街道虚构路12号", "text": ""},
        {"id": "3", "name": "没有这家超市", "address": "", "text": ""},
        {"id": "4", "name": "", "address": "", "text": "城东那家虚乙鑫打金店不退钱"},
    ]
    code, links = shops("link", str(write_csv(tmp_path / "待对.csv", rows)))
    assert code == 1
    assert [(link["id"], link["entity_id"]) for link in links] == [
        ("1", "91440803MA9010041D"),
        ("2", CODE),
        ("3", None),
        ("4", CODE),
    ]
    assert [link["method"] for link in links] == ["name_exact", "name_fuzzy", "none", "name_in_text"]
    assert all(link["why"] and (link["confidence"] or 0) >= 0.9 for link in links if link["entity_id"])
    assert links[1]["candidates"][0]["entity_id"] == CODE
    assert not [link for link in links if "负责人" in link["why"]]


def test_link_without_a_name_column_says_so(shops: Run, tmp_path: Path) -> None:
    code, document = shops("link", str(write_csv(tmp_path / "无名.csv", [{"数量": "1"}])))
    assert code == 2
    assert "名称" in document["error"]
    assert json.dumps(document)
