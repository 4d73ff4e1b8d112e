"""The review queue: a person says whom a complaint means, signs, and sees it count after the next scoring; or takes it back."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from screening.settings import Settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.places import REVIEW
from screening.vocabulary import Role, Verdict
from tests.ui.conftest import work

OpenApp = Callable[..., AppTest]


def _decisions(home: Path) -> list[tuple[str, Verdict, str, bool]]:
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    found = [(d.entity_id, d.verdict, d.decided_by, d.undone_at is not None) for d in workspace.register.decisions()]
    workspace.register.close()
    return found


def test_the_room_is_not_in_the_menu_of_who_may_not_decide(open_app: OpenApp, own_scored_home: Path) -> None:
    app = open_app(own_scored_home, REVIEW, role=Role.LEADER)
    assert "review.same.1" not in [button.key for button in app.button]
    assert words.NOT_YOUR_ROOM[0] in app.error[0].value


def test_a_person_settles_a_complaint_scores_again_and_takes_it_back(open_app: OpenApp, own_scored_home: Path) -> None:
    app = open_app(own_scored_home, REVIEW)
    app.button(key="review.same.2").click().run()
    assert not app.error
    ((_, verdict, who, undone),) = _decisions(own_scored_home)
    assert (verdict, who, undone) == (Verdict.SAME, "测试员（区处非办）", False)
    assert any("重新评分后生效" in info.value for info in app.info)
    work(app, "review.score")
    assert not app.error
    assert not app.info
    app.button(key="review.undo.1").click().run()
    assert _decisions(own_scored_home)[0][3]


def test_none_of_them_rules_out_every_candidate(open_app: OpenApp, own_scored_home: Path) -> None:
    app = open_app(own_scored_home, REVIEW)
    candidates = sum(button.label == "是这一家" for button in app.button)
    app.button(key="review.different").click().run()
    assert [verdict for _, verdict, _, _ in _decisions(own_scored_home)] == [Verdict.DIFFERENT] * candidates
