"""What lies in an actor's sight: one narrow place that every read of entities goes through.

`Sight.sql` is the condition a query adds; `Sight.sees` the same asked of one entity. An entity of no known subdistrict is the district's alone.
"""

from dataclasses import dataclass

from screening.access import Actor, Document, Scope
from screening.errors import NotAllowed
from screening.reference.rights import require_scope
from screening.store.sharing import shared_with
from screening.store.workspace import Workspace


@dataclass(frozen=True)
class Sight:
    """Everything, or the entities of some `areas`, or `entities` by id."""

    everything: bool = False
    areas: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()

    def sql(self, street: str = "street_code", entity: str = "entity_id") -> tuple[str, list[list[str]]]:
        """A condition over a table's columns and the values to bind."""
        if self.everything:
            return "true", []
        return f"({street} IN (SELECT unnest(?::VARCHAR[])) OR {entity} IN (SELECT unnest(?::VARCHAR[])))", [
            sorted(self.areas),
            sorted(self.entities),
        ]

    def sees(self, entity_id: str, street_code: str | None) -> bool:
        """Whether that entity is in sight."""
        return self.everything or entity_id in self.entities or (street_code is not None and street_code in self.areas)


def sight(workspace: Workspace, actor: Actor, document: Document) -> Sight:
    """What the actor sees in a document; raises `NotAllowed` for a role that sees nothing of it."""
    scope = require_scope(actor, document, rules=workspace.settings.rules)
    if scope is Scope.DISTRICT:
        return Sight(everything=True)
    return Sight(areas=actor.areas) if scope is Scope.AREAS else Sight(entities=shared_with(workspace.register, actor))


def require_district(workspace: Workspace, actor: Actor, document: Document) -> None:
    """Raise `NotAllowed` unless the actor sees the whole district in a document: for figures that cannot be cut to an area."""
    if not sight(workspace, actor, document).everything:
        raise NotAllowed(
            f"{document.label}按全区统计，{actor.role.label}不能看", "需要的话，请找处非办。", {"document": document}
        )
