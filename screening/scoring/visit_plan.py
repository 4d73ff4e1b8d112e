"""This period's visits under a budget: the best by rank, so many a subdistrict, and a random control share that bounds what the ranking misses.

The rank of a run is total, so there are no ties. Whoever was visited of late, is about to be, or stands in a subdistrict this office does not answer
for is skipped, with the reason. Controls are drawn among all others that were not chosen, by a hash of run id and entity id: the same run gives the
same draw, and nobody can choose it. Everything but the judgement of the controls rests on what the run itself knew, so a plan can be made again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from screening.access import Actor, Document, Verb
from screening.errors import InvalidRequest
from screening.reference.areas import read_areas
from screening.reference.rights import require
from screening.rulebook.active import active_rules
from screening.scoring.coverage import Planned
from screening.scoring.doubts import model_doubts
from screening.scoring.indices import Share
from screening.scoring.intervals import upper_bound
from screening.scoring.limits import limits_on
from screening.scoring.ranking import Filter, Ranked, area_code, ranked
from screening.scoring.visits import Visit, outcomes, visits
from screening.store.models import keep_plan
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.sight import require_district
from screening.store.workspace import Workspace
from screening.vocabulary import Grade

CHOSEN, INFORMATIVE, CONTROL = "rank", "informative", "control"
_UNKNOWN_STREET = "未知街道"


@dataclass(frozen=True)
class Wanted:
    """What is asked for: `visits` in all, of which the share `control` is drawn at random and the share `informative` goes where the model is least sure;

    `quotas` by subdistrict name take exactly so many of the best.
    """

    visits: int
    area: str | None = None
    control: float = 0.0
    quotas: Mapping[str, int] = field(default_factory=dict)
    informative: float = 0.0


@dataclass(frozen=True)
class Stop:
    """One visit of the plan, in order; `why` is `rank`, `informative` or `control`."""

    number: int
    entity: Ranked
    why: str


@dataclass(frozen=True)
class Skipped:
    """Somebody the rank would have chosen, and in one Chinese line why not."""

    entity: Ranked
    reason: str


@dataclass(frozen=True)
class Expected:
    """What visits may find by what they found before: grade by grade, then the whole. `expected` is None where no grade among them has an outcome.

    `low` and `high` add up the ends of Wilson's intervals (95 %), which is wide rather than narrow; visits of grades without any outcome
    (`unknown`) count 0 in `low` and 1 each in `high`.
    """

    by_grade: dict[Grade, Share]
    expected: float | None
    low: float
    high: float
    unknown: int


@dataclass(frozen=True)
class Missed:
    """What the controls say of those not chosen: of `visited` controls `found` had something; at 95 % no more than `at_most` of `among` have."""

    drawn: int
    visited: int
    found: int
    among: int
    rate_at_most: float
    at_most: int


@dataclass(frozen=True)
class Plan:
    """The visits, who was passed over and why, what to expect. `among` are those not chosen that controls are drawn from."""

    run: Run
    wanted: Wanted
    stops: list[Stop]
    skipped: list[Skipped]
    among: int
    expected: Expected

    @property
    def controls(self) -> list[Ranked]:
        """Those drawn at random."""
        return [stop.entity for stop in self.stops if stop.why == CONTROL]


def plan_visits(workspace: Workspace, run: Run, wanted: Wanted, planned: Sequence[Planned] = (), *, actor: Actor) -> Plan:
    """The plan of a run, for who sees the whole district; raises `InvalidRequest` for a share, a subdistrict or quotas that cannot be."""
    require_district(workspace, actor, Document.RANKING)
    for share, what, option in ((wanted.control, "随机对照", "random"), (wanted.informative, "最能学到东西的", "informative")):
        if not 0 <= share <= 1 or wanted.control + wanted.informative > 1:
            raise InvalidRequest(
                f"{what}的比例 {share:g} 不在 0 与 1 之间，或两种比例合计超过 1",
                f"例如 --{option} 0.1 表示一成。",
                {option: share},
            )
    if wanted.area:
        area_code(workspace, wanted.area)
    quotas = {_street(workspace, name): number for name, number in wanted.quotas.items()}
    limits = limits_on(workspace, run.as_of, "plan_skip_days", "outcome_days")
    seen = visits(workspace, run)
    barred = _barred(workspace, run, actor, seen, planned, int(limits["plan_skip_days"]))
    entities = ranked(workspace, run, Filter(area=wanted.area), actor=actor)
    doubts = model_doubts(workspace, run) if wanted.informative else {}
    stops, skipped, among = choose(entities, barred, run.run_id, replace(wanted, quotas=quotas), doubts)
    by_grade = finds_by_grade(workspace, run, seen, int(limits["outcome_days"]))
    return Plan(run, wanted, stops, skipped, among, expected_finds([stop.entity.grade for stop in stops], by_grade))


def choose(
    entities: Sequence[Ranked], barred: Mapping[str, str], seed: str, wanted: Wanted, doubts: Mapping[str, float] | None = None
) -> tuple[list[Stop], list[Skipped], int]:
    """The stops, those the rank came to before the last chosen but may not have, and how many were left to draw controls from.

    `entities` in rank order; `barred`: entity id → reason; `doubts`: entity id → how unsure the model is, for the informative share. Raises `InvalidRequest` when quotas ask for more than there is.
    """
    controls = round(wanted.visits * wanted.control)
    informative = min(round(wanted.visits * wanted.informative), wanted.visits - controls)
    best, quotas = wanted.visits - controls - informative, dict(wanted.quotas)
    if sum(quotas.values()) > best:
        raise InvalidRequest(
            f"各街道定额合计 {sum(quotas.values())} 户，多于可定的 {best} 户",
            "请减少定额，或增加 --visits、减少 --random。",
            {"quota": quotas},
        )
    free = best - sum(quotas.values())
    chosen: list[Ranked] = []
    skipped: list[Skipped] = []
    for entity in entities:
        if free == 0 and not any(quotas.values()):
            break
        street = entity.street or _UNKNOWN_STREET
        takes_quota = street in quotas
        if not (quotas[street] if takes_quota else free):
            continue
        if entity.entity_id in barred:
            skipped.append(Skipped(entity, barred[entity.entity_id]))
            continue
        chosen.append(entity)
        if takes_quota:
            quotas[street] -= 1
        else:
            free -= 1
    taken = {entity.entity_id for entity in chosen}
    left = [entity for entity in entities if entity.entity_id not in taken and entity.entity_id not in barred]
    unsure = dict(doubts or {})
    asked = sorted((e for e in left if e.entity_id in unsure), key=lambda e: (-unsure[e.entity_id], e.rank))[:informative]
    left = [entity for entity in left if entity not in asked]
    drawn = sorted(left, key=lambda entity: _lot(seed, entity.entity_id))[:controls]
    order = [(entity, CHOSEN) for entity in chosen]
    order += [(entity, INFORMATIVE) for entity in sorted(asked, key=lambda e: e.rank)]
    order += [(entity, CONTROL) for entity in sorted(drawn, key=lambda e: e.rank)]
    return [Stop(number, *one) for number, one in enumerate(order, 1)], skipped, len(left)


def keep(workspace: Workspace, plan: Plan, *, actor: Actor) -> None:
    """Record a plan that is really sent out, so that later learning knows who was drawn at random and among how many; needs the right to score."""
    require(actor, Verb.SCORE, workspace.settings.rules)
    controls = [entity.entity_id for entity in plan.controls]
    chosen = [stop.entity.entity_id for stop in plan.stops if stop.why != CONTROL]
    with workspace.register.writing() as connection:
        keep_plan(connection, run_id=plan.run.run_id, kept_by=actor.signature, among=plan.among, chosen=chosen, controls=controls)


def finds_by_grade(workspace: Workspace, run: Run, seen: Sequence[Visit], within_days: int) -> dict[Grade, Share]:
    """Grade → of those graded so and visited within so many days after, how many had something; by earlier scorings and what this one knows.

    Each visit is judged by the newest scoring before it, once.
    """
    runs: dict[date, Run] = {}
    for other in workspace.register.runs():
        if other.as_of < run.as_of:
            runs.setdefault(other.as_of, other)
    visited: Counter[Grade] = Counter()
    found: Counter[Grade] = Counter()
    for day, following in pairwise([*sorted(runs), run.as_of]):
        until = min(day + timedelta(days=within_days), following)
        known = outcomes(seen, day, until)
        if not known:
            continue
        for entity_id, grade in _grades(workspace, runs[day]).items():
            if entity_id in known:
                visited[grade] += 1
                found[grade] += known[entity_id]
    return {grade: Share(found[grade], visited[grade]) for grade in Grade}


def expected_finds(grades: Iterable[Grade], by_grade: Mapping[Grade, Share]) -> Expected:
    """Adds up what each grade's visits found before."""
    counted = Counter(grades)
    expected = low = high = 0.0
    unknown = 0
    for grade, number in counted.items():
        share = by_grade.get(grade, Share(0, 0))
        if share.interval is None:
            unknown += number
            high += number
            continue
        expected += number * share.count / share.of
        low += number * share.interval[0]
        high += number * share.interval[1]
    is_known = unknown < counted.total()
    return Expected(dict(by_grade), expected if is_known else None, low, high, unknown)


def bound_of_miss(plan: Plan, seen: Sequence[Visit], within_days: int) -> Missed | None:
    """How many of those not chosen may have something, at most, by the controls visited since; None until one was. Visits of a later day, any unit's, count."""
    drawn = {entity.entity_id for entity in plan.controls}
    known = outcomes(seen, plan.run.as_of, plan.run.as_of + timedelta(days=within_days), drawn)
    if not known:
        return None
    found = sum(known.values())
    rate = upper_bound(found, len(known))
    clean = len(known) - found  # visited, and nothing there
    return Missed(len(drawn), len(known), found, plan.among, rate, min(ceil(rate * plan.among - 1e-9), plan.among - clean))


def _barred(
    workspace: Workspace, run: Run, actor: Actor, seen: Sequence[Visit], planned: Iterable[Planned], skip_days: int
) -> dict[str, str]:
    """Entity id → why it is not to be visited now."""
    barred: dict[str, str] = {}
    outside = {area.name: area.managed_by for area in read_areas(active_rules(workspace)).values() if not area.in_scope}
    for entity in ranked(workspace, run, actor=actor):
        if entity.street in outside:
            barred[entity.entity_id] = f"{entity.street}由{outside[entity.street] or '其他单位'}管理，不在派单范围"
    last = {visit.entity_id: visit for visit in seen if visit.day <= run.as_of}  # in order of day: the newest stays
    for entity_id, visit in last.items():
        ago = (run.as_of - visit.day).days
        if ago <= skip_days:
            what = "，发现问题，按核查结果跟进" if visit.found else ""
            barred[entity_id] = f"{visit.day} 已上门（{ago} 天前，{visit.unit or '单位未写明'}）{what}"
    for plan in sorted(planned, key=lambda p: (p.day, p.unit), reverse=True):
        if plan.day >= run.as_of:
            barred[plan.entity_id] = f"{plan.unit} 已安排 {plan.day} 上门"
    return barred


def _grades(workspace: Workspace, run: Run) -> dict[str, Grade]:
    with reading() as connection:
        rows = connection.execute("SELECT entity_id, grade FROM read_parquet(?)", [workspace.run_table(run, "scores")]).fetchall()
    return {entity_id: Grade(grade) for entity_id, grade in rows}


def _street(workspace: Workspace, name: str) -> str:
    """A subdistrict's full name; raises `InvalidRequest` for one that does not exist."""
    if name == _UNKNOWN_STREET:
        return name
    return read_areas(workspace.settings.rules)[area_code(workspace, name)].name


def _lot(seed: str, entity_id: str) -> str:
    return hashlib.sha256(f"{seed}|{entity_id}".encode()).hexdigest()


def document(plan: Plan, missed: Missed | None) -> dict[str, Any]:
    """As in `plan --json`."""
    expected = plan.expected
    return {
        "run": plan.run.run_id,
        "as_of": plan.run.as_of,
        "visits": plan.wanted.visits,
        "planned": len(plan.stops),
        "control": len(plan.controls),
        "informative": sum(stop.why == INFORMATIVE for stop in plan.stops),
        "area": plan.wanted.area,
        "quotas": dict(plan.wanted.quotas),
        "entities": [{"number": stop.number, "why": stop.why, **_brief(stop.entity)} for stop in plan.stops],
        "skipped": [{**_brief(one.entity), "reason": one.reason} for one in plan.skipped],
        "expected": {
            "finds": "unknown" if expected.expected is None else round(expected.expected, 2),
            "low": round(expected.low, 2),
            "high": round(expected.high, 2),
            "visits_without_outcomes": expected.unknown,
            "by_grade": {grade: _share(share) for grade, share in expected.by_grade.items()},
        },
        "missed": None if missed is None else {**vars(missed), "rate_at_most": round(missed.rate_at_most, 4)},
    }


def _brief(entity: Ranked) -> dict[str, Any]:
    names = ("rank", "entity_id", "name", "sector", "street", "score", "grade", "red_line", "last_visit_date")
    return {name: getattr(entity, name) for name in names}


def _share(share: Share) -> dict[str, Any] | str:
    if share.interval is None:
        return "unknown"
    return {
        "share": round(share.count / share.of, 3),
        "low": round(share.interval[0], 3),
        "high": round(share.interval[1], 3),
        "of": share.of,
    }
