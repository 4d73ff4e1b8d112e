"""Coverage: every registered entity in exactly one class, totals equal to the register, doubles shown to both units."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import pipeline
from screening.access import OPERATOR
from screening.scoring.coverage import Class, Planned, Registered, classify, coverage
from screening.scoring.double_visits import by_unit, double_visits, unit_key
from screening.scoring.visits import Visit
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Sector
from tests.promises.world import AS_OF, Rows, delivered, make_world, write_csv

CODES = ("91440803MA9010033J", "91440803MA9010041D", "91440803MA9010025P")


@pytest.fixture(scope="module")
def sample(scored_home: Path) -> Iterator[Workspace]:
    opened = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield opened
    opened.register.close()


def registered(entity_id: str, *, listed: int = 0, is_scored: bool = True) -> Registered:
    return Registered(entity_id, None, Sector.OTHER, None, AS_OF - timedelta(days=listed), is_scored)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def register_of(workspace: Workspace) -> int:
    """How many entities the register has settled an id for, counted without the code under test."""
    with workspace.register.writing() as connection:
        return len({entity_id for _, entity_id, _ in workspace.register.entity_keys(connection)})


def test_each_class_has_its_case_and_the_first_that_fits_counts() -> None:
    entities = [
        registered("a-new", is_scored=False, listed=400),
        registered("b-plan-passed"),
        registered("c-visited-long-ago", listed=400),
        registered("d-stale", listed=91),
        registered("e-stale-but-seen", listed=91),
        registered("f-never"),
        registered("g-recent"),
        registered("h-plan-kept"),
        registered("i-plan-ahead"),
        registered("j-listed-just-in-time", listed=90),
    ]
    seen = [
        Visit("a-new", ago(1), True), Visit("b-plan-passed", ago(20), False), Visit("c-visited-long-ago", ago(181), False),
        Visit("e-stale-but-seen", ago(3), None), Visit("g-recent", ago(180), None), Visit("h-plan-kept", ago(9), True),
        Visit("f-never", AS_OF + timedelta(days=1), True), Visit("somebody-else", ago(1), True),
    ]  # fmt: skip
    planned = [
        Planned("b-plan-passed", ago(10), "工农街道"), Planned("h-plan-kept", ago(10), "工农街道"), Planned("i-plan-ahead", AS_OF, "工农街道"),
    ]  # fmt: skip
    members = {m.entity.entity_id: m for m in classify(entities, seen, planned, AS_OF, 180, 90)}
    assert {entity_id: m.class_.value for entity_id, m in members.items()} == {
        "a-new": "never_scored",
        "b-plan-passed": "overdue",
        "c-visited-long-ago": "overdue",
        "d-stale": "stale",
        "e-stale-but-seen": "stale",
        "f-never": "never_visited",
        "g-recent": "visited",
        "h-plan-kept": "visited",
        "i-plan-ahead": "never_visited",
        "j-listed-just-in-time": "never_visited",
    }
    assert members["b-plan-passed"].missed == ago(10)
    assert members["c-visited-long-ago"].is_stale, "what the order hides stands beside the class"


days = st.integers(0, 500).map(ago)
ids = st.sampled_from("abcdefgh")


@given(
    st.lists(st.builds(Registered, ids, st.none(), st.sampled_from(Sector), st.sampled_from(["工农街道", None]), days, st.booleans()), unique_by=lambda e: e.entity_id),
    st.lists(st.builds(Visit, ids, days, st.none() | st.booleans())),
    st.lists(st.builds(Planned, ids, days, st.just("工农街道"))),
)  # fmt: skip
def test_everybody_is_in_one_class_and_a_visit_today_never_leaves_anybody_overdue(
    entities: list[Registered], seen: list[Visit], planned: list[Planned]
) -> None:
    members = classify(entities, seen, planned, AS_OF, 180, 90)
    assert [m.entity.entity_id for m in members] == sorted(e.entity_id for e in entities)
    today = [Visit(e.entity_id, AS_OF, None) for e in entities]
    assert not [m for m in classify(entities, [*seen, *today], planned, AS_OF, 180, 90) if m.class_ is Class.OVERDUE]


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**6), st.integers(-30, 400))
def test_totals_equal_the_register_on_generated_months(seed: int, later: int) -> None:
    with TemporaryDirectory() as folder:
        workspace, _ = delivered(make_world(seed), Path(folder) / "w")
        extra: Rows = [{"企业名称": "霞山区虚戊打金店"}]
        pipeline.load(
            workspace, [write_csv(Path(folder) / "新.csv", extra)], kind=Kind.ENTITIES, received=AS_OF + timedelta(days=1)
        )
        for day in (AS_OF, AS_OF + timedelta(days=1 + abs(later))):
            found = coverage(workspace, day, actor=OPERATOR)
            total = register_of(workspace) - (day == AS_OF)
            assert len(found.members) == sum(found.by_class.values()) == sum(line.total for line in found.lines) == total
            assert Counter(m.class_ for m in found.members) == Counter({c: n for c, n in found.by_class.items() if n})
            assert found.by_class[Class.NEVER_SCORED] == (day != AS_OF)
        workspace.register.close()


def test_totals_equal_the_register_on_the_sample(sample: Workspace) -> None:
    for day, total in ((date(2026, 9, 30), 1261), (AS_OF, 1566)):
        found = coverage(sample, day, actor=OPERATOR)
        assert len({m.entity.entity_id for m in found.members}) == len(found.members) == total
        assert sum(found.by_class.values()) == sum(line.total for line in found.lines) == total
        assert len({(line.street, line.sector) for line in found.lines}) == len(found.lines)
    assert register_of(sample) == 1566
    run = sample.register.runs()[0]
    assert run.summary["entities"] == 1566


def test_half_a_year_of_silence_shows(sample: Workspace) -> None:
    by_class = coverage(sample, AS_OF + timedelta(days=100), actor=OPERATOR).by_class
    assert by_class[Class.STALE] == 1566 - by_class[Class.OVERDUE]
    assert coverage(sample, AS_OF + timedelta(days=250), actor=OPERATOR).by_class[Class.OVERDUE] > 200


def test_an_empty_workspace_has_no_members(workspace: Workspace) -> None:
    assert coverage(workspace, AS_OF, actor=OPERATOR).members == []


def test_what_is_read_of_visits_is_what_was_delivered(workspace: Workspace, tmp_path: Path) -> None:
    shops: Rows = [{"企业名称": f"霞山区虚{n}打金店", "统一社会信用代码": code} for n, code in zip("甲乙丙", CODES, strict=True)]
    went: Rows = [
        {"统一社会信用代码": CODES[0], "检查日期": "2026-10-20", "检查发现": "S10", "检查单位": "工农街道办事处"},
        {"统一社会信用代码": CODES[0], "检查日期": "2026-10-28", "检查发现": "S03", "检查单位": "霞山区市场监督管理局"},
        {"统一社会信用代码": CODES[1], "检查日期": "2026-10-28", "检查发现": "", "检查单位": "工农街道"},
    ]
    for kind, rows in ((Kind.ENTITIES, shops), (Kind.INSPECTIONS, went)):
        pipeline.load(workspace, [write_csv(tmp_path / f"{kind}.csv", rows)], kind=kind, received=AS_OF)
    found = coverage(workspace, AS_OF, actor=OPERATOR)
    assert [(v.entity_id, v.found) for v in found.visits] == [(CODES[0], False), (CODES[0], True), (CODES[1], None)]
    (double,) = double_visits(found.visits, (), AS_OF, 30, 90)
    assert (double.entity_id, double.days_apart, double.units) == (CODES[0], 8, ("工农街道办事处", "霞山区市场监督管理局"))
    assert by_unit([double]) == {"工农街道办事处": [double], "霞山区市场监督管理局": [double]}


def test_one_unit_or_a_joint_visit_or_a_long_gap_is_no_double() -> None:
    market, street = "湛江市霞山区市场监督管理局", "工农街道办事处"
    seen = [
        Visit("same-unit", ago(9), None, street), Visit("same-unit", ago(1), None, "霞山区工农街道"),
        Visit("joint", ago(9), None, f"{market}、{street}"), Visit("joint", ago(1), None, street),
        Visit("far", ago(45), None, market), Visit("far", ago(1), None, street),
        Visit("old", ago(99), None, market), Visit("old", ago(98), None, street),
        Visit("no-unit", ago(2), None, None), Visit("no-unit", ago(1), None, street),
        Visit("real", ago(5), None, market),
    ]  # fmt: skip
    planned = [
        Planned("real", AS_OF + timedelta(days=3), street),
        Planned("both-plan", AS_OF, street),
        Planned("both-plan", AS_OF, market),
    ]
    doubles = double_visits(seen, planned, AS_OF, 30, 90)
    assert [(d.entity_id, d.days_apart, d.earlier.is_planned, d.later.is_planned) for d in doubles] == [
        ("real", 8, False, True),
        ("both-plan", 0, True, True),
    ]


@given(
    st.lists(
        st.builds(Visit, ids, st.integers(0, 100).map(ago), st.none(), st.sampled_from(["甲局", "乙局", "甲局、乙局", None]))
    ),
    st.lists(st.builds(Planned, ids, st.integers(-40, 20).map(ago), st.sampled_from(["甲局", "丙街道", "丙街道办"]))),
)
def test_doubles_are_of_two_units_near_each_other_and_stand_under_both(seen: list[Visit], planned: list[Planned]) -> None:
    doubles = double_visits(seen, planned, AS_OF, 30, 90)
    lists = by_unit(doubles)
    for double in doubles:
        assert unit_key(double.earlier.unit).isdisjoint(unit_key(double.later.unit))
        assert 0 <= double.days_apart <= 30
        assert all(double in lists[unit] for unit in double.units)
    assert sum(len(own) for own in lists.values()) == 2 * len(doubles)
    assert double_visits(list(reversed(seen)), list(reversed(planned)), AS_OF, 30, 90) == doubles
