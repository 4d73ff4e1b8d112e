"""`python -m benchmarks.bdci --train DIR [--predict IDS --out scores.csv]`: scores by our score card, then all candidates on the same folds.

Prints for every candidate F1, precision and recall at a chance of one half, F1 at the threshold that was best on the other folds, ROC-AUC (all firms;
within industries J, L, K, I, F), average precision, calibration error, precision at 52, 200 and 500 visits, with 95 % bootstrap intervals, seconds to fit and to
speak for one fold, and peak memory; then the same by districts nobody learned from. Nothing row by row leaves but the scores asked for.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from benchmarks.bdci.additive import Candidate, odds_of
from benchmarks.bdci.candidates import CANDIDATES, OURS
from benchmarks.bdci.contest import Floats, Labels, Result, Split, forms, numbers_of, run, splits
from benchmarks.bdci.histories import groups_of
from benchmarks.bdci.reading import read_firms
from benchmarks.bdci.report import HEADINGS, said
from screening.model.training import calibrated

_CLOSE = ["J", "L", "K", "I", "F"]  # where the industry alone does not tell


def main() -> None:
    """Read, cross-validate, print, score."""
    wanted = _options()
    chosen = [c for c in CANDIDATES if not wanted.only or any(word in c.name for word in wanted.only)]
    firms = read_firms(wanted.train)
    labels = pd.read_csv(wanted.train / "labels_train.csv").set_index("id")["label"]
    groups, known, truth = groups_of(firms), firms.loc[labels.index], labels.to_numpy(np.int64)
    print(
        f"{len(firms)} firms, {len(labels)} labelled, {labels.mean():.1%} at risk; {len(numbers_of(firms))} numbers, "
        f"{groups.shape[1]} groupings\n",
        flush=True,
    )
    own = groups.loc[labels.index]
    cuts = [StratifiedKFold(5, shuffle=True, random_state=seed).split(known, truth) for seed in range(wanted.repeats)]
    every = [list(splits(known, own, truth, cut)) for cut in cuts]
    if wanted.predict:  # first, as it is what somebody may be waiting for
        ids = pd.read_csv(wanted.predict)["id"]
        scores = _score(run(OURS, every), known, groups, truth, firms.loc[ids])
        pd.DataFrame({"id": ids, "probability": scores}).to_csv(wanted.out, index=False)
        print(f"{len(ids)} firms scored by '{OURS.name}' -> {wanted.out}\n", flush=True)
    _table(chosen, every, known, truth, f"5 folds, {wanted.repeats} x")
    if not wanted.no_districts:
        cut = StratifiedGroupKFold(5, shuffle=True, random_state=0).split(known, truth, known["street_code_biz"].to_numpy())
        _table(chosen, [list(splits(known, own, truth, cut))], known, truth, "districts held out")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.bdci", description="All candidates on the same folds, then scores."
    )
    options.add_argument(
        "--train", type=Path, required=True, metavar="DIR", help="folder with base_info.csv, labels_train.csv, the side tables"
    )
    options.add_argument("--predict", type=Path, metavar="IDS", help="csv with the ids to score by the best additive candidate")
    options.add_argument("--out", type=Path, default=Path("scores.csv"), help="where the scores go: id, probability")
    options.add_argument("--only", nargs="*", metavar="NAME", help="only candidates whose name contains one of these")
    options.add_argument("--repeats", type=int, default=1, help="how often to cut into folds; chances are averaged")
    options.add_argument("--no-districts", action="store_true", help="leave out the split by district")
    return options.parse_args()


def _table(chosen: Sequence[Candidate], every: Sequence[Sequence[Split]], known: pd.DataFrame, truth: Labels, title: str) -> None:
    print(f"== {title} ==\n{HEADINGS}", flush=True)
    within = known["industry_letter"].isin(_CLOSE).to_numpy()
    for candidate in chosen:
        print(said(run(candidate, every), truth.astype(float), within), flush=True)
    print()


def _score(best: Result, known: pd.DataFrame, groups: pd.DataFrame, truth: Labels, wanted: pd.DataFrame) -> Floats:
    """Chances by the candidate learned on every label, calibrated on those it had not seen."""
    inside, outside = forms(known, groups.loc[known.index], truth, wanted, groups.loc[wanted.index])
    raw = best.candidate.raw
    base, slope = calibrated(np.zeros(len(truth)), odds_of(best.chance), truth.astype(float), np.ones(len(truth)))
    odds = base + slope * odds_of(best.candidate.learn(inside[raw], truth)(outside[raw]))
    return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


if __name__ == "__main__":
    main()
