"""A small invented world as the files an office would receive: four entities and everything ten lists say of them."""

import csv
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from stdnum.cn import uscc

from screening import pipeline
from screening.settings import PROJECT_ROOT, Settings
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

AS_OF = date(2026, 10, 31)
ENTITIES_EACH = 4
_NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
Rows = list[dict[str, str]]
World = dict[Kind, Rows]

# Who a row is about is not a fact that can go missing from the entity's point of view: without it the row is nobody's.
IDENTIFYING = {"企业名称", "统一社会信用代码", "被投诉方名称", "工单编号", "诉求标题"}

_SHAPES = [
    ("湛江市虚{}典当有限公司", "6633", "动产质押典当业务；财产权利质押典当业务"),
    ("湛江市虚{}小额贷款有限公司", "6635", "办理各项小额贷款"),
    ("霞山区虚{}打金店", "5245", "黄金饰品零售；首饰加工"),
    ("湛江市虚{}投资咨询有限公司", "7249", "投资咨询；委托投资；代客理财；股权众筹"),
    ("湛江市虚{}养老服务有限公司", "8514", "老年人养护服务"),
    ("湛江市虚{}金融服务有限公司", "5299", "日用品零售；稳定币信息服务"),
]
SAID = [
    "我在这家店存了10万元黄金托管，每月返2000元，现在提不了现，老板联系不上",
    "业务员在微信群里说保本保息年化15%，介绍一个人给500元，一万起投",
    "小程序锁价买金料，交定金后提现排队，每日限额500元，客服失联",
    "我父母把养老钱投进去了，交了8万会员费，每年返8%，到期不给退",
    "在推介会上说投资数字藏品和虚拟币三个月翻倍，转到业务员个人账户",
    "借了三万月息三分，利息太高，爆通讯录威胁恐吓，到手只有两万八",
    "戒指成色不足，要求退货",
    "到期溢价回购，入股分红，合同到期未退，群主退群",
]


def make_world(seed: int, first: int = 0) -> World:
    """A world that differs in everything but its columns from seed to seed; its entities are numbered from `first`."""
    chance = random.Random(seed)
    world: World = {kind: [] for kind in Kind}
    for number in range(first, first + ENTITIES_EACH):
        shape, industry, scope = chance.choice(_SHAPES)
        body = f"91440803MA9{number:03d}{chance.randrange(1000):03d}"
        who = {"企业名称": shape.format(_NAMES[number]), "统一社会信用代码": body + str(uscc.calc_check_digit(body))}
        world[Kind.ENTITIES].append(who | _register(chance, industry, scope))
        for kind, make in _RECORDS.items():
            world[kind] += [who | make(chance) for _ in range(chance.choice([0, 1, 2, 2]))]
        for _ in range(chance.choice([0, 1, 3, 6])):
            complaint = {
                "工单编号": f"X{chance.randrange(10**9)}",
                "诉求标题": "群众反映问题",
                "被投诉方名称": who["企业名称"],
                "统一社会信用代码": who["统一社会信用代码"],
            }
            world[Kind.COMPLAINTS].append(complaint | _complaint(chance))
    return world


def make_town(seeds: Sequence[int]) -> World:
    """Several worlds side by side: scoring takes as long for one as for four."""
    worlds = [make_world(seed, number * ENTITIES_EACH) for number, seed in enumerate(seeds)]
    return {kind: [row for world in worlds for row in world[kind]] for kind in Kind}


def delivered(world: World, folder: Path) -> tuple[Workspace, Run]:
    """A world loaded into a new workspace, left open, and scored."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{(folder / 'register.sqlite').as_posix()}"
    workspace = Workspace(Settings(home=folder / "var", database_url=url, rules=PROJECT_ROOT / "rules"))
    for kind, rows in world.items():
        if rows:
            receipt = pipeline.load(workspace, [write_csv(folder / f"{kind}.csv", rows)], kind=kind, received=AS_OF)
            assert all(entry["rows_read"] == entry["accepted"] for entry in receipt.files), receipt.files
    return workspace, pipeline.score(workspace, as_of=AS_OF)


def screened(world: World, folder: Path) -> dict[str, tuple[int, int, str, float]]:
    """Deliver and score a world: entity id → (score, could_add, grade, completeness), points in tenths."""
    workspace, run = delivered(world, folder)
    query = "SELECT entity_id, score, could_add, grade, completeness FROM read_parquet(?)"
    with workspace.connect() as connection:
        scores = connection.execute(query, [workspace.run_table(run, "scores")]).fetchall()
    workspace.register.close()
    return {row[0]: row[1:] for row in scores}


def write_csv(path: Path, rows: Rows) -> Path:
    """One table as UTF-8 CSV; its header is the union of the rows' keys."""
    header = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _day(chance: random.Random, back: int = 400) -> str:
    return (AS_OF - timedelta(days=chance.randrange(back))).isoformat()


def _register(chance: random.Random, industry: str, scope: str) -> dict[str, str]:
    return {
        "法定代表人": chance.choice(["虚某甲", "虚某乙"]),
        "注册资本（万元）": chance.choice(["100", "300", "5000"]),
        "实缴资本（万元）": chance.choice(["0", "50", "5000"]),
        "成立日期": _day(chance, 3000),
        "登记状态": chance.choice(["存续", "存续", "吊销，未注销"]),
        "企业类型": chance.choice(["有限责任公司", "个体工商户"]),
        "行业代码": industry,
        "经营范围": scope,
        "曾用名": chance.choice(["", "湛江市虚某理财有限公司"]),
        "住所": chance.choice(["湛江市霞山区建设街道虚构路1号", "湛江市霞山区新园街道示例街集群登记9号"]),
        "登记街道": "建设街道",
        "经营地街道": chance.choice(["建设街道", "新园街道"]),
    }


def _complaint(chance: random.Random) -> dict[str, str]:
    return {
        "诉求内容": chance.choice(SAID) + f"（{chance.randrange(10**6)}）",
        "受理时间": _day(chance),
        "求助号码": f"138000{chance.randrange(5):05d}",
        "年龄段": chance.choice(["60-69岁", "30-39岁"]),
        "是否集体访": chance.choice(["是", "否"]),
        "是否重复": chance.choice(["是", "否"]),
        "涉及人数": chance.choice(["1", "30", "200"]),
        "涉及金额（元）": chance.choice(["3000", "600000", "2000000"]),
    }


_RECORDS: dict[Kind, Callable[[random.Random], dict[str, str]]] = {
    Kind.CHANGES: lambda c: {"变更事项": c.choice(["法定代表人", "注册资本", "名称"]), "变更前": c.choice(["100", "虚某甲"]), "变更后": c.choice(["5000", "虚某乙"]), "变更日期": _day(c)},
    Kind.LICENCES: lambda c: {"许可证名称": c.choice(["典当经营许可证", "小额贷款经营许可", "私募基金管理人登记"]), "许可证编号": str(c.randrange(10**6)), "有效期至": c.choice(["2024-01-01", "2026-11-15", "2029-01-01"]), "许可状态": c.choice(["有效", "注销"])},
    Kind.PENALTIES: lambda c: {"处罚决定书文号": f"虚罚{c.randrange(10**6)}号", "违法事实": c.choice(["虚假宣传", "非法集资", "占道经营"]), "处罚结果": c.choice(["罚款", "警告"]), "处罚日期": _day(c, 900)},
    Kind.ABNORMAL: lambda c: {"名单类型": c.choice(["经营异常名录", "严重违法失信名单"]), "列入原因": c.choice(["通过登记的住所无法联系", "未按期公示年报"]), "列入日期": _day(c, 900), "移出日期": c.choice(["", _day(c, 30)])},
    Kind.ANNUAL_REPORTS: lambda c: {"年报年度": c.choice(["2023", "2024", "2025"]), "报送日期": _day(c, 200), "资产总额（万元）": c.choice(["0", "100"]), "负债总额（万元）": c.choice(["10", "95"]), "营业总收入（万元）": c.choice(["0", "50"])},
    Kind.PUBLICITY: lambda c: {"宣传渠道": c.choice(["微信群", "抖音直播", "店内海报"]), "宣传内容": c.choice(["黄金托管保本保息，投资稳赚不赔", "国资背景，上金所会员，锁价交易", "新款首饰上市", "全国连锁百家门店，存金生息"]) + str(c.randrange(10**6)), "采集时间": _day(c)},
    Kind.INSPECTIONS: lambda c: {"检查日期": _day(c), "检查单位": "虚构街道", "检查发现": c.choice(["S01", "S02;S03", "S05", "S06", "S10", "S04"]), "现场人数": c.choice(["2", "30"])},
    Kind.MICROLENDER_REPORTS: lambda c: {"报告期": c.choice(["2026-06", "2026年三季度", "2026年三季度", "2026-10"]), "净资产": c.choice(["-5", "0", "1000"]), "非标融资余额": c.choice(["-1", "0", "950", "1200"]), "标准化融资余额": c.choice(["0", "4500"]), "最大单户贷款余额": c.choice(["50", "150"]), "最大关联组贷款余额": c.choice(["140", "200"]), "区域外贷款余额": c.choice(["0", "80"]), "网络小贷资格": c.choice(["是", "否"])},
    Kind.PAWNSHOP_REPORTS: lambda c: {"报告期": c.choice(["2026-06", "2026年三季度", "2026年三季度", "2026-10"]), "净资产": c.choice(["-5", "60", "5000"]), "最大当户余额": c.choice(["10", "1500"]), "财产权利余额": c.choice(["0", "50", "2600"]), "房地产余额": c.choice(["0", "95", "5100"]), "非银行借款余额": c.choice(["-1", "0", "90"]), "对外投资余额": c.choice(["0", "30"])},
}  # fmt: skip
