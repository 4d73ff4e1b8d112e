"""A line of a card as people read and draw it: steps from the least value to the greatest, in words, with what the card knows of each step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import Any

from screening.model.scorecard import Line, Scorecard
from screening.rulebook.rule import TENTHS

UNKNOWN = "未知"
_WHOLE = frozenset("人份次件条个户月")  # units that come in whole numbers only, so that “0.5–1.5 件” is one
_TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Bin:
    """One bin of a line in words: what values, points, how many entities now, how many visited and with a finding; None where the card does not say."""

    values: str
    points: float
    entities: int | None
    visited: int | None
    found: int | None


@dataclass(frozen=True)
class Shape:
    """A line to be drawn. `bins`: not knowing first, then from the least value to the greatest; bin i reaches from i to i + 1 on an axis with `ticks`
    (position, words). `title` says which way and how far it goes."""

    label: str
    title: str
    bins: Sequence[Bin]
    ticks: Sequence[tuple[float, str]]


def shape_of(card: Scorecard, number: int) -> Shape:
    """The shape of a card's line, by its number."""
    line = card.lines[number]
    found, short = bins(card, number), _ranges(line, "")
    between = [] if line.unit == "是否" or _is_whole(line) else [number_words(edge, line.unit, "") for edge in line.edges]
    ticks = (
        [(place + 2.0, words) for place, words in enumerate(between)]
        if between
        else [(place + 1.5, words) for place, words in enumerate(short)]
    )
    return Shape(line.label, title_of(line), found, [(0.5, UNKNOWN), *ticks])


def title_of(line: Line) -> str:
    """Which feature, which way it goes, and the most it can add."""
    ways = ("是就加分", "否就加分") if line.unit == "是否" else ("越大分越高", "越小分越高")
    return f"{line.label}：{ways[0] if line.is_rising else ways[1]}，最多 {line.highest / TENTHS:g} 分"


def bins(card: Scorecard, number: int) -> list[Bin]:
    """The bins of a line in rising order, not knowing first."""
    line = card.lines[number]
    everybody, visited = (_at(card.learned, name, number) for name in ("everybody", "visited"))
    words = [UNKNOWN, *_ranges(line, line.unit)]
    tenths = [0, *line.tenths]
    return [
        Bin(
            words[place],
            tenths[place] / TENTHS,
            everybody[place] if everybody else None,
            visited[place][0] if visited else None,
            visited[place][1] if visited else None,
        )
        for place in range(len(words))
    ]


def number_words(value: float, kind: str, unit: str | None = None) -> str:
    """A value of a feature as people write it: 12.5%, 100 万元, 3 件; `kind` is the feature's unit, `unit` what is written of it (by default all)."""
    if kind == "是否":
        return "是" if value else "否"
    if kind == "比例":
        return f"{value:.1%}"
    written = kind if unit is None else unit
    if kind == "元" and abs(value) >= _TEN_THOUSAND:
        return f"{_figure(value / _TEN_THOUSAND)} 万{written}"
    return f"{_figure(value)} {written}".rstrip()


def _figure(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _is_whole(line: Line) -> bool:
    return line.unit in _WHOLE and len({floor(edge) for edge in line.edges}) == len(line.edges)


def _ranges(line: Line, unit: str) -> list[str]:
    """`≤ 12 月`, `13–36 月`, `≥ 37 月`; a yes or no as such."""
    if line.unit == "是否":
        return ["否", "是"] if line.edges else ["否或是"]
    if not line.edges:
        return ["任何已知的值"]
    if _is_whole(line):
        return _whole_ranges([floor(edge) for edge in line.edges], f" {unit}".rstrip())
    said = [number_words(edge, line.unit, unit) for edge in line.edges]
    return [f"≤ {said[0]}", *(f"{low}–{high}" for low, high in pairwise(said)), f"> {said[-1]}"]


def _whole_ranges(last: Sequence[int], unit: str) -> list[str]:
    """By the last whole number of each step but the highest."""
    first = "0" if last[0] == 0 else f"≤ {last[0]:,}"
    between = [f"{high:,}" if high == low + 1 else f"{low + 1:,}–{high:,}" for low, high in pairwise(last)]
    return [f"{words}{unit}" for words in (first, *between, f"≥ {last[-1] + 1:,}")]


def _at(learned: Mapping[str, Any], name: str, number: int) -> list[Any] | None:
    return learned[name][number] if name in learned else None
