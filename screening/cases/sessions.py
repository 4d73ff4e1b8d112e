"""The joint session (会商): units are invited, each says what it thinks, what they do not agree on is written down, the head records what was decided.

Source: 防范和处置非法集资条例 art. 9, 19; domain brief 1.5, 8.3 (C1: at least three units, opinions recorded, disagreement written).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from screening.access import Actor, Verb
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import EventKind
from screening.errors import InvalidRequest, NotAllowed
from screening.reference.rights import require
from screening.text.masking import mask_personal
from screening.vocabulary import Grade, Role


def open_session(
    book: Casebook, actor: Actor, case_id: str, units: Sequence[str], *, version: int, at: datetime, reason: str = ""
) -> Case:
    """Invite units to a case in C1, as many as the rules ask; opinions already given stay."""
    with book.changing(actor, case_id, version) as (ledger, case):
        _in_session(book, actor, case, book.workflow.joint_session.open_by)
        invited = book.reader.read(book.workflow.fields["invited"], list(units))
        session = {**(case.session or {}), "invited": invited}
        session.setdefault("opinions", [])
        after = replace(case, session=session)
        return ledger.keep(case, after, actor, EventKind.SESSION, at=at, reason=reason, fields={"invited": invited})


def give_opinion(
    book: Casebook, actor: Actor, case_id: str, *, proposal: str, text: str, version: int, at: datetime, agrees: bool = True
) -> Case:
    """What one unit thinks should be done (a state, such as D1) and why; a unit that speaks again replaces what it said, the chain keeps both."""
    with book.changing(actor, case_id, version) as (ledger, case):
        _in_session(book, actor, case, book.workflow.joint_session.opinion_by)
        if (case.session or {}).get("minutes"):
            raise NotAllowed("会商纪要已经形成", "要补充意见，请处非办重新召开会商。", {"case": case_id})
        if proposal not in {row.to for row in book.workflow.rows("C1")}:
            raise InvalidRequest(f"会商不能建议“{proposal}”", "请选会商后可以去的状态。", {"proposal": proposal})
        if not text.strip():
            raise InvalidRequest("请写明意见", "同意也要写一句理由。", {"case": case_id})
        said = {
            "unit": actor.unit,
            "role": actor.role.value,
            "person": actor.name,
            "proposal": proposal,
            "agrees": agrees,
            "text": _plain(text),
            "at": at.isoformat(),
        }
        session = case.session or {"invited": [], "opinions": []}
        if session["invited"] and actor.unit not in session["invited"]:
            raise NotAllowed(f"{actor.unit}不在参会单位里", "请处非办先把贵单位列入参会单位。", {"invited": session["invited"]})
        opinions = [opinion for opinion in session["opinions"] if opinion["unit"] != actor.unit]
        after = replace(case, session={**session, "opinions": [*opinions, said]})
        return ledger.keep(case, after, actor, EventKind.OPINION, at=at, reason=_plain(text), fields=said)


def answer_police(book: Casebook, actor: Actor, case_id: str, answer: str, *, version: int, at: datetime) -> Case:
    """What the police say of a firm they were asked about: 有, 无 or 需面谈, and nothing else can be said here (domain brief 1.5, 7.2).

    Everybody who sees the case is told it. Raises `NotAllowed` for others than the police, `InvalidRequest` for any other word.
    """
    require(actor, Verb.ANSWER_POLICE, book.workspace.settings.rules)
    with book.changing(actor, case_id, version) as (ledger, case):
        if book.workflow.states[case.state].closed:
            raise NotAllowed("案件已结，不用再答复", "有新情况请登记线索。", {"case": case_id})
        said = {"police_answer": book.reader.read(book.workflow.fields["police_answer"], answer)}
        return ledger.keep(case, case, actor, EventKind.ANSWERED, at=at, fields=said)


def record_session(
    book: Casebook,
    actor: Actor,
    case_id: str,
    *,
    decided: Sequence[str],
    text: str,
    version: int,
    at: datetime,
    disagreement: str = "",
    absent: Mapping[str, str] | None = None,
    grade: Grade | None = None,
) -> Case:
    """The minutes: what was decided, on whose opinions, and what stayed disputed.

    Raises `NotAllowed` with fewer than three units heard, with an invited unit neither heard nor said to be absent, or with a disagreement nobody wrote down.
    """
    with book.changing(actor, case_id, version) as (ledger, case):
        _in_session(book, actor, case, book.workflow.joint_session.record_by)
        session = case.session or {"invited": [], "opinions": []}
        heard = {opinion["unit"]: opinion for opinion in session["opinions"]}
        needed = book.workflow.joint_session.units
        where = {"case": case_id, "heard": sorted(heard)}
        if len(heard) < needed:
            raise NotAllowed(f"会商须有 {needed} 个以上单位发表意见，现有 {len(heard)} 个", "请各单位先填写意见。", where)
        silent = [unit for unit in session["invited"] if unit not in heard and not (absent or {}).get(unit)]
        if silent:
            raise NotAllowed(f"{'、'.join(silent)}还没有意见", "请其填写意见，或在纪要里写明缺席原因。", where)
        allowed = {row.to for row in book.workflow.rows("C1")}
        if not decided or set(decided) - allowed:
            raise InvalidRequest("请写明会商决定的处置", "从会商可以去的状态里选一个或几个。", {"decided": list(decided)})
        disputed = [unit for unit, said in heard.items() if not said["agrees"] or said["proposal"] not in decided]
        if disputed and not disagreement.strip():
            raise NotAllowed(f"{'、'.join(disputed)}的意见与决定不一致，分歧没有写明", "请在纪要里写明分歧和采纳理由。", where)
        minutes = {
            "decided": list(decided),
            "text": _plain(text),
            "disagreement": _plain(disagreement),
            "absent": dict(absent or {}),
            "grade": (grade or case.grade).value,
            "by": actor.name,
            "at": at.isoformat(),
        }
        if not minutes["text"]:
            raise InvalidRequest("请写会商纪要", "写明定级、处置、分工和时限。", {"case": case_id})
        after = replace(case, session={**session, "minutes": minutes}, grade=grade or case.grade)
        fields = {**minutes, "opinions": session["opinions"]}
        return ledger.keep(case, after, actor, EventKind.MINUTES, at=at, reason=str(minutes["text"]), fields=fields)


def _in_session(book: Casebook, actor: Actor, case: Case, roles: Sequence[Role]) -> None:
    if case.state != "C1":
        raise NotAllowed(f"案件在“{book.workflow.label(case.state)}”，不在会商", "先转会商研判。", {"case": case.case_id})
    if actor.role not in roles:
        allowed = "、".join(role.label for role in roles)
        raise NotAllowed(f"{actor.role.label}不能办理会商的这一步", f"由{allowed}办理。", {"role": actor.role.value})
    if case.pending:
        raise NotAllowed("有提请还在等批准", "请先批准、不予批准或撤回。", {"case": case.case_id})


def _plain(text: str) -> str:
    """Without personal numbers: every unit at the table reads it (invariant 7)."""
    return mask_personal(text.strip())
