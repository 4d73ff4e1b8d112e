"""Scored step by step, each run drawn from the one before, or all at once: the same run, row for row."""

import random
import re
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
from screening.access import OPERATOR
from screening.features.catalogue import read_themes
from screening.grounds import Grounds
from screening.identity.decisions import decide, undo
from screening.rulebook.book import read_rulebook
from screening.scoring.model_rules import scoring_book
from screening.settings import PROJECT_ROOT, Settings
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Verdict
from tests.promises.world import Rows, World, make_town, write_csv

FIRST = date(2026, 10, 2)
RULES = PROJECT_ROOT / "rules"
TABLES = tuple(pipeline.RUN_TABLES)
OWN = sorted(increment.OWN)
SOME = [*OWN, Kind.LICENCES]  # told of some entities only: whoever has a licence is looked at anew on any other day
DATES = {"受理时间", "变更日期", "处罚日期", "采集时间", "检查日期", "移出日期", "有效期至"}
EDGES = {
    kind: [
        int(days)
        for theme in read_themes()
        if kind in theme.needs
        for f in theme.features.values()
        for days in re.findall(r"age_days <= (\d+)", f.condition)
    ]
    or [0]
    for kind in SOME
}
Delivery = dict[Kind, Rows]


@dataclass(frozen=True)
class Month:
    """What came in and on which day it was scored; of the first delivery everything that is of several entities at once."""

    deliveries: list[Delivery]
    days: list[date]


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**9))
def test_step_by_step_or_at_once_is_the_same_run(seed: int) -> None:
    chance = random.Random(seed)
    month = make_month(make_town([chance.randrange(10**6) for _ in range(4)]), chance)
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


def test_what_may_concern_anybody_is_drawn_from_no_run() -> None:
    world = make_town([1, 2])
    with office() as workspace:
        world[Kind.CASES] = [{"企业名称": "湛江市虚壹理财有限公司", "法定代表人": "虚某甲", "案件状态": "在办"}]
        window = read_rulebook(RULES).numbers_on(FIRST)["case_window_days"]
        world[Kind.CASES][0]["立案日期"] = (FIRST + timedelta(days=10 - window)).isoformat()
        complaint, entity = world[Kind.COMPLAINTS].pop(), world[Kind.ENTITIES][0]["统一社会信用代码"]
        deliver(workspace, Month([{kind: rows for kind, rows in world.items() if rows}], [FIRST]), 0)
        run = pipeline.score(workspace, as_of=FIRST)

        def earlier(day: date) -> Run | None:
            batches, decisions = workspace.register.batches(received_by=day), workspace.register.standing_decisions()
            found = increment.increment(workspace, Grounds(batches, scoring_book(workspace, RULES), day, decisions))
            return found.earlier if found else None

        assert earlier(FIRST + timedelta(days=5)) == run
        assert earlier(FIRST + timedelta(days=15)) is None, "a case no longer counts"
        assert earlier(date(2026, 11, 1)) is None, "another month"
        decide(workspace, "complaints:X1", entity, Verdict.DIFFERENT, actor=OPERATOR)
        assert earlier(FIRST) is None, "people decided who is meant"
        undo(workspace, workspace.register.standing_decisions()[0].seq, actor=OPERATOR)
        for kind, rows, is_drawn in (
            (Kind.COMPLAINTS, [complaint], True),
            (Kind.LICENCES, [world[Kind.LICENCES][0] | {"许可证编号": "新1"}], False),
        ):
            deliver(workspace, Month([{}, {kind: rows}], [FIRST, FIRST]), 1)
            assert earlier(FIRST) == (run if is_drawn else None), kind


def test_a_damaged_earlier_run_is_as_good_as_none() -> None:
    world = make_town([1, 2])
    later = {Kind.COMPLAINTS: [world[Kind.COMPLAINTS].pop()]}
    month = Month([{kind: rows for kind, rows in world.items() if rows}, later], [FIRST, FIRST])
    with office() as workspace:
        deliver(workspace, month, 0)
        run = pipeline.score(workspace, as_of=FIRST)
        features = workspace.home / run.path / "features.parquet"
        features.write_bytes(features.read_bytes()[:100])
        deliver(workspace, month, 1)
        whole = pipeline.score(workspace, as_of=FIRST)
        assert not (workspace.home / whole.path / "since.parquet").exists()
        assert len(rows(workspace, whole, "features")) == len(world[Kind.ENTITIES])


def make_month(world: World, chance: random.Random) -> Month:
    """Nearly everything comes first; later a few rows of kinds that concern single entities, and a complaint again, of somebody else.

    Of each entity one kind or three are told, half of the facts at an edge of some window within the month.
    """
    who = [{key: row[key] for key in ("企业名称", "统一社会信用代码")} for row in world[Kind.ENTITIES]]
    heads = [row["法定代表人"] for row in world[Kind.ENTITIES]]
    told = {(one["企业名称"], kind) for one in who for kind in chance.sample(SOME, k=chance.choice([1, 1, 3]))}
    first = {
        kind: [
            row if kind not in SOME else _at_edge(kind, row, chance)
            for row in rows
            if kind not in SOME or (_name(row), kind) in told
        ]
        for kind, rows in world.items()
    }
    first = {kind: rows for kind, rows in first.items() if rows}
    first[Kind.SHAREHOLDERS] = [one | {"股东名称": chance.choice(heads), "认缴出资额（万元）": "60"} for one in who]
    case = {
        "企业名称": "湛江市虚壹理财有限公司",
        "法定代表人": chance.choice(heads),
        "案件状态": "在办",
        "立案日期": "2026-05-01",
    }
    first[Kind.CASES] = [case | {"案件编号": f"虚案{number}"} for number in range(2)]
    deliveries: list[Delivery] = [first, {}, {}]
    for later in deliveries[1:]:
        several = [kind for kind in OWN if len(first.get(kind, [])) > 1]
        for kind in chance.sample(several, k=min(2, len(several))):
            later[kind] = [first[kind].pop()]
    if said := first.get(Kind.COMPLAINTS):
        other = chance.choice([one for one in who if one["企业名称"] != said[0]["被投诉方名称"]])
        again = said[0] | {"被投诉方名称": other["企业名称"], "统一社会信用代码": other["统一社会信用代码"]}
        deliveries[2].setdefault(Kind.COMPLAINTS, []).append(again)
    second, third = sorted(chance.choices(range(29), k=2)) if chance.random() < 0.8 else [0, 0]  # not always do days pass, too
    return Month(deliveries, [FIRST, FIRST + timedelta(days=second), FIRST + timedelta(days=third)])


def _name(row: dict[str, str]) -> str:
    return row["企业名称" if "企业名称" in row else "被投诉方名称"]


def _at_edge(kind: Kind, row: dict[str, str], chance: random.Random) -> dict[str, str]:
    if chance.random() < 0.5:
        return row
    day = FIRST + timedelta(days=chance.randrange(29) - chance.choice(EDGES.get(kind, [0])))
    return row | {name: day.isoformat() for name in DATES & row.keys()}


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
        workspace = Workspace(Settings(home=home, database_url=url, rules=RULES))
        yield workspace
        workspace.register.close()
