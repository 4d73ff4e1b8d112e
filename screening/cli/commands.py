"""What one can type: each command's place and, in one line, what it does. A command is imported when it is called."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import typer

from screening.cli.lazy import Entry, LazyGroup
from screening.cli.options import act_as

_HERE = "screening.cli"
_COMMANDS = {
    "load": Entry(f"{_HERE}.loading:load", "读取名单和投诉等文件，逐行入库并给出回执。"),
    "score": Entry(f"{_HERE}.loading:score", "按规则给全部主体评分。"),
    "list": Entry(f"{_HERE}.looking:list_", "按先后次序列出该先核查的主体。"),
    "show": Entry(f"{_HERE}.looking:show", "查看一户的登记资料及每项来自哪一行。"),
    "explain": Entry(f"{_HERE}.looking:explain", "说明一户为什么是这个分值：每条理由、依据、来源行，以及哪些还不知道。"),
    "case": Entry(f"{_HERE}.cases:case_app", "案件：待办、查看、推动、批准、到期提醒。"),
    "coverage": Entry(
        f"{_HERE}.oversight:show_coverage",
        "应查尽查：每一户归入且只归入一类，按街道和行业合计；另列两个单位重复上门的主体。",
    ),
    "plan": Entry(
        f"{_HERE}.oversight:plan",
        "排上门计划：按名次取前若干户，近期去过的跳过并说明，另随机抽一部分作对照；有过往结果时估计能查出几户、漏掉至多几户。",
    ),
    "figures": Entry(
        f"{_HERE}.figures:figures", "业务、财务数据定期核对：小贷公司、典当行迟报、未报、前后矛盾、超过上限的，逐条列出。"
    ),
    "watch": Entry(
        f"{_HERE}.watching:watch",
        "看守收件文件夹：来了文件就入库、重新评分，等级上升或新命中红线的报预警并说明原因；读过的移走，读不了的另放并附回执。",
    ),
    "report": Entry(f"{_HERE}.reports:report_app", "月报、年度情况、台账、文书。"),
    "pack": Entry(f"{_HERE}.reports:pack", "材料包：一件案子的全部材料，带清单；核对材料包有没有被改动。"),
    "rules": Entry(f"{_HERE}.rules:rules_app", "规则库：检查、列出、演练、提请、批准、恢复。"),
    "model": Entry(
        f"{_HERE}.modelling:model_app", "模型：从上门结果训练、检验、看模型卡、提请、批准、停用；没有胜过规则就仅用规则。"
    ),
    "text": Entry(f"{_HERE}.texts:text", "读一段投诉或宣传：说法、钱的方向、承诺回报、金额和人数。"),
    "link": Entry(f"{_HERE}.texts:link", "把一份名单对到已入库的主体。"),
    "user": Entry(f"{_HERE}.users:users_app", "账号：新建、查看、停用、重设密码、改街道。"),
    "disclose": Entry(f"{_HERE}.disclosing:disclose_app", "查看未遮挡的个人信息：写明理由，另一人批准，看一次，留下记录。"),
    "audit": Entry(f"{_HERE}.cases:audit_app", "办理记录的完整性。"),
    "serve": Entry(f"{_HERE}.serving:serve", "打开看板：须登录；只在本机可访问。"),
    "demo": Entry(f"{_HERE}.serving:demo", "用虚构的示例月份走一遍：入库、评分、打开看板。"),
}


class Commands(LazyGroup):
    """The table above."""

    entries: ClassVar[Mapping[str, Entry]] = _COMMANDS


app = typer.Typer(
    name="screening",
    cls=Commands,
    help="防非筛查：哪些主体该先去看看，为什么。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
)


@app.callback()
def root(
    as_: Annotated[
        str | None, typer.Option("--as", metavar="账号", help="按这个账号的权限做；不写就是本机操作员。写在哪里都行。")
    ] = None,
) -> None:
    """防非筛查：哪些主体该先去看看，为什么。"""
    act_as(as_)
