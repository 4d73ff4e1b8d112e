"""What a template may ask for, by the Chinese name it asks by. What is not known is a line to fill in by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import Event, EventKind
from screening.cases.visits import VisitRecord
from screening.errors import ScreeningError
from screening.features.complaints import particulars
from screening.reference.clock import local_day
from screening.reference.rights import read_access
from screening.reports.wording import Office, Wording
from screening.scoring.explanation import Explanation, explain
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.text.masking import mask_personal
from screening.vocabulary import Role, Sector

_REASONS_SHOWN = 5
_TICKED, _EMPTY = "☑", "□"
_POLICE_STATES, _MARKET_STATES = ("D6", "D7"), ("D4", "D8")
_UNITS = {**dict.fromkeys(_POLICE_STATES, "公安分局"), **dict.fromkeys(_MARKET_STATES, "区市场监督管理局")}


@dataclass(frozen=True)
class Material:
    """Everything known of a case to the one who asks; `occasion` is the event (or request) that calls for the letter."""

    case: Case
    events: Sequence[Event]
    visit: VisitRecord | None
    registered: Mapping[str, Any]
    explanation: Explanation | None
    occasion: Event
    book: Casebook

    def field(self, name: str) -> Any:
        """What was filled in under a name: at the occasion, else the newest before it."""
        for event in (self.occasion, *reversed(self.events)):
            if event.fields.get(name) not in (None, "", []):
                return event.fields[name]
        return None


def material_of(workspace: Workspace, book: Casebook, case: Case, occasion: Event, *, actor: Actor, run: Run | None) -> Material:
    """What the actor sees of a case; a role that sees no reasons gets none."""
    visits = book.visits(actor, case.case_id)
    registered: Mapping[str, Any] = {}
    explanation = None
    if run and case.entity_id:
        entity_id = book.resolved(case.entity_id)
        try:
            registered = particulars(workspace, run, [entity_id], actor=actor).get(entity_id, {})
            explanation = explain(workspace, run, entity_id, actor=actor)
        except ScreeningError:  # out of this reader's sight, or not in that run: the letter leaves it to be filled in
            explanation = None
    return Material(
        case, book.events(actor, case.case_id), visits[-1] if visits else None, registered, explanation, occasion, book
    )


def context_of(material: Material, office: Office, wording: Wording, number: str, rules: Path) -> dict[str, str]:
    """Name → text, for every name there is; nothing is left undefined."""
    found = {
        **_of_office(office, wording),
        **_of_entity(material),
        **_of_case(material),
        **_of_visit(material),
        **_of_session(material),
        **_of_steps(material),
        "文号": number,
        "举报人": read_access(rules).tipster,
        "空白": wording.blank,
    }
    is_decided = "E3" in material.case.been
    plain = {"单位全称", "单位地址", "联系人", "联系人电话", "文号", "草稿"}  # the office's own, not a person's to hide
    return {
        name: (text if name in plain else wording.neutral(mask_personal(text), is_decided=is_decided))
        or (wording.blank if name not in plain else "")
        for name, text in found.items()
    }


def _of_office(office: Office, wording: Wording) -> dict[str, str]:
    return {
        "草稿": f"{wording.draft}　未经签发{f'　{wording.example}' if office.is_example else ''}",
        "单位全称": office.name,
        "单位简称": office.short,
        "单位地址": office.address,
        "联系人": office.contact,
        "联系人电话": office.phone,
    }


def _of_entity(material: Material) -> dict[str, str]:
    known = material.registered
    sector = known.get("sector")
    return {
        "企业名称": material.case.entity_name,
        "信用代码": _text(known.get("uscc")),
        "登记住所": _text(known.get("address_reg")),
        "经营地址": _text(known.get("address_biz") or known.get("address_reg")),
        "联系电话": _text(known.get("phone")),
        "法定代表人": _text(known.get("legal_rep_name")),
        "行业": Sector(sector).label if sector else "",
    }


def _of_case(material: Material) -> dict[str, str]:
    case, book = material.case, material.book
    reasons = [r for r in (material.explanation.reasons if material.explanation else []) if r.kind == "rule"][:_REASONS_SHOWN]
    basis = list(dict.fromkeys(cited for reason in reasons for cited in reason.basis))
    origin = book.workflow.sources.get(case.source)
    told = [f"{number}. {reason.sentence}（依据：{'；'.join(reason.basis)}）" for number, reason in enumerate(reasons, start=1)]
    answer = next((event.fields["answer_due"] for event in material.events if event.fields.get("answer_due")), "")
    return {
        "案件编号": case.case_id,
        "街道": book.areas.get(case.place or "", ""),
        "等级": case.grade.label,
        "线索来源": origin.label if origin else "系统预警",
        "线索摘要": case.summary,
        "风险情形": "；".join(reason.name for reason in reasons) or case.summary,
        "理由与证据": "\n".join(told),
        "依据条款": "；".join(basis),
        "答复期限": _day(answer),
        "附件清单": "、".join(dict.fromkeys(file["name"] for event in material.events for file in event.attachments)),
    }


def _of_visit(material: Material) -> dict[str, str]:
    visit, codes = material.visit, material.book.workflow.findings
    ticked = {finding["code"] for finding in visit.findings} if visit else set()
    return {
        "核查编码表": "　".join(f"{_TICKED if code in ticked else _EMPTY}{code}{spec.label}" for code, spec in codes.items()),
        "现场情况": visit.situation if visit else "",
        "现场发现": visit.findings_text(codes) if visit else "",
        "核查日期": _day(visit.visit_date) if visit else "",
    }


def _of_session(material: Material) -> dict[str, str]:
    minutes = next((event for event in reversed(material.events) if event.kind is EventKind.MINUTES), None)
    session = material.case.session or {}
    opinions = minutes.fields.get("opinions", []) if minutes else session.get("opinions", [])
    label = material.book.workflow.label
    said = [f"{o['unit']}：{o['text']}" + (f"（建议{label(o['proposal'])}）" if o.get("proposal") else "") for o in opinions]
    fields = minutes.fields if minutes else {}
    return {
        "会商日期": _day(local_day(minutes.at)) if minutes else "",
        "参会单位": "、".join(opinion["unit"] for opinion in opinions) or "、".join(session.get("invited", [])),
        "各单位意见": "\n".join(said),
        "会商分歧": _text(fields.get("disagreement")),
        "会商决定": "、".join(label(state) for state in fields.get("decided", [])),
        "会商纪要": _text(fields.get("text")),
        "会商定级": material.case.grade.label,
        "缺席单位": "；".join(f"{unit}：{why}" for unit, why in (fields.get("absent") or {}).items()),
    }


def _of_steps(material: Material) -> dict[str, str]:
    field, occasion = material.field, material.occasion
    to = occasion.fields.get("to") or occasion.to_state or ""
    due = local_day(material.case.due_at) if material.case.due_at else None
    sent = next((event for event in reversed(material.events) if event.kind is EventKind.MOVED and event.to_state == "B1"), None)
    holders = material.book.workflow.states[to].unit if to in material.book.workflow.states else []
    unit = (
        material.book.areas.get(material.case.place or "", "") + "办事处"
        if Role.STREET in holders and material.case.place
        else ""
    )
    return {
        "提示内容": _text(field("letter")),
        "期限": _day(field("rectify_by") or due),
        "约谈日期": _day(field("talk_date")),
        "整改内容": _text(field("rectify_items")),
        "整改期限": _day(field("rectify_by")),
        "复查日期": _day(field("recheck_date")),
        "复查人员": _people(field("recheckers")),
        "依据和理由": _text(field("grounds")),
        "移送单位": _text(field("to_unit")) or _UNITS.get(to, ""),
        "事实": _text(field("facts")) or material.case.summary,
        "证据清单": "、".join(file["name"] for file in occasion.attachments),
        "专案组人员": _people(field("task_force")),
        "执法人员": _people(field("investigators")),
        "法制审核意见": _text(field("legal_opinion")),
        "核查要点": _text(field("points")),
        "核查人员": _people(field("team") or field("officers")),
        "承办单位": unit,
        "派发日期": _day(local_day(sent.at)) if sent else "",
    }


def _people(rows: Any) -> str:
    return "、".join(f"{row['name']}（{row['warrant_no']}）" if row.get("warrant_no") else row["name"] for row in rows or ())


def _day(value: date | str | None) -> str:
    if not value:
        return ""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日"


def _text(value: Any) -> str:
    return str(value) if value not in (None, "") else ""
