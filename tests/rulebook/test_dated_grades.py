"""A cut-off or a cap changed from a day on leaves every earlier day as it was."""

from datetime import date
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR
from screening.errors import InvalidRule
from screening.rehearsal.compare import compare
from screening.rulebook.book import read_rulebook
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind
from tests.promises.world import write_csv

RULES = PROJECT_ROOT / "rules"
DUE, BEFORE = date(2026, 10, 1), date(2026, 9, 30)


def later(rules: Path, text: str) -> None:
    path = rules / "grades.yaml"
    path.write_text(path.read_text(encoding="utf-8") + f"later: [{text}]\n", encoding="utf-8")


def test_earlier_days_keep_their_numbers(own_rules: Path) -> None:
    first = read_rulebook(own_rules).grades
    later(own_rules, "{from: 2026-10-01, source: 某次会商, cut_offs: {yellow: 20}, caps: {REG: 15}}")
    grades = read_rulebook(own_rules).grades
    assert (grades.on(BEFORE).cut_offs, grades.on(BEFORE).caps) == (first.cut_offs, first.caps)
    assert grades.on(DUE).cut_offs == first.cut_offs | {Grade.YELLOW: 200}
    assert grades.on(DUE).caps == first.caps | {"REG": 150}
    assert first.source


def test_only_months_from_then_on_are_graded_by_it(own_rules: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{(home / 'register.sqlite').as_posix()}"
    workspace = Workspace(Settings(home=home, database_url=url, rules=RULES))
    entity = {"企业名称": "湛江市虚甲科技有限公司", "经营范围": "稳定币信息服务"}
    pipeline.load(workspace, [write_csv(tmp_path / "名单.csv", [entity])], kind=Kind.ENTITIES, received=BEFORE)
    later(own_rules, "{from: 2026-10-01, source: 某次会商, cut_offs: {yellow: 1}, caps: {REG: 5}}")
    document = compare(workspace, RULES, own_rules, [BEFORE, date(2026, 10, 31)], actor=OPERATOR)
    moved = [month["moved"] for month in document["months"]]
    workspace.register.close()
    assert moved[0] == []
    assert [(move["points_after"], move["grade_after"]) for move in moved[1]] == [(5.0, Grade.YELLOW)]
    assert moved[1][0]["points_before"] > moved[1][0]["points_after"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{from: 2026-10-01, source: 会商, caps: {XYZ: 5}}", "XYZ"),
        ("{from: 2026-10-01, source: 会商, caps: {REG: 5}}, {from: 2026-09-01, source: 会商, caps: {REG: 6}}", "从早到晚"),
        ("{from: 2026-10-01, caps: {REG: 5}}", "source"),
    ],
)
def test_what_is_wrong_with_it_is_said(own_rules: Path, text: str, said: str) -> None:
    later(own_rules, text)
    with pytest.raises(InvalidRule) as refused:
        read_rulebook(own_rules)
    assert said in str(refused.value) + str(refused.value.where) + refused.value.hint
