"""The catalogue: every feature's label, unit and how it is counted from facts (`catalogue/*.yaml` beside `facts/*.sql`).

A feature is either a `value` of the entity itself or an aggregate over fact rows. Being declared, the number and its evidence come from
the same condition and cannot drift apart.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from screening.errors import InvalidRule
from screening.reference.data_files import Strict, checked, read_yaml
from screening.vocabulary import Kind

_FOLDER = Path(__file__).parent
AGGREGATES = ("count", "distinct", "sum", "max", "min")


class Feature(Strict):
    """One documented column. Exactly one of `value`, `count`, `distinct`, `sum`, `max`, `min` is given.

    `count` holds the condition itself; the others name a fact column and filter by `where`. `columns` are the entity columns a `value` rests on.
    `quote` names the fact column that says in words what a row contributes. `known_if` names a boolean of facts/coverage.sql without which the feature is unknown.
    """

    label: str
    unit: str
    value: str | None = None
    columns: list[str] = []
    count: str | None = None
    distinct: str | None = None
    sum: str | None = None
    max: str | None = None
    min: str | None = None
    where: str = "true"
    quote: str = "quote"
    known_if: str | None = None

    @model_validator(mode="after")
    def _one_way_to_count(self) -> "Feature":
        given = [name for name in ("value", *AGGREGATES) if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"须且只须写一种取数方式（{'、'.join(('value', *AGGREGATES))}），现为 {given}")
        return self

    @property
    def is_text(self) -> bool:
        """Text features compare with '' only."""
        return self.unit == "文本"

    @property
    def is_aggregate(self) -> bool:
        """Whether the number is drawn from fact rows and can therefore be open."""
        return self.value is None

    @property
    def condition(self) -> str:
        """Which fact rows count."""
        return self.count if self.count is not None else self.where

    @property
    def measured(self) -> str | None:
        """The fact column that is summed, compared or told apart."""
        return self.distinct or self.sum or self.max or self.min


class Theme(Strict):
    """Features drawn from one table of facts; `needs` are the kinds of data without which all of them are unknown.

    `without_rows` says what an entity of which there is no fact at all has: `zero` of them (nobody complained), or `unknown` (nobody went to look).
    Facts drawn part by part, of the entities that `{part}` in their SQL holds for, are `cut_by` the number of rows of a table.
    """

    theme: str
    label: str
    facts: str
    needs: list[Kind]
    cut_by: str | None = None
    without_rows: Literal["zero", "unknown"] = "zero"
    features: dict[str, Feature]

    def is_known(self, received: Collection[Kind]) -> bool:
        """Whether all that its features are drawn from was received."""
        return all(kind in received for kind in self.needs)

    @property
    def facts_sql(self) -> str:
        """The SELECT that draws the facts."""
        return (_FOLDER / "facts" / f"{self.facts}.sql").read_text(encoding="utf-8")


@cache
def read_themes() -> tuple[Theme, ...]:
    """Every theme; raises `InvalidRule` when a feature stands in two."""
    themes = tuple(checked(Theme, read_yaml(path), path) for path in sorted((_FOLDER / "catalogue").glob("*.yaml")))
    seen: set[str] = set()
    for theme in themes:
        if twice := seen & theme.features.keys():
            raise InvalidRule(f"指标重复定义：{'、'.join(sorted(twice))}", "请只保留一处。", {"theme": theme.theme})
        seen |= theme.features.keys()
    return themes


@cache
def read_features() -> dict[str, Feature]:
    """Every feature by name."""
    return {name: feature for theme in read_themes() for name, feature in theme.features.items()}


def known_themes(received: Collection[Kind]) -> list[Theme]:
    """The themes of which something can be known."""
    return [theme for theme in read_themes() if theme.is_known(received)]


def coverage_sql() -> str:
    """The SELECT of one row of booleans: which lists have been received at all."""
    return (_FOLDER / "facts" / "coverage.sql").read_text(encoding="utf-8")


def source_texts() -> list[str]:
    """Everything that decides what a feature is, for the rule-book version."""
    return [path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*/*")) if path.suffix in {".sql", ".yaml"}]
