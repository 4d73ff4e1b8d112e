"""The model card in Chinese: what was learned line by line, from what, how well it does, and for whom it says little. Plain text that can be printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from screening.model.scorecard import MOST, Line, Scorecard
from screening.rulebook.rule import TENTHS

_BAR = 20  # characters of the longest bar
_FEW_DAYS = 3
RULES_ONLY = "仅规则"


@dataclass(frozen=True)
class Bin:
    """One bin of a line in words: what values, points, how many entities now, how many visited and with a finding; None where the card does not say."""

    values: str
    points: float
    entities: int | None
    visited: int | None
    found: int | None


def bins(card: Scorecard, number: int) -> list[Bin]:
    """The bins of a line in rising order, not knowing first."""
    line = card.lines[number]
    everybody, visited = (_at(card.learned, name, number) for name in ("everybody", "visited"))
    words = ["未知", *_ranges(line)]
    tenths = [0, *line.tenths]
    return [
        Bin(
            words[place],
            tenths[place] / TENTHS,
            everybody[place] if everybody else None,
            visited[place][0] if visited else None,
            visited[place][1] if visited else None,
        )
        for place in range(len(words))
    ]


def card_text(card: Scorecard) -> str:
    """The whole card as Markdown."""
    learned = card.learned
    judged: Mapping[str, Any] = learned.get("judged") or {}
    lines = [
        f"# 模型 {card.version}",
        "",
        "模型从以往上门的结果学来，给每户 0–30 分，逐行可读，加到规则分上。它只说明与查出过问题的主体相像，不作认定；仅凭模型分不得采取措施。",
        "",
        "## 从什么学来",
        "",
        f"- 有结果的上门 {learned.get('outcomes', '未知')} 户次，其中查出问题 {learned.get('finds', '未知')} 户次，随机对照 {learned.get('controls', '未知')} 户次",
        f"- 评分日：{'、'.join(learned.get('days', [])) or '未知'}；上门在评分后 {learned.get('horizon_days', '未知')} 天内的算",
        f"- 按抽中的机会加权后，相当于 {learned.get('stands_for', '未知')} 户次；没有上过门的不当作没有问题",
        "",
        "## 好不好",
        "",
        f"- {judged.get('sentence', '没有检验结果')}",
        *_figures(judged),
        "",
        "## 对谁说不准",
        "",
        *(f"- {sentence}" for sentence in limits(card)),
        "",
        "## 学到了什么",
        "",
        f"分值为 0 的一档和未知都不加分；各行相加超过 {MOST // TENTHS} 分的按 {MOST // TENTHS} 分计，另列一行。",
    ]
    for number, line in enumerate(card.lines):
        lines += [
            "",
            f"### {number + 1}. {line.label}（越{'大' if line.is_rising else '小'}分越高，最多 {line.highest / TENTHS:g} 分）",
            "",
        ]
        lines += _table(bins(card, number), line.highest)
    return "\n".join([*lines, "", f"分值与查出机会：{chances(card)}", ""])


def chances(card: Scorecard) -> str:
    """What share of visits found something, at some points."""
    return "，".join(f"{points} 分 {card.chance(points * TENTHS):.0%}" for points in (0, 5, 10, 20, 30))


def limits(card: Scorecard) -> list[str]:
    """For whom the card says little, in Chinese sentences."""
    found = []
    learned = card.learned
    if not learned.get("controls"):
        found.append(
            "没有随机对照：只在选中上门的主体里学过，对一直没有去过的一类说不准。排计划时加 --random，并用 --keep 存档。"
        )
    every = learned.get("everybody", [])
    for line, counted in zip(card.lines, every, strict=False):
        if sum(counted) and counted[0] > sum(counted) / 2:
            found.append(f"{counted[0] / sum(counted):.0%} 的主体没有“{line.label}”，对它们这一行不起作用。")
    if len(learned.get("days", [])) < _FEW_DAYS:
        found.append("只有不到三次评分的结果，季节和政策的变化还没有见过。")
    found.append("不在规则名单各行业里的主体、新出现的手法，以往没有查过的，模型学不到。")
    return found


def _figures(judged: Mapping[str, Any]) -> list[str]:
    lines = []
    if judged.get("days"):
        lines.append(
            f"- 检验用 {'、'.join(judged['days'])} 之后的结果 {judged['outcomes']} 户次（查出 {judged['finds']}，对照 {judged['controls']}），训练时没有见过"
        )
    if judged.get("area_under_curve") is not None:
        lines.append(
            f"- 单看模型：AUC {judged['area_under_curve']:.3f}，平均精度 {judged['average_precision']:.3f}，校准误差 {judged['calibration_error']:.3f}"
        )
    if judged.get("unseen"):
        share, low, high = judged["unseen"]
        lines.append(f"- 没有被选中的主体里，按随机对照估计有问题的占 {share:.1%}（95% 区间 {low:.1%}–{high:.1%}）")
    return lines


def _table(found: Sequence[Bin], highest: int) -> list[str]:
    rows = ["| 取值 | 分值 | | 现有主体 | 上过门 | 查出 |", "|---|---|---|---|---|---|"]
    for one in found:
        bar = "▇" * round(one.points * TENTHS / max(highest, 1) * _BAR)
        counted = " | ".join("未知" if number is None else str(number) for number in (one.entities, one.visited, one.found))
        rows.append(f"| {one.values} | {one.points:g} | {bar} | {counted} |")
    return rows


def _ranges(line: Line) -> list[str]:
    """`≤ 12`, `12–36`, `> 36`, with the unit; a yes or no as such."""
    if line.unit == "是否":
        return ["否", "是"] if line.edges else ["否或是"]
    if not line.edges:
        return ["任何已知的值"]
    said = [f"{edge:.1%}" if line.unit == "比例" else f"{edge:,.4g}" for edge in line.edges]
    unit = "" if line.unit == "比例" else f" {line.unit}"
    between = [f"{low}–{high}{unit}" for low, high in pairwise(said)]
    return [f"≤ {said[0]}{unit}", *between, f"> {said[-1]}{unit}"]


def _at(learned: Mapping[str, Any], name: str, number: int) -> list[Any] | None:
    return learned[name][number] if name in learned else None
