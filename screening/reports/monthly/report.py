"""A report made and held against itself; nothing is written here."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from screening.access import Actor
from screening.errors import InvalidRequest
from screening.reports.figures import checks
from screening.reports.figures.catalogue import FIGURES, Counted, count_all, count_in_sum
from screening.reports.figures.facts import Facts, open_facts, use_period
from screening.reports.figures.period import Period, month_before, months_in, year_to
from screening.reports.figures.tables import Table, month_tables, year_tables
from screening.reports.issued import last_said
from screening.reports.monthly.clues import Clue, key_clues
from screening.reports.monthly.notes import notes_on
from screening.reports.monthly.text import Section, month_text, year_text
from screening.store.workspace import Workspace

MONTHLY, YEARLY = "monthly", "yearly"


@dataclass(frozen=True)
class Report:
    """One report: `title_lines` is the title with `|` where a line may break, `month` counts the period itself, `before` the month before, `year` from New Year's Day, `series` month by month.

    `notes` say what the figures do not know. `faults` say what does not reconcile; with any, the report may be looked at and not written. `is_early` while
    the period is not over.
    """

    name: str
    title_lines: str
    period: Period
    is_early: bool
    run_id: str
    run_as_of: date
    head: str
    month: dict[str, Counted]
    before: dict[str, Counted]
    year: dict[str, Counted]
    series: list[tuple[str, dict[str, int]]]
    tables: list[Table]
    clues: list[Clue]
    sections: list[Section]
    opening_lines: list[str]
    notes: list[str]
    faults: list[str]
    streets: dict[str, str]

    @property
    def title(self) -> str:
        """The title in one line."""
        return self.title_lines.replace("|", "")

    def require_sound(self) -> None:
        """Raise `InvalidRequest` listing everything that does not reconcile."""
        if self.faults:
            listed = "\n".join(f"{number}. {fault}" for number, fault in enumerate(self.faults, start=1))
            raise InvalidRequest(
                f"{self.title}有 {len(self.faults)} 处对不上，没有出文：\n{listed}",
                "请按所列逐项查清后再出。",
                {"faults": self.faults},
            )

    def document(self) -> dict[str, Any]:
        """The `report monthly --json` document."""
        return {
            "period": self.period.key,
            "run": self.run_id,
            "as_of": self.run_as_of.isoformat(),
            "head": self.head,
            "figures": {
                name: {
                    "label": FIGURES[name].label,
                    "unit": FIGURES[name].unit,
                    "value": counted.value,
                    "before": self.before[name].value,
                    "year": self.year[name].value,
                }
                for name, counted in self.month.items()
            },
            "tables": [
                {
                    "name": t.name,
                    "title": t.title,
                    "columns": [t.head, *(c.label for c in t.columns)],
                    "lines": [[label, *cells] for label, cells in t.lines],
                    "total": t.total,
                }
                for t in self.tables
            ],
            "notes": self.notes,
            "faults": self.faults,
        }


def monthly(workspace: Workspace, period: Period, *, actor: Actor, today: date) -> Report:
    """The summary of a month; raises `NotAllowed` for who does not see the whole district, `InvalidRequest` where nothing was scored by its end."""
    with open_facts(workspace, period, actor=actor) as opened:
        whole = year_to(period.closes)
        year, series = count_all(use_period(opened, whole), in_sum=True), _series(opened, whole)
        before = count_all(use_period(opened, month_before(period)), in_sum=True)
        facts = use_period(opened, period)
        month = count_all(facts)
        tables = month_tables(facts, month, before, year)
        clues = key_clues(facts)
        said = last_said(workspace.register, MONTHLY, month_before(period).key)
        faults = [
            *_faults(facts, month, tables),
            *checks.months_make_the_year([counts for _, counts in series], year),
            *checks.opening_is_last_closing(facts, month, said),
        ]
        title, lines, sections = month_text(facts, month, before, year, clues)
        return _report(facts, MONTHLY, title, today, (month, before, year), series, tables, clues, (lines, sections), faults)


def yearly(workspace: Workspace, period: Period, *, actor: Actor, today: date) -> Report:
    """The summary of a year, or of what has passed of it; raises as `monthly` does."""
    with open_facts(workspace, period, actor=actor) as opened:
        series = _series(opened, period)
        facts = use_period(opened, period)
        year = count_all(facts)
        tables = year_tables(facts, year)
        clues = key_clues(facts)
        faults = [*_faults(facts, year, tables), *checks.months_make_the_year([counts for _, counts in series], year)]
        title, lines, sections = year_text(facts, year, clues)
        return _report(facts, YEARLY, title, today, (year, year, year), series, tables, clues, (lines, sections), faults)


def _faults(facts: Facts, counts: dict[str, Counted], tables: list[Table]) -> list[str]:
    return [
        *checks.chain_is_whole(facts),
        *checks.replay_is_the_casebook(facts),
        *checks.run_saw_everything(facts),
        *checks.cells_balance(facts, counts),
        *checks.parts_add_up(counts),
        *checks.tables_agree(tables, counts),
    ]


def _series(facts: Facts, period: Period) -> list[tuple[str, dict[str, int]]]:
    """Month by month, whatever flows."""
    flows = [name for name, figure in FIGURES.items() if figure.is_flow]
    found = []
    for month in months_in(period):
        facts = use_period(facts, month)
        found.append((month.key, {name: count_in_sum(facts, name).value for name in flows}))
    return found


def _report(
    facts: Facts,
    name: str,
    title: str,
    today: date,
    counts: tuple[dict[str, Counted], dict[str, Counted], dict[str, Counted]],
    series: list[tuple[str, dict[str, int]]],
    tables: list[Table],
    clues: list[Clue],
    said: tuple[list[str], list[Section]],
    faults: list[str],
) -> Report:
    return Report(
        name=name,
        title_lines=title,
        period=facts.period,
        is_early=today < facts.period.until,
        run_id=facts.run.run_id,
        run_as_of=facts.run.as_of,
        head=str(facts.head),
        month=counts[0],
        before=counts[1],
        year=counts[2],
        series=series,
        tables=tables,
        clues=clues,
        sections=said[1],
        opening_lines=said[0],
        notes=notes_on(facts, counts[0]),
        faults=faults,
        streets=facts.streets,
    )
