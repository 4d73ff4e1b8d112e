"""Says whether two sets of files hold the same contents, cell by cell where the bytes differ."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook

Cells = dict[str, list[list[object]]]


def cells_of(path: Path) -> Cells | bytes:
    """Sheet → rows of a workbook; the plain bytes of any other file."""
    head = path.read_bytes()[:4]
    if head not in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return path.read_bytes()
    book = CalamineWorkbook.from_path(str(path))
    return {name: [list(row) for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def differences(expected: Path, found: Path) -> list[str]:
    """Relative names of files that are missing, left over or different in content."""
    names = {p.relative_to(base).as_posix() for base in (expected, found) for p in base.rglob("*") if p.is_file()}
    return [name for name in sorted(names) if not _same(expected / name, found / name)]


def _same(one: Path, other: Path) -> bool:
    if not (one.exists() and other.exists()):
        return False
    return one.read_bytes() == other.read_bytes() or cells_of(one) == cells_of(other)
