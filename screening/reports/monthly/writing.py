"""Writing a report: sound, in words that may be written, and put down in the book of what left the house."""

import hashlib
from datetime import datetime
from pathlib import Path

from screening.access import Actor
from screening.reports.figures.checks import closing_document
from screening.reports.issued import note
from screening.reports.monthly.document import write_document
from screening.reports.monthly.report import Report
from screening.reports.monthly.workbook import write_workbook
from screening.reports.reading import text_of
from screening.reports.wording import check_wording, read_office, read_wording
from screening.store.workspace import Workspace


def files_of(workspace: Workspace, report: Report, *, actor: Actor) -> dict[str, bytes]:
    """The report's files by name; raises `InvalidRequest` where it does not reconcile or says what is never written."""
    report.require_sound()
    rules = workspace.settings.rules
    office, wording = read_office(rules), read_wording(rules)
    name = report.title + ("（预览）" if report.is_early else "")
    files = {
        f"{name}.docx": write_document(report, office, wording),
        f"{name}.xlsx": write_workbook(report, office, wording, actor),
    }
    is_decided = report.year["filed"].value > 0
    for file, content in files.items():
        check_wording(wording, text_of(file, content), file, is_decided=is_decided)
    return files


def issue(workspace: Workspace, report: Report, folder: Path, *, actor: Actor, at: datetime) -> list[Path]:
    """Write the files to a folder; a month that is over is put down in the book, for the next month to open with. Raises as `files_of` does."""
    files = files_of(workspace, report, actor=actor)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    if not report.is_early:
        put_down(workspace, report, files, actor=actor, at=at)
    return paths


def put_down(workspace: Workspace, report: Report, files: dict[str, bytes], *, actor: Actor, at: datetime) -> None:
    """Note the report's closing, which the next month's opening is held against."""
    sha256 = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()
    content = {
        "closing": closing_document(report.month["cases_closing"]),
        "figures": {name: counted.value for name, counted in report.month.items()},
        "run": report.run_id,
        "head": report.head,
    }
    note(
        workspace.register,
        actor,
        kind="report",
        name=report.name,
        period=report.period.key,
        sha256=sha256,
        content=content,
        at=at,
    )
