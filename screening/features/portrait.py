"""What is known of one entity: every canonical column, the row each came from, and how it changed from delivery to delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from screening.access import Actor, Document, Verb
from screening.errors import InvalidRequest
from screening.features.known import Row, known_entities
from screening.features.tables import entity_columns
from screening.identity.names import name_key
from screening.reference.rights import contact_columns, require, view
from screening.store.disclosures import Request, ask, spend
from screening.store.queries import dicts
from screening.store.register import Batch, Run
from screening.store.sight import sight
from screening.store.workspace import Workspace
from screening.vocabulary import Kind


@dataclass(frozen=True)
class Portrait:
    """`entity`: column → value; `sources`: column → {file, sheet, row}; `history`: deliveries oldest first, each with what it changed."""

    entity: dict[str, Any]
    history: list[dict[str, Any]]
    sources: dict[str, dict[str, Any]]

    def document(self) -> dict[str, Any]:
        """The `show --json` document."""
        return asdict(self)


def find_entity(workspace: Workspace, wanted: str, *, actor: Actor) -> str:
    """The entity id behind an id, credit code, registration number or exact full name; raises `InvalidRequest` for none or several.

    An entity out of the actor's sight is as unknown as one that is not there.
    """
    wanted = wanted.strip()
    keys = [f"uscc:{wanted.upper()}", f"reg:{wanted}", f"name:{name_key(wanted)}"]
    found = _in_sight(workspace, actor, workspace.register.find_entities(wanted, keys))
    if not found:
        raise InvalidRequest(f"没有找到主体 {wanted}", "可输入主体编号、统一社会信用代码、注册号或登记全称。", {"id": wanted})
    if len(found) > 1:
        raise InvalidRequest(
            f"有 {len(found)} 个主体都对应 {wanted}", f"请改用主体编号：{'、'.join(found[:10])}。", {"id": wanted}
        )
    return found[0]


def portrait(workspace: Workspace, wanted: str, *, actor: Actor, run: Run | None = None) -> Portrait:
    """What the entity lists say of one entity, whichever way it is asked for, as far as the actor may see it; with a `run`, as that run knew it."""
    entity_id = find_entity(workspace, wanted, actor=actor)
    batches = {b.batch_id: b for b in (workspace.register.batches_of(run) if run else workspace.register.batches())}
    known = known_entities(workspace, list(batches.values()), [entity_id])[entity_id]
    shown = view(actor, Document.REGISTRATION, known.entity, workspace.settings.rules)
    sources = {c: _place(batches, known.told_by[c]) for c in entity_columns() if c in shown and c in known.told_by}
    return Portrait(shown, [_seen(workspace, actor, delivery) for delivery in _history(known.deliveries, batches)], sources)


def ask_contact(workspace: Workspace, actor: Actor, wanted: str, purpose: str) -> Request:
    """Ask to see an entity's contact details unmasked; raises as `disclose_contact` does, and `InvalidRequest` without a purpose."""
    entity_id = _may_disclose(workspace, actor, wanted)
    return ask(workspace, actor, f"{Kind.ENTITIES}:{entity_id}", _contact(workspace), purpose)


def disclose_contact(workspace: Workspace, actor: Actor, wanted: str) -> dict[str, Any]:
    """An entity's contact details unmasked, as last known: once for each grant. Who looked, when, why and who granted it is on record before anything is read.

    Raises `NotAllowed` for who may not or has no grant, `InvalidRequest` for an entity out of the actor's sight.
    """
    entity_id = _may_disclose(workspace, actor, wanted)
    with workspace.register.writing() as transaction:
        spend(transaction, actor, f"{Kind.ENTITIES}:{entity_id}")
    newest = ", ".join(f"arg_max({c}, ord) FILTER (WHERE {c} IS NOT NULL) AS {c}" for c in _contact(workspace))
    with workspace.connect(workspace.register.batches(kind=Kind.ENTITIES), [Kind.ENTITIES]) as connection:
        return dicts(connection.execute(f"SELECT {newest} FROM raw_entities WHERE entity_id = ?", [entity_id]))[0]


def _may_disclose(workspace: Workspace, actor: Actor, wanted: str) -> str:
    require(actor, Verb.DISCLOSE_CONTACT, workspace.settings.rules)
    return find_entity(workspace, wanted, actor=actor)


def _contact(workspace: Workspace) -> list[str]:
    return [column for column in entity_columns() if column in contact_columns(workspace.settings.rules)]


def _seen(workspace: Workspace, actor: Actor, delivery: dict[str, Any]) -> dict[str, Any]:
    """A delivery whose changes are cut to what the actor may see."""
    sides = {side: {c: change[side] for c, change in delivery["changed"].items()} for side in ("before", "after")}
    shown = {side: view(actor, Document.REGISTRATION, row, workspace.settings.rules) for side, row in sides.items()}
    changed = {c: {"before": shown["before"][c], "after": shown["after"][c]} for c in shown["after"]}
    return delivery | {"changed": changed}


def _in_sight(workspace: Workspace, actor: Actor, entity_ids: Sequence[str]) -> list[str]:
    """Those of the entities that the actor sees."""
    seen = sight(workspace, actor, Document.REGISTRATION)
    if seen.everything or not entity_ids:
        return list(entity_ids)
    known = known_entities(workspace, workspace.register.batches(kind=Kind.ENTITIES), entity_ids)
    return [entity_id for entity_id, one in known.items() if seen.sees(entity_id, one.entity["street_code"])]


def _history(deliveries: Sequence[Row], batches: Mapping[str, Batch]) -> list[dict[str, Any]]:
    known: dict[str, Any] = {}
    history = []
    for row in deliveries:
        said = {column: row[column] for column in entity_columns() if row[column] is not None}
        changed = {
            column: {"before": known.get(column), "after": value} for column, value in said.items() if known.get(column) != value
        }
        history.append({"received": batches[row["batch_id"]].received, **_place(batches, row), "changed": changed})
        known |= said
    return history


def _place(batches: Mapping[str, Batch], row: Row) -> dict[str, Any]:
    return {"file": batches[row["batch_id"]].file_name, "sheet": row["sheet"], "row": row["row_no"]}
