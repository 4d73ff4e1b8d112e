"""What is denied, forbidden or warned against fires no rule, wherever it is said: in a complaint, an advertisement, a visit's notes, a penalty."""

import json
from pathlib import Path

import duckdb
import yaml
from stdnum.cn import uscc

from screening.rulebook.outcomes import MAYBE
from screening.settings import PROJECT_ROOT
from screening.vocabulary import Kind
from tests.promises.world import World, delivered

GUARDED: list[str] = yaml.safe_load((PROJECT_ROOT / "tests/text/guards.yaml").read_text(encoding="utf-8"))["guarded"]
NAMES = [
    "湛江市虚{}典当有限公司",
    "湛江市虚{}小额贷款有限公司",
    "霞山区虚{}打金店",
    "湛江市虚{}商务咨询有限公司",
    "霞山区虚{}养老公寓",
]
SAYS_TOO = "指环尺寸不对，要求换货"  # beside which the denied words stand, so that the complaint is about something


def told() -> tuple[World, dict[str, str]]:
    """Entities of each of five trades of whom nothing but denied words are said, and who of them was told what."""
    world: World = {kind: [] for kind in Kind}
    said: dict[str, str] = {}
    for number, sentence in enumerate(GUARDED):
        who = _who(number)
        said[who["统一社会信用代码"]] = sentence
        for kind, row in _rows(number, sentence).items():
            world[kind].append(who | row)
    return world, said


# What a penalty is for, and whether it is one for fundraising: a ban that was broken is.
PENALTIES = {
    "违反《防范和处置非法集资条例》第三十条": True,
    "违反不得吸收公众存款的规定，向社会公众吸收资金": True,
    "虚假宣传、非法集资": True,
    "未经批准擅自非法吸收公众存款": True,
    "没有取得许可吸收公众存款": True,
    "因未见许可而吸收公众存款": True,
    "经查不属于非法集资，因虚假宣传处罚": False,
    "该店不存在集资诈骗行为，占道经营": False,
}


def test_a_penalty_for_breaking_a_ban_fires_and_one_that_denies_does_not(tmp_path: Path) -> None:
    world: World = {kind: [] for kind in Kind}
    for number, reason in enumerate(PENALTIES):
        who = _who(number)
        world[Kind.ENTITIES].append(who | _rows(number, reason)[Kind.ENTITIES])
        world[Kind.PENALTIES].append(who | _rows(number, reason)[Kind.PENALTIES])
    found = hits(world, tmp_path / "world")
    assert {reason: "JUD-05" in found[_who(n)["统一社会信用代码"]] for n, reason in enumerate(PENALTIES)} == PENALTIES


def hits(world: World, folder: Path) -> dict[str, list[str]]:
    """Entity id → rules that hit it."""
    workspace, run = delivered(world, folder)
    rows = duckdb.execute(f"SELECT * FROM {workspace.run_rows(run, 'outcomes')}")
    names = [column[0] for column in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    workspace.register.close()
    return {row["entity_id"]: [name for name in names if "-" in name and not name.endswith(MAYBE) and row[name]] for row in found}


def _who(number: int) -> dict[str, str]:
    body = f"91440803MA9{number:06d}"
    return {
        "企业名称": NAMES[number % len(NAMES)].format(f"{number}号"),
        "统一社会信用代码": body + str(uscc.calc_check_digit(body)),
    }


def _rows(number: int, sentence: str) -> dict[Kind, dict[str, str]]:
    return {
        Kind.ENTITIES: {"成立日期": "2015-01-01", "登记状态": "存续", "经营范围": "日用品零售"},
        Kind.COMPLAINTS: {"工单编号": f"X{number}", "诉求标题": "群众反映", "诉求内容": f"{SAYS_TOO}。{sentence}", "受理时间": "2026-10-01", "求助号码": f"138{number:08d}"},
        Kind.PUBLICITY: {"宣传渠道": "店内海报", "宣传内容": sentence, "采集时间": "2026-09-01"},
        Kind.INSPECTIONS: {"检查日期": "2026-09-10", "检查单位": "虚构街道", "检查发现": "S10", "备注": sentence, "现场人数": "2"},
        Kind.PENALTIES: {"处罚决定书文号": f"虚罚{number}号", "违法事实": sentence, "处罚结果": "警告", "处罚日期": "2026-03-01"},
    }  # fmt: skip


def test_no_rule_fires_on_denied_words(tmp_path: Path) -> None:
    assert len(GUARDED) >= 32 and "不得吸收公众存款" in GUARDED and "未见失信" in GUARDED
    world, said = told()
    fired = {said[entity]: rules for entity, rules in hits(world, tmp_path / "world").items() if rules}
    assert fired == {}, json.dumps(fired, ensure_ascii=False, indent=1)
