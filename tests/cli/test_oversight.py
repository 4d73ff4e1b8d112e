"""`coverage`, `plan` and `figures` on the command line: one document each, and exit codes."""

from pathlib import Path

import pytest

from screening.cli import main
from tests.cli.conftest import Run
from tests.promises.world import Rows, write_csv

CODES = ("91440803MA9010033J", "91440803MA9010041D", "91440803MA9010025P")
FIRMS: Rows = [
    {
        "企业名称": f"湛江市虚{n}典当有限公司",
        "统一社会信用代码": code,
        "注册资本（万元）": "1000",
        "住所": "湛江市霞山区工农街道虚构路1号",
    }
    for n, code in zip("甲乙丙", CODES, strict=True)
]
WENT: Rows = [
    {"统一社会信用代码": CODES[0], "检查日期": "2026-10-20", "检查发现": "S10", "检查单位": "工农街道办事处"},
    {"统一社会信用代码": CODES[0], "检查日期": "2026-10-28", "检查发现": "S10", "检查单位": "市场监管局"},
]


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    """Three pawnshops loaded and scored, the first visited twice."""
    for kind, rows in (("entities", FIRMS), ("inspections", WENT)):
        assert run("load", kind, str(write_csv(tmp_path / f"{kind}.csv", rows)), "--as-of", "2026-10-31")[0] == 0
    run("score", "--as-of", "2026-10-31")
    return run


def test_coverage_plan_and_figures(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = run("coverage", "--as-of", "2026-10-31")
    assert code == 0 and found["entities"] == len(found["members"]) == sum(line["total"] for line in found["lines"]) == 3
    assert found["by_class"] == {"never_scored": 0, "overdue": 0, "stale": 0, "never_visited": 2, "visited": 1}
    assert list(found["double_visits_by_unit"]) == ["工农街道办事处", "市场监管局"]
    code, planned = run("plan", "--visits", "2", "--random", "0.5", "--quota", "工农=1")
    assert code == 0 and [(e["number"], e["why"]) for e in planned["entities"]] == [(1, "rank"), (2, "control")]
    assert CODES[0] not in {e["entity_id"] for e in planned["entities"]}
    assert planned["expected"]["finds"] == "unknown" and planned["missed"] is None
    assert run("plan", "--visits", "2", "--random", "0.5", "--quota", "工农=1")[1] == planned
    code, figures = run("figures", "--as-of", "2026-10-31")
    assert code == 1 and figures["owing"]["pawnshop"] == 3 and figures["by_kind"]["missing"] == 6
    for words in (["coverage"], ["plan", "--visits", "3"], ["figures"]):
        with pytest.raises(SystemExit) as ended:
            main(words if words[0] == "plan" else [*words, "--as-of", "2026-10-31"])
        assert ended.value.code in (0, 1, None)
    assert "合计" in capsys.readouterr().out
    assert run("figures", "--as-of", "2020-01-31")[1]["items"] == [], "a limit that was not law then limits nothing"


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "--visits", "0"],
        ["plan", "--visits", "5", "--random", "2"],
        ["plan", "--visits", "5", "--quota", "工农"],
        ["plan", "--visits", "5", "--quota", "某某=1"],
        ["plan", "--visits", "5", "--quota", "工农=1", "--quota", "工农=2"],
        ["plan", "--visits", "5", "--quota", "工农=6"],
        ["coverage", "--as-of", "2000-01-01"],
    ],
)
def test_what_cannot_be_is_a_sentence_and_exit_two(run: Run, words: list[str]) -> None:
    code, document = run(*words)
    assert code == 2
    assert document["error"] and document["hint"]
