"""What two servers decide, deliver and write at the same moment happens once, and leaves a trace that holds."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from screening import follow_up, pipeline
from screening.access import OPERATOR, Actor
from screening.cases import audit, moves
from screening.cases.case import case_from
from screening.cases.casebook import Casebook
from screening.cases.events import all_heads, heads_of
from screening.cases.visits import visits
from screening.cli import serving
from screening.errors import InvalidRequest, ScreeningError, StaleRecord
from screening.reports.figures import checks
from screening.reports.figures.facts import open_facts
from screening.reports.figures.period import month_of
from screening.rulebook import active
from screening.rulebook.book import read_rulebook
from screening.rulebook.content import decisive_files
from screening.rulebook.publishing import approve, install, propose, reject, status
from screening.settings import PROJECT_ROOT, Settings
from screening.store import keys
from screening.store.case_tables import case_visits
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Publishing, Role
from tests.cases.office import NOW, OFFICER, STREET_HAND, Desk
from tests.servers.conftest import Pair

DAY = date(2026, 10, 31)
ONE, OTHER, THIRD = (Actor(number, f"虚负责{number}", "区处非办", Role.CHIEF) for number in ("1", "2", "3"))


@pytest.fixture
def with_a_draft(tmp_path: Path) -> Any:
    """Two servers over one rules folder, in which a proposal waits; its version."""
    rules = Path(shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "rules"))
    settings = Settings(home=tmp_path / "home", database_url=f"sqlite:///{(tmp_path / 'r.sqlite').as_posix()}", rules=rules)
    pair = Workspace(settings), Workspace(settings)
    install(pair[0])
    yield pair, drafted(pair[0])
    for workspace in pair:
        workspace.register.close()


def drafted(workspace: Workspace) -> str:
    """A rule of the folder edited and proposed."""
    path = workspace.settings.rules / "recruitment.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("points: 20", "points: 21", 1), encoding="utf-8")
    rehearsal = {"old": status(workspace).active, "new": read_rulebook(workspace.settings.rules).version}
    return propose(workspace, workspace.settings.rules, actor=ONE, note="加一分", rehearsal=rehearsal, day=DAY)


def at_once(holder: Workspace, *deeds: Callable[[], Any]) -> list[Any]:
    """Deeds that are all begun before the first of them can write; what each gave or raised."""
    with ThreadPoolExecutor(len(deeds)) as pool:
        with holder.register.writing():
            begun = [pool.submit(deed) for deed in deeds]
            time.sleep(1)
        return [one.exception() or one.result() for one in begun]


def test_of_two_who_decide_at_once_the_second_finds_it_decided(with_a_draft: tuple[Pair, str]) -> None:
    (one, other), version = with_a_draft
    third = Workspace(one.settings)
    said = at_once(third, lambda: approve(one, version, actor=OTHER), lambda: reject(other, version, actor=THIRD))
    assert [type(answer) for answer in said].count(InvalidRequest) == 1
    settled = [step.step for step in third.register.publishing_steps()][-2:]
    assert settled[0] is Publishing.PROPOSED and settled[1] in (Publishing.APPROVED, Publishing.REJECTED)
    third.register.close()


def test_a_rule_book_approved_on_one_server_scores_on_the_other_at_once(with_a_draft: tuple[Pair, str]) -> None:
    (one, other), version = with_a_draft
    before = read_rulebook(active.active_rules(other)).version
    approve(one, version, actor=OTHER)
    assert read_rulebook(active.active_rules(other)).version == version != before


def test_what_was_rehearsed_beside_an_older_book_is_not_proposed(
    with_a_draft: tuple[Pair, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (one, other), version = with_a_draft
    path, before = one.settings.rules / "recruitment.yaml", status(one).active
    path.write_text(path.read_text(encoding="utf-8").replace("points: 21", "points: 22", 1), encoding="utf-8")
    newer = read_rulebook(one.settings.rules).version

    def meanwhile(*_: object) -> list[str]:
        approve(other, version, actor=OTHER)
        return []

    monkeypatch.setattr("screening.rulebook.publishing.try_examples", meanwhile)
    with pytest.raises(StaleRecord):
        propose(one, one.settings.rules, actor=ONE, note="再加", rehearsal={"old": before, "new": newer}, day=DAY)


def test_a_book_somebody_reads_is_not_taken_away_to_be_written_again(with_a_draft: tuple[Pair, str]) -> None:
    (one, _), version = with_a_draft
    folder = active.folder_of(one, version)
    files = one.register.published_files(version)
    assert files
    before = folder.stat().st_ino
    active._write(folder, files)  # as by a server that saw none a moment ago
    assert folder.stat().st_ino == before and not list(folder.parent.glob(".*"))
    (folder / "recruitment.yaml").write_text("改过", encoding="utf-8")
    assert decisive_files(active.folder_of(one, version)) == files, "what was edited by hand is put right"


def visited(workspace: Workspace, number: int) -> None:
    """A visit on record that no scoring has seen."""
    told = {
        "officers": [{"name": "虚甲"}],
        "findings": [],
        "situation": "照常",
        "entity_name": f"虚构{number}号",
        "unit": "解放街道办",
    }
    when = {"visit_date": date(2026, 11, 1), "reported_on": date(2026, 11, number)}
    with workspace.register.writing() as connection:
        connection.execute(case_visits.insert().values(event_seq=number, case_id=f"YJ-{number}", **told, **when))


def test_a_visit_counts_once_though_two_servers_score_at_once(on_sqlite: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = on_sqlite
    visited(one, 1)

    def slowly(register: Any, **wanted: Any) -> Any:
        found = visits(register, **wanted)
        monkeypatch.undo()
        with other.register.writing() as connection:  # on the same day, so that the other's batch is another one
            connection.execute(
                case_visits.insert().from_select(
                    [column.name for column in case_visits.columns],
                    case_visits.select().with_only_columns(
                        case_visits.c.event_seq + 1, *[column for column in case_visits.columns if column.name != "event_seq"]
                    ),
                )
            )
        assert follow_up.deliver_visits(other) == 2
        return found

    monkeypatch.setattr(follow_up, "visits", slowly)
    follow_up.deliver_visits(one)
    batches = one.register.batches(kind=Kind.INSPECTIONS)
    assert [batch.accepted for batch in batches] == [2]


def test_a_term_that_ran_out_is_noticed_by_two_windows_and_moved_once(on_sqlite: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    books = [Casebook(workspace) for workspace in on_sqlite]
    desk = Desk(books[0])
    row, state = next((row, state) for state, row in ((s, r) for r in books[0].workflow.moves for s in r.from_) if row.due)
    case = desk.put_for(row, state)
    read = books[0].cases

    def slowly(*told: Any, **wanted: Any) -> Any:
        found = read(*told, **wanted)
        assert len(moves.sweep(books[1], NOW)) == 1
        return found

    monkeypatch.setattr(books[0], "cases", slowly)
    assert moves.sweep(books[0], NOW) == []
    assert books[0].case(OFFICER, case.case_id).state == row.to


def test_each_machine_notes_heads_in_a_file_of_its_own_and_all_are_held_against_the_chain(
    on_sqlite: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks = [Desk(Casebook(workspace)) for workspace in on_sqlite]
    case = desks[0].put("A2")
    for name, desk, step in (("甲 机", desks[0], "B1"), ("server-b", desks[1], "B3")):
        monkeypatch.setattr(socket, "gethostname", lambda name=name: name)
        actor, needs = (OFFICER, ["street", "points"]) if step == "B1" else (STREET_HAND, ["team"])
        case = desk.move(actor, case, step, desk.papers(needs))
    home = on_sqlite[0].home
    assert {"heads-server-b.log", "heads-___.log"} <= {path.name for path in all_heads(home)}
    assert audit.verify(on_sqlite[0]).is_sound
    heads_of(home).write_text(f"3 {'0' * 64} 2026-11-23\n")
    assert any("heads-server-b.log" in fault for fault in audit.verify(on_sqlite[0]).faults)


def test_a_clock_that_is_behind_does_not_turn_the_order_of_a_case_round(on_sqlite: Pair) -> None:
    desks = [Desk(Casebook(workspace)) for workspace in on_sqlite]
    case = desks[0].put("A2")
    case = desks[0].move(OFFICER, case, "B1", desks[0].papers(["street", "points"]))
    desks[1].move(STREET_HAND, case, "B3", desks[1].papers(["team"]), at=NOW - timedelta(seconds=40))
    moments = [event.at for event in desks[0].book.events(OFFICER, case.case_id)]
    assert moments == sorted(moments)
    assert audit.verify(on_sqlite[0]).is_sound


def test_the_chain_is_sound_though_others_go_on_writing_while_it_is_walked(
    on_sqlite: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks = [Desk(Casebook(workspace)) for workspace in on_sqlite]
    desks[0].put("A2")
    walk = audit._Walk.close

    def slowly(*told: Any) -> None:
        desks[1].put("A2")
        walk(*told)

    monkeypatch.setattr(audit._Walk, "close", slowly)
    assert audit.verify(on_sqlite[0]).faults == []


def test_figures_of_a_report_are_of_one_moment(on_sqlite: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    desks = [Desk(Casebook(workspace)) for workspace in on_sqlite]
    case = desks[0].put("A2")
    pipeline.load(on_sqlite[0], [PROJECT_ROOT / "data/sample/2026-10/01_典当行名单.xlsx"], kind=None, received=DAY)
    pipeline.score(on_sqlite[0], as_of=DAY)

    def slowly(row: Any) -> Any:
        monkeypatch.undo()
        desks[1].move(OFFICER, case, "B1", desks[1].papers(["street", "points"]))
        return case_from(row)

    monkeypatch.setattr("screening.reports.figures.facts.case_from", slowly)
    with open_facts(on_sqlite[0], month_of(DAY), actor=OPERATOR) as opened:
        assert checks.replay_is_the_casebook(opened) == []


def test_no_half_key_is_made_where_the_share_has_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(ScreeningError, match=r"audit\.key") as told:
        keys.key_of(tmp_path, "audit.key", "SCREENING_AUDIT_KEY", lambda: b"k")
    assert "SCREENING_AUDIT_KEY" in told.value.hint
    assert not list(tmp_path.iterdir())


def test_what_one_server_sealed_in_a_browser_the_other_can_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    class Dashboard:
        def __init__(self, *_: object, env: dict[str, str], **__: object) -> None:
            seen.append(env)

        def __enter__(self) -> "Dashboard":
            return self

        def __exit__(self, *_: object) -> None: ...

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Dashboard)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv("SCREENING_DATABASE_URL", f"sqlite:///{(tmp_path / 'r.sqlite').as_posix()}")
    for home in ("one", "other"):
        monkeypatch.setenv("SCREENING_HOME", str(tmp_path / home))
        with pytest.raises(typer.Exit):
            serving.serve(8599)
    first, second = (env["STREAMLIT_SERVER_COOKIE_SECRET"] for env in seen)
    assert first == second and len(first) >= 32
