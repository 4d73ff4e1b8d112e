"""Relations: shown with their path, stopped at what everybody shares, unknown where a key is missing, and never lowered by a gap."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from stdnum.cn import uscc

from screening.access import OPERATOR
from screening.features.relations import connected_groups
from screening.rulebook.outcomes import MAYBE
from screening.scoring.explanation import Explanation, Reason, Unknown, explain_many
from screening.scoring.ranking import ranked
from screening.store.queries import dicts
from screening.vocabulary import Kind
from tests.promises.world import Rows, World, delivered, screened

pytestmark = pytest.mark.slow

GOLD, LEASING, PAWN, ADVICE = (
    "霞山区虚甲打金店",
    "湛江市虚乙融资租赁有限公司",
    "湛江市虚丙典当有限公司",
    "湛江市虚丁投资咨询有限公司",
)
PLAIN = "湛江市虚戊水产有限公司"
_TRADES = {
    GOLD: ("5245", "黄金饰品零售"),
    LEASING: ("7111", "汽车租赁"),
    PAWN: ("6633", "动产质押典当业务"),
    ADVICE: ("7249", "投资咨询"),
}
_NAMED = {"企业名称", "统一社会信用代码", "涉案企业名称"}


def firm(name: str, number: int, **said: str) -> dict[str, str]:
    """A firm of which everything is known and nothing is shared, except what is said."""
    body = f"91440803MA9{number:06d}"
    industry, scope = _TRADES.get(name, ("1471", "水产品加工"))
    return {
        "企业名称": name,
        "统一社会信用代码": body + str(uscc.calc_check_digit(body)),
        "法定代表人": f"虚某第{number}",
        "联系电话": f"0759-9{number:07d}",
        "电子邮箱": f"x{number}@example.invalid",
        "住所": f"湛江市霞山区建设街道虚构路{number}号",
        "经营场所": f"湛江市霞山区建设街道虚拟路{number}号",
        "成立日期": "2026-03-01",
        "企业类型": "个体工商户",
        "行业代码": industry,
        "经营范围": scope,
    } | said


def case(**said: str) -> dict[str, str]:
    """A case of a firm the register does not know, and of which everything is known."""
    return {
        "涉案企业名称": "外地市虚癸财富管理有限公司",
        "法定代表人": "虚某癸",
        "联系电话": "0759-80000000",
        "电子邮箱": "c@example.invalid",
        "经营地址": "湛江市霞山区新园街道示例路9号",
        "立案日期": "2025-05-01",
        "案件状态": "已立案",
    } | said


def holder(of: dict[str, str], name: str, share: str = "60%") -> dict[str, str]:
    return {column: of[column] for column in ("企业名称", "统一社会信用代码")} | {"股东名称": name, "持股比例": share}


def explained(world: World, folder: Path) -> dict[str, Explanation]:
    workspace, run = delivered(world, folder)
    found = explain_many(workspace, run, [entity.entity_id for entity in ranked(workspace, run, actor=OPERATOR)], actor=OPERATOR)
    workspace.register.close()
    return {explanation.name or "": explanation for explanation in found}


def reason(of: Explanation, rule: str) -> Reason | None:
    return next((reason for reason in of.reasons if reason.id == rule), None)


def unknown(of: Explanation, rule: str) -> Unknown | None:
    return next((unknown for unknown in of.unknown if unknown.id == rule), None)


def is_missed(of: Explanation, rule: str) -> bool:
    return reason(of, rule) is None and unknown(of, rule) is None


def test_a_case_entity_is_found_over_its_head_with_the_path_and_the_rows_of_both_sides(tmp_path: Path) -> None:
    entities = [firm(GOLD, 1, 法定代表人="虚某癸", 联系电话="075980000000"), firm(PLAIN, 2)]
    found = explained({Kind.ENTITIES: entities, Kind.CASES: [case()]}, tmp_path / "w")
    same_head, contact = reason(found[GOLD], "NET-01"), reason(found[GOLD], "NET-02")
    assert same_head is not None and same_head.points == 30
    assert {(source.file, source.row) for source in same_head.sources} == {("entities.csv", 2), ("cases.csv", 2)}
    assert {source.quote for source in same_head.sources} == {
        f"「{GOLD} —法定代表人 虚某癸— 外地市虚癸财富管理有限公司（涉非案件：已立案）」"
    }
    assert contact is not None and contact.points == 20 and "电话" in (contact.sources[0].quote or "")
    assert is_missed(found[PLAIN], "NET-01") and is_missed(found[PLAIN], "NET-02")


def test_a_name_alone_is_weaker_and_said_to_need_checking(tmp_path: Path) -> None:
    found = explained({Kind.ENTITIES: [firm(GOLD, 1, 法定代表人="虚某癸")], Kind.CASES: [case()]}, tmp_path / "w")
    same_head = reason(found[GOLD], "NET-01")
    assert same_head is not None and same_head.points == 15
    assert all((source.quote or "").endswith("（同名，待核）") for source in same_head.sources)
    assert reason(found[GOLD], "NET-02") is None


def test_a_case_of_a_registered_firm_connects_by_what_the_register_knows_of_it_and_not_to_itself(tmp_path: Path) -> None:
    entities = [firm(GOLD, 1, 法定代表人="虚某第2"), firm(PLAIN, 2)]
    listed = [case(涉案企业名称=PLAIN, 法定代表人="虚某第2", 统一社会信用代码=entities[1]["统一社会信用代码"])]
    found = explained({Kind.ENTITIES: entities, Kind.CASES: listed}, tmp_path / "w")
    assert reason(found[GOLD], "NET-01") is not None
    assert is_missed(found[PLAIN], "NET-01") and is_missed(found[PLAIN], "NET-02")


def test_an_old_case_does_not_count_and_one_without_a_date_may(tmp_path: Path) -> None:
    entities = [firm(GOLD, 1, 法定代表人="虚某癸"), firm(PLAIN, 2, 法定代表人="虚某庚")]
    cases = [case(立案日期="2015-05-01"), case(涉案企业名称="外地市虚庚财富管理有限公司", 法定代表人="虚某庚", 立案日期="")]
    found = explained({Kind.ENTITIES: entities, Kind.CASES: cases}, tmp_path / "w")
    old, undated = found[GOLD], found[PLAIN]
    assert is_missed(old, "NET-01")
    assert reason(undated, "NET-01") is None and unknown(undated, "NET-01") is not None


def test_a_missing_head_on_either_side_is_unknown(tmp_path: Path) -> None:
    known, silent = firm(GOLD, 1), firm(PLAIN, 2, 法定代表人="")
    here = explained({Kind.ENTITIES: [known, silent], Kind.CASES: [case()]}, tmp_path / "here")
    assert is_missed(here[GOLD], "NET-01")
    assert (asked := unknown(here[PLAIN], "NET-01")) is not None and asked.could_add == 30
    there = explained({Kind.ENTITIES: [known], Kind.CASES: [case(法定代表人="")]}, tmp_path / "there")
    assert unknown(there[GOLD], "NET-01") is not None


def test_without_a_case_list_nothing_is_said_of_cases(tmp_path: Path) -> None:
    found = explained({Kind.ENTITIES: [firm(GOLD, 1)]}, tmp_path / "w")
    assert unknown(found[GOLD], "NET-01") is not None and unknown(found[GOLD], "NET-02") is not None


def test_two_hundred_firms_behind_one_door_and_telephone_raise_nobody(tmp_path: Path) -> None:
    shared = {"住所": "湛江市霞山区新园街道示例路9号", "经营场所": "湛江市霞山区新园街道示例路9号", "联系电话": "0759-80000000"}
    names = [f"湛江市虚{chr(0x4E00 + number)}投资咨询有限公司" for number in range(198)]
    entities = [firm(name, number, **shared, 行业代码="7249") for number, name in enumerate(names, start=10)]
    entities += [firm(GOLD, 1, **shared), firm(LEASING, 2, **shared)]
    found = explained({Kind.ENTITIES: entities, Kind.CASES: [case()]}, tmp_path / "w")
    assert len(found) == 200
    assert [reason.id for explanation in found.values() for reason in explanation.reasons if reason.id.startswith("NET-")] == []


SHARED: list[tuple[dict[str, str], float]] = [
    ({"法定代表人": "虚某甲"}, 8),
    ({"法定代表人": "虚某乙", "联系电话": "0759-7000000"}, 15),
    ({"电子邮箱": "same@example.invalid"}, 15),
    ({"经营场所": "霞山区示例路12号首层3号铺"}, 15),
]


def test_a_gold_shop_and_a_leasing_firm_that_share_something_are_shown_together(tmp_path: Path) -> None:
    entities, pairs = [firm(PLAIN, 1)], {}
    for number, (shared, points) in enumerate(SHARED):
        gold, leasing = f"霞山区虚甲{number}号打金店", f"湛江市虚乙{number}号融资租赁有限公司"
        pairs[gold, leasing] = points, {len(entities) + 2, len(entities) + 3}  # the header is row 1
        entities += [
            firm(GOLD, 10 + number, 企业名称=gold, **shared),
            firm(LEASING, 20 + number, 企业名称=leasing, **shared),
        ]
    found = explained({Kind.ENTITIES: entities}, tmp_path / "w")
    for (gold, leasing), (points, rows) in pairs.items():
        for name, other in ((gold, leasing), (leasing, gold)):
            pattern = reason(found[name], "NET-07")
            assert pattern is not None and pattern.points == points, name
            assert all(
                f"「{name} —" in (source.quote or "") and f"— {other}」" in (source.quote or "") for source in pattern.sources
            )
            assert {source.row for source in pattern.sources} == rows
    assert is_missed(found[PLAIN], "NET-07")


def test_a_firm_that_holds_another_is_a_connection(tmp_path: Path) -> None:
    gold = firm(GOLD, 1, 企业类型="有限责任公司")
    world: World = {Kind.ENTITIES: [gold, firm(LEASING, 2)], Kind.SHAREHOLDERS: [holder(gold, LEASING)]}
    found = explained(world, tmp_path / "w")
    pattern = reason(found[GOLD], "NET-07")
    assert pattern is not None and pattern.points == 15
    assert {source.quote for source in pattern.sources} == {f"「{GOLD} —股东— {LEASING}」"}
    assert {source.file for source in pattern.sources} == {"shareholders.csv", "entities.csv"}


def test_a_firm_of_whose_shareholders_no_list_speaks_may_have_a_partner(tmp_path: Path) -> None:
    found = explained({Kind.ENTITIES: [firm(GOLD, 1), firm(LEASING, 2, 企业类型="有限责任公司")]}, tmp_path / "w")
    assert unknown(found[GOLD], "NET-07") is not None and unknown(found[LEASING], "NET-07") is not None


def test_one_name_over_three_financial_firms(tmp_path: Path) -> None:
    by_name = [firm(name, number, 法定代表人="虚某甲") for number, name in enumerate((GOLD, PAWN, ADVICE, PLAIN), start=1)]
    with_telephone = [
        firm(name, number, 企业名称=f"湛江市虚{number}号商行", 法定代表人="虚某乙", 联系电话="0759-7000000")
        for number, name in enumerate((GOLD, PAWN, ADVICE), start=11)
    ]
    only_two = [
        firm(name, number, 企业名称=f"湛江市虚{number}号商行", 法定代表人="虚某丙")
        for number, name in enumerate((PAWN, ADVICE, PLAIN), start=21)
    ]
    found = explained({Kind.ENTITIES: by_name + with_telephone + only_two}, tmp_path / "w")
    same_name = reason(found[PAWN], "NET-03")
    assert same_name is not None and same_name.points == 5 and "共3户" in same_name.sentence
    assert reason(found[PLAIN], "NET-03") is None
    confirmed = reason(found["湛江市虚12号商行"], "NET-03")
    assert confirmed is not None and confirmed.points == 10
    assert reason(found["湛江市虚21号商行"], "NET-03") is None


def at_one_door(door: str, first: int, days: tuple[str, str, str]) -> Rows:
    return [
        firm(name, number, 企业名称=f"湛江市虚{number}号商行", 住所=door, 成立日期=day)
        for number, (name, day) in enumerate(zip((GOLD, PAWN, ADVICE), days, strict=True), start=first)
    ]


def test_three_financial_firms_set_up_at_one_door_within_half_a_year(tmp_path: Path) -> None:
    together = at_one_door("湛江市霞山区建设街道虚构路8号2栋301房", 11, ("2026-01-01", "2026-04-01", "2026-06-20"))
    late = at_one_door("湛江市霞山区新园街道示例路8号2栋301房", 21, ("2026-01-01", "2026-04-01", "2026-08-01"))
    found = explained({Kind.ENTITIES: together + late}, tmp_path / "w")
    assert all(reason(found[firm_["企业名称"]], "NET-04") is not None for firm_ in together)
    assert all(is_missed(found[firm_["企业名称"]], "NET-04") for firm_ in late)


def test_a_lender_and_an_investment_firm_under_one_control(tmp_path: Path) -> None:
    """Pairs under a holder of one name, who is one person where the telephone is the same, too."""
    entities, held, pairs = Rows(), Rows(), []
    for number, (share, telephone) in enumerate((("60%", "0759-91000001"), ("5%", "0759-92000001"), ("60%", "0759-93000002"))):
        own = f"0759-9{number + 1}000001"
        pawn = firm(PAWN, 10 + number, 企业名称=f"湛江市虚丙{number}号典当有限公司", 企业类型="有限责任公司", 联系电话=own)
        advice = firm(
            ADVICE, 20 + number, 企业名称=f"湛江市虚丁{number}号投资咨询有限公司", 企业类型="有限责任公司", 联系电话=telephone
        )
        entities += [pawn, advice]
        held += [holder(pawn, f"虚某持{number}"), holder(advice, f"虚某持{number}", share)]
        pairs.append((pawn["企业名称"], advice["企业名称"]))
    found = explained({Kind.ENTITIES: entities, Kind.SHAREHOLDERS: held}, tmp_path / "w")
    both, few, apart = pairs
    assert reason(found[both[0]], "NET-06") is not None and reason(found[both[1]], "NET-06") is not None
    assert is_missed(found[few[0]], "NET-06")
    assert reason(found[apart[0]], "NET-06") is None


def related_world() -> World:
    """Everything this file knows, once: a case in each direction, one head over three firms, one door, one holder, one telephone."""
    door = "湛江市霞山区建设街道虚构路8号2栋301房"
    gold = firm(GOLD, 1, 法定代表人="虚某癸", 住所=door, 联系电话="0759-80000000")
    leasing = firm(LEASING, 2, 法定代表人="虚某癸", 住所=door, 企业类型="有限责任公司")
    pawn = firm(PAWN, 3, 法定代表人="虚某癸", 住所=door, 企业类型="有限责任公司")
    advice = firm(ADVICE, 4, 企业类型="有限责任公司", 经营场所="湛江市霞山区新园街道示例路9号")
    held = [holder(leasing, ADVICE), holder(pawn, "虚某辛"), holder(advice, "虚某辛"), holder(advice, "虚某癸", "30%")]
    cases = [
        case(),
        case(涉案企业名称=ADVICE, 法定代表人="虚某第4", 联系电话="0759-90000003", 统一社会信用代码=advice["统一社会信用代码"]),
    ]
    return {Kind.ENTITIES: [gold, leasing, pawn, advice], Kind.SHAREHOLDERS: held, Kind.CASES: cases}


def test_the_related_world_makes_every_relation_rule_hit(tmp_path: Path) -> None:
    found = explained(related_world(), tmp_path / "w")
    hit = {reason.id for explanation in found.values() for reason in explanation.reasons}
    assert {"NET-01", "NET-02", "NET-03", "NET-04", "NET-06", "NET-07"} <= hit


def outcomes(world: World, folder: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """Entity id → relation rule → (points, points an unknown could add), in tenths and before any cap could hide a difference."""
    workspace, run = delivered(world, folder)
    with workspace.connect() as connection:
        rows = dicts(connection.execute(f"SELECT * FROM {workspace.run_rows(run, 'outcomes')}"))
    workspace.register.close()
    rules = [column for column in rows[0] if column.startswith("NET-") and not column.endswith(MAYBE)]
    return {row["entity_id"]: {rule: (row[rule], row[rule + MAYBE]) for rule in rules} for row in rows}


ROWS = [(kind, n) for kind, rows in related_world().items() for n in range(len(rows))]


@pytest.fixture(scope="module")
def whole_outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, tuple[int, int]]]:
    return outcomes(related_world(), tmp_path_factory.mktemp("related") / "w")


@pytest.mark.parametrize(("kind", "n"), ROWS, ids=[f"{kind}-{n}" for kind, n in ROWS])
def test_deleting_a_single_cell_never_lowers_what_a_relation_may_add(
    whole_outcomes: dict[str, dict[str, tuple[int, int]]], kind: Kind, n: int, tmp_path: Path
) -> None:
    world = related_world()
    columns = sorted(world[kind][n].keys() - _NAMED)
    for column in columns[n % 3 :: 3]:  # the neighbour rows try the others
        poorer = deepcopy(world)
        poorer[kind][n][column] = ""
        less = outcomes(poorer, tmp_path / column)
        for entity, rules in whole_outcomes.items():
            for rule, (points, could_add) in rules.items():
                assert sum(less[entity][rule]) >= points + could_add, (entity, rule, column)


def test_deleting_cells_never_lowers_score_and_could_add(tmp_path: Path) -> None:
    world = related_world()
    whole = screened(world, tmp_path / "whole")
    for kind, column in ((Kind.ENTITIES, "法定代表人"), (Kind.SHAREHOLDERS, "股东名称"), (Kind.CASES, "联系电话")):
        poorer = deepcopy(world)
        for row in poorer[kind]:
            row[column] = ""
        less = screened(poorer, tmp_path / kind.value)
        for entity, (score, could_add, *_rest) in whole.items():
            assert sum(less[entity][:2]) >= score + could_add, (entity, kind, column)


def test_groups_hang_together_over_long_chains() -> None:
    links = np.array([(n, n + 1) for n in range(0, 998)] + [(2000, 1500)], dtype=np.int64)
    groups = connected_groups(2001, links[::-1])
    assert len(set(groups[:999])) == 1 and groups[2000] == groups[1500]
    assert len(set(groups)) == 2001 - len(links)
    assert len(set(connected_groups(3, np.empty((0, 2), dtype=np.int64)))) == 3


def test_a_firm_on_the_case_list_itself_is_a_red_line_unless_the_case_was_dropped(tmp_path: Path) -> None:
    statuses = ("已立案", "已撤案", "不予立案", "不构成犯罪")
    entities = [firm(GOLD, n, 企业名称=f"霞山区虚{status}打金店") for n, status in enumerate(statuses, start=1)] + [
        firm(PLAIN, 9)
    ]
    cases = [
        case(涉案企业名称=one["企业名称"], 统一社会信用代码=one["统一社会信用代码"], 案件状态=status)
        for one, status in zip(entities, statuses, strict=False)
    ]
    found = explained({Kind.ENTITIES: entities, Kind.CASES: cases}, tmp_path / "w")
    listed = reason(found[entities[0]["企业名称"]], "NET-08")
    assert listed is not None and listed.red_line and [source.quote for source in listed.sources] == ["已立案"]
    for one in entities[1:]:
        assert is_missed(found[one["企业名称"]], "NET-08"), one["企业名称"]


def test_a_dropped_case_connects_nobody(tmp_path: Path) -> None:
    shared = [firm(GOLD, 1, 法定代表人="虚某癸", 联系电话="0759-80000000")]
    found = explained({Kind.ENTITIES: shared, Kind.CASES: [case(案件状态="已撤案")]}, tmp_path / "w")
    assert is_missed(found[GOLD], "NET-01") and is_missed(found[GOLD], "NET-02")
