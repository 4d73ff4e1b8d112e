"""The ranked list as the office prints it: one row an entity with its weightiest reasons, and every reason with its source rows behind it.

A cell a user delivered may begin with `=`, `+`, `-` or `@`; every text is written as a string, never as a formula.
"""

import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from screening.access import Actor, Verb
from screening.reference.half_widths import half_widths
from screening.reference.rights import require
from screening.scoring.explanation import Explanation, Reason, Source, explain_many
from screening.scoring.ranking import Ranked
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Element, Grade

# Columns with their widths in half-width characters.
_LIST = [
    ("名次", 5), ("主体", 25), ("行业", 13), ("街道", 10), ("分值", 7), ("等级", 11), ("主要理由（分值）", 66), ("还不知道（最多再加）", 32),
    ("上次检查", 11), ("核查人员", 12), ("核查结果", 16),
]  # fmt: skip
_DETAIL = [
    ("名次", 5),
    ("主体", 30),
    ("分值", 7),
    ("要件", 9),
    ("理由", 58),
    ("依据", 44),
    ("来源（文件、工作表、行）", 44),
    ("可能的误报", 34),
]
_FILLS = {
    Grade.RED: "#F4C7C3",
    Grade.ORANGE: "#FCE0C3",
    Grade.YELLOW: "#FFF4C2",
    Grade.INSUFFICIENT: "#E6DDF0",
    Grade.BLUE: "#D6E4F5",
}
_PLAIN = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
_HEADER_ROW = 2
_LINE_POINTS = 14  # height of a line of 10-point type
_TALLEST_POINTS = 400  # Excel draws no row above 409 points
_REASONS_SHOWN, _UNKNOWNS_SHOWN, _SOURCES_SHOWN = 6, 4, 8


def write_ranked_list(workspace: Workspace, run: Run, entities: Sequence[Ranked], *, actor: Actor) -> bytes:
    """The workbook as bytes: landscape A4, headers repeated on each page, room for what the visit found. Entities out of the actor's sight are left out."""
    require(actor, Verb.EXPORT, workspace.settings.rules)
    explained = {e.entity_id: e for e in explain_many(workspace, run, [entity.entity_id for entity in entities], actor=actor)}
    entities = [entity for entity in entities if entity.entity_id in explained]
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        cell, centred = book.add_format(_PLAIN), book.add_format(_PLAIN | {"align": "center"})
        numbers = {"名次": centred, "分值": centred}
        grades = {grade: book.add_format(_PLAIN | {"bg_color": color, "align": "center"}) for grade, color in _FILLS.items()}
        note = f"评分编号 {run.run_id}。下载人 {actor.signature}。本表是风险线索的排序，不是认定；属工作秘密，注意保管。"
        listed = _sheet(book, "核查次序", f"主体核查次序表（截至{run.as_of:%Y年%m月%d日}）", note, _LIST)
        detail = _sheet(book, "理由明细", f"评分理由明细（截至{run.as_of:%Y年%m月%d日}）", note, _DETAIL)
        next_detail = _HEADER_ROW + 1
        for number, entity in enumerate(entities, start=_HEADER_ROW + 1):
            explanation = explained[entity.entity_id]
            _write_row(listed, number, _list_cells(entity, explanation), _LIST, cell, numbers | {"等级": grades[entity.grade]})
            for reason in explanation.reasons:
                _write_row(detail, next_detail, _detail_cells(entity, reason), _DETAIL, cell, numbers)
                next_detail += 1
        listed.autofilter(_HEADER_ROW, 0, _HEADER_ROW + max(len(entities), 1), len(_LIST) - 1)
        detail.autofilter(_HEADER_ROW, 0, max(next_detail - 1, _HEADER_ROW + 1), len(_DETAIL) - 1)
    return buffer.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, title: str, note: str, columns: Sequence[tuple[str, int]]) -> Worksheet:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
    small = book.add_format({"font_name": "宋体", "font_size": 9, "font_color": "#444444"})
    head = book.add_format(_PLAIN | {"bold": True, "align": "center", "bg_color": "#EDEDED"})
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, heading)
    sheet.set_row(0, 30)
    sheet.write_string(1, 0, note, small)
    sheet.set_row(_HEADER_ROW, 2 * _LINE_POINTS)
    for column, (header, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEADER_ROW, column, header, head)
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    return sheet


def _list_cells(entity: Ranked, explanation: Explanation) -> list[str | float]:
    reasons = explanation.reasons
    shown = [f"{reason.points:+g} {reason.sentence}" for reason in reasons[:_REASONS_SHOWN]]
    if rest := reasons[_REASONS_SHOWN:]:
        shown.append(f"{sum(round(r.points * 10) for r in rest) / 10:+g} 其余 {len(rest)} 项（含同组上限扣回），见“理由明细”")
    unknown = sorted(explanation.unknown, key=lambda u: -u.could_add)
    missing = [f"{u.name}（{u.could_add:g}）" for u in unknown[:_UNKNOWNS_SHOWN]]
    if len(unknown) > _UNKNOWNS_SHOWN:
        missing.append(f"等 {len(unknown)} 项，合计最多再加 {explanation.could_add:g} 分")
    return [
        entity.rank,
        f"{entity.name or '（无名称）'}\n{entity.uscc or entity.reg_no or entity.entity_id}",
        entity.sector.label,
        entity.street or "未知",
        entity.score,
        entity.grade.label + ("\n红线待确认" if entity.red_line else ""),
        "\n".join(shown) or "无",
        "\n".join(missing) or "无",
        entity.last_visit_date.isoformat() if entity.last_visit_date else "无记录",
        "",
        "",
    ]


def _detail_cells(entity: Ranked, reason: Reason) -> list[str | float]:
    return [
        entity.rank,
        entity.name or entity.entity_id,
        reason.points,
        Element(reason.element).label if reason.element else "",
        reason.sentence,
        "；".join(reason.basis),
        _places(reason.sources),
        reason.false_positive,
    ]


def _places(sources: Sequence[Source]) -> str:
    shown = [f"{source.file} {source.sheet} 第{source.row}行" for source in sources[:_SOURCES_SHOWN]]
    return "\n".join([*shown, f"等 {len(sources)} 行"] if len(sources) > _SOURCES_SHOWN else shown)


def _write_row(
    sheet: Worksheet,
    row: int,
    values: Sequence[str | float],
    columns: Sequence[tuple[str, int]],
    plain: Format,
    styles: dict[str, Format],
) -> None:
    lines = 1
    for column, (value, (header, width)) in enumerate(zip(values, columns, strict=True)):
        style = styles.get(header, plain)
        if isinstance(value, str):
            sheet.write_string(row, column, value, style)
            lines = max(lines, _lines(value, width))
        else:
            sheet.write_number(row, column, value, style)
    sheet.set_row(row, min(_TALLEST_POINTS, lines * _LINE_POINTS + 4))


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column of so many half-width characters."""
    return sum(max(1, -(-half_widths(line) // (width - 2))) for line in text.split("\n"))
