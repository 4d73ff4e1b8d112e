"""What is said of a rule's health can be counted by hand."""

from pathlib import Path

from screening import pipeline
from screening.access import OPERATOR
from screening.scoring.health import rule_health
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, Rows, delivered, write_csv

CODES = ("91440803MA9010033J", "91440803MA9010041D", "91440803MA9010025P")
ENTITIES: Rows = [
    {"企业名称": f"霞山区虚{name}打金店", "统一社会信用代码": code} for name, code in zip("甲乙丙", CODES, strict=True)
]
COMPLAINTS: Rows = [
    {"工单编号": f"X{number}", "统一社会信用代码": code, "诉求内容": "在该店存了50克黄金，每月返0.5克，现在不返了", "受理时间": "2026-10-20", "求助号码": f"1380000000{number}"}
    for number, code in enumerate(CODES[:2])
]  # fmt: skip


def test_hits_companions_and_what_visits_confirmed(tmp_path: Path) -> None:
    workspace, run = delivered({Kind.ENTITIES: ENTITIES, Kind.COMPLAINTS: COMPLAINTS}, tmp_path / "w")
    health = {found.rule_id: found for found in rule_health(workspace, run, actor=OPERATOR)}
    custody = health["GLD-01"]
    assert (custody.hits.count, custody.hits.of, custody.last_hit) == (2, 3, AS_OF)
    assert custody.companion is not None
    assert custody.companion_share == 1.0
    assert (custody.confirmed.count, custody.confirmed.of) == (0, 0)
    assert health["MCL-01"].hits.count == 0
    assert health["MCL-01"].last_hit is None

    visits: Rows = [
        {"统一社会信用代码": CODES[0], "检查日期": "2026-11-05", "检查发现": "S03", "检查单位": "虚构街道"},
        {"统一社会信用代码": CODES[2], "检查日期": "2026-11-05", "检查发现": "S10", "检查单位": "虚构街道"},
    ]
    november = AS_OF.replace(month=11, day=30)
    pipeline.load(workspace, [write_csv(tmp_path / "核查.csv", visits)], kind=Kind.INSPECTIONS, received=november)
    later = {found.rule_id: found for found in rule_health(workspace, pipeline.score(workspace, as_of=november), actor=OPERATOR)}
    assert (later["GLD-01"].confirmed.count, later["GLD-01"].confirmed.of) == (1, 1)
    workspace.register.close()
