"""What is put on record beside the steps of a case: the police's one word, whom a lead means, measures of an investigation."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.access import OPERATOR, SYSTEM
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import EventKind
from screening.cases.leads import record_lead
from screening.follow_up import raise_from_run
from screening.identity import decisions
from screening.scoring.ranking import find_run
from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.ui.places import CASE, CASES
from screening.vocabulary import Role, Verdict

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
Open = Callable[..., AppTest]


@pytest.fixture
def book(own_scored_home: Path) -> Iterator[Casebook]:
    """A casebook in which the sample's alerts are cases."""
    url = f"sqlite:///{(own_scored_home / 'register.sqlite').as_posix()}"
    workspace = Workspace(Settings(home=own_scored_home, database_url=url))
    opened = Casebook(workspace)
    raise_from_run(opened, find_run(workspace), at=AT)
    yield opened
    workspace.register.close()


def put(book: Casebook, state: str) -> Case:
    """The first case, as if it had come to a state."""
    case = book.cases(SYSTEM)[0]
    with book.writing() as ledger:
        return ledger.keep(case, replace(case, state=state, been=["C1", state]), SYSTEM, EventKind.MOVED, at=AT)


def test_the_police_say_one_word_and_others_have_no_such_field(open_app: Open, book: Casebook) -> None:
    case = put(book, "C1")
    home, key = book.workspace.home, f"case.{case.case_id}.police"
    app = open_app(home, CASE, role=Role.POLICE, case=case.case_id)
    box = app.selectbox(key=f"{key}.police_answer")
    assert box.options == ["有", "无", "需面谈"]
    box.select("meet")
    app.button(key=f"{key}.answer").click().run()
    assert not app.exception
    last = book.events(OPERATOR, case.case_id)[-1]
    assert (last.kind, last.fields) == (EventKind.ANSWERED, {"police_answer": "meet"})
    for role in (Role.OFFICER, Role.STREET):
        other = open_app(home, CASE, role=role, areas=frozenset({str(case.place)}), case=case.case_id)
        assert f"{key}.police_answer" not in {one.key for one in other.selectbox}
        assert "公安答复：需面谈" in " ".join(one.value for one in other.caption)


def test_a_lead_is_told_whom_it_means(open_app: Open, book: Casebook) -> None:
    busy = {case.entity_id for case in book.cases(SYSTEM)}
    with book.workspace.connect() as connection:
        scores = book.workspace.run_table(find_run(book.workspace), "scores")
        rows = connection.execute("SELECT entity_id, name FROM read_parquet(?) ORDER BY rank DESC", [scores]).fetchall()
    names = [name for _, name in rows]
    entity_id, name = next(row for row in rows if row[0] not in busy and row[1] and sum(row[1] in str(n) for n in names) == 1)
    lead, _ = record_lead(book, OPERATOR, source="信访", summary="反映返利", at=AT, entity_name=name)
    app = open_app(book.workspace.home, CASE, case=lead.case_id)
    key = f"case.{lead.case_id}.link"
    app.selectbox(key=key).select_index(0).run()
    app.button(key=f"{key}.do").click().run()
    assert not app.exception
    assert book.case(OPERATOR, lead.case_id).entity_id == entity_id


def test_a_measure_without_two_officers_is_refused_in_words(open_app: Open, book: Casebook) -> None:
    case = put(book, "D8")
    key = f"case.{case.case_id}.measure"
    app = open_app(book.workspace.home, CASE, case=case.case_id)
    app.selectbox(key=f"{key}.action").select("copy")
    app.button(key=f"{key}.do").click().run()
    assert not app.exception and "护栏第3条" in " ".join(one.value for one in app.error)
    for number, warrant in enumerate(("粤G001", "粤G002")):
        app.text_input(key=f"{key}.officers.{number}.name").input(f"虚{number}")
        app.text_input(key=f"{key}.officers.{number}.warrant_no").input(warrant)
    app.button(key=f"{key}.do").click().run()
    assert book.events(OPERATOR, case.case_id)[-1].kind is EventKind.MEASURE


def test_cases_that_are_one_are_shown_together(open_app: Open, book: Casebook) -> None:
    one, other = (case for case in book.cases(SYSTEM)[:2])
    subject, entity_id = decisions.pair_of(str(one.entity_id), str(other.entity_id))
    decisions.decide(book.workspace, subject, entity_id, Verdict.SAME, actor=OPERATOR)
    app = open_app(book.workspace.home, CASES)
    assert "认作同一家，而各有在办案件" in " ".join(one.value for one in app.markdown)
