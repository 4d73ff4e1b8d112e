"""The laws of the card: lines add up exactly, rise or fall over the whole range, not knowing never lowers, a reload is the same, SQL says the same."""

import ast
import json
import math

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.errors import InvalidRequest
from screening.features.compute import OPEN
from screening.model.scorecard import CAP, MOST, Line, Scorecard, read_scorecard
from screening.model.statement import MAYBE, points_sql, select_sql
from screening.settings import PROJECT_ROOT
from tests.model.cards import FEATURES, VALUES, cards, entities, lines

PICKLERS = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}


@settings(deadline=None)
@given(st.data())
def test_the_lines_add_up_to_the_points(data: st.DataObject) -> None:
    card = data.draw(cards())
    values = data.draw(entities(card))
    parts = card.parts(values)
    assert sum(part.tenths for part in parts) == card.points(values)
    assert 0 <= card.points(values) <= MOST
    assert all(part.tenths >= 0 for part in parts if part.feature != CAP)
    assert card.points_of({name: np.array([np.nan if v is None else v]) for name, v in values.items()})[0] == card.points(values)


@settings(deadline=None)
@given(lines(), VALUES, VALUES)
def test_a_line_is_monotone_over_the_whole_range(line: Line, one: float, other: float) -> None:
    low, high = sorted((one, other))
    rise = line.points(high) - line.points(low)
    assert rise >= 0 if line.is_rising else rise <= 0


@settings(deadline=None)
@given(st.data())
def test_not_knowing_never_lowers_what_an_entity_may_come_to(data: st.DataObject) -> None:
    card = data.draw(cards())
    values = data.draw(entities(card))
    forgotten: dict[str, float | None] = {name: None if data.draw(st.booleans()) else value for name, value in values.items()}
    assert card.points(forgotten) + card.could_add(forgotten) >= card.points(values) + card.could_add(values)
    assert card.points(dict.fromkeys(values)) == 0, "what nothing is known of adds nothing"


@settings(deadline=None)
@given(lines(), VALUES, st.floats(0, 1e6))
def test_an_open_number_says_all_that_its_growing_could_do(line: Line, value: float, more: float) -> None:
    now, most = line.points(value, True), line.points(value, True) + line.could_add(value, True)
    assert now <= line.points(value + more) <= most


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_sql_says_the_same_as_the_card(data: st.DataObject) -> None:
    card = data.draw(cards())
    rows = data.draw(st.lists(entities(card), min_size=1, max_size=8))
    openable = sorted({line.feature for line in card.lines if FEATURES[line.feature].is_aggregate})
    open_ = [{name: data.draw(st.booleans()) for name in openable} for _ in rows]
    names = sorted(rows[0])
    with duckdb.connect() as connection:
        columns = [f'"{name}" DOUBLE' for name in names] + [f'"{name}{OPEN}" BOOLEAN' for name in openable]
        connection.execute(f"CREATE TABLE f (entity_id INTEGER, {', '.join(columns)})")
        for number, row in enumerate(rows):
            values = [number, *(row[name] for name in names), *(open_[number][name] for name in openable)]
            connection.execute(f"INSERT INTO f VALUES ({', '.join('?' * len(values))})", values)
        found = connection.execute(f"SELECT * FROM ({select_sql(card, 'f', openable)}) ORDER BY entity_id")
        said = [dict(zip([c[0] for c in found.description or ()], line, strict=True)) for line in found.fetchall()]
        alone = connection.execute(f"SELECT {points_sql(card, openable)} FROM f ORDER BY entity_id").fetchall()
    for number, row in enumerate(rows):
        parts = [part for part in card.parts(row, open_[number]) if part.feature != CAP]
        assert [said[number][str(i)] for i in range(len(parts))] == [part.tenths for part in parts]
        assert [said[number][f"{i}{MAYBE}"] for i in range(len(parts))] == [part.could_add for part in parts]
        assert said[number]["points"] == alone[number][0] == card.points(row, open_[number])
        assert said[number]["could_add"] == card.could_add(row, open_[number])


@settings(deadline=None)
@given(cards())
def test_a_reloaded_card_is_the_same_card(card: Scorecard) -> None:
    again = read_scorecard(json.loads(json.dumps(card.document())))
    assert again == card and again.version == card.version
    assert points_sql(again) == points_sql(card)
    assert "CASE WHEN" in points_sql(card, dialect="spark")


def test_nothing_in_the_program_reads_or_writes_pickles() -> None:
    """A pickle runs whatever is in it when it is read; cards are JSON, which cannot."""
    for path in sorted((PROJECT_ROOT / "screening").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & PICKLERS, path


def test_a_card_that_was_tampered_with_is_refused() -> None:
    card = Scorecard((_line("age_months", (12.0,), (30, 0)),), {"age_months": "x"}, -3.0, 0.02, {"judged": {"wins": False}})
    document = card.document()
    document["learned"]["judged"]["wins"] = True
    with pytest.raises(InvalidRequest, match="改动"):
        read_scorecard(document)
    with pytest.raises(InvalidRequest, match="单调"):
        read_scorecard(Scorecard((_line("age_months", (12.0,), (0, 30)),), {}, 0.0, 0.0).document())
    with pytest.raises(InvalidRequest, match="不完整"):
        read_scorecard({"format": 1})


def test_a_changed_feature_is_named() -> None:
    card = Scorecard((_line("age_months", (12.0,), (30, 0)),), {"age_months": "as it was"}, -3.0, 0.02)
    with pytest.raises(InvalidRequest, match="成立月数（age_months）"):
        card.require_features(FEATURES)


def test_chances_rise_with_points() -> None:
    card = Scorecard((), {}, -3.0, 0.02)
    assert math.isclose(card.chance(150), 0.5)
    assert card.chance(0) < card.chance(10) < card.chance(300)


def _line(name: str, edges: tuple[float, ...], tenths: tuple[int, ...]) -> Line:
    return Line(name, FEATURES[name].label, FEATURES[name].unit, False, edges, tenths)
