"""The report as a workbook: its tables with live totals, every figure with its name, and the rows each figure counts."""

import io
from collections.abc import Iterator
from datetime import datetime, time

from screening.access import Actor
from screening.reference.clock import CHINA
from screening.reports.figures.catalogue import FIGURES
from screening.reports.figures.tables import change
from screening.reports.monthly.report import Report
from screening.reports.sheets import Cell, add_sheet, workbook
from screening.reports.wording import Office, Wording
from screening.vocabulary import Grade, Sector

_MOST_ROWS = 5_000  # of one figure; the entities of a district are a list of their own
_FIGURES_HEAD = ["名字", "数字", "单位", "本期", "上月", "环比", "本年累计"]
_ROWS_HEAD = ["数字", "计数对象", "数", "街道", "行业", "等级或来源", "时间", "出处"]
_CLUES_HEAD = ["序号", "代称", "案件", "主体", "街道", "行业", "等级", "线索来源", "风险特征", "核查结果", "处置情况", "期限"]


def write_workbook(report: Report, office: Office, wording: Wording, actor: Actor) -> bytes:
    """The .xlsx as bytes."""
    buffer = io.BytesIO()
    dated = datetime.combine(report.period.closes, time(12), CHINA)
    note = f"{wording.draft}。评分编号 {report.run_id}；办理记录链头 {report.head}。导出人 {actor.signature}。{wording.disclaimer}属工作秘密。"
    with workbook(buffer, report.title, office.name, dated) as book:
        for table in report.tables:
            rows: list[list[Cell]] = [[label, *cells] for label, cells in table.lines]
            sums = [False, *(column.has_total for column in table.columns)]
            add_sheet(
                book, f"{table.name}{table.title}", table.title, note, [table.head, *(c.label for c in table.columns)], rows, sums
            )
        clues: list[list[Cell]] = [
            [number, c.alias, c.case_id, c.name, c.street, c.sector, c.grade, c.source, c.elements, c.findings, c.state, c.due]
            for number, c in enumerate(report.clues, start=1)
        ]
        add_sheet(book, "附表4重点线索台账", f"重点线索台账（{wording.not_public}）", note, _CLUES_HEAD, clues)
        months = [FIGURES[name].label for name in report.series[0][1]] if report.series else []
        add_sheet(
            book,
            "各月",
            "本年各月",
            note,
            ["月份", *months],
            [[key, *counts.values()] for key, counts in report.series],
            [False, *([True] * len(months))],
        )
        add_sheet(book, "数字一览", f"{report.title}的全部数字", note, _FIGURES_HEAD, list(_figures(report, wording)))
        add_sheet(book, "数字出处", "每个数字由哪些行组成", note, _ROWS_HEAD, list(_rows(report, wording)))
    return buffer.getvalue()


def _figures(report: Report, wording: Wording) -> Iterator[list[Cell]]:
    for name, counted in report.month.items():
        then = report.before[name].value
        figure = counted.figure
        yield [
            name,
            figure.label,
            figure.unit,
            counted.value,
            then,
            change(counted.value, then, wording.not_comparable),
            report.year[name].value,
        ]


def _rows(report: Report, wording: Wording) -> Iterator[list[Cell]]:
    for counted in report.month.values():
        if len(counted.rows) > _MOST_ROWS:
            yield [
                counted.figure.label,
                f"共 {len(counted.rows)} 行，超过 {_MOST_ROWS} 行的不在此列出",
                counted.value,
                "",
                "",
                "",
                "",
                "",
            ]
            continue
        for row in counted.rows:
            part = {grade.value: grade.label for grade in Grade}.get(row.part or "", row.part or "")
            sector = Sector(row.sector).label if row.sector else wording.unplaced_sector
            moment = str(row.moment)[:16] if row.moment else ""
            street = report.streets.get(row.street_code or "", wording.unplaced)
            yield [counted.figure.label, row.item, row.amount, street, sector, part, moment, row.ref]
