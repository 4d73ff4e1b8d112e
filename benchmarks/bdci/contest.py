"""All candidates on the same folds, each in a process of its own, so that its peak memory is its own."""

import multiprocessing
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.bdci.additive import RAW_CODES, RAW_NUMBERS, Candidate
from benchmarks.bdci.candidates import CANDIDATES
from benchmarks.bdci.histories import histories

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Forms = dict[bool, pd.DataFrame]  # by whether the columns are raw


@dataclass(frozen=True)
class Split:
    """One fold: what is learned from and spoken of, in both forms."""

    held_out: NDArray[np.int64]
    labels: Labels
    learn: Forms
    speak: Forms


@dataclass(frozen=True)
class Result:
    """One candidate over all folds: the chance of each labelled firm, seconds for one fold, peak memory of the process."""

    candidate: Candidate
    chance: Floats
    fit_seconds: float
    speak_seconds: float
    peak_mib: float


def splits(
    known: pd.DataFrame, groups: pd.DataFrame, truth: Labels, cut: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]
) -> Iterator[Split]:
    """Folds with their histories, learned inside each fold anew."""
    for learn, speak in cut:
        inside, outside = forms(known.iloc[learn], groups.iloc[learn], truth[learn], known.iloc[speak], groups.iloc[speak])
        yield Split(speak, truth[learn], inside, outside)


def forms(
    firms: pd.DataFrame, groups: pd.DataFrame, labels: Labels, others: pd.DataFrame, other_groups: pd.DataFrame
) -> tuple[Forms, Forms]:
    """Numbers with histories, and raw columns, of those learned from and of others."""
    own, theirs = histories(groups, labels, other_groups)
    names = numbers_of(firms)
    learn = {False: firms[names].astype(float).join(own), True: firms[RAW_NUMBERS + RAW_CODES]}
    speak = {False: others[names].astype(float).join(theirs), True: others[RAW_NUMBERS + RAW_CODES]}
    return learn, speak


def numbers_of(firms: pd.DataFrame) -> list[str]:
    """Columns of numbers that are not the same everywhere."""
    return [str(name) for name in firms if pd.api.types.is_numeric_dtype(firms[name]) and firms[name].nunique() > 1]


def run(candidate: Candidate, every: Sequence[Sequence[Split]]) -> Result:
    """Learn and speak on every fold of every cut, in a fresh process; chances are averaged over cuts."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        found = alone.submit(_run, candidate.name, every).result()
    return Result(candidate, *found)


def _run(name: str, every: Sequence[Sequence[Split]]) -> tuple[Floats, float, float, float]:
    candidate = next(one for one in CANDIDATES if one.name == name)  # a function does not travel, a name does
    chance = np.zeros(sum(len(split.held_out) for split in every[0]))
    fit_seconds, speak_seconds = [], []
    for split in (split for cut in every for split in cut):
        begun = time.perf_counter()
        speak = candidate.learn(split.learn[candidate.raw], split.labels)
        learned = time.perf_counter()
        chance[split.held_out] += speak(split.speak[candidate.raw]) / len(every)
        fit_seconds.append(learned - begun)
        speak_seconds.append(time.perf_counter() - learned)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return chance, float(np.median(fit_seconds)), float(np.median(speak_seconds)), peak
