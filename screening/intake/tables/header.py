"""Finds where a table's header stands, which kind of table it announces, and what each column means.

Why: exports put titles, units and dates above the header, split it over two or three merged lines, and repeat
it on every page. Every window of one to three lines near the top is read as a header for every kind; the one
that explains most wins.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from screening.intake.sheets import Cell, Merge, RawSheet, cell_text, is_blank
from screening.intake.tables.headings import MAX_HEADING, HeadingBook, Library, Meaning
from screening.reference.corrections import Correction
from screening.vocabulary import Kind

SEARCHED_LINES = 60
MAX_DEPTH = 3
_DEPTH_COST = 0.001  # of two readings alike, the one with fewer lines: a title is no part of the header
_GOOD_COLUMNS, _GOOD_SHARE = 2, 0.6
_TITLE_LINES = 10  # how far above the header a unit line is looked for
_UNIT_LINE = re.compile(r"单位\s*[:：]\s*(?:人民币)?\s*([万亿千百]*元)")


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its heading as shown to users, what it means, whether its text must be
    masked.
    """

    index: int
    heading: str
    meaning: Meaning | None
    masked: bool = False

    @property
    def field(self) -> str | None:
        """The canonical column, if the heading has one."""
        return self.meaning.field if self.meaning and self.meaning.role == "field" else None

    @property
    def is_serial(self) -> bool:
        """Whether the column only numbers the lines."""
        return self.meaning is not None and self.meaning.role == "serial"


@dataclass
class Header:
    """A header of `depth` lines beginning at line `first` (0-based), read as a table of `book.kind`.

    `found`: its columns before a person's `correction`; `is_guess`: no heading of it was known.
    """

    book: HeadingBook
    first: int
    depth: int
    columns: list[Column]
    score: float
    texts: list[list[str]] = field(default_factory=list)
    title_unit: str | None = None
    found: list[Column] | None = None
    correction: Correction | None = None
    is_guess: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of table the header announces."""
        return self.book.kind

    @property
    def data_from(self) -> int:
        """The first line under the header."""
        return self.first + self.depth

    @functools.cached_property
    def serial(self) -> frozenset[int]:
        """The columns that only number the lines."""
        return frozenset(column.index for column in self.columns if column.is_serial)

    @functools.cached_property
    def paths(self) -> dict[int, str]:
        """By column, its heading with those above it; whatever kind it is read as, and no two alike."""
        paths: dict[int, str] = {}
        seen: dict[str, int] = {}
        for index in range(_width(self.texts)):
            path = "/".join(_levels([line[index] if index < len(line) else "" for line in self.texts]))
            if path:
                seen[path] = seen.get(path, 0) + 1
                paths[index] = path if seen[path] == 1 else f"{path}({seen[path]})"
        return paths

    def columns_of(self, name: str) -> list[Column]:
        """The columns that mean one canonical column, the most telling heading first."""
        found = [column for column in self.columns if column.field == name and column.meaning]
        return sorted(found, key=lambda column: (column.meaning.rank if column.meaning else 0, column.index))


def find_header(sheet: RawSheet, library: Library, first: int = 0, lines: int = SEARCHED_LINES) -> Header | None:
    """The first good header beginning in lines first … first + lines, else the best, else None."""
    found: list[Header] = []
    top = _grid(sheet, first, min(first + lines + MAX_DEPTH, len(sheet.rows)))
    for start in range(min(lines, len(top))):
        if any(library.knows(text) for text in top[start] if text):
            found += _readings(top, start, first, library)
    if not found:
        return None
    best = max(found, key=lambda header: header.score)
    good = next((header for header in found if _is_good(header, library)), best)
    within = [header for header in found if good.first <= header.first < good.data_from]
    header = max(within, key=lambda header: header.score)
    _include_merged_lines(header, sheet)
    header.title_unit = _title_unit(sheet.rows[max(0, header.first - _TITLE_LINES) : header.first])
    return header


def _readings(top: list[list[str]], start: int, first: int, library: Library) -> list[Header]:
    """The window beginning at a line, read with one, two and three lines where they stand stacked."""
    readings = []
    for depth in range(1, min(MAX_DEPTH, len(top) - start) + 1):
        window = [list(line) for line in top[start : start + depth]]
        if depth > 1 and not _is_stacked(window):
            break
        if header := _best_reading(window, library, first + start):
            readings.append(header)
    return readings


def _is_good(header: Header, library: Library) -> bool:
    """Whether most headings are known: a later, longer header is then another table, not the true header
    of this one.
    """
    shown = [column for column in header.columns if column.heading]
    known = [column for column in shown if column.meaning or library.knows(column.heading)]
    return len(known) >= _GOOD_COLUMNS and len(known) >= _GOOD_SHARE * len(shown)


def header_texts(sheet: RawSheet, first: int, depth: int) -> list[list[str]]:
    """Some lines of a sheet as header text, merged cells written into all the cells they cover."""
    return _grid(sheet, first, first + depth)


def could_be_header(row: Sequence[Cell], library: Library) -> bool:
    """A quick look: whether the first filled cells of a line are all headings of some kind."""
    seen = 0
    for cell in row:
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or len(cell) > MAX_HEADING or not library.knows(cell):
            return False
        seen += 1
        if seen == 3:
            return True
    return seen == 2


def read_columns(window: Sequence[Sequence[str]], book: HeadingBook) -> list[Column]:
    """The columns a header window announces, read with one kind's headings."""
    joined = [_levels([line[index] if index < len(line) else "" for line in window]) for index in range(_width(window))]
    columns = []
    for index, levels in enumerate(joined):
        shown = levels[-1] if levels else ""
        meaning, spelled = _meaning(levels, book)
        columns.append(Column(index, spelled or shown, meaning, book.is_masked(shown)))
    return _with_unique_headings(_with_fallbacks(columns, book), joined)


def _meaning(levels: list[str], book: HeadingBook) -> tuple[Meaning | None, str]:
    """Joined headings before the lowest alone: 「列入」 over 「日期」 says more than 「日期」."""
    for start in range(len(levels)):
        text = "".join(levels[start:])
        if meaning := book.find(text):
            return meaning, text if start < len(levels) - 1 else levels[-1]
    return None, ""


def _with_fallbacks(columns: list[Column], book: HeadingBook) -> list[Column]:
    taken = {column.field for column in columns}
    for place, column in enumerate(columns):
        name = book.fallback(column.heading)
        if name and name not in taken:
            taken.add(name)
            columns[place] = Column(column.index, column.heading, Meaning("field", name), column.masked)
    return columns


def _with_unique_headings(columns: list[Column], joined: list[list[str]]) -> list[Column]:
    """Headings name the cells of `raw`, so no two may be equal."""
    seen: dict[str, int] = {}
    for place, column in enumerate(columns):
        heading = column.heading
        if heading in seen and len(joined[place]) > 1:
            heading = "/".join(joined[place])
        seen[heading] = seen.get(heading, 0) + 1
        if heading and seen[heading] > 1:
            heading = f"{heading}({seen[heading]})"
        columns[place] = Column(column.index, heading, column.meaning, column.masked)
    return columns


def _best_reading(window: list[list[str]], library: Library, first: int) -> Header | None:
    best: Header | None = None
    for book in library.wanted:
        columns = read_columns(window, book)
        score = _score(columns, book, library) - _DEPTH_COST * len(window)
        if score > 0 and (best is None or score > best.score):
            best = Header(book, first, len(window), columns, score, window)
    return best


def _score(columns: list[Column], book: HeadingBook, library: Library) -> float:
    fields = {column.field for column in columns if column.field}
    if not all(any(name in fields for name in group) for group in book.dictionary.essential):
        return 0.0
    filled = sum(1 for column in columns if column.heading)
    recognised = sum(1 for column in columns if column.meaning or library.knows(column.heading))
    if recognised < 2 and filled > 2:
        return 0.0  # one known word in a line of others is chance
    signature = sum(weight for name, weight in book.dictionary.signature.items() if name in fields)
    return len(fields) + signature + 0.01 * recognised


def _grid(sheet: RawSheet, first: int, last: int) -> list[list[str]]:
    """Lines first … last as header text, merged cells written into all the cells they cover."""
    width = max((len(row) for row in sheet.rows[first:last]), default=0)
    lines = [[_heading(cell) for cell in row] + [""] * (width - len(row)) for row in sheet.rows[first:last]]
    for (top, left), (bottom, right) in sheet.merges:
        if bottom < first or top >= last or top < first or left >= width:
            continue
        text = lines[top - first][left]
        for row in range(top, min(bottom, last - 1) + 1):
            lines[row - first][left : right + 1] = [text] * (min(right, width - 1) - left + 1)
    return lines


def _heading(cell: Cell) -> str:
    return "" if is_blank(cell) else re.sub(r"\s+", "", cell_text(cell)) if isinstance(cell, str) else cell_text(cell)


def _is_stacked(window: list[list[str]]) -> bool:
    """Whether the last line of a window stands under the groups above it, as a data line never does.

    A data line fills cells under single headings; the lower line of a header fills only those under a
    spanning one.
    """
    above, below = window[-2], window[-1]
    _spread(above, below)
    filled = [index for index, text in enumerate(below) if text]
    if not filled:
        return False
    alone = sum(1 for index in filled if above[index] and above[index] != below[index] and not _spans(above, index))
    return alone <= 0.2 * len(filled) and any(_spans(above, index) or above[index] == below[index] for index in filled)


def _spread(above: list[str], below: list[str]) -> None:
    """Without merges (csv) a group's name stands over its first column only: carries it on over the filled
    cells below.
    """
    for index in range(1, len(below)):
        if not above[index] and below[index] and above[index - 1] and below[index - 1]:
            above[index] = above[index - 1]


def _spans(line: list[str], index: int) -> bool:
    neighbours = [line[place] for place in (index - 1, index + 1) if 0 <= place < len(line)]
    return bool(line[index]) and line[index] in neighbours


def _levels(texts: list[str]) -> list[str]:
    levels: list[str] = []
    for text in texts:
        if text and (not levels or levels[-1] != text):
            levels.append(text)
    return levels


def _width(window: Sequence[Sequence[str]]) -> int:
    return max((index + 1 for line in window for index, text in enumerate(line) if text), default=0)


def _include_merged_lines(header: Header, sheet: RawSheet) -> None:
    """A heading merged downwards tells how deep the header is even where the lower headings are unknown."""
    merges: list[Merge] = [
        m for m in sheet.merges if m[0][0] == header.first and m[1][0] >= header.data_from and m[0][1] == m[1][1]
    ]
    known = {column.index for column in header.columns if column.meaning}
    bottom = max((merge[1][0] for merge in merges if merge[0][1] in known), default=header.data_from - 1)
    depth = min(bottom - header.first + 1, MAX_DEPTH)
    if depth > header.depth:
        header.texts = _grid(sheet, header.first, header.first + depth)
        header.columns = read_columns(header.texts, header.book)
        header.depth = depth


def _title_unit(lines: Sequence[Sequence[Cell]]) -> str | None:
    """The unit a title line states for the whole table: 「单位：万元」."""
    for line in reversed(lines):
        for cell in line:
            if isinstance(cell, str) and (match := _UNIT_LINE.search(unicodedata.normalize("NFKC", cell))):
                return match[1]
    return None
