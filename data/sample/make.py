"""Makes the sample month: `python data/sample/make.py [--out DIR] [--check]`. Everything in it is invented.

How the data is made
1. A register of some 1,500 entities over the ten subdistricts (`generator/registry.py`, `trades.py`, `names.py`):
   heavenly stems and earthly branches as names, valid credit codes of an invented block, a few wrong.
2. Dull facts about them (`facts.py`, `routine.py`) and complaints put together from templates with slots
   (`complaints.py`, `wording/complaints.yaml`), most about jewellery, loans, pawns, cards and noise.
   A third names its entity only by a nickname.
3. Fourteen schemes and ten honest lookalikes, planted on named entities (`wording/schemes.yaml`).
   Between them some forty entities with one or two things against them, and fifteen of which a subdistrict wrote
   down the sign only (`in_between.py`, `wording/in_between.yaml`).
4. Two deliveries, 2026-09 and 2026-10, written as the messy files offices send (`deliveries.py`).
5. README.md, schemes.yaml and receipts.yaml from the same records: they cannot disagree with the files.

Seeded throughout and independent of the clock: each run gives the same bytes. `--check` writes to a temporary
folder and compares with what is here, cell by cell; it exits 1 and names the files that differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from generator.comparison import differences
from generator.deliveries import write_month
from generator.documents import dumped, readme, receipt_document, scheme_document
from generator.model import OCTOBER, SEPTEMBER
from generator.world import build_world

HERE = Path(__file__).parent
MADE = ("2026-09", "2026-10", "README.md", "schemes.yaml", "receipts.yaml")


def make(folder: Path) -> None:
    """Writes both months and their documents into `folder`."""
    world = build_world()
    months = {month: write_month(world, month, folder) for month in (SEPTEMBER, OCTOBER)}
    schemes = scheme_document(world, months)
    texts = {
        "schemes.yaml": dumped(schemes),
        "receipts.yaml": dumped(receipt_document(months)),
        "README.md": readme(world, months, schemes),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def check(folder: Path) -> list[str]:
    """Names of made files in `folder` that differ from what the script makes now."""
    with tempfile.TemporaryDirectory() as temporary:
        make(Path(temporary))
        names = differences(Path(temporary), folder)
    return [name for name in names if name.split("/")[0] in MADE]


def main() -> int:
    """Command line entry; returns the exit code."""
    parser = argparse.ArgumentParser(description="生成样例月（全部虚构）")
    parser.add_argument("--out", type=Path, default=HERE, help="写到哪个文件夹，默认本文件所在处")
    parser.add_argument("--check", action="store_true", help="只核对，不写")
    options = parser.parse_args()
    if not options.check:
        make(options.out)
        return 0
    different = check(options.out)
    print("\n".join(f"与脚本不一致：{name}" for name in different) or "与脚本一致")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
