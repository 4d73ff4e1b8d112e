"""The inbox folder: which files have fully arrived, and where they go afterwards with their receipts.

A file counts as arrived when size and time of change stand still between two looks. What was read is moved to 已处理/日期, what could not be read to
未能读取/日期, a receipt in Chinese beside each. Nothing is ever deleted or written over.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from screening.errors import InvalidRequest
from screening.reference.fields import column_label
from screening.vocabulary import Kind

DONE, UNREAD, LOCK = "已处理", "未能读取", ".screening-watch.lock"
_LINES = 200  # of rejects and findings each in a written receipt; the JSON beside it has all
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart", ".lock")
_NOT_DELIVERED = {"thumbs.db", "desktop.ini"}

Look = tuple[int, int]


@dataclass(frozen=True)
class Arrived:
    """A file that stands still: its path, and size and time of change when it was looked at."""

    path: Path
    look: Look

    def has_changed(self) -> bool:
        """Whether it is another file now, or gone."""
        return look_at(self.path) != self.look


def arrivals(folder: Path, settle: Callable[[], None]) -> tuple[list[Arrived], list[str]]:
    """Files that stood still while `settle` waited, by name, and names of those still on their way. Raises `InvalidRequest` without such a folder."""
    first = _looks(folder)
    if not first:
        return [], []
    settle()
    second = _looks(folder)
    still = [Arrived(path, look) for path, look in sorted(second.items()) if first.get(path) == look]
    return still, sorted(path.name for path in second if first.get(path) != second[path])


def look_at(path: Path) -> Look | None:
    """Size and time of change; None for what is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def put_away(arrived: Arrived, entries: Sequence[Mapping[str, Any]], day: date) -> str:
    """Move a file out of the inbox with its receipt; returns where to, relative to the inbox.

    The receipt is written first: a file in its place always has one. Raises OSError when somebody holds the file open; it then stays where it is.
    """
    folder = arrived.path.parent
    target = folder / (UNREAD if any(entry["error"] for entry in entries) else DONE) / day.isoformat()
    target.mkdir(parents=True, exist_ok=True)
    name = _free_name(target, arrived.path.name)
    _write(target / f"{name}.回执.json", json.dumps(list(entries), ensure_ascii=False, indent=1, default=_plain))
    _write(target / f"{name}.回执.txt", receipt_text(arrived.path.name, entries, day))
    os.replace(arrived.path, target / name)
    return (target / name).relative_to(folder).as_posix()


def receipt_text(name: str, entries: Sequence[Mapping[str, Any]], day: date) -> str:
    """A receipt for whoever sent the file."""
    lines = [f"回执：{name}", f"收到日期：{day}"]
    for entry in entries:
        if entry["error"]:
            lines += [
                "结果：读不了，没有入库。",
                f"原因：{entry['message']}。",
                f"怎么办：{entry.get('hint') or '请重新导出后再放进来'}。",
            ]
            continue
        kind = Kind(entry["kind"]).label
        counts = f"读入 {entry['rows_read']} 行，入库 {entry['accepted']} 行，拒收 {entry['rejected']} 行，重复 {entry['duplicate']} 行"
        lines += ["", f"{kind}（{entry['sheet'] or '整个文件'}）：{counts}。", *([entry["message"]] if entry["message"] else [])]
        if entry["unmapped"]:
            lines.append(f"没有用到的列：{'、'.join(entry['unmapped'])}")
        for title, problems in (("拒收", entry["rejects"]), ("提示", entry["findings"])):
            lines += [f"{title}：{_problem(entry, problem)}" for problem in problems[:_LINES]]
            if len(problems) > _LINES:
                lines.append(f"{title}：另有 {len(problems) - _LINES} 条，见同名的 .json")
    return "\r\n".join(lines) + "\r\n"


def _problem(entry: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    column = column_label(Kind(entry["kind"]), line["column"]) if line.get("column") else ""
    place = [line.get("sheet") or "", f"第{line['row']}行" if line.get("row") else "", column]
    return " ".join(filter(None, [*place, f"“{line['value']}”" if line.get("value") else "", line["problem"]]))


def _looks(folder: Path) -> dict[Path, Look]:
    try:
        found = [
            Path(entry.path) for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False) and _is_delivered(entry.name)
        ]
    except OSError as error:
        raise InvalidRequest(f"打不开收件文件夹 {folder}", "请检查路径和读写权限。", {"dir": str(folder)}) from error
    return {path: look for path in found if (look := look_at(path)) is not None}


def _is_delivered(name: str) -> bool:
    """Not what Excel, browsers and systems leave about."""
    low = name.lower()
    return not (name.startswith((".", "~$")) or low.endswith(_UNFINISHED) or low in _NOT_DELIVERED)


def _free_name(folder: Path, name: str) -> str:
    stem, suffix, number = Path(name).stem, Path(name).suffix, 1
    free = name
    while (folder / free).exists():
        number += 1
        free = f"{stem} ({number}){suffix}"
    return free


def _write(path: Path, text: str) -> None:
    landing = path.with_name(f".{path.name}.partial")
    landing.write_text(text, encoding="utf-8-sig" if path.suffix == ".txt" else "utf-8", newline="")
    os.replace(landing, path)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
