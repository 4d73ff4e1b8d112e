"""The shared corpus of messy files: counts and cells are exactly those agreed."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from screening.errors import InvalidFile
from screening.intake import read_file
from screening.vocabulary import Kind
from tests.intake.conftest import RECEIVED, reconciles

CORPUS = Path(os.environ.get("SCREENING_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
EXPECTED: dict[str, Any] = (
    json.loads((CORPUS / "expected.json").read_text("utf-8")) if (CORPUS / "expected.json").is_file() else {}
)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not EXPECTED, reason="the shared corpus is not beside the repository (SCREENING_CORPUS)"),
]


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if not expected["error"]])
def test_counts_and_cells_are_as_agreed(name: str) -> None:
    expected = EXPECTED[name]
    (delivery,) = read_file(CORPUS / name, kind=None, source=None, received=RECEIVED)
    reconciles(delivery)
    counts = (delivery.rows_read, delivery.accepted, delivery.rejected, delivery.duplicate)
    assert delivery.kind == expected["kind"]
    assert counts == tuple(expected[key] for key in ("rows_read", "accepted", "rejected", "duplicate"))
    rows = delivery.table.to_pylist()
    for cells in expected["cells"]:
        (row,) = [row for row in rows if row["uscc"] == cells["uscc"]]
        for column, value in cells.items():
            assert row[column] == Decimal(value) if isinstance(value, int) else str(row[column]) == value


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if expected["error"]])
def test_unreadable_files_say_what_they_are(name: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_file(CORPUS / name, kind=None, source=None, received=RECEIVED)
    assert "图片" in caught.value.message
    assert caught.value.where["file"] == name


def test_tipsters_are_masked_in_what_is_kept() -> None:
    (delivery,) = read_file(CORPUS / "03_12345_orders.xlsx", kind=None, source=None, received=RECEIVED)
    raw = "".join(delivery.table.column("raw").to_pylist())
    assert "群众甲" not in raw
    assert "13800000000" not in raw
    assert "138****0000" in raw


BDCI = CORPUS.parent / "bdci" / "base_info.csv"


@pytest.mark.skipif(not BDCI.is_file(), reason="the public registration table is not beside the repository")
def test_a_real_register_is_read_by_a_mapping_given_as_data() -> None:
    (delivery,) = read_file(BDCI, kind=Kind.ENTITIES, source="bdci", received=RECEIVED)
    reconciles(delivery)
    assert (delivery.rows_read, delivery.accepted) == (24_865, 24_865)
    assert len(delivery.findings) < 10
    first = delivery.table.slice(0, 1).to_pylist()[0]
    assert first["reg_no"] == "59b38c56de3836831ff90a77d892a13523b7494f6ed09ff7"
    assert first["reg_capital_yuan"] == Decimal("422050000.00")
    assert (first["industry_letter"], first["industry_code"], first["employees"]) == ("J", "6760", 2)
