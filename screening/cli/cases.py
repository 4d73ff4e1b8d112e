"""`screening case …` and `screening audit …`: what is on the desk, one case, a step, what is due; and whether the chain of events is whole."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from screening.cases import audit, moves, work
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.workflow import Move, read_workflow
from screening.cli.case_parts import CaseId, Fields, Files, Reason, Version, changed, due, given, line
from screening.cli.casework import CASEWORK
from screening.cli.options import AsJson, RunId, acting, open_workspace
from screening.cli.printing import GRADE_STYLES, out, print_json, print_table
from screening.follow_up import deliver_visits, raise_from_run
from screening.reference.clock import moment
from screening.scoring.ranking import find_run
from screening.settings import read_settings
from screening.vocabulary import Role

case_app = typer.Typer(no_args_is_help=True, add_completion=False)
audit_app = typer.Typer(no_args_is_help=True, add_completion=False)
for name, verb in CASEWORK.items():
    case_app.command(name)(verb)


@case_app.command("list")
def case_list(
    state: Annotated[list[str] | None, typer.Option("--state", metavar="状态", help="只列这些状态，如 A2。")] = None,
    everything: Annotated[bool, typer.Option("--all", help="连同已结的一起列出。")] = False,
    as_json: AsJson = False,
) -> None:
    """列出查看范围内的案件，最急的在前。"""
    with open_workspace() as workspace:
        book = Casebook(workspace)
        found = book.cases(
            acting(workspace), states=[code.upper() for code in state or ()], open_only=not everything and not state
        )
        listed = [line(book, case) for case in found]
    if as_json:
        print_json({"cases": listed})
        return
    table = Table("案件", "主体", "等级", "状态", "街道", "到期", "版本")
    for case, said in zip(found, listed, strict=True):
        grade = f"[{GRADE_STYLES[case.grade]}]{case.grade.label}[/]"
        waits = f"（等批准：{said['waits_for']}）" if said["waits_for"] else ""
        table.add_row(
            case.case_id,
            case.entity_name,
            grade,
            f"{case.state} {said['state_label']}{waits}",
            said["street"],
            due(case.due_at),
            str(case.version),
        )
    print_table(table)


@case_app.command("show")
def case_show(case_id: CaseId, as_json: AsJson = False) -> None:
    """查看一件案子：现状、全部经过、现在可以走的下一步和要填的内容。"""
    with open_workspace() as workspace:
        book, actor = Casebook(workspace), acting(workspace)
        case, events = book.case(actor, case_id), book.events(actor, case_id)
        document: dict[str, Any] = {
            "case": line(book, case)
            | {"rules": case.rules, "summary": case.summary, "session": case.session, "closing": case.closing},
            "pending": case.pending,
            "next": [_next(book, case, row) for row in moves.next_moves(book, actor, case)],
            "events": [vars(event) | {"kind_label": event.kind.label} for event in events],
        }
    if as_json:
        print_json(document)
        return
    _print_case(book, case)
    table = Table("时间", "经办", "做了什么", "从", "到", "说明")
    for event in events:
        way = (book.workflow.label(event.from_state), book.workflow.label(event.to_state))
        answer = book.workflow.reasons["police_answers"].get(event.fields.get("police_answer", ""), "")
        table.add_row(moment(event.at), f"{event.person}（{event.unit}）", event.kind.label, *way, event.reason or answer)
    print_table(table)
    for step in document["next"]:
        needs = "、".join(f"{field['label']}（{field['name']}）" for field in step["needs"])
        approval = f"；须由{'、'.join(step['approval'])}批准" if step["approval"] else ""
        within = f"；时限：{step['within']}" if step["within"] else ""
        basis = f"；依据：{'、'.join(step['basis'])}" if step["basis"] else ""
        out.print(f"可到 {step['to']} {step['label']}：须填 {needs or '（无）'}{approval}{within}{basis}", markup=False)


@case_app.command("move")
def case_move(
    case_id: CaseId,
    state: Annotated[str, typer.Argument(metavar="状态", help="推动到哪个状态，如 B1。")],
    version: Version = None,
    field: Fields = None,
    file: Files = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """推动一件案子；需要批准的先提请，由另一人用 case approve 批准。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: moves.move(
        book, actor, case_id, state.upper(), version=seen, fields=given(book, actor, field, file, at), reason=reason, at=at))  # fmt: skip


@case_app.command("approve")
def case_approve(
    case_id: CaseId,
    version: Version = None,
    field: Fields = None,
    file: Files = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """批准等待批准的一步、延期或暂停计时；提请的人不能自己批。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: moves.approve(
        book, actor, case_id, version=seen, fields=given(book, actor, field, file, at), reason=reason, at=at))  # fmt: skip


@case_app.command("decline")
def case_decline(
    case_id: CaseId,
    reason: Reason = "",
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """不予批准，或撤回自己提请的。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: moves.decline(
        book, actor, case_id, version=seen, reason=reason, at=at))  # fmt: skip


@case_app.command("due")
def case_due(
    everything: Annotated[bool, typer.Option("--all", help="连同还不用提醒的一起列出。")] = False,
    as_json: AsJson = False,
) -> None:
    """哪些案件到了提醒的时候，该告诉谁；整改期满的自动转复查。"""
    with open_workspace() as workspace:
        book, actor, at = Casebook(workspace), acting(workspace), datetime.now(UTC)
        moves.sweep(book, at)
        found = work.due(book, actor, at, marked_only=not everything)
        listed = [
            line(book, item.case)
            | {
                "left": item.left,
                "unit": item.unit,
                "mark": item.mark,
                "tell": item.tell,
                "is_confirmed": item.is_confirmed,
                "due_at": item.due,
                "step": item.step,
            }
            for item in found
        ]
    if as_json:
        print_json({"due": listed})
        return
    table = Table("案件", "主体", "状态", "到期", "剩余", "提醒", "告诉")
    for item, said in zip(found, listed, strict=True):
        unsure = "" if item.is_confirmed else "（放假安排未公布，期限待定）"
        step = f"{item.case.state} {said['state_label']}" + (f"：{item.step}" if item.step else "")
        told = "、".join(Role(role).label for role in item.tell)
        row = (item.case.case_id, item.case.entity_name, step, due(item.due) + unsure, f"{item.left}{item.unit}")
        table.add_row(*row, item.mark, told)
    print_table(table)


@case_app.command("raise")
def case_raise(run_id: RunId = None, as_json: AsJson = False) -> None:
    """把一次评分的预警并入案件；同一次评分只并一次。"""
    with open_workspace() as workspace:
        actor, book = acting(workspace), Casebook(workspace)
        became = raise_from_run(book, find_run(workspace, run_id), at=datetime.now(UTC), actor=actor)
    if as_json:
        print_json({word.value: ids for word, ids in became.items()})
    else:
        out.print("，".join(f"{word.label} {len(ids)} 件" for word, ids in became.items()) + "。")


@case_app.command("deliver")
def case_deliver(as_json: AsJson = False) -> None:
    """把核查记录交给下一次评分（作为现场检查入库）；每条只交一次。"""
    with open_workspace() as workspace:
        count = deliver_visits(workspace, actor=acting(workspace))
    if as_json:
        print_json({"delivered": count})
    else:
        out.print(f"交付 {count} 条核查记录。")


@case_app.command("check")
def case_check(as_json: AsJson = False) -> None:
    """检查 rules/workflow.yaml 写得对不对。"""
    workflow = read_workflow(read_settings().rules)
    if as_json:
        print_json({"states": len(workflow.states), "moves": len(workflow.moves)})
    else:
        out.print(f"流程检查通过：{len(workflow.states)} 个状态，{len(workflow.moves)} 行推动规则。")


@audit_app.command("verify")
def audit_verify(
    printed: Annotated[str | None, typer.Option("--head", metavar="链头", help="以前月报上印的链头，一并核对。")] = None,
    as_json: AsJson = False,
) -> None:
    """核对全部办理记录：有没有被改动、删除或截断。"""
    with open_workspace() as workspace:
        acting(workspace)
        verdict = audit.verify(workspace, printed)
    if as_json:
        print_json({"sound": verdict.is_sound, "events": verdict.events, "head": str(verdict.head), "faults": verdict.faults})
    else:
        out.print(f"共 {verdict.events} 条，链头 {verdict.head}。" + ("完整无缺。" if verdict.is_sound else "发现问题："))
        for fault in verdict.faults:
            out.print(f"  {fault}", markup=False)
    raise typer.Exit(0 if verdict.is_sound else 1)


@audit_app.command("head")
def audit_head(as_json: AsJson = False) -> None:
    """最新一条记录的指纹，印在月报上以备核对。"""
    with open_workspace() as workspace:
        newest = audit.head(workspace)
    if as_json:
        print_json({"head": str(newest)})
    else:
        out.print(str(newest))


def _print_case(book: Casebook, case: Case) -> None:
    workflow = book.workflow
    out.print(
        f"[bold]{case.case_id}[/] {case.entity_name}  {case.grade.label}  {case.state} {workflow.label(case.state)}（第 {case.version} 版）"
    )
    is_stopped = bool(case.clock and case.clock.get("left") is not None)
    out.print(f"到期：{'计时已暂停' if is_stopped else due(case.due_at)}")
    if case.summary:
        out.print(f"摘要：{case.summary}", markup=False)
    if pending := case.pending:
        what = workflow.label(pending["to"]) if pending.get("to") else moves.LABELS[pending["verb"]]
        roles = "、".join(Role(role).label for role in pending["approval_by"])
        out.print(f"等批准：{pending['person']}（{pending['unit']}）提请{what}，由{roles}批准。", markup=False)
    if closing := case.closing:
        concluded = {**workflow.reasons["conclusions"], **workflow.reasons["false_positive"]}.get(closing["conclusion"], "未写明")
        out.print(f"结论：{concluded}，有效期至 {closing['expires_on']}。")


def _next(book: Casebook, case: Case, row: Move) -> dict[str, Any]:
    def spelled(names: list[str]) -> list[dict[str, str]]:
        return [
            {"name": name, "label": book.workflow.fields[name].label, "kind": book.workflow.fields[name].kind} for name in names
        ]

    approval = [role.label for role in row.approval.by] if row.approval else []
    return {
        "to": row.to,
        "label": book.workflow.label(row.to),
        "needs": spelled(row.needs),
        "may": spelled(row.may),
        "approval": approval,
        "within": row.within.said(case.grade) if row.within else "",
        "basis": book.workflow.texts(row.to),
    }
