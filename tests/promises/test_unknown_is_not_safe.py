"""Promise 3: deleting any fact never lowers score + what its unknowns could add, and too little known is 资料不足, never 蓝."""

import random
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from screening.vocabulary import Grade, Kind
from tests.promises.world import IDENTIFYING, make_town, screened

SEEDS = st.lists(st.integers(0, 10**6), min_size=4, max_size=4)


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.integers(0, 10**6))
def test_a_missing_cell_never_lowers_what_an_entity_may_score(seeds: list[int], loss: int) -> None:
    world = make_town(seeds)
    poorer, chance = deepcopy(world), random.Random(loss)
    deleted = []
    for _ in range(chance.choice([1, 4, 12])):
        kind = chance.choice([kind for kind in Kind if poorer[kind]])
        row = chance.choice(poorer[kind])
        column = chance.choice([column for column in row if column not in IDENTIFYING])
        row[column] = ""
        deleted.append((kind.value, column))
    with TemporaryDirectory() as folder:
        whole, less = screened(world, Path(folder) / "a"), screened(poorer, Path(folder) / "b")
    for entity, (score, *_rest) in whole.items():
        less_score, could_add, grade, completeness = less[entity]
        assert less_score + could_add >= score, (entity, deleted)
        assert grade != Grade.BLUE or completeness >= 0.5


@settings(max_examples=4, deadline=None)
@given(SEEDS, st.sampled_from([kind for kind in Kind if kind is not Kind.ENTITIES]))
def test_a_list_never_received_never_lowers_what_an_entity_may_score(seeds: list[int], kind: Kind) -> None:
    world = make_town(seeds)
    with TemporaryDirectory() as folder:
        whole, less = screened(world, Path(folder) / "a"), screened(world | {kind: []}, Path(folder) / "b")
    for entity, (score, *_rest) in whole.items():
        assert less[entity][0] + less[entity][1] >= score, (entity, kind)


def test_an_entity_of_which_only_the_name_is_known_is_insufficient(tmp_path: Path) -> None:
    found = screened({Kind.ENTITIES: [{"企业名称": "霞山区虚甲打金店"}]}, tmp_path / "only")
    assert [grade for _, _, grade, _ in found.values()] == [Grade.INSUFFICIENT]
