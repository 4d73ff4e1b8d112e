"""Score cards and entities for hypothesis to play with."""

import math

from hypothesis import strategies as st

from screening.features.catalogue import read_features
from screening.model.recipe import read_recipe
from screening.model.scorecard import Line, Scorecard, definitions_of
from screening.settings import PROJECT_ROOT

FEATURES = read_features()
NAMES = sorted(read_recipe(PROJECT_ROOT / "rules").features)
VALUES = st.floats(-1e6, 1e9, allow_nan=False)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """One monotone line of a feature that the recipe knows."""
    name, rising = draw(st.sampled_from(NAMES)), draw(st.booleans())
    edges = sorted(draw(st.sets(st.floats(-1e4, 1e6, allow_nan=False, width=32), max_size=5)))
    tenths = sorted(draw(st.lists(st.integers(0, 200), min_size=len(edges) + 1, max_size=len(edges) + 1)), reverse=not rising)
    return Line(name, FEATURES[name].label, FEATURES[name].unit, rising, tuple(edges), tuple(tenths))


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    """Up to six lines, a feature in each direction at most once."""
    drawn = {(line.feature, line.is_rising): line for line in draw(st.lists(lines(), min_size=1, max_size=6))}
    chosen = tuple(drawn.values())
    return Scorecard(
        chosen, definitions_of([line.feature for line in chosen], FEATURES), draw(st.floats(-6, 2)), draw(st.floats(0, 0.1))
    )


def entities(card: Scorecard) -> st.SearchStrategy[dict[str, float | None]]:
    """What is known of one entity: any value, nothing, or no number."""
    names = sorted({line.feature for line in card.lines})
    at_edges = [edge for line in card.lines for edge in line.edges]
    value = st.one_of(VALUES, st.sampled_from(at_edges) if at_edges else VALUES, st.none(), st.just(math.nan))
    return st.fixed_dictionaries(dict.fromkeys(names, value))
