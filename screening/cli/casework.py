"""What people do to a case besides moving it: leads, whom it is given to, its clock, the joint session, measures. Registered in `cases.py`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from screening.accounts.people import colleagues, find_person
from screening.cases import leads, moves, sessions, work
from screening.cases.casebook import Casebook
from screening.cli.case_parts import CaseId, Fields, Files, Reason, Version, changed, given, line, pair
from screening.cli.options import AsJson, acting, open_workspace, read_day, read_word
from screening.cli.printing import out, print_json
from screening.errors import InvalidRequest
from screening.features.portrait import portrait
from screening.scoring.ranking import area_code
from screening.vocabulary import Grade

State = Annotated[str, typer.Argument(metavar="处置", help="建议或决定去的状态，如 D1。")]
Text = Annotated[str, typer.Option("--text", metavar="文字", help="写什么。")]


def lead(
    source: Annotated[str, typer.Option("--source", metavar="来源", help="如 12345热线、信访、网格上报、群众举报。")],
    summary: Annotated[str, typer.Option("--summary", metavar="内容", help="反映什么；不写举报人是谁。")],
    name: Annotated[str, typer.Option("--name", metavar="名称", help="反映的是谁：名称、招牌或地址。")] = "",
    entity: Annotated[str | None, typer.Option("--entity", metavar="编号", help="是名单里的哪一户；不确定就不写。")] = None,
    area: Annotated[str | None, typer.Option("--area", metavar="街道", help="在哪个街道。")] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="日期", help="12345 交办单的办结期限。")] = None,
    as_json: AsJson = False,
) -> None:
    """登记一条线索；这一户已有在办案件的并进去。"""
    with open_workspace() as workspace:
        book, actor = Casebook(workspace), acting(workspace)
        known: dict[str, Any] = portrait(workspace, entity, actor=actor).entity if entity else {}
        code = area_code(workspace, area) if area else known.get("street_code")
        case, became = leads.record_lead(
            book,
            actor,
            source=source,
            summary=summary,
            at=datetime.now(UTC),
            entity_name=name or known.get("name") or "",
            entity_id=known.get("entity_id"),
            area_code=code,
            handed_due=read_day(due) if due else None,
        )
    if as_json:
        print_json({"case_id": case.case_id, "became": became.value})
    else:
        out.print(f"{became.label}：{case.case_id}。")


def link(
    case_id: CaseId, entity: Annotated[str, typer.Argument(metavar="编号")], version: Version = None, as_json: AsJson = False
) -> None:
    """说明一条线索指的是名单里的哪一户。"""

    def said(book: Casebook, actor: Any, seen: int, at: datetime) -> Any:
        known = portrait(book.workspace, entity, actor=actor).entity
        told = (known["entity_id"], known.get("name") or entity, known.get("street_code"))
        return leads.link_lead(book, actor, case_id, *told, version=seen, at=at)

    changed(case_id, version, as_json, said)


def assign(
    case_id: CaseId,
    login: Annotated[str | None, typer.Argument(metavar="账号", help="交给谁；不写就交给承办街道手上最少的人。")] = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """指定承办人；不写账号时，交给承办街道手上案件最少的人。"""

    def given_to(book: Casebook, actor: Any, seen: int, at: datetime) -> Any:
        place = book.case(actor, case_id).place or ""
        person = (
            find_person(book.workspace, login).actor
            if login
            else work.propose_assignee(book, colleagues(book.workspace, place), place)
        )
        if person is None:
            raise InvalidRequest("承办街道还没有账号", "请系统管理员用 screening user add 建街道承办的账号。", {"area": place})
        return work.assign(book, actor, case_id, person, version=seen, at=at)

    changed(case_id, version, as_json, given_to)


def extend(
    case_id: CaseId,
    number: Annotated[int, typer.Argument(metavar="天数", help="延长多少，与原时限同一单位。")],
    reason: Reason = "",
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """提请延期一次，不超过原时限，须批准。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: moves.extend(
        book, actor, case_id, number, version=seen, at=at, reason=reason))  # fmt: skip


def pause(
    case_id: CaseId,
    cause: Annotated[str, typer.Argument(metavar="事由", help="等待鉴定、跨区协查、中止。")],
    reason: Reason = "",
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """提请暂停计时，须批准。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: moves.pause(
        book, actor, case_id, cause, version=seen, at=at, reason=reason))  # fmt: skip


def resume(case_id: CaseId, reason: Reason = "", version: Version = None, as_json: AsJson = False) -> None:
    """提请恢复计时，须批准。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: moves.resume(
        book, actor, case_id, version=seen, at=at, reason=reason))  # fmt: skip


def invite(
    case_id: CaseId,
    units: Annotated[list[str], typer.Argument(metavar="单位...", help="参会单位，三个以上。")],
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """会商：邀请参会单位。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: sessions.open_session(
        book, actor, case_id, units, version=seen, at=at))  # fmt: skip


def answer(
    case_id: CaseId,
    word: Annotated[str, typer.Argument(metavar="答复", help="有、无 或 需面谈。")],
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """公安比对后的答复：有、无、需面谈，此外什么都不写。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: sessions.answer_police(
        book, actor, case_id, word, version=seen, at=at))  # fmt: skip


def opinion(
    case_id: CaseId,
    proposal: State,
    text: Text,
    disagrees: Annotated[bool, typer.Option("--disagree", help="保留意见，不同意多数。")] = False,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """会商：本单位的意见。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: sessions.give_opinion(
        book, actor, case_id, proposal=proposal.upper(), text=text, agrees=not disagrees, version=seen, at=at))  # fmt: skip


def minutes(
    case_id: CaseId,
    decided: Annotated[list[str], typer.Argument(metavar="处置...", help="会商决定的处置，一个或几个。")],
    text: Text,
    disagreement: Annotated[str, typer.Option("--disagreement", metavar="文字", help="分歧和采纳理由；意见不一时必填。")] = "",
    absent: Annotated[list[str] | None, typer.Option("--absent", metavar="单位=原因", help="缺席的单位，可写多次。")] = None,
    grade: Annotated[str | None, typer.Option("--grade", metavar="等级", help="会商定的等级；不写不变。")] = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """会商：形成纪要，须有三个以上单位的意见。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: sessions.record_session(
        book, actor, case_id, decided=[state.upper() for state in decided], text=text, disagreement=disagreement,
        absent=dict(map(pair, absent or ())), grade=read_word(Grade, grade, "等级") if grade else None, version=seen, at=at))  # fmt: skip


def measure(
    case_id: CaseId,
    field: Fields = None,
    file: Files = None,
    reason: Reason = "",
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """行政立案后记录一项调查措施：哪一项、哪两名执法人员、批准件。"""
    changed(case_id, version, as_json, lambda book, actor, seen, at: work.record_measure(
        book, actor, case_id, given(book, actor, field, file, at), version=seen, at=at, reason=reason))  # fmt: skip


def doubles(as_json: AsJson = False) -> None:
    """认作同一家而各有在办案件的；留一件，其余按“与其他案件重复”关闭。"""
    with open_workspace() as workspace:
        book = Casebook(workspace)
        groups = [[line(book, case) for case in group] for group in leads.open_doubles(book, acting(workspace))]
    if as_json:
        print_json({"doubles": groups})
        return
    for group in groups:
        out.print("；".join(f"{case['case_id']} {case['entity_name']} {case['state_label']}" for case in group), markup=False)
    if not groups:
        out.print("没有。")


CASEWORK: dict[str, Callable[..., None]] = {
    verb.__name__: verb
    for verb in (lead, link, assign, extend, pause, resume, invite, answer, opinion, minutes, measure, doubles)
}  # fmt: skip
