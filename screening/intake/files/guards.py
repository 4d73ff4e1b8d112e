"""Looks into a zipped workbook before a reader opens it: does it unfold to gigabytes, does a stray cell span
the sheet?

Why: the reader lays a sheet out as a dense rectangle, so one value at XFD1048576 would cost hundreds of
gigabytes, and a bomb of some kilobytes as much. Both are seen here by streaming, with a few megabytes of
memory.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from screening.errors import InvalidFile
from screening.intake import messages
from screening.intake.sheets import MAX_CELLS

MAX_UNFOLDED = 1_500_000_000  # bytes of all XML parts together; 2 million cells take about 120 MB
MAX_RATIO = 300  # real workbooks stay below 60 : 1
RATIO_MATTERS_FROM = 50_000_000  # bytes unfolded
_CHUNK = 1 << 20
_OVERLAP = 64
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_SHARED = re.compile(rb't="s"[^>]*>\s*<v>(\d{1,9})</v>')
_LOCAL_HEADER = 30
_SPARSE_FROM, _SPARSE_SHARE = (
    10_000_000,
    0.05,
)  # a rectangle this large and this empty is a stray cell, not a table
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    EOFError,
    expat.ExpatError,
)


def refuse_bombs(path: Path) -> None:
    """Raises InvalidFile when the zip declares, or really holds, more than a workbook can need, or is
    damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            parts = [info for info in archive.infolist() if not info.is_dir()]
            _refuse_size(sum(info.file_size for info in parts), sum(info.compress_size for info in parts))
            total = strings = 0
            longest = 0
            for info in parts:
                name = info.filename.lower().replace("\\", "/")
                if not name.endswith((".xml", ".rels")):
                    continue
                size, seen, longest_here = _look_through(stream, info, total)
                total += size
                strings += seen
                longest = max(longest, longest_here)
                if name == "content.xml":
                    _refuse_repeats(_unfold(stream, info))
            if longest * strings > MAX_UNFOLDED:
                _refuse_repeated_strings(stream, parts)
    except _DAMAGE as error:
        raise InvalidFile(*messages.DAMAGED) from error


def _look_through(stream: BinaryIO, info: zipfile.ZipInfo, before: int) -> tuple[int, int, int]:
    """A part's real size, the number of its cells holding shared strings, and the length of its longest
    shared string.
    """
    size = strings = longest = open_length = 0
    extents = _Extents() if _is_sheet(info.filename) else None
    is_strings = _is_strings(info.filename)
    for chunk in _unfold(stream, info):
        size += len(chunk)
        _refuse_size(before + size, None)
        _refuse_size(size, info.compress_size)
        if extents:
            extents.feed(chunk)
            strings += chunk.count(b't="s"')
        elif is_strings:
            pieces = chunk.split(b"</si>")
            longest = max(longest, open_length + len(pieces[0]), *map(len, pieces[1:])) if len(pieces) > 1 else longest
            open_length = len(pieces[-1]) + (open_length if len(pieces) == 1 else 0)
            longest = max(longest, open_length)
    if extents:
        extents.refuse_sparse()
    return size, strings, longest


def _refuse_repeated_strings(stream: BinaryIO, parts: list[zipfile.ZipInfo]) -> None:
    """Raises when a few long strings, each kept once, stand in so many cells that the cells together are a
    bomb.
    """
    text = b"".join(chunk for info in parts if _is_strings(info.filename) for chunk in _unfold(stream, info))
    lengths = [len(piece) for piece in text.split(b"</si>")]
    total = 0
    for info in parts:
        if not _is_sheet(info.filename):
            continue
        tail = b""
        for chunk in _unfold(stream, info):
            data = tail + chunk
            cut = data.rfind(b"</c>") + 4 if b"</c>" in data else 0
            tail = data[cut:]
            total += sum(lengths[int(v)] for v in _SHARED.findall(data[:cut]) if int(v) < len(lengths))
            if total > MAX_UNFOLDED:
                raise InvalidFile(*messages.BOMB)


def _is_strings(name: str) -> bool:
    return name.lower().replace("\\", "/") == "xl/sharedstrings.xml"


def _is_sheet(name: str) -> bool:
    return name.lower().replace("\\", "/").startswith("xl/worksheets/")


def _refuse_size(unfolded: int, folded: int | None) -> None:
    if unfolded > MAX_UNFOLDED:
        raise InvalidFile(*messages.BOMB)
    if folded is not None and unfolded > RATIO_MATTERS_FROM and unfolded > MAX_RATIO * max(folded, 1):
        raise InvalidFile(*messages.BOMB)


def _unfold(stream: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real content of a part, whatever size it declares, in chunks."""
    stream.seek(info.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise InvalidFile(*messages.DAMAGED)
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = info.compress_size
    if info.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (data := stream.read(min(_CHUNK, left))):
            left -= len(data)
            yield data
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise InvalidFile(*messages.DAMAGED)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (data := stream.read(min(_CHUNK, left))):
        left -= len(data)
        while data and not inflate.eof:
            yield inflate.decompress(data, _CHUNK)
            data = inflate.unconsumed_tail
    yield inflate.flush(_CHUNK)
    if not inflate.eof:
        raise InvalidFile(*messages.DAMAGED)


class _Extents:
    """The rectangle spanned by the cells of a sheet part, seen chunk by chunk."""

    def __init__(self) -> None:
        self._tail = b""
        self._columns: set[bytes] = set()
        self._last_row = 0
        self._cells = 0

    def feed(self, chunk: bytes) -> None:
        """Takes the next chunk; raises InvalidFile as soon as the rectangle is too large."""
        data = self._tail + chunk
        self._tail = data[-_OVERLAP:]
        cells = _CELL.findall(data)
        if not cells:
            return
        self._cells += len(cells)
        columns, rows = zip(*cells, strict=True)
        self._columns.update(columns)
        self._last_row = max(self._last_row, max(map(int, set(rows))))
        if self._area() > MAX_CELLS:
            raise InvalidFile(*messages.TOO_MANY_CELLS)

    def refuse_sparse(self) -> None:
        """Raises when a stray cell stretches a small table to a rectangle that costs half a gigabyte."""
        if self._area() > _SPARSE_FROM and self._cells < _SPARSE_SHARE * self._area():
            raise InvalidFile(*messages.STRAY_CELL)

    def _area(self) -> int:
        return self._last_row * max(map(_column_number, self._columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_repeats(chunks: Iterator[bytes]) -> None:
    """Raises when an OpenDocument sheet repeats filled cells or rows beyond reason."""
    parser = expat.ParserCreate()
    state = {"cells": 0, "width": 0, "row": 1, "cell": 1, "filled": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "table":
            state["cells"] = 0
        elif local == "table-row":
            state["row"], state["width"], state["filled"] = (
                int(attributes.get("table:number-rows-repeated", "1")),
                0,
                0,
            )
        elif local in ("table-cell", "covered-table-cell"):
            state["width"] += int(attributes.get("table:number-columns-repeated", "1"))
            if any(key.startswith("office:") for key in attributes):
                state["filled"] = state["width"]

    def end(name: str) -> None:
        if name.rpartition(":")[2] == "table-row":
            state["cells"] += state["row"] * state["filled"]
            if state["cells"] > MAX_CELLS:
                raise InvalidFile(*messages.TOO_MANY_CELLS)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
