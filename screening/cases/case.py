"""A case as it stands: one entity (or name not yet known), one state, one clock, one version."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from screening.vocabulary import Grade


@dataclass(frozen=True)
class Case:
    """`rules` are the facts known so far: rule id → most points ever seen. `been` lists the states of this round, `counts` how often each limited step was made.

    `session` is the joint session while in C1, `pending` what waits for a second person, `closing` how it ended and until when that holds.
    """

    case_id: str
    origin: str
    entity_id: str | None
    entity_name: str
    area_code: str | None
    state: str
    came_from: str | None
    version: int
    grade: Grade
    rules: dict[str, float]
    summary: str
    source: str
    opened_at: datetime
    street: str | None = None
    assignee: str | None = None
    to_unit: str = ""
    due_at: datetime | None = None
    clock: dict[str, Any] | None = None
    counts: dict[str, int] = field(default_factory=dict)
    been: list[str] = field(default_factory=list)
    session: dict[str, Any] | None = None
    pending: dict[str, Any] | None = None
    closing: dict[str, Any] | None = None

    @property
    def place(self) -> str | None:
        """The subdistrict that works on it, or else the one the entity lies in."""
        return self.street or self.area_code

    def row(self) -> dict[str, Any]:
        """The case as the table keeps it."""
        moments = {"opened_at": self.opened_at.astimezone(UTC), "due_at": self.due_at.astimezone(UTC) if self.due_at else None}
        return asdict(self) | moments | {"grade": self.grade.value}


def case_from(row: Any) -> Case:
    """A case from its row."""
    return Case(**{name: row[name] for name in Case.__dataclass_fields__ if name != "grade"}, grade=Grade(row["grade"]))
