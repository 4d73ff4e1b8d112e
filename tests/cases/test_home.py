"""What a day begins with: everything that concerns somebody, nothing that does not, and the same as the verbs it is made of."""

from datetime import timedelta

from screening.cases import work
from screening.cases.home import home
from screening.cases.work import assign
from screening.vocabulary import Grade, Role
from tests.cases.office import CHIEF, LEADER, NOW, OFFICER, OTHER_STREET, STREET_HAND, Desk, person

LATER = NOW + timedelta(days=60)


def test_a_home_says_what_the_verbs_it_is_made_of_say(desk: Desk) -> None:
    for state in ("A2", "B1", "B3", "B4", "C1", "D4", "E1", "E2", "F1"):
        desk.put(state, came_from="D4" if state == "E2" else None)
    for role in (Role.OFFICER, Role.CHIEF, Role.LEADER, Role.STREET, Role.MARKET, Role.POLICE, Role.LEGAL):
        mine = home(desk.book, person(role), LATER)
        assert mine.desk == work.desk(desk.book, person(role))
        assert mine.open == desk.book.cases(person(role), open_only=True)
        told = {
            item.case.case_id for item in work.due(desk.book, person(role), LATER, marked_only=True) if role.value in item.tell
        }
        assert told <= {item.case.case_id for item in (*mine.late, *mine.soon)}


def test_who_oversees_sees_everything_late_and_others_what_they_are_told_of(desk: Desk) -> None:
    case = desk.put("B3")
    assert case.due_at is not None
    day_after = case.due_at + timedelta(days=1)
    assert [item.left for item in home(desk.book, STREET_HAND, day_after).late] == [-1]
    for actor in (OFFICER, CHIEF, LEADER):
        assert [item.case.case_id for item in home(desk.book, actor, day_after).late] == [case.case_id]
    assert not home(desk.book, person(Role.POLICE), day_after).late
    assert not home(desk.book, LEADER, NOW).late


def test_what_is_new_has_the_most_urgent_first(desk: Desk) -> None:
    desk.put("A2", grade=Grade.YELLOW)
    desk.put("A0", grade=Grade.INSUFFICIENT)
    desk.put("A2", grade=Grade.RED)
    desk.put("B1")
    assert [case.grade for case in home(desk.book, OFFICER, NOW).fresh] == [Grade.RED, Grade.YELLOW, Grade.INSUFFICIENT]


def test_a_subdistrict_visits_its_own_and_a_grid_worker_what_they_were_given(desk: Desk) -> None:
    given = desk.put("B1")
    own = [desk.put(state) for state in ("B3", "E1")]
    desk.put("B4")
    desk.put("B3", area_code=OTHER_STREET, street=OTHER_STREET)
    worker = person(Role.GRID)
    assign(desk.book, STREET_HAND, given.case_id, worker, version=given.version, at=NOW)
    assert {case.case_id for case in home(desk.book, STREET_HAND, NOW).visits} == {case.case_id for case in own}
    assert [case.case_id for case in home(desk.book, worker, NOW).visits] == [given.case_id]
    assert home(desk.book, OFFICER, NOW).visits == []


def test_a_session_with_minutes_no_longer_waits(desk: Desk) -> None:
    desk.put("C1", session={"invited": [], "opinions": []})
    desk.put("C1", session={"invited": [], "opinions": [], "minutes": {"decided": ["D1"], "text": "", "disagreement": ""}})
    assert len(home(desk.book, CHIEF, NOW).sessions) == 1
