"""The chain of events shows any edit, deletion and truncation, by whomever and wherever."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from screening.cases import audit
from screening.cases.casebook import Casebook
from screening.cases.events import heads_of
from screening.errors import InvalidRequest, ScreeningError
from screening.settings import Settings
from screening.store.case_tables import case_events, case_head, case_visits, cases
from screening.store.files import path_of
from screening.store.workspace import Workspace
from screening.vocabulary import Role
from tests.cases.office import OFFICER, STREET_HAND, Desk, person

Crime = Callable[[sa.Connection], None]


def some_work(desk: Desk) -> None:
    """Twelve events on three cases, with an attachment."""
    for _ in range(3):
        case = desk.put("A2")
        case = desk.move(OFFICER, case, "B1", desk.papers(["street", "points"]))
        case = desk.move(STREET_HAND, case, "B3", desk.papers(["team"]))
        row = next(row for row in desk.book.workflow.rows("B3", "B4"))
        desk.move(STREET_HAND, case, "B4", desk.papers(row.needs))


def without_guard(desk: Desk, crime: Crime) -> None:
    """As somebody with the database's own tools would do it: the triggers go first."""
    register = desk.book.workspace.register
    with register.writing() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS case_events_no_{verb}"))
        else:
            connection.execute(sa.text("DROP TRIGGER IF EXISTS case_events_append_only ON case_events"))
        crime(connection)


def at(seq: int) -> sa.ColumnElement[bool]:
    return case_events.c.seq == seq


def rewound(connection: sa.Connection) -> None:
    """Tail cut off, and the second table set back to match: only the file beside remembers."""
    connection.execute(case_events.delete().where(case_events.c.seq > 8))
    newest = connection.execute(sa.select(case_events.c.hash).where(at(8))).scalar_one()
    connection.execute(case_head.update().values(seq=8, hash=newest))
    kept = sa.select(case_events.c.case_id)
    connection.execute(cases.delete().where(cases.c.case_id.not_in(kept)))
    connection.execute(case_visits.delete().where(case_visits.c.event_seq > 8))


CRIMES: dict[str, tuple[Crime, str]] = {
    "reason edited": (lambda c: void(c.execute(case_events.update().where(at(4)).values(reason="改过"))), "第 4 条"),
    "time edited": (
        lambda c: void(c.execute(sa.text("UPDATE case_events SET at = '2026-01-01 00:00:00+00:00' WHERE seq = 5"))),
        "第 5 条",
    ),
    "person edited": (lambda c: void(c.execute(case_events.update().where(at(6)).values(person="别人"))), "第 6 条"),
    "field edited": (lambda c: void(c.execute(case_events.update().where(at(7)).values(fields={"a": 1}))), "第 7 条"),
    "attachment removed": (lambda c: void(c.execute(case_events.update().where(at(4)).values(attachments=[]))), "第 4 条"),
    "deadline edited": (lambda c: void(c.execute(case_events.update().where(at(3)).values(deadline_after=None))), "第 3 条"),
    "first removed": (lambda c: void(c.execute(case_events.delete().where(at(1)))), "不见了"),
    "middle removed": (lambda c: void(c.execute(case_events.delete().where(at(6)))), "不见了"),
    "last removed": (lambda c: void(c.execute(case_events.delete().where(at(12)))), "链尾不符"),
    "all removed": (lambda c: void(c.execute(case_events.delete())), "链尾不符"),
    "rewound": (rewound, "audit/heads-"),
    "case edited": (lambda c: void(c.execute(cases.update().where(cases.c.case_id.endswith("1")).values(state="F1"))), "现状"),
    "case removed": (lambda c: void(c.execute(cases.delete().where(cases.c.case_id.endswith("2")))), "被删除"),
    "finding edited": (lambda c: void(c.execute(case_visits.update().values(findings=[]))), "核查记录"),
    "visit given to another": (lambda c: void(c.execute(case_visits.update().values(entity_id="E9"))), "核查记录"),
    "visit removed": (lambda c: void(c.execute(case_visits.delete())), "核查记录不见了"),
    "visit invented": (
        lambda c: void(c.execute(case_visits.update().where(case_visits.c.event_seq == 4).values(event_seq=2))),
        "核查记录",
    ),
    "hash copied over": (
        lambda c: void(c.execute(case_events.update().where(at(5)).values(hash="1" * 64))),
        "第 5 条",
    ),
    "swapped": (
        lambda c: void(
            [c.execute(case_events.update().where(at(a)).values(seq=b)) for a, b in ((3, 99), (4, 3), (99, 4))],
        ),
        "接不上",
    ),
}


def void(_: object) -> None:
    return None


def test_honest_work_is_sound(desk: Desk) -> None:
    some_work(desk)
    verdict = audit.verify(desk.book.workspace)
    assert (verdict.faults, verdict.events) == ([], 12)
    assert verdict.head == audit.head(desk.book.workspace)
    assert audit.verify(desk.book.workspace, str(verdict.head)).is_sound
    noted = heads_of(desk.book.workspace.home).read_text().splitlines()
    assert noted[-1].startswith(f"12 {verdict.head.hash} ")


@pytest.mark.parametrize("name", CRIMES)
def test_a_crime_is_found(desk: Desk, name: str) -> None:
    some_work(desk)
    crime, said = CRIMES[name]
    without_guard(desk, crime)
    verdict = audit.verify(desk.book.workspace)
    assert any(said in fault for fault in verdict.faults), verdict.faults


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["reason edited", "middle removed", "last removed", "rewound", "case edited", "finding edited"])
def test_a_crime_is_found_on_postgresql(desk: Desk, postgres_url: str, name: str) -> None:
    workspace = Workspace(Settings(home=desk.book.workspace.home, database_url=postgres_url))
    theirs = Desk(Casebook(workspace))
    some_work(theirs)
    assert audit.verify(workspace).is_sound
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), workspace.register.writing() as connection:
        connection.execute(case_events.update().values(reason="改"))
    crime, said = CRIMES[name]
    without_guard(theirs, crime)
    assert any(said in fault for fault in audit.verify(workspace).faults)
    workspace.register.close()


def test_a_chain_written_anew_with_the_key_is_found_by_a_head_on_paper(desk: Desk) -> None:
    some_work(desk)
    printed = str(audit.head(desk.book.workspace))
    without_guard(desk, rewound)
    heads_of(desk.book.workspace.home).unlink()
    assert audit.verify(desk.book.workspace).is_sound, "whoever also removes the file beside leaves no trace on the machine"
    assert not audit.verify(desk.book.workspace, printed).is_sound, "but the monthly report remembers"


def test_a_changed_or_missing_attachment_is_found(desk: Desk) -> None:
    some_work(desk)
    path = path_of(desk.book.workspace, desk.file("photos"))
    path.write_bytes(b"other")
    assert any("被改动过" in fault for fault in audit.verify(desk.book.workspace).faults)
    path.unlink()
    assert any("不在了" in fault for fault in audit.verify(desk.book.workspace).faults)


def test_a_head_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidRequest, match="不是链头"):
        audit.verify(desk.book.workspace, "abc")


def test_another_key_fits_no_link(desk: Desk) -> None:
    some_work(desk)
    (desk.book.workspace.home / "audit.key").write_text("0" * 64)
    assert not audit.verify(desk.book.workspace).is_sound


def test_what_an_event_keeps_reads_back_the_same(desk: Desk) -> None:
    case = desk.put("A2")
    fields = desk.papers(["street", "points"], points="“引号”、换行\n和 0.1")
    desk.move(OFFICER, case, "B1", fields)
    event = desk.book.events(person(Role.CHIEF), case.case_id)[-1]
    assert json.loads(json.dumps(event.fields)) == fields


def test_without_its_key_the_casebook_refuses_to_go_on(desk: Desk) -> None:
    some_work(desk)
    workspace = desk.book.workspace
    key = workspace.home / "audit.key"
    assert key.stat().st_mode & 0o077 == 0, "its owner alone reads it"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(ScreeningError, match="密钥不在"):
        Casebook(workspace)
    assert not key.exists()
    key.write_bytes(kept)
    assert audit.verify(workspace).is_sound
