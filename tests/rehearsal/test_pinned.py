"""What an office was told of past months stands, whatever became of the program and of the rules under rules/ since."""

import pytest

from screening import grounds
from tests.rehearsal import pinned

MEANT = "若是有意改变评分：把 screening/grounds.py 的 ENGINE 加一，再运行 python -m tests.rehearsal.pinned"


@pytest.fixture(scope="module")
def record() -> pinned.Record:
    return pinned.read()


def test_past_months_score_as_they_did_when_the_record_was_kept(record: pinned.Record) -> None:
    assert record.engine == grounds.ENGINE, MEANT
    now = pinned.scores(record.lists, record.rules)
    assert now.keys() == record.scores.keys()
    for month, rows in record.scores.items():
        for was, became in zip(rows, now[month], strict=True):
            assert became == was, f"{month}：{MEANT}"


def test_the_record_says_something(record: pinned.Record) -> None:
    last = [dict(zip(pinned.COLUMNS, row, strict=True)) for row in list(record.scores.values())[-1]]
    assert len(last) >= 15
    assert len({rule for row in last for rule in row["points"]}) >= 40
    assert {"red", "orange"} <= {row["grade"] for row in last}
    assert len({str(rows) for rows in record.scores.values()}) == len(record.scores)
