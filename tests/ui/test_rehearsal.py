"""Rehearsing a draft, proposing it, a second person's word on it, and bringing an earlier version back: all through the rule-book room."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screening.rehearsal.digest import ALL_THE_SAME
from screening.rulebook.publishing import Status, status
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.ui import session, words
from screening.ui.places import RULEBOOK
from screening.vocabulary import Publishing, Role
from tests.ui.conftest import person, work
from tests.ui.test_pages import shown

OpenApp = Callable[..., AppTest]
PROPOSER, APPROVER = "虚某甲", "虚某乙"
CUT_OFFS = "cut_offs: {red: 70, orange: 45, yellow: 25}"


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rules folder of this test's own."""
    rules = Path(shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "rules"))
    monkeypatch.setenv("SCREENING_RULES", str(rules))
    return rules


@pytest.fixture
def room(open_app: OpenApp, own_scored_home: Path, draft: Path) -> AppTest:
    """The room open before an officer, one month chosen."""
    app = _sign_in(open_app(own_scored_home, RULEBOOK), PROPOSER, Role.OFFICER)
    app.radio(key="rulebook.room").set_value("演练与启用").run()
    app.selectbox(key="rulebook.first").select_index(1).run()
    assert not app.error and not app.exception
    return app


def _change(draft: Path, cut_offs: str) -> None:
    grades = draft / "grades.yaml"
    text = grades.read_text(encoding="utf-8")
    assert CUT_OFFS in text
    grades.write_text(text.replace(CUT_OFFS, cut_offs), encoding="utf-8")


def _rehearse(app: AppTest) -> AppTest:
    return work(app, "rulebook.rehearse")


def _sign_in(app: AppTest, name: str, role: Role = Role.CHIEF) -> AppTest:
    """Let somebody else sit down before the open room."""
    setattr(session, "who", lambda workspace, token: person(role, name=name))  # noqa: B010  the fixture puts it back
    return app.run()


def _propose(app: AppTest, why: str) -> AppTest:
    app.text_input(key="rulebook.proposer.note").set_value(why).run()
    return app.button(key="rulebook.propose").click().run()


def _answer(app: AppTest, name: str, verdict: str, note: str = "") -> AppTest:
    _sign_in(app, name)
    app.text_input(key="rulebook.approver.note").set_value(note).run()
    return app.button(key=f"rulebook.{verdict}").click().run()


def _published(home: Path, draft: Path) -> Status:
    database = f"sqlite:///{(home / 'register.sqlite').as_posix()}"
    workspace = Workspace(Settings(home=home, database_url=database, rules=draft))
    found = status(workspace)
    workspace.register.close()
    return found


def test_only_months_with_data_are_offered_and_the_latest_two_chosen(open_app: OpenApp, scored_home: Path, draft: Path) -> None:
    app = open_app(scored_home, RULEBOOK)
    app.radio(key="rulebook.room").set_value("演练与启用").run()
    first, last = (app.selectbox(key=f"rulebook.{end}") for end in ("first", "last"))
    assert first.options == ["2026年09月", "2026年10月"]
    assert [f"{box.value:%Y-%m}" for box in (first, last)] == ["2026-09", "2026-10"]
    first.select_index(1).run()
    assert app.selectbox(key="rulebook.last").options == ["2026年10月"]


def test_a_workspace_without_data_says_what_to_do_first(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path, RULEBOOK)
    app.radio(key="rulebook.room").set_value("演练与启用").run()
    assert not app.error and not app.exception
    assert words.FIRST_STEPS[0] in shown(app)


def test_an_unchanged_draft_gives_the_same_and_cannot_be_proposed(room: AppTest) -> None:
    _rehearse(room)
    assert not room.error and not room.exception
    assert [success.value for success in room.success] == [ALL_THE_SAME]
    assert "没有要提请的" in shown(room)
    assert "rulebook.propose" not in {button.key for button in room.button}


def test_a_draft_is_rehearsed_proposed_approved_by_another_and_the_old_version_restored(
    room: AppTest, own_scored_home: Path, draft: Path
) -> None:
    installed = _published(own_scored_home, draft).active
    _change(draft, "cut_offs: {red: 70, orange: 45, yellow: 1}")
    _rehearse(room)
    assert len(room.error) == 1 and "超过上限" in room.error[0].value  # the gate
    text = shown(room)
    assert "黄：进入" in text.replace("*", "") and "只列出户数有变化的街道" in text
    visits = next(metric for metric in room.metric if metric.label == "须上门户数")
    before, after = (int(count) for count in visits.value.split(" → "))
    assert after > before

    assert room.button(key="rulebook.propose").disabled
    _propose(room, "多看几户")
    assert "rulebook.restore" not in "".join(str(button.key) for button in room.button), "what never scored cannot come back"
    assert "等批准的提请" in shown(room) and "多看几户" in shown(room) and PROPOSER in shown(room)
    waiting = _published(own_scored_home, draft).waiting
    assert waiting is not None and waiting.rehearsal is not None
    assert waiting.rehearsal["months"][0]["visits"]["after"] == after

    assert "rulebook.approve" not in {button.key for button in room.button}, "an officer approves nothing"
    _answer(room, PROPOSER, "approve")
    assert "提请的人不能自己批准" in [error.value for error in room.error]
    assert "历次版本" in shown(room), "the rest of the page is still there"
    _answer(room, APPROVER, "approve", "同意")
    found = _published(own_scored_home, draft)
    assert (found.active, found.waiting) == (waiting.version, None)
    room.button(key=f"rulebook.restore.{installed}").click().run()
    assert words.RESTORE_CHOSEN in shown(room) and words.RESTORING in shown(room)
    _rehearse(room)
    _propose(room, "恢复原来的分数线")
    _answer(room, PROPOSER, "approve", "同意恢复")
    found = _published(own_scored_home, draft)
    assert found.active == installed
    assert [step.step for step in found.steps[1:]] == [Publishing.PROPOSED, Publishing.APPROVED] * 2


def test_a_proposal_may_be_turned_down_and_the_reason_is_kept(room: AppTest, own_scored_home: Path, draft: Path) -> None:
    _change(draft, "cut_offs: {red: 70, orange: 45, yellow: 26}")
    _rehearse(room)
    _propose(room, "少看几户")
    room.toggle(key="rulebook.attached").set_value(True).run()
    assert not room.error and not room.exception
    _answer(room, APPROVER, "reject", "再想想")
    found = _published(own_scored_home, draft)
    assert (found.waiting, found.steps[-1].note) == (None, "再想想")
    assert "再想想" in shown(room)


def test_a_draft_changed_since_makes_the_rehearsal_out_of_date(room: AppTest, draft: Path) -> None:
    _rehearse(room)
    room.radio(key="rulebook.room").set_value("手册").run()
    _change(draft, "cut_offs: {red: 70, orange: 45, yellow: 26}")
    room.radio(key="rulebook.room").set_value("演练与启用").run()
    assert ALL_THE_SAME in shown(room), "it was kept while another tab was open"
    assert words.OUTDATED in shown(room)
    assert "rulebook.propose" not in {button.key for button in room.button}


def test_a_faulty_draft_is_a_sentence(room: AppTest, draft: Path) -> None:
    (draft / "grades.yaml").write_text("坏", encoding="utf-8")
    _rehearse(room)
    assert room.error and not room.exception
    assert "历次版本" in shown(room)
