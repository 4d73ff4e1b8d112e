"""How an entity's sector is recognised (`rules/sectors.yaml`), as one SQL expression.

In order: what the list declares, industry code (GB/T 4754-2017), words of the name, words of the business scope; first match wins.
"""

import re
from pathlib import Path

from screening.reference.data_files import Strict, checked, read_once, read_yaml
from screening.vocabulary import Sector


class SectorMarks(Strict):
    """What speaks for one sector."""

    label: str = ""
    industry_codes: list[str] = []
    declared: list[str] = []
    name_words: list[str] = []
    name_not: list[str] = []
    scope_words: list[str] = []
    scope_not: list[str] = []


@read_once("sectors.yaml")
def read_sectors(rules: Path) -> dict[Sector, SectorMarks]:
    """Marks by sector, in the order they are tried."""
    path = rules / "sectors.yaml"
    return checked(dict[Sector, SectorMarks], read_yaml(path), path)


def sector_sql(rules: Path) -> str:
    """A CASE over `sector_declared`, `industry_code`, `name`, `scope`; `other` when nothing speaks."""
    sectors = read_sectors(rules)
    branches = [f"WHEN {_has('sector_declared', m.declared)} THEN '{s}'" for s, m in sectors.items() if m.declared]
    for sector, marks in sectors.items():
        if marks.industry_codes:
            listed = ", ".join(f"'{code}'" for code in marks.industry_codes)
            branches.append(f"WHEN industry_code IN ({listed}) THEN '{sector}'")
    for column, wanted, unwanted in (("name", "name_words", "name_not"), ("scope", "scope_words", "scope_not")):
        for sector, marks in sectors.items():
            if words := getattr(marks, wanted):
                cleaned = _without(column, getattr(marks, unwanted))
                branches.append(f"WHEN {_has(cleaned, words)} THEN '{sector}'")
    return f"CASE {' '.join(branches)} ELSE '{Sector.OTHER}' END"


def _has(expression: str, words: list[str]) -> str:
    return f"regexp_matches({expression}, '{_alternation(words)}')"


def _without(column: str, words: list[str]) -> str:
    return f"regexp_replace({column}, '{_alternation(words)}', '', 'g')" if words else column


def _alternation(words: list[str]) -> str:
    return "|".join(re.escape(word).replace("'", "''") for word in words)
