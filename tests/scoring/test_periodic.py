"""The regular check of figures: the planted faults and nothing else, nobody excused by what is unknown, and less told is never less to do."""

import random
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import pipeline
from screening.access import OPERATOR
from screening.features.catalogue import read_themes
from screening.features.compute import FactContext
from screening.reference.fields import read_dictionary
from screening.reference.parameters import parameters_on, read_parameters
from screening.rulebook.book import read_rulebook
from screening.scoring.periodic.duties import due_periods, period_label, read_duties
from screening.scoring.periodic.items import Fault, Figures, Item, check_figures
from screening.scoring.ranking import find_run
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, Rows, write_csv

pytestmark = pytest.mark.slow

RULES = PROJECT_ROOT / "rules"
PLANTED: list[dict[str, Any]] = yaml.safe_load((PROJECT_ROOT / "data" / "sample" / "schemes.yaml").read_text(encoding="utf-8"))[
    "figures"
]
LENDER, PAWN = "91440803MA9010033J", "91440803MA9010041D"
NAMES = {LENDER: "湛江市虚甲小额贷款有限公司", PAWN: "湛江市虚乙典当有限公司"}
SOUND = {
    LENDER: {"净资产": "1000", "资产总额": "1500", "负债总额": "500", "贷款余额": "1300", "银行借款余额": "300", "股东借款余额": "100", "非标融资余额": "400",
             "标准化融资余额": "0", "最大单户贷款余额": "50", "最大单户占比": "5%", "最大关联组贷款余额": "80", "区域外贷款余额": "0", "网络小贷资格": "否"},
    PAWN: {"净资产": "1000", "资产总额": "1000", "负债总额": "0", "注册资本": "1000", "典当余额": "600", "动产余额": "400", "房地产余额": "100", "财产权利余额": "100",
           "最大当户余额": "60", "单户集中度": "6%", "银行借款余额": "0", "非银行借款余额": "0", "对外投资余额": "0"},
}  # fmt: skip
KINDS = {LENDER: Kind.MICROLENDER_REPORTS, PAWN: Kind.PAWNSHOP_REPORTS}


@pytest.fixture(scope="module")
def sample(scored_home: Path) -> Iterator[Workspace]:
    opened = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield opened
    opened.register.close()


def report(code: str, period: str, submitted: str = "2026-10-10", **changed: str) -> dict[str, str]:
    return {"统一社会信用代码": code, "报告期": period, "报送日期": submitted, **SOUND[code], **changed}


def sound() -> Rows:
    return [
        report(code, period, day)
        for code in NAMES
        for period, day in (("2026年二季度", "2026-07-10"), ("2026年三季度", "2026-10-10"))
    ]


def figures_of(home: Path, reports: Rows, **register: str) -> Figures:
    """The check of what is delivered to a new workspace."""
    home.mkdir(parents=True)
    workspace = Workspace(Settings(home=home / "w", database_url=f"sqlite:///{(home / 'r.sqlite').as_posix()}"))
    listed = {"注册资本（万元）": "1000", "成立日期": "2015-01-01", "登记状态": "存续"} | register
    entities = [{"企业名称": name, "统一社会信用代码": code, **listed} for code, name in NAMES.items()]
    pipeline.load(workspace, [write_csv(home / "名单.csv", entities)], kind=Kind.ENTITIES, received=AS_OF)
    for number, row in enumerate(reports):  # one delivery each, in the order given
        pipeline.load(workspace, [write_csv(home / f"{number}.csv", [row])], kind=KINDS[row["统一社会信用代码"]], received=AS_OF)
    found = check_figures(workspace, AS_OF, actor=OPERATOR)
    workspace.register.close()
    return found


def told(found: Figures) -> list[tuple[str, str]]:
    return [(item.kind.value, item.sentence) for item in found.items]


def test_the_sample_gives_exactly_what_was_planted(sample: Workspace) -> None:
    found = check_figures(sample, AS_OF, actor=OPERATOR)
    expected = {(p["uscc"], p["expect"]) for p in PLANTED if p["expect"]}
    assert {(item.entity_id, item.kind.value) for item in found.items} == expected
    assert {(i.entity_id, rule) for i in found.items for rule in i.rules} == {
        (p["uscc"], p["rule"]) for p in PLANTED if p["expect"] == "over_limit"
    }
    assert all(item.sentence and item.basis and item.period in item.sentence for item in found.items)
    assert all(item.sources for item in found.items if item.kind is not Fault.MISSING)
    assert found.unlinked == []


def test_in_september_nothing_had_come_so_everybody_owes(sample: Workspace) -> None:
    found = check_figures(sample, date(2026, 9, 30), actor=OPERATOR)
    assert {item.kind for item in found.items} == {Fault.MISSING}
    assert len({item.entity_id for item in found.items}) == sum(found.owing.values()) > 140


def test_the_check_and_the_rule_book_say_the_same(sample: Workspace) -> None:
    run = find_run(sample)
    limits = {limit.rule for duty in read_duties(RULES).values() for limit in duty.limits}
    with duckdb.connect() as connection:
        outcomes = connection.execute(f"SELECT * FROM {sample.run_rows(run, 'outcomes')}")
        columns = [c[0] for c in outcomes.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in outcomes.fetchall()]
    highest = {rule_id: read_rulebook(RULES).rules[rule_id].highest for rule_id in limits}
    hit = {(row["entity_id"], rule_id) for row in rows for rule_id in limits if row[rule_id] == highest[rule_id]}
    assert hit == {(item.entity_id, rule) for item in check_figures(sample, AS_OF, actor=OPERATOR).items for rule in item.rules}
    near = next(p for p in PLANTED if p["id"] == "mcl_near")
    assert next(row for row in rows if row["entity_id"] == near["uscc"])["MCL-02"] == 80


def test_sound_figures_in_time_leave_nothing_to_do(tmp_path: Path) -> None:
    found = figures_of(tmp_path / "a", sound())
    assert told(found) == []
    assert sum(found.owing.values()) == 2


@pytest.mark.parametrize(
    ("code", "changed", "kind", "said"),
    [
        (LENDER, {"资产总额": "1600"}, "contradictory", "2026年三季度资产总额1,600万元，与负债总额、净资产之和1,500万元不符，差100万元"),
        (LENDER, {"贷款余额": "2000"}, "contradictory", "大于净资产、非标准化融资余额、标准化债权类融资余额之和1,400万元"),
        (LENDER, {"银行借款余额": "-300"}, "contradictory", "银行借款余额为负数（-300万元）"),
        (LENDER, {"最大单户占比": "50%"}, "contradictory", "写50.0%，按金额计算为5.0%"),
        (LENDER, {"最大单户贷款余额": "90", "最大单户占比": "9%"}, "contradictory", "最大单一借款人贷款余额90万元，大于最大借款人及关联方贷款余额80万元"),
        (LENDER, {"净资产": "600", "资产总额": "1100", "最大单户占比": "8.3%", "贷款余额": "900"}, "contradictory", "由上期1,000万元降到600万元，少了40%"),
        (LENDER, {"净资产": "0", "资产总额": "500", "贷款余额": "300", "最大单户占比": ""}, "over_limit", "而净资产为0元"),
        (LENDER, {"区域外贷款余额": "80"}, "over_limit", "应为零（报表写明没有网络小贷资格）"),
        (PAWN, {"典当余额": "700"}, "contradictory", "之和600万元不符"),
        (PAWN, {"注册资本": "2000", "单户集中度": "3%"}, "contradictory", "注册资本写2,000万元，登记为1,000万元"),
        (PAWN, {"非银行借款余额": "200"}, "over_limit", "银行以外借款余额200万元，应为零"),
        (PAWN, {"净资产": "800", "资产总额": "800"}, "over_limit", "净资产800万元，比注册资本1,000万元少20%，应补足"),
    ],
)  # fmt: skip
def test_each_fault_is_said_in_a_sentence(tmp_path: Path, code: str, changed: dict[str, str], kind: str, said: str) -> None:
    rows = sound()
    place = next(n for n, row in enumerate(rows) if row["统一社会信用代码"] == code and "三" in row["报告期"])
    rows[place] |= changed
    items = told(figures_of(tmp_path / "a", rows))
    assert any(k == kind and said in sentence for k, sentence in items), items


def test_late_missing_and_told_twice(tmp_path: Path) -> None:
    rows = [
        report(LENDER, "2026年二季度", "2026-07-15"), report(LENDER, "2026-Q3", "2026-10-16"),
        report(PAWN, "2026-06", "2026-07-01"), report(PAWN, "2026-06", "2026-07-20", 动产余额="300", 典当余额="500"),
    ]  # fmt: skip
    assert told(figures_of(tmp_path / "a", rows)) == [
        ("contradictory", "2026年二季度典当余额先后报了600万元、500万元"),
        ("contradictory", "2026年二季度动产质押典当余额先后报了400万元、300万元"),
        ("missing", "2026年三季度的典当业务报表应于2026-10-15前报送，截至2026-10-31没有收到"),
        ("late", "2026年三季度的小贷业务报表应于2026-10-15前报送，2026-10-16才报送，迟1天"),
    ]
    undated = [row | {"报送日期": ""} for row in sound()]
    assert {sentence[-len("迟16天") :] for _, sentence in told(figures_of(tmp_path / "b", undated)) if "三季度" in sentence} == {
        "迟16天"
    }


@pytest.mark.parametrize(
    ("register", "owing"),
    [({}, 2), ({"登记状态": ""}, 2), ({"登记状态": "吊销，未注销"}, 2), ({"登记状态": "注销"}, 0), ({"成立日期": ""}, 2), ({"成立日期": "2026-10-01"}, 0), ({"成立日期": "2026-08-01"}, 2)],
)  # fmt: skip
def test_nobody_is_excused_by_what_is_not_known(tmp_path: Path, register: dict[str, str], owing: int) -> None:
    found = figures_of(tmp_path / "a", [], **register)
    assert sum(found.owing.values()) == owing
    assert len({item.entity_id for item in found.items}) == owing


def test_rows_of_nobody_or_of_no_period_are_listed(workspace: Workspace, tmp_path: Path) -> None:
    rows: Rows = [
        {"典当行名称": "湛江市虚无典当有限公司", "报告期": "2026-09", "典当余额": "1"},
        {"典当行名称": NAMES[PAWN], "报告期": "上期", "典当余额": "1"},
    ]
    entities: Rows = [{"企业名称": NAMES[PAWN], "统一社会信用代码": PAWN}]
    for kind, own in ((Kind.ENTITIES, entities), (Kind.PAWNSHOP_REPORTS, rows)):
        pipeline.load(workspace, [write_csv(tmp_path / f"{kind}.csv", own)], kind=kind, received=AS_OF)
    assert [(row["row"], row["problem"]) for row in check_figures(workspace, AS_OF, actor=OPERATOR).unlinked] == [
        (2, "对不上登记的主体"),
        (3, "没有认得出的报告期"),
    ]


def _weight(items: list[Item]) -> int:
    """Faults of content may go with the figure that showed them; whether a period was told at all may not."""
    return len({(item.entity_id, item.period_end) for item in items})


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_leaving_reports_out_never_leaves_less_to_do(seed: int) -> None:
    chance = random.Random(seed)
    rows = sound()
    if chance.random() < 0.5:
        rows[chance.randrange(4)] |= {"资产总额": "9999"}
    fewer = deepcopy(rows)
    for _ in range(chance.choice([1, 2])):
        fewer.pop(chance.randrange(len(fewer)))
    with TemporaryDirectory() as folder:
        whole, less = figures_of(Path(folder) / "a", rows).items, figures_of(Path(folder) / "b", fewer).items
    assert _weight(less) >= _weight(whole)
    assert {(i.entity_id, i.period_end) for i in whole if i.kind in (Fault.MISSING, Fault.LATE)} <= {
        (i.entity_id, i.period_end) for i in less
    }


@settings(max_examples=3, deadline=None)
@given(st.sampled_from([LENDER, PAWN]), st.integers(0, 10**6))
def test_a_report_left_out_never_lowers_what_an_entity_may_score(code: str, seed: int) -> None:
    chance = random.Random(seed)
    rows = sound()
    for row in rows:
        amounts = [column for column in SOUND[code] if column in row and "占比" not in column and "集中度" not in column]
        for column in chance.sample(amounts, min(3, len(amounts))):
            row[column] = chance.choice(["", "-5", "0", "120", "950", "5000"])
    fewer = deepcopy(rows)
    fewer.pop(chance.randrange(len(fewer)))
    with TemporaryDirectory() as folder:
        whole, less = (_scores(Path(folder) / name, own) for name, own in (("a", rows), ("b", fewer)))
    for entity_id, (score, _) in whole.items():
        assert sum(less[entity_id]) >= score


def _scores(home: Path, reports: Rows) -> dict[str, tuple[int, int]]:
    home.mkdir(parents=True)
    workspace = Workspace(Settings(home=home / "w", database_url=f"sqlite:///{(home / 'r.sqlite').as_posix()}"))
    entities = [{"企业名称": name, "统一社会信用代码": code, "注册资本（万元）": "1000"} for code, name in NAMES.items()]
    pipeline.load(workspace, [write_csv(home / "名单.csv", entities)], kind=Kind.ENTITIES, received=AS_OF)
    for number, row in enumerate(reports):
        pipeline.load(workspace, [write_csv(home / f"{number}.csv", [row])], kind=KINDS[row["统一社会信用代码"]], received=AS_OF)
    run = pipeline.score(workspace, as_of=AS_OF)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT entity_id, score, could_add FROM read_parquet(?)", [workspace.run_table(run, "scores")]
        ).fetchall()
    workspace.register.close()
    return {entity_id: (score, could_add) for entity_id, score, could_add in rows}


@given(st.dates(date(2011, 1, 1), date(2040, 1, 1)), st.sampled_from([1, 3, 6, 12]), st.integers(0, 60), st.integers(1, 5))
def test_due_periods_are_the_newest_whose_grace_is_over(as_of: date, months: int, grace: int, how_many: int) -> None:
    due = due_periods(as_of, months, grace, how_many)
    assert len(due) == how_many and due == sorted(set(due))
    assert all((end + timedelta(days=1)).day == 1 and end.month % months == 0 for end in due)
    assert due[-1] + timedelta(days=grace) < as_of
    following = due_periods(as_of + timedelta(days=31 * months), months, grace, 10)
    later = min((end for end in following if end > due[-1]), default=None)
    assert later is not None and later + timedelta(days=grace) >= as_of


@pytest.mark.parametrize("theme", ["microlender_reports", "pawnshop_reports"])
@pytest.mark.parametrize(
    "day", [date(2026, 10, 15), date(2026, 10, 16), date(2026, 10, 31), date(2026, 1, 15), date(2026, 1, 16), date(2027, 12, 31)]
)
def test_the_features_use_the_same_period(theme: str, day: date) -> None:
    found = next(one for one in read_themes() if one.theme == theme)
    sql = FactContext(day, {}, parameters_on(RULES, day), frozenset()).fill(found.facts_sql, theme)
    due = sql[sql.index("WITH due") : sql.index("reported AS")].rstrip().rstrip(",")
    with duckdb.connect() as connection:
        assert connection.execute(f"{due} SELECT last_end FROM due").fetchall() == [(due_periods(day, 3, 15, 1)[0],)]


def test_everything_periodic_yaml_names_is_there() -> None:
    book, parameters = read_rulebook(RULES), read_parameters(RULES)
    for duty in read_duties(RULES).values():
        fields = read_dictionary(duty.report).fields
        named = [c for s in duty.sums for c in (s.whole, *s.parts)] + [c for b in duty.bounds for c in (b.less, *b.more)]
        named += [c for s in duty.shares for c in (s.share, s.part, s.of)] + [*duty.same_as_register, duty.capital]
        named += [c for one in duty.limits for c in (one.amount, one.shortfall, one.of, one.none_where_no) if c]
        assert not set(named) - fields.keys()
        assert not set(duty.parameters) - parameters.keys()
        assert not {limit.rule for limit in duty.limits} - book.rules.keys()
        assert not {ref.source for ref in duty.basis} - book.sources.keys()


def test_periods_are_named_as_offices_name_them() -> None:
    ends = [
        (date(2026, 9, 30), 3),
        (date(2026, 8, 31), 3),
        (date(2026, 8, 31), 1),
        (date(2026, 6, 30), 6),
        (date(2026, 12, 31), 12),
    ]
    assert [period_label(end, months) for end, months in ends] == [
        "2026年三季度",
        "2026年8月",
        "2026年8月",
        "2026年上半年",
        "2026年度",
    ]
