"""`screening rules versions | propose | approve | reject`: which rule book scores, and who said so."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table

from screening.access import Verb
from screening.cli.options import AsJson, acting, open_workspace
from screening.cli.printing import out, print_json, progress_bar
from screening.reference.rights import require
from screening.rehearsal.compare import compare, months_between, resolve
from screening.rulebook import publishing

Note = Annotated[str, typer.Option("--note", metavar="说明", help="为什么。")]
Version = Annotated[str, typer.Argument(metavar="版本")]


def versions(as_json: AsJson = False) -> None:
    """规则库的历次版本：现在启用哪一版，哪一版在等批准。"""
    with open_workspace() as workspace:
        found = publishing.status(workspace)
    if as_json:
        steps = [
            {"version": step.version, "step": step.step, "by": step.done_by, "at": step.done_at, "note": step.note}
            for step in found.steps
        ]
        waiting = found.waiting.version if found.waiting else None
        print_json({"active": found.active, "waiting": waiting, "is_folder_changed": found.is_folder_changed, "steps": steps})
        return
    table = Table("版本", "做了什么", "谁", "什么时候", "说明")
    for step in found.steps:
        mark = "（现用）" if step.version == found.active else ""
        table.add_row(
            step.version + mark, step.step.label, step.done_by or "—", f"{step.done_at.astimezone():%Y-%m-%d %H:%M}", step.note
        )
    out.print(table)
    if found.is_folder_changed:
        out.print("规则目录与现用版本不同：演练后用 rules propose 提请启用。")


def propose(
    first: Annotated[str, typer.Option("--from", metavar="月份", help="演练从哪个月起，如 2026-09。")],
    last: Annotated[str, typer.Option("--to", metavar="月份", help="演练到哪个月。")],
    version: Annotated[
        str | None, typer.Option("--version", metavar="版本", help="恢复以前的版本；不写则为规则目录里的草稿。")
    ] = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """演练并提请启用规则目录里的草稿，或以前的某一版；要另一人批准后才启用。"""
    with open_workspace() as workspace, progress_bar() as report:
        actor = acting(workspace)
        require(actor, Verb.EDIT_RULES, workspace.settings.rules)  # before a long rehearsal
        folder = resolve(workspace, version) if version else workspace.settings.rules
        months = months_between(first, last)
        document = compare(workspace, publishing.install(workspace), folder, months, report, actor=actor)
        proposed = publishing.propose(workspace, folder, actor=actor, note=note, rehearsal=document, day=months[-1])
    if as_json:
        print_json({"version": proposed, "warnings": document["warnings"]})
        return
    for warning in document["warnings"]:
        out.print(f"注意：{warning['message']}", markup=False)
    out.print(f"已提请启用 {proposed}，请负责人用 rules approve {proposed} --as 账号 批准。")


def approve(version: Version, note: Note = "", as_json: AsJson = False) -> None:
    """批准启用一个已提请的版本；提请的人不能自己批准。"""
    _decided(version, note, as_json, publishing.approve)


def reject(version: Version, note: Note = "", as_json: AsJson = False) -> None:
    """不同意启用一个已提请的版本。"""
    _decided(version, note, as_json, publishing.reject)


def _decided(version: str, note: str, as_json: bool, verdict: Callable[..., None]) -> None:
    with open_workspace() as workspace:
        verdict(workspace, version, actor=acting(workspace), note=note)
        active = publishing.status(workspace).active
    if as_json:
        print_json({"active": active})
    else:
        out.print(f"现在启用的是 {active}。")
