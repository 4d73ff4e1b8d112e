"""The overview's pictures: their numbers are the core's, their colours can be read, and a click leads to what they count."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from screening.access import OPERATOR
from screening.cases.casebook import Casebook
from screening.cases.funnel import Stage, funnel
from screening.follow_up import raise_from_run
from screening.scoring.ranking import Filter, find_run, ranked
from screening.scoring.trend import trend
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.charts import FILLS
from screening.ui.pictures import HEAT
from screening.ui.places import LIST, OVERVIEW
from screening.ui.text import month
from screening.vocabulary import Grade, Role, Sector
from tests.ui.test_pages import listed, shown

OpenApp = Callable[..., AppTest]
STREET, CODE = "解放街道", "440803001"


@pytest.fixture
def scored(scored_home: Path) -> Iterator[Workspace]:
    workspace = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield workspace
    workspace.register.close()


def table_with(app: AppTest, column: str) -> pd.DataFrame:
    found: pd.DataFrame = next(table.value for table in app.table if column in table.value.columns)
    return found.map(lambda cell: str(cell).replace("\\", ""))


def coverage_table(app: AppTest) -> pd.DataFrame:
    found: pd.DataFrame = next(table.value for table in app.dataframe if words.ALL_SECTORS in table.value.columns)
    return found


def click(app: AppTest, key: str, selection: dict[str, object]) -> AppTest:
    app.session_state[key] = {"selection": selection}
    app.run()
    assert not app.exception
    return app


def test_months_are_told_in_figures_too(open_app: OpenApp, scored_home: Path, scored: Workspace) -> None:
    told = table_with(open_app(scored_home, OVERVIEW), "月份")
    points = trend(scored, actor=OPERATOR)
    assert list(told["月份"]) == [month(point.run.as_of) for point in points]
    for grade in Grade:
        assert list(told[grade.label]) == [str(point.by_grade[grade]) for point in points]


def test_the_way_of_cases_adds_up_to_all_of_them(open_app: OpenApp, own_scored_home: Path) -> None:
    workspace = Workspace(
        Settings(home=own_scored_home, database_url=f"sqlite:///{(own_scored_home / 'register.sqlite').as_posix()}")
    )
    book = Casebook(workspace)
    raise_from_run(book, find_run(workspace), at=datetime.now(UTC))
    way = funnel(book, OPERATOR)
    workspace.register.close()
    told = table_with(open_app(own_scored_home, OVERVIEW), "最远到这里")
    assert list(told["阶段"]) == [*(stage.label for stage in Stage), "合计"]
    furthest = [int(cell.split()[0]) for cell in told["最远到这里"]]
    assert sum(furthest[:-1]) == furthest[-1] == way.total > 0


def test_coverage_counts_every_entity_once(open_app: OpenApp, scored_home: Path) -> None:
    told = coverage_table(open_app(scored_home, OVERVIEW))
    entities = listed(scored_home)
    been = sum(entity.last_visit_date is not None for entity in entities)
    assert told.index[0] == words.WHOLE_DISTRICT and told.columns[0] == words.ALL_SECTORS
    assert told.iloc[0, 0] == f"{been / len(entities):.0%} {been}/{len(entities)}"
    counts = [int(cell.split("/")[1]) for cell in told.iloc[1:, 1:].to_numpy().flatten() if cell]
    assert sum(counts) == len(entities)


@pytest.mark.parametrize(("fill", "ink"), [*FILLS.values(), *((fill, ink) for _, fill, ink in HEAT)])
def test_what_is_written_on_a_colour_can_be_read(fill: str, ink: str) -> None:
    light, dark = sorted((_luminance(fill), _luminance(ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("rows", "row", "wanted"),
    [
        ("行业", Sector.GOLD_SHOP.label, Filter(grades=[Grade.RED], sectors=[Sector.GOLD_SHOP])),
        ("街道", STREET, Filter(grades=[Grade.RED], area=STREET)),
    ],
)
def test_a_click_on_a_bar_leads_to_the_list_it_counts(
    open_app: OpenApp, scored_home: Path, scored: Workspace, rows: str, row: str, wanted: Filter
) -> None:
    app = open_app(scored_home, OVERVIEW)
    click(app, f"overview.bars.{rows}", {"chosen": [{"行": row, "等级": Grade.RED.label}]})
    assert app.title[0].value == LIST.title
    expected = ranked(scored, find_run(scored), wanted, actor=OPERATOR)
    assert list(app.dataframe[0].value["主体名称"]) == [entity.name for entity in expected]


def test_a_click_on_a_cell_leads_to_the_list_and_forgets_earlier_filters(
    open_app: OpenApp, scored_home: Path, scored: Workspace
) -> None:
    app = open_app(scored_home, LIST)
    app.multiselect(key="list.grade").set_value([Grade.RED]).run()
    app.switch_page(OVERVIEW.path).run()
    row = list(coverage_table(app).index).index(STREET)
    click(app, "overview.visited", {"rows": [], "columns": [], "cells": [(row, Sector.PAWNSHOP.label)]})
    assert app.title[0].value == LIST.title
    expected = ranked(scored, find_run(scored), Filter(sectors=[Sector.PAWNSHOP], area=STREET), actor=OPERATOR)
    assert list(app.dataframe[0].value["主体名称"]) == [entity.name for entity in expected]


def test_a_place_nobody_knows_is_said_to_be_no_filter(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, OVERVIEW)
    row = list(coverage_table(app).index).index(words.UNKNOWN_STREET)
    click(app, "overview.visited", {"rows": [], "columns": [], "cells": [(row, words.ALL_SECTORS)]})
    assert app.title[0].value == OVERVIEW.title
    assert words.UNKNOWN_STREET_LISTED in shown(app)


def test_a_subdistrict_sees_its_own_alone(open_app: OpenApp, scored_home: Path) -> None:
    app = open_app(scored_home, OVERVIEW, role=Role.STREET, areas=frozenset({CODE}))
    assert not app.exception and not app.error
    assert set(coverage_table(app).index) == {words.WHOLE_DISTRICT, STREET}


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
