"""A joint session: at least three units speak, what they do not agree on is written down, and only what was decided may follow."""

import pytest

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.sessions import give_opinion, open_session, record_session
from screening.errors import InvalidRequest, NotAllowed
from screening.vocabulary import Grade, Role
from tests.cases.office import CHIEF, NOW, OFFICER, STREET_HAND, Desk, person

MARKET, POLICE = person(Role.MARKET), person(Role.POLICE)
UNITS = [OFFICER.unit, MARKET.unit, POLICE.unit]


def speak(desk: Desk, actor: Actor, case: Case, proposal: str = "D1", *, agrees: bool = True) -> Case:
    return give_opinion(
        desk.book, actor, case.case_id, proposal=proposal, text="建议提示", version=case.version, at=NOW, agrees=agrees
    )


def heard(desk: Desk, *, market: str = "D1", agrees: bool = True) -> Case:
    case = desk.put("C1", grade=Grade.ORANGE, session={"invited": [], "opinions": []})
    case = open_session(desk.book, OFFICER, case.case_id, UNITS, version=case.version, at=NOW)
    case = speak(desk, OFFICER, case)
    case = speak(desk, MARKET, case, market, agrees=agrees)
    return speak(desk, POLICE, case)


def test_what_was_decided_follows_and_nothing_else(desk: Desk) -> None:
    case = heard(desk)
    row = next(row for row in desk.book.workflow.rows("C1", "D1"))
    with pytest.raises(NotAllowed, match="还没有会商纪要"):
        desk.move(OFFICER, case, "D1", desk.papers(row.needs))
    case = record_session(
        desk.book, CHIEF, case.case_id, decided=["D1"], text="定红，先提示", grade=Grade.RED, version=case.version, at=NOW
    )
    assert case.grade is Grade.RED, "people may turn it red"
    other = next(row for row in desk.book.workflow.rows("C1", "D4"))
    with pytest.raises(NotAllowed, match="没有决定"):
        desk.move(OFFICER, case, "D4", desk.papers(other.needs))
    assert desk.through(case, row, Role.OFFICER).state == "D1"


def test_three_units_are_heard(desk: Desk) -> None:
    case = desk.put("C1", session={"invited": UNITS, "opinions": []})
    case = speak(desk, OFFICER, case)
    case = speak(desk, person(Role.CHIEF), case)  # the same unit speaks once
    case = speak(desk, MARKET, case)
    assert case.session is not None and len(case.session["opinions"]) == 2
    with pytest.raises(NotAllowed, match="3 个以上单位"):
        record_session(desk.book, CHIEF, case.case_id, decided=["D1"], text="纪要", version=case.version, at=NOW)


def test_two_units_are_not_invited_to_make_three(desk: Desk) -> None:
    case = desk.put("C1", session={"invited": [], "opinions": []})
    with pytest.raises(InvalidRequest, match="3 个单位"):
        open_session(desk.book, OFFICER, case.case_id, UNITS[:2], version=case.version, at=NOW)


@pytest.mark.parametrize(("market", "agrees"), [("D4", True), ("D1", False)])
def test_disagreement_is_written_down(desk: Desk, market: str, agrees: bool) -> None:
    case = heard(desk, market=market, agrees=agrees)
    with pytest.raises(NotAllowed, match="分歧没有写明"):
        record_session(desk.book, CHIEF, case.case_id, decided=["D1"], text="纪要", version=case.version, at=NOW)
    said = "市监建议移送；多数认为先提示"
    case = record_session(
        desk.book, CHIEF, case.case_id, decided=["D1"], text="纪要", disagreement=said, version=case.version, at=NOW
    )
    event = desk.book.events(CHIEF, case.case_id)[-1]
    assert event.fields["disagreement"] == said and len(event.fields["opinions"]) == 3


def test_a_silent_unit_is_heard_or_said_to_be_absent(desk: Desk) -> None:
    case = desk.put("C1", session={"invited": [*UNITS, STREET_HAND.unit], "opinions": []})
    for actor in (OFFICER, MARKET, POLICE):
        case = speak(desk, actor, case)
    with pytest.raises(NotAllowed, match="还没有意见"):
        record_session(desk.book, CHIEF, case.case_id, decided=["D1"], text="纪要", version=case.version, at=NOW)
    absent = {STREET_HAND.unit: "防汛值守"}
    assert record_session(
        desk.book, CHIEF, case.case_id, decided=["D1"], text="纪要", absent=absent, version=case.version, at=NOW
    ).session


def test_who_was_not_invited_does_not_speak_and_who_does_not_lead_does_not_record(desk: Desk) -> None:
    case = desk.put("C1", session={"invited": UNITS, "opinions": []})
    with pytest.raises(NotAllowed, match="不在参会单位里"):
        speak(desk, STREET_HAND, case)
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.GRID):
        with pytest.raises(NotAllowed):
            speak(desk, person(role), case)
    case = heard(desk)
    for actor in (OFFICER, MARKET, POLICE):
        with pytest.raises(NotAllowed):
            record_session(desk.book, actor, case.case_id, decided=["D1"], text="纪要", version=case.version, at=NOW)


def test_a_new_session_begins_empty(desk: Desk) -> None:
    case = heard(desk)
    case = record_session(
        desk.book, CHIEF, case.case_id, decided=["D0"], text="纪要", disagreement="先观察", version=case.version, at=NOW
    )
    case = desk.move(CHIEF, case, "D0", desk.papers(["grounds"]))
    assert case.session is None
