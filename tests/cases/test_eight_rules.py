"""The eight rules hold whatever the table of moves says: each test tries to break one, also with the table bent to allow it."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from screening.access import SYSTEM, Actor
from screening.cases import invariants, moves, work
from screening.cases.case import Case
from screening.cases.invariants import Attempt
from screening.errors import InvalidRequest, NotAllowed, ScreeningError
from screening.store.case_tables import case_events, cases
from screening.vocabulary import Grade, Role
from tests.cases.office import CHIEF, LEADER, NOW, OFFICER, OFFICERS, STREET_HAND, Desk, person


def row_of(desk: Desk, state: str, to: str) -> Any:
    return next(row for row in desk.book.workflow.rows(state, to))


def broken(number: int) -> str:
    return f"护栏第{number}条"


@pytest.mark.parametrize("to", ["D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "F1", "A9"])
def test_1_the_system_decides_nothing_even_where_the_table_would_let_it(desk: Desk, to: str) -> None:
    book = desk.book
    bent = [
        row.model_copy(update={"by": list(Role), "needs": [], "session": False, "grades": [], "when_any": None})
        for row in book.workflow.moves
    ]
    book.workflow = book.workflow.model_copy(update={"moves": bent})
    book.workflow.__dict__.pop("_machine", None)
    for row in (row for row in bent if row.to == to):
        for state in row.from_:
            case = desk.put(state, came_from=row.after[0] if row.after else None)
            with pytest.raises(NotAllowed, match=broken(1)):
                desk.move(SYSTEM, case, to)


def test_2_nobody_approves_what_they_asked_for(desk: Desk) -> None:
    row = row_of(desk, "C1", "D1")
    case = desk.put("C1", session={"invited": [], "opinions": [], "minutes": {"decided": ["D1"]}})
    waiting = desk.move(CHIEF, case, "D1", desk.papers(row.needs))
    with pytest.raises(NotAllowed, match=broken(2)):
        desk.approve(CHIEF, waiting)
    twin = replace(CHIEF, person_id="another-account")
    with pytest.raises(NotAllowed, match=broken(2)):
        desk.approve(twin, waiting)
    assert desk.approve(LEADER, waiting).state == "D1"


@pytest.mark.parametrize("to", ["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"])
def test_2_no_disposition_without_a_second_person_even_where_the_table_asks_for_none(desk: Desk, to: str) -> None:
    case = desk.put("C1")
    fields = {"enforcement_material": ["0" * 64]}
    with pytest.raises(NotAllowed, match=broken(2)):
        invariants.check(Attempt(case, to, CHIEF, fields=fields))
    with pytest.raises(NotAllowed, match=broken(2)):
        invariants.check(
            Attempt(case, to, CHIEF, submitter_id=CHIEF.person_id, submitter=CHIEF.name, approver=CHIEF, fields=fields)
        )


def test_2_a_transfer_for_a_crime_is_approved_by_the_head_alone(desk: Desk) -> None:
    row = row_of(desk, "D8", "D7")
    waiting = desk.move(OFFICER, desk.put("D8"), "D7", desk.papers(row.needs))
    for other in (LEADER, person(Role.OFFICER, 2), person(Role.POLICE)):
        with pytest.raises(NotAllowed):
            desk.approve(other, waiting)
    attempt = Attempt(waiting, "D7", LEADER, submitter_id="x", submitter="x", approver=LEADER)
    with pytest.raises(NotAllowed, match=broken(2)):
        invariants.check(attempt)
    assert desk.approve(CHIEF, waiting).state == "D7"


@pytest.mark.parametrize(
    "people",
    [
        [OFFICERS[0]],
        [OFFICERS[0], OFFICERS[0]],
        [OFFICERS[0], {"name": "虚丙", "warrant_no": ""}],
        [OFFICERS[0], {"name": "虚丙", "warrant_no": OFFICERS[0]["warrant_no"]}],
    ],
)
def test_3_a_visit_takes_two_people_with_their_own_warrants(desk: Desk, people: list[dict[str, str]]) -> None:
    case, row = desk.put("B3"), row_of(desk, "B3", "B4")
    with pytest.raises(ScreeningError, match=r"执法证号|2 名"):
        desk.move(STREET_HAND, case, "B4", desk.papers(row.needs, officers=people))
    investigated = desk.put("D8")
    with pytest.raises(ScreeningError, match=broken(3)):
        work.record_measure(
            desk.book, OFFICER, investigated.case_id, {"action": "question", "officers": people}, version=1, at=NOW
        )


def test_3_also_where_the_table_would_take_one(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match=broken(3)):
        invariants.check(Attempt(desk.put("B3"), "B4", STREET_HAND, fields={"officers": OFFICERS[:1]}))
    with pytest.raises(NotAllowed, match=broken(3)):
        invariants.check(Attempt(desk.put("D8"), "E3", CHIEF, fields={"investigators": OFFICERS[:1]}))


@pytest.mark.parametrize("action", ["account_query", "seizure"])
def test_4_accounts_and_seizures_carry_the_heads_approval(desk: Desk, action: str) -> None:
    case = desk.put("D8")
    fields: dict[str, Any] = {"action": action, "officers": OFFICERS}
    with pytest.raises(NotAllowed, match=broken(4)):
        work.record_measure(desk.book, OFFICER, case.case_id, fields, version=1, at=NOW)
    with pytest.raises(InvalidRequest):
        work.record_measure(desk.book, OFFICER, case.case_id, fields | {"head_approval": ["0" * 64]}, version=1, at=NOW)
    kept = work.record_measure(
        desk.book, OFFICER, case.case_id, fields | {"head_approval": [desk.file("批准")]}, version=1, at=NOW
    )
    assert desk.book.events(OFFICER, case.case_id)[-1].attachments[0]["field"] == "head_approval"
    assert kept.state == "D8"


def test_4_a_district_decides_no_exit_ban_it_only_asks_for_one(desk: Desk) -> None:
    case = desk.put("D8")
    papers = {"officers": OFFICERS, "head_approval": [desk.file("批准")]}
    with pytest.raises(NotAllowed, match=broken(4)):
        work.record_measure(desk.book, OFFICER, case.case_id, papers | {"action": "exit_ban"}, version=1, at=NOW)
    work.record_measure(desk.book, OFFICER, case.case_id, papers | {"action": "request_exit_ban"}, version=1, at=NOW)


def test_4_officers_may_be_written_in_words(desk: Desk) -> None:
    case = desk.put("D8")
    for officers in ("虚甲/粤G001", "虚甲", [{"name": "虚甲"}]):
        with pytest.raises(NotAllowed, match=broken(3)):
            work.record_measure(desk.book, OFFICER, case.case_id, {"action": "copy", "officers": officers}, version=1, at=NOW)
    two = {"action": "copy", "officers": "虚甲/粤G001、虚乙/粤G002"}
    work.record_measure(desk.book, OFFICER, case.case_id, two, version=1, at=NOW)
    assert [one["warrant_no"] for one in desk.book.events(OFFICER, case.case_id)[-1].fields["officers"]] == ["粤G001", "粤G002"]


def test_4_no_measure_before_an_administrative_case(desk: Desk) -> None:
    case = desk.put("B3")
    with pytest.raises(NotAllowed, match="行政立案后"):
        work.record_measure(desk.book, OFFICER, case.case_id, {"action": "question", "officers": OFFICERS}, version=1, at=NOW)


def test_5_a_transfer_needs_no_finding_first_but_material_from_enforcement(desk: Desk) -> None:
    row = row_of(desk, "C1", "D7")
    minutes = {"invited": [], "opinions": [], "minutes": {"decided": ["D7", "D6"]}}
    case = desk.put("C1", session=minutes)
    with pytest.raises(InvalidRequest, match="查处中发现的材料"):
        desk.move(OFFICER, case, "D7", desk.papers([name for name in row.needs if name != "enforcement_material"]))
    attempt = Attempt(case, "D7", CHIEF, submitter_id="o", submitter="o", approver=CHIEF)
    with pytest.raises(NotAllowed, match=broken(5)):
        invariants.check(attempt)
    waiting = desk.move(OFFICER, case, "D7", desk.papers(row.needs))
    assert desk.approve(CHIEF, waiting).state == "D7", "no administrative case was needed"


@pytest.mark.parametrize(
    ("name", "over", "under"), [("amount_yuan", 1_000_000, 999_999), ("people_count", 150, 149), ("loss_yuan", 500_000, 499_999)]
)
def test_6_no_penalty_in_place_of_a_transfer(desk: Desk, name: str, over: int, under: int) -> None:
    row = row_of(desk, "D8", "E3")
    case = desk.put("D8", been=["D8"])
    with pytest.raises(NotAllowed, match=broken(6)):
        desk.move(CHIEF, case, "E3", desk.papers(row.needs, decision="penalty", **{name: over}))
    assert desk.move(CHIEF, case, "E3", desk.papers(row.needs, decision="penalty", **{name: under})).state == "E3"
    told = desk.put("D8", been=["C1", "D6", "E2", "D8"])
    assert desk.move(CHIEF, told, "E3", desk.papers(row.needs, decision="penalty", **{name: over})).state == "E3"


@pytest.mark.parametrize("said", ["举报人电话13800001234", "身份证44080319800101123X反映", "联系人：张三丰，微信号zhangsan123"])
def test_7_a_tipster_does_not_travel_with_the_case(desk: Desk, said: str) -> None:
    case = desk.put("A2")
    with pytest.raises(NotAllowed, match=broken(7)):
        desk.move(OFFICER, case, "B1", {"street": case.area_code, "points": said})
    with pytest.raises(NotAllowed, match=broken(7)):
        desk.move(OFFICER, case, "B1", {"street": case.area_code, "points": "看看"}, reason=said)
    with pytest.raises(InvalidRequest):
        desk.move(OFFICER, case, "B1", {"street": case.area_code, "points": "看看", "tipster": "张三"})
    with pytest.raises(NotAllowed, match=broken(7)):
        invariants.check(Attempt(case, "B1", OFFICER, fields={"tipster_name": "张三"}))
    review = desk.put("B4")
    with pytest.raises(NotAllowed, match=broken(7)):
        desk.move(OFFICER, review, "D1", desk.papers(["letter", "grounds"], letter=said))


def test_7_nor_in_a_reason_a_request_or_the_name_of_a_file(desk: Desk) -> None:
    case, said = desk.put("B3"), "举报人电话13800001234要求快查"
    with pytest.raises(NotAllowed, match=broken(7)):
        moves.extend(desk.book, OFFICER, case.case_id, 1, version=case.version, at=NOW, reason=said)
    waiting = moves.extend(desk.book, STREET_HAND, case.case_id, 1, version=case.version, at=NOW, reason="企业停业")
    with pytest.raises(NotAllowed, match=broken(7)):
        moves.decline(desk.book, CHIEF, case.case_id, version=waiting.version, at=NOW, reason=said)
    back = desk.put("B4")
    with pytest.raises(NotAllowed, match=broken(7)):
        desk.move(OFFICER, back, "B3", {"missing": said})
    reported = desk.put("B3")
    row = row_of(desk, "B3", "B4")
    photos = [desk.file("举报人13800001234拍的")]
    desk.move(STREET_HAND, reported, "B4", desk.papers(row.needs, photos=photos))
    (attached,) = desk.book.events(OFFICER, reported.case_id)[-1].attachments
    assert attached["name"] == "举报人138****1234拍的.pdf"


def test_8_events_cannot_be_changed_or_removed(desk: Desk) -> None:
    case = desk.put("A2")
    for statement in (case_events.update().values(reason="改"), case_events.delete()):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), desk.book.workspace.register.writing() as connection:
            connection.execute(statement)
    assert len(desk.book.events(OFFICER, case.case_id)) == 1


def test_8_an_event_says_everything_the_brief_asks(desk: Desk) -> None:
    case = desk.put("B3")
    row = row_of(desk, "B3", "B4")
    after = desk.move(STREET_HAND, case, "B4", desk.papers(row.needs), reason="现场核查完毕")
    event = desk.book.events(OFFICER, case.case_id)[-1]
    assert (event.from_state, event.to_state, event.person_id, event.unit, event.role, event.at, event.reason) == (
        "B3",
        "B4",
        STREET_HAND.person_id,
        STREET_HAND.unit,
        "street",
        NOW,
        "现场核查完毕",
    )
    assert (event.deadline_before, event.deadline_after) == (case.due_at, after.due_at)
    assert [attached["field"] for attached in event.attachments] == ["photos"]
    assert len(event.event_id) == 32


def test_8_a_move_that_fails_half_way_leaves_nothing(desk: Desk) -> None:
    case = desk.put("A2")

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    desk.book.hooks.append(breaks)
    with pytest.raises(ZeroDivisionError):
        desk.move(OFFICER, case, "B1", desk.papers(["street", "points"]))
    desk.book.hooks.clear()
    assert desk.book.case(OFFICER, case.case_id) == case
    assert len(desk.book.events(OFFICER, case.case_id)) == 1


def test_a_street_moves_only_its_own_and_a_regulator_only_what_was_sent_to_it(desk: Desk) -> None:
    elsewhere = person(Role.STREET, 2, frozenset({"440803002"}))
    case = desk.put("B1")
    for actor in (elsewhere, replace(elsewhere, areas=frozenset())):
        with pytest.raises(NotAllowed):
            desk.move(actor, case, "B3", desk.papers(["team"]))
    sent = desk.put("D5", to_unit="区教育局", been=["D5"])
    other: Actor = person(Role.INDUSTRY)
    with pytest.raises(NotAllowed):
        desk.move(other, sent, "E2")
    assert desk.move(replace(other, unit="区教育局"), sent, "E2").state == "E2"


def test_returning_and_supplementing_have_their_limits(desk: Desk) -> None:
    case: Case = desk.put("B1")
    back = desk.move(STREET_HAND, case, "B2", desk.papers(["address_proof", "explanation"]))
    again = desk.move(OFFICER, back, "B1", desk.papers(["street", "points"]))
    with pytest.raises(NotAllowed, match="最多 1 次"):
        desk.move(STREET_HAND, again, "B2", desk.papers(["address_proof", "explanation"]))
    case = desk.put("B4")
    for _ in range(2):
        case = desk.move(OFFICER, case, "B3", desk.papers(["missing"]))
        case = desk.move(STREET_HAND, case, "B4", desk.papers(row_of(desk, "B3", "B4").needs))
    with pytest.raises(NotAllowed, match="最多 2 次"):
        desk.move(OFFICER, case, "B3", desk.papers(["missing"]))


def test_red_and_orange_are_disposed_of_only_through_a_joint_session(desk: Desk) -> None:
    for to in ("D0", "D1", "D2", "D3"):
        for grade in (Grade.RED, Grade.ORANGE):
            case = desk.put("B4", grade=grade)
            with pytest.raises(NotAllowed) as refused:
                desk.move(OFFICER, case, to, desk.papers(row_of(desk, "B4", to).needs))
            assert "须经会商" in refused.value.hint


def test_a_major_case_takes_a_record_of_its_collective_discussion(desk: Desk) -> None:
    row = row_of(desk, "D8", "E3")
    case = desk.put("D8")
    papers = desk.papers(row.needs, is_major="yes")
    with pytest.raises(InvalidRequest, match="集体讨论"):
        desk.move(CHIEF, case, "E3", papers)
    assert desk.move(CHIEF, case, "E3", papers | {"collective": [desk.file("讨论")]}).state == "E3"


def test_a_row_edited_by_hand_is_not_overwritten_unseen(desk: Desk) -> None:
    case = desk.put("A2")
    with desk.book.workspace.register.writing() as connection:
        connection.execute(cases.update().values(state="F1"))
    with pytest.raises(NotAllowed):
        moves.move(desk.book, OFFICER, case.case_id, "B1", version=1, at=NOW, fields=desk.papers(["street", "points"]))


@pytest.mark.parametrize("grade", [Grade.RED, Grade.ORANGE, Grade.YELLOW])
def test_what_a_run_found_urgent_is_not_made_less_so_at_triage(desk: Desk, grade: Grade) -> None:
    lower = [other for other in (Grade.ORANGE, Grade.YELLOW, Grade.BLUE) if list(Grade).index(other) > list(Grade).index(grade)]
    case = desk.put("A0", grade=grade)
    for other in lower:
        with pytest.raises(NotAllowed, match="不能调低"):
            desk.move(OFFICER, case, "A2", {"grade": other.value})
    assert desk.move(OFFICER, case, "A2", {"grade": "red"}).grade is Grade.RED
    assert desk.move(OFFICER, desk.put("A0", grade=Grade.INSUFFICIENT), "A2", {"grade": "blue"}).grade is Grade.BLUE


@pytest.mark.parametrize(("state", "to", "role"), [("B3", "B4", Role.STREET), ("E1", "C1", Role.STREET)])
def test_a_visit_yet_to_be_made_is_none(desk: Desk, state: str, to: str, role: Role) -> None:
    row = row_of(desk, state, to)
    case, day = desk.put(state), "visit_date" if state == "B3" else "recheck_date"
    with pytest.raises(InvalidRequest, match="还没有到"):
        desk.move(person(role), case, to, desk.papers(row.needs, **{day: "2026-11-24"}))
    assert desk.move(person(role), case, to, desk.papers(row.needs, **{day: "2026-11-23"})).state == to


def test_only_steps_that_can_be_taken_are_offered(desk: Desk) -> None:
    red = desk.put("A2", grade=Grade.RED)
    assert {row.to for row in moves.next_moves(desk.book, OFFICER, red)} == {"A9", "B1", "F9"}
    assert "D0" in {row.to for row in moves.next_moves(desk.book, OFFICER, desk.put("A2"))}
    decided = desk.put("C1", session={"invited": [], "opinions": [], "minutes": {"decided": ["D1"]}})
    assert {row.to for row in moves.next_moves(desk.book, OFFICER, decided)} == {"D1", "F9"}


def test_a_disposition_cites_the_law_by_its_name(desk: Desk) -> None:
    workflow = desk.book.workflow
    assert workflow.texts("D2") == ["《防范和处置非法集资条例》第十八条", "《广东省平安建设条例》第二十七条"]
    assert all(workflow.texts(state) for state in ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "E3", "E4"))
