"""The rules alone, over a feature table that is ready: ours, the same in vectorised pandas and in polars, and two engines that take one row after another.

Every way writes down the rules that hit each entity; ours, pandas and polars the score as well. Row engines get their rows as dictionaries, made beforehand, which
is the best they can hope for, and only so many of them as take a few seconds.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import rule_engine
import zen
from numpy.typing import NDArray

from benchmarks.scale.two_valued import NUMPY, RULE_ENGINE, ZEN, Language, Writer
from screening.features.catalogue import read_features
from screening.features.compute import OPEN
from screening.rulebook.book import Rulebook
from screening.rulebook.outcomes import evaluate
from screening.rulebook.rule import Rule
from screening.scoring.model_rules import scoring_book
from screening.scoring.points import create_points
from screening.store.workspace import Workspace

ROWS = 2_000  # of the engines that take one at a time
Hits = dict[str, list[str]]


@dataclass(frozen=True)
class Rules:
    """The rules in force on a day, with the numbers they name."""

    book: Rulebook
    rules: list[Rule]
    parameters: Mapping[str, float | int]

    @classmethod
    def of(cls, workspace: Workspace, as_of: date) -> "Rules":
        """Of the book that scores."""
        book = scoring_book(workspace, workspace.settings.rules).on(as_of)
        return cls(book, book.scoring_on(as_of), book.numbers_on(as_of))

    def steps(self, rule: Rule, language: Language) -> list[str]:
        """When each step of a rule surely holds."""
        writer = Writer(language, read_features(), self.parameters)
        return [writer.true(condition.tree) for condition in self.book.conditions[rule.id]]

    @property
    def columns(self) -> list[str]:
        """The columns of the feature table that any rule looks at."""
        features = read_features()
        aged = {rule.ages_with for rule in self.rules if rule.ages_with}
        names = sorted(aged.union(*(self.book.features_of(rule.id) for rule in self.rules)))
        open_ = [name + OPEN for name in names if features[name].is_aggregate]
        return ["entity_id", "sector", *names, *open_]


def ours(rules: Rules, features: Path, out: Path) -> None:
    """The statements that screening runs, from Parquet to Parquet."""
    with duckdb.connect() as connection:
        connection.read_parquet(str(features)).create_view("features")
        evaluate(connection, rules.book, rules.rules, read_features(), rules.parameters)
        create_points(connection, rules.rules, rules.book.grades)
        hits = ", ".join(f"""CASE WHEN "{rule.id}" > 0 THEN '{rule.id}' END""" for rule in rules.rules)
        query = f"SELECT entity_id, score, list_filter([{hits}], lambda hit: hit IS NOT NULL) AS hits FROM outcomes JOIN points USING (entity_id)"
        connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


def in_pandas(rules: Rules, features: Path, out: Path) -> None:
    """Every condition as one expression over whole columns."""
    table = pd.read_parquet(features, columns=rules.columns)
    columns, known = _arrays(table)
    everybody = np.ones(len(table), bool)
    names = {"_": columns, "known": known, "everybody": everybody, "nobody": ~everybody}
    sums: dict[str, NDArray[np.int64]] = {}
    hits: list[list[str]] = [[] for _ in range(len(table))]
    for rule in rules.rules:
        points = np.zeros(len(table), np.int64)
        remaining = np.isin(columns["sector"], [str(sector) for sector in rule.sectors])
        for said, step in zip(rules.steps(rule, NUMPY), rule.levels, strict=True):
            holds = remaining & eval(said, names)  # noqa: S307  of our own rules
            points[holds] = _faded(rules, rule, step.points, columns)[holds]
            remaining &= ~holds
        for row in np.flatnonzero(points):
            hits[row].append(rule.id)
        sums[rule.group] = sums.get(rule.group, np.zeros(len(table), np.int64)) + points
    score = sum((np.minimum(sums[group], rules.book.grades.caps[group]) for group in sums), np.zeros(len(table), np.int64))
    pd.DataFrame({"entity_id": table["entity_id"], "score": score, "hits": hits}).to_parquet(out, compression="zstd")


def in_polars(rules: Rules, features: Path, out: Path) -> None:
    """The same expressions, planned as one query."""
    columns = {name: pl.col(name) for name in rules.columns}
    known = {name: column.is_not_null() for name, column in columns.items()}
    names = {"_": columns, "known": known, "everybody": pl.lit(True), "nobody": pl.lit(False)}
    points: dict[str, pl.Expr] = {}
    for rule in rules.rules:
        given = pl.lit(0, pl.Int64)
        for said, step in reversed(list(zip(rules.steps(rule, NUMPY), rule.levels, strict=True))):
            given = pl.when(eval(said, names)).then(_fading(rules, rule, step.points)).otherwise(given)  # noqa: S307  of our own rules
        points[rule.id] = pl.when(pl.col("sector").is_in([str(sector) for sector in rule.sectors])).then(given).otherwise(0)
    groups = {rule.group: [one.id for one in rules.rules if one.group == rule.group] for rule in rules.rules}
    sums = [pl.min_horizontal(pl.sum_horizontal(ids), rules.book.grades.caps[group]) for group, ids in groups.items()]
    hits = pl.concat_list([pl.when(pl.col(name) > 0).then(pl.lit(name)) for name in points]).list.drop_nulls()
    scored = pl.scan_parquet(features).select("entity_id", **points).select("entity_id", score=pl.sum_horizontal(sums), hits=hits)
    scored.sink_parquet(out, compression="zstd")


def by_row(engine: str) -> Callable[[Rules, Path], tuple[float, Hits]]:
    """Seconds a row engine takes for some rows, and what hit them."""
    language, build = {"zen": (ZEN, _zen), "rule-engine": (RULE_ENGINE, _rule_engine)}[engine]

    def run(rules: Rules, features: Path) -> tuple[float, Hits]:
        rows = _rows(rules, features)
        judge = build([_whole(rules, rule, language) for rule in rules.rules])
        begun = time.process_time()
        truths = [judge(row) for row in rows]
        seconds = (time.process_time() - begun) / len(rows)
        ids = [rule.id for rule in rules.rules]
        return seconds, {
            row["entity_id"]: [one for one, true in zip(ids, found, strict=True) if true]
            for row, found in zip(rows, truths, strict=True)
        }

    return run


def _zen(said: list[str]) -> Callable[[dict[str, Any]], Any]:
    expression = zen.compile_expression(f"[{', '.join(said)}]")

    def judge(row: dict[str, Any]) -> Any:
        return expression.evaluate(row)

    return judge


def _rule_engine(said: list[str]) -> Callable[[dict[str, Any]], Any]:
    rule = rule_engine.Rule(f"[{', '.join(said)}]")

    def judge(row: dict[str, Any]) -> Any:
        return rule.evaluate(row)

    return judge


def _whole(rules: Rules, rule: Rule, language: Language) -> str:
    """A rule hits where its sector is meant and any of its steps holds: no step is without points."""
    sectors = language.any_of.join(f"(sector == '{sector}')" for sector in rule.sectors)
    return f"(({sectors}){language.all_of}({language.any_of.join(rules.steps(rule, language))}))"


def _faded(rules: Rules, rule: Rule, points: int, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    half_life = rules.parameters.get(rule.half_life or "")
    if half_life is None or rule.ages_with is None:
        return np.full(len(columns["sector"]), points, np.int64)
    age = np.where(columns[rule.ages_with + OPEN], 0, np.nan_to_num(columns[rule.ages_with]))
    return np.maximum(1, np.floor(points * 0.5 ** (age / half_life) + 0.5)).astype(np.int64)


def _fading(rules: Rules, rule: Rule, points: int) -> pl.Expr:
    half_life = rules.parameters.get(rule.half_life or "")
    if half_life is None or rule.ages_with is None:
        return pl.lit(points, pl.Int64)
    age = pl.when(pl.col(rule.ages_with + OPEN)).then(0).otherwise(pl.col(rule.ages_with).fill_null(0))
    return pl.max_horizontal(1, (points * 0.5 ** (age / half_life) + 0.5).floor().cast(pl.Int64))


def _arrays(table: pd.DataFrame) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    features = read_features()
    columns: dict[str, NDArray[Any]] = {}
    for name in table.columns:
        if name.endswith(OPEN):
            columns[name] = table[name].to_numpy(bool)
        elif name in ("entity_id", "sector") or features[name].is_text:
            columns[name] = table[name].to_numpy(object)
        else:
            columns[name] = pd.to_numeric(table[name]).to_numpy(np.float64, na_value=np.nan)
    return columns, {name: ~pd.isna(values) for name, values in columns.items() if not name.endswith(OPEN)}


def _rows(rules: Rules, features: Path) -> list[dict[str, Any]]:
    """Some entities, spread over the whole table."""
    table = pd.read_parquet(features, columns=rules.columns)
    columns, known = _arrays(table)
    chosen = np.linspace(0, len(table) - 1, min(ROWS, len(table))).astype(int)
    return [
        {
            name: (values[row] if name in ("entity_id", "sector") else _plain(values[row])) if name.endswith(OPEN) or known[name][row] else None
            for name, values in columns.items()
        }
        for row in chosen
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
