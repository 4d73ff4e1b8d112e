"""The words of a report (`rules/documents/monthly.yaml`) with the figures put in: no number is written by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pydantic import model_validator

from screening.reference.data_files import Strict, checked, read_yaml
from screening.reports.figures.catalogue import FIGURES, Counted
from screening.reports.figures.facts import Facts
from screening.reports.figures.tables import change, sector_name
from screening.reports.monthly.clues import Clue
from screening.reports.wording import FOLDER, read_office
from screening.vocabulary import Grade, Sector

_PHRASES = {
    "year", "month", "closes", "partners", "entities_by_sector", "entities_by_grade", "complaints_by_door", "new_by_grade", "complaints_unlinked",
    "entities_insufficient",
}  # fmt: skip
_SUFFIXES = ("", "_before", "_change", "_year")
_KNOWN = _PHRASES | {name + suffix for name in FIGURES for suffix in _SUFFIXES}
_OF_A_LINE = {"clue": set(Clue.__dataclass_fields__), "sector": {"name", *FIGURES}, "street": {"name", *FIGURES}}
_NAMED_SECTORS = (Sector.MICROLENDER, Sector.PAWNSHOP, Sector.GOLD_SHOP)


class Part(Strict):
    """A second-level heading with one line for each of something; `none` where there is nothing, `rest` where there are more than `most`."""

    heading: str
    each: Literal["sector", "street", "clue"]
    line: str
    none: str = ""
    most: int = 100
    rest: str = ""

    @model_validator(mode="after")
    def _names_exist(self) -> "Part":
        _require_known([self.line], _OF_A_LINE[self.each])
        return self


class SectionText(Strict):
    """A first-level heading with paragraphs, parts or a numbered list."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    numbered: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> "SectionText":
        _require_known([*self.paragraphs, *self.numbered], _KNOWN)
        return self


class ReportText(Strict):
    """One report's words."""

    title: str
    lead: str
    sections: tuple[SectionText, ...]

    @model_validator(mode="after")
    def _names_exist(self) -> "ReportText":
        _require_known([self.title, self.lead], _KNOWN)
        return self


class Texts(Strict):
    """The whole of `monthly.yaml`."""

    month: ReportText
    year: ReportText


@dataclass(frozen=True)
class Section:
    """A section with everything filled in: blocks in order, each a (kind, text): `part` a second-level heading, `item` a numbered line, `line` a paragraph."""

    heading: str
    blocks: list[tuple[Literal["part", "item", "line"], str]]


def read_texts(rules: Path) -> Texts:
    """The words; raises `InvalidRule` naming file and place, a figure nobody counts included."""
    path = rules / FOLDER / "monthly.yaml"
    return checked(Texts, read_yaml(path), path)


def month_text(
    facts: Facts, month: Mapping[str, Counted], before: Mapping[str, Counted], year: Mapping[str, Counted], clues: list[Clue]
) -> tuple[str, list[str], list[Section]]:
    """Title, opening lines and sections of a month."""
    return _told(facts, read_texts(facts.workspace.settings.rules).month, month, before, year, clues)


def year_text(facts: Facts, year: Mapping[str, Counted], clues: list[Clue]) -> tuple[str, list[str], list[Section]]:
    """The same of a year."""
    return _told(facts, read_texts(facts.workspace.settings.rules).year, year, year, year, clues)


def day_in_words(day: Any) -> str:
    """2026年3月5日: no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def _told(
    facts: Facts,
    text: ReportText,
    counts: Mapping[str, Counted],
    before: Mapping[str, Counted],
    year: Mapping[str, Counted],
    clues: list[Clue],
) -> tuple[str, list[str], list[Section]]:
    values = _values(facts, counts, before, year)
    sections = []
    for section in text.sections:
        blocks: list[tuple[Literal["part", "item", "line"], str]] = [
            ("line", line.format(**values)) for line in section.paragraphs
        ]
        for part in section.parts:
            lines = list(_lines(facts, part, counts, clues)) or ([part.none] if part.none else [])
            lines = [*lines[: part.most], *([part.rest.format(rest=len(lines) - part.most)] if len(lines) > part.most else [])]
            blocks += [("part", part.heading), *(("line", line) for line in lines)]
        blocks += [("item", line.format(**values)) for line in section.numbered]
        sections.append(Section(section.heading, blocks))
    return text.title.format(**values), [text.lead.format(**values)], sections


def _values(
    facts: Facts, counts: Mapping[str, Counted], before: Mapping[str, Counted], year: Mapping[str, Counted]
) -> dict[str, str]:
    period, none = facts.period, facts.wording.not_comparable
    values = {
        "year": str(period.closes.year),
        "month": str(period.closes.month),
        "closes": day_in_words(period.closes),
        "partners": read_office(facts.workspace.settings.rules).partners,
        "entities_by_sector": _by_sector(counts["entities_closing"]),
        "entities_by_grade": _by_grade(counts["entities_closing"], "户"),
        "new_by_grade": _by_grade(counts["cases_new"], "件"),
        "complaints_by_door": "、".join(f"{door}{n}件" for door, n in _doors(facts, counts["complaints"])) or "无",
        "complaints_unlinked": str(counts["complaints"].value - counts["complaints_linked"].value),
        "entities_insufficient": str(counts["entities_closing"].by("part")[Grade.INSUFFICIENT.value]),
    }
    for name, counted in counts.items():
        then = before[name].value
        values |= {
            name: str(counted.value),
            f"{name}_before": str(then),
            f"{name}_change": change(counted.value, then, none),
            f"{name}_year": str(year[name].value),
        }
    return values


def _by_sector(counted: Counted) -> str:
    found = counted.by("sector")
    named = {sector: found[sector.value] for sector in _NAMED_SECTORS}
    told = [f"{sector.label}{number}户" for sector, number in named.items()]
    return "、".join([*told, f"其他{counted.value - sum(named.values())}户"])


def _by_grade(counted: Counted, unit: str) -> str:
    found = counted.by("part")
    return "、".join(
        f"{grade.label}级{found[grade.value]}{unit}" if grade is not Grade.INSUFFICIENT else f"资料不足{found[grade.value]}{unit}"
        for grade in Grade
    )


def _doors(facts: Facts, counted: Counted) -> list[tuple[str, int]]:
    found = counted.by("part")
    return [(door, found[door]) for door in dict.fromkeys([*facts.wording.doors, facts.wording.other_door])]


def _lines(facts: Facts, part: Part, counts: Mapping[str, Counted], clues: list[Clue]) -> Iterator[str]:
    """One sentence for each clue, or for each sector or subdistrict of which there is anything to say."""
    if part.each == "clue":
        for clue in clues:
            yield part.line.format(**(asdict(clue) | {"name": clue.alias}))
        return
    column = "sector" if part.each == "sector" else "street_code"
    wanted = [name for _, name, _, _ in Formatter().parse(part.line) if name and name != "name"]
    found = {name: counts[name].by(column) for name in wanted}
    keys: list[str | None] = [sector.value for sector in Sector] if column == "sector" else list(facts.streets)
    for key in [*keys, None]:
        if any(by_key[key] for by_key in found.values()):
            name = sector_name(facts, key) if column == "sector" else facts.street(key)
            yield part.line.format(name=name, **{figure: by_key[key] for figure, by_key in found.items()})


def _require_known(texts: list[str], known: set[str]) -> None:
    for text in texts:
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in known:
                raise ValueError(f"“{text[:20]}…”里的 {{{name}}} 不是已有的数字；可用的名字见 docs/reports.md")
