"""The invented office: thirty people of every role, a first list, and what a day's files hold."""

import csv
from datetime import date
from pathlib import Path

from screening import pipeline
from screening.access import OPERATOR
from screening.accounts.people import Person, list_people, renew_samples
from screening.store.workspace import Workspace
from screening.vocabulary import Role

FIRST_DAY, AS_OF = date(2026, 10, 20), date(2026, 11, 15)
STREETS = ("解放街道", "工农街道", "海滨街道", "东新街道")
MARK = "两台服务器"  # in the name of every entity that the thirty send in
_UNITS = {
    Role.LEADER: "区政府",
    Role.MARKET: "区市场监管局",
    Role.POLICE: "区公安经侦大队",
    Role.INDUSTRY: "区商务局",
    Role.LEGAL: "区司法局",
    Role.AUDITOR: "区审计局",
    Role.ADMINISTRATOR: "区信息中心",
}
_COUNTS = {
    Role.OFFICER: 9,
    Role.CHIEF: 3,
    Role.STREET: 8,
    Role.MARKET: 2,
    Role.POLICE: 2,
    Role.GRID: 1,
    Role.LEADER: 1,
    Role.INDUSTRY: 1,
    Role.LEGAL: 1,
    Role.AUDITOR: 1,
    Role.ADMINISTRATOR: 1,
}


def move_in(workspace: Workspace) -> tuple[list[Person], str]:
    """Thirty accounts, and the one password of all."""
    accounts = []
    for role, count in _COUNTS.items():
        for number in range(1, count + 1):
            street = STREETS[number % len(STREETS)]
            is_local = role in (Role.STREET, Role.GRID)
            unit = f"{street}办" if is_local else _UNITS.get(role, "区处非办")
            accounts.append((f"{role.value}{number}", f"虚{role.label}{number}", unit, role, (street,) if is_local else ()))
    password = renew_samples(workspace, accounts)
    return [person for person in list_people(workspace, actor=OPERATOR) if person.is_sample], password


def begin(workspace: Workspace, folder: Path, entities: int) -> None:
    """A first list, scored, so that there is something to look at."""
    pipeline.load(workspace, [write_entities(folder, "初始", entities)], kind=None, received=FIRST_DAY)
    pipeline.score(workspace, as_of=FIRST_DAY)


def write_entities(folder: Path, name: str, count: int) -> Path:
    """A list of so many entities nobody else has, one of them twice, and one row that names nobody."""
    rows = [
        [
            f"湛江市霞山区{MARK}{name}{number}号典当行",
            f"虚某{number}",
            "300",
            "存续",
            f"湛江市霞山区解放路{number}号",
            STREETS[number % 4],
        ]
        for number in range(count)
    ]
    head = ["企业名称", "法定代表人", "注册资本（万元）", "登记状态", "住所", "所属街道"]
    return _write(folder / f"名单{name}.csv", [head, *rows, rows[0], ["", "虚某", "10", "存续", "湛江市", STREETS[0]]])


def write_complaints(folder: Path, name: str, about: str, count: int) -> Path:
    """So many complaints about one entity, each with a number of its own."""
    said = f"反映{about}承诺每月返利百分之二，到期不退本金"
    rows = [
        [
            f"{name}{number:05d}",
            "群众诉求",
            said,
            f"2026-11-{number % 9 + 1:02d} 09:00:00",
            "群众",
            f"139{number:08d}",
            STREETS[number % 4],
        ]
        for number in range(count)
    ]
    return _write(
        folder / f"工单{name}.csv",
        [["工单编号", "工单标题", "诉求内容", "受理时间", "求助人员", "求助号码", "事件发生地"], *rows],
    )


def _write(path: Path, rows: list[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path
