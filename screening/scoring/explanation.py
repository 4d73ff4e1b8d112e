"""Why an entity stands where it stands: every reason with its points, sentence, basis and source rows, and everything that could not be told.

Reasons are rules that hit and, where a group's points were cut at its cap, the cap as a line of its own; together they are the score, exactly.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from string import Formatter
from typing import Any

import duckdb

from screening.access import Actor, Document, Scope
from screening.errors import InvalidRequest
from screening.features.catalogue import read_features
from screening.features.compute import OPEN
from screening.features.persons import hidden_words
from screening.reference.rights import scope_of
from screening.rulebook.outcomes import MAYBE
from screening.rulebook.rule import TENTHS
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import Sight, sight
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind, Sector


@dataclass(frozen=True)
class Source:
    """A row of an uploaded file, as the spreadsheet numbers it; `quote` is what it says, where words matter."""

    file: str
    sheet: str
    row: int
    date: str | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Reason:
    """One line of the sum. `kind` is rule or cap; `points` may be negative only for a cap."""

    id: str
    kind: str
    name: str
    dimension: str | None
    element: str | None
    points: float
    sentence: str
    basis: list[str]
    sources: list[Source]
    verified: bool = True
    red_line: bool = False
    false_positive: str = ""
    group: str = ""


@dataclass(frozen=True)
class Unknown:
    """A rule that could not be decided, what it could add, and which facts are missing."""

    id: str
    name: str
    could_add: float
    missing: list[str]
    element: str | None = None


@dataclass(frozen=True)
class Adjustment:
    """A combination of reasons that lifts or holds down the grade, what it proposes, and the reasons it rests on. It has no points."""

    id: str
    sentence: str
    proposes: Grade | None
    rests_on: list[str]


@dataclass(frozen=True)
class Explanation:
    """An entity's score taken apart."""

    entity_id: str
    name: str | None
    as_of: str
    run: str
    rank: int
    score: float
    grade: Grade
    could_add: float
    completeness: float
    red_line: bool
    reasons: list[Reason] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The `explain --json` document."""
        return asdict(self)


def explain(workspace: Workspace, run: Run, entity_id: str, *, actor: Actor) -> Explanation:
    """Explain one entity in one run; raises `InvalidRequest` when the run does not know it or the actor does not see it."""
    found = explain_many(workspace, run, [entity_id], actor=actor)
    if not found:
        raise unknown_entity(run, entity_id)
    return found[0]


def unknown_entity(run: Run, entity_id: str) -> InvalidRequest:
    """A run does not know an entity, or somebody does not see it, which is told alike."""
    return InvalidRequest(
        f"本次评分中没有主体 {entity_id}",
        "请核对编号；名单是新上传的，须重新评分。",
        {"entity_id": entity_id, "run": run.run_id},
    )


def explain_many(
    workspace: Workspace, run: Run, entity_ids: Sequence[str], *, actor: Actor, with_sources: bool = True
) -> list[Explanation]:
    """Explanations of several entities, in rank order; ids that are unknown or out of the actor's sight are left out. Without sources it is sooner done."""
    seen = sight(workspace, actor, Document.REASONS)
    book = workspace.register.rulebook(run.rulebook)
    files = {batch.batch_id: batch.file_name for batch in workspace.register.batches_of(run)}
    with reading() as connection:
        scores, features, outcomes = (
            _rows(connection, workspace.run_rows(run, name), entity_ids) for name in ("scores", "features", "outcomes")
        )
        evidence: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in _select(connection, workspace.run_rows(run, "evidence"), entity_ids) if with_sources else ():
            evidence[row["entity_id"]].append(row)
    ranked = sorted((s for s in scores.values() if seen.sees(s["entity_id"], s["street_code"])), key=lambda score: score["rank"])
    _cut_quotes(workspace, run, actor, seen, [row for s in ranked for row in evidence[s["entity_id"]]])
    return [
        _explain(run, book, files, s, features[s["entity_id"]], outcomes[s["entity_id"]], evidence[s["entity_id"]])
        for s in ranked
    ]


def _cut_quotes(workspace: Workspace, run: Run, actor: Actor, seen: Sight, evidence: Sequence[dict[str, Any]]) -> None:
    """What complaints say only for those who may read complaints; persons and firms out of sight hidden."""
    if scope_of(actor, Document.COMPLAINTS, workspace.settings.rules) is Scope.NONE:
        complaints = {batch.batch_id for batch in workspace.register.batches_of(run) if batch.kind is Kind.COMPLAINTS}
        for row in evidence:
            row["quote"] = None if row["batch_id"] in complaints else row["quote"]
    shown = hidden_words(workspace, run, actor, seen, (row["quote"] for row in evidence if row["quote"]))
    for row in evidence:
        row["quote"] = shown.get(row["quote"])


def _explain(
    run: Run,
    book: Mapping[str, Any],
    files: Mapping[str, str],
    score: Mapping[str, Any],
    features: Mapping[str, Any],
    outcomes: Mapping[str, Any],
    evidence: Sequence[Mapping[str, Any]],
) -> Explanation:
    hits = {rule_id: rule for rule_id, rule in book["rules"].items() if outcomes.get(rule_id)}
    reasons = [_reason(rule, outcomes[rule_id], features, book["parameters"], evidence, files) for rule_id, rule in hits.items()]
    reasons.sort(key=lambda reason: (-reason.points, reason.id))
    return Explanation(
        entity_id=score["entity_id"],
        name=score["name"],
        as_of=run.as_of.isoformat(),
        run=run.run_id,
        rank=score["rank"],
        score=score["score"] / TENTHS,
        grade=Grade(score["grade"]),
        could_add=score["could_add"] / TENTHS,
        completeness=round(score["completeness"], 3),
        red_line=score["red_line"],
        reasons=reasons + _caps(hits, outcomes, book["grades"]),
        unknown=[
            _unknown(rule, outcomes[rule_id + MAYBE], features)
            for rule_id, rule in book["rules"].items()
            if outcomes.get(rule_id + MAYBE)
        ],
        adjustments=_adjustments(score, hits, book["grades"]),
    )


def _reason(
    rule: Mapping[str, Any],
    points: int,
    features: Mapping[str, Any],
    parameters: Mapping[str, Any],
    evidence: Sequence[Mapping[str, Any]],
    files: Mapping[str, str],
) -> Reason:
    return Reason(
        id=rule["id"],
        kind="rule",
        name=rule["name"],
        dimension=rule["dimension"],
        element=rule["element"],
        points=points / TENTHS,
        sentence=_Sentence().vformat(rule["evidence"], (), {**parameters, **features}),
        basis=rule["cited"],
        sources=_sources(rule["features"], evidence, files),
        verified=rule["verified"],
        red_line=rule["red_line"],
        false_positive=rule["false_positive"],
        group=rule["group"],
    )


def _sources(names: Sequence[str], evidence: Sequence[Mapping[str, Any]], files: Mapping[str, str]) -> list[Source]:
    """Rows of the rule's own features; where it rests on something being absent, the entity's own row, which is kept under no feature.

    A row that says several things is quoted once: what its first feature says, the first of its quotes, however the engine came to order them.
    """
    rows = [row for row in evidence if row["feature"] in names] or [row for row in evidence if row["feature"] == ""]
    order = list(dict.fromkeys(row["feature"] for row in rows))
    rows.sort(key=lambda row: (order.index(row["feature"]), row["quote"] or ""))
    found: dict[tuple[str, str, int], Source] = {}
    for row in rows:
        said = row["fact_date"].isoformat() if row["fact_date"] else None
        source = Source(files.get(row["batch_id"], row["batch_id"]), row["sheet"], row["row_no"], said, row["quote"])
        found.setdefault((source.file, source.sheet, source.row), source)
    return sorted(found.values(), key=lambda source: (source.date or "", source.file, source.sheet, source.row))


def _caps(hits: Mapping[str, Any], outcomes: Mapping[str, Any], grades: Mapping[str, Any]) -> list[Reason]:
    sums: dict[str, int] = defaultdict(int)
    for rule_id, rule in hits.items():
        sums[rule["group"]] += outcomes[rule_id]
    lines = []
    for group, total in sorted(sums.items()):
        cap, label = grades["caps"][group], grades["labels"].get(group, group)
        if total > cap:
            sentence = f"“{label}”一组的理由合计 {total / TENTHS:g} 分，按上限 {cap / TENTHS:g} 分计"
            lines.append(
                Reason(
                    f"CAP-{group}",
                    "cap",
                    "同组上限",
                    None,
                    None,
                    (cap - total) / TENTHS,
                    sentence,
                    ["评分办法：同组分值设上限"],
                    [],
                    group=group,
                )
            )
    return lines


def _adjustments(score: Mapping[str, Any], hits: Mapping[str, Any], grades: Mapping[str, Any]) -> list[Adjustment]:
    """Every lifting combination; one that holds down only where the points would have gone further."""
    found = []
    for one in grades["combinations"]:
        bound = Grade(one["at_least"] or one["at_most"])
        further = [
            points for grade, points in grades["cut_offs"].items() if list(Grade).index(Grade(grade)) < list(Grade).index(bound)
        ]
        reached = any(score["score"] >= points for points in further)
        if one["id"] in score["combinations"] and (one["at_least"] or reached):
            members = {member for members in one["all_of"] for member in members}
            rests_on = [rule_id for rule_id, rule in hits.items() if not members or {rule_id, rule["group"]} & members]
            effect = f"等级至{'少' if one['at_least'] else '多'}为{bound.label}"
            sentence = f"{one['name']}：{effect}；{one['advice']}"
            found.append(Adjustment(one["id"], sentence, Grade(one["proposes"]) if one["proposes"] else None, rests_on))
    return found


def _unknown(rule: Mapping[str, Any], could_add: int, features: Mapping[str, Any]) -> Unknown:
    catalogue = read_features()
    missing = [name for name in rule["features"] if features.get(name) is None or features.get(name + OPEN)]
    labels = [catalogue[name].label if name in catalogue else name for name in missing]
    if not features["is_sector_certain"] and len(rule["sectors"]) < len(Sector):
        labels.insert(0, "所属行业")
    return Unknown(rule["id"], rule["name"], could_add / TENTHS, labels, rule["element"])


class _Sentence(Formatter):
    """Fills an evidence sentence; what is not known is said so."""

    def format_field(self, value: Any, spec: str) -> str:
        if value is None:
            return "（未知）"
        if value == "":
            return "（无）"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date):
            return value.isoformat()
        if spec == "pct":
            return f"{value * 100:.4g}%"
        if not spec and isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(super().format_field(value, spec))


def _rows(connection: duckdb.DuckDBPyConnection, source: str, entity_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {row["entity_id"]: row for row in _select(connection, source, entity_ids)}


def _select(connection: duckdb.DuckDBPyConnection, source: str, entity_ids: Sequence[str]) -> list[dict[str, Any]]:
    return dicts(connection.execute(f"SELECT * FROM {source} WHERE entity_id IN (SELECT unnest(?))", [list(entity_ids)]))
