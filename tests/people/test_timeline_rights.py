"""One line of time for an entity: everything the lists and cases say, each part only for whoever may see it, nobody's tipster ever."""

from datetime import UTC, datetime

import pytest

from screening.access import SYSTEM, Document, Scope
from screening.cases.casebook import Casebook
from screening.cases.finding import cases_of, find_cases
from screening.errors import NotAllowed
from screening.features.complaints import complaints_of
from screening.features.records import was_received
from screening.follow_up import raise_from_run
from screening.reference.rights import scope_of
from screening.timeline import Strand, timeline
from screening.vocabulary import Kind, Role
from tests.finding import found_in
from tests.people.conftest import STREET, District, actor_of
from tests.people.test_each_role_sees_its_own import _probes, contacts

pytestmark = pytest.mark.slow

__all__ = ["contacts"]
COLLECTED = {Strand.VISIT, Strand.PUBLICITY, Strand.LISTED}


@pytest.fixture(scope="module")
def book(district: District) -> Casebook:
    book = Casebook(district.workspace)
    raise_from_run(book, district.run, at=datetime(2026, 11, 2, 2, 0, tzinfo=UTC))
    return book


def _strands(district: District, role: Role, entity_id: str) -> set[Strand]:
    return {moment.strand for moment in timeline(district.workspace, district.run, entity_id, actor=actor_of(role))}


def test_the_office_sees_complaints_visits_sanctions_and_decisions_newest_first(district: District, book: Casebook) -> None:
    top = next(iter(district.streets))
    moments = timeline(district.workspace, district.run, top, actor=actor_of(Role.OFFICER))
    assert {Strand.COMPLAINT, Strand.VISIT, Strand.SANCTION, Strand.CASE} <= {moment.strand for moment in moments}
    days = [moment.day for moment in moments if moment.day]
    assert days == sorted(days, reverse=True)
    assert all(moment.case_id or (moment.file and moment.row > 0) for moment in moments)
    complaints = complaints_of(district.workspace, district.run, top, actor=actor_of(Role.OFFICER))
    assert sum(moment.strand is Strand.COMPLAINT for moment in moments) == len(complaints)
    assert was_received(district.workspace, district.run, Kind.LICENCES)


def test_every_strand_that_the_sample_has_turns_up_somewhere(district: District, book: Casebook) -> None:
    found: set[Strand] = set()
    for entity_id in district.streets:
        if len(found) == len(Strand) - 1:
            break
        found |= _strands(district, Role.OFFICER, entity_id)
    assert found >= set(Strand) - {Strand.LISTED}, "the sample has no list of cases"


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_its_own_parts(
    district: District, book: Casebook, contacts: dict[str, set[str]], tipsters: frozenset[str], role: Role
) -> None:
    actor = actor_of(role)
    if scope_of(actor, Document.REGISTRATION) is Scope.NONE:
        with pytest.raises(NotAllowed):
            timeline(district.workspace, district.run, _probes(district)[0], actor=actor)
        return
    probes = sorted({*_probes(district)[::3], *district.shared})
    told = {entity_id: timeline(district.workspace, district.run, entity_id, actor=actor) for entity_id in probes}
    text = repr(told)
    assert not found_in(text, {*tipsters, *set().union(*contacts.values())})
    for entity_id, moments in told.items():
        strands = {moment.strand for moment in moments}
        if scope_of(actor, Document.COMPLAINTS) is Scope.NONE:
            assert Strand.COMPLAINT not in strands
        if scope_of(actor, Document.REASONS) is Scope.NONE:
            assert not strands & COLLECTED
        in_sight = {
            Scope.DISTRICT: True,
            Scope.AREAS: district.streets[entity_id] == STREET,
            Scope.SHARED: entity_id in district.shared,
            Scope.NONE: False,
        }
        if not in_sight[scope_of(actor, Document.REGISTRATION)]:
            assert not moments


def test_cases_are_found_by_number_and_name_within_sight(district: District, book: Casebook) -> None:
    case = next(case for case in book.cases(SYSTEM) if case.entity_id and case.place not in (STREET, None))
    officer, street, police = (actor_of(role) for role in (Role.OFFICER, Role.STREET, Role.POLICE))
    assert [one.case_id for one in find_cases(book, officer, case.case_id.lower(), top=5)] == [case.case_id]
    assert case.case_id in {one.case_id for one in find_cases(book, officer, case.entity_name, top=50)}
    assert case in cases_of(book, officer, case.entity_id or "")
    for actor in (street, police):
        assert not find_cases(book, actor, case.case_id, top=5)
        assert not cases_of(book, actor, case.entity_id or "")
    assert not find_cases(book, officer, "%", top=5) and not find_cases(book, officer, "__", top=5)
