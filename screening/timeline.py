"""One line of time for an entity: what people complained of, what the lists say happened, what officers found, what was decided.

Each part keeps its own rights: complaints for who reads complaints, records as `features/records.py` says, steps of a case for who sees the case.
Whoever complained is in none of it. Here and not in a stage, because it joins what stages keep apart: facts and cases.
"""

from dataclasses import dataclass
from datetime import date

from screening.access import Actor, Document, Scope
from screening.cases.casebook import Casebook
from screening.cases.finding import cases_of
from screening.features.complaints import complaints_of
from screening.features.records import records_of
from screening.reference.clock import local_day
from screening.reference.rights import scope_of
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Word


class Strand(Word):
    """What a line of the timeline tells of."""

    COMPLAINT = "complaint", "投诉"
    CHANGE = "change", "变更"
    SANCTION = "sanction", "处罚和异常"
    LICENCE = "licence", "许可"
    VISIT = "visit", "核查"
    PUBLICITY = "publicity", "宣传"
    LISTED = "listed", "涉非名单"
    CASE = "case", "办理"


_STRANDS = {
    Kind.CHANGES: Strand.CHANGE,
    Kind.PENALTIES: Strand.SANCTION,
    Kind.ABNORMAL: Strand.SANCTION,
    Kind.LICENCES: Strand.LICENCE,
    Kind.INSPECTIONS: Strand.VISIT,
    Kind.PUBLICITY: Strand.PUBLICITY,
    Kind.CASES: Strand.LISTED,
}


@dataclass(frozen=True)
class Moment:
    """One line: `day` None where nobody wrote it down; from a row of an uploaded file (`file`, `sheet`, `row`) or from a case (`case_id`)."""

    strand: Strand
    day: date | None
    said: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    case_id: str = ""


def timeline(workspace: Workspace, run: Run, entity_id: str, *, actor: Actor) -> list[Moment]:
    """Everything known of an entity that has a day, newest first, then what has none; as far as the actor may see each part."""
    rules = workspace.settings.rules
    found = [
        Moment(_STRANDS[one.kind], one.day, one.said, one.file, one.sheet, one.row)
        for one in records_of(workspace, run, entity_id, actor=actor)
    ]
    if scope_of(actor, Document.COMPLAINTS, rules) is not Scope.NONE:
        for complaint in complaints_of(workspace, run, entity_id, actor=actor):
            day = complaint.received_at.date() if complaint.received_at else None
            found.append(Moment(Strand.COMPLAINT, day, complaint.words, complaint.file, complaint.sheet, complaint.row))
    if scope_of(actor, Document.CASES, rules) is not Scope.NONE:
        found += _steps(Casebook(workspace), actor, entity_id)
    return sorted(found, key=lambda moment: moment.day or date.min, reverse=True)


def _steps(book: Casebook, actor: Actor, entity_id: str) -> list[Moment]:
    return [
        Moment(Strand.CASE, local_day(event.at), "；".join(filter(None, said)), case_id=case.case_id)
        for case in cases_of(book, actor, entity_id)
        for event in reversed(book.events(actor, case.case_id))
        for said in [(event.what(book.workflow.label), event.who, event.reason)]
    ]
