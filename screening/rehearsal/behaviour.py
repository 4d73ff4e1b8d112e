"""How each rule behaves over the months rehearsed: hits before and after, which other rules say the same, silence and noise, and what visits found.

Numbers count entity-months: one entity hit at two month ends counts twice. Precision and recall rest on visits only; with none they are unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.rehearsal.moves import changed_rules
from screening.rehearsal.snapshot import Snapshot
from screening.rulebook.rule import Rule
from screening.scoring.intervals import wilson

UNKNOWN = "unknown"  # where nobody looked, nothing is known; never 0
Hits = NDArray[np.bool_]


@dataclass(frozen=True)
class Month:
    """One month end under both books, and its labels: entity → something was found afterwards."""

    before: Snapshot
    after: Snapshot
    labels: Mapping[str, bool]


def behaviour(months: Sequence[Month], noisy_share: float) -> list[dict[str, Any]]:
    """One document a rule that scores in either book at any of the months, in order of id.

    `hits_before` and `hits_after` are None where the rule does not score in that book; `overlaps` are shares of its hits under the new book that each other
    rule also hits, `overlap` the largest; `precision` and `recall` are `{share, low, high, of}` (Wilson, 95 %) under the new book, or "unknown".
    """
    old, new = (_rules([snapshot for m in months if (snapshot := getattr(m, side))]) for side in ("before", "after"))
    changed = {rule_id for m in months for rule_id in changed_rules(m.before, m.after)}
    hits = {rule_id: [_hit(m.after, rule_id) for m in months] for rule_id in sorted(old.keys() | new.keys())}
    together = _together([np.concatenate(found) for found in hits.values()])
    entities = sum(len(m.after.entities) for m in months)
    documents = []
    for index, (rule_id, found) in enumerate(hits.items()):
        after = int(together[index, index])
        overlaps = _overlaps(list(hits), together[index], index)
        documents.append(
            {
                "id": rule_id,
                "name": (new.get(rule_id) or old[rule_id]).name,
                "change": _change(old.get(rule_id), new.get(rule_id), rule_id in changed),
                "hits_before": sum(int(_hit(m.before, rule_id).sum()) for m in months) if rule_id in old else None,
                "hits_after": after if rule_id in new else None,
                "by_month": [_month(m, rule_id) for m in months],
                "overlap": next(({"id": other, "share": share} for other, share in overlaps.items()), None),
                "overlaps": overlaps,
                "is_silent": rule_id in new and after == 0,
                "is_noisy": after > noisy_share * entities,
                **_judged(months, found),
            }
        )
    return documents


def _rules(snapshots: Sequence[Snapshot]) -> dict[str, Rule]:
    return {rule.id: rule for snapshot in snapshots for rule in snapshot.rules}


def _change(old: Rule | None, new: Rule | None, acts_otherwise: bool) -> str:
    """`same`, `added`, `removed`, or `changed`: its text, or what it says of anybody."""
    if old is None or new is None:
        return "added" if old is None else "removed"
    return "changed" if old != new or acts_otherwise else "same"


def _hit(snapshot: Snapshot, rule_id: str) -> Hits:
    return snapshot.points_of(rule_id) > 0


def _month(month: Month, rule_id: str) -> dict[str, Any]:
    before, after = (int(_hit(snapshot, rule_id).sum()) for snapshot in (month.before, month.after))
    return {"as_of": month.after.as_of, "before": before, "after": after}


def _together(hits: Sequence[Hits]) -> NDArray[np.int64]:
    """Rules × rules: how many entity-months both hit."""
    matrix = np.stack(hits).astype(np.float64)  # exact up to 2^53, and fast
    product: NDArray[np.int64] = (matrix @ matrix.T).astype(np.int64)
    return product


def _overlaps(rule_ids: Sequence[str], shared: NDArray[np.int64], own: int) -> dict[str, float]:
    """Other rules with any hit in common → share of this rule's hits, the largest first."""
    found = {other: int(count) / int(shared[own]) for other, count in zip(rule_ids, shared, strict=True) if count}
    return {
        other: round(share, 3) for other, share in sorted(found.items(), key=lambda p: (-p[1], p[0])) if other != rule_ids[own]
    }


def _judged(months: Sequence[Month], hits: Sequence[Hits]) -> dict[str, Any]:
    """Of entities hit and visited, those with a finding (precision); of those with a finding, those hit (recall)."""
    visited = positive = confirmed = 0
    for month, hit in zip(months, hits, strict=True):
        for entity_id, is_positive in month.labels.items():
            if (row := month.after.row.get(entity_id)) is None:
                continue
            visited += bool(hit[row])
            positive += is_positive
            confirmed += bool(hit[row]) and is_positive
    return {"precision": _share(confirmed, visited), "recall": _share(confirmed, positive)}


def _share(count: int, of: int) -> dict[str, Any] | str:
    if (interval := wilson(count, of)) is None:
        return UNKNOWN
    return {"share": round(count / of, 3), "low": round(interval[0], 3), "high": round(interval[1], 3), "of": of}
