"""What a rehearsal says can be counted by hand, sees only what the month could know, and stores nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from screening import pipeline
from screening.access import OPERATOR
from screening.cli import main
from screening.errors import InvalidRequest
from screening.rehearsal.compare import compare, months_between, resolve
from screening.rehearsal.snapshot import take
from screening.rulebook.book import read_rulebook
from screening.rulebook.publishing import install
from screening.scoring.visits import Visit, outcomes_within
from screening.settings import PROJECT_ROOT
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, write_csv
from tests.rehearsal.conftest import ENTITIES, SHOPS, complaints

pytestmark = pytest.mark.slow

RULES = PROJECT_ROOT / "rules"
BOTH = months_between("2026-09", "2026-10")
FLOOD = """
- id: REG-98
  name: 成立满一个月
  dimension: compliance
  element: general
  group: REG
  when: age_months >= 1
  points: 30
  basis: [{source: 办公室经验}]
  evidence: 成立{age_months}个月
  false_positive: 全部
  status: active
  examples:
    - {age_months: 1, expect: hit}

- id: REG-02
"""
Changed = Callable[[str, str, str], Path]


def files(home: Path) -> dict[str, int]:
    """Every file under a home with its size, but the database's own side files and what only saves the next scoring time (docs/scale.md)."""
    return {
        str(path.relative_to(home)): path.stat().st_size
        for path in home.rglob("*")
        if path.is_file()
        and not path.name.startswith("register.sqlite")
        and path.relative_to(home).parts[0] not in ("readings", "likeness", "addresses")
    }


def test_the_same_rules_give_an_empty_diff_and_nothing_is_stored(sample: Workspace) -> None:
    before = files(sample.home), sample.register.runs(), sample.register.batches()
    document = compare(sample, RULES, RULES, BOTH, actor=OPERATOR)
    assert document["is_empty"] and not document["warnings"]
    for month in document["months"]:
        assert not month["moved"]
        assert not any(month["entered"].values()) and not any(month["left"].values())
        assert month["visits"]["before"] == month["visits"]["after"] > 0
        assert sum(line["after"] for line in month["visits"]["by_street"]) == month["visits"]["after"]
    assert all(rule["hits_before"] == rule["hits_after"] for rule in document["rules"])
    assert before == (files(sample.home), sample.register.runs(), sample.register.batches())


def test_a_past_month_scores_as_it_did_although_later_batches_are_there(sample: Workspace) -> None:
    for run in sample.register.runs():
        snapshot = take(sample, RULES, run.as_of)
        query = "SELECT entity_id, score, grade, could_add FROM read_parquet(?) ORDER BY entity_id"
        stored = duckdb.execute(query, [sample.run_table(run, "scores")]).fetchall()
        assert [tuple(e[c] for c in ("entity_id", "score", "grade", "could_add")) for e in snapshot.entities] == stored


def test_a_raised_cut_off_moves_exactly_those_between_the_two(sample: Workspace, new_rules: Changed) -> None:
    document = compare(sample, RULES, new_rules("grades.yaml", "yellow: 25", "yellow: 30"), BOTH[1:], actor=OPERATOR)
    for month in document["months"]:
        run = next(run for run in sample.register.runs() if run.as_of == month["as_of"])
        query = "SELECT entity_id FROM read_parquet(?) WHERE grade = 'yellow' AND score < 300"
        expected = {row[0] for row in duckdb.execute(query, [sample.run_table(run, "scores")]).fetchall()}
        assert expected
        assert {move["entity_id"] for move in month["left"]["yellow"]} == expected
        assert month["visits"]["before"] - month["visits"]["after"] == len(expected)
        assert not month["entered"]["yellow"]


def test_a_raised_threshold_takes_its_points_from_the_one_shop_between(shops: Workspace, new_rules: Changed) -> None:
    line = "cluster_people_30d: {label: 30日内多人投诉的人数线, unit: 人, values: [{from: 2010-01-01, value: "
    document = compare(shops, RULES, new_rules("parameters/complaints.yaml", line + "3", line + "4"), [AS_OF], actor=OPERATOR)
    (move,) = document["months"][0]["moved"]
    assert (move["entity_id"], move["street"], move["points_before"] > move["points_after"]) == (SHOPS[1], "建设街道", True)
    assert "CMP-01" in {cause["id"] for cause in move["because"]}
    explained = sum(cause["after"] - cause["before"] for cause in move["because"])
    assert round(explained, 1) == round(move["points_after"] - move["points_before"], 1)
    (rule,) = [rule for rule in document["rules"] if rule["id"] == "CMP-01"]
    assert (rule["change"], rule["hits_before"], rule["hits_after"]) == ("changed", 2, 1)
    assert rule["precision"] == rule["recall"] == "unknown"
    assert not document["is_empty"]


def test_every_difference_in_points_is_explained(sample: Workspace, new_rules: Changed) -> None:
    document = compare(sample, RULES, new_rules("grades.yaml", "CMP: 50, RET: 40", "CMP: 15, RET: 10"), BOTH[1:], actor=OPERATOR)
    moved = [move for month in document["months"] for move in month["moved"]]
    assert moved
    for move in moved:
        explained = sum(cause["after"] - cause["before"] for cause in move["because"])
        assert round(explained, 1) == round(move["points_after"] - move["points_before"], 1)


def test_september_does_not_see_what_came_in_october(workspace: Workspace, tmp_path: Path, new_rules: Changed) -> None:
    september = BOTH[0]
    pipeline.load(workspace, [write_csv(tmp_path / "九.csv", ENTITIES)], kind=Kind.ENTITIES, received=september)
    late = complaints(0, 3, 0, day="2026-09-20")  # said in September, received in October
    pipeline.load(workspace, [write_csv(tmp_path / "十.csv", late)], kind=Kind.COMPLAINTS, received=AS_OF)
    line = "cluster_people_30d: {label: 30日内多人投诉的人数线, unit: 人, values: [{from: 2010-01-01, value: "
    document = compare(workspace, RULES, new_rules("parameters/complaints.yaml", line + "3", line + "1"), BOTH, actor=OPERATOR)
    rule = next(rule for rule in document["rules"] if rule["id"] == "CMP-01")
    assert [month["before"] for month in rule["by_month"]] == [0, 0]  # 41 days old at the end of October
    assert not document["months"][0]["moved"]
    stored = pipeline.score(workspace, as_of=september)
    assert stored.summary["entities"] == document["months"][0]["entities"] == 3


def test_visits_afterwards_judge_and_unvisited_entities_are_no_evidence(shops: Workspace, tmp_path: Path) -> None:
    visits = [
        {"统一社会信用代码": SHOPS[1], "检查日期": "2026-11-05", "检查发现": "S03", "检查单位": "虚构街道"},
        {"统一社会信用代码": SHOPS[0], "检查日期": "2026-11-05", "检查发现": "S10", "检查单位": "虚构街道"},
    ]
    later = AS_OF.replace(month=11, day=30)
    pipeline.load(shops, [write_csv(tmp_path / "核查.csv", visits)], kind=Kind.INSPECTIONS, received=later)
    rule = next(rule for rule in compare(shops, RULES, RULES, [AS_OF], actor=OPERATOR)["rules"] if rule["id"] == "CMP-01")
    assert rule["hits_after"] == 2  # the second shop, where something was found, and the third, where nobody went
    assert (rule["precision"]["share"], rule["precision"]["of"]) == (1.0, 1)
    assert (rule["recall"]["share"], rule["recall"]["of"]) == (1.0, 1)
    assert rule["precision"]["low"] == pytest.approx(0.207, abs=0.001)


def test_a_label_counts_for_so_many_days_and_any_finding_makes_it_positive() -> None:
    found = [Visit("a", AS_OF, True), Visit("b", AS_OF.replace(month=12), False), Visit("b", AS_OF.replace(month=12), True)]
    assert outcomes_within(found, AS_OF, 180) == {"b": True}
    assert outcomes_within(found, AS_OF, 30) == {}


def test_a_rule_that_floods_the_list_trips_the_gate(
    workspace: Workspace, tmp_path: Path, new_rules: Changed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.load(workspace, [write_csv(tmp_path / "名单.csv", ENTITIES)], kind=Kind.ENTITIES, received=AS_OF)
    folder = new_rules("registration.yaml", "\n- id: REG-02\n", FLOOD)
    monkeypatch.setenv("SCREENING_HOME", str(workspace.home))
    words = ["rules", "compare", "active", str(folder), "--from", "2026-10", "--to", "2026-10"]
    code, document = run(words, capsys)
    assert code == 1
    (warning,) = document["warnings"]
    assert (warning["kind"], warning["rule"], warning["lifted"]) == ("flood", "REG-98", 3)
    rule = next(rule for rule in document["rules"] if rule["id"] == "REG-98")
    assert (rule["change"], rule["hits_before"], rule["hits_after"], rule["is_noisy"]) == ("added", None, 3, True)
    with pytest.raises(SystemExit) as ended:
        main(words)
    shown = capsys.readouterr().out
    assert ended.value.code == 1
    assert "提醒" in shown and "REG-98" in shown and "未知" in shown
    words[2:4] = words[3:1:-1]
    assert run(words, capsys)[0] == 0  # taking it away lifts nobody


@pytest.mark.parametrize(("first", "last"), [("2026-13", "2026-13"), ("2026-10", "2026-09"), ("10月", "2026-10")])
def test_wrong_months_are_a_sentence(first: str, last: str) -> None:
    with pytest.raises(InvalidRequest):
        months_between(first, last)


def test_a_word_means_the_active_rules_a_folder_or_a_known_version(workspace: Workspace) -> None:
    assert resolve(workspace, "active") == workspace.settings.rules
    assert resolve(workspace, str(RULES)) == RULES
    install(workspace)
    version = read_rulebook(RULES).version
    assert read_rulebook(resolve(workspace, version)).version == version
    for word in ("没有这个目录", "0" * 12):
        with pytest.raises(InvalidRequest):
            resolve(workspace, word)


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"])
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)
