"""The model card in Chinese: what was learned line by line, from what, how well it does, and for whom it says little. Plain text that can be printed."""

from collections.abc import Mapping, Sequence
from typing import Any

from screening.learning.shape import Bin, bins, title_of
from screening.model.scorecard import MOST, Scorecard
from screening.rulebook.rule import TENTHS

_BAR = 20  # characters of the longest bar
_FEW_DAYS = 3
_LEAST = 0.01  # no model says never or always
RULES_ONLY = "仅规则"


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
        *(f"- {said}" for said in figures(judged)),
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
            f"### {number + 1}. {title_of(line)}",
            "",
        ]
        lines += _table(bins(card, number), line.highest)
    return "\n".join([*lines, "", f"分值与查出机会：{chances(card)}", ""])


def chances(card: Scorecard) -> str:
    """What share of visits found something, at some points."""
    return "，".join(f"{points} 分 {_share(card.chance(points * TENTHS))}" for points in (0, 5, 10, 20, 30))


def _share(chance: float) -> str:
    """In whole percents, but never as certain."""
    return "不到 1%" if chance < _LEAST else "超过 99%" if chance > 1 - _LEAST else f"{chance:.0%}"


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


def figures(judged: Mapping[str, Any]) -> list[str]:
    """On what it was judged and how well it did, in Chinese sentences."""
    lines = []
    if judged.get("days"):
        lines.append(
            f"检验用 {'、'.join(judged['days'])} 之后的结果 {judged['outcomes']} 户次（查出 {judged['finds']}，对照 {judged['controls']}），训练时没有见过"
        )
    if judged.get("area_under_curve") is not None:
        lines.append(
            f"单看模型：AUC {judged['area_under_curve']:.3f}，平均精度 {judged['average_precision']:.3f}，校准误差 {judged['calibration_error']:.3f}"
        )
    if judged.get("unseen"):
        share, low, high = judged["unseen"]
        lines.append(f"没有被选中的主体里，按随机对照估计有问题的占 {share:.1%}（95% 区间 {low:.1%}–{high:.1%}）")
    return lines


def _table(found: Sequence[Bin], highest: int) -> list[str]:
    rows = ["| 取值 | 分值 | | 现有主体 | 上过门 | 查出 |", "|---|---|---|---|---|---|"]
    for one in found:
        bar = "▇" * round(one.points * TENTHS / max(highest, 1) * _BAR)
        counted = " | ".join("未知" if number is None else str(number) for number in (one.entities, one.visited, one.found))
        rows.append(f"| {one.values} | {one.points:g} | {bar} | {counted} |")
    return rows
