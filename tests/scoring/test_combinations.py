"""What several reasons together, or one voice alone, do to the grade: never to the score, never by a gap, and always said."""

from pathlib import Path

import pytest
import yaml

from screening.access import OPERATOR
from screening.rulebook.rule import TENTHS
from screening.scoring.explanation import Adjustment, Explanation, explain
from screening.scoring.ranking import ranked
from screening.settings import PROJECT_ROOT
from screening.vocabulary import Grade, Kind
from tests.promises.world import Rows, World, delivered, make_town, screened

WHO = {"企业名称": "霞山区虚甲打金店", "统一社会信用代码": "91440803MA9010033J"}
CUSTODY = "我在这家店存了50克黄金托管，每月返0.5克，保本保息，现在提不了现，老板联系不上"
CUT_OFFS = {Grade(g): p for g, p in yaml.safe_load((PROJECT_ROOT / "rules/grades.yaml").read_text("utf-8"))["cut_offs"].items()}


def told(*people: str, text: str = CUSTODY, **said: str) -> Rows:
    """One complaint a person; an empty telephone is an anonymous one."""
    return [
        WHO | {"工单编号": f"X{n}", "诉求内容": f"{text}（{n}）", "受理时间": "2026-10-20", "求助号码": phone} | said
        for n, phone in enumerate(people)
    ]


def shop(**said: str) -> World:
    return {Kind.ENTITIES: [WHO | {"行业代码": "5245", "经营范围": "黄金饰品零售"} | said]}


def explained(world: World, folder: Path) -> Explanation:
    workspace, run = delivered(world, folder)
    found = explain(workspace, run, ranked(workspace, run, actor=OPERATOR)[0].entity_id, actor=OPERATOR)
    workspace.register.close()
    return found


def adjustment(of: Explanation, wanted: str) -> Adjustment | None:
    return next((one for one in of.adjustments if one.id == wanted), None)


def test_one_persons_word_alone_is_at_most_orange_and_a_second_person_lifts_that(tmp_path: Path) -> None:
    alone = explained(shop() | {Kind.COMPLAINTS: told("13800000001", "13800000001")}, tmp_path / "alone")
    assert alone.score >= CUT_OFFS[Grade.RED] and alone.grade is Grade.ORANGE
    held = adjustment(alone, "COM-06")
    assert held is not None and set(held.rests_on) == {reason.id for reason in alone.reasons if reason.kind == "rule"}
    two = explained(shop() | {Kind.COMPLAINTS: told("13800000001", "13800000002")}, tmp_path / "two")
    assert two.grade is Grade.RED and adjustment(two, "COM-06") is None


@pytest.mark.parametrize(
    "world",
    [
        pytest.param({Kind.COMPLAINTS: told("", "")}, id="two who do not say who they are may be two"),
        pytest.param({Kind.COMPLAINTS: told("13800000001", 是否集体访="是")}, id="a joint letter is not one voice"),
        pytest.param(
            {Kind.COMPLAINTS: told("13800000001"), Kind.PUBLICITY: [WHO | {"宣传渠道": "微信群", "宣传内容": "黄金托管保本保息，稳赚不赔", "采集时间": "2026-10-10"}]},
            id="an advertisement seen is another source",
        ),
    ],
)  # fmt: skip
def test_what_may_be_more_than_one_voice_is_not_held_down(world: World, tmp_path: Path) -> None:
    found = explained(shop() | world, tmp_path / "w")
    assert found.grade is Grade.RED and adjustment(found, "COM-06") is None


def test_registration_alone_is_at_most_yellow(tmp_path: Path) -> None:
    reports = [WHO | {"年报年度": year, "报送日期": f"{int(year) + 1}-09-01", "资产总额（万元）": "100", "网站": "other.example.invalid", "负债总额（万元）": debt} for year, debt in (("2024", "50"), ("2025", "99"))]  # fmt: skip
    register = shop(经营范围="黄金饰品零售；稳定币信息服务；代客理财", 参保人数="0")
    site = [WHO | {"宣传渠道": "网店", "宣传内容": "新款首饰上市", "网址": "gold-example.invalid", "采集时间": "2026-10-10"}]
    found = explained(register | {Kind.ANNUAL_REPORTS: reports, Kind.PUBLICITY: site}, tmp_path / "w")
    assert {reason.group for reason in found.reasons} == {"REG", "FIN"} and found.score >= CUT_OFFS[Grade.ORANGE]
    held = adjustment(found, "COM-05")
    assert found.grade is Grade.YELLOW and held is not None and held.proposes is None


def test_distress_told_and_a_door_found_shut_propose_red(tmp_path: Path) -> None:
    shut = [WHO | {"检查日期": "2026-10-25", "检查发现": "S01", "检查单位": "虚构街道"}]
    found = explained(shop() | {Kind.COMPLAINTS: told("13800000001"), Kind.INSPECTIONS: shut}, tmp_path / "w")
    proposed = adjustment(found, "COM-03")
    assert proposed is not None and proposed.proposes is Grade.RED and "SITE-01" in proposed.rests_on
    assert "建议定红" in proposed.sentence


@pytest.mark.parametrize("seeds", [range(4), range(4, 8)])
def test_grades_are_what_a_reader_of_the_rules_would_work_out(seeds: range, tmp_path: Path) -> None:
    workspace, run = delivered(make_town(seeds), tmp_path / "w")
    for entity in ranked(workspace, run, actor=OPERATOR):
        found = explain(workspace, run, entity.entity_id, actor=OPERATOR)
        by_points = next((grade for grade in CUT_OFFS if found.score >= CUT_OFFS[grade]), None)
        lifted = found.red_line or any("至少" in one.sentence for one in found.adjustments)
        held = [one.sentence for one in found.adjustments if "至多" in one.sentence]
        expected = by_points
        if any("至多为黄" in sentence for sentence in held):
            expected = Grade.YELLOW
        elif held:
            expected = Grade.ORANGE
        if lifted and expected is not Grade.RED:
            expected = Grade.ORANGE
        assert found.grade is expected or (expected is None and found.grade in (Grade.BLUE, Grade.INSUFFICIENT))
        assert round(found.score * TENTHS) == sum(round(reason.points * TENTHS) for reason in found.reasons)
    workspace.register.close()


def test_losing_who_complained_never_holds_a_grade_down(tmp_path: Path) -> None:
    world = shop() | {Kind.COMPLAINTS: told("13800000001", "13800000002")}
    whole = screened(world, tmp_path / "whole")
    world[Kind.COMPLAINTS] = [row | {"求助号码": ""} for row in world[Kind.COMPLAINTS]]
    less = screened(world, tmp_path / "less")
    assert [row[2] for row in whole.values()] == [row[2] for row in less.values()] == [Grade.RED]
