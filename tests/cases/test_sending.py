"""Several visits sent out at once: each to its own subdistrict, none lost, none hindered by another."""

from datetime import date

import pytest

from screening.cases.leads import Alert, raise_alerts
from screening.cases.sending import send_out
from screening.errors import NotAllowed
from screening.follow_up import send_chosen
from screening.store.register import Run
from screening.vocabulary import Grade, Role
from tests.cases.office import NOW, OFFICER, STREET, Desk, person


def alert(number: int, area: str | None = STREET) -> Alert:
    return Alert(
        f"E{number}", f"虚构商行{number}", area, Grade.ORANGE, red_line=False, rules={"RET-01": 18.0}, summary="承诺回报"
    )


def test_each_goes_to_its_own_subdistrict_and_what_stays_says_why(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert(1), alert(2), alert(3, area=None)], at=NOW)
    cases = desk.book.cases(OFFICER)
    first = send_out(desk.book, OFFICER, cases, "看有没有返利海报", at=NOW)
    assert {case.entity_name for case in first.sent} == {"虚构商行1", "虚构商行2"}
    assert {(case.state, case.street) for case in first.sent} == {("B1", STREET)}
    assert [name for name, _ in first.stayed] == ["虚构商行3"] and "街道" in first.stayed[0][1]
    again = send_out(desk.book, OFFICER, desk.book.cases(OFFICER), "再派一次", at=NOW)
    assert not again.sent and len(again.stayed) == len(cases)


def test_a_case_that_changed_meanwhile_stays_and_hinders_no_other(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert(1), alert(2)], at=NOW)
    seen = desk.book.cases(OFFICER)
    raise_alerts(desk.book, "run2", [Alert("E1", "虚构商行1", STREET, Grade.RED, red_line=True, rules={"GLD-01": 30.0})], at=NOW)
    outcome = send_out(desk.book, OFFICER, seen, "核对许可", at=NOW)
    assert [case.entity_name for case in outcome.sent] == ["虚构商行2"]
    assert [name for name, _ in outcome.stayed] == ["虚构商行1"]


def test_without_points_to_check_nothing_is_sent(desk: Desk) -> None:
    raise_alerts(desk.book, "run1", [alert(1)], at=NOW)
    outcome = send_out(desk.book, OFFICER, desk.book.cases(OFFICER), " ", at=NOW)
    assert not outcome.sent and "核查要点" in outcome.stayed[0][1]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICER}))
def test_who_does_not_dispatch_sends_nothing(desk: Desk, role: Role) -> None:
    raise_alerts(desk.book, "run1", [alert(1)], at=NOW)
    cases = desk.book.cases(OFFICER)
    outcome = send_out(desk.book, person(role), cases, "核对许可", at=NOW)
    assert not outcome.sent and len(outcome.stayed) == 1
    run = Run(1, "run1", date(2026, 10, 31), "book", [], NOW, "nowhere", {})
    with pytest.raises(NotAllowed):
        send_chosen(desk.book, run, ["E1"], "核对许可", at=NOW, actor=person(role))
    assert desk.book.cases(OFFICER) == cases
