"""How each rule behaves: how often it hits, with which others, when last, and how often people found something where it had hit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from screening.access import Actor, Document
from screening.scoring.indices import Share
from screening.scoring.visits import Visit, visits
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.sight import require_district
from screening.store.workspace import Workspace

FOLLOWED_UP = timedelta(days=180)  # after a hit, a visit within this time counts as having looked into it


@dataclass(frozen=True)
class RuleHealth:
    """One rule in one run. `hits` of all entities; `companion` is the rule that most of its entities also hit, with the share of them;

    `last_hit` the newest day on which any run had a hit; `confirmed`: of the entities hit in earlier runs and visited within 180 days, those where
    something was found. Entities nobody visited are no evidence either way.
    """

    rule_id: str
    name: str
    hits: Share
    companion: str | None
    companion_share: float
    last_hit: date | None
    confirmed: Share


def rule_health(workspace: Workspace, run: Run, *, actor: Actor) -> list[RuleHealth]:
    """Every rule the run scored with, the busiest first; raises `NotAllowed` for who does not see the whole district."""
    require_district(workspace, actor, Document.RULEBOOK)
    book = workspace.register.rulebook(run.rulebook)["rules"]
    found = visits(workspace, run)
    with reading() as connection:
        hit_now = _hits(connection, workspace, run, book)
        earlier = [other for other in workspace.register.runs() if other.as_of <= run.as_of]
        seen = {other.run_id: (other.as_of, _hits(connection, workspace, other, book)) for other in _newest_of_each_day(earlier)}
    return sorted(
        (_health(rule_id, rule["name"], hit_now, run.summary["entities"], seen, found) for rule_id, rule in book.items()),
        key=lambda health: (-health.hits.count, health.rule_id),
    )


def _newest_of_each_day(runs: list[Run]) -> list[Run]:
    newest: dict[date, Run] = {}
    for run in runs:
        newest.setdefault(run.as_of, run)
    return list(newest.values())


def _health(
    rule_id: str,
    name: str,
    hits: dict[str, set[str]],
    entities: int,
    seen: dict[str, tuple[date, dict[str, set[str]]]],
    seen_on_the_spot: list[Visit],
) -> RuleHealth:
    mine = hits.get(rule_id, set())
    beside = {other: len(mine & theirs) for other, theirs in hits.items() if other != rule_id and mine & theirs}
    companion = min(beside, key=lambda other: (-beside[other], other), default=None)
    dates = [as_of for as_of, found in seen.values() if found.get(rule_id)]
    return RuleHealth(
        rule_id,
        name,
        Share(len(mine), entities),
        companion,
        beside[companion] / len(mine) if companion else 0.0,
        max(dates, default=None),
        _confirmed(rule_id, seen, seen_on_the_spot),
    )


def _confirmed(rule_id: str, seen: dict[str, tuple[date, dict[str, set[str]]]], seen_on_the_spot: list[Visit]) -> Share:
    followed: dict[str, bool] = {}
    for as_of, found in seen.values():
        hit = found.get(rule_id, set())
        for visit in seen_on_the_spot:
            if visit.found is not None and visit.entity_id in hit and as_of < visit.day <= as_of + FOLLOWED_UP:
                followed[visit.entity_id] = followed.get(visit.entity_id, False) or visit.found
    return Share(sum(followed.values()), len(followed))


def _hits(connection: duckdb.DuckDBPyConnection, workspace: Workspace, run: Run, rules: Iterable[str]) -> dict[str, set[str]]:
    """Rule id → ids of the entities it hit in a run."""
    result = connection.execute(f"SELECT * FROM {workspace.run_rows(run, 'outcomes')}")
    names = [column[0] for column in result.description or ()]
    found: dict[str, set[str]] = {name: set() for name in rules if name in names}
    for row in result.fetchall():
        values: dict[str, Any] = dict(zip(names, row, strict=True))
        for name, entities in found.items():
            if values[name]:
                entities.add(values["entity_id"])
    return found
