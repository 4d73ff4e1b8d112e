"""`screening list`, `show` and `explain`: whom to visit first, what is known of one, why it has its score."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from screening.cli.options import AsJson, EntityWord, RunId, acting, open_workspace, read_word
from screening.cli.printing import GRADE_STYLES, err, out, print_json, print_lines
from screening.scoring.ranking import Filter, find_run, ranked
from screening.vocabulary import Element, Grade, Kind, Sector

if TYPE_CHECKING:
    from screening.scoring.breakdown import Matrix
    from screening.scoring.explanation import Explanation


def list_(
    top: Annotated[int | None, typer.Option("--top", min=1, help="只列前若干户。")] = None,
    grade: Annotated[list[str] | None, typer.Option("--grade", help="等级：" + " ".join(Grade))] = None,
    sector: Annotated[list[str] | None, typer.Option("--sector", help="行业：" + " ".join(Sector))] = None,
    area: Annotated[str | None, typer.Option("--area", help="街道名称或代码。")] = None,
    run_id: RunId = None,
    workbook: Annotated[Path | None, typer.Option("--out", metavar="文件.xlsx", help="另存为 Excel 工作簿，附每户理由。")] = None,
    as_json: AsJson = False,
) -> None:
    """The ranked list, perhaps as a workbook."""
    wanted = Filter(
        grades=[read_word(Grade, word, "等级") for word in grade or ()],
        sectors=[read_word(Sector, word, "行业") for word in sector or ()],
        area=area,
        top=top,
    )
    with open_workspace() as workspace:
        run = find_run(workspace, run_id)
        actor = acting(workspace)
        entities = ranked(workspace, run, wanted, actor=actor)
        if workbook:
            from screening.reports.ranked_list import write_ranked_list  # noqa: PLC0415  only who exports waits for it

            workbook.write_bytes(write_ranked_list(workspace, run, entities, actor=actor))
            err.print(f"已写入 {workbook}")
    if as_json:
        columns = ("rank", "entity_id", "name", "sector", "street", "score", "grade", "completeness", "could_add", "red_line")
        listed = [{column: getattr(entity, column) for column in columns} for entity in entities]
        print_json({"run": run.run_id, "as_of": run.as_of, "entities": listed})
        return
    out.print(f"核查次序（截至 {run.as_of}）", style="bold")
    lines = [("名次", "等级", "分值", "完整度", "行业", "街道", "编号", "主体")]
    for entity in entities:
        grade_text = entity.grade.label + ("（红线待确认）" if entity.red_line else "")
        figures = (str(entity.rank), grade_text, f"{entity.score:g}", f"{entity.completeness:.0%}")
        lines.append((*figures, entity.sector.label, entity.street or "未知", entity.entity_id, entity.name or "（无名称）"))
    print_lines(lines, ["", *(GRADE_STYLES[entity.grade] for entity in entities)])


def show(entity: EntityWord, as_json: AsJson = False) -> None:
    """What the lists say of one, each thing with its source row."""
    from screening.features.portrait import portrait  # noqa: PLC0415  the list does not wait for it
    from screening.reference.fields import column_label  # noqa: PLC0415  the same

    with open_workspace() as workspace:
        found = portrait(workspace, entity, actor=acting(workspace))
    if as_json:
        print_json(found.document())
        return
    table = Table("项目", "内容", "来源", title=str(found.entity["name"] or found.entity["entity_id"]))
    for column, value in found.entity.items():
        if value is not None:
            source = found.sources.get(column)
            table.add_row(
                column_label(Kind.ENTITIES, column),
                str(value),
                f"{source['file']} {source['sheet']} 第{source['row']}行" if source else "",
            )
    out.print(table)


def explain(entity: EntityWord, run_id: RunId = None, as_json: AsJson = False) -> None:
    """Every reason of one score, and what is not known."""
    from screening.features.portrait import find_entity  # noqa: PLC0415  the list does not wait for it
    from screening.scoring.breakdown import matrix  # noqa: PLC0415  the same
    from screening.scoring.explanation import explain as explain_entity  # noqa: PLC0415  the same

    with open_workspace() as workspace:
        run = find_run(workspace, run_id)
        actor = acting(workspace)
        found = explain_entity(workspace, run, find_entity(workspace, entity, actor=actor), actor=actor)
    told = matrix(found)
    if as_json:
        print_json(found.document() | told.document())
    else:
        _print_explanation(found, told)


def _print_explanation(found: "Explanation", told: "Matrix") -> None:
    """The score by sub-index and by element, reasons by weight with basis and source rows, then what is not known."""
    out.print(
        f"[bold]{found.name or found.entity_id}[/]  {found.score:g} 分，[{GRADE_STYLES[found.grade]}]{found.grade.label}[/]，第 {found.rank} 位（截至 {found.as_of}）"
    )
    if found.red_line:
        out.print("命中红线规则：等级至少为橙，是否升红须人工确认。")
    for adjustment in found.adjustments:
        out.print(f"组合加判 {adjustment.sentence}（{'、'.join(adjustment.rests_on)}）", markup=False)
    for parts in (told.by_dimension(), told.by_element()) if found.score else ():
        out.print(
            f"{found.score:g} 分 = " + " + ".join(f"{part.label} {value:g}" for part, value in parts.items() if value),
            markup=False,
        )
    for reason in found.reasons:
        element = f"〔{Element(reason.element).label}〕" if reason.element else ""
        out.print(
            f"{reason.points:+g}  {element}{reason.name}{'' if reason.verified else '（待核）'}：{reason.sentence}", markup=False
        )
        out.print(f"      依据：{'；'.join(reason.basis)}", markup=False)
        for source in reason.sources[:5]:
            out.print(f"      来源：{source.file} {source.sheet} 第{source.row}行 {source.quote or ''}", markup=False)
    out.print(f"资料完整度 {found.completeness:.0%}；未知事项最多还可能加 {found.could_add:g} 分：")
    for unknown in found.unknown:
        out.print(f"  {unknown.name}（最多 {unknown.could_add:g} 分）：缺 {'、'.join(unknown.missing)}", markup=False)
