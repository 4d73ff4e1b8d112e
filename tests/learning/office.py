"""An invented district whose truth is known, after three months of scoring, planning and visiting: enough for a model to win where rules are blind."""

import csv
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

from stdnum.cn import uscc

from screening import pipeline
from screening.access import OPERATOR
from screening.scoring.visit_plan import Wanted, keep, plan_visits
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

ENTITIES = 300
DAYS = (date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31))
LATEST = DAYS[-1] + timedelta(days=30)
RECIPE = {"budget: 52": "budget: 30", "fewest_outcomes: 200": "fewest_outcomes: 120", "fewest_finds: 30": "fewest_finds: 20"}


def settings_of(folder: Path) -> Settings:
    """A home and rules of their own under a folder."""
    home = folder / "var"
    return Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}", rules=folder / "rules")


def build_office(folder: Path) -> Workspace:
    """A workspace after three months of planned visits, half of them drawn at random."""
    rules = folder / "rules"
    shutil.copytree(PROJECT_ROOT / "rules", rules)
    text = (rules / "model.yaml").read_text(encoding="utf-8")
    for before, after in RECIPE.items():
        assert before in text
        text = text.replace(before, after)
    (rules / "model.yaml").write_text(text, encoding="utf-8")
    workspace = Workspace(settings_of(folder))
    rows, truth = invented(random.Random(7))
    pipeline.load(workspace, [write(folder / "entities.csv", rows)], kind=Kind.ENTITIES, received=DAYS[0])
    for day in DAYS:
        run = pipeline.score(workspace, as_of=day)
        plan = plan_visits(workspace, run, Wanted(100, control=0.5), actor=OPERATOR)
        keep(workspace, plan, actor=OPERATOR)
        visits = [
            {
                "企业名称": stop.entity.name or "",
                "统一社会信用代码": stop.entity.uscc or "",
                "检查日期": (day + timedelta(days=10)).isoformat(),
                "检查单位": "虚构街道",
                "检查发现": "S03 见收益海报" if truth[stop.entity.uscc or ""] else "S10 正常",
            }
            for stop in plan.stops
        ]
        received = day + timedelta(days=20)
        pipeline.load(workspace, [write(folder / f"visits-{day}.csv", visits)], kind=Kind.INSPECTIONS, received=received)
    pipeline.score(workspace, as_of=LATEST)
    return workspace


def invented(generator: random.Random) -> tuple[list[dict[str, str]], dict[str, bool]]:
    """Shops that no rule looks at; those that paid in little of their capital tend to turn out badly, and so do, less often, the young ones."""
    rows, truth = [], {}
    for number in range(ENTITIES):
        body = f"91440803MA9{number:06d}"
        code = body + str(uscc.calc_check_digit(body))
        is_bad = generator.random() < 0.25
        paid = generator.choice([0, 5, 10, 20] if is_bad and generator.random() < 0.9 else [50, 80, 100, 100, None])
        is_young = generator.random() < (0.6 if is_bad else 0.25)
        founded = (date(2025, 1, 1) if is_young else date(2020, 1, 1)) + timedelta(
            days=generator.randrange(500 if is_young else 1500)
        )
        rows.append(
            {
                "企业名称": f"湛江市虚{number:03d}百货有限公司",
                "统一社会信用代码": code,
                "注册资本（万元）": "100",
                "实缴资本（万元）": "" if paid is None else str(paid),
                "成立日期": founded.isoformat(),
                "登记状态": "存续",
                "经营范围": "日用百货零售",
            }
        )
        truth[code] = is_bad
    return rows, truth


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """A csv file as an office would deliver it."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
