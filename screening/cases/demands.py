"""What a step demands of the case, of whoever makes it and of what they filled in: checked one by one, each refusal a sentence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.workflow import Move
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.clock import local_day
from screening.vocabulary import Grade, Role

_URGENCY = list(Grade)  # most urgent first
_FOUND = (Grade.RED, Grade.ORANGE, Grade.YELLOW)  # what a run found urgent


def require_own(book: Casebook, actor: Actor, case: Case, row: Move) -> None:
    """A subdistrict moves its own cases, an industry regulator those sent to it."""
    if actor.role is Role.STREET and case.place not in actor.areas:
        raise NotAllowed("这件案子不归您所在的街道", "请由承办街道办理。", {"case": case.case_id})
    if actor.role is Role.INDUSTRY and case.to_unit and case.to_unit != actor.unit:
        raise NotAllowed(f"这件案子移送的是{case.to_unit}", "请由该单位签收和反馈。", {"case": case.case_id})


def require_role(book: Casebook, actor: Actor, case: Case, roles: list[Role]) -> None:
    """Only some roles may ask for this, and a subdistrict only for its own."""
    if actor.role not in roles:
        raise NotAllowed(
            f"{actor.role.label}不能提这个请求", f"由{'、'.join(role.label for role in dict.fromkeys(roles))}提请。", {}
        )
    if actor.role is Role.STREET and case.place not in actor.areas:
        raise NotAllowed("这件案子不归您所在的街道", "请由承办街道办理。", {"case": case.case_id})


def check_conditions(book: Casebook, case: Case, row: Move, given: Mapping[str, Any], at: datetime) -> None:
    """Grade, count, session, term: what the row asks of the case itself."""
    where = {"case": case.case_id, "from": case.state, "to": row.to}
    step = f"“{book.workflow.label(case.state)}”到“{book.workflow.label(row.to)}”"
    if given.get("grade") and case.grade in _FOUND and _URGENCY.index(Grade(given["grade"])) > _URGENCY.index(case.grade):
        raise NotAllowed(f"评分已是{case.grade.label}级，初筛不能调低", "降级须经会商，或按误报关闭的程序办理。", where)
    if row.grades and case.grade not in row.grades:
        grades = "、".join(grade.label for grade in row.grades)
        raise NotAllowed(f"{case.grade.label}级案件不能从{step}", f"只适用于{grades}级；红、橙级的处置须经会商。", where)
    if (when := row.when_any) and not (
        case.grade in when.grades or set(when.rules) & set(case.rules) or any(given.get(name) for name in when.given)
    ):
        raise NotAllowed(f"案件不符合从{step}的条件", "须为红、橙级，命中紧急规则，或有单位申请会商。", where)
    if row.most is not None and case.counts.get(step_key(case.state, row.to), 0) >= row.most:
        raise NotAllowed(f"从{step}最多 {row.most} 次，已用完", "请选择其他办法。", where)
    if row.due and not (case.due_at and case.due_at < at):
        raise NotAllowed("整改期限还没有到", "期满后自动转复查。", where)
    if row.session:
        _session_is_recorded(book, case, row, where)


def _session_is_recorded(book: Casebook, case: Case, row: Move, where: Mapping[str, Any]) -> None:
    minutes = (case.session or {}).get("minutes")
    if not minutes:
        needed = book.workflow.joint_session.units
        raise NotAllowed("还没有会商纪要", f"请先由 {needed} 个以上单位发表意见并形成纪要。", where)
    if row.to not in minutes["decided"]:
        decided = "、".join(book.workflow.label(state) for state in minutes["decided"])
        raise NotAllowed(f"会商纪要没有决定“{book.workflow.label(row.to)}”", f"纪要决定的是：{decided}。", where)


def read_fields(
    book: Casebook, needs: list[str], allowed: list[str], fields: Mapping[str, Any], row: Move | None, at: datetime
) -> dict[str, Any]:
    """What was filled in, checked against what the row asks; raises `InvalidRequest` naming the first that is missing or not asked for."""
    specs = book.workflow.fields
    given = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    if unknown := [name for name in given if name not in allowed]:
        known = "、".join(specs[name].label for name in allowed) or "（没有要填的）"
        raise InvalidRequest(f"这一步没有“{unknown[0]}”这一项", f"可填：{known}。", {"field": unknown[0]})
    read = {name: book.reader.read(specs[name], value) for name, value in given.items()}
    if ahead := [name for name, value in read.items() if specs[name].past and value > local_day(at).isoformat()]:
        raise InvalidRequest(f"{specs[ahead[0]].label}：{read[ahead[0]]} 还没有到", "请填实际的日期。", {"field": ahead[0]})
    wanted = list(needs)
    for name, by_choice in (row.if_ if row else {}).items():
        wanted += by_choice.get(str(read.get(name)), [])
    approvers = set(row.approval.needs) - set(row.needs) if row and row.approval else set()
    if missing := [name for name in wanted if name not in read and name not in approvers]:
        labels = "、".join(specs[name].label for name in missing)
        raise InvalidRequest(f"还没有填：{labels}", "填齐后再提交。", {"missing": missing})
    return read


def require_reason(reason: str) -> str:
    """The reason; raises `InvalidRequest` for none."""
    if not reason.strip():
        raise InvalidRequest("请写明原因", "延期、暂停和恢复计时都要写原因。")
    return reason.strip()


def step_key(state: str, to: str) -> str:
    """What a limited step is counted under."""
    return f"{state}>{to}"
