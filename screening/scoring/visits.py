"""What people found on the spot: every visit a run knows of, and whether it found something."""

from dataclasses import dataclass
from datetime import date

from screening.rulebook.publishing import active_rules
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.text.patterns import read_patterns
from screening.vocabulary import Kind


@dataclass(frozen=True)
class Visit:
    """One visit; `found` by the finding codes of the visit form (`finding_of_concern` in rules/patterns.yaml)."""

    entity_id: str
    day: date
    found: bool


def visits(workspace: Workspace, run: Run) -> list[Visit]:
    """Visits with a day and findings, in no order."""
    concern = read_patterns(active_rules(workspace))["finding_of_concern"].regex
    with workspace.connect(workspace.register.batches_of(run)) as connection:
        rows = connection.execute(
            "SELECT l.entity_id, i.visit_date, regexp_matches(i.findings, ?) FROM raw_inspections i "
            f"JOIN read_parquet(?) l ON l.kind = '{Kind.INSPECTIONS}' AND l.ord = i.ord "
            "WHERE l.entity_id IS NOT NULL AND i.visit_date IS NOT NULL AND i.findings IS NOT NULL",
            [concern, workspace.run_table(run, "links")],
        ).fetchall()
    return [Visit(*row) for row in rows]
