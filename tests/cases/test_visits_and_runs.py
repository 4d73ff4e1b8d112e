"""Scoring and casebook meet: a run's grades become cases, and what officers found counts in the next run."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR
from screening.cases import audit, work
from screening.cases.casebook import Casebook
from screening.cases.leads import Became
from screening.cases.visits import visits
from screening.errors import InvalidRequest
from screening.follow_up import alerts_of, deliver_visits, raise_from_run
from screening.scoring.explanation import explain
from screening.scoring.ranking import find_run, ranked
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role
from tests.cases.office import NOW, OFFICER, OFFICERS, Desk, person

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def scored(scored_home: Path, tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "scored"
    shutil.copytree(scored_home, home)
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    yield Desk(Casebook(workspace))
    workspace.register.close()


def test_a_run_becomes_cases_and_a_visit_counts_in_the_next_run(scored: Desk) -> None:
    book, workspace = scored.book, scored.book.workspace
    run = find_run(workspace)
    wanted = {
        e.entity_id
        for e in ranked(workspace, run, actor=OPERATOR)
        if e.grade in (Grade.RED, Grade.ORANGE, Grade.YELLOW) or e.red_line
    }
    became = raise_from_run(book, run, at=AT)
    found = book.cases(OFFICER)
    assert {case.entity_id for case in found} == wanted
    assert len(became[Became.NEW]) == len(found)
    assert not any(raise_from_run(book, run, at=AT).values()), "once a run"
    assert all(case.rules for case in found if case.grade is not Grade.INSUFFICIENT)
    assert audit.verify(workspace).is_sound

    by_id = {entity.entity_id: entity for entity in ranked(workspace, run, actor=OPERATOR)}
    unknown = {e.entity_id for e in by_id.values() if e.last_visit_date is None}
    yellow = [case for case in found if case.grade is Grade.YELLOW and case.entity_id in unknown]
    minted = [case for case in yellow if str(case.entity_id).startswith("E")][:1]
    chosen = yellow[:2] + minted
    for begun in chosen:
        street = begun.area_code or "440803001"
        hand = person(Role.STREET, areas=frozenset({street}))
        case = scored.move(OFFICER, begun, "B1", {"street": street, "points": "查看是否收会员费"}, at=AT)
        case = scored.move(hand, case, "B3", {"team": OFFICERS}, at=AT)
        findings = [{"code": "S02", "text": "年化百分之十二"}, {"code": "S05", "relation": "店主个人"}]
        fields = {"visit_date": "2026-11-02", "officers": OFFICERS, "findings": findings, "photos": [scored.file("照片")]}
        scored.move(hand, case, "B4", {**fields, "situation": "店内张贴返利海报", "headcount": 3}, at=AT)
    assert deliver_visits(workspace) == len(chosen)
    assert deliver_visits(workspace) == 0, "once a visit"
    assert all(record.batch_id for record in visits(workspace.register))

    earlier = pipeline.score(workspace, as_of=date(2026, 10, 31))
    assert earlier.run_id == run.run_id or minted, "October does not know of a visit in November"
    later = pipeline.score(workspace, as_of=date(2026, 11, 3))
    after = {entity.entity_id: entity for entity in ranked(workspace, later, actor=OPERATOR)}
    for case in chosen:
        entity_id = str(case.entity_id)
        assert after[entity_id].last_visit_date == date(2026, 11, 2)
        sources = {
            source.file for reason in explain(workspace, later, entity_id, actor=OPERATOR).reasons for source in reason.sources
        }
        assert "核查记录 2026-11-02" in sources, "a finding of concern is a reason, with the record as its source"


def test_alerts_carry_what_the_run_rests_on(scored: Desk) -> None:
    run = find_run(scored.book.workspace)
    first = alerts_of(scored.book.workspace, run)[0]
    assert first.grade is Grade.RED and sum(first.rules.values()) > 0 and first.summary


FORM = {"visit_date": "2026-11-20", "officers": OFFICERS, "situation": "到场查看"}


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([], "还没有填"),
        ([{"code": "S99"}], "没有编码"),
        ([{"code": "S04"}], "没有填人数"),
        ([{"code": "S13", "people": 3}], "没有填金额"),
        ([{"code": "S13", "people": "多", "amount_yuan": 1}], "不是数字"),
        ([{"code": "S14", "state": "或许"}], "没有“或许”这一项"),
        ([{"code": "S10"}, {"code": "S02"}], "不能与其他问题编码同时勾选"),
    ],
)
def test_a_finding_is_typed(desk: Desk, findings: list[dict[str, object]], said: str) -> None:
    case = desk.put("B3")
    with pytest.raises(InvalidRequest, match=said):
        desk.move(person(Role.STREET), case, "B4", {**FORM, "findings": findings, "photos": [desk.file()]})


def test_a_photo_that_was_never_kept_is_refused(desk: Desk) -> None:
    case = desk.put("B3")
    for photo, said in (("照片.jpg", "还没有存入"), ("0" * 64, "还没有存入")):
        with pytest.raises(InvalidRequest, match=said):
            desk.move(person(Role.STREET), case, "B4", {**FORM, "findings": [{"code": "S10"}], "photos": [photo]})


def test_a_case_is_given_to_whoever_of_the_street_has_least_to_do(desk: Desk) -> None:
    busy, free = person(Role.STREET, 1), person(Role.STREET, 2)
    elsewhere = person(Role.STREET, 3, frozenset({"440803002"}))
    for _ in range(2):
        case = desk.put("B1")
        work.assign(desk.book, OFFICER, case.case_id, busy, version=case.version, at=NOW)
    assert work.propose_assignee(desk.book, [busy, free, elsewhere, OFFICER], "440803001") == free
    assert work.propose_assignee(desk.book, [OFFICER], "440803001") is None
    case = desk.put("B1")
    for wrong in (elsewhere, OFFICER):
        with pytest.raises(Exception, match="不是承办街道"):
            work.assign(desk.book, OFFICER, case.case_id, wrong, version=case.version, at=NOW)
    assert work.assign(desk.book, busy, case.case_id, free, version=case.version, at=NOW).assignee == free.person_id
