"""Who has been looked at and who has not: every registered entity in exactly one class, by subdistrict and sector, totals equal to the register.

The class is the first that fits, in the order of `Class`:
1. never scored: no scoring up to the day ever held it. Nothing else is known of it by the tool, so this goes before all.
2. overdue: a planned visit's day has passed and nobody went since, or the last visit is longer ago than `visit_fresh_days`. What was promised
   or is due stays visible, whatever else is wrong.
3. data stale: no list has named it for `list_fresh_days`. Before anybody goes, the source is asked whether it still exists. A visit of late does not
   cure it: the list is what names, addresses and scores rest on.
4. never visited. 5. visited of late.
`Member` keeps every fact beside the class, so that nothing is hidden by the order.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from screening.access import Actor, Document
from screening.features.tables import cells_sql, entities_sql
from screening.identity.linking import link_batches
from screening.reference.areas import read_areas
from screening.rulebook.active import active_rules
from screening.scoring.limits import limits_on
from screening.scoring.visits import Visit, read_visits
from screening.store.queries import dicts, reading
from screening.store.sight import require_district
from screening.store.workspace import Workspace
from screening.text.patterns import read_patterns
from screening.vocabulary import Kind, Sector, Word


class Class(Word):
    """Where an entity stands, in order of precedence."""

    NEVER_SCORED = "never_scored", "从未评分"
    OVERDUE = "overdue", "逾期未核查"
    STALE = "stale", "资料陈旧"
    NEVER_VISITED = "never_visited", "从未上门"
    VISITED = "visited", "近期已上门"


@dataclass(frozen=True)
class Planned:
    """A visit somebody means to make: plain data, whoever keeps the plans."""

    entity_id: str
    day: date
    unit: str


@dataclass(frozen=True)
class Registered:
    """One entity of the register as known on a day, before it is classed. `street` None stands for 未知街道."""

    entity_id: str
    name: str | None
    sector: Sector
    street: str | None
    last_listed: date
    is_scored: bool


@dataclass(frozen=True)
class Member:
    """A registered entity with its class and the facts it rests on; `missed` is the oldest planned day that passed without a visit."""

    entity: Registered
    class_: Class
    last_visit: date | None
    missed: date | None
    is_stale: bool

    def document(self) -> dict[str, Any]:
        """As in `coverage --json`."""
        entity = self.entity
        return {
            "entity_id": entity.entity_id,
            "name": entity.name,
            "sector": entity.sector,
            "street": entity.street,
            "class": self.class_,
            "last_visit": self.last_visit,
            "missed": self.missed,
            "last_listed": entity.last_listed,
        }


@dataclass(frozen=True)
class Line:
    """One subdistrict and sector: how many of each class; every class is there, zeros too."""

    street: str | None
    sector: Sector
    by_class: dict[Class, int]

    @property
    def total(self) -> int:
        """All entities of this subdistrict and sector."""
        return sum(self.by_class.values())


@dataclass(frozen=True)
class Coverage:
    """The register on a day. `members` in order of entity id; `visits` made up to the day, linked."""

    as_of: date
    visit_fresh_days: int
    list_fresh_days: int
    members: list[Member]
    visits: list[Visit]

    @property
    def by_class(self) -> dict[Class, int]:
        """How many of each class; their sum is the register."""
        counted = Counter(member.class_ for member in self.members)
        return {class_: counted[class_] for class_ in Class}

    @property
    def lines(self) -> list[Line]:
        """Subdistricts by name (unknown last), sectors in their order; only those with entities."""
        counted = Counter((m.entity.street, m.entity.sector, m.class_) for m in self.members)
        order = list(Sector)
        places = sorted(
            {(m.entity.street, m.entity.sector) for m in self.members},
            key=lambda p: (p[0] is None, p[0] or "", order.index(p[1])),
        )
        return [Line(street, sector, {class_: counted[street, sector, class_] for class_ in Class}) for street, sector in places]


def coverage(workspace: Workspace, as_of: date, planned: Iterable[Planned] = (), *, actor: Actor) -> Coverage:
    """Class every entity registered by a day, with what was received by then; for who sees the whole district."""
    require_district(workspace, actor, Document.REGISTRATION)
    limits = limits_on(workspace, as_of, "visit_fresh_days", "list_fresh_days")
    fresh, listed = int(limits["visit_fresh_days"]), int(limits["list_fresh_days"])
    entities, seen = _register(workspace, as_of)
    made = [visit for visit in seen if visit.day <= as_of]
    return Coverage(as_of, fresh, listed, classify(entities, made, planned, as_of, fresh, listed), made)


def classify(
    entities: Iterable[Registered],
    visits: Iterable[Visit],
    planned: Iterable[Planned],
    as_of: date,
    visit_fresh_days: int,
    list_fresh_days: int,
) -> list[Member]:
    """Each entity once, with its class. Visits and plans of entities that are not registered count for nothing."""
    last: dict[str, date] = {}
    for visit in visits:
        if visit.day <= as_of:
            last[visit.entity_id] = max(visit.day, last.get(visit.entity_id, visit.day))
    missed: dict[str, date] = {}
    for plan in planned:
        is_made = plan.entity_id in last and last[plan.entity_id] >= plan.day
        if plan.day < as_of and not is_made:
            missed[plan.entity_id] = min(plan.day, missed.get(plan.entity_id, plan.day))
    members = []
    for entity in sorted(entities, key=lambda e: e.entity_id):
        seen, late = last.get(entity.entity_id), missed.get(entity.entity_id)
        is_stale = entity.last_listed < as_of - timedelta(days=list_fresh_days)
        is_old = seen is not None and seen < as_of - timedelta(days=visit_fresh_days)
        if not entity.is_scored:
            class_ = Class.NEVER_SCORED
        elif late is not None or is_old:
            class_ = Class.OVERDUE
        elif is_stale:
            class_ = Class.STALE
        else:
            class_ = Class.NEVER_VISITED if seen is None else Class.VISITED
        members.append(Member(entity, class_, seen, late, is_stale))
    return members


def _register(workspace: Workspace, as_of: date) -> tuple[list[Registered], list[Visit]]:
    """Entities and visits by what was received by a day: the same entities a scoring of that day would hold."""
    rules = active_rules(workspace)
    kinds = (Kind.ENTITIES, Kind.INSPECTIONS)
    batches = [batch for batch in workspace.register.batches(received_by=as_of) if batch.kind in kinds]
    scored = _scored(workspace, as_of)
    streets = {area.code: area.name for area in read_areas(rules).values()}
    with workspace.connect(batches) as connection:
        link_batches(workspace, connection, batches, rules)
        connection.execute(f"CREATE TABLE entity_cells AS {cells_sql('raw_entities')}")
        rows = dicts(
            connection.execute(
                f"SELECT e.entity_id, e.name, e.sector, e.street_code, l.last_listed FROM ({entities_sql('entity_cells', rules)}) e JOIN "
                "(SELECT r.entity_id, max(b.received) AS last_listed FROM raw_entities r JOIN batches b USING (batch_id) GROUP BY r.entity_id) l "
                "USING (entity_id)"
            )
        )
        seen = read_visits(connection, read_patterns(rules)["finding_of_concern"].regex)
    entities = [
        Registered(
            r["entity_id"],
            r["name"],
            Sector(r["sector"]),
            streets.get(r["street_code"]),
            r["last_listed"],
            r["entity_id"] in scored,
        )
        for r in rows
    ]
    return entities, seen


def _scored(workspace: Workspace, as_of: date) -> set[str]:
    """Ids that any scoring up to a day held."""
    tables = [workspace.run_table(run, "scores") for run in workspace.register.runs() if run.as_of <= as_of]
    if not tables:
        return set()
    with reading() as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT entity_id FROM read_parquet(?)", [tables]).fetchall()}


def documents(members: Sequence[Member]) -> list[dict[str, Any]]:
    """Members as in `coverage --json`."""
    return [member.document() for member in members]
