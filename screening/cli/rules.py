"""`screening rules …`: the rule book checked, listed, shown, tried on its own examples."""

import json
from typing import Annotated

import typer
from rich.table import Table

from screening.cli import publishing
from screening.cli.options import AsJson, AsOf, read_day
from screening.cli.printing import out, print_json
from screening.cli.rehearsal import rules_compare, rules_what_if
from screening.errors import InvalidRequest
from screening.rulebook.book import read_rulebook
from screening.rulebook.drafting import read_draft
from screening.rulebook.examples import try_examples
from screening.rulebook.rule import TENTHS
from screening.settings import read_settings
from screening.vocabulary import Dimension, Element, RuleStatus

rules_app = typer.Typer(no_args_is_help=True, add_completion=False)
rules_app.command("compare")(rules_compare)
rules_app.command("what-if")(rules_what_if)
for verb in (publishing.versions, publishing.propose, publishing.approve, publishing.reject):
    rules_app.command()(verb)


@rules_app.command("check")
def rules_check(as_json: AsJson = False) -> None:
    """检查规则库写法是否正确、引用是否齐全。"""
    book = read_draft(read_settings().rules)
    active = sum(rule.status is RuleStatus.ACTIVE for rule in book.rules.values())
    if as_json:
        print_json({"version": book.version, "rules": len(book.rules), "active": active, "waiting": len(book.waiting)})
    else:
        out.print(
            f"规则库 {book.version} 检查通过：{len(book.rules)} 条规则，启用 {active} 条；另有 {len(book.waiting)} 条待数据。"
        )


@rules_app.command("list")
def rules_list(
    waiting: Annotated[bool, typer.Option("--waiting", help="列出还不能评分的规则（缺资料的、草稿）和所等的。")] = False,
    as_json: AsJson = False,
) -> None:
    """列出规则。"""
    book = read_rulebook(read_settings().rules)
    cells: list[tuple[str, ...]]
    if waiting:
        rows = [rule.model_dump() for rule in book.not_scoring()]
        table = Table("编号", "名称", "等待")
        cells = [(row["id"], row["name"], row["waits_for"]) for row in rows]
    else:
        rows = [
            {
                "id": r.id,
                "name": r.name,
                "group": r.group,
                "points": r.highest / TENTHS,
                "element": r.element,
                "dimension": r.dimension,
            }
            | {"status": r.status, "red_line": r.red_line, "verified": r.verified}
            for r in book.rules.values()
        ]
        table = Table("编号", "名称", "最高分", "要件", "维度", "状态")
        cells = [
            (
                r["id"],
                r["name"] + ("（红线）" if r["red_line"] else "") + ("" if r["verified"] else "（待核）"),
                f"{r['points']:g}",
                Element(r["element"]).label,
                Dimension(r["dimension"]).label,
                RuleStatus(r["status"]).label,
            )
            for r in rows
        ]
    if as_json:
        print_json({"version": book.version, "rules": rows})
        return
    for row in cells:
        table.add_row(*row)
    out.print(table)


@rules_app.command("show")
def rules_show(rule_id: Annotated[str, typer.Argument(metavar="规则编号")], as_json: AsJson = False) -> None:
    """查看一条规则的全文。"""
    book = read_rulebook(read_settings().rules)
    if (rule := book.rules.get(rule_id)) is None:
        raise InvalidRequest(f"没有规则 {rule_id}", "用 screening rules list 查看编号。", {"rule": rule_id})
    document = rule.model_dump(mode="json") | {
        "points": rule.highest / TENTHS,
        "cited": [book.sources[b.source].cite(b.article) for b in rule.basis],
    }
    document["steps"] = [{"when": step.when, "points": step.points / TENTHS} for step in rule.levels]
    if as_json:
        print_json(document)
        return
    table = Table("项目", "内容", title=f"{rule.id} {rule.name}")
    for key, value in document.items():
        table.add_row(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    out.print(table)


@rules_app.command("test")
def rules_test(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """运行每条规则自带的示例。"""
    book = read_rulebook(read_settings().rules)
    failures = try_examples(book, read_day(as_of))
    total = sum(len(rule.examples) for rule in book.rules.values())
    if as_json:
        print_json({"version": book.version, "examples": total, "failures": failures})
    else:
        for line in failures:
            out.print(line)
        out.print(f"{total} 个示例，{len(failures)} 个不符。")
    raise typer.Exit(2 if failures else 0)
