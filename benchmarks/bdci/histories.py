"""What visits found among firms like this one: rates by industry, kind, office, post, district and capital, and by two of them together.

Each rate is drawn towards that of the next coarser group (class → group → division → letter), more so the fewer firms there are, so that two firms
prove little. A rate never sees the firm it is given to: within the training part it comes from the other folds, outside from the whole training part.
Each is a number a person can read: "of firms of this class and kind, 74 % were at risk". Source: Micci-Barreca (SIGKDD Explorations 2001).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
_WEIGHT = 3.0  # firms' worth of trust in the coarser rate
_FOLDS = 10
_CLASS = ["industry_letter", "industry_division", "industry_group", "industry_code"]
_KIND = ["enttype", "enttypeitem", "ent_type_code"]

# From the coarsest to the finest; several columns joined by + are groups of those together.
CHAINS: Mapping[str, Sequence[str]] = {
    "class_history": _CLASS,
    "kind_history": _KIND,
    "office_history": ["street_code_biz", "office"],
    "post_history": ["street_code_biz", "post"],
    "capital_history": ["capital_band", "capital_exact"],
    "class_and_kind_history": ["industry_letter", "industry_division", "industry_code", "industry_code+ent_type_code"],
    "class_and_post_history": ["industry_letter", "industry_code", "industry_letter+post", "industry_code+post"],
    "class_and_office_history": ["industry_letter", "industry_code", "industry_letter+office", "industry_code+office"],
    "class_and_district_history": ["industry_letter", "industry_code", "industry_code+street_code_biz"],
    "class_and_capital_history": ["industry_letter", "industry_code", "industry_code+capital_band"],
    "kind_and_post_history": ["enttype", "ent_type_code", "ent_type_code+post"],
    "kind_and_office_history": ["enttype", "ent_type_code", "ent_type_code+office"],
    "kind_and_capital_history": ["enttype", "ent_type_code", "ent_type_code+capital_band"],
}


def groups_of(firms: pd.DataFrame) -> pd.DataFrame:
    """For every firm the number of the group it belongs to, one column a level of any chain."""
    named = firms.assign(
        capital_band=pd.cut(np.log10(firms["reg_capital_yuan"].fillna(0) / 10_000 + 2), 12).astype(str),
        capital_exact=firms["reg_capital_yuan"].round().astype(str),
    )
    levels = sorted({level for chain in CHAINS.values() for level in chain})
    return pd.DataFrame({level: _numbered(named, level.split("+")) for level in levels}, index=firms.index)


def histories(groups: pd.DataFrame, labels: Labels, others: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Log-odds of the rates for the labelled firms, each without its own fold, and for others."""
    inside = np.zeros((len(groups), len(CHAINS)))
    for learn, give in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(groups, labels):
        inside[give] = _rates(groups.iloc[learn], labels[learn], groups.iloc[give])
    outside = _rates(groups, labels, others)
    return tuple(pd.DataFrame(rates, frame.index, list(CHAINS)) for rates, frame in ((inside, groups), (outside, others)))  # type: ignore[return-value]


def _rates(groups: pd.DataFrame, labels: Labels, others: pd.DataFrame) -> Floats:
    columns = []
    for chain in CHAINS.values():
        rate = np.full(len(others), labels.mean())
        for level in chain:
            size = int(max(groups[level].max(), others[level].max())) + 1
            risky = np.bincount(groups[level], weights=labels, minlength=size)[others[level]]
            firms = np.bincount(groups[level], minlength=size)[others[level]]
            rate = (risky + _WEIGHT * rate) / (firms + _WEIGHT)
        columns.append(np.log(np.clip(rate, 1e-4, 1 - 1e-4) / (1 - np.clip(rate, 1e-4, 1 - 1e-4))))
    return np.column_stack(columns)


def _numbered(named: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    joined = named[list(columns)].astype(str).agg("|".join, axis=1) if len(columns) > 1 else named[columns[0]].astype(str)
    return np.asarray(pd.factorize(joined)[0] + 1, np.int64)
