"""The command line is a public interface: documents and exit codes stay as they are."""

import shutil
from pathlib import Path

import pytest

from screening.cli import main
from tests.cli.conftest import Run
from tests.promises.world import Rows, write_csv

CODE = "91440803MA9010033J"
GOOD: Rows = [
    {"企业名称": "湛江市虚甲典当有限公司", "统一社会信用代码": CODE, "注册资本（万元）": "1000", "成立日期": "2021-07-26"}
]
BAD: Rows = [*GOOD, {"企业名称": "", "统一社会信用代码": "待补", "注册资本（万元）": "面议", "成立日期": "2026-02-30"}]


@pytest.fixture(scope="module")
def pawnshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one pawnshop, loaded and scored by the command line."""
    folder = tmp_path_factory.mktemp("pawnshop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCREENING_HOME", str(folder / "home"))
        patch.delenv("SCREENING_DATABASE_URL", raising=False)
        for words in (["load", "entities", str(write_csv(folder / "名单.csv", GOOD))], ["score"]):
            with pytest.raises(SystemExit):
                main([*words, "--as-of", "2026-10-31", "--json"])
    return folder / "home"


@pytest.fixture
def scored(run: Run, pawnshop: Path, workspace_home: Path) -> Run:
    """One pawnshop loaded and scored, in a home of its own."""
    shutil.copytree(pawnshop, workspace_home)
    return run


def test_load_says_what_became_of_every_row(run: Run, tmp_path: Path) -> None:
    code, document = run("load", "auto", str(write_csv(tmp_path / "名单.csv", BAD)))
    entry = document["files"][0]
    assert code == 1
    assert [entry[key] for key in ("kind", "rows_read", "accepted", "rejected", "duplicate", "error")] == [
        "entities",
        2,
        1,
        1,
        0,
        None,
    ]
    assert entry["columns"]["注册资本（万元）"] == "reg_capital_yuan"
    assert entry["rejects"][0]["row"] == 3
    assert entry["rejects"][0]["raw"]["成立日期"] == "2026-02-30"


def test_a_clean_file_ends_with_zero_and_twice_is_once(run: Run, tmp_path: Path) -> None:
    path = str(write_csv(tmp_path / "名单.csv", GOOD))
    assert run("load", "entities", path)[0] == 0
    entry = run("load", "entities", path)[1]["files"][0]
    assert (entry["accepted"], entry["duplicate"]) == (0, 1)


def test_an_unreadable_file_is_one_sentence_and_hinders_no_other(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "照片.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    code, document = run("load", "entities", str(picture), str(write_csv(tmp_path / "名单.csv", GOOD)))
    assert code == 2
    assert "照片.xlsx" in document["error"]
    assert [entry["error"] for entry in document["files"]] == ["unreadable", None]
    assert document["files"][1]["accepted"] == 1


def test_a_dry_run_stores_nothing(run: Run, tmp_path: Path) -> None:
    assert run("load", "entities", str(write_csv(tmp_path / "名单.csv", GOOD)), "--dry-run")[1]["files"][0]["accepted"] == 1
    assert run("score")[0] == 2


def test_score_list_show_and_explain_agree(scored: Run) -> None:
    _, summary = scored("score", "--as-of", "2026-10-31")
    assert set(summary) == {"run", "as_of", "entities", "by_grade"}
    assert sum(summary["by_grade"].values()) == summary["entities"] == 1
    _, listed = scored("list", "--grade", "资料不足", "--sector", "pawnshop")
    entity = listed["entities"][0]
    assert listed["run"] == summary["run"]
    assert (entity["rank"], entity["entity_id"], entity["grade"]) == (1, CODE, "insufficient")
    _, shown = scored("show", CODE)
    assert (shown["entity"]["reg_capital_yuan"], shown["entity"]["est_date"]) == (10_000_000, "2021-07-26")
    assert shown["sources"]["est_date"]["row"] == 2
    _, explained = scored("explain", "湛江市虚甲典当有限公司")
    assert round(sum(reason["points"] for reason in explained["reasons"]), 1) == explained["score"] == entity["score"]
    assert all(unknown["missing"] for unknown in explained["unknown"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "91440803MA9010041D"], "没有找到主体"),
        (["list", "--grade", "紫"], "没有“紫”"),
        (["list", "--area", "某某街道"], "没有名为"),
        (["score", "--as-of", "2026-13-01"], "不是日期"),
        (["load", "entity", "x.csv"], "没有“entity”"),
        (["load", "entities", "没有这个文件.xlsx"], "没有这个文件.xlsx"),
        (["explain", CODE, "--run", "none"], "没有编号为 none"),
        (["rules", "show", "XXX-99"], "没有规则"),
        (["list", "--topp", "3"], "没有选项"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_two(scored: Run, words: list[str], said: str) -> None:
    code, document = scored(*words)
    assert code == 2
    assert said in document["error"]
    assert document["hint"]


def test_the_rule_book_is_shown_as_it_is(run: Run) -> None:
    assert run("rules", "check")[0] == 0
    _, listed = run("rules", "list")
    _, shown = run("rules", "show", listed["rules"][0]["id"])
    assert shown["id"] == listed["rules"][0]["id"]
    assert run("rules", "list", "--waiting")[1]["rules"]
    assert run("rules", "test") == (0, {**run("rules", "test")[1], "failures": []})


@pytest.mark.shared
def test_real_registration_data_loads_by_a_mapping_given_as_data(run: Run, shared_folder: Path) -> None:
    code, document = run(
        "load", "entities", str(shared_folder / "bdci" / "base_info.csv"), "--source", "bdci", "--as-of", "2026-10-31"
    )
    entry = document["files"][0]
    assert (code, entry["rows_read"], entry["accepted"]) == (1, 24865, 24865)
    _, summary = run("score", "--as-of", "2026-10-31")
    assert summary["by_grade"]["blue"] == 0, "so little is known of them that none is safe"
    _, listed = run("list", "--top", "5")
    assert all(run("explain", entity["entity_id"])[0] == 0 for entity in listed["entities"])
