"""Scored step by step, each run drawn from the one before, or all at once: the same run, row for row."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import increment, pipeline
from screening.settings import PROJECT_ROOT, Settings
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import Rows, World, make_town, write_csv

FIRST = date(2026, 10, 2)
TABLES = tuple(pipeline.RUN_TABLES)
OWN = sorted(increment.OWN)
Delivery = dict[Kind, Rows]


@dataclass(frozen=True)
class Month:
    """What came in and on which day it was scored; of the first delivery everything that is of several entities at once."""

    deliveries: list[Delivery]
    days: list[date]


@settings(max_examples=4, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3, unique=True), st.randoms(use_true_random=False))
def test_step_by_step_or_at_once_is_the_same_run(seeds: list[int], chance: random.Random) -> None:
    month = make_month(make_town(seeds), chance)
    with pytest.MonkeyPatch.context() as patch, office() as stepwise, office() as at_once:
        patch.setattr(increment, "AT_MOST", 1.0)
        for number, day in enumerate(month.days):
            deliver(stepwise, month, number)
            step = pipeline.score(stepwise, as_of=day)
            assert (stepwise.home / step.path / "since.parquet").exists() is bool(number), "drawn from the run before"
        for number in range(len(month.deliveries)):
            deliver(at_once, month, number)
        whole = pipeline.score(at_once, as_of=month.days[-1])
        assert step.run_id == whole.run_id and step.summary == whole.summary
        for name in TABLES:
            assert rows(stepwise, step, name) == rows(at_once, whole, name), name
        scores = [Path(office.run_table(run, "scores")).read_bytes() for office, run in ((stepwise, step), (at_once, whole))]
        assert scores[0] == scores[1]


def make_month(world: World, chance: random.Random) -> Month:
    """Rows of kinds that concern single entities come in three parts; some complaints come again, of somebody else."""
    deliveries: list[Delivery] = [{kind: rows for kind, rows in world.items() if kind not in OWN and rows}, {}, {}]
    heads = [row["法定代表人"] for row in world[Kind.ENTITIES]]
    who = [{key: row[key] for key in ("企业名称", "统一社会信用代码")} for row in world[Kind.ENTITIES]]
    deliveries[0][Kind.CASES] = [
        {
            "案号": f"虚案{n}",
            "企业名称": f"湛江市虚{n}理财有限公司",
            "法定代表人": chance.choice(heads),
            "状态": "在办",
            "立案日期": "2026-05-01",
        }
        for n in range(2)
    ]
    deliveries[0][Kind.SHAREHOLDERS] = [row | {"股东名称": chance.choice(heads), "认缴出资额（万元）": "60"} for row in who]
    for kind in OWN:
        for row in world[kind]:
            part = 0 if kind not in deliveries[0] else chance.choice([0, 0, 1, 2])
            deliveries[part].setdefault(kind, []).append(row)
    for row in chance.sample(deliveries[0].get(Kind.COMPLAINTS, []), k=min(2, len(deliveries[0].get(Kind.COMPLAINTS, [])))):
        other = chance.choice([one for one in who if one["企业名称"] != row["被投诉方名称"]])
        again = row | {"被投诉方名称": other["企业名称"], "统一社会信用代码": other["统一社会信用代码"]}
        deliveries[2].setdefault(Kind.COMPLAINTS, []).append(again)
    second, third = sorted(chance.choices(range(29), k=2))
    return Month(deliveries, [FIRST, FIRST + timedelta(days=second), FIRST + timedelta(days=third)])


def deliver(workspace: Workspace, month: Month, number: int) -> None:
    for kind, listed in sorted(month.deliveries[number].items()):
        path = write_csv(workspace.home.parent / f"{number}-{kind}.csv", listed)
        receipt = pipeline.load(workspace, [path], kind=kind, received=month.days[number])
        assert not any(entry["rejected"] or entry["error"] for entry in receipt.files), receipt.files


def rows(workspace: Workspace, run: Run, name: str) -> list[tuple[object, ...]]:
    with reading() as connection:
        return connection.execute(f"SELECT * FROM {workspace.run_rows(run, name)} ORDER BY ALL").fetchall()


@contextmanager
def office() -> Iterator[Workspace]:
    with TemporaryDirectory() as place:
        home = Path(place) / "var"
        url = f"sqlite:///{(Path(place) / 'register.sqlite').as_posix()}"
        workspace = Workspace(Settings(home=home, database_url=url, rules=PROJECT_ROOT / "rules"))
        yield workspace
        workspace.register.close()
