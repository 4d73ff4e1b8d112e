"""For each role × each read and export: the set of forbidden entities and personal values that appear is empty."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import openpyxl
import pytest

from screening import pipeline
from screening.access import SYSTEM, Actor, Document, Scope, Shown, Verb
from screening.accounts.logs import account_log, disclosure_log
from screening.accounts.people import list_people
from screening.cases import moves, work
from screening.cases.casebook import Casebook
from screening.cases.finding import cases_of, find_cases
from screening.cases.funnel import funnel
from screening.cases.home import home
from screening.cases.leads import open_doubles
from screening.errors import InvalidRequest, NotAllowed
from screening.features.complaints import complaints_of, likely_pairs, particulars, waiting
from screening.features.persons import ELSEWHERE, hidden_words
from screening.features.portrait import ask_contact, disclose_contact, find_entity, portrait
from screening.features.records import records_of
from screening.features.ties import web_of
from screening.follow_up import doubles_seen, planned_visits, raise_from_run
from screening.reference.fields import read_dictionaries
from screening.reference.masks import is_organisation
from screening.reference.rights import may, rights_of, scope_of
from screening.rehearsal.what_if import what_if
from screening.reports.ranked_list import write_ranked_list
from screening.scoring.coverage import coverage
from screening.scoring.drift import drift
from screening.scoring.explanation import explain, explain_many
from screening.scoring.health import rule_health
from screening.scoring.history import score_history
from screening.scoring.indices import by_sector, by_street, compared
from screening.scoring.overview import overview
from screening.scoring.periodic.items import check_figures
from screening.scoring.ranking import Filter, Ranked, count_ranked, find_ranked, previous_run, ranked
from screening.scoring.search import search
from screening.scoring.trend import trend
from screening.scoring.visit_plan import Wanted, plan_visits
from screening.scoring.visited import visited
from screening.store.disclosures import decide
from screening.store.sharing import share, to_unit, unshare
from screening.store.sight import Sight, sight
from screening.timeline import timeline
from screening.vocabulary import Grade, Role, Sector
from tests.finding import found_in
from tests.people.conftest import STREET, District, actor_of
from tests.promises.world import write_csv

pytestmark = pytest.mark.slow

Read = Callable[[District, Actor], Any]
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def _probes(district: District) -> list[str]:
    """Entities asked for by name: every shared one, some of the street, some of elsewhere, one of nowhere."""
    by_place = {place: [e for e, s in district.streets.items() if s == place][:4] for place in set(district.streets.values())}
    return sorted({*district.shared, *(e for some in by_place.values() for e in some)})


def _each(district: District, read: Callable[[str], Any], every: int = 1) -> list[Any]:
    found = []
    for entity_id in _probes(district)[::every]:
        try:
            found.append(read(entity_id))
        except InvalidRequest:  # as unknown as one that is not there
            continue
    return found


def _export(district: District, actor: Actor) -> Any:
    """Asked to write entities that the actor was never shown."""
    everything = [
        Ranked(1, e, district.names[e], Sector.OTHER, None, 0.0, Grade.BLUE, 0.0, 0.0, False, None, None, None)
        for e in _probes(district)
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_ranked_list(district.workspace, district.run, everything, actor=actor)))
    return [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]


def _link(district: District, actor: Actor) -> Any:
    names = [{"id": str(i), "name": district.names[e]} for i, e in enumerate(_probes(district)) if district.names[e]]
    return pipeline.link_names(district.workspace, write_csv(district.workspace.home / "names.csv", names), actor=actor)


READS: dict[str, tuple[Document, Read]] = {
    "ranked": (Document.RANKING, lambda d, a: ranked(d.workspace, d.run, actor=a)),
    "overview": (Document.RANKING, lambda d, a: overview(d.workspace, d.run, actor=a)),
    "by_street": (Document.RANKING, lambda d, a: by_street(d.workspace, d.run, "未知", actor=a)),
    "by_sector": (Document.RANKING, lambda d, a: by_sector(d.workspace, d.run, actor=a)),
    "explain": (Document.REASONS, lambda d, a: explain_many(d.workspace, d.run, [*_probes(d), *list(d.streets)[::8]], actor=a)),
    "explain_one": (Document.REASONS, lambda d, a: _each(d, lambda e: explain(d.workspace, d.run, e, actor=a), every=8)),
    "find_entity": (Document.REGISTRATION, lambda d, a: _each(d, lambda e: find_entity(d.workspace, e, actor=a), every=4)),
    "portrait": (Document.REGISTRATION, lambda d, a: _each(d, lambda e: portrait(d.workspace, e, actor=a).document(), every=8)),
    "particulars": (Document.REGISTRATION, lambda d, a: particulars(d.workspace, d.run, _probes(d), actor=a)),
    "ties": (Document.REASONS, lambda d, a: _each(d, lambda e: web_of(d.workspace, d.run, e, actor=a), every=8)),
    "history": (Document.REASONS, lambda d, a: _each(d, lambda e: score_history(d.workspace, d.run, e, actor=a), every=8)),
    "search": (
        Document.REGISTRATION,
        lambda d, a: [
            search(d.workspace, d.run, "湛江市", top=99, actor=a),
            *_each(d, lambda e: search(d.workspace, d.run, e, top=5, actor=a), every=8),
        ],
    ),
    "records": (Document.REGISTRATION, lambda d, a: _each(d, lambda e: records_of(d.workspace, d.run, e, actor=a), every=8)),
    "timeline": (Document.REGISTRATION, lambda d, a: _each(d, lambda e: timeline(d.workspace, d.run, e, actor=a), every=8)),
    "find_ranked": (Document.RANKING, lambda d, a: _each(d, lambda e: find_ranked(d.workspace, d.run, e, actor=a), every=8)),
    "count_ranked": (Document.RANKING, lambda d, a: count_ranked(d.workspace, d.run, Filter(), actor=a)),
    "compared": (Document.RANKING, lambda d, a: compared(d.workspace, d.run, "未知", actor=a)),
    "trend": (Document.RANKING, lambda d, a: trend(d.workspace, actor=a)),
    "visited": (Document.RANKING, lambda d, a: visited(d.workspace, d.run, actor=a)),
    "complaints": (Document.COMPLAINTS, lambda d, a: _each(d, lambda e: complaints_of(d.workspace, d.run, e, actor=a), every=8)),
    "waiting": (Document.QUEUE, lambda d, a: waiting(d.workspace, d.run, actor=a)),
    "pairs": (Document.QUEUE, lambda d, a: likely_pairs(d.workspace, d.run, actor=a)),
    "doubles": (Document.RANKING, lambda d, a: doubles_seen(d.workspace, d.run.as_of, actor=a)),
    "health": (Document.RULEBOOK, lambda d, a: rule_health(d.workspace, d.run, actor=a)),
    "drift": (Document.RULEBOOK, lambda d, a: drift(d.workspace, previous_run(d.workspace, d.run) or d.run, d.run, actor=a)),
    "accounts_log": (Document.LOG, lambda d, a: account_log(d.workspace, actor=a)),
    "disclosures": (Document.LOG, lambda d, a: disclosure_log(d.workspace, actor=a)),
}
# Figures of the whole district, for who sees all of it.
DISTRICT_READS: dict[str, tuple[Document, Read]] = {
    "coverage": (Document.REGISTRATION, lambda d, a: coverage(d.workspace, d.run.as_of, planned_visits(d.workspace), actor=a)),
    "plan": (Document.RANKING, lambda d, a: plan_visits(d.workspace, d.run, Wanted(30, control=0.2), actor=a)),
    "figures": (Document.REASONS, lambda d, a: check_figures(d.workspace, d.run.as_of, actor=a)),
}
_SUPPOSED = {"reg_capital_yuan": "5000万元"}
ACTS: dict[str, tuple[Verb, Read]] = {
    "export": (Verb.EXPORT, _export),
    "link": (Verb.LINK, _link),
    "accounts": (Verb.MANAGE_ACCOUNTS, lambda d, a: list_people(d.workspace, actor=a)),
    "what_if": (Verb.REHEARSE, lambda d, a: what_if(d.workspace, next(iter(d.streets)), _SUPPOSED, d.run.as_of, actor=a)),
}
DOCUMENT_OF_ACT = {
    "export": Document.REASONS,
    "link": Document.REGISTRATION,
    "accounts": Document.ACCOUNTS,
    "what_if": Document.REASONS,
}


def _text(found: Any) -> str:
    """Everything of a result, field by field: whoever holds it could show it."""
    return repr(found)


def _allowed(district: District, actor: Actor, document: Document) -> set[str]:
    """Written apart from the program: who is in sight by the table of the brief."""
    scope = scope_of(actor, document)
    everybody = set(district.streets)
    in_street = {e for e, street in district.streets.items() if street == STREET}
    return {Scope.DISTRICT: everybody, Scope.AREAS: in_street, Scope.SHARED: set(district.shared), Scope.NONE: set()}[scope]


@pytest.fixture(scope="module")
def contacts(district: District) -> dict[str, set[str]]:
    """Every contact value of the facts: column → values, persons only."""
    found: dict[str, set[str]] = {}
    with district.workspace.connect(district.workspace.register.batches()) as connection:
        for kind, dictionary in read_dictionaries().items():
            for name, field in dictionary.fields.items():
                if field.personal == "contact":
                    rows = connection.execute(f"SELECT DISTINCT {name} FROM raw_{kind.table} WHERE {name} IS NOT NULL").fetchall()
                    parts = {part for row in rows for part in str(row[0]).replace("，", "、").split("、")}
                    found.setdefault(name, set()).update(p for p in parts if len(p) > 2 and not is_organisation(p))
    assert len(found["legal_rep_name"]) > 100 and len(found["phone"]) > 100
    return found


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("read", [*READS, *DISTRICT_READS, *ACTS])
def test_no_forbidden_entity_or_value_appears(
    district: District, contacts: dict[str, set[str]], tipsters: frozenset[str], role: Role, read: str
) -> None:
    actor = actor_of(role)
    reads = {**READS, **DISTRICT_READS}
    document, call = reads[read] if read in reads else (DOCUMENT_OF_ACT[read], ACTS[read][1])
    scope = scope_of(actor, document)
    is_open = may(actor, ACTS[read][0]) if read in ACTS else scope is not Scope.NONE
    if read in DISTRICT_READS:
        is_open = scope is Scope.DISTRICT
    if not is_open:
        with pytest.raises(NotAllowed):
            call(district, actor)
        return
    text = _text(call(district, actor))
    allowed = _allowed(district, actor, document)
    forbidden = set(district.streets) - allowed
    assert not found_in(text, forbidden)
    if scope_of(actor, document) is not Scope.DISTRICT and read != "complaints":
        strangers = {district.names[e] for e in forbidden} - {district.names[e] for e in allowed}
        assert not found_in(text, {repr(name) for name in strangers if name})
    if rights_of(actor).contact is not Shown.OPEN:
        assert not found_in(text, set().union(*contacts.values()))
    assert not found_in(text, tipsters)


@pytest.mark.parametrize("role", Role)
def test_no_case_out_of_sight_appears(
    district: District, contacts: dict[str, set[str]], tipsters: frozenset[str], role: Role
) -> None:
    actor, book = actor_of(role), Casebook(district.workspace)
    raise_from_run(book, district.run, at=AT)
    everything, seen = book.cases(SYSTEM), book.cases(actor)
    allowed = _allowed(district, actor, Document.RANKING)
    assert {case.entity_id for case in seen} <= allowed
    if role in (Role.OFFICER, Role.CHIEF, Role.LEADER, Role.STREET):
        assert {case.case_id for case in seen} == {case.case_id for case in everything if case.entity_id in allowed}
    for case in everything[:60]:
        if case not in seen:
            for read in (book.case, book.events, book.visits, partial(book.attachment, sha256="0" * 64)):
                with pytest.raises(NotAllowed):
                    read(actor, case.case_id)
    lists = [work.due(book, actor, AT), work.desk(book, actor), open_doubles(book, actor), home(book, actor, AT)]
    entities = {case.entity_id for case in everything[:60] if case.entity_id}
    lists += [funnel(book, actor), find_cases(book, actor, "YJ-", top=999), [cases_of(book, actor, e) for e in entities]]
    assert funnel(book, actor).total == len(seen)
    steps = [moves.next_moves(book, actor, case) for case in seen[:60]]
    text = _text([seen, [(book.events(actor, c.case_id), book.visits(actor, c.case_id)) for c in seen[:60]], lists, steps])
    assert not {case.case_id for case in everything if case not in seen and case.case_id in text}
    assert not found_in(text, {*tipsters, *set().union(*contacts.values())})


def test_who_sees_something_sees_all_of_their_own(district: District) -> None:
    for role in Role:
        actor = actor_of(role)
        if scope_of(actor, Document.RANKING) is not Scope.NONE:
            listed = {entity.entity_id for entity in ranked(district.workspace, district.run, actor=actor)}
            assert listed == _allowed(district, actor, Document.RANKING)


def test_complaint_quotes_are_for_who_reads_complaints(district: District) -> None:
    shared = list(district.shared)
    for role, reads in ((Role.POLICE, True), (Role.MARKET, False)):
        explained = explain_many(district.workspace, district.run, shared, actor=actor_of(role))
        quotes = [s.quote for e in explained for r in e.reasons for s in r.sources if "工单" in s.file]
        assert quotes and any(quotes) == reads


def test_firms_and_persons_in_a_relation_are_hidden(district: District, contacts: dict[str, set[str]]) -> None:
    stranger = next(
        district.names[e] for e, street in district.streets.items() if street not in (STREET, None) and district.names[e]
    )
    own = next(district.names[e] for e, street in district.streets.items() if street == STREET and district.names[e])
    head, phone = min(contacts["legal_rep_name"]), min(contacts["phone"])
    quote = f"「{own} —法定代表人 {head}— {stranger}」（电话 {phone}）"
    changed = "法定代表人变更：王小二 → 赵大明、孙三"
    actor = actor_of(Role.STREET)
    shown = hidden_words(
        district.workspace, district.run, actor, sight(district.workspace, actor, Document.REASONS), [quote, changed]
    )
    assert own in shown[quote] and ELSEWHERE in shown[quote]
    assert not [word for word in (stranger, head, phone) if word in shown[quote]]
    assert shown[changed] == "法定代表人变更：王** → 赵**、孙**"
    officer = hidden_words(district.workspace, district.run, actor_of(Role.OFFICER), Sight(everything=True), [quote])
    assert stranger in officer[quote] and head not in officer[quote]


def test_an_end_of_sharing_ends_the_sight(district: District) -> None:
    entity_id = next(e for e in district.streets if e not in district.shared)
    actor = actor_of(Role.INDUSTRY)
    with district.workspace.register.writing() as transaction:
        share(transaction, entity_id, to_unit(actor.unit), ground="移送", by="t")
    assert sight(district.workspace, actor, Document.REASONS).sees(entity_id, None)
    with district.workspace.register.writing() as transaction:
        unshare(transaction, entity_id, to_unit(actor.unit), by="t")
    assert not sight(district.workspace, actor, Document.REASONS).sees(entity_id, None)


def test_contact_details_are_shown_once_for_a_purpose_that_is_granted_and_kept(district: District) -> None:
    entity_id = next(e for e, street in district.streets.items() if street == STREET)
    elsewhere = next(e for e, street in district.streets.items() if street not in (STREET, None))
    street, workspace, auditor = actor_of(Role.STREET), district.workspace, actor_of(Role.AUDITOR)
    before = len(disclosure_log(workspace, actor=auditor))
    with pytest.raises(NotAllowed, match="没有获准"):
        disclose_contact(workspace, street, entity_id)
    request = ask_contact(workspace, street, entity_id, "约谈前联系法定代表人")
    decide(workspace, actor_of(Role.CHIEF), request.seq, granted=True)
    found = disclose_contact(workspace, street, entity_id)
    assert found["legal_rep_name"] and "*" not in found["legal_rep_name"]
    for wanted, purpose in ((entity_id, " "), (elsewhere, "约谈前联系")):
        with pytest.raises(InvalidRequest):
            ask_contact(workspace, street, wanted, purpose)
    with pytest.raises(InvalidRequest):
        disclose_contact(workspace, street, elsewhere)
    with pytest.raises(NotAllowed):
        ask_contact(workspace, actor_of(Role.LEADER), entity_id, "看一下而已")
    (line, *_), now = disclosure_log(workspace, actor=auditor), before + 1
    assert len(disclosure_log(workspace, actor=auditor)) == now
    assert (line.person_id, line.subject, line.purpose) == (street.person_id, f"entities:{entity_id}", "约谈前联系法定代表人")
    assert found["legal_rep_name"] not in _text(line)
