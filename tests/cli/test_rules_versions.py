"""A rule change from draft to score: nothing counts before a second person has said so, and last month stays what it was."""

import shutil
from pathlib import Path

import pytest

from screening.settings import PROJECT_ROOT
from tests.cli.conftest import Run
from tests.promises.world import write_csv

CODE = "91440803MA9010033J"


@pytest.fixture
def office(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run` over rules of its own, one shop with one complaint loaded and scored."""
    rules = shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "rules")
    monkeypatch.setenv("SCREENING_RULES", str(rules))
    shop = [{"企业名称": "霞山区虚乙打金店", "统一社会信用代码": CODE}]
    said = [
        {
            "工单编号": "X1",
            "统一社会信用代码": CODE,
            "诉求内容": "拉人头有团队奖，存10万每月返2000",
            "受理时间": "2026-10-20",
            "求助号码": "13800000001",
        }
    ]
    run("load", "entities", str(write_csv(tmp_path / "名单.csv", shop)), "--as-of", "2026-10-31")
    run("load", "complaints", str(write_csv(tmp_path / "投诉.csv", said)), "--as-of", "2026-10-31")
    run("score", "--as-of", "2026-10-31")
    run("user", "add", "fuzeren", "--name", "虚负责", "--unit", "区处非办", "--role", "chief")
    return run


def test_a_draft_counts_only_after_a_second_person_and_can_be_taken_back(office: Run, tmp_path: Path) -> None:
    before = office("score", "--as-of", "2026-10-31")[1]
    points = office("explain", CODE)[1]["score"]
    path = tmp_path / "rules" / "recruitment.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("points: 20", "points: 22", 1), encoding="utf-8")
    assert office("rules", "versions")[1]["is_folder_changed"]
    assert office("score", "--as-of", "2026-10-31")[1] == before

    months = ("--from", "2026-10", "--to", "2026-10")
    code, proposed = office("rules", "propose", *months)
    assert code == 0
    assert office("rules", "approve", proposed["version"])[0] == 3
    assert office("rules", "approve", proposed["version"], "--as", "fuzeren")[1] == {"active": proposed["version"]}
    office("score", "--as-of", "2026-10-31")
    assert office("explain", CODE)[1]["score"] > points

    first = office("rules", "versions")[1]["steps"][0]["version"]
    office("rules", "propose", "--as", "fuzeren", "--version", first, *months)
    office("rules", "approve", first)
    again = office("score", "--as-of", "2026-10-31")[1]
    assert again == before
    assert office("explain", CODE, "--run", again["run"])[1]["score"] == points


def test_a_proposal_can_be_turned_down(office: Run, tmp_path: Path) -> None:
    active = office("rules", "versions")[1]["active"]
    path = tmp_path / "rules" / "recruitment.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("points: 20", "points: 22", 1), encoding="utf-8")
    version = office("rules", "propose", "--from", "2026-10", "--to", "2026-10")[1]["version"]
    assert office("rules", "versions")[1]["waiting"] == version
    assert office("rules", "reject", version, "--as", "fuzeren")[1] == {"active": active}
    assert office("rules", "approve", version, "--as", "fuzeren")[0] == 2
