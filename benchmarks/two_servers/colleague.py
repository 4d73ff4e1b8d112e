"""One person at work through the verbs that the dashboard's pages call: what they did and were told was done goes into their diary."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.two_servers.office import AS_OF, STREETS, write_complaints, write_entities
from screening import follow_up, pipeline
from screening.access import Actor
from screening.accounts.people import add_person
from screening.accounts.sessions import who
from screening.cases import audit, leads, moves, sessions, work
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.home import home
from screening.errors import InvalidRequest, StaleRecord
from screening.features.portrait import ask_contact, disclose_contact
from screening.identity.decisions import decide
from screening.reference.areas import read_areas
from screening.reports.figures.period import month_of
from screening.reports.letters.letter import draw_up
from screening.reports.monthly.report import monthly
from screening.reports.monthly.writing import files_of
from screening.reports.ranked_list import write_ranked_list
from screening.scoring.explanation import explain
from screening.scoring.overview import overview
from screening.scoring.ranking import Filter, find_run, ranked
from screening.scoring.search import search
from screening.store.disclosures import decide as settle
from screening.store.disclosures import requests_for
from screening.store.files import keep_file
from screening.store.workspace import Workspace
from screening.timeline import timeline
from screening.vocabulary import Role, Verdict

_ROWS, _COMPLAINTS = 40, 60
_TEAM = [{"name": "虚甲", "warrant_no": "粤G001"}, {"name": "虚乙", "warrant_no": "粤G002"}]
Deed = Callable[[], None]


@dataclass
class Colleague:
    """`diary`: one line a deed that the program said was done; `late`: how often somebody else had changed the case before."""

    workspace: Workspace
    token: str
    folder: Path
    shared_file: Path
    diary: list[dict[str, Any]] = field(default_factory=list)
    late: int = 0
    looks: int = 0
    _deeds: int = 0
    _words: int = 0

    def __post_init__(self) -> None:
        person = who(self.workspace, self.token)
        assert person is not None, "a session opened on the other server is open here"
        self.actor: Actor = person.actor
        self.chance = random.Random(person.login)
        self.book = Casebook(self.workspace)

    def act(self) -> None:
        """One thing this person would do next; whoever is not signed in any more fails."""
        assert who(self.workspace, self.token) is not None, "still signed in"
        self._deeds += 1
        deeds: dict[Role, list[Deed]] = {
            Role.OFFICER: [self.load, self.load, self.lead, self.lead, self.dispatch, self.dispatch, self.close, self.to_session, self.letter, self.decide, self.ask, self.same_file, self.look],
            Role.CHIEF: [self.approve, self.approve, self.grant, self.look, self.record],
            Role.STREET: [self.visit, self.visit, self.visit, self.visit, self.lead, self.look],
            Role.MARKET: [self.opine, self.opine, self.lead, self.look],
            Role.POLICE: [self.opine, self.opine, self.look],
            Role.ADMINISTRATOR: [self.add_account],
            Role.AUDITOR: [self.verify],
        }  # fmt: skip
        try:
            self.chance.choice(deeds.get(self.actor.role, [self.look]))()
        except StaleRecord:
            self.late += 1

    def load(self) -> None:
        """A list and complaints that nobody else has."""
        name = f"{self.actor.person_id[:6]}第{self._deeds}份"
        self._load([write_entities(self.folder, name, _ROWS), write_complaints(self.folder, name, name, _COMPLAINTS)])

    def same_file(self) -> None:
        """A file that colleagues send in as well: one of them stores it."""
        self._load([self.shared_file])

    def score(self) -> None:
        """Score what is there, and raise its alerts."""
        run = follow_up.score(self.workspace, as_of=AS_OF, actor=self.actor)
        follow_up.raise_from_run(self.book, run, at=datetime.now(UTC), actor=self.actor)
        self._note("run", run=run.run_id)

    def report(self) -> None:
        """The month's report, and the ranked list as a workbook."""
        run = find_run(self.workspace)
        report = monthly(self.workspace, month_of(date(2026, 10, 31)), actor=self.actor, today=date(2026, 11, 2))
        written = files_of(self.workspace, report, actor=self.actor)
        book = write_ranked_list(
            self.workspace, run, ranked(self.workspace, run, Filter(top=20), actor=self.actor), actor=self.actor
        )
        self._note("report", bytes=len(book) + sum(map(len, written.values())))

    def look(self) -> None:
        """The desk, the list, an entity, a search, the overview: as far as this role sees them."""
        home(self.book, self.actor, datetime.now(UTC))
        run = find_run(self.workspace)
        if self.actor.role in (Role.OFFICER, Role.CHIEF, Role.LEADER, Role.STREET):
            seen = ranked(self.workspace, run, Filter(top=50), actor=self.actor)
            if seen:
                entity = self.chance.choice(seen)
                explain(self.workspace, run, entity.entity_id, actor=self.actor)
                timeline(self.workspace, run, entity.entity_id, actor=self.actor)
            search(self.workspace, run, "典当行", top=20, actor=self.actor)
        if self.actor.role in (Role.OFFICER, Role.CHIEF, Role.LEADER):
            overview(self.workspace, run, actor=self.actor)
        self.looks += 1

    def lead(self) -> None:
        """A lead somebody rang in; the office takes it up."""
        street = self.chance.choice(STREETS)
        code = next(code for code, area in read_areas(self.workspace.settings.rules).items() if area.name == street)
        if self.actor.role is Role.STREET:
            code = min(self.actor.areas)
        said = self._marker()
        case, _ = leads.record_lead(
            self.book,
            self.actor,
            source=next(iter(self.book.workflow.sources)),
            summary=said,
            at=datetime.now(UTC),
            entity_name=f"虚构商行{said}",
            area_code=code,
        )
        self._note("event", said=said, case=case.case_id, version=case.version)
        if self.actor.role is Role.OFFICER:
            self._move(case, "A2", {})

    def dispatch(self) -> None:
        """Send out what waits, or take up what was reported."""
        if case := self._some("A2", "A0", "A1"):
            self._move(
                case,
                *(
                    ("B1", {"street": case.place or min(self.book.streets), "points": "看合同"})
                    if case.state == "A2"
                    else ("A2", {})
                ),
            )

    def visit(self) -> None:
        """Go there, and report with photographs."""
        case = self._some("B1", "B3")
        if case and case.state == "B1":
            self._move(case, "B3", {"team": _TEAM})
        elif case:
            photo = self._keep()
            told = {"visit_date": "2026-11-10", "officers": _TEAM, "findings": [{"code": "S10"}], "situation": "店面照常营业"}
            self._move(case, "B4", told | {"photos": [photo]})

    def close(self) -> None:
        """Ask to close what was visited: a head of office must agree."""
        if case := self._some("B4"):
            self._move(case, "F1", {"conclusion": "cleared", "grounds": "未见异常"})

    def approve(self) -> None:
        """Agree to what a colleague asked for, now and then not."""
        waiting = [case for case in self.book.cases(self.actor, open_only=True) if case.pending]
        if not waiting:
            return
        case, said, at = self.chance.choice(waiting), self._marker(), datetime.now(UTC)
        settle_it = moves.decline if self.chance.random() < 0.2 else moves.approve
        after = settle_it(self.book, self.actor, case.case_id, version=case.version, at=at, reason=said)
        self._note("event", said=said, case=after.case_id, version=after.version)

    def to_session(self) -> None:
        """Bring a visited case before the units."""
        if case := self._some("B4"):
            self._move(case, "C1", {"grounds": "请各单位研判", "requested_by": "区市场监管局"})

    def opine(self) -> None:
        """What one's unit thinks of a case in joint session."""
        if case := self._some("C1"):
            said, at = self._marker(), datetime.now(UTC)
            after = sessions.give_opinion(
                self.book, self.actor, case.case_id, proposal="D1", text=said, version=case.version, at=at
            )
            self._note("event", said=said, case=after.case_id, version=after.version)

    def record(self) -> None:
        """The desk of the head: what waits, what runs late."""
        work.due(self.book, self.actor, datetime.now(UTC), marked_only=True)
        self.looks += 1

    def letter(self) -> None:
        """A reply with its number."""
        if case := self._some("A2", "B1", "B3", "B4", "C1"):
            drawn = draw_up(self.workspace, case.case_id, "reply", actor=self.actor, at=datetime.now(UTC))
            self._note("letter", number=drawn.number, case=case.case_id)

    def decide(self) -> None:
        """Say of a complaint that it does not mean an entity."""
        seen, said = ranked(self.workspace, find_run(self.workspace), Filter(top=50), actor=self.actor), self._marker()
        decide(
            self.workspace,
            f"complaints:{said}",
            self.chance.choice(seen).entity_id,
            Verdict.DIFFERENT,
            actor=self.actor,
            note=said,
        )
        self._note("decision", said=said)

    def ask(self) -> None:
        """Ask to see contact details, or look where it was granted."""
        mine = [one for one in requests_for(self.workspace, self.actor) if one.person_id == self.actor.person_id]
        if granted := [one for one in mine if one.is_open]:
            subject = granted[0].subject
            disclose_contact(self.workspace, self.actor, subject.partition(":")[2])
            self._note("disclosed", subject=subject)
            return
        seen = ranked(self.workspace, find_run(self.workspace), Filter(top=50), actor=self.actor)
        entity = self.chance.choice(seen)
        ask_contact(self.workspace, self.actor, entity.entity_id, f"约谈前联系{self._deeds}")

    def grant(self) -> None:
        """Let a colleague look."""
        others = [
            r for r in requests_for(self.workspace, self.actor) if r.is_granted is None and r.person_id != self.actor.person_id
        ]
        if others:
            try:
                settle(self.workspace, self.actor, self.chance.choice(others).seq, granted=True)
            except InvalidRequest:  # another head of office was quicker
                self.late += 1

    def add_account(self) -> None:
        """A new colleague."""
        login = f"xin{self._deeds}"
        add_person(self.workspace, actor=self.actor, login=login, name=f"虚新人{self._deeds}", unit="区处非办", role=Role.OFFICER)
        self._note("account", login=login)

    def verify(self) -> None:
        """The chain, as it stands at a moment while others go on writing."""
        verdict = audit.verify(self.workspace)
        assert verdict.is_sound, verdict.faults
        self.looks += 1

    def _load(self, paths: list[Path]) -> None:
        receipt = pipeline.load(self.workspace, paths, kind=None, received=AS_OF, actor=self.actor)
        for entry in receipt.files:
            assert entry["error"] is None, entry
            assert entry["rows_read"] == entry["accepted"] + entry["rejected"] + entry["duplicate"], entry
            self._note("load", **{name: entry[name] for name in ("file", "kind", "accepted", "rejected", "duplicate", "batch")})

    def _some(self, *states: str) -> Case | None:
        found = [case for case in self.book.cases(self.actor, states=states) if case.pending is None]
        return self.chance.choice(found) if found else None

    def _move(self, case: Case, to: str, fields: dict[str, Any]) -> None:
        said, at = self._marker(), datetime.now(UTC)
        moved = moves.move(self.book, self.actor, case.case_id, to, version=case.version, at=at, fields=fields, reason=said)
        self._note("event", said=said, case=moved.case_id, version=moved.version)

    def _keep(self) -> str:
        kept = keep_file(self.workspace, self._marker().encode(), "照片.jpg", by=self.actor.signature, at=datetime.now(UTC))
        self._note("file", sha256=kept.sha256)
        return kept.sha256

    def _marker(self) -> str:
        """Words that no other deed bears."""
        self._words += 1
        return f"{self.actor.name}之{self._words}"

    def _note(self, did: str, **what: Any) -> None:
        self.diary.append({"did": did, "by": self.actor.name, **what})
