"""What a rule book consists of: every file under rules/ that decides a score."""

from pathlib import Path

from screening.reference.data_files import read_text

# How files are read, letters worded, cases worked on, and who may see: not what counts.
_NOT_DECISIVE = {"fields", "sources", "documents", "workflow.yaml", "findings.yaml", "workdays.yaml", "access.yaml", "model.yaml"}


def decisive_files(folder: Path) -> dict[str, str]:
    """Path within the folder → text, in order; raises `InvalidRule` for a file that is no text."""
    paths = sorted(path for path in folder.rglob("*.yaml") if path.relative_to(folder).parts[0] not in _NOT_DECISIVE)
    return {path.relative_to(folder).as_posix(): read_text(path) for path in paths}
