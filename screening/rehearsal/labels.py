"""What people found afterwards, as labels for the months before: an entity visited within so many days after a month end, with or without a finding.

Whoever nobody visited has no label: never a negative one. Which finding codes are of concern says `finding_of_concern` in rules/patterns.yaml
(S10 正常 and S14 登记本 are not).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from screening.identity.linking import link_rows
from screening.rulebook.publishing import active_rules
from screening.store.workspace import Workspace
from screening.text.patterns import read_patterns
from screening.vocabulary import Kind


@dataclass(frozen=True)
class Finding:
    """One visit with a day and findings."""

    entity_id: str
    day: date
    is_of_concern: bool


def findings(workspace: Workspace) -> list[Finding]:
    """Every visit anybody ever delivered, linked by the rules that score, whichever rules are compared."""
    rules = active_rules(workspace)
    batches = [batch for batch in workspace.register.batches() if batch.kind in (Kind.ENTITIES, Kind.INSPECTIONS)]
    with workspace.connect(batches) as connection:
        link_rows(connection, rules, workspace.register.standing_decisions())
        rows = connection.execute(
            "SELECT l.entity_id, i.visit_date, regexp_matches(i.findings, ?) FROM raw_inspections i "
            f"JOIN links l ON l.kind = '{Kind.INSPECTIONS}' AND l.ord = i.ord "
            "WHERE l.entity_id IS NOT NULL AND i.visit_date IS NOT NULL AND i.findings IS NOT NULL",
            [read_patterns(rules)["finding_of_concern"].regex],
        ).fetchall()
    return [Finding(*row) for row in rows]


def labels(found: Sequence[Finding], as_of: date, within_days: int) -> dict[str, bool]:
    """Entity → whether any visit after `as_of` and within so many days of it found something; who was not visited is not there."""
    until = as_of + timedelta(days=within_days)
    known: dict[str, bool] = {}
    for finding in found:
        if as_of < finding.day <= until:
            known[finding.entity_id] = known.get(finding.entity_id, False) or finding.is_of_concern
    return known
