"""What no setting of the workflow may undo: the guard rails of domain brief 8.3, each refused in one place, whatever `rules/workflow.yaml` says.

Sources: State Council Order 737 art. 21, 23, 26; Law on Administrative Penalties art. 42; provisions on transferring suspected crimes art. 11.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from screening.access import Actor
from screening.cases.workflow import warrants
from screening.errors import NotAllowed
from screening.vocabulary import Role

_DISPOSITIONS = {"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"}
_NEVER_BY_SYSTEM = {"D0", "F1", "A9"} | _DISPOSITIONS
_TO_POLICE = {"D6", "D7"}
_BY_TWO_OFFICERS = {("B3", "B4"), ("D8", "E3"), ("D8", "D7")}


@dataclass(frozen=True)
class Step:
    """A move about to be made: by whom, approved by whom, what was filled in, which states the case has been in, the criminal thresholds."""

    origin: str
    to: str
    actor: Actor
    approver: Actor | None
    given: Mapping[str, Any]
    been: Collection[str]
    criminal_amount_yuan: float
    criminal_people: float


def check(step: Step) -> None:
    """Raises `NotAllowed` at the first guard rail the step would break."""
    for guard in _GUARDS:
        guard(step)


def _system_never_decides(step: Step) -> None:
    if step.actor.role is Role.SYSTEM and step.to in _NEVER_BY_SYSTEM:
        raise NotAllowed("系统不能作处置、办结或误报关闭", "这一步须由人决定。", {"to": step.to})


def _dispositions_take_two(step: Step) -> None:
    if step.to not in _DISPOSITIONS:
        return
    if step.approver is None or step.approver.person_id == step.actor.person_id:
        raise NotAllowed("处置须由另一人批准，提请人不能自己批准", "请处非办负责人批准。", {"to": step.to})
    if step.approver.role is not Role.CHIEF:
        raise NotAllowed("处置须由处非办负责人批准", "涉嫌犯罪移送须由牵头部门正职负责人批准。", {"to": step.to})


def _two_officers(step: Step) -> None:
    if (step.origin, step.to) in _BY_TWO_OFFICERS and len(warrants(step.given.get("officers") or step.given.get("team"))) < 2:
        raise NotAllowed(
            "须有两名以上持执法证的人员", "填写两人的姓名和执法证号（条例第二十一条，行政处罚法第四十二条）。", {"to": step.to}
        )


def _crimes_need_material(step: Step) -> None:
    if step.to == "D7" and not step.given.get("materials"):
        raise NotAllowed("涉嫌犯罪移送须有查处中发现的材料", "只有线索的，走线索通报公安。", {"to": step.to})


def _no_penalty_instead_of_transfer(step: Step) -> None:
    punished = step.to == "E3" and step.given.get("decision_kind") == "punished"
    amount, people = float(step.given.get("amount_yuan") or 0), float(step.given.get("people") or 0)
    reaches = amount >= step.criminal_amount_yuan or people >= step.criminal_people
    if punished and reaches and not _TO_POLICE & set(step.been):
        raise NotAllowed(
            "金额或人数已达刑事追诉参考标准，不得以行政处罚代替移送",
            "先走涉嫌犯罪移送或线索通报公安（移送规定第十一条）。",
            {"to": step.to, "amount_yuan": amount, "people": people},
        )


_GUARDS: list[Callable[[Step], None]] = [
    _system_never_decides,
    _dispositions_take_two,
    _two_officers,
    _crimes_need_material,
    _no_penalty_instead_of_transfer,
]


def check_measure(kind: str, files: Collection[str], approver: Actor | None) -> None:
    """Account queries and seizures need the head's written approval; an exit ban can only be asked of the city. Source: Order 737 art. 21."""
    if kind in ("account_query", "seizure") and not (files and approver and approver.role is Role.CHIEF):
        raise NotAllowed("查询账户、查封扣押须经主要负责人书面批准", "附上批准件，由处非办负责人批准。", {"measure": kind})
    if kind == "exit_ban":
        raise NotAllowed("区级不能决定限制出境", "只能提请设区的市级以上处非牵头部门决定。", {"measure": kind})
