"""The shared corpus of messy files: counts and cells are exactly those agreed."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from screening.errors import InvalidFile
from screening.intake import read_file
from tests.intake.conftest import RECEIVED, reconciles

CORPUS = Path(os.environ.get("SCREENING_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
EXPECTED: dict[str, Any] = (
    json.loads((CORPUS / "expected.json").read_text("utf-8")) if (CORPUS / "expected.json").is_file() else {}
)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not EXPECTED, reason="the shared corpus is not beside the repository (SCREENING_CORPUS)"
    ),
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
