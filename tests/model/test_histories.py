"""The rates that the benchmark gives to firms never see the firm they are given to."""

import numpy as np
import pandas as pd

from benchmarks.bdci.histories import CHAINS, histories
from screening.model.measures import area_under_curve


def test_where_labels_are_pure_chance_no_history_tells_them() -> None:
    generator = np.random.default_rng(0)
    labels = (generator.random(1500) < 0.3).astype(np.int64)
    levels = sorted({level for chain in CHAINS.values() for level in chain})
    groups = pd.DataFrame({level: generator.integers(0, 700, 1500) for level in levels})
    inside, outside = histories(groups, labels, groups)
    for name in CHAINS:
        assert 0.42 < area_under_curve(labels.astype(float), inside[name].to_numpy()) < 0.58
        assert area_under_curve(labels.astype(float), outside[name].to_numpy()) > 0.7, (
            "seen from outside, labels would shine through"
        )


def test_what_was_found_among_firms_alike_is_told() -> None:
    labels = np.tile([1, 0], 300).astype(np.int64)
    levels = sorted({level for chain in CHAINS.values() for level in chain})
    groups = pd.DataFrame(dict.fromkeys(levels, labels + 1))
    inside, _ = histories(groups, labels, groups.iloc[:2])
    assert all(inside[name][labels == 1].min() > inside[name][labels == 0].max() for name in CHAINS)
