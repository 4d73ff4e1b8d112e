"""Builders of messy files, as offices send them. All names and codes are invented."""

import csv
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from screening.intake import Delivery, read_file
from screening.vocabulary import Kind

RECEIVED = datetime.date(2026, 11, 20)
CODES = ["91440803MA9X01372Y", "91440803MA9X027466", "91440803MA9X04119Q", "91440803MA9X08224W"]

Rows = Sequence[Sequence[Any]]


@pytest.fixture
def read() -> Callable[..., Delivery]:
    """Reads a file that holds one kind."""

    def read_one(path: Path, kind: Kind | None = None, source: str | None = None) -> Delivery:
        deliveries = read_file(path, kind=kind, source=source, received=RECEIVED)
        assert len(deliveries) == 1
        reconciles(deliveries[0])
        return deliveries[0]

    return read_one


@pytest.fixture
def xlsx(tmp_path: Path) -> Callable[..., Path]:
    """Writes sheets (a list of rows, or a dictionary of them) to a workbook, with merges like "A1:C1"."""

    def write(rows: Rows | dict[str, Rows], merges: Sequence[str] = (), name: str = "表.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, lines in (rows if isinstance(rows, dict) else {"Sheet1": rows}).items():
            sheet = book.create_sheet(title)
            for line in lines:
                sheet.append(list(line))
            for merge in merges:
                sheet.merge_cells(merge)
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def text(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as delimited text in an encoding."""

    def write(rows: Rows, encoding: str = "utf-8", delimiter: str = ",", name: str = "表.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=delimiter).writerows(rows)
        return path

    return write


def reconciles(delivery: Delivery) -> None:
    """The law of intake."""
    assert delivery.rows_read == delivery.accepted + delivery.rejected + delivery.duplicate
    assert delivery.table.num_rows == delivery.accepted
    assert len(delivery.rejects) == delivery.rejected
    for sheet in delivery.sheets:
        assert sheet.rows_read == sheet.accepted + sheet.rejected + sheet.duplicate


def column(delivery: Delivery, name: str) -> list[Any]:
    """One column of the accepted rows."""
    values: list[Any] = delivery.table.column(name).to_pylist()
    return values


def problems(delivery: Delivery, name: str | None = None) -> list[str]:
    """The sentences of the findings, of one canonical column or of all."""
    return [str(found["problem"]) for found in delivery.findings if name in (None, found["column"])]
