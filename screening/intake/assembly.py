"""Regions of one kind → one delivery: every data row accepted, rejected with a reason, or counted as a
repeat.

Why here: the law rows_read == accepted + rejected + duplicate is kept in one place. A row is rejected only
when it names nobody (a complaint: when it says nothing); whatever else is wrong is a finding on an accepted
row, whose raw text is kept.
"""

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from screening.intake import messages
from screening.intake.cells.columns import ColumnReader, ParsedColumn, read_columns
from screening.intake.cells.fingerprint import row_hash
from screening.intake.cells.values import Value, ValueReader
from screening.intake.delivery import Delivery, Problem, SheetCount, summarise
from screening.intake.sheets import RawSheet
from screening.intake.tables.correcting import TableColumns, columns_of
from screening.intake.tables.rows import Region
from screening.reference.columns import arrow_schema
from screening.reference.fields import Dictionary, Layout, SourceMapping

_SHOWN = 80  # characters of a cell in a receipt


@dataclass
class _Rows:
    """The rows of a region while they are judged: per canonical column the values, per row the findings."""

    sheet: str
    lines: list[int]
    columns: list[ParsedColumn]
    reader: ColumnReader
    values: dict[str, list[Value]]
    findings: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))

    def text_of(self, name: str, row: int) -> str:
        """The first text standing in the columns of this meaning, as it may be shown."""
        for parsed in self.columns:
            if parsed.column.field == name and parsed.texts[row]:
                return self.reader.shown(parsed.column, parsed.texts[row])[:_SHOWN]
        return ""

    def add(self, row: int, column: str, value: str, problem: str) -> None:
        """A finding on one cell."""
        self.findings[row].append(Problem(self.sheet, self.lines[row] + 1, column, value[:_SHOWN], problem))


class Assembly:
    """Collects the regions of one kind."""

    def __init__(
        self,
        dictionary: Dictionary,
        layout: Layout,
        source: SourceMapping | None,
        source_name: str | None,
        received: datetime.date,
    ) -> None:
        """`source_name` fills a complaint's empty 来源; `received` bounds dates that cannot lie in the
        future.
        """
        self._dictionary, self._layout, self._source, self._received = dictionary, layout, source, received
        self._source_name = source.label if source else source_name
        self._values = ValueReader(layout)
        self._seen: set[int] = set()
        self._accepted: dict[str, list[object]] = {name: [] for name in arrow_schema(dictionary.kind).names}
        self._rejects: list[dict[str, object]] = []
        self._problems: list[Problem] = []
        self._counts: dict[str, Counter[str]] = {}
        self._notes: dict[str, str] = {}
        self._mapped: dict[str, str] = {}
        self._unmapped: dict[str, None] = {}
        self._tables: dict[tuple[str, str], TableColumns] = {}

    def add_sheet(self, name: str, note: str, problems: Sequence[Problem] = ()) -> None:
        """Announces a sheet, so that it is in the account even when no row of it is accepted."""
        self._counts.setdefault(name, Counter())
        self._notes[name] = "；".join(filter(None, (self._notes.get(name, ""), note)))
        self._problems.extend(problems)

    def add_region(self, sheet: RawSheet, region: Region) -> None:
        """Judges the rows of a region."""
        reader = ColumnReader(region.header, self._values, self._received, self._source)
        columns = read_columns(sheet, region.header, region.lines, reader)
        self._note_columns(sheet.name, region, columns)
        table = columns_of(sheet.name, region.header)
        self._tables.setdefault((table.sheet, table.shape), table)
        rows = _Rows(sheet.name, region.lines, columns, reader, {})
        for name in self._dictionary.fields:
            rows.values[name] = _merged(rows, name)
        _move_codes(rows)
        self._drop_foreign(rows)
        self._note_missing_codes(rows, region)
        if sheet.delimited:
            _note_wide(rows, max((c.index for c in region.header.columns if c.heading), default=0))
        self._judge(rows)

    def delivery(self) -> Delivery:
        """The finished account."""
        schema = arrow_schema(self._dictionary.kind)
        table = pa.table([pa.array(self._accepted[item.name], item.type) for item in schema], schema=schema)
        sheets = [
            SheetCount(
                name,
                sum(count.values()),
                count["accepted"],
                count["rejected"],
                count["duplicate"],
                self._notes.get(name, ""),
            )
            for name, count in self._counts.items()
        ]
        return Delivery(
            self._dictionary.kind,
            sheets,
            table,
            self._rejects,
            summarise(self._problems),
            self._mapped,
            list(self._unmapped),
            list(self._tables.values()),
        )

    def _note_columns(self, sheet: str, region: Region, columns: list[ParsedColumn]) -> None:
        for parsed in columns:
            column = parsed.column
            if column.field:
                self._mapped[column.heading] = column.field
            elif column.meaning is None:
                self._unmapped[column.heading] = None
            for problem, count in parsed.notes:
                self._problems.append(Problem(sheet, None, column.field or "", "", messages.with_count(problem, count), count))

    def _drop_foreign(self, rows: _Rows) -> None:
        foreign = {word.lower() for word in self._layout.foreign_currency}
        for name, item in self._dictionary.fields.items():
            if item.currency_field is None:
                continue
            for row, currency in enumerate(rows.values[item.currency_field]):
                said = str(currency or "").lower()
                is_foreign_code = said.isdigit() and said not in self._layout.home_currency_codes  # ISO 4217: 156 is the yuan
                if rows.values[name][row] is not None and (said in foreign or is_foreign_code):
                    rows.values[name][row] = None
                    rows.add(row, name, rows.text_of(name, row), messages.MONEY_FOREIGN)

    def _note_missing_codes(self, rows: _Rows, region: Region) -> None:
        for name, item in self._dictionary.fields.items():
            if not item.expected or not rows.lines:
                continue
            if not region.header.columns_of(name):
                self._problems.append(Problem(rows.sheet, None, name, "", messages.NO_CODE_COLUMN, len(rows.lines)))
                continue
            for row, value in enumerate(rows.values[name]):
                if value is None and not any(found.column == name for found in rows.findings.get(row, ())):
                    rows.add(row, name, "", messages.NO_CODE)

    def _judge(self, rows: _Rows) -> None:
        counts = self._counts.setdefault(rows.sheet, Counter())
        ordered = sorted((parsed.keys for parsed in rows.columns), key=_column_of)
        raws = [parsed.raw for parsed in rows.columns]
        source_filled = self._source_name if "source" in rows.values and not any(rows.values["source"]) else None
        kept = []
        for row in range(len(rows.lines)):
            if all(rows.values[name][row] is None for name in self._dictionary.needs):
                counts["rejected"] += 1
                self._reject(rows, row, raws)
                continue
            mark = row_hash(self._dictionary.kind.value, [keys[row] for keys in ordered])
            if mark in self._seen:
                counts["duplicate"] += 1
                continue
            self._seen.add(mark)
            counts["accepted"] += 1
            kept.append(row)
            self._keep(rows, row, mark, raws)
        for name in self._dictionary.fields:
            values = rows.values[name]
            filled = source_filled if name == "source" else None
            self._accepted[name].extend([filled] * len(kept) if filled else [values[row] for row in kept])

    def _keep(self, rows: _Rows, row: int, mark: int, raws: list[list[str]]) -> None:
        found = rows.findings.get(row, [])
        self._problems.extend(found)
        self._accepted["sheet"].append(rows.sheet)
        self._accepted["row_no"].append(rows.lines[row] + 1)
        self._accepted["raw"].append(_raw_cells(raws, row))
        self._accepted["row_hash"].append(mark)
        listed = [{"column": item.column, "value": item.value, "problem": item.problem} for item in found]
        self._accepted["row_findings"].append(json.dumps(listed, ensure_ascii=False) if listed else "[]")

    def _reject(self, rows: _Rows, row: int, raws: list[list[str]]) -> None:
        """A rejected row stays in the receipt with every cell it had."""
        needs = self._dictionary.needs
        column, shown = next(((name, text) for name in needs if (text := rows.text_of(name, row))), (needs[0], ""))
        why = messages.NAMES_NOBODY if "name" in needs else messages.SAYS_NOTHING
        told = Problem(rows.sheet, rows.lines[row] + 1, column, shown, why).as_dict()
        self._rejects.append(told | {"raw": json.loads(_raw_cells(raws, row))})


def _raw_cells(raws: list[list[str]], row: int) -> str:
    """The cells of a row as found, a JSON object of header to text."""
    return "{" + ", ".join(filter(None, (raw[row] for raw in raws))) + "}"


def _column_of(keys: list[str]) -> str:
    """The column name a list of hash keys begins with; blank columns do not matter."""
    return next((key for key in keys if key), "")


def _merged(rows: _Rows, name: str) -> list[Value]:
    """The values of a canonical column: of several columns with this meaning, the first that holds one."""
    mine = sorted((p for p in rows.columns if p.column.field == name and p.column.meaning), key=_rank)
    if not mine:
        return [None] * len(rows.lines)
    values = list(mine[0].values)
    for parsed in mine:
        for row, problem in parsed.problems.items():
            rows.add(row, name, rows.reader.shown(parsed.column, parsed.texts[row]), problem)
    for parsed in mine[1:]:
        values = [parsed.values[row] if value is None else value for row, value in enumerate(values)]
    return values


def _rank(parsed: ParsedColumn) -> tuple[int, int]:
    return parsed.column.meaning.rank if parsed.column.meaning else 0, parsed.column.index


def _move_codes(rows: _Rows) -> None:
    """An old number in the code column becomes the registration number, a credit code in the other column
    the code.
    """
    codes, numbers = rows.values["uscc"], rows.values["reg_no"]
    for row, found in rows.findings.items():
        for problem in found:
            if problem.problem == messages.CODE_IS_OLD_NUMBER and problem.column == "uscc":
                numbers[row], codes[row] = numbers[row] or codes[row], None
            elif problem.problem == messages.NUMBER_IS_CODE and problem.column == "reg_no":
                codes[row], numbers[row] = codes[row] or numbers[row], None


def _note_wide(rows: _Rows, last: int) -> None:
    for parsed in rows.columns:
        if parsed.column.index > last:
            for row, text in enumerate(parsed.texts):
                if text:
                    rows.add(row, "", rows.reader.shown(parsed.column, text), messages.ROW_TOO_WIDE)
