"""What a rule book consists of: every file under rules/ that decides a score."""

from pathlib import Path

_NOT_DECISIVE = {
    "fields",
    "sources",
    "documents",
    "access.yaml",
}  # how files are read, letters worded, who may see: not what counts


def decisive_files(folder: Path) -> dict[str, str]:
    """Path within the folder → text, in order."""
    paths = sorted(path for path in folder.rglob("*.yaml") if path.relative_to(folder).parts[0] not in _NOT_DECISIVE)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}
