"""The additive candidates: a sum of one look-up a line. Histories may only rise: more found among firms like this one never lowers the risk."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, SplineTransformer

from benchmarks.bdci.histories import CHAINS
from screening.model.boosting import Effort, fit
from screening.model.training import total

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Speaks = Callable[[pd.DataFrame], Floats]

RAW_NUMBERS = [
    *("employees", "parnum", "exenum", "reg_capital_yuan", "paid_capital_yuan", "congro", "forregcap", "forreccap"),
]
RAW_CODES = [
    *("industry_letter", "industry_code", "street_code_biz", "ent_type_code", "office", "post", "state", "townsign", "regtype"),
    *("enttype", "enttypeitem", "enttypeminu", "venind", "compform", "adbusign", "protype"),
]
_FEW = 5  # firms without a value, from which not having one is a line of its own
SEED = 0


@dataclass(frozen=True)
class Candidate:
    """`learn` takes the columns named by `raw` (False: numbers and histories; True: the table as it came) and gives what speaks the chance."""

    name: str
    is_additive: bool
    learn: Callable[[pd.DataFrame, Labels], Speaks]
    raw: bool = False


def industry_rule(firms: pd.DataFrame, labels: Labels) -> Speaks:
    """What an officer would say: finance, business services, real estate."""
    return lambda others: np.asarray(others["industry_letter"].isin(["J", "L", "K"]), np.float64)


def card(firms: pd.DataFrame, labels: Labels) -> Speaks:
    """What `screening model train` learns with."""
    names = [str(name) for name in firms]
    absent = [name for name in names if _FEW < firms[name].isna().sum() < len(firms) - _FEW]
    lines = [(name, True) for name in names] + [(name, False) for name in names if name not in CHAINS]
    lines += [(f"no_{name}", True) for name in absent]

    def columns(frame: pd.DataFrame) -> dict[str, Floats]:
        known = {name: frame[name].to_numpy(float) for name in names}
        return known | {f"no_{name}": np.isnan(known[name]).astype(float) for name in absent}

    values = columns(firms)
    effort = Effort(rounds=1200, rate=0.05, bins=64, leaf=5.0, ridge=1.0)
    base, shapes = fit([values[name] for name, _ in lines], lines, labels.astype(float), np.ones(len(labels)), effort)
    return lambda others: _chance(base + total(shapes, columns(others)))


def spline_logistic(firms: pd.DataFrame, labels: Labels) -> Speaks:
    """Cubic splines over ranks, and a flag where there is no value."""
    numbers = [name for name in firms if name not in CHAINS]
    model = make_pipeline(
        make_column_transformer(
            (
                make_pipeline(
                    SimpleImputer(strategy="median", add_indicator=True),
                    QuantileTransformer(random_state=SEED),
                    SplineTransformer(5),
                ),
                numbers,
            ),
            (SplineTransformer(6), list(CHAINS)),
        ),
        LogisticRegression(C=0.05, max_iter=3000),
    ).fit(firms, labels)
    return lambda others: np.asarray(model.predict_proba(others)[:, 1], np.float64)


def logistic_raw(firms: pd.DataFrame, labels: Labels) -> Speaks:
    """Ranks of numbers, a column a code."""
    model = make_pipeline(
        make_column_transformer(
            (
                make_pipeline(SimpleImputer(strategy="median", add_indicator=True), QuantileTransformer(random_state=SEED)),
                RAW_NUMBERS,
            ),
            (OneHotEncoder(handle_unknown="ignore", min_frequency=5), RAW_CODES),
        ),
        LogisticRegression(C=1.0, max_iter=3000),
    ).fit(firms, labels)
    return lambda others: np.asarray(model.predict_proba(others)[:, 1], np.float64)


def odds_of(chance: Floats) -> Floats:
    """Log-odds of chances, kept finite."""
    bounded = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float64)


def _chance(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)), np.float64)
