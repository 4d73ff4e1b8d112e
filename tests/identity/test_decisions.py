"""What people decide of who is who: it counts, it lasts, it can be undone, and it never moves a settled id."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import pipeline
from screening.access import OPERATOR, Actor
from screening.errors import NotAllowed, StaleRecord
from screening.features.complaints import complaints_of, waiting
from screening.identity.decisions import decide, pair_of, undo
from screening.scoring.ranking import find_run
from screening.settings import PROJECT_ROOT, Settings
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role, Verdict
from tests.homes import open_home
from tests.promises.world import AS_OF, Rows, make_world, write_csv

TESTER = Actor("t", "测试员", "", Role.OFFICER)
CODE_ONE, CODE_TWO = "91440803MA9010033J", "91440803MA9010041D"
ENTITIES: Rows = [
    {
        "企业名称": "霞山区虚乙打金店",
        "统一社会信用代码": CODE_ONE,
        "法定代表人": "虚某乙",
        "经营地址": "湛江市霞山区虚构路1号",
        "经营地街道": "建设街道",
    },
    {
        "企业名称": "霞山区虚乙金店",
        "统一社会信用代码": CODE_TWO,
        "法定代表人": "虚某丙",
        "经营地址": "湛江市霞山区示例街9号",
        "经营地街道": "新园街道",
    },
]
COMPLAINT: Rows = [
    {
        "工单编号": "X1",
        "被投诉方名称": "虚乙金铺",
        "诉求内容": "存了50克黄金，每月返0.5克，现在不返了，老板电话关机",
        "受理时间": "2026-10-20",
        "求助号码": "13800000001",
    }
]
SUBJECT = "complaints:X1"


def _load(workspace: Workspace, folder: Path, kind: Kind, rows: Rows, received: date = AS_OF) -> None:
    path = write_csv(folder / f"{kind}_{received}_{len(rows)}.csv", rows)
    pipeline.load(workspace, [path], kind=kind, received=received)


@pytest.fixture(scope="module")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shops of one brand in two streets, and a complaint that may mean either, scored."""
    folder = tmp_path_factory.mktemp("undecided")
    workspace = open_home(folder / "home")
    _load(workspace, folder, Kind.ENTITIES, ENTITIES)
    _load(workspace, folder, Kind.COMPLAINTS, COMPLAINT)
    pipeline.score(workspace, as_of=AS_OF)
    workspace.register.close()
    return folder / "home"


@pytest.fixture
def workspace(undecided: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy to decide in."""
    opened = open_home(Path(shutil.copytree(undecided, tmp_path / "home")))
    yield opened
    opened.register.close()


@pytest.fixture
def run(workspace: Workspace) -> Run:
    """The run before anybody decided."""
    return find_run(workspace)


def _score(workspace: Workspace, run: Run, entity_id: str) -> int:
    query = "SELECT score FROM read_parquet(?) WHERE entity_id = ?"
    with workspace.connect() as connection:
        rows = connection.execute(query, [workspace.run_table(run, "scores"), entity_id]).fetchall()
    return int(rows[0][0])


def test_what_is_not_sure_waits_and_feeds_no_rule(workspace: Workspace, run: Run) -> None:
    (complaint,) = waiting(workspace, run, actor=OPERATOR)
    assert {candidate["entity_id"] for candidate in complaint.candidates} == {CODE_ONE, CODE_TWO}
    assert all(candidate["why"] for candidate in complaint.candidates)
    assert (_score(workspace, run, CODE_ONE), _score(workspace, run, CODE_TWO)) == (0, 0)


def test_a_decision_counts_from_the_next_run_and_can_be_undone(workspace: Workspace, run: Run) -> None:
    decide(workspace, SUBJECT, CODE_TWO, Verdict.SAME, actor=TESTER, note="看过小票")
    decided = pipeline.score(workspace, as_of=AS_OF)
    assert decided.run_id != run.run_id
    assert waiting(workspace, decided, actor=OPERATOR) == []
    (complaint,) = complaints_of(workspace, decided, CODE_TWO, actor=OPERATOR)
    assert (complaint.method, complaint.confidence) == ("manual", 1.0)
    assert "测试员" in complaint.why
    assert _score(workspace, decided, CODE_TWO) > 0

    undo(workspace, workspace.register.decisions()[0].seq, actor=TESTER)
    undone = pipeline.score(workspace, as_of=AS_OF)
    assert undone.run_id == run.run_id
    assert [decision.undone_by for decision in workspace.register.decisions()] == ["测试员"]


def test_who_was_ruled_out_is_not_proposed_again(workspace: Workspace, run: Run) -> None:
    for entity_id in (CODE_ONE, CODE_TWO):
        decide(workspace, SUBJECT, entity_id, Verdict.DIFFERENT, actor=TESTER)
    decided = pipeline.score(workspace, as_of=AS_OF)
    assert waiting(workspace, decided, actor=OPERATOR) == []
    assert complaints_of(workspace, decided, CODE_ONE, actor=OPERATOR) == []


def test_undecided_stays_on_record_and_links_nobody(workspace: Workspace, run: Run) -> None:
    decide(workspace, SUBJECT, CODE_ONE, Verdict.UNDECIDED, actor=TESTER)
    assert complaints_of(workspace, pipeline.score(workspace, as_of=AS_OF), CODE_ONE, actor=OPERATOR) == []


def test_two_entries_said_to_be_one_are_scored_as_one_and_keep_their_ids(workspace: Workspace, run: Run) -> None:
    subject, entity_id = pair_of(CODE_ONE, CODE_TWO)
    assert (subject, entity_id) == pair_of(CODE_TWO, CODE_ONE)
    keys = workspace.register.find_entities(CODE_ONE, []) + workspace.register.find_entities(CODE_TWO, [])
    decide(workspace, subject, entity_id, Verdict.SAME, actor=TESTER)
    merged = pipeline.score(workspace, as_of=AS_OF)
    assert (run.summary["entities"], merged.summary["entities"]) == (2, 1)
    assert workspace.register.find_entities(CODE_ONE, []) + workspace.register.find_entities(CODE_TWO, []) == keys
    undo(workspace, workspace.register.decisions()[0].seq, actor=TESTER)
    assert pipeline.score(workspace, as_of=AS_OF).summary["entities"] == 2


def test_a_decision_is_signed_and_undone_once(workspace: Workspace) -> None:
    with pytest.raises(NotAllowed):
        decide(workspace, SUBJECT, CODE_ONE, Verdict.SAME, actor=replace(TESTER, role=Role.LEADER))
    decide(workspace, SUBJECT, CODE_ONE, Verdict.SAME, actor=TESTER)
    undo(workspace, 1, actor=TESTER)
    with pytest.raises(StaleRecord):
        undo(workspace, 1, actor=TESTER)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_next_month_changes_no_settled_id_and_no_decision(first: int, second: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        workspace = Workspace(
            Settings(home=folder / "var", database_url=f"sqlite:///{folder / 'r.sqlite'}", rules=PROJECT_ROOT / "rules")
        )
        september, october = date(2026, 9, 30), date(2026, 10, 31)
        world = make_world(first)
        complaint = {**COMPLAINT[0], "受理时间": "2026-09-20"}
        _load(workspace, folder, Kind.ENTITIES, [*world[Kind.ENTITIES], *ENTITIES], september)
        _load(workspace, folder, Kind.COMPLAINTS, [*world[Kind.COMPLAINTS], complaint], september)
        decide(workspace, SUBJECT, CODE_TWO, Verdict.SAME, actor=TESTER)
        before = _state(workspace, september)

        following = make_world(second)
        moved = [{**row, "经营地址": "湛江市霞山区样本一路3号"} for row in ENTITIES]
        _load(workspace, folder, Kind.ENTITIES, [*following[Kind.ENTITIES], *moved], october)
        _load(workspace, folder, Kind.COMPLAINTS, [*following[Kind.COMPLAINTS], complaint], october)
        keys, decisions, _ = _state(workspace, october)
        assert set(before[0]) <= set(keys)
        assert decisions == before[1]
        assert [
            c.subject
            for c in complaints_of(workspace, pipeline.score(workspace, as_of=october), CODE_TWO, actor=OPERATOR)
            if c.method == "manual"
        ] == [SUBJECT]
        assert _state(workspace, september)[2] == before[2]
        workspace.register.close()


def _state(workspace: Workspace, as_of: date) -> tuple[list[tuple[str, str]], list[object], str]:
    """Settled keys, decisions, and the run as of a day."""
    with workspace.register.writing() as connection:
        keys = [(key, entity_id) for key, entity_id, _ in workspace.register.entity_keys(connection)]
    return keys, list(workspace.register.decisions()), pipeline.score(workspace, as_of=as_of).run_id
