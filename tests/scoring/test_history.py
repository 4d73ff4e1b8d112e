"""The history of a score: the parts of every move add up to it, to the tenth of a point."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.access import OPERATOR, Actor
from screening.errors import NotAllowed
from screening.rulebook.rule import TENTHS
from screening.scoring.explanation import Explanation, Reason, explain_many
from screening.scoring.history import Moved, moves_between, score_history
from screening.scoring.ranking import find_run, previous_run, ranked
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role

RULES = [f"R-{number}" for number in range(8)]
POINTS = st.dictionaries(st.sampled_from(RULES), st.integers(1, 400))
CAPS = st.dictionaries(st.sampled_from(["CAP-A", "CAP-B"]), st.integers(-200, -1))


@pytest.fixture(scope="module")
def sample(scored_home: Path) -> Iterator[Workspace]:
    opened = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield opened
    opened.register.close()


def explained(tenths: dict[str, int]) -> Explanation:
    reasons = [
        Reason(key, "cap" if key.startswith("CAP") else "rule", key, None, None, value / TENTHS, key, [], [])
        for key, value in tenths.items()
    ]
    return Explanation("e", None, "2026-10-31", "r", 1, sum(tenths.values()) / TENTHS, Grade.BLUE, 0.0, 1.0, False, reasons)


@given(POINTS, CAPS, POINTS, CAPS)
def test_moves_add_up_to_the_change_and_name_what_changed(
    old: dict[str, int], old_caps: dict[str, int], new: dict[str, int], new_caps: dict[str, int]
) -> None:
    before, after = old | old_caps, new | new_caps
    moves = moves_between(explained(before), explained(after))
    assert sum(round(move.change * TENTHS) for move in moves) == sum(after.values()) - sum(before.values())
    told = {move.id: move.moved for move in moves}
    assert set(told) == {key for key in before | after if before.get(key) != after.get(key)}
    assert {key for key, moved in told.items() if moved is Moved.GAINED} == after.keys() - before.keys()
    assert {key for key, moved in told.items() if moved is Moved.LOST} == before.keys() - after.keys()


def test_every_entity_of_the_sample_moved_by_its_reasons(sample: Workspace) -> None:
    run = find_run(sample)
    earlier = previous_run(sample, run)
    assert earlier is not None
    everybody = [entity.entity_id for entity in ranked(sample, run, actor=OPERATOR)]
    old, new = (
        {e.entity_id: e for e in explain_many(sample, one, everybody, actor=OPERATOR, with_sources=False)}
        for one in (earlier, run)
    )
    assert old.keys() & new.keys()
    for entity_id in old.keys() & new.keys():
        change = round(new[entity_id].score * TENTHS) - round(old[entity_id].score * TENTHS)
        assert sum(round(m.change * TENTHS) for m in moves_between(old[entity_id], new[entity_id])) == change


def test_history_tells_each_run_and_its_moves(sample: Workspace) -> None:
    run = find_run(sample)
    first = ranked(sample, run, actor=OPERATOR)[0]
    before, after = score_history(sample, run, first.entity_id, actor=OPERATOR)
    assert (before.change, before.moves) == (None, [])
    assert (after.score, after.rank, after.as_of) == (first.score, first.rank, run.as_of)
    assert after.change == pytest.approx(after.score - before.score)
    assert sum(round(move.change * TENTHS) for move in after.moves) == round((after.change or 0) * TENTHS)
    assert not after.is_other_book


def test_history_keeps_to_ones_own(sample: Workspace) -> None:
    run = find_run(sample)
    stranger = next(e for e in ranked(sample, run, actor=OPERATOR) if e.street not in ("解放街道", None))
    street = Actor("s", "测试员", "解放街道办", Role.STREET, frozenset({"440803001"}))
    assert score_history(sample, run, stranger.entity_id, actor=street) == []
    with pytest.raises(NotAllowed):
        score_history(sample, run, stranger.entity_id, actor=Actor("a", "测试员", "审计", Role.AUDITOR))
