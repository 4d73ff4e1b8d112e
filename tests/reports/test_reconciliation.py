"""On generated histories every figure equals an independent recount, every reconciliation holds, and whatever is planted blocks the report."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from screening.access import OPERATOR
from screening.errors import InvalidRequest
from screening.reports.figures.period import month_of, read_month, year_to
from screening.reports.issued import last_said
from screening.reports.monthly.report import MONTHLY, Report, monthly, yearly
from screening.reports.monthly.writing import files_of, issue
from screening.store.case_tables import case_events, cases
from tests.reports.world import MONTHS, District, by_cell, make_district, recount

HISTORIES = int(os.environ.get("SCREENING_TEST_HISTORIES", "5"))  # 200 where there is time: SCREENING_TEST_HISTORIES=200
TODAY = date(2026, 12, 1)
AT = datetime(2026, 12, 1, 2, tzinfo=UTC)


def report_of(district: District, month: date) -> Report:
    return monthly(district.workspace, month_of(month), actor=OPERATOR, today=TODAY)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_figure_equals_a_recount_and_everything_reconciles(tmp_path: Path, seed: int) -> None:
    district = make_district(tmp_path / "区", seed)
    closing: dict[tuple[str | None, str | None], int] = {}
    flows = {"cases_new": 0, "cases_closed": 0, "cases_reopened": 0}
    for month in MONTHS:
        report = report_of(district, month)
        assert report.faults == []
        assert {name: report.month[name].value for name in recount(district, month)} == recount(district, month)
        opening = by_cell(report.month["cases_opening"].rows)
        if closing:
            assert sum(opening.values()) == sum(closing.values())
        closing = dict(by_cell(report.month["cases_closing"].rows))
        flows = {name: so_far + report.month[name].value for name, so_far in flows.items()}
        assert {name: report.year[name].value for name in flows} == flows
    year = yearly(district.workspace, year_to(MONTHS[-1]), actor=OPERATOR, today=TODAY)
    assert year.faults == []
    district.workspace.register.close()


def test_a_month_opens_with_what_was_printed_as_the_close_of_the_one_before(tmp_path: Path) -> None:
    district = make_district(tmp_path / "区", 3)
    for month in MONTHS:
        issue(district.workspace, report_of(district, month), tmp_path / "文", actor=OPERATOR, at=AT)
    said = last_said(district.workspace.register, MONTHLY, "2026-02")
    assert (
        said is not None and sum(said.content["closing"].values()) == report_of(district, MONTHS[1]).month["cases_closing"].value
    )


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = make_district(tmp_path / "区", 5)
    yield made
    made.workspace.register.close()


def unlocked(district: District) -> sa.Connection:
    """As somebody who reached behind the program: without the database's own guard."""
    connection = district.workspace.register._engine.connect().execution_options(writes=True)
    for row in connection.execute(
        sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'case_events'")
    ).fetchall():
        connection.execute(sa.text(f"DROP TRIGGER {row[0]}"))
    return connection


def is_blocked(district: District, month: date, said: str) -> None:
    report = report_of(district, month)
    assert any(said in fault for fault in report.faults), report.faults
    with pytest.raises(InvalidRequest, match="没有出文") as refused:
        files_of(district.workspace, report, actor=OPERATOR)
    assert said in refused.value.message


def middle(district: District) -> Any:
    """An event in the middle of a case's way."""
    rows = district.workspace.register.rows(
        sa.select(case_events).where(case_events.c.kind == "moved").order_by(case_events.c.seq)
    )
    last = {row["case_id"]: row["seq"] for row in rows}
    return next(row for row in rows if row["seq"] != last[row["case_id"]] and row["from_state"] != row["to_state"])


def test_an_event_taken_out_of_the_chain_blocks_the_report(district: District) -> None:
    with unlocked(district) as connection:
        connection.execute(case_events.delete().where(case_events.c.seq == middle(district)["seq"]))
        connection.commit()
    is_blocked(district, MONTHS[-1], "中间缺记录")


def test_a_case_edited_by_hand_blocks_the_report(district: District) -> None:
    row = district.workspace.register.rows(sa.select(cases).where(cases.c.state.notin_(["F1", "F2", "A9"])))[0]
    with unlocked(district) as connection:
        connection.execute(cases.update().where(cases.c.case_id == row["case_id"]).values(state="F1"))
        connection.commit()
    is_blocked(district, MONTHS[-1], "按办理记录应为")


def test_an_event_dated_back_into_a_printed_month_blocks_the_next(district: District) -> None:
    issue(district.workspace, report_of(district, MONTHS[1]), district.workspace.home / "文", actor=OPERATOR, at=AT)
    first = district.workspace.register.rows(
        sa.select(case_events).where(case_events.c.from_state.is_(None), case_events.c.at >= datetime(2026, 3, 1, tzinfo=UTC))
    )[0]
    with unlocked(district) as connection:
        connection.execute(
            case_events.update().where(case_events.c.seq == first["seq"]).values(at=datetime(2026, 2, 20, 3, tzinfo=UTC))
        )
        connection.commit()
    is_blocked(district, MONTHS[2], "上月报告")


def test_complaints_loaded_after_the_run_block_the_report(district: District) -> None:
    with district.workspace.register.writing() as connection:
        batch = district.workspace.register.batches()[-1]
        district.workspace.register.add_batch(
            connection, batch_id="late", kind="complaints", file_name="晚到.xlsx", file_sha256="late", source=None, received=MONTHS[-1],
            accepted=3, path=batch.path, receipt={"numbers": []},
        )  # fmt: skip
    is_blocked(district, MONTHS[-1], "晚到.xlsx")


def test_a_month_nobody_scored_has_no_figures(district: District) -> None:
    report = monthly(district.workspace, read_month("2026-07"), actor=OPERATOR, today=TODAY)
    assert "还没有评分" in report.faults[0]
    with pytest.raises(InvalidRequest, match="还没有评分"):
        monthly(district.workspace, read_month("2025-07"), actor=OPERATOR, today=TODAY)
