"""The papers of the house agree with the house: lock, dependencies, commands, links."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import typer.main
from typer.core import TyperGroup

from screening.cli import app
from screening.settings import PROJECT_ROOT

LOCK = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
EXTRA_LOCK = (PROJECT_ROOT / "requirements-spark.lock").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRA = PROJECT["project"]["optional-dependencies"]["spark"]
NAMED = re.compile(r"[A-Za-z0-9._-]+")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PAPERS = sorted([*PROJECT_ROOT.glob("*.md"), *(PROJECT_ROOT / "docs").rglob("*.md")])


def required() -> list[str]:
    """Names of all direct dependencies, development included."""
    return named(PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"])


def named(wanted: list[str]) -> list[str]:
    """The packages that requirements name."""
    return [found.group() for line in wanted if (found := NAMED.match(line))]


def commands(group: TyperGroup, path: str = "screening") -> Iterator[tuple[str, Any]]:
    """Every command with the words that call it."""
    context = group.make_context("screening", [], resilient_parsing=True)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


ROOT_COMMAND = typer.main.get_command(app)
assert isinstance(ROOT_COMMAND, TyperGroup)
COMMANDS = dict(commands(ROOT_COMMAND))


@pytest.mark.parametrize("lock", [LOCK, EXTRA_LOCK])
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in lock
    assert not re.search(r"^\s*(--index-url|--extra-index-url|--find-links|-[if]\s)", lock, re.MULTILINE)


@pytest.mark.parametrize("lock", [LOCK, EXTRA_LOCK])
def test_every_locked_package_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", lock[lock.index("\n") :])
    assert not [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]


@pytest.mark.parametrize("package", required())
def test_every_dependency_is_locked_and_says_what_it_is_for(package: str) -> None:
    assert re.search(rf"^{re.escape(package.lower())}(\[[a-z,]+\])?==", LOCK, re.MULTILINE)
    lines = (PROJECT_ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("|")]
    assert any(package in NAMED.findall(cell) for cell in cells)


def test_the_extra_is_locked_apart() -> None:
    assert all(re.search(rf"^{name}==", EXTRA_LOCK, re.MULTILINE) for name in named(EXTRA))
    assert not any(re.search(rf"^{name}==", LOCK, re.MULTILINE) for name in named(EXTRA)), (
        "who does without Spark need not load it"
    )


def test_no_paper_speaks_of_a_dependency_that_is_gone() -> None:
    lines = (PROJECT_ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("|") and not line.startswith(("| package", "|---"))]
    apart = named([*PROJECT["dependency-groups"]["scale"], *EXTRA])
    assert {name for cell in cells for name in NAMED.findall(cell)} == {*required(), *apart}
    assert all("==" in line for line in PROJECT["dependency-groups"]["scale"]), (
        "what the lock does not hold is pinned where it stands"
    )


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_documented_with_its_options(words: str) -> None:
    lines = [line for line in (PROJECT_ROOT / "docs" / "cli.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    line = next((line for line in lines if re.search(rf"`{re.escape(words)}(?![\w-])", line)), None)
    assert line, f"docs/cli.md has no line for {words}"
    spellings = [(*option.opts, *option.secondary_opts) for option in COMMANDS[words].params if option.opts[0].startswith("--")]
    everywhere = {"--help", "--json", "--as-of"}  # said once, above the tables
    assert not [names for names in spellings if everywhere.isdisjoint(names) and not any(name in line for name in names)]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_has_chinese_help(words: str) -> None:
    assert re.search("[\u4e00-\u9fff]", COMMANDS[words].help or "")
    silent = [
        option.name
        for option in COMMANDS[words].params
        if option.name != "help" and option.opts[0].startswith("--") and not option.help
    ]
    assert not silent


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(PROJECT_ROOT)))
def test_every_link_between_papers_leads_somewhere(paper: Any) -> None:
    broken = [link for link in LINK.findall(paper.read_text(encoding="utf-8")) if not (paper.parent / unquote(link)).exists()]
    assert not broken
