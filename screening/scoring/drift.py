"""Whether this month's data look like last month's: the population stability index of scores and of every feature.

A large index says that the input changed, not that risk did: a new source, a broken export, a changed form. Source: Siddiqi, Credit Risk Scorecards
(2006): below 0.1 stable, above 0.25 changed. With few entities the index is noise, so it is not given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import duckdb

from screening.access import Actor, Document
from screening.features.catalogue import read_features
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.sight import require_district
from screening.store.workspace import Workspace

FEWEST = 50  # entities in each month
NOTICEABLE, LARGE = 0.1, 0.25
_SCORE_EDGES = (0, 100, 250, 450, 700)  # tenths: nothing, up to 10, below 黄, 黄, 橙, 红
_BINS = 5


@dataclass(frozen=True)
class Drift:
    """One column in two runs. `psi` is None where there are too few entities; `unknown_before` and `unknown_now` are shares of entities."""

    name: str
    label: str
    psi: float | None
    unknown_before: float
    unknown_now: float


def drift(workspace: Workspace, before: Run, now: Run, *, actor: Actor) -> list[Drift]:
    """The score's drift, then that of every feature, the largest first; raises `NotAllowed` for who does not see the whole district."""
    require_district(workspace, actor, Document.RULEBOOK)
    with reading() as connection:
        score = _drift(connection, workspace, before, now, "scores", "score", "风险分", _SCORE_EDGES)
        columns = _shared_columns(connection, workspace, before, now)
        found = [
            _drift(connection, workspace, before, now, "features", name, feature.label, None)
            for name, feature in read_features().items()
            if name in columns and not feature.is_text
        ]
    return [score, *sorted(found, key=lambda d: (-(d.psi or 0.0), -abs(d.unknown_now - d.unknown_before), d.name))]


def _shared_columns(connection: duckdb.DuckDBPyConnection, workspace: Workspace, *runs: Run) -> set[str]:
    sources = [workspace.run_rows(run, "features") for run in runs]
    described = [connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall() for source in sources]
    return set.intersection(*({row[0] for row in rows} for rows in described))


def _drift(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    before: Run,
    now: Run,
    table: str,
    column: str,
    label: str,
    edges: Sequence[float] | None,
) -> Drift:
    first, second = (_values(connection, workspace.run_rows(run, table), column) for run in (before, now))
    chosen = edges if edges is not None else _edges(first)
    shares = [_shares(values, chosen) for values in (first, second)]
    psi = None if min(len(first), len(second)) < FEWEST else stability_index(*shares)
    return Drift(
        column, label, psi, *(sum(value is None for value in values) / max(len(values), 1) for values in (first, second))
    )


def _values(connection: duckdb.DuckDBPyConnection, source: str, column: str) -> list[float | None]:
    rows = connection.execute(f'SELECT "{column}"::DOUBLE FROM {source}').fetchall()
    return [row[0] for row in rows]


def _edges(values: Sequence[float | None]) -> list[float]:
    """Inner edges of up to five bins of the earlier month; zero, where most entities stand, is a bin of its own."""
    known = sorted(value for value in values if value is not None and value != 0)
    return sorted({0.0, *(known[len(known) * i // _BINS] for i in range(1, _BINS) if known)})


def _shares(values: Sequence[float | None], edges: Sequence[float]) -> list[float]:
    """Share of each bin: up to the first edge, between two, above the last, unknown."""
    bounds = [float("-inf"), *edges, float("inf")]
    counts = [sum(value is not None and low < value <= high for value in values) for low, high in pairwise(bounds)]
    return smoothed([*counts, sum(value is None for value in values)])


def smoothed(counts: Sequence[int]) -> list[float]:
    """Counts as shares, half a count added to each so that none is empty."""
    return [(count + 0.5) / (sum(counts) + 0.5 * len(counts)) for count in counts]


def stability_index(before: Sequence[float], now: Sequence[float]) -> float:
    """The population stability index of two sets of shares, none of them 0."""
    return sum((q - p) * log(q / p) for p, q in zip(before, now, strict=True))
