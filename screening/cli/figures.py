"""`screening figures`: the regular check of business and financial figures."""

from collections import Counter
from typing import Any

import typer
from rich.table import Table

from screening.cli.options import AsJson, AsOf, acting, open_workspace, read_day
from screening.cli.printing import out, print_json, print_table
from screening.scoring.periodic.items import Fault, Figures, Item, check_figures

_SHOWN = 40  # of each kind


def figures(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """小贷、典当业务和财务数据定期核对：迟报、未报、前后矛盾、超过上限的，逐条列出并写明依据。"""
    with open_workspace() as workspace:
        found = check_figures(workspace, read_day(as_of), actor=acting(workspace))
    if as_json:
        print_json(_document(found))
    else:
        _print(found)
    raise typer.Exit(1 if found.items or found.unlinked else 0)


def _document(found: Figures) -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "owing": found.owing,
        "periods": found.periods,
        "by_kind": _by_kind(found.items),
        "items": [_item(item) for item in found.items],
        "unlinked": found.unlinked,
    }


def _by_kind(items: list[Item]) -> dict[Fault, int]:
    counted = Counter(item.kind for item in items)
    return {kind: counted[kind] for kind in Fault}


def _item(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in Item.__dataclass_fields__}


def _print(found: Figures) -> None:
    for sector, number in found.owing.items():
        out.print(f"{sector.label} {number} 户应报：{'、'.join(found.periods[sector])}。")
    counts = _by_kind(found.items)
    out.print("，".join(f"{kind.label} {counts[kind]} 项" for kind in Fault) + "。")
    for kind in Fault:
        own = [item for item in found.items if item.kind is kind]
        if not own:
            continue
        table = Table("主体", "编号", "街道", "事项", "依据", title=f"{kind.label}（截至 {found.as_of}）")
        for item in own[:_SHOWN]:
            table.add_row(
                item.name or "（无名称）", item.entity_id, item.street or "未知街道", item.sentence, "；".join(item.basis)
            )
        print_table(table)
        if len(own) > _SHOWN:
            out.print(f"另有 {len(own) - _SHOWN} 项，完整名单加 --json 查看。")
    for row in found.unlinked[:_SHOWN]:
        out.print(
            f"报表行{row['problem']}：{row['name'] or row['uscc'] or '（无名称）'}（{row['file']} {row['sheet']} 第{row['row']}行）",
            markup=False,
        )
