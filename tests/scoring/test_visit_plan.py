"""The visit plan: under budget, no ties, repeatable, fair to quotas; what controls say is an upper bound."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.access import OPERATOR
from screening.errors import InvalidRequest
from screening.scoring.coverage import Planned
from screening.scoring.indices import Share
from screening.scoring.intervals import upper_bound, wilson
from screening.scoring.ranking import Ranked, find_run
from screening.scoring.visit_plan import CHOSEN, CONTROL, Wanted, bound_of_miss, choose, expected_finds, plan_visits
from screening.scoring.visits import Visit
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Sector

STREETS = ["工农街道", "建设街道", None]


@pytest.fixture(scope="module")
def sample(scored_home: Path) -> Iterator[Workspace]:
    opened = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield opened
    opened.register.close()


def entity(rank: int, street: str | None = None, grade: Grade = Grade.BLUE) -> Ranked:
    return Ranked(rank, f"E{rank:04d}", None, Sector.OTHER, street, 0.0, grade, 1.0, 0.0, False, None, None, None)


worlds = st.lists(st.sampled_from(STREETS), max_size=40).map(lambda streets: [entity(n, s) for n, s in enumerate(streets, 1)])


@given(
    worlds, st.integers(1, 30), st.floats(0, 1), st.sets(st.integers(1, 40)), st.text(max_size=5),
    st.dictionaries(st.sampled_from(["工农街道", "建设街道", "未知街道"]), st.integers(0, 5)),
)  # fmt: skip
def test_a_plan_keeps_its_laws(
    entities: list[Ranked], visits: int, control: float, skipped: set[int], seed: str, quotas: dict[str, int]
) -> None:
    barred = {f"E{rank:04d}": "去过" for rank in skipped}
    wanted = Wanted(visits, None, control, quotas)
    try:
        stops, passed, among = choose(entities, barred, seed, wanted)
    except InvalidRequest:
        assert sum(quotas.values()) > visits - round(visits * control)
        return
    assert choose(list(entities), barred, seed, wanted) == (stops, passed, among), "the same again"
    planned = [stop.entity.entity_id for stop in stops]
    assert len(set(planned)) == len(planned) <= visits
    assert [stop.number for stop in stops] == list(range(1, len(stops) + 1))
    assert not set(planned) & barred.keys()
    assert all(one.reason for one in passed) and {one.entity.entity_id for one in passed} <= barred.keys()
    chosen = [stop.entity for stop in stops if stop.why == CHOSEN]
    assert [e.rank for e in chosen] == sorted(e.rank for e in chosen), "no ties: ranks rise strictly"
    by_street = Counter(e.street or "未知街道" for e in chosen)
    free = [e for e in entities if e.entity_id not in barred]
    for street, number in quotas.items():
        assert by_street[street] == min(number, sum((e.street or "未知街道") == street for e in free))
    for one in chosen:  # nobody of the same subdistrict who stands before was left out
        assert not [e for e in free if e.street == one.street and e.rank < one.rank and e not in chosen]
    assert among == len(free) - len(chosen)
    controls = [stop for stop in stops if stop.why == CONTROL]
    assert len(controls) == min(round(visits * control), among)


def test_without_anything_else_the_best_are_chosen() -> None:
    stops, skipped, among = choose([entity(n) for n in range(1, 11)], {"E0002": "昨天去过"}, "run", Wanted(3))
    assert [stop.entity.rank for stop in stops] == [1, 3, 4]
    assert [(one.entity.rank, one.reason) for one in skipped] == [(2, "昨天去过")]
    assert among == 6


def test_another_run_draws_others_and_everybody_may_be_drawn() -> None:
    entities = [entity(n) for n in range(1, 21)]
    drawn = Counter(
        stop.entity.rank
        for seed in range(400)
        for stop in choose(entities, {}, str(seed), Wanted(10, None, 0.5))[0]
        if stop.why == CONTROL
    )
    assert set(drawn) == set(range(6, 21))
    assert min(drawn.values()) > 90 and max(drawn.values()) < 180, "5 of 15, 400 times: about 133 each"


def test_the_sample_plan_is_repeatable_and_says_whom_it_passes_over(sample: Workspace) -> None:
    run = find_run(sample)
    wanted = Wanted(40, None, 0.25, {"工农": 4, "440803004": 2})
    found, again = plan_visits(sample, run, wanted, actor=OPERATOR), plan_visits(sample, run, wanted, actor=OPERATOR)
    assert (found.stops, found.skipped, found.expected) == (again.stops, again.skipped, again.expected)
    assert len(found.stops) == 40 and len(found.controls) == 10
    chosen = Counter(stop.entity.street for stop in found.stops if stop.why == CHOSEN)
    assert (chosen["工农街道"], chosen["友谊街道"]) == (4, 2)
    assert not [s for s in found.stops if s.entity.last_visit_date and s.entity.last_visit_date >= date(2026, 9, 1)]
    assert "已上门" in found.skipped[0].reason
    first = found.stops[0].entity.entity_id
    moved = plan_visits(sample, run, wanted, [Planned(first, run.as_of, "市场监管局")], actor=OPERATOR)
    assert first not in {stop.entity.entity_id for stop in moved.stops}
    assert [one.reason for one in moved.skipped if one.entity.entity_id == first] == ["市场监管局 已安排 2026-10-31 上门"]


def test_expected_finds_rest_on_visits_after_earlier_scorings(sample: Workspace) -> None:
    expected = plan_visits(sample, find_run(sample), Wanted(20), actor=OPERATOR).expected
    assert sum(share.of for share in expected.by_grade.values()) > 50
    assert expected.expected is not None and expected.low <= expected.expected <= expected.high
    september = next(run for run in sample.register.runs() if run.as_of.month == 9)
    first = plan_visits(sample, september, Wanted(20), actor=OPERATOR).expected
    assert (first.expected, first.low, first.high, first.unknown) == (None, 0.0, 20.0, 20), "nothing to go by: unknown, not zero"


def test_grades_without_outcomes_widen_the_interval() -> None:
    known = {Grade.RED: Share(3, 4), Grade.BLUE: Share(0, 0)}
    expected = expected_finds([Grade.RED, Grade.RED, Grade.BLUE], known)
    low, high = wilson(3, 4) or (0, 0)
    assert expected.expected == 1.5
    assert (expected.low, expected.high, expected.unknown) == (2 * low, 2 * high + 1, 1)


def test_controls_bound_what_was_missed(sample: Workspace) -> None:
    run = find_run(sample)
    found = plan_visits(sample, run, Wanted(40, None, 0.5), actor=OPERATOR)
    assert bound_of_miss(found, [], 180) is None
    before = [Visit(e.entity_id, run.as_of, True) for e in found.controls]
    assert bound_of_miss(found, before, 180) is None, "what was known before says nothing of the draw"
    after = [Visit(e.entity_id, run.as_of + timedelta(days=9), number == 0) for number, e in enumerate(found.controls)]
    missed = bound_of_miss(found, after, 180)
    assert missed is not None
    assert (missed.drawn, missed.visited, missed.found, missed.among) == (20, 20, 1, found.among)
    assert missed.rate_at_most == pytest.approx(0.2161, abs=1e-4)
    assert missed.at_most == -(-missed.rate_at_most * found.among // 1)
    worse = bound_of_miss(found, [replace(v, found=True) for v in after], 180)
    assert worse is not None and worse.at_most == found.among


@given(st.integers(1, 300), st.data())
def test_the_bound_is_above_the_share_and_falls_with_more_visits(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    bound = upper_bound(successes, trials)
    assert successes / trials <= bound <= 1
    assert upper_bound(successes, trials + 50) < bound
    assert upper_bound(0, 59) == pytest.approx(0.0495, abs=1e-4)


def test_the_bound_holds_nineteen_times_in_twenty() -> None:
    chance, population, bad, drawn = random.Random(7), 400, 24, 40
    held = 0
    for _ in range(500):
        found = sum(number < bad for number in chance.sample(range(population), drawn))
        held += upper_bound(found, drawn) * population >= bad
    assert held / 500 >= 0.95


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(5, None, 1.5),
        Wanted(5, None, -0.1),
        Wanted(5, "某某街道"),
        Wanted(5, quotas={"某某": 1}),
        Wanted(5, quotas={"工农": 6}),
    ],
)
def test_what_cannot_be_planned_is_refused(sample: Workspace, wanted: Wanted) -> None:
    with pytest.raises(InvalidRequest):
        plan_visits(sample, find_run(sample), wanted, actor=OPERATOR)
