"""Nothing that takes an actor escapes the tests of rights: a verb added tomorrow fails here until it is tried for every role."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import screening
from screening import pipeline
from screening.access import OPERATOR, Actor, Verb
from screening.cases import leads, moves, sessions, work
from screening.cases.casebook import Casebook
from screening.cases.leads import Alert, raise_alerts
from screening.errors import NotAllowed
from screening.follow_up import deliver_visits, raise_from_run, score
from screening.identity import decisions
from screening.model import publishing as models
from screening.reference.rights import may
from screening.rehearsal.compare import compare
from screening.rulebook import drafting, publishing
from screening.scoring import visit_plan
from screening.store.case_tables import case_events
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind, Role, Verdict
from tests.people.conftest import actor_of
from tests.people.test_each_role_sees_its_own import ACTS, DISTRICT_READS, READS

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
ELSEWHERE = "440803009"

# Reads, by where they are tried: the tables of test_each_role_sees_its_own, and its test of cases.
READ_AS = {
    "accounts.logs:account_log": "accounts_log",
    "accounts.logs:disclosure_log": "disclosures",
    "accounts.people:list_people": "accounts",
    "features.complaints:complaints_of": "complaints",
    "features.complaints:likely_pairs": "pairs",
    "features.complaints:particulars": "particulars",
    "features.complaints:waiting": "waiting",
    "features.portrait:find_entity": "find_entity",
    "features.portrait:portrait": "portrait",
    "features.records:records_of": "records",
    "features.ties:web_of": "ties",
    "follow_up:doubles_seen": "doubles",
    "pipeline:link_names": "link",
    "rehearsal.what_if:what_if": "what_if",
    "reports.ranked_list:write_ranked_list": "export",
    "scoring.coverage:coverage": "coverage",
    "scoring.drift:drift": "drift",
    "scoring.explanation:explain": "explain_one",
    "scoring.explanation:explain_many": "explain",
    "scoring.health:rule_health": "health",
    "scoring.indices:by_sector": "by_sector",
    "scoring.history:score_history": "history",
    "scoring.indices:by_street": "by_street",
    "scoring.indices:compared": "compared",
    "scoring.overview:overview": "overview",
    "scoring.periodic.items:check_figures": "figures",
    "scoring.ranking:count_ranked": "count_ranked",
    "scoring.ranking:find_ranked": "find_ranked",
    "scoring.ranking:ranked": "ranked",
    "scoring.search:search": "search",
    "scoring.trend:trend": "trend",
    "scoring.visited:visited": "visited",
    "timeline:timeline": "timeline",
    "scoring.visit_plan:plan_visits": "plan",
}
CASE_READS = {f"cases.casebook:Casebook.{name}" for name in ("attachment", "case", "cases", "events", "visits")} | {
    "cases.finding:cases_of",
    "cases.finding:find_cases",
    "cases.funnel:funnel",
    "cases.home:home",
    "cases.leads:open_doubles",
    "cases.moves:next_moves",
    "cases.work:desk",
    "cases.work:due",
}
# What says yes or no, or is only reached through something that asked already.
INNER = {
    "cases.casebook:Casebook.changing",
    "cases.casebook:Casebook.may_see",
    "cases.casebook:Ledger.keep",
    "cases.demands:require_own",
    "cases.demands:require_role",
    "cases.events:append",
    "cases.sending:may_dispatch",
    "cases.sending:require_dispatcher",
    "cases.visits:keep_visit",
    "cases.work:is_asked",
    "cases.work:is_turn",
    "features.persons:hidden_words",
    *(f"reports.issued:{name}" for name in ("note", "number_of")),
    "reports.letters.context:material_of",
    "reports.monthly.workbook:write_workbook",
    *(f"reports.monthly.writing:{name}" for name in ("files_of", "issue", "put_down")),
    "reports.pack.rows:source_rows",
    "intake.preview:first_rows",
    *(
        f"reference.rights:{name}"
        for name in ("may", "require", "require_scope", "rights_of", "scope_of", "view", "visible_areas")
    ),
    *(f"store.disclosures:{name}" for name in ("ask", "spend")),
    "store.sharing:shared_with",
    "store.steps:require_second_person",
    *(f"store.sight:{name}" for name in ("require_district", "sight")),
}
# Tried for every role, or role by role, in tests of their own.
TRIED_APART = {
    "accounts.people:add_person": "test_accounts",
    "accounts.people:reset_password": "test_accounts",
    "accounts.people:set_areas": "test_accounts",
    "accounts.people:set_disabled": "test_accounts",
    "features.portrait:ask_contact": "test_each_role_sees_its_own",
    "features.portrait:disclose_contact": "test_each_role_sees_its_own",
    "identity.tipsters:ask_tipster": "test_tipsters",
    "identity.tipsters:disclose": "test_tipsters",
    "store.disclosures:decide": "test_tipsters",
    "store.disclosures:requests_for": "test_tipsters",
    "cases.leads:record_lead": "cases/test_leads_and_alerts",
    "learning.drift:card_drift": "learning/test_schooling",
    "learning.schooling:judged": "learning/test_schooling",
    "learning.schooling:still_needed": "learning/test_schooling",
    "learning.schooling:learn": "learning/test_schooling",
    "learning.standing:standing": "learning/test_schooling",
    "learning.standing:why_rules_only": "learning/test_schooling",
    "reports.figures.facts:open_facts": "reports/test_papers_of_cases",
    "reports.ledgers.ledger:make_ledger": "reports/test_papers_of_cases",
    "reports.letters.letter:draw_up": "reports/test_papers_of_cases",
    "reports.letters.letter:letters_for": "reports/test_papers_of_cases",
    "reports.monthly.report:monthly": "reports/test_papers_of_cases",
    "reports.monthly.report:yearly": "reports/test_papers_of_cases",
    "reports.pack.build:build_pack": "reports/test_papers_of_cases",
    "cases.sending:send_out": "cases/test_sending",
    "follow_up:send_chosen": "cases/test_sending",
}

CaseWrite = Callable[[Casebook, Actor, str], Any]
CASE_WRITES: dict[str, CaseWrite] = {
    "cases.leads:link_lead": lambda b, a, c: leads.link_lead(b, a, c, "E9", "虚构", None, version=2, at=AT),
    "cases.moves:move": lambda b, a, c: moves.move(
        b, a, c, "B1", version=2, at=AT, fields={"street": "解放街道", "points": "看看"}
    ),
    "cases.moves:approve": lambda b, a, c: moves.approve(b, a, c, version=2, at=AT),
    "cases.moves:decline": lambda b, a, c: moves.decline(b, a, c, version=2, at=AT, reason="不妥"),
    "cases.moves:extend": lambda b, a, c: moves.extend(b, a, c, 1, version=2, at=AT, reason="停业"),
    "cases.moves:pause": lambda b, a, c: moves.pause(b, a, c, "等待鉴定", version=2, at=AT, reason="送检"),
    "cases.moves:resume": lambda b, a, c: moves.resume(b, a, c, version=2, at=AT, reason="已回"),
    "cases.sessions:open_session": lambda b, a, c: sessions.open_session(b, a, c, ["甲", "乙", "丙"], version=2, at=AT),
    "cases.sessions:give_opinion": lambda b, a, c: sessions.give_opinion(b, a, c, proposal="D1", text="提示", version=2, at=AT),
    "cases.sessions:answer_police": lambda b, a, c: sessions.answer_police(b, a, c, "有", version=2, at=AT),
    "cases.sessions:record_session": lambda b, a, c: sessions.record_session(
        b, a, c, decided=["D1"], text="纪要", version=2, at=AT
    ),
    "cases.work:assign": lambda b, a, c: work.assign(b, a, c, actor_of(Role.STREET), version=2, at=AT),
    "cases.work:record_measure": lambda b, a, c: work.record_measure(b, a, c, {"action": "copy"}, version=2, at=AT),
}

Write = Callable[[Workspace, Actor], Any]
WRITES: dict[str, tuple[str, Write]] = {
    "follow_up:score": ("score", lambda w, a: score(w, as_of=date(2026, 10, 31), actor=a)),
    "follow_up:deliver_visits": ("score", lambda w, a: deliver_visits(w, actor=a)),
    "follow_up:raise_from_run": ("score", lambda w, a: raise_from_run(Casebook(w), None, at=AT, actor=a)),  # type: ignore[arg-type]
    "pipeline:score": ("score", lambda w, a: pipeline.score(w, as_of=date(2026, 10, 31), actor=a)),
    "pipeline:load": (
        "load",
        lambda w, a: pipeline.load(w, [Path("没有.csv")], kind=Kind.ENTITIES, received=date(2026, 10, 31), actor=a),
    ),
    "pipeline:forget_columns": ("load", lambda w, a: pipeline.forget_columns(w, 1, actor=a)),
    "identity.decisions:decide": ("decide", lambda w, a: decisions.decide(w, "entities:E1", "E2", Verdict.SAME, actor=a)),
    "identity.decisions:undo": ("decide", lambda w, a: decisions.undo(w, 1, actor=a)),
    "rehearsal.compare:compare": (
        "rehearse",
        lambda w, a: compare(w, w.settings.rules, w.settings.rules, [date(2026, 10, 31)], actor=a),
    ),
    "rulebook.drafting:save_draft": (
        "edit_rules",
        lambda w, a: drafting.save_draft(w.settings.rules, "visits.yaml", "", AT.date(), seen_before="", actor=a),
    ),
    "model.publishing:keep": ("edit_rules", lambda w, a: models.keep(w, None, actor=a)),  # type: ignore[arg-type]
    "model.publishing:propose": ("edit_rules", lambda w, a: models.propose(w, "x", actor=a)),
    "model.publishing:stop": ("edit_rules", lambda w, a: models.stop(w, actor=a)),
    "model.publishing:approve": ("approve_rules", lambda w, a: models.approve(w, "x", actor=a)),
    "model.publishing:reject": ("approve_rules", lambda w, a: models.reject(w, "x", actor=a)),
    "scoring.visit_plan:keep": ("score", lambda w, a: visit_plan.keep(w, None, actor=a)),  # type: ignore[arg-type]
    "rulebook.publishing:propose": (
        "edit_rules",
        lambda w, a: publishing.propose(w, w.settings.rules, actor=a, note="", rehearsal={}, day=AT.date()),
    ),
    "rulebook.publishing:approve": ("approve_rules", lambda w, a: publishing.approve(w, "x", actor=a)),
    "rulebook.publishing:reject": ("approve_rules", lambda w, a: publishing.reject(w, "x", actor=a)),
}


def _functions(holder: Any, module: str, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, found in vars(holder).items():
        if name.startswith("_") or getattr(found, "__module__", None) != module:
            continue
        if inspect.isclass(found):
            yield from _functions(found, module, f"{name}.")
        plain = found.__func__ if isinstance(found, (classmethod, staticmethod)) else found
        if inspect.isfunction(plain):
            yield prefix + name, plain


def taking_an_actor() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(screening.__path__, "screening."):
        place = module.name.removeprefix("screening.")
        if place.split(".")[0] in ("ui", "cli") or place.startswith("store.migrations"):
            continue
        for name, function in _functions(importlib.import_module(module.name), module.name):
            if "actor" in inspect.signature(function).parameters:
                found.add(f"{place}:{name}")
    return found


def test_everything_that_takes_an_actor_is_tried_somewhere() -> None:
    tried = {*READ_AS, *CASE_READS, *INNER, *TRIED_APART, *CASE_WRITES, *WRITES}
    assert taking_an_actor() == tried
    assert set(READ_AS.values()) == {*READS, *DISTRICT_READS, *ACTS}
    tests = Path(__file__).parent.parent
    for verb, place in TRIED_APART.items():
        where = next(path for path in (tests / f"{place}.py", tests / "people" / f"{place}.py") if path.exists())
        assert f"{verb.rpartition(':')[2]}(" in where.read_text(encoding="utf-8"), verb


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.OFFICER, Role.CHIEF, Role.LEADER}))
def test_nobody_acts_on_a_case_out_of_sight(workspace: Workspace, role: Role) -> None:
    book = Casebook(workspace)
    raise_alerts(book, "run1", [Alert("E1", "虚构商行", ELSEWHERE, Grade.ORANGE, red_line=False, rules={"RET-01": 20.0})], at=AT)
    (case,) = book.cases(OPERATOR)
    for write in CASE_WRITES.values():
        with pytest.raises(NotAllowed):
            write(book, actor_of(role), case.case_id)
    assert book.cases(OPERATOR) == [case]
    assert len(workspace.register.rows(sa.select(case_events.c.seq))) == case.version


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_not_do_is_refused_before_anything_is_looked_at(workspace: Workspace, role: Role) -> None:
    for verb, write in WRITES.values():
        if not may(actor_of(role), Verb(verb)):
            with pytest.raises(NotAllowed):
                write(workspace, actor_of(role))
