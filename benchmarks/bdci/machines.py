"""Machines of other makers: the explainable boosting machine, additive or with pairs, and as ceilings two that are neither."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from interpret.glassbox import ExplainableBoostingClassifier
from lightgbm import LGBMClassifier
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.bdci.additive import RAW_CODES, SEED, Candidate, Labels, Speaks
from benchmarks.bdci.histories import CHAINS


def _explainable(pairs: int, bags: int = 4) -> Callable[[pd.DataFrame, Labels], Speaks]:
    """An explainable boosting machine with so many terms of two features."""

    def learn(firms: pd.DataFrame, labels: Labels) -> Speaks:
        model = ExplainableBoostingClassifier(
            interactions=pairs,
            outer_bags=bags,
            max_bins=64,
            learning_rate=0.02,
            min_samples_leaf=4,
            monotone_constraints=[int(name in CHAINS) for name in firms],
            n_jobs=1,
            random_state=SEED,
        ).fit(firms, labels)
        return lambda others: np.asarray(model.predict_proba(others)[:, 1], np.float64)

    return learn


def _explainable_raw(pairs: int) -> Callable[[pd.DataFrame, Labels], Speaks]:
    """The same on the table as it came, codes as categories."""

    def learn(firms: pd.DataFrame, labels: Labels) -> Speaks:
        types = ["nominal" if name in RAW_CODES else "continuous" for name in firms]
        model = ExplainableBoostingClassifier(
            interactions=pairs, outer_bags=4, feature_types=types, n_jobs=1, random_state=SEED
        ).fit(firms, labels)
        return lambda others: np.asarray(model.predict_proba(others)[:, 1], np.float64)

    return learn


def _light(firms: pd.DataFrame, labels: Labels) -> Speaks:
    model = LGBMClassifier(
        n_estimators=300,
        learning_rate=0.03,
        num_leaves=7,
        min_child_samples=10,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.6,
        n_jobs=1,
        random_state=SEED,
        verbose=-1,
    ).fit(_coded(firms), labels)
    return lambda others: np.asarray(model.predict_proba(_coded(others)), np.float64)[:, 1]


def _histogram(firms: pd.DataFrame, labels: Labels) -> Speaks:
    model = HistGradientBoostingClassifier(
        learning_rate=0.04, max_iter=200, max_leaf_nodes=8, min_samples_leaf=15, l2_regularization=1.0, random_state=SEED
    ).fit(firms, labels)
    return lambda others: np.asarray(model.predict_proba(others)[:, 1], np.float64)


def _coded(firms: pd.DataFrame) -> pd.DataFrame:
    """Codes as categories, where there are any."""
    return firms.astype({name: "category" for name in firms if name in RAW_CODES})


MACHINES = (
    Candidate("EBM, raw columns", True, _explainable_raw(0), raw=True),
    Candidate("EBM, raw, 10 pairs", False, _explainable_raw(10), raw=True),
    Candidate("EBM", True, _explainable(0)),
    Candidate("EBM, 10 pairs", False, _explainable(10)),
    Candidate("HistGradientBoosting", False, _histogram),
    Candidate("LightGBM", False, _light),
    Candidate("LightGBM, raw columns", False, _light, raw=True),
)
