"""Whether everything under `rules/documents/` reads: words, office, sentences."""

from pathlib import Path

from screening.reports.ledgers.ledger import read_ledgers
from screening.reports.letters.letter import read_letters
from screening.reports.monthly.text import read_texts
from screening.reports.pack.build import read_pack_form
from screening.reports.wording import read_office, read_wording


def check_documents(rules: Path) -> dict[str, int]:
    """Counts by what was read; raises `InvalidRule` naming file, line and fault."""
    wording, texts = read_wording(rules), read_texts(rules)
    read_office(rules)
    read_pack_form(rules)
    return {
        "不能写的话": len(wording.forbidden),
        "月报各节": len(texts.month.sections),
        "年报各节": len(texts.year.sections),
        "台账": len(read_ledgers(rules)),
        "文书": len(read_letters(rules)),
    }
