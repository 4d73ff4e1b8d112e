"""`screening watch`: an inbox folder, loaded and scored as files arrive."""

import time
from pathlib import Path
from typing import Annotated

import typer

from screening.cli.options import AsJson, AsOf, open_workspace, read_day
from screening.cli.printing import err, out, print_json, progress_bar
from screening.errors import NotAllowed, ScreeningError
from screening.vocabulary import Kind
from screening.watch.watcher import Held, Round, journal, watch_once, watching

_SHOWN = 50
_MINUTE = 60


def watch(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="收件文件夹：各单位把名单、投诉等文件放进来。")],
    once: Annotated[bool, typer.Option("--once", help="看一遍就结束，供计划任务调用。")] = False,
    every: Annotated[float, typer.Option("--every", min=0.05, metavar="分钟", help="每隔多少分钟看一遍。")] = 10.0,
    settle: Annotated[float, typer.Option("--settle", min=0.0, metavar="秒", help="文件大小多少秒不变才算传完。")] = 5.0,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """看守收件文件夹：来了文件就入库、重新评分，等级上升或新命中红线的报预警并说明原因；读过的移走，读不了的另放并附回执。"""
    clean = True
    try:
        with watching(folder):
            while True:
                try:
                    clean = _round(folder, as_of, settle, as_json)
                except ScreeningError as error:
                    if once:
                        raise
                    err.print(f"这一遍没有看完：{error.message}。{error.hint}", markup=False)
                if once:
                    break
                time.sleep(every * _MINUTE)
    except Held as error:
        raise NotAllowed(
            f"已经有程序在看守这个文件夹（{error}）",
            "同一个文件夹只能有一个看守；请等它结束，或换一个文件夹。",
            {"dir": str(folder)},
        ) from error
    raise typer.Exit(0 if clean else 1)


def _round(folder: Path, as_of: str | None, settle: float, as_json: bool) -> bool:
    with open_workspace() as workspace, progress_bar() as report:
        done = watch_once(workspace, folder, read_day(as_of), settle=lambda: time.sleep(settle), progress=report)
        kept = journal(workspace).path
    if as_json:
        print_json(done.document())
    else:
        _print(done, kept)
    return done.is_clean


def _print(done: Round, kept: Path) -> None:
    for entry in done.files:
        kind = Kind(entry["kind"]).label if entry["kind"] else "未识别"
        told = (
            entry["message"]
            if entry["error"]
            else f"{kind}，读入 {entry['rows_read']} 行，入库 {entry['accepted']} 行，拒收 {entry['rejected']} 行"
        )
        out.print(
            f"{entry['file']}：{told.removeprefix(entry['file'] + '：')} → {entry['moved_to'] or entry.get('why_not_moved', '读的时候文件变了，下次再读')}",
            markup=False,
        )
    for name in done.waiting:
        out.print(f"{name}：还在传，下次再读", markup=False)
    if done.note:
        out.print(done.note)
    if done.changes:
        found = done.changes
        moved = f"{found.rescored} 户分值或等级有变，其中 {found.fallen} 户等级下降，新增 {found.new} 户，减少 {found.gone} 户"
        rules = "；规则库也换了版本" if found.is_rulebook_changed else ""
        out.print(f"评分 {done.run}（截至 {done.as_of}），与 {done.previous_run or '（无前次）'} 相比：{moved}{rules}。")
        for alert in done.alerts[:_SHOWN]:
            out.print(f"预警〔{alert.kind.label}〕{alert.sentence}", markup=False)
        if len(done.alerts) > _SHOWN:
            out.print(f"另有 {len(done.alerts) - _SHOWN} 条。")
        became = "，".join(f"{word.label} {len(case_ids)} 件" for word, case_ids in done.cases.items() if case_ids)
        out.print(f"共 {len(done.alerts)} 条预警，记在 {kept}；{became or '没有案件变化'}。", markup=False)
