"""The eight rules that hold whatever the table of moves says (硬性护栏). Each stands in one place and refuses with a sentence that names it.

Source: domain brief 8.3; 防范和处置非法集资条例 art. 21, 23, 24; 行政执法机关移送涉嫌犯罪案件的规定 art. 3, 5, 11; 行政处罚法 art. 42.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from screening.access import Actor
from screening.cases.case import Case
from screening.errors import NotAllowed
from screening.text.masking import mask_personal
from screening.vocabulary import Role

_DISPOSITIONS = {"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"}
_TOLD_ONWARD = {"B1", "B3", "C1", "D0", *_DISPOSITIONS, "E1"}  # states in which other units read the case
_ENDS = {"F1", "A9"}
_TO_POLICE = {"D6", "D7"}
_OF_TIPSTER = ("tipster", "complainant", "举报人", "投诉人")
_TWO = 2  # 条例第二十一条：不得少于二人
_NEEDS_HEAD = {"account_query": "查询账户", "seizure": "查封扣押"}


@dataclass(frozen=True)
class Attempt:
    """A step about to be made: by whom, asked for by whom, with what. `approver` is None as long as nobody agreed; `limits` are the amounts of the law."""

    case: Case
    to: str
    actor: Actor
    submitter_id: str | None = None
    submitter: str = ""
    approver: Actor | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)
    is_final: bool = True


def check(attempt: Attempt) -> None:
    """Hold a step against every rule; raises `NotAllowed` naming the one it breaks."""
    for rule in (
        system_decides_nothing,
        two_people,
        two_officers,
        crime_needs_material,
        penalty_replaces_no_transfer,
        tipster_stays_behind,
    ):
        rule(attempt)


def system_decides_nothing(attempt: Attempt) -> None:
    """1: the system never disposes, closes or calls something a false alarm."""
    if attempt.actor.role is Role.SYSTEM and (attempt.to.startswith("D") or attempt.to in _ENDS):
        raise _broken(1, "系统不得作出处置、办结或误报关闭的决定", "请由有权限的人员办理。", attempt)


def two_people(attempt: Attempt) -> None:
    """2: a disposition is asked for by one and approved by another; a transfer for a crime by the head of the lead office."""
    if not attempt.is_final or attempt.to not in _DISPOSITIONS:
        return
    approver = attempt.approver
    if approver is None or attempt.submitter_id is None:
        raise _broken(2, "处置须由一人提请、另一人批准", "请先提请，由批准人批准。", attempt)
    if approver.person_id == attempt.submitter_id or approver.name == attempt.submitter:
        raise _broken(2, "提请人不能批准自己提请的处置", "请另一位有批准权限的人办理。", attempt)
    if attempt.to == "D7" and approver.role is not Role.CHIEF:
        raise _broken(2, "涉嫌犯罪移送须由牵头部门正职负责人批准", "请报正职负责人审批（移送规定第五条）。", attempt)


def two_officers(attempt: Attempt) -> None:
    """3: a verification is finished by two or more people; what is done under an administrative case shows two warrants."""
    if attempt.case.state == "B3" and attempt.to == "B4" and _distinct(attempt.fields.get("officers"), "name") < _TWO:
        raise _broken(3, "核查须有两名以上核查人员", "请补填核查人员（条例第二十一条）。", attempt)
    if attempt.case.state == "D8" and attempt.to == "E3" and _distinct(attempt.fields.get("investigators"), "warrant_no") < _TWO:
        raise _broken(3, "行政案件的调查须有两名以上执法人员并有执法证号", "请补填执法证号（行政处罚法第四十二条）。", attempt)


def measure_is_authorised(attempt: Attempt, action: str, action_label: str) -> None:
    """3 and 4: an investigative measure shows two warrants; queries of accounts and seizures carry the head's approval; an exit ban is only asked for."""
    if _distinct(attempt.fields.get("officers"), "warrant_no") < _TWO:
        raise _broken(3, f"{action_label}须有两名以上执法人员并有执法证号", "请补填执法证号（条例第二十一条）。", attempt)
    if action in _NEEDS_HEAD and not attempt.fields.get("head_approval"):
        raise _broken(4, f"{action_label}须附主要负责人批准件", "请上传批准件后再记录（条例第二十一条、第二十四条）。", attempt)
    if action == "exit_ban":
        raise _broken(4, "区级不能决定限制出境", "只能提请设区的市级以上牵头部门决定（条例第二十四条）。", attempt)


def crime_needs_material(attempt: Attempt) -> None:
    """5: a transfer needs no prior administrative finding, but material found in enforcement; a mere lead goes to the police as a lead."""
    if attempt.to == "D7" and attempt.case.state != "D8" and attempt.is_final and not attempt.fields.get("enforcement_material"):
        raise _broken(5, "移送公安须有行政执法机关在查处中发现的材料", "只有线索的，请走“线索通报公安”（D6）。", attempt)


def penalty_replaces_no_transfer(attempt: Attempt) -> None:
    """6: no penalty in place of a transfer: over the thresholds of the crime, the police must have been told before the decision."""
    if attempt.to != "E3" or attempt.fields.get("decision") != "penalty" or _TO_POLICE & set(attempt.case.been):
        return
    over = [name for name, limit in attempt.limits.items() if float(attempt.fields.get(name) or 0) >= limit]
    if over:
        raise _broken(
            6,
            "金额、人数或损失已达移送标准，不得以行政处罚代替移送",
            "请先通报（D6）或移送（D7）公安，再作处罚决定（移送规定第十一条）。",
            attempt,
        )


def tipster_stays_behind(attempt: Attempt) -> None:
    """7: nothing that names a tipster travels with a case that other units read."""
    if attempt.to not in _TOLD_ONWARD:
        return
    texts = [attempt.reason, *_texts(attempt.fields)]
    names = [name for name in attempt.fields if any(word in name for word in _OF_TIPSTER)]
    if names or any(mask_personal(text) != text for text in texts):
        raise _broken(7, "举报人信息和个人号码不得随案件流转", "请删去电话、身份证号、微信号和联系人姓名，再提交。", attempt)


# 8 (every change is an event nobody can change) is held by the database's triggers and by `Ledger.keep`, the only way a case is written.


def _distinct(people: Any, key: str) -> int:
    return len({person.get(key) for person in people or () if person.get(key)})


def _texts(value: Any) -> list[str]:
    """Every text in what was filled in, but content hashes, codes and warrant numbers."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for name, inner in value.items() if name not in ("warrant_no", "sha256") for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return []


def _broken(number: int, why: str, hint: str, attempt: Attempt) -> NotAllowed:
    where = {"invariant": number, "case": attempt.case.case_id, "from": attempt.case.state, "to": attempt.to}
    return NotAllowed(f"护栏第{number}条：{why}", hint, where)
