"""The report as an official document."""

from collections.abc import Sequence
from datetime import datetime, time

from screening.reference.clock import CHINA
from screening.reports.figures.catalogue import FIGURES
from screening.reports.figures.tables import Table
from screening.reports.monthly.clues import Clue
from screening.reports.monthly.report import Report
from screening.reports.monthly.text import day_in_words
from screening.reports.paper.charts import bars
from screening.reports.paper.document import Paper
from screening.reports.wording import Office, Wording

_FIRST_COLUMN, _OTHER_COLUMN = 2.6, 1.0  # shares of a table's width
_CLUE_WIDTHS = (2.2, 1.4, 0.8, 1.4, 4.2, 3.2, 1.4)
_NARROW = 8  # columns that a standing page has room for
_CLUES_PLACE = 3  # 附表4
_CHARTED = ("cases_new", "cases_closed")


def write_document(report: Report, office: Office, wording: Wording) -> bytes:
    """The .docx: red head, text, charts, annexes; a draft until somebody signs it."""
    mark = f"{wording.draft}{f'　{wording.example}' if office.is_example else ''}{'　月末前预览，数字未定' if report.is_early else ''}"
    dated = datetime.combine(report.period.closes, time(12), CHINA)
    paper = Paper(report.title, office.name, draft=mark, dated=dated)
    year = report.period.closes.year
    paper.red_head(office.red_head, f"{office.prefix}〔{year}〕　　号", office.signer)
    paper.title(report.title_lines)
    paper.addressee(office.report_to)
    for line in report.opening_lines:
        paper.body(line)
    _write_sections(paper, report)
    for line in (*report.notes, wording.disclaimer):
        paper.body(f"注：{line}")
    annexes = _annexes(report, wording)
    paper.attachments([title for title, _, _ in annexes])
    paper.signature(office.name, f"{year}年　月　日")
    paper.imprint(office.copies, office.name, f"{year}年　月　日")
    for number, (title, table, is_wide) in enumerate(annexes, start=1):
        paper.turn(wide=is_wide)
        paper.annex(number, title)
        if table is None:
            _write_clues(paper, report.clues)
        else:
            _write_table(paper, table)
    paper.body(f"评分编号 {report.run_id}（截至{day_in_words(report.run_as_of)}）；办理记录链头 {report.head}。")
    return paper.content()


def _write_sections(paper: Paper, report: Report) -> None:
    for number, section in enumerate(report.sections):
        paper.heading(section.heading)
        items = 0
        for kind, text in section.blocks:
            if kind == "part":
                paper.subheading(text)
            elif kind == "item":
                items += 1
                paper.body(f"{items}. {text}")
            else:
                paper.body(text)
        if number == 0:
            _draw_months(paper, report)
        elif number == 1:
            _draw_streets(paper, report)


def _draw_months(paper: Paper, report: Report) -> None:
    months = [f"{int(key[-2:])}月" for key, _ in report.series]
    series = {FIGURES[name].label: [counts[name] for _, counts in report.series] for name in _CHARTED}
    if picture := bars(months, series, "件"):
        paper.picture(picture, "图1　各月新增和办结")


def _draw_streets(paper: Paper, report: Report) -> None:
    table = next((table for table in report.tables if any(c.figure == "overdue" for c in table.columns)), None)
    if table is None:
        return
    named = {c.label: number for number, c in enumerate(table.columns) if c.figure in ("cases_closing", "overdue")}
    labels = [label.removesuffix("街道") for label, _ in table.lines]
    series = {label: [int(cells[number]) for _, cells in table.lines] for label, number in named.items()}
    if picture := bars(labels, series, "件"):
        paper.picture(picture, "图2　各街道期末在办和逾期")


def _annexes(report: Report, wording: Wording) -> list[tuple[str, Table | None, bool]]:
    """Title, table (None: the list of clues) and whether it needs a wide page, in the order in which a reader is told of them (附表4 is the list)."""
    annexes: list[tuple[str, Table | None, bool]] = [(t.title, t, len(t.columns) > _NARROW) for t in report.tables]
    place = _CLUES_PLACE if report.period.is_month else len(annexes)
    annexes.insert(place, (f"重点线索台账（{wording.not_public}）", None, True))
    return annexes


def _write_table(paper: Paper, table: Table) -> None:
    rows = [[label, *(str(cell) for cell in cells)] for label, cells in table.lines]
    total = ["合计", *(str(cell) for cell in table.total)]
    widths = [_FIRST_COLUMN, *([_OTHER_COLUMN] * len(table.columns))]
    paper.table([table.head, *(column.label for column in table.columns)], [*rows, total], widths, has_total=True)
    if note := _note(table):
        paper.remark(note)


def _note(table: Table) -> str:
    """What a head of the offices' form does not say."""
    labels = {column.label for column in table.columns}
    notes = []
    if "办结" in labels and "排除" in labels:
        notes.append("办结含排除、误报关闭；期初在办＋新增＋重启＋划入－划出＝办结＋期末在办，未列划入、划出的为 0")
    if "其后投诉" in labels:
        notes.append("其后投诉指最近一场活动之后（没有活动的为近一年）收到的投诉；建议次序按红橙主体、其后投诉、黄级主体多少排")
    if "上月" in labels:
        notes.append("上月数含本月补报、计入上月的")
    return f"注：{'；'.join(notes)}。" if notes else ""


def _write_clues(paper: Paper, clues: Sequence[Clue]) -> None:
    """By their aliases: the list with names is a sheet of the workbook, for who may see it."""
    head = ["主体", "街道", "等级", "线索来源", "风险特征", "核查结果", "处置情况"]
    rows = [[c.alias, c.street, c.grade, c.source, c.elements, c.findings, c.state] for c in clues]
    paper.table(head, rows or [["无", "", "", "", "", "", ""]], _CLUE_WIDTHS)
