"""`screening rules compare` and `rules what-if`: rules and facts tried out, nothing stored."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from screening.cli.options import AsJson, AsOf, EntityWord, acting, open_workspace, read_day
from screening.cli.printing import GRADE_STYLES, err, out, print_json, progress_bar
from screening.errors import InvalidRequest
from screening.features.portrait import find_entity
from screening.rehearsal.compare import compare, months_between, resolve
from screening.rehearsal.digest import (
    ALL_THE_SAME,
    CHANGES,
    NOT_SAVED,
    cause_words,
    down_words,
    moved_streets,
    only_points,
    regraded,
    share_words,
    side_by_side,
    silent,
    striking,
    supposed_label,
    up_words,
)
from screening.rehearsal.what_if import WhatIf, what_if
from screening.vocabulary import Grade, Sector

_MOVES_SHOWN, _RULES_SHOWN = 30, 40  # of each month; of all


def rules_compare(
    old: Annotated[
        str, typer.Argument(metavar="旧规则", help="规则目录、规则库版本、active（现用版本）或 draft（规则目录里的草稿）。")
    ],
    new: Annotated[str, typer.Argument(metavar="新规则", help="同上。")],
    first: Annotated[str, typer.Option("--from", metavar="月份", help="从哪个月演练起，如 2026-09。")],
    last: Annotated[str, typer.Option("--to", metavar="月份", help="到哪个月为止，含当月。")],
    as_json: AsJson = False,
) -> None:
    """用两套规则重演过去的月份：谁进谁出、多看几户、每条规则表现如何。不改动任何结果。"""
    month_ends = months_between(first, last)
    with open_workspace() as workspace, progress_bar() as report:
        document = compare(
            workspace, resolve(workspace, old), resolve(workspace, new), month_ends, report, actor=acting(workspace)
        )
    if as_json:
        print_json(document)
        for warning in document["warnings"]:
            err.print(warning["message"], markup=False)
    else:
        _print_comparison(document)
    raise typer.Exit(1 if document["warnings"] else 0)


def rules_what_if(
    entity: EntityWord,
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="列=值", help="改一项登记内容，可写多次。")] = None,
    complaint: Annotated[str | None, typer.Option("--complaint", metavar="文字", help="假设当天另有一件这样的投诉。")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """假如一户的某几项不同，分值和等级会怎样。不保存。"""
    with open_workspace() as workspace:
        actor = acting(workspace)
        entity_id = find_entity(workspace, entity, actor=actor)
        found = what_if(workspace, entity_id, _changes(changes or []), read_day(as_of), complaint, actor=actor)
    if as_json:
        print_json(found.document())
    else:
        _print_what_if(found)


def _changes(words: Iterable[str]) -> dict[str, str]:
    split = {word: word.partition("=") for word in words}
    for word, (column, sign, _) in split.items():
        if not (column.strip() and sign):
            raise InvalidRequest(f"“{word}”没有写成 列=值", "例如 --set 注册资本=5000万元。", {"set": word})
    return {column.strip(): value.strip() for column, _, value in split.values()}


def _print_comparison(document: Mapping[str, Any]) -> None:
    out.print(f"旧规则库 {document['old']}，新规则库 {document['new']}。")
    if document["is_empty"]:
        out.print(ALL_THE_SAME)
    for month in document["months"]:
        _print_month(month)
    _print_rules(document["rules"])
    for warning in document["warnings"]:
        out.print(f"[bold red]提醒[/]：{warning['message']}")


def _print_month(month: Mapping[str, Any]) -> None:
    visits = month["visits"]
    out.print(f"\n[bold]截至 {month['as_of']}[/]：共 {month['entities']} 户，须上门 {visits['before']} → {visits['after']} 户。")
    counts = Table("等级", "进入", "离开")
    for grade in Grade:
        counts.add_row(_grade(grade), str(len(month["entered"][grade])), str(len(month["left"][grade])))
    out.print(counts)
    if moves := regraded(month):
        _print_moves(moves)
    if others := len(only_points(month)):
        out.print(f"另有 {others} 户只变分值、不变等级，完整名单加 --json 查看。")
    streets = Table("街道", "原须上门", "现须上门", title="各街道（即责任单位）的上门户数")
    for line in moved_streets(month):
        streets.add_row(line["street"] or "未知街道", str(line["before"]), str(line["after"]))
    if streets.row_count:
        out.print(streets)


def _print_moves(moves: list[Mapping[str, Any]]) -> None:
    table = Table("主体", "编号", "行业", "街道", "等级", "分值", "由哪些规则引起", title="等级有变的主体")
    for move in moves[:_MOVES_SHOWN]:
        table.add_row(
            move["name"] or "（无名称）",
            move["entity_id"],
            Sector(move["sector"]).label,
            move["street"] or "未知",
            f"{_grade(move['grade_before'])} → {_grade(move['grade_after'])}",
            f"{move['points_before']:g} → {move['points_after']:g}",
            "；".join(cause_words(cause) for cause in move["because"]),
        )
    out.print(table)
    if len(moves) > _MOVES_SHOWN:
        out.print(f"另有 {len(moves) - _MOVES_SHOWN} 户，完整名单加 --json 查看。")


def _print_rules(rules: list[Mapping[str, Any]]) -> None:
    """Rules that changed, or hit too much; then, by id only, those that never hit."""
    shown = striking(rules)
    table = Table(
        "规则", "改动", "命中（旧）", "命中（新）", "最相重的规则", "查实率", "覆盖率", title="改动过或命中过多的规则（户月）"
    )
    for rule in shown[:_RULES_SHOWN]:
        overlap = rule["overlap"]
        table.add_row(
            f"{rule['id']} {rule['name']}",
            CHANGES[rule["change"]] + ("（命中过多）" if rule["is_noisy"] else ""),
            *("—" if rule[key] is None else str(rule[key]) for key in ("hits_before", "hits_after")),
            f"{overlap['id']} {overlap['share']:.0%}" if overlap else "无",
            *(share_words(rule[key]) for key in ("precision", "recall")),
        )
    if shown:
        out.print(table)
    if len(shown) > _RULES_SHOWN:
        out.print(f"另有 {len(shown) - _RULES_SHOWN} 条，完整内容加 --json 查看。")
    if never := [rule["id"] for rule in silent(rules)]:
        out.print(f"这些月份从未命中的规则 {len(never)} 条：{'、'.join(never)}")


def _print_what_if(found: WhatIf) -> None:
    changed = "；".join(f"{supposed_label(column)} = {value}" for column, value in found.changes.items())
    out.print(f"{found.name or found.entity_id}（截至 {found.as_of}），假如：{changed}", markup=False)
    table = Table("", "现在", "假如")
    table.add_row("分值", *(f"{standing.score:g}" for standing in (found.before, found.after)))
    table.add_row("等级", *(_grade(standing.grade) for standing in (found.before, found.after)))
    table.add_row("离上一级", *(up_words(standing) for standing in (found.before, found.after)))
    table.add_row("离下一级", *(down_words(standing) for standing in (found.before, found.after)))
    table.add_row("未知最多可加", *(f"{standing.could_add:g}" for standing in (found.before, found.after)))
    out.print(table)
    lines = Table("理由", "现在", "假如")
    for line in side_by_side(found):
        lines.add_row(f"{line.id} {line.name}", *("—" if value is None else f"{value:+g}" for value in (line.before, line.after)))
    out.print(lines)
    out.print(NOT_SAVED)


def _grade(code: str) -> str:
    grade = Grade(code)
    return f"[{GRADE_STYLES[grade]}]{grade.label}[/]"
