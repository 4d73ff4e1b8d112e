"""A rule book to change, and a few gold shops whose complaints can be counted by hand."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screening import pipeline
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, Rows, write_csv

SHOPS = ("91440803MA9010033J", "91440803MA9010041D", "91440803MA9010025P")
ENTITIES: Rows = [
    {"企业名称": f"霞山区虚{name}打金店", "统一社会信用代码": code, "登记状态": "存续", "住所": "湛江市霞山区建设街道虚构路1号", "成立日期": "2020-01-01"}
    for name, code in zip("甲乙丙", SHOPS, strict=True)
]  # fmt: skip
SAID = "业务员说保本保息年化15%，我投了10万元，现在提不了现"


def complaints(*people_of_each: int, day: str = "2026-10-20") -> Rows:
    """So many different people complaining of the first shop, the second, the third."""
    return [
        {"工单编号": f"X{shop}{who}", "统一社会信用代码": SHOPS[shop], "诉求内容": f"{SAID}（{shop}{who}）", "受理时间": day, "求助号码": f"138000{shop}{who:04d}"}
        for shop, people in enumerate(people_of_each)
        for who in range(people)
    ]  # fmt: skip


@pytest.fixture
def new_rules(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """`new_rules(file, text, other)`: the rule book with one text of one file replaced."""

    def _changed(name: str, text: str, other: str) -> Path:
        folder = Path(shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "新规则", dirs_exist_ok=True))
        content = (folder / name).read_text(encoding="utf-8")
        assert content.count(text) == 1, f"{text} stands {content.count(text)} times in {name}"
        (folder / name).write_text(content.replace(text, other), encoding="utf-8")
        return folder

    return _changed


@pytest.fixture
def shops(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Three shops with 2, 3 and 4 complainants in October."""
    for kind, rows in ((Kind.ENTITIES, ENTITIES), (Kind.COMPLAINTS, complaints(2, 3, 4))):
        pipeline.load(workspace, [write_csv(tmp_path / f"{kind}.csv", rows)], kind=kind, received=AS_OF)
    return workspace


@pytest.fixture
def sample(scored_home: Path) -> Iterator[Workspace]:
    """Both sample months, for reading only."""
    opened = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    yield opened
    opened.register.close()
