"""The ranked list as the office prints it: one row an entity, its reasons beside it, as a workbook.

A cell a user delivered may begin with `=`, `+`, `-` or `@`; every text is written as a string, never as a formula.
"""

import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format

from screening.scoring.explanation import Explanation, explain_many
from screening.scoring.ranking import Ranked
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Grade

_COLUMNS = [
    ("名次", 6), ("主体名称", 30), ("统一社会信用代码", 22), ("行业", 13), ("街道", 11), ("分值", 7), ("等级", 9),
    ("理由（分值）", 62), ("未知事项（最多可能加分）", 34), ("资料完整度", 10), ("上次检查", 12), ("核查单位及人员", 18), ("核查结果", 22),
]  # fmt: skip
_FILLS = {
    Grade.RED: "#F4C7C3",
    Grade.ORANGE: "#FCE0C3",
    Grade.YELLOW: "#FFF4C2",
    Grade.INSUFFICIENT: "#E6DDF0",
    Grade.BLUE: "#D6E4F5",
}
_HEADER_ROW = 2
_UNKNOWNS_SHOWN = 5


def write_ranked_list(workspace: Workspace, run: Run, entities: Sequence[Ranked]) -> bytes:
    """The workbook as bytes: landscape A4, header repeated on each page, empty columns for the visit."""
    explained = {e.entity_id: e for e in explain_many(workspace, run, [entity.entity_id for entity in entities])}
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        sheet = book.add_worksheet("核查次序")
        plain = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
        title = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
        note = book.add_format({"font_name": "宋体", "font_size": 9, "font_color": "#444444"})
        head = book.add_format(plain | {"bold": True, "align": "center", "bg_color": "#EDEDED"})
        cell, fills = (
            book.add_format(plain),
            {grade: book.add_format(plain | {"bg_color": color, "align": "center"}) for grade, color in _FILLS.items()},
        )
        sheet.merge_range(0, 0, 0, len(_COLUMNS) - 1, f"防非筛查主体核查次序表（截至{run.as_of:%Y年%m月%d日}）", title)
        sheet.write_string(1, 0, f"评分编号 {run.run_id}。本表为风险线索排序，不是认定；工作秘密，注意保管。", note)
        for column, (header, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(_HEADER_ROW, column, header, head)
        for number, entity in enumerate(entities, start=_HEADER_ROW + 1):
            for column, text in enumerate(_cells(entity, explained[entity.entity_id])):
                _write(sheet, number, column, text, fills[entity.grade] if _COLUMNS[column][0] == "等级" else cell)
        sheet.freeze_panes(_HEADER_ROW + 1, 2)
        sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + max(len(entities), 1), len(_COLUMNS) - 1)
        sheet.repeat_rows(_HEADER_ROW)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页 共 &N 页")
    return buffer.getvalue()


def _cells(entity: Ranked, explanation: Explanation) -> list[str | float]:
    reasons = "\n".join(f"{reason.points:+g} {reason.sentence}" for reason in explanation.reasons) or "无"
    unknown = sorted(explanation.unknown, key=lambda u: -u.could_add)
    shown = [f"{u.name}（{u.could_add:g}）" for u in unknown[:_UNKNOWNS_SHOWN]]
    if len(unknown) > _UNKNOWNS_SHOWN:
        shown.append(f"等 {len(unknown)} 项")
    return [
        entity.rank,
        entity.name or "（无名称）",
        entity.uscc or entity.reg_no or entity.entity_id,
        entity.sector.label,
        entity.street or "未知",
        entity.score,
        entity.grade.label + ("（红线待确认）" if entity.red_line else ""),
        reasons,
        "\n".join(shown) or "无",
        f"{entity.completeness:.0%}",
        entity.last_visit_date.isoformat() if entity.last_visit_date else "无记录",
        "",
        "",
    ]


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: str | float, style: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
