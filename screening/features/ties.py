"""Who hangs together with an entity and through what: neighbours, neighbours of neighbours, and the path to each, as far as an actor may see.

What ties whom is found when a run scores (`relations.py`; a key that too many share ties nobody) and kept with the run as the table `ties`.
A firm out of the actor's sight is one nobody names, and nothing is followed beyond it. Source: domain brief section 3, NET-01 to NET-06.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from screening.access import Actor, Document, Scope, Shown
from screening.features.persons import ELSEWHERE
from screening.features.relations import HOLDER, ITSELF
from screening.features.tables import in_ranges
from screening.reference.masks import MASKS
from screening.reference.rights import rights_of, scope_of
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import Sight, sight
from screening.store.tables import create_from
from screening.store.workspace import Workspace
from screening.vocabulary import Grade

_STEPS = 2  # beyond the neighbours of neighbours everybody hangs together with everybody
_MOST_NODES = 30  # what fits a picture that people can read
_CASE = "case:"
_LISTED = "名单所列"
_MASK_OF = {"person": "name", "phone": "phone", "email": "email"}


@dataclass(frozen=True)
class Node:
    """A firm or a listed case. `grade` None where there is none to be seen; `is_hidden` for a firm out of sight, which has no name and no id."""

    node_id: str
    name: str
    is_case: bool = False
    is_hidden: bool = False
    status: str | None = None
    grade: Grade | None = None


@dataclass(frozen=True)
class Tie:
    """What two nodes share. `links` say it in words, personal parts masked; `is_sure` False while one name is all there is, or all that is known."""

    one: str
    other: str
    links: tuple[str, ...]
    is_sure: bool
    sources: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class Web:
    """The entity `root` (empty where it is out of sight), who hangs together with it, one shortest path to each; `left_out` nodes did not fit."""

    root: str
    nodes: dict[str, Node] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    paths: list[list[Tie]] = field(default_factory=list)
    left_out: int = 0


def create_ties(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `ties`, one row two nodes and a key they share, from the tables of `create_relations`."""
    ties = f"""
        SELECT DISTINCT p.entity_id, p.other_id, p.kind, p.role, p.other_role, p.said, p.own, p.other, coalesce(a.is_confirmed, false) AS is_sure,
               CASE WHEN c.name IS DISTINCT FROM '{_LISTED}' || c.legal_rep_name THEN c.name END AS case_name,
               CASE WHEN c.name = '{_LISTED}' || c.legal_rep_name THEN c.legal_rep_name END AS case_person, c.status AS case_status
        FROM (FROM relation_pairs WHERE {{part}}) p
        LEFT JOIN (FROM relation_agreed WHERE {{part}}) a USING (entity_id, other_id)
        LEFT JOIN relation_cases c ON c.node = p.other_id
        ORDER BY ALL
    """
    create_from(connection, "ties", in_ranges(connection, ties, "features"))


def web_of(workspace: Workspace, run: Run, entity_id: str, *, actor: Actor) -> Web | None:
    """Whom the entity hangs together with in a run; None where the run kept no ties (an older version made it).

    Raises `NotAllowed` for a role that sees no reasons; of an entity out of the actor's sight nothing is told.
    """
    seen = sight(workspace, actor, Document.REASONS)
    if not workspace.has_table(run, "ties"):
        return None
    with reading() as connection:
        reader = _Reader(connection, workspace, run, actor, seen)
        return reader.web(entity_id)


class _Reader:
    """Follows ties step by step, as one actor may see them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, workspace: Workspace, run: Run, actor: Actor, seen: Sight) -> None:
        rules = workspace.settings.rules
        self._connection, self._seen = connection, seen
        self._ties, self._scores = workspace.run_table(run, "ties"), workspace.run_table(run, "scores")
        self._files = {batch.batch_id: batch.file_name for batch in workspace.register.batches_of(run)}
        self._is_open = rights_of(actor, rules).contact is Shown.OPEN
        ranked = scope_of(actor, Document.RANKING, rules)
        self._ranked = sight(workspace, actor, Document.RANKING) if ranked is not Scope.NONE else Sight()

    def web(self, entity_id: str) -> Web:
        nodes = self._firms([entity_id])
        if entity_id not in nodes or nodes[entity_id].is_hidden:
            return Web(root="")
        ties: dict[tuple[str, str], Tie] = {}
        reached: dict[str, list[Tie]] = {entity_id: []}
        frontier, left_out = [entity_id], 0
        for _ in range(_STEPS):
            rows = self._rows(frontier)
            told = self._told(rows, known=nodes)
            wanted = self._most_telling(told, room=_MOST_NODES + 1 - len(nodes))
            left_out += len(told) - len(wanted)
            nodes |= wanted
            found = _merged(self._tie(row) for row in rows if row["entity_id"] in nodes and row["other_id"] in nodes)
            for (one, other), tie in found.items():
                if (other, one) not in ties:
                    ties.setdefault((one, other), tie)
            frontier = self._further(found, reached, nodes)
        paths = sorted(filter(None, reached.values()), key=len)
        return _without_ids(Web(entity_id, nodes, list(ties.values()), paths, left_out))

    def _further(
        self, found: Mapping[tuple[str, str], Tie], reached: dict[str, list[Tie]], nodes: Mapping[str, Node]
    ) -> list[str]:
        """Note the path to every node met for the first time; returns those from which one may go on."""
        before = set(reached)
        for (one, other), tie in found.items():
            if one in before and other not in reached:
                reached[other] = [*reached[one], tie]
        return [node for node in reached if node not in before and not nodes[node].is_case and not nodes[node].is_hidden]

    def _rows(self, entity_ids: Sequence[str]) -> list[dict[str, Any]]:
        query = "SELECT * FROM read_parquet(?) WHERE entity_id IN (SELECT unnest(?)) ORDER BY ALL"
        return dicts(self._connection.execute(query, [self._ties, list(entity_ids)]))

    def _told(self, rows: Sequence[Mapping[str, Any]], known: Mapping[str, Node]) -> dict[str, Node]:
        """The nodes on the other side that are not known yet."""
        fresh = [row for row in rows if row["other_id"] not in known]
        nodes = self._firms([row["other_id"] for row in fresh if not row["other_id"].startswith(_CASE)])
        for row in fresh:
            if row["other_id"].startswith(_CASE):
                person = row["case_person"] and _LISTED + self._shown("person", row["case_person"])
                nodes[row["other_id"]] = Node(
                    row["other_id"], row["case_name"] or person or _LISTED + "主体", is_case=True, status=row["case_status"]
                )
        return nodes

    def _firms(self, entity_ids: Sequence[str]) -> dict[str, Node]:
        query = (
            "SELECT entity_id, name, street_code, grade FROM read_parquet(?) WHERE entity_id IN (SELECT unnest(?)) ORDER BY rank"
        )
        rows = self._connection.execute(query, [self._scores, list(entity_ids)]).fetchall()
        return {row[0]: self._firm(*row) for row in rows}

    def _firm(self, entity_id: str, name: str | None, street: str | None, grade: str) -> Node:
        if not self._seen.sees(entity_id, street):
            return Node(entity_id, ELSEWHERE, is_hidden=True)
        return Node(entity_id, name or "名称不详的主体", grade=Grade(grade) if self._ranked.sees(entity_id, street) else None)

    def _most_telling(self, nodes: Mapping[str, Node], room: int) -> dict[str, Node]:
        """Cases first, then by grade, firms nobody may name last."""
        order = list(Grade)

        def urgency(node: Node) -> tuple[bool, bool, int]:
            return not node.is_case, node.is_hidden, order.index(node.grade) if node.grade else len(order)

        return {node.node_id: node for node in sorted(nodes.values(), key=urgency)[: max(room, 0)]}

    def _tie(self, row: Mapping[str, Any]) -> Tie:
        sides = [row["own"], row["other"]] if self._may_cite(row["other_id"]) else [row["own"]]
        places = tuple((self._files.get(side["batch_id"], side["batch_id"]), side["sheet"], side["row_no"]) for side in sides)
        return Tie(row["entity_id"], row["other_id"], (self._link(row),), row["is_sure"], places)

    def _may_cite(self, other_id: str) -> bool:
        return self._seen.everything or other_id.startswith(_CASE) or not self._firms([other_id])[other_id].is_hidden

    def _link(self, row: Mapping[str, Any]) -> str:
        """What is shared, in words, as `relation_pairs.path` says it."""
        role, other = row["role"], row["other_role"]
        if other == ITSELF:
            return f"{HOLDER}是对方"
        if role == ITSELF:
            return "入股对方"
        said = self._shown(row["kind"], row["said"])
        return f"同一{role} {said}" if role == other else f"{role}即对方{other} {said}"

    def _shown(self, kind: str, said: str) -> str:
        return said if self._is_open or kind not in _MASK_OF else MASKS[_MASK_OF[kind]](said)


def _merged(ties: Iterable[Tie]) -> dict[tuple[str, str], Tie]:
    """One tie two nodes, whatever they share."""
    found: dict[tuple[str, str], Tie] = {}
    for tie in ties:
        pair = (tie.one, tie.other)
        if (known := found.get(pair)) is None:
            found[pair] = tie
        else:
            links = tuple(dict.fromkeys([*known.links, *tie.links]))
            sources = tuple(dict.fromkeys([*known.sources, *tie.sources]))
            found[pair] = replace(known, links=links, sources=sources, is_sure=known.is_sure or tie.is_sure)
    return found


def _without_ids(web: Web) -> Web:
    """Whoever may not be named gets a number instead of an id."""
    hidden = [node for node in web.nodes.values() if node.is_hidden]
    number = {node.node_id: f"hidden:{place}" for place, node in enumerate(hidden, start=1)}

    def told(tie: Tie) -> Tie:
        return replace(tie, one=number.get(tie.one, tie.one), other=number.get(tie.other, tie.other))

    nodes = {number.get(key, key): replace(node, node_id=number.get(key, key)) for key, node in web.nodes.items()}
    return replace(
        web, nodes=nodes, ties=[told(tie) for tie in web.ties], paths=[[told(tie) for tie in path] for path in web.paths]
    )
