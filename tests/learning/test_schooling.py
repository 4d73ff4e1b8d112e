"""From visits to points, end to end, on an invented district: three months of scoring, planning, visiting; then learning, judging, approving, scoring with it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR, Actor, Document, Scope
from screening.errors import InvalidRequest, NotAllowed
from screening.learning.card import RULES_ONLY, card_text
from screening.learning.drift import card_drift
from screening.learning.history import count_outcomes, inclusion_weights
from screening.learning.schooling import Lesson, judged, learn, still_needed
from screening.learning.standing import standing, why_rules_only
from screening.model import publishing
from screening.reference.rights import scope_of
from screening.scoring.explanation import Explanation, Reason, explain_many
from screening.scoring.model_rules import GROUP
from screening.scoring.ranking import find_run, ranked
from screening.scoring.visit_plan import CONTROL, INFORMATIVE, Wanted, plan_visits
from screening.settings import Settings
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Role
from tests.learning.office import DAYS, ENTITIES, build_office
from tests.people.conftest import actor_of

CHIEF = Actor("chief", "李四", "区处非办", Role.CHIEF)


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


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = build_office(tmp_path_factory.mktemp("office"))
    yield workspace
    workspace.register.close()


@pytest.fixture(scope="module")
def lesson(office: Workspace) -> Lesson:
    return learn(office, actor=OPERATOR)


def test_the_history_is_every_visit_once_and_controls_stand_for_all_they_were_drawn_from(
    office: Workspace, lesson: Lesson
) -> None:
    history = lesson.history
    assert history.days == list(DAYS)
    assert len(history.entity_ids) == 300 and history.is_control.sum() == 150
    counted = count_outcomes(office, find_run(office), lesson.recipe)
    assert counted == (300, history.examples.found.sum()), "what is still needed counts what learning learns from"
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
    heaviest = sorted(lesson.card.lines, key=lambda line: -line.highest)
    assert [line.feature for line in heaviest[:2]] == ["paid_capital_share", "age_months"], "what the truth was made of"


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
        assert_stands(office, run, found, own)
    for role in Role:
        if scope_of(actor_of(role), Document.REASONS) is Scope.DISTRICT:
            assert standing(office, run, ids[0], actor=actor_of(role)).version == version
        else:  # out of sight: no list tells the subdistrict, and nothing was shared
            with pytest.raises((NotAllowed, InvalidRequest)):
                standing(office, run, ids[0], actor=actor_of(role))
    assert learn(office, actor=OPERATOR).history.points.tolist() == lesson.history.points.tolist(), "judged against rules alone"
    assert publishing.stop(office, actor=OPERATOR) == version
    assert pipeline.score(office, as_of=before.as_of) == before


def assert_stands(office: Workspace, run: Run, found: Explanation, own: list[Reason]) -> None:
    """What the entity's page shows is what scored: the same lines, the same points, the same sum, each on the step its value lies on."""
    told = standing(office, run, found.entity_id, actor=OPERATOR)
    assert round(sum(stand.points for stand in told.stands) + told.cap, 1) == told.points == round(sum(r.points for r in own), 1)
    shown = {(stand.shape.label, stand.points) for stand in told.stands if stand.points}
    assert {(label, points) for label, points in shown} == {(line_label(r), r.points) for r in own if r.kind == "rule"}
    unknown = {u.name: u.could_add for u in found.unknown if u.id.startswith(GROUP)}
    assert sorted(unknown.values()) == sorted(stand.could_add for stand in told.stands if stand.could_add)
    assert all(stand.shape.bins[stand.place].points == stand.points for stand in told.stands)


def line_label(reason: Reason) -> str:
    return reason.name.removeprefix("模型：").removesuffix("偏低").removesuffix("偏高")


def test_a_run_scored_by_rules_alone_has_no_model_points_to_explain(office: Workspace) -> None:
    first = office.register.runs()[-1]
    entity = ranked(office, first, actor=OPERATOR)[0].entity_id
    with pytest.raises(InvalidRequest, match="仅规则"):
        standing(office, first, entity, actor=OPERATOR)
    assert why_rules_only(office, actor=OPERATOR) == "这次评分仅规则，没有模型分。", "there are outcomes enough"


def test_only_who_sees_the_rule_book_reads_how_many_outcomes_are_lacking(scored_home: Path) -> None:
    sample = Workspace(Settings(home=scored_home, database_url=f"sqlite:///{(scored_home / 'register.sqlite').as_posix()}"))
    for role in Role:
        said = why_rules_only(sample, actor=actor_of(role))
        assert said.startswith("这次评分仅规则")
        assert ("还差" in said) is (scope_of(actor_of(role), Document.RULEBOOK) is Scope.DISTRICT)
    sample.register.close()


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
