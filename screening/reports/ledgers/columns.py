"""What a ledger may say of a case: each value by its name. A fact nobody recorded is 未知, never a nought or a no."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import Event, EventKind
from screening.cases.visits import VisitRecord
from screening.reference.clock import local_day
from screening.reports.sheets import Cell
from screening.reports.wording import Wording
from screening.text.masking import mask_personal
from screening.vocabulary import Sector

_WAN = 10_000
_SHUT, _NOT_THERE, _NORMAL = "S01", "S11", "S10"
_MONEY = {"S03", "S05", "S08", "S09", "S13"}  # findings that tell of business with other people's money
_POSTERS = {"S02": "张贴海报", "S04": "集会授课"}
_REFERRED = ("D4", "D5", "D6", "D7")


@dataclass(frozen=True)
class Line:
    """One case with all a ledger may draw on, cut to what the reader sees; `registered` are the entity's columns, `counted` facts of the last run."""

    number: int
    case: Case
    events: Sequence[Event]
    visit: VisitRecord | None
    registered: Mapping[str, Any]
    counted: Mapping[str, Any]
    book: Casebook
    wording: Wording

    def field(self, name: str) -> Any:
        """The newest value anybody filled in under a name; None where nobody did."""
        return next((event.fields[name] for event in reversed(self.events) if event.fields.get(name) not in (None, "", [])), None)

    def choice(self, name: str) -> str:
        """The same, of a choice, in words."""
        value = self.field(name)
        return self.book.workflow.choices(self.book.workflow.fields[name]).get(str(value), "") if value else ""

    def said(self, text: object) -> str:
        """What somebody wrote, without personal numbers, as the office puts it."""
        return self.wording.neutral(mask_personal(str(text))) if text else ""

    @property
    def codes(self) -> set[str]:
        """Finding codes of the last visit."""
        return {finding["code"] for finding in self.visit.findings} if self.visit else set()


def _street(line: Line) -> str:
    return line.book.areas.get(line.case.place or "", line.wording.unplaced)


def _sector(line: Line) -> str:
    sector = line.registered.get("sector")
    return Sector(sector).label if sector else line.wording.unplaced_sector


def _registered(column: str) -> Callable[[Line], Cell]:
    def value(line: Line) -> Cell:
        found = line.registered.get(column)
        return found.isoformat() if isinstance(found, date) else str(found) if found else line.wording.unknown

    return value


def _capital(line: Line) -> Cell:
    found = line.registered.get("reg_capital_yuan")
    return line.wording.unknown if found is None else float(round(Decimal(found) / _WAN, 2))


def _headcount(line: Line) -> Cell:
    known = line.visit.headcount if line.visit else None
    return line.wording.unknown if known is None else known


def _officers(line: Line) -> str:
    return "、".join(officer["name"] for officer in line.visit.officers) if line.visit else ""


def _is_operating(line: Line) -> str:
    answers = {_NOT_THERE: "查无", _SHUT: "否", _NORMAL: "是"}
    return next((answer for code, answer in answers.items() if code in line.codes), line.wording.unknown)


def _handles_money(line: Line) -> str:
    if line.codes & _MONEY:
        return "是"
    return "否" if _NORMAL in line.codes else line.wording.unknown


def _noted(code: str, name: str) -> Callable[[Line], Any]:
    def value(line: Line) -> Any:
        findings = line.visit.findings if line.visit else []
        return next((finding["values"].get(name) for finding in findings if finding["code"] == code), None)

    return value


def _promised(line: Line) -> str:
    told = _noted("S03", "promised")(line)
    rate = line.counted.get("promised_return_annual_max_1y")
    parts = [line.said(told)] if told else []
    parts += [f"投诉反映年化{rate:.1%}"] if rate else []
    return "；".join(parts) or line.wording.unknown


def _publicity(line: Line) -> str:
    return "、".join(label for code, label in _POSTERS.items() if code in line.codes) or line.wording.unknown


def _people(line: Line) -> Cell:
    known = line.field("people_count") or _noted("S13", "people")(line)
    return line.wording.unknown if known is None else int(known)


def _amount(line: Line) -> Cell:
    known = line.field("amount_yuan") or _noted("S13", "amount_yuan")(line)
    return line.wording.unknown if known is None else round(float(known) / _WAN, 2)


def _complaints(line: Line) -> Cell:
    known = line.counted.get("complaints_180d")
    return line.wording.unknown if known is None else int(known)


def _problems(line: Line) -> str:
    return line.said(line.visit.findings_text(line.book.workflow.findings)) if line.visit else ""


def _measures(line: Line) -> str:
    waiting = line.case.pending
    return line.book.workflow.label(waiting.get("to")) + "（待批准）" if waiting and waiting.get("to") else ""


def _unit(line: Line) -> str:
    state = line.book.workflow.states[line.case.state]
    roles = [_street(line) if role == "street" else line.case.to_unit or role.label for role in state.unit]
    return "、".join(dict.fromkeys(roles))


def _closing(line: Line) -> Event | None:
    states = line.book.workflow.states
    if not states[line.case.state].closed:
        return None
    return next(
        (
            e
            for e in reversed(line.events)
            if e.to_state and states[e.to_state].closed and not states[e.from_state or "A0"].closed
        ),
        None,
    )


def _closed_on(line: Line) -> str:
    closing = _closing(line)
    return local_day(closing.at).isoformat() if closing else ""


def _reviewed_by(line: Line) -> str:
    """Whoever approved the last step that needed it."""
    return next((event.person for event in reversed(line.events) if event.fields.get("submitted_by")), "")


def _source(line: Line) -> str:
    origin = line.book.workflow.sources.get(line.case.source)
    return origin.label if origin else "系统预警"


def _minutes(line: Line) -> Event | None:
    return next((event for event in reversed(line.events) if event.kind is EventKind.MINUTES), None)


def _session_on(line: Line) -> str:
    minutes = _minutes(line)
    return local_day(minutes.at).isoformat() if minutes else ""


def _session_units(line: Line) -> str:
    minutes = _minutes(line)
    return "、".join(opinion["unit"] for opinion in minutes.fields.get("opinions", ())) if minutes else ""


def _session_decided(line: Line) -> str:
    minutes = _minutes(line)
    return "、".join(line.book.workflow.label(state) for state in minutes.fields.get("decided", ())) if minutes else ""


def _session_text(line: Line) -> str:
    minutes = _minutes(line)
    return line.said(minutes.fields.get("text")) if minutes else ""


def _referral(line: Line) -> Event | None:
    return next((e for e in reversed(line.events) if e.kind is EventKind.MOVED and e.to_state in _REFERRED), None)


def _referred_to(line: Line) -> str:
    event = _referral(line)
    return line.case.to_unit or line.book.workflow.label(event.to_state) if event else ""


def _referred_on(line: Line) -> str:
    event = _referral(line)
    return local_day(event.at).isoformat() if event else ""


VALUES: Mapping[str, Callable[[Line], Cell]] = {
    "serial": lambda line: line.number,
    "case_id": lambda line: line.case.case_id,
    "street": _street,
    "community": _registered("community"),
    "name": lambda line: line.case.entity_name,
    "uscc": _registered("uscc"),
    "legal_rep_name": _registered("legal_rep_name"),
    "phone": _registered("phone"),
    "address_reg": _registered("address_reg"),
    "address_biz": _registered("address_biz"),
    "est_date": _registered("est_date"),
    "capital_wan": _capital,
    "sector": _sector,
    "scope": _registered("scope"),
    "headcount": _headcount,
    "visit_date": lambda line: line.visit.visit_date.isoformat() if line.visit else "",
    "officers": _officers,
    "method": lambda line: "实地" if line.visit else "",
    "is_operating": _is_operating,
    "handles_money": _handles_money,
    "modus": lambda line: line.wording.unknown,
    "promised": _promised,
    "publicity": _publicity,
    "people": _people,
    "amount_wan": _amount,
    "whereabouts": lambda line: line.said(line.field("repayment")) or line.wording.unknown,
    "complaints": _complaints,
    "grade": lambda line: line.case.grade.label,
    "problems": _problems,
    "measures": _measures,
    "unit": _unit,
    "due": lambda line: local_day(line.case.due_at).isoformat() if line.case.due_at else "",
    "progress": lambda line: line.book.workflow.label(line.case.state),
    "is_closed": lambda line: "是" if line.book.workflow.states[line.case.state].closed else "否",
    "closed_on": _closed_on,
    "filled_by": lambda line: line.visit.officers[0]["name"] if line.visit else "",
    "reviewed_by": _reviewed_by,
    "notes": lambda line: "",
    "source": _source,
    "summary": lambda line: line.said(line.case.summary),
    "session_on": _session_on,
    "session_units": _session_units,
    "session_decided": _session_decided,
    "session_text": _session_text,
    "talk_date": lambda line: line.field("talk_date") or "",
    "rectify_items": lambda line: line.said(line.field("rectify_items")),
    "rectify_by": lambda line: line.field("rectify_by") or "",
    "recheck_date": lambda line: line.field("recheck_date") or "",
    "recheck_result": lambda line: line.choice("recheck_result"),
    "referred_to": _referred_to,
    "referred_on": _referred_on,
    "facts": lambda line: line.said(line.field("facts")),
    "feedback": lambda line: line.choice("feedback"),
}
