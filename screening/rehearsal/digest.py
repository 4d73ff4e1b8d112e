"""What a reader wants first of a rehearsal or a what-if, and the words for it: the same on the command line and in the dashboard.

Gets the documents of `compare` (as made, or as kept with a proposal) and `WhatIf`; decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screening.reference.fields import column_label
from screening.rehearsal.what_if import Standing, WhatIf
from screening.vocabulary import Grade, Kind

Document = Mapping[str, Any]

ALL_THE_SAME = "两套规则对这些月份的结果完全一样。"
NOT_SAVED = "这只是假设，没有保存。"
CHANGES = {"added": "新增", "removed": "去掉", "changed": "有改动", "same": ""}
UNKNOWN = "未知"


@dataclass(frozen=True)
class SideBySide:
    """One reason as it is and as it would be, in points; None on the side where it does not count."""

    id: str
    name: str
    before: float | None
    after: float | None


def regraded(month: Document) -> list[Document]:
    """Who changes grade."""
    return [move for move in month["moved"] if move["grade_before"] != move["grade_after"]]


def only_points(month: Document) -> list[Document]:
    """Who changes points and keeps the grade."""
    return [move for move in month["moved"] if move["grade_before"] == move["grade_after"]]


def moved_streets(month: Document) -> list[Document]:
    """Subdistricts with more or fewer visits than before."""
    return [line for line in month["visits"]["by_street"] if line["before"] != line["after"]]


def striking(rules: Sequence[Document]) -> list[Document]:
    """Rules that changed, or hit too much."""
    return [rule for rule in rules if rule["change"] != "same" or rule["is_noisy"]]


def silent(rules: Sequence[Document]) -> list[Document]:
    """Rules that never hit."""
    return [rule for rule in rules if rule["is_silent"]]


def change_words(rule: Document) -> str:
    """What happened to a rule, and whether it hits too much or never."""
    marks = (("命中过多", rule["is_noisy"]), ("从未命中", rule["is_silent"]))
    return CHANGES[rule["change"]] + "".join(f"（{mark}）" for mark, applies in marks if applies)


def share_words(found: Document | str) -> str:
    """A share with its interval, or that nothing is known."""
    if isinstance(found, str):
        return UNKNOWN
    return f"{found['share']:.0%}（{found['low']:.0%}–{found['high']:.0%}，{found['of']} 例）"


def cause_words(cause: Document, *, with_name: bool = False) -> str:
    """Which rule made the difference; one that gives what it gave only by its name, for then what is unknown, or how grades are given, changed."""
    if cause["before"] == cause["after"]:
        return str(cause["name"])
    called = reason_label(cause["id"], cause["name"]) if with_name else f"{cause['id']} "
    return f"{called}{cause['before']:g}→{cause['after']:g}"


def reason_label(reason_id: str, name: str) -> str:
    """A rule or a group's cap by name and id."""
    return f"{name}（{reason_id}）" if (group := reason_id.removeprefix("CAP-")) == reason_id else f"{name}（{group} 组）"


def up_words(standing: Standing) -> str:
    """How far the next grade above is."""
    if standing.next_up:
        return f"再加 {standing.to_next_up:g} 分到{Grade(standing.next_up).label}"
    return "已是最高" if standing.grade == Grade.RED else "加分不再升级（组合加判）"


def down_words(standing: Standing) -> str:
    """How far the next grade below is."""
    return f"减 {standing.to_next_down:g} 分到{Grade(standing.next_down).label}" if standing.next_down else "—"


def supposed_label(column: str) -> str:
    """The Chinese name of one thing supposed."""
    return "新增投诉" if column == "complaint" else column_label(Kind.ENTITIES, column)


def side_by_side(found: WhatIf) -> list[SideBySide]:
    """Every reason of either side, those of the supposed one first."""
    before, after = ({line.id: line for line in standing.reasons} for standing in (found.before, found.after))
    names = {**before, **after}
    return [
        SideBySide(line_id, names[line_id].name, *(side[line_id].points if line_id in side else None for side in (before, after)))
        for line_id in dict.fromkeys([*after, *before])
    ]
