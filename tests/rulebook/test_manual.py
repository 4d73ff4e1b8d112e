"""The manual says what scores, in Chinese; a draft is checked as a whole before it is saved."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from screening.access import OPERATOR
from screening.errors import InvalidRequest, InvalidRule, StaleRecord
from screening.rulebook.book import read_rulebook
from screening.rulebook.drafting import check_draft, draft_files, save_draft, seen
from screening.rulebook.manual import manual
from screening.settings import PROJECT_ROOT

TODAY = date(2026, 10, 31)


def test_every_rule_stands_in_the_manual_without_a_code_name() -> None:
    book = read_rulebook(PROJECT_ROOT / "rules")
    entries = [entry for entries in manual(book, TODAY).values() for entry in entries]
    assert {entry.rule.id for entry in entries} == set(book.rules)
    for entry in entries:
        assert entry.basis
        for condition, points in entry.conditions:
            assert points > 0
            assert "_" not in condition, condition


def test_a_condition_reads_as_a_sentence() -> None:
    entries = {
        entry.rule.id: entry for entries in manual(read_rulebook(PROJECT_ROOT / "rules"), TODAY).values() for entry in entries
    }
    ((condition, points),) = entries["CMP-01"].conditions
    assert condition == "“近30天涉资金投诉人数” ≥ 30日内多人投诉的人数线（3人）"
    assert points == 12
    assert entries["CMP-01"].numbers == ["30日内多人投诉的人数线：3人，2010-01-01起，办公室经验"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "rules"))


def test_a_draft_is_checked_with_the_whole_book(folder: Path) -> None:
    text = (folder / "recruitment.yaml").read_text(encoding="utf-8")
    assert "recruitment.yaml" in draft_files(folder)
    assert check_draft(folder, "recruitment.yaml", text, TODAY) == []
    assert check_draft(folder, "recruitment.yaml", text.replace("expect: miss", "expect: hit", 1), TODAY)
    with pytest.raises(InvalidRule):
        check_draft(folder, "recruitment.yaml", text.replace("referral_complaints_1y >=", "referral_complaint_1y >=", 1), TODAY)
    with pytest.raises(InvalidRequest):
        check_draft(folder, "../README.md", text, TODAY)


def test_a_draft_is_saved_whole_or_not_at_all(folder: Path) -> None:
    path = folder / "recruitment.yaml"
    text = path.read_text(encoding="utf-8")
    better = text.replace("points: 20", "points: 21", 1)
    with pytest.raises(InvalidRequest):
        save_draft(
            folder,
            "recruitment.yaml",
            text.replace("expect: miss", "expect: hit", 1),
            TODAY,
            seen_before=seen(text),
            actor=OPERATOR,
        )
    assert path.read_text(encoding="utf-8") == text
    save_draft(folder, "recruitment.yaml", better, TODAY, seen_before=seen(text), actor=OPERATOR)
    with pytest.raises(StaleRecord):
        save_draft(folder, "recruitment.yaml", text, TODAY, seen_before=seen(text), actor=OPERATOR)
