"""The printed list says what the score says, and what a user typed stays text."""

from pathlib import Path

import openpyxl

from screening import pipeline
from screening.access import OPERATOR
from screening.reports.ranked_list import write_ranked_list
from screening.scoring.ranking import Filter, find_run, ranked
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, write_csv


def test_the_detail_adds_up_to_the_list(scored_home: Path, tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    run = find_run(workspace)
    entities = ranked(workspace, run, Filter(top=40), actor=OPERATOR)
    path = tmp_path / "核查次序.xlsx"
    path.write_bytes(write_ranked_list(workspace, run, entities, actor=OPERATOR))
    workspace.register.close()
    book = openpyxl.load_workbook(path)
    listed = {row[0]: row[4] for row in book["核查次序"].iter_rows(min_row=4, values_only=True)}
    sums: dict[object, float] = dict.fromkeys(listed, 0.0)
    for row in book["理由明细"].iter_rows(min_row=4, values_only=True):
        sums[row[0]] += float(str(row[2]))
        assert row[4] and row[5]
    assert {rank: round(total, 1) for rank, total in sums.items()} == {entity.rank: entity.score for entity in entities} == listed


def test_a_formula_in_a_name_stays_text(workspace: Workspace, tmp_path: Path) -> None:
    name = '=HYPERLINK("http://127.0.0.1","虚甲典当")'
    pipeline.load(workspace, [write_csv(tmp_path / "名单.csv", [{"企业名称": name}])], kind=Kind.ENTITIES, received=AS_OF)
    run = pipeline.score(workspace, as_of=AS_OF)
    path = tmp_path / "核查次序.xlsx"
    path.write_bytes(write_ranked_list(workspace, run, ranked(workspace, run, actor=OPERATOR), actor=OPERATOR))
    cells = [cell for row in openpyxl.load_workbook(path)["核查次序"].iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}
