"""What a rule book consists of: every file under rules/ that decides a score."""

from pathlib import Path

# How files are read, letters worded and cases worked: not what counts.
_NOT_DECISIVE = {"fields", "sources", "documents", "workflow.yaml", "findings.yaml", "workdays.yaml"}


def decisive_files(folder: Path) -> dict[str, str]:
    """Path within the folder → text, in order."""
    paths = sorted(path for path in folder.rglob("*.yaml") if path.relative_to(folder).parts[0] not in _NOT_DECISIVE)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}
