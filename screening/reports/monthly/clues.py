"""附表4: the clues that matter most, by an invented name in the text and by their own in the list that is not public."""

from collections import Counter
from dataclasses import dataclass
from string import ascii_uppercase

import sqlalchemy as sa

from screening.cases.visits import VisitRecord
from screening.reports.figures.facts import Facts
from screening.reports.figures.replay import Step
from screening.reports.figures.tables import sector_name
from screening.store.case_tables import case_visits
from screening.store.queries import dicts
from screening.vocabulary import Element, Grade, Sector

_MOST = 30
_RULES_NAMED = 3
_NOT_VISITED = "尚未核查"
_ELEMENTS = (Element.ILLEGALITY, Element.PUBLICITY, Element.INDUCEMENT, Element.PUBLIC)


@dataclass(frozen=True)
class Clue:
    """`alias` is what the text calls it; every other column is for the list that is not public."""

    alias: str
    case_id: str
    name: str
    street: str
    sector: str
    grade: str
    source: str
    elements: str
    findings: str
    state: str
    due: str


def key_clues(facts: Facts) -> list[Clue]:
    """Red and orange cases open at the close or closed since the opening, the most urgent first, at most thirty."""
    rows = dicts(
        facts.connection.execute(
            "SELECT c.case_id, c.seq, c.to_state, c.grade, c.street_code, c.sector, c.due, k.entity_name, k.origin, k.source FROM closing c "
            "JOIN cases k USING (case_id), period WHERE c.grade IN ('red', 'orange') AND (c.is_open OR c.moment >= period.opens) "
            "ORDER BY c.grade = 'orange', c.is_open DESC, c.case_id LIMIT ?",
            [_MOST],
        )
    )
    steps = {step.seq: step for step in facts.steps}
    visited = _visited(facts, [row["case_id"] for row in rows])
    letters: Counter[str] = Counter()
    clues = []
    for row in rows:
        sector = sector_name(facts, row["sector"])
        is_named = row["sector"] not in (None, Sector.OTHER)
        form = facts.wording.anonymous if is_named else facts.wording.anonymous_other
        sector_key = sector if is_named else Sector.OTHER.label
        alias = form.format(sector=sector, letter=_letter(letters[sector_key]))
        letters[sector_key] += 1
        visit = visited.get(row["case_id"])
        found = visit.findings_text(facts.book.workflow.findings) if visit else _NOT_VISITED
        clues.append(
            Clue(
                alias=alias,
                case_id=row["case_id"],
                name=row["entity_name"],
                street=facts.street(row["street_code"]),
                sector=sector,
                grade=Grade(row["grade"]).label,
                source=_source(facts, row["source"]),
                elements=_elements(facts, steps[row["seq"]]),
                findings=facts.wording.neutral(found),
                state=facts.book.workflow.label(row["to_state"]),
                due=f"{row['due']:%Y-%m-%d}" if row["due"] else "",
            )
        )
    return clues


def _visited(facts: Facts, case_ids: list[str]) -> dict[str, VisitRecord]:
    """The last visit of each case reported by the close."""
    chosen = sa.and_(case_visits.c.case_id.in_(case_ids), case_visits.c.reported_on <= facts.period.closes)
    rows = facts.workspace.register.rows(sa.select(case_visits).where(chosen).order_by(case_visits.c.event_seq))
    return {row["case_id"]: VisitRecord(**row) for row in rows}


def _source(facts: Facts, code: str) -> str:
    origin = facts.book.workflow.sources.get(code)
    return origin.label if origin else "系统预警"


def _elements(facts: Facts, step: Step) -> str:
    """Which of the four features the rules it rests on speak to, and the weightiest rules by name."""
    rules = facts.workspace.register.rulebook(facts.run.rulebook)["rules"]
    known = {rule_id: rules[rule_id] for rule_id in step.rules if rule_id in rules}
    elements = [element.label for element in _ELEMENTS if any(rule["element"] == element for rule in known.values())]
    heaviest = sorted(known, key=lambda rule_id: (-step.rules[rule_id], rule_id))[:_RULES_NAMED]
    named = "，".join(known[rule_id]["name"] for rule_id in heaviest)
    return facts.wording.neutral(f"{'、'.join(elements) or '其他'}（{named or '线索登记'}）")


def _letter(number: int) -> str:
    first, second = divmod(number, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[second]
