"""One person's repeats count once, and it stays known who reported first."""

from pathlib import Path

from screening.access import OPERATOR
from screening.features.complaints import complaints_of
from screening.vocabulary import Kind
from tests.promises.world import Rows, delivered

CODE = "91440803MA9010033J"
ENTITIES: Rows = [{"企业名称": "霞山区虚乙打金店", "统一社会信用代码": CODE}]
SAID = "我在该店存了10万元黄金托管，每月返2000元，现在提不了现，老板联系不上，请尽快处理"


def _complaint(number: int, day: str, phone: str, text: str = SAID) -> dict[str, str]:
    return {"工单编号": f"X{number}", "统一社会信用代码": CODE, "诉求内容": text, "受理时间": day, "求助号码": phone}


def test_the_same_words_of_one_person_count_once_and_those_of_another_count_again(tmp_path: Path) -> None:
    complaints = [
        _complaint(1, "2026-10-01", "13800000001"),
        _complaint(2, "2026-10-10", "13800000001", SAID + "。"),
        _complaint(3, "2026-10-05", "13800000002"),
        _complaint(4, "2026-07-01", "13800000001"),
    ]
    workspace, run = delivered({Kind.ENTITIES: ENTITIES, Kind.COMPLAINTS: complaints}, tmp_path / "w")
    found = {c.source_no: c for c in complaints_of(workspace, run, CODE, actor=OPERATOR)}
    assert {number for number, c in found.items() if c.is_said_again} == {"X1"}
    assert {number: c.reporter_no for number, c in found.items()} == {"X1": 1, "X2": 1, "X3": 2, "X4": 1}
    assert {number for number, c in found.items() if c.is_first_report} == {"X4", "X3"}
    with workspace.connect() as connection:
        counted = connection.execute(f"SELECT fund_complaints_180d FROM {workspace.run_rows(run, 'features')}").fetchall()
    assert counted == [(3,)]
    workspace.register.close()


def test_where_nobody_can_tell_who_wrote_every_report_counts(tmp_path: Path) -> None:
    complaints = [_complaint(1, "2026-10-01", ""), _complaint(2, "2026-10-10", "")]
    workspace, run = delivered({Kind.ENTITIES: ENTITIES, Kind.COMPLAINTS: complaints}, tmp_path / "w")
    assert [c.is_said_again for c in complaints_of(workspace, run, CODE, actor=OPERATOR)] == [False, False]
    workspace.register.close()
