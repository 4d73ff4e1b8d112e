"""Two rule books put to the same months: who moves, how many visits, how each rule behaves, and a gate against rules that flood the list.

Every month end sees only what was received by then; outcomes of visits, which come later, judge the rules and never feed them.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from screening.access import Actor, Verb
from screening.errors import InvalidRequest, InvalidRule
from screening.pipeline import Progress, month_end
from screening.reference.areas import read_areas
from screening.reference.parameters import parameters_on
from screening.reference.rights import require
from screening.rehearsal.behaviour import Month, behaviour
from screening.rehearsal.moves import GRADING, GRADING_NAME, Move, by_grade, changed_rules, moves, visits
from screening.rehearsal.snapshot import take
from screening.rulebook.active import active_rules, folder_of
from screening.rulebook.book import read_rulebook
from screening.scoring.visits import all_visits, outcomes_within
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

ACTIVE, DRAFT = "active", "draft"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_VERSION = re.compile(r"[0-9a-f]{12}")


def resolve(workspace: Workspace, word: str) -> Path:
    """The rules folder a word means: `active` what scores now, `draft` the rules folder, a version that was installed or proposed, else a path.

    Raises `InvalidRequest` for none of these.
    """
    if word == ACTIVE:
        return active_rules(workspace)
    if word == DRAFT:
        return workspace.settings.rules
    if (folder := Path(word)).is_dir():
        return folder.resolve()
    if _VERSION.fullmatch(word):
        return folder_of(workspace, word)
    raise InvalidRequest(
        f"没有规则目录或版本 {word}",
        "写规则目录的路径、规则库版本、active（现用版本）或 draft（规则目录里的草稿）。",
        {"rules": word},
    )


def months_between(first: str, last: str) -> list[date]:
    """Month ends from the month `first` to the month `last` (2026-09), both included; raises `InvalidRequest`."""
    for word in (first, last):
        if not _MONTH.fullmatch(word):
            raise InvalidRequest(f"“{word}”不是月份", "请写成 2026-10 的样子。", {"month": word})
    if first > last:
        raise InvalidRequest(f"起始月份 {first} 晚于截止月份 {last}", "请对调 --from 与 --to。", {"from": first, "to": last})
    begin, end = ((int(word[:4]) * 12 + int(word[5:]) - 1) for word in (first, last))
    return [month_end(f"{number // 12}-{number % 12 + 1:02d}") for number in range(begin, end + 1)]


def months_known(workspace: Workspace) -> list[date]:
    """Month ends there is anything to replay for: from the first list of entities to the latest delivery."""
    batches = workspace.register.batches()
    listed = [batch.received for batch in batches if batch.kind is Kind.ENTITIES]
    if not listed:
        return []
    return months_between(f"{min(listed):%Y-%m}", f"{max(batch.received for batch in batches):%Y-%m}")


def compare(
    workspace: Workspace, old: Path, new: Path, month_ends: Sequence[date], progress: Progress | None = None, *, actor: Actor
) -> dict[str, Any]:
    """Replay the months with both rule books; the document of `rules compare --json`. Nothing is stored.

    `{old, new, months: [{as_of, entered, left, moved, visits}], rules: [...], warnings: [...], is_empty}`: `entered` and `left` list by grade whom the new
    rules put there and take away; `moved` everyone whose points or grade change; `warnings` the rules that would flood the list. Points are points, not
    tenths. Raises as `pipeline.score` does, and `NotAllowed` for who may not rehearse.
    """
    require(actor, Verb.REHEARSE, workspace.settings.rules)
    limits = _limits(workspace, old, new, month_ends[-1])
    known = all_visits(workspace)
    months = []
    for number, as_of in enumerate(month_ends):
        if progress:
            progress(f"演练 {as_of:%Y-%m}", number / len(month_ends))
        months.append(_replay(workspace, old, new, as_of, outcomes_within(known, as_of, int(limits["outcome_days"]))))
    streets = {area.code: area.name for area in read_areas(new).values()}
    found = [moves(month.before, month.after, streets) for month in months]
    return {
        "old": read_rulebook(old).version,
        "new": read_rulebook(new).version,
        "months": [_month(month, moved, streets) for month, moved in zip(months, found, strict=True)],
        "rules": behaviour(months, limits["noisy_share"]),
        "warnings": [w for month, moved in zip(months, found, strict=True) for w in _floods(month, moved, limits["flood_share"])],
        "is_empty": not any(found) and not any(changed_rules(month.before, month.after) for month in months),
    }


def _replay(workspace: Workspace, old: Path, new: Path, as_of: date, known: dict[str, bool]) -> Month:
    before = take(workspace, old, as_of)
    is_same = read_rulebook(old).version == read_rulebook(new).version
    return Month(before, before if is_same else take(workspace, new, as_of), known)


def _limits(workspace: Workspace, old: Path, new: Path, day: date) -> dict[str, float]:
    """Numbers of rules/parameters/rehearsal.yaml: the old book's, so that a change cannot widen its own gate; where it has none, the next one's that has."""
    found: dict[str, float] = {}
    for folder in (workspace.settings.rules, new, old):
        found |= parameters_on(folder, day)
    for name in ("flood_share", "noisy_share", "outcome_days"):
        if name not in found:
            raise InvalidRule(f"参数 {name} 未定义", "请在 rules/parameters/rehearsal.yaml 中写明。", {"item": name})
    return found


def _month(month: Month, moved: Sequence[Move], streets: Mapping[str, str]) -> dict[str, Any]:
    return {
        "as_of": month.after.as_of,
        "entities": len(month.after.entities),
        "entered": by_grade(moved, "grade_after"),
        "left": by_grade(moved, "grade_before"),
        "moved": [asdict(move) for move in moved],
        "visits": visits(month.before, month.after, streets),
    }


def _floods(month: Month, moved: Sequence[Move], limit: float) -> list[dict[str, Any]]:
    """Rules that give more than before to too large a share of entities whose grade rises: `{kind, rule, as_of, lifted, share, limit, message}`."""
    lifted = Counter(cause for move in moved for cause in move.lifted_by)
    entities, as_of = len(month.after.entities), month.after.as_of
    warnings = []
    for rule_id, count in sorted(lifted.items(), key=lambda pair: (-pair[1], pair[0])):
        if count > limit * entities:
            what = GRADING_NAME if rule_id == GRADING else f"规则 {rule_id}（{month.after.names[rule_id]}）"
            message = f"{as_of:%Y-%m}：{what}会抬高 {count} 户（{count / entities:.1%}）的等级，超过上限 {limit:.1%}"
            share = round(count / entities, 4)
            warnings.append(
                {
                    "kind": "flood",
                    "rule": rule_id,
                    "as_of": as_of,
                    "lifted": count,
                    "share": share,
                    "limit": limit,
                    "message": message,
                }
            )
    return warnings
