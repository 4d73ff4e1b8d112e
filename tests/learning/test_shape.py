"""Lines as people read them: every value stands on the step whose words it fits; whole numbers are written whole, money in 万元."""

from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.learning.shape import UNKNOWN, bins, number_words, shape_of
from screening.model.scorecard import Line, Scorecard
from tests.model.cards import FEATURES


def card_of(name: str, edges: tuple[float, ...], tenths: tuple[int, ...], *, rising: bool = True) -> Scorecard:
    line = Line(name, FEATURES[name].label, FEATURES[name].unit, rising, edges, tenths)
    return Scorecard((line,), {}, -2.0, 0.01)


@pytest.mark.parametrize(
    ("name", "edges", "words"),
    [
        ("complaints_180d", (0.5, 3.0), ["0 件", "1–3 件", "≥ 4 件"]),
        ("complaints_180d", (0.5, 1.5), ["0 件", "1 件", "≥ 2 件"]),
        ("paid_capital_share", (0.1, 0.55), ["≤ 10.0%", "10.0%–55.0%", "> 55.0%"]),
        ("reg_capital_yuan", (3_000_000.0, 20_000_000.0), ["≤ 300 万元", "300 万元–2,000 万元", "> 2,000 万元"]),
        ("liability_growth_latest_ratio", (1.25,), ["≤ 1.25 倍", "> 1.25 倍"]),
        ("is_struck_off", (0.5,), ["否", "是"]),
        ("is_struck_off", (), ["否或是"]),
        ("complaints_180d", (), ["任何已知的值"]),
    ],
)
def test_steps_are_said_as_an_officer_would(name: str, edges: tuple[float, ...], words: list[str]) -> None:
    card = card_of(name, edges, tuple(range(0, 10 * len(edges) + 1, 10)))
    assert [one.values for one in bins(card, 0)] == [UNKNOWN, *words]
    ticks = shape_of(card, 0).ticks
    assert [position for position, _ in ticks] == sorted({position for position, _ in ticks})
    assert ticks[0] == (0.5, UNKNOWN) and all(0 < position < len(words) + 1 for position, _ in ticks)


@settings(deadline=None)
@given(st.sets(st.integers(0, 60), min_size=1, max_size=6), st.integers(0, 70), st.booleans())
def test_a_whole_number_lies_on_the_step_whose_words_name_it(halves: set[int], value: int, is_half: bool) -> None:
    edges = tuple(sorted(edge + (0.5 if is_half else 0.0) for edge in halves))
    card = card_of("complaints_180d", edges, tuple(range(len(edges) + 1)))
    said = bins(card, 0)[card.lines[0].bin_of(value) + 1].values.removesuffix(" 件").replace(",", "")
    if said.startswith("≤"):
        assert value <= int(said[2:]) == floor(edges[0])
    elif said.startswith("≥"):
        assert value >= int(said[2:]) == floor(edges[-1]) + 1
    else:
        low, _, high = said.partition("–")
        assert int(low) <= value <= int(high or low)


def test_values_are_written_with_their_unit() -> None:
    assert [number_words(*given) for given in ((0.125, "比例"), (1.0, "是否"), (3.0, "件"), (1_000_000.0, "元"), (900.5, "元"))] == [
        "12.5%", "是", "3 件", "100 万元", "900.5 元",
    ]  # fmt: skip
