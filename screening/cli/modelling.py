"""`screening model …`: train, judge, read, propose, approve and stop the model that learns from visits."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from screening.cli.options import AsJson, acting, open_workspace
from screening.cli.printing import out, print_json
from screening.errors import InvalidRequest
from screening.learning.card import RULES_ONLY, card_text, chances
from screening.learning.drift import card_drift
from screening.learning.schooling import judged, learn
from screening.model import publishing
from screening.model.publishing import find_model
from screening.rulebook.rule import TENTHS
from screening.scoring.ranking import find_run
from screening.store.workspace import Workspace

model_app = typer.Typer(no_args_is_help=True, add_completion=False)
Note = Annotated[str, typer.Option("--note", metavar="说明", help="为什么。")]
Version = Annotated[str, typer.Argument(metavar="版本")]
Wanted = Annotated[str | None, typer.Option("--version", metavar="版本", help="不写则为现用的；没有现用的为最近训练的。")]
Seed = Annotated[int, typer.Option("--seed", help="校准和区间用的随机种子；同样的资料和种子得到同一个模型。")]


@model_app.command("train")
def train_model(seed: Seed = 0, as_json: AsJson = False) -> None:
    """从以往上门结果训练一个模型并检验；结果太少时仅用规则，并说还差多少。训练不改变评分。"""
    with open_workspace() as workspace:
        lesson = learn(workspace, actor=acting(workspace), seed=seed)
    card = lesson.card
    document = {
        "state": "trained" if card else "rules_only",
        "version": card.version if card else None,
        "lacking": lesson.lacking,
        "judgement": lesson.judgement.document(),
    }
    if as_json:
        print_json(document)
    elif card is None:
        out.print(f"{RULES_ONLY}：{lesson.lacking}。", markup=False)
    else:
        table = Table("行", "指标", "方向", "档数", "最多加分", title=f"模型 {card.version}")
        for number, line in enumerate(card.lines, 1):
            way = "越大越高" if line.is_rising else "越小越高"
            table.add_row(str(number), line.label, way, str(len(line.tenths)), f"{line.highest / TENTHS:g}")
        out.print(table)
        out.print(f"分值与查出机会：{chances(card)}。", markup=False)
        out.print(f"{lesson.judgement.sentence}。", markup=False)
        out.print(
            f"可用 model propose {card.version} 提请启用。" if lesson.judgement.wins else f"没有胜出，评分继续{RULES_ONLY}。"
        )
    raise typer.Exit(0 if card else 1)


@model_app.command("evaluate")
def evaluate_model(seed: Seed = 0, as_json: AsJson = False) -> None:
    """在没有见过的后期结果上，把单用规则和规则加模型放在同样的上门户数下比较。只算不存。"""
    with open_workspace() as workspace:
        judgement, lacking = judged(workspace, actor=acting(workspace), seed=seed)
    if as_json:
        print_json(judgement.document() | {"lacking": lacking})
        raise typer.Exit(0 if judgement.rules else 1)
    if judgement.rules is None or judgement.both is None or judgement.gain is None:
        out.print(f"{judgement.sentence if lacking is None else f'{RULES_ONLY}：{lacking}'}。", markup=False)
        raise typer.Exit(1)
    table = Table("办法", f"每期 {judgement.budget} 户中查出", "95% 区间", title="检验：后期结果，训练时没有见过")
    for name, estimate in (("单用规则", judgement.rules), ("规则加模型", judgement.both), ("相差", judgement.gain)):
        table.add_row(name, f"{estimate.value:.1%}", f"{estimate.low:.1%} 至 {estimate.high:.1%}")
    out.print(table)
    out.print(
        f"结果 {judgement.outcomes} 户次，查出 {judgement.finds}，随机对照 {judgement.controls}。{'模型胜出，可以提请启用' if judgement.wins else f'没有把握胜出，继续{RULES_ONLY}'}。"
    )


@model_app.command("card")
def show_card(
    version: Wanted = None,
    to: Annotated[Path | None, typer.Option("--out", metavar="文件.md", help="另存为文件。")] = None,
    as_json: AsJson = False,
) -> None:
    """模型卡：学到了什么（逐行分档）、从什么学来、好不好、对谁说不准。没有模型时写明仅规则。"""
    with open_workspace() as workspace:
        chosen = version or publishing.current(workspace)
        card = find_model(workspace, chosen) if chosen else None
    if card is None:
        if as_json:
            print_json({"state": "rules_only"})
        else:
            out.print(f"{RULES_ONLY}：还没有训练过模型。")
        raise typer.Exit(1)
    if to:
        to.write_text(card_text(card), encoding="utf-8")
    if as_json:
        print_json(card.document())
    elif to:
        out.print(f"已写入 {to}。", markup=False)
    else:
        out.print(card_text(card), markup=False)


@model_app.command("drift")
def show_drift(version: Wanted = None, as_json: AsJson = False) -> None:
    """现在的主体和训练时还像不像；变化大的先查资料，再重新训练。有大变化时退出码为 1。"""
    with open_workspace() as workspace:
        chosen = version or publishing.current(workspace)
        if chosen is None:
            raise InvalidRequest("还没有训练过模型", "先用 model train 训练。")
        found = card_drift(workspace, find_model(workspace, chosen), find_run(workspace), actor=acting(workspace))
    if as_json:
        print_json([vars(drift) | {"is_large": drift.is_large} for drift in found])
    else:
        table = Table("指标", "PSI", "未知（训练时 → 现在）", title=f"模型 {chosen}：与训练时相比")
        for drift in found:
            table.add_row(
                drift.label,
                "户数太少" if drift.psi is None else f"{drift.psi:.2f}{'（变化大）' if drift.is_large else ''}",
                f"{drift.unknown_before:.0%} → {drift.unknown_now:.0%}",
            )
        out.print(table)
    raise typer.Exit(1 if any(drift.is_large for drift in found) else 0)


@model_app.command("status")
def show_status(as_json: AsJson = False) -> None:
    """现在有没有启用模型，哪一版在等批准，历次由谁做了什么。"""
    with open_workspace() as workspace:
        found = publishing.status(workspace)
    if as_json:
        print_json(_document(found))
        return
    table = Table("版本", "做了什么", "谁", "什么时候", "说明")
    for step in found.steps:
        mark = "（现用）" if step.version == found.active else ""
        table.add_row(
            step.version + mark, step.step.label, step.done_by, f"{step.done_at.astimezone():%Y-%m-%d %H:%M}", step.note
        )
    if found.steps:
        out.print(table)
    out.print(f"现在启用模型 {found.active}。" if found.active else f"现在{RULES_ONLY}。")


@model_app.command("propose")
def propose_model(version: Version, note: Note = "", as_json: AsJson = False) -> None:
    """提请启用一个胜过单用规则的模型；要另一人批准后才加分。"""
    _acted(as_json, lambda workspace: publishing.propose(workspace, version, actor=acting(workspace), note=note))


@model_app.command("approve")
def approve_model(version: Version, note: Note = "", as_json: AsJson = False) -> None:
    """批准启用一个已提请的模型；提请的人不能自己批准。下一次评分起加分。"""
    _acted(as_json, lambda workspace: publishing.approve(workspace, version, actor=acting(workspace), note=note))


@model_app.command("reject")
def reject_model(version: Version, note: Note = "", as_json: AsJson = False) -> None:
    """不同意启用一个已提请的模型。"""
    _acted(as_json, lambda workspace: publishing.reject(workspace, version, actor=acting(workspace), note=note))


@model_app.command("stop")
def stop_model(note: Note = "", as_json: AsJson = False) -> None:
    """停用模型，评分回到仅规则；一个人就可以停。"""
    _acted(as_json, lambda workspace: publishing.stop(workspace, actor=acting(workspace), note=note))


def _acted(as_json: bool, act: Callable[[Workspace], Any]) -> None:
    with open_workspace() as workspace:
        act(workspace)
        found = publishing.status(workspace)
    if as_json:
        print_json(_document(found))
        return
    out.print(f"现在启用模型 {found.active}。" if found.active else f"现在{RULES_ONLY}。")
    if found.waiting:
        out.print(
            f"模型 {found.waiting.version} 在等批准：另一位同事用 model approve {found.waiting.version} --as 账号。", markup=False
        )


def _document(found: publishing.Status) -> dict[str, Any]:
    steps = [{"version": s.version, "step": s.step, "by": s.done_by, "at": s.done_at, "note": s.note} for s in found.steps]
    return {"active": found.active, "waiting": found.waiting.version if found.waiting else None, "steps": steps}
