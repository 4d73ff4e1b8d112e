"""Sets the factory wording of `letters.yaml` as Word templates in `rules/documents/letters/`; overwrites those of the same name. See README.md."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from screening.reference.clock import CHINA
from screening.reports.paper.document import Paper
from screening.settings import PROJECT_ROOT

SOURCE = Path(__file__).with_name("letters.yaml")
FOLDER = PROJECT_ROOT / "rules" / "documents" / "letters"
DATED = datetime(2026, 1, 1, 12, tzinfo=CHINA)
LARGEST_HEAD = 22  # points: a name of twenty characters still stands on one line


def main() -> None:
    """Write every template."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, letter in yaml.safe_load(SOURCE.read_text(encoding="utf-8")).items():
        (FOLDER / f"{name}.docx").write_bytes(template(letter))


def template(letter: dict[str, Any]) -> bytes:
    """One template."""
    paper = Paper(letter["title"], "{{单位全称}}", draft="{{草稿}}", dated=DATED)
    if letter["kind"] == "letter":
        paper.red_head("{{单位全称}}", "{{文号}}", largest=LARGEST_HEAD)
        paper.title(letter["title"])
        paper.addressee(letter["to"])
        for line in letter["body"]:
            paper.body(line)
        paper.signature("{{单位全称}}", "　　　年　　月　　日")
    else:
        paper.title(letter["title"])
        paper.form(letter["rows"])
        for line in letter.get("remarks", ()):
            paper.remark(f"注：{line}")
    return paper.content()


if __name__ == "__main__":
    main()
