"""Work items of the regular check: every entity that owes figures, every period of late, every fault with its sentence and its basis.

Nobody is excused by a licence that is unknown, missing or lapsed: who works as a microlender or pawnshop owes. Only what is known to exist no more
(注销、迁出) or not yet (set up after the period) owes nothing. A row that cannot be linked to an entity is listed, for it may be the missing one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from screening.access import Actor, Document
from screening.errors import InvalidRule
from screening.features.tables import cells_sql, entities_sql
from screening.identity.linking import link_batches
from screening.reference.areas import read_areas
from screening.rulebook.active import active_rules
from screening.rulebook.book import Rulebook, read_rulebook
from screening.rulebook.rule import BasisRef
from screening.scoring.limits import known_on, limits_on
from screening.scoring.periodic.checks import Numbers, Report, contradictions, differences, over_limit
from screening.scoring.periodic.duties import Duty, due_periods, period_label, previous_period, read_duties
from screening.store.queries import dicts
from screening.store.sight import require_district
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Sector, Word

_GONE = {"注销", "吊销已注销", "迁出"}  # 吊销未注销 still owes: it still holds other people's money
_GENERAL = ("report_periods_checked", "report_sum_tolerance_share", "net_assets_fall_share")


class Fault(Word):
    """What is wrong with a period's figures, the most pressing first."""

    OVER_LIMIT = "over_limit", "超限"
    CONTRADICTORY = "contradictory", "矛盾"
    MISSING = "missing", "未报"
    LATE = "late", "迟报"


@dataclass(frozen=True)
class Ower:
    """An entity that owes reports, or sent some."""

    entity_id: str
    name: str | None
    sector: Sector
    street: str | None
    register: Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One thing to follow up. `rules` are the rule-book rules that say the same; `sources` the rows it rests on."""

    entity_id: str
    name: str | None
    sector: Sector
    street: str | None
    period: str
    period_end: date
    kind: Fault
    sentence: str
    basis: list[str]
    rules: list[str]
    sources: list[str]


@dataclass(frozen=True)
class Figures:
    """The check of one day: whose reports are owed (`owing` by sector), the items, and rows nobody can be found for."""

    as_of: date
    owing: dict[Sector, int]
    periods: dict[Sector, list[str]]
    items: list[Item]
    unlinked: list[dict[str, Any]]


def check_figures(workspace: Workspace, as_of: date, *, actor: Actor) -> Figures:
    """Every item by what was received by a day, for who sees the whole district.

    Raises `InvalidRule` when rules/periodic.yaml or a number it names is not there.
    """
    require_district(workspace, actor, Document.REASONS)
    rules = active_rules(workspace)
    duties = read_duties(rules if (rules / "periodic.yaml").is_file() else workspace.settings.rules)
    needed = dict.fromkeys([*_GENERAL, *(name for duty in duties.values() for name in (duty.months, duty.grace_days))])
    numbers = limits_on(workspace, as_of, *needed)
    limits = known_on(workspace, as_of)  # a limit that is not yet law on that day limits nothing
    checks = Numbers(float(numbers["report_sum_tolerance_share"]), float(numbers["net_assets_fall_share"]), limits)
    cited = _Citations(read_rulebook(rules), read_rulebook(workspace.settings.rules))
    kinds = {Kind.ENTITIES, *(duty.report for duty in duties.values())}
    batches = [batch for batch in workspace.register.batches(received_by=as_of) if batch.kind in kinds]
    with workspace.connect(batches) as connection:
        link_batches(workspace, connection, batches, rules)
        connection.execute(f"CREATE TABLE entity_cells AS {cells_sql('raw_entities')}")
        streets = {area.code: area.name for area in read_areas(rules).values()}
        entities = dicts(connection.execute(entities_sql("entity_cells", rules)))
        reports = {duty.report: _reports(connection, duty.report) for duty in duties.values()}
        unlinked = [row for duty in duties.values() for row in _unlinked(connection, duty.report)]
    items: list[Item] = []
    owing: dict[Sector, int] = {}
    periods: dict[Sector, list[str]] = {}
    for sector, duty in duties.items():
        months, grace = int(numbers[duty.months]), int(numbers[duty.grace_days])
        due = due_periods(as_of, months, grace, int(numbers["report_periods_checked"]))
        check = _Check(duty, sector, months, grace, due, as_of, checks, cited)
        owers = [_ower(row, streets) for row in entities if row["sector"] == sector or row["entity_id"] in reports[duty.report]]
        owing[sector] = sum(check.owes_any(ower) for ower in owers)
        periods[sector] = [period_label(end, months) for end in due]
        for ower in owers:
            items += check.items(ower, reports[duty.report].get(ower.entity_id, []))
    order = list(Fault)
    items.sort(key=lambda item: (order.index(item.kind), item.street or "", item.entity_id, item.period_end, item.sentence))
    return Figures(as_of, owing, periods, items, unlinked)


class _Citations:
    """Texts of legal sources and rules, by the book in force, then the rules folder."""

    def __init__(self, *books: Rulebook) -> None:
        self._books = books

    def cite(self, refs: Iterable[BasisRef]) -> list[str]:
        """Each reference as people cite it; raises `InvalidRule` for one nobody registered."""
        found = []
        for ref in refs:
            book = next((book for book in self._books if ref.source in book.sources), None)
            if book is None:
                raise InvalidRule(
                    f"periodic.yaml 的依据 {ref.source} 未登记", "请在 rules/legal_basis.yaml 中登记。", {"item": ref.source}
                )
            found.append(book.sources[ref.source].cite(ref.article))
        return found

    def of_rule(self, rule_id: str) -> list[str]:
        """The basis of a rule; raises `InvalidRule` for one that is not there."""
        book = next((book for book in self._books if rule_id in book.rules), None)
        if book is None:
            raise InvalidRule(f"periodic.yaml 提到的规则 {rule_id} 不存在", "请改成规则库里有的编号。", {"item": rule_id})
        return self.cite(book.rules[rule_id].basis)


@dataclass(frozen=True)
class _Check:
    """One sector's duty on one day."""

    duty: Duty
    sector: Sector
    months: int
    grace: int
    due: list[date]
    as_of: date
    numbers: Numbers
    cited: _Citations

    def owes(self, ower: Ower, end: date) -> bool:
        """Whether an entity owes a period's report."""
        established = ower.register.get("est_date")
        is_there = ower.register.get("reg_status") not in _GONE and (established is None or established <= end)
        return ower.sector is self.sector and is_there

    def owes_any(self, ower: Ower) -> bool:
        """Whether it owes any of the periods that are due."""
        return any(self.owes(ower, end) for end in self.due)

    def items(self, ower: Ower, reports: list[Report]) -> list[Item]:
        """Everything wrong with the due periods, and with what was sent since. `reports` in order of delivery."""
        by_period: dict[date, list[Report]] = {}
        for report in reports:
            by_period.setdefault(report.period_end, []).append(report)
        found = []
        for end in self.due:
            if self.owes(ower, end):
                found += self._timeliness(ower, end, by_period.get(end, []))
        for end, versions in sorted(by_period.items()):
            if end >= self.due[0]:
                found += self._content(ower, end, versions, by_period)
        return found

    def _timeliness(self, ower: Ower, end: date, versions: list[Report]) -> list[Item]:
        label, until = period_label(end, self.months), end + timedelta(days=self.grace)
        if not versions:
            sentence = f"{label}的{self.duty.report.label}应于{until}前报送，截至{self.as_of}没有收到"
            return [self._item(ower, end, Fault.MISSING, sentence, self.cited.cite(self.duty.basis))]
        day, first = min(((v.submitted or v.received, v) for v in versions), key=lambda pair: pair[0])
        if day <= until:
            return []
        how = "报送" if first.submitted else "收到（报表没有写报送日期）"
        sentence = f"{label}的{self.duty.report.label}应于{until}前报送，{day}才{how}，迟{(day - until).days}天"
        return [self._item(ower, end, Fault.LATE, sentence, self.cited.cite(self.duty.basis), sources=[first.source])]

    def _content(self, ower: Ower, end: date, versions: list[Report], by_period: Mapping[date, list[Report]]) -> list[Item]:
        newest, label = versions[-1], period_label(end, self.months)
        earlier = by_period.get(previous_period(end, self.months))
        faults = contradictions(self.duty, newest, earlier[-1] if earlier else None, ower.register, self.numbers)
        own = self.cited.cite(self.duty.basis)
        found = [self._item(ower, end, Fault.CONTRADICTORY, f"{label}{fault}", own, sources=[newest.source]) for fault in faults]
        everywhere = [version.source for version in versions]
        found += [
            self._item(ower, end, Fault.CONTRADICTORY, f"{label}{told}", own, sources=everywhere)
            for told in differences(self.duty, versions)
        ]
        for limit, sentence in over_limit(self.duty, newest, ower.register, self.numbers):
            basis = self.cited.of_rule(limit.rule)
            found.append(self._item(ower, end, Fault.OVER_LIMIT, f"{label}{sentence}", basis, [limit.rule], [newest.source]))
        return found

    def _item(
        self,
        ower: Ower,
        end: date,
        kind: Fault,
        sentence: str,
        basis: list[str],
        rules: Iterable[str] = (),
        sources: Iterable[str] = (),
    ) -> Item:
        period = period_label(end, self.months)
        return Item(
            ower.entity_id, ower.name, ower.sector, ower.street, period, end, kind, sentence, basis, list(rules), list(sources)
        )


def _ower(row: Mapping[str, Any], streets: Mapping[str, str]) -> Ower:
    return Ower(row["entity_id"], row["name"], Sector(row["sector"]), streets.get(row["street_code"]), row)


def _reports(connection: duckdb.DuckDBPyConnection, kind: Kind) -> dict[str, list[Report]]:
    """Entity → its rows with a period, in order of delivery."""
    rows = dicts(
        connection.execute(
            f"SELECT l.entity_id, r.*, b.received AS received_on, b.file_name FROM raw_{kind.table} r "
            f"JOIN links l ON l.kind = '{kind}' AND l.ord = r.ord JOIN batches b USING (batch_id) "
            "WHERE l.entity_id IS NOT NULL AND r.period_end IS NOT NULL ORDER BY r.ord"
        )
    )
    found: dict[str, list[Report]] = {}
    for row in rows:
        source = f"{row['file_name']} {row['sheet']} 第{row['row_no']}行"
        report = Report(row["entity_id"], row["period_end"], row["submitted_date"], row["received_on"], row, source)
        found.setdefault(report.entity_id, []).append(report)
    return found


def _unlinked(connection: duckdb.DuckDBPyConnection, kind: Kind) -> list[dict[str, Any]]:
    """Rows that say nothing of use: of nobody known, or of no period."""
    return dicts(
        connection.execute(
            f"SELECT '{kind}' AS kind, r.name, r.uscc, b.file_name AS file, r.sheet, r.row_no AS row, "
            "CASE WHEN l.entity_id IS NULL THEN '对不上登记的主体' ELSE '没有认得出的报告期' END AS problem "
            f"FROM raw_{kind.table} r JOIN links l ON l.kind = '{kind}' AND l.ord = r.ord JOIN batches b USING (batch_id) "
            "WHERE l.entity_id IS NULL OR r.period_end IS NULL ORDER BY r.ord"
        )
    )
