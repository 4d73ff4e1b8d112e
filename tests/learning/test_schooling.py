"""From visits to points, end to end, on an invented district: three months of scoring, planning, visiting; then learning, judging, approving, scoring with it."""

import csv
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from stdnum.cn import uscc

from screening import pipeline
from screening.access import OPERATOR, Actor, Document, Scope
from screening.errors import InvalidRequest, NotAllowed
from screening.learning.card import RULES_ONLY, card_text
from screening.learning.drift import card_drift
from screening.learning.history import inclusion_weights
from screening.learning.schooling import Lesson, judged, learn, still_needed
from screening.model import publishing
from screening.reference.rights import scope_of
from screening.scoring.explanation import explain_many
from screening.scoring.model_rules import GROUP
from screening.scoring.ranking import find_run, ranked
from screening.scoring.visit_plan import CONTROL, INFORMATIVE, Wanted, keep, plan_visits
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role
from tests.people.conftest import actor_of

CHIEF = Actor("chief", "李四", "区处非办", Role.CHIEF)
ENTITIES = 300
DAYS = (date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31))
RECIPE = {"budget: 52": "budget: 30", "fewest_outcomes: 200": "fewest_outcomes: 120", "fewest_finds: 30": "fewest_finds: 20"}


@pytest.mark.parametrize("role", [r for r in Role if scope_of(actor_of(r), Document.RULEBOOK) is not Scope.DISTRICT])
def test_who_does_not_see_the_rule_book_learns_nothing(workspace: Workspace, role: Role) -> None:
    reads: list[Callable[[], object]] = [
        lambda: judged(workspace, actor=actor_of(role)),
        lambda: still_needed(workspace, actor=actor_of(role)),
        lambda: learn(workspace, actor=actor_of(role)),
        lambda: card_drift(workspace, None, None, actor=actor_of(role)),  # type: ignore[arg-type]
    ]
    for read in reads:
        with pytest.raises(NotAllowed):
            read()


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def invented(generator: random.Random) -> tuple[list[dict[str, str]], dict[str, bool]]:
    """Shops that no rule looks at; those that paid in little of their capital tend to turn out badly."""
    rows, truth = [], {}
    for number in range(ENTITIES):
        body = f"91440803MA9{number:06d}"
        code = body + str(uscc.calc_check_digit(body))
        is_bad = generator.random() < 0.25
        paid = generator.choice([0, 5, 10, 20] if is_bad and generator.random() < 0.9 else [50, 80, 100, 100])
        rows.append(
            {
                "企业名称": f"湛江市虚{number:03d}百货有限公司",
                "统一社会信用代码": code,
                "注册资本（万元）": "100",
                "实缴资本（万元）": str(paid),
                "成立日期": (date(2020, 1, 1) + timedelta(days=generator.randrange(1500))).isoformat(),
                "登记状态": "存续",
                "经营范围": "日用百货零售",
            }
        )
        truth[code] = is_bad
    return rows, truth


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace after three months of planned visits, half of them drawn at random."""
    folder = tmp_path_factory.mktemp("office")
    rules = folder / "rules"
    shutil.copytree(PROJECT_ROOT / "rules", rules)
    text = (rules / "model.yaml").read_text(encoding="utf-8")
    for before, after in RECIPE.items():
        assert before in text
        text = text.replace(before, after)
    (rules / "model.yaml").write_text(text, encoding="utf-8")
    workspace = Workspace(
        Settings(home=folder / "var", database_url=f"sqlite:///{(folder / 'register.sqlite').as_posix()}", rules=rules)
    )
    generator = random.Random(7)
    rows, truth = invented(generator)
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
    pipeline.score(workspace, as_of=DAYS[-1] + timedelta(days=30))
    yield workspace
    workspace.register.close()


@pytest.fixture(scope="module")
def lesson(office: Workspace) -> Lesson:
    return learn(office, actor=OPERATOR)


def test_the_history_is_every_visit_once_and_controls_stand_for_all_they_were_drawn_from(lesson: Lesson) -> None:
    history = lesson.history
    assert history.days == list(DAYS)
    assert len(history.entity_ids) == 300 and history.is_control.sum() == 150
    first = history.only(history.day == 0)
    assert first.examples.weights.sum() == ENTITIES, "50 chosen stand for themselves, 50 controls for the other 250"


def test_a_control_nobody_visited_leaves_its_share_to_the_others() -> None:
    assert inclusion_weights(["a", "b", "c", "d"], 100, {"a": True, "c": False, "x": True}) == {"a": 50.0, "c": 50.0}
    assert inclusion_weights(["a"], 100, {"x": True}) == {}


def test_the_model_wins_where_rules_are_blind(lesson: Lesson) -> None:
    judgement = lesson.judgement
    assert lesson.card is not None and judgement.wins
    assert judgement.gain is not None and judgement.rules is not None and judgement.both is not None
    assert judgement.gain.low > 0 and judgement.both.value > judgement.rules.value + 0.2
    assert judgement.days == [DAYS[-1].isoformat()], "judged on the latest day, learned from the others"
    assert [line.feature for line in lesson.card.lines if line.highest > 100] == ["paid_capital_share"]


def test_the_same_history_gives_the_same_card(office: Workspace, lesson: Lesson) -> None:
    assert lesson.card is not None
    again = learn(office, actor=OPERATOR)
    assert again.card == lesson.card
    assert judged(office, actor=OPERATOR) == (lesson.judgement, None)
    assert publishing.find_model(office, lesson.card.version) == lesson.card, "as kept"


def test_the_card_can_be_read(lesson: Lesson) -> None:
    assert lesson.card is not None
    text = card_text(lesson.card)
    for words in ("实缴占认缴比例", "查出问题", "随机对照 150", "胜出", "对谁说不准", "未知"):
        assert words in text


def test_nothing_drifts_where_nothing_changed(office: Workspace, lesson: Lesson) -> None:
    assert lesson.card is not None
    assert all(
        drift.psi is not None and drift.psi < 0.01 for drift in card_drift(office, lesson.card, find_run(office), actor=OPERATOR)
    )


def test_points_join_the_score_after_a_second_person_and_leave_with_one(office: Workspace, lesson: Lesson) -> None:
    assert lesson.card is not None
    version, before = lesson.card.version, find_run(office)
    publishing.propose(office, version, actor=OPERATOR)
    with pytest.raises(NotAllowed, match="不能自己批准"):
        publishing.approve(office, version, actor=OPERATOR)
    assert pipeline.score(office, as_of=before.as_of) == before, "proposed is not yet in force"
    publishing.approve(office, version, actor=CHIEF)
    run = pipeline.score(office, as_of=before.as_of)
    assert run.run_id != before.run_id
    ids = [entity.entity_id for entity in ranked(office, run, actor=OPERATOR)]
    alone = {found.entity_id: found for found in explain_many(office, before, ids, actor=OPERATOR)}
    for found in explain_many(office, run, ids, actor=OPERATOR):
        assert round(sum(reason.points for reason in found.reasons), 1) == found.score
        own = [reason for reason in found.reasons if reason.group == GROUP]
        assert round(found.score - alone[found.entity_id].score, 1) == round(sum(reason.points for reason in own), 1) <= 30
        assert all(reason.sources and "模型" in reason.basis[0] for reason in own if reason.kind == "rule")
        assert found.completeness == alone[found.entity_id].completeness
    assert learn(office, actor=OPERATOR).history.points.tolist() == lesson.history.points.tolist(), "judged against rules alone"
    assert publishing.stop(office, actor=OPERATOR) == version
    assert pipeline.score(office, as_of=before.as_of) == before


def test_a_model_that_did_not_win_is_not_proposed(office: Workspace, lesson: Lesson) -> None:
    assert lesson.card is not None
    loser = type(lesson.card)(
        lesson.card.lines, lesson.card.definitions, -1.0, 0.01, {"judged": {"wins": False, "sentence": "持平"}}
    )
    publishing.keep(office, loser, actor=OPERATOR)
    with pytest.raises(InvalidRequest, match=r"没有胜过单用规则.*持平"):
        publishing.propose(office, loser.version, actor=OPERATOR)


def test_a_plan_may_ask_where_the_model_is_least_sure(office: Workspace, lesson: Lesson) -> None:
    plan = plan_visits(office, find_run(office), Wanted(20, control=0.2, informative=0.3), actor=OPERATOR)
    why = [stop.why for stop in plan.stops]
    assert (why.count(INFORMATIVE), why.count(CONTROL), len(why)) == (6, 4, 20)
    assert len({stop.entity.entity_id for stop in plan.stops}) == 20


def test_with_too_few_outcomes_there_are_rules_alone(office: Workspace) -> None:
    until = DAYS[0] + timedelta(days=15)
    early = learn(office, actor=OPERATOR, until=until)
    assert early.card is None and early.lacking is not None
    assert "还差 20 户次" in early.lacking and not early.judgement.wins
    assert RULES_ONLY in early.judgement.sentence
