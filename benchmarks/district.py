"""A whole district at once: 50,000 entities (.xlsx) and 100,000 complaints (.csv, GB18030), from files to ranked list.

Prints seconds by stage, rows per second, peak memory, and the ratio of the whole to merely reading the files' cells, which no tool can undercut.
Run: `python -m benchmarks.district [--entities 50000] [--complaints 100000]`. The rows are invented.
"""

import argparse
import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook
from stdnum.cn import uscc

from screening import pipeline
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

AS_OF = date(2026, 10, 31)
_STEMS = "甲乙丙丁戊己庚辛壬癸虚示例拟"
_TRADES = [
    ("典当有限公司", "动产质押典当业务"),
    ("小额贷款有限公司", "办理各项小额贷款"),
    ("打金店", "黄金饰品零售、加工、修理"),
    ("投资咨询有限公司", "投资咨询；商务信息咨询"),
]
_STREETS = ["解放", "爱国", "工农", "友谊", "新兴", "海滨", "建设", "东新", "新园", "海头"]
_SAID = [
    "在{name}买的戒指掉色，要求退货，店家不理",
    "向{name}借了三万，利息太高，天天打电话催收",
    "{name}门口施工噪音很大，晚上睡不着",
    "在{name}存了十万元，说好每月返两千，现在老板联系不上",
    "{name}业务员在微信群里拉人投资黄金托管，保本保息",
]


def main() -> None:
    """Make the files, screen them, print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entities", type=int, default=50_000)
    options.add_argument("--complaints", type=int, default=100_000)
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), wanted.entities, wanted.complaints)
        floor = _seconds(lambda: _read_cells(files))
        workspace = Workspace(
            Settings(
                home=Path(folder) / "var", database_url=f"sqlite:///{folder}/var/register.sqlite", rules=PROJECT_ROOT / "rules"
            )
        )
        stages = {
            "读入主体": _seconds(lambda: _load(workspace, Kind.ENTITIES, files[0])),
            "读入投诉": _seconds(lambda: _load(workspace, Kind.COMPLAINTS, files[1])),
        }
        stages |= _score(workspace)
        workspace.register.close()
    total = sum(stages.values())
    rows = wanted.entities + wanted.complaints
    for stage, seconds in stages.items():
        print(f"{stage:　<8}{seconds:8.2f} s")
    print(f"{'合计':　<8}{total:8.2f} s   {rows / total:,.0f} rows/s   {total / floor:.1f} x reading the cells ({floor:.2f} s)")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB   Python {sys.version.split()[0]}")


def _load(workspace: Workspace, kind: Kind, path: Path) -> None:
    receipt = pipeline.load(workspace, [path], kind=kind, received=AS_OF)
    assert not receipt.unreadable, receipt.unreadable


def _score(workspace: Workspace) -> dict[str, float]:
    marks: list[tuple[str, float]] = []
    pipeline.score(workspace, as_of=AS_OF, progress=lambda stage, share: marks.append((stage, time.perf_counter())))
    return {stage: later - begun for (stage, begun), (_, later) in pairwise(marks)}


def _read_cells(files: tuple[Path, Path]) -> None:
    CalamineWorkbook.from_path(files[0]).get_sheet_by_index(0).to_python()
    with files[1].open(encoding="gb18030", newline="") as stream:
        sum(1 for _ in csv.reader(stream))


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def write_files(folder: Path, entities: int, complaints: int) -> tuple[Path, Path]:
    """An invented register as .xlsx and invented complaints as .csv in GB18030, the same each time."""
    chance = random.Random(737)
    names = []
    registry, orders = folder / "虚构主体名单.xlsx", folder / "虚构工单.csv"
    with xlsxwriter.Workbook(registry, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(
            0,
            0,
            [
                "企业名称",
                "统一社会信用代码",
                "法定代表人",
                "注册资本（万元）",
                "成立日期",
                "登记状态",
                "经营范围",
                "住所",
                "所属街道",
                "联系电话",
            ],
        )
        for number in range(entities):
            form, scope = _TRADES[number % len(_TRADES)]
            street = chance.choice(_STREETS)
            name = f"湛江市虚构{_word(number)}{form}"
            names.append(name)
            founded = date(2005, 1, 1) + timedelta(days=chance.randrange(7800))
            person, phone = f"虚某{chance.choice(_STEMS)}", f"138{number % 100000000:08d}"
            address = f"湛江市霞山区{street}街道虚构路{chance.randrange(1, 400)}号"
            sheet.write_row(
                number + 1,
                0,
                [
                    name,
                    _code(number),
                    person,
                    chance.choice([10, 50, 300, 1000, 5000]),
                    founded.isoformat(),
                    "存续",
                    scope,
                    address,
                    f"{street}街道",
                    phone,
                ],
            )
    with orders.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["工单编号", "工单标题", "诉求内容", "受理时间", "求助人员", "求助号码", "事件发生地"])
        for number in range(complaints):
            name = chance.choice(names)
            said = chance.choices(_SAID, weights=[40, 40, 15, 3, 2])[0].format(name=name)
            day = AS_OF - timedelta(days=chance.randrange(400))
            writer.writerow(
                [
                    f"XG{number:08d}",
                    "群众诉求",
                    said,
                    f"{day} 09:{number % 60:02d}:00",
                    "群众",
                    f"139{chance.randrange(10**8):08d}",
                    f"{chance.choice(_STREETS)}街道",
                ]
            )
    return registry, orders


def _word(number: int) -> str:
    """Four stems, different for each number below 14**4 x 14."""
    letters = []
    for _ in range(5):
        number, rest = divmod(number, len(_STEMS))
        letters.append(_STEMS[rest])
    return "".join(letters)


def _code(number: int) -> str:
    body = f"91440803MA9{number:06d}"[:17]
    return body + uscc.calc_check_digit(body)


if __name__ == "__main__":
    main()
