"""What would be is what a list that says so would bring, and is never kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from screening import pipeline
from screening.access import OPERATOR
from screening.cli import main
from screening.errors import InvalidRequest
from screening.rehearsal.snapshot import take
from screening.rehearsal.what_if import what_if
from screening.scoring.explanation import explain
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, Rows, write_csv
from tests.rehearsal.conftest import ENTITIES, SAID, SHOPS
from tests.rehearsal.test_compare import files

SHOP = SHOPS[1]
CHANGES = {"scope": "投资咨询；委托投资；代客理财；股权众筹", "reg_status": "吊销，未注销", "注册资本": "5000万元"}
CHANGED: Rows = [row | {"经营范围": CHANGES["scope"], "登记状态": CHANGES["reg_status"], "注册资本": "5000万元"} for row in ENTITIES if row["统一社会信用代码"] == SHOP]  # fmt: skip
COMPLAINT = "业务员说保本保息年化24%，我投了10万元黄金托管，每月返2000元，现在提不了现，老板联系不上"


def test_it_equals_a_real_scoring_of_the_changed_list(shops: Workspace, tmp_path: Path) -> None:
    before, runs = files(shops.home), shops.register.runs()
    found = what_if(shops, SHOP, CHANGES, AS_OF, actor=OPERATOR)
    assert (before, runs) == (files(shops.home), shops.register.runs()), "nothing is saved"
    assert found.after.score > found.before.score
    pipeline.load(shops, [write_csv(tmp_path / "改.csv", CHANGED)], kind=Kind.ENTITIES, received=AS_OF)
    real = explain(shops, pipeline.score(shops, as_of=AS_OF), SHOP, actor=OPERATOR)
    after = found.after
    assert (after.score, after.grade, after.could_add, after.completeness) == (
        real.score,
        real.grade,
        real.could_add,
        real.completeness,
    )
    assert {(line.id, line.points) for line in after.reasons} == {(reason.id, reason.points) for reason in real.reasons}
    assert round(sum(line.points for line in after.reasons), 1) == after.score
    explained = sum(cause.after - cause.before for cause in found.because)
    assert round(explained, 1) == round(after.score - found.before.score, 1)


def test_one_more_complaint_counts_as_a_real_one(shops: Workspace, tmp_path: Path) -> None:
    found = what_if(shops, SHOP, {}, AS_OF, complaint=COMPLAINT, actor=OPERATOR)
    row = {
        "工单编号": "X99",
        "统一社会信用代码": SHOP,
        "诉求内容": COMPLAINT,
        "受理时间": "2026-10-31",
        "求助号码": "13800099999",
    }
    pipeline.load(shops, [write_csv(tmp_path / "又.csv", [row])], kind=Kind.COMPLAINTS, received=AS_OF)
    real = explain(shops, pipeline.score(shops, as_of=AS_OF), SHOP, actor=OPERATOR)
    assert found.after.score > found.before.score
    assert (found.after.score, found.after.could_add) == (real.score, real.could_add)
    assert {(line.id, line.points) for line in found.after.reasons} == {(reason.id, reason.points) for reason in real.reasons}


def test_the_distance_to_the_next_grade_is_the_cut_off_less_the_score(shops: Workspace) -> None:
    found = what_if(shops, SHOP, CHANGES, AS_OF, actor=OPERATOR)
    for standing in (found.before, found.after):
        cut_offs = {"red": 70, "orange": 45, "yellow": 25}
        if standing.next_up is not None and standing.to_next_up is not None:
            assert round(standing.score + standing.to_next_up, 1) == cut_offs[standing.next_up]
        if standing.next_down is not None and standing.to_next_down is not None:
            assert round(standing.score - standing.to_next_down + 0.1, 1) == cut_offs[standing.grade]
    assert found.before.next_up or found.before.grade == "red"


def test_nobody_else_is_touched_and_the_sample_stays_as_it_is(sample: Workspace) -> None:
    before = files(sample.home), sample.register.runs()
    snapshot = take(sample, sample.settings.rules, AS_OF)
    entity = snapshot.entities[0]
    found = what_if(sample, entity["entity_id"], {"reg_status": "吊销，未注销"}, AS_OF, actor=OPERATOR)
    assert found.before.score == entity["score"] / 10
    assert before == (files(sample.home), sample.register.runs())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"没有的列": "1"}, "没有“没有的列”这一列"),
        ({"注册资本": "面议"}, "读不了"),
        ({"经营范围": ""}, "没有写"),
        ({}, "没有写要改什么"),
    ],
)
def test_what_cannot_be_supposed_is_a_sentence(shops: Workspace, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        what_if(shops, SHOP, changes, AS_OF, actor=OPERATOR)
    assert said in refused.value.message


def test_the_command_shows_both_sides(
    shops: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCREENING_HOME", str(shops.home))
    words = ["rules", "what-if", SHOP, "--set", f"经营范围={CHANGES['scope']}", "--complaint", SAID, "--as-of", "2026-10-31"]
    with pytest.raises(SystemExit):
        main([*words, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["entity_id"] == SHOP
    assert document["after"]["score"] >= document["before"]["score"]
    with pytest.raises(SystemExit):
        main(words)
    assert "没有保存" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["rules", "what-if", SHOP, "--set", "经营范围"])
    assert ended.value.code == 2
