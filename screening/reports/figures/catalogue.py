"""Every figure a report may print: its name, what people call it, and the query that gives the rows it counts.

A figure's number is the sum of `amount` over its rows, so number and rows cannot part. Each row has `item` (what is counted, once), the cell it counts in
(`street_code`, `sector`), the `part` of the whole it belongs to (a grade, the door a complaint came in by, the form of an event), and `moment`, `ref`: when,
and where it is written (case and event, or file, sheet and row).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from screening.reports.figures.facts import Facts

Cell = tuple[str | None, str | None]
COLUMNS = ("item", "amount", "street_code", "sector", "part", "moment", "ref")


@dataclass(frozen=True)
class Figure:
    """`sql` selects COLUMNS from the tables of `facts`; `is_flow` where the months of a year add up to the year."""

    name: str
    label: str
    unit: str
    sql: str
    is_flow: bool = False


class Row(NamedTuple):
    """One thing counted, or, of a figure counted only in sum, everything that falls into one cell and part."""

    item: str
    amount: int
    street_code: str | None
    sector: str | None
    part: str | None
    moment: date | datetime | None
    ref: str


@dataclass(frozen=True)
class Counted:
    """A figure over a period: its rows, and what they add up to."""

    figure: Figure
    rows: list[Row]
    _by: dict[tuple[str, ...], Counter[Any]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def value(self) -> int:
        """The number."""
        return sum(row.amount for row in self.rows)

    def by(self, *columns: str) -> Counter[Any]:
        """The number by the values of one or several columns; a single column's keys are plain."""
        if columns not in self._by:
            found: Counter[Any] = Counter()
            key = attrgetter(*columns)
            for row in self.rows:
                found[key(row)] += row.amount
            self._by[columns] = found
        return self._by[columns]


def _case(source: str, where: str, *, item: str = "seq") -> str:
    """Events or standings of cases."""
    return f"SELECT {item}::VARCHAR AS item, 1 AS amount, street_code, sector, grade AS part, moment, case_id || ' #' || seq AS ref FROM {source} WHERE {where} ORDER BY seq"


def _moved(to: str, more: str = "true") -> str:
    return _case("flows", f"kind = 'moved' AND from_state IS DISTINCT FROM to_state AND to_state {to} AND {more}")


def _entity(source: str, where: str = "true") -> str:
    return f"SELECT entity_id AS item, 1 AS amount, street_code, sector, grade AS part, NULL AS moment, name AS ref FROM {source} e WHERE {where} ORDER BY entity_id"


def _shifted(side: str) -> str:
    """Open at both ends and in another cell at the close, counted at one `side`."""
    both = "FROM opening o JOIN closing c USING (case_id) WHERE o.is_open AND (o.street_code IS DISTINCT FROM c.street_code OR o.sector IS DISTINCT FROM c.sector)"
    return f"SELECT case_id AS item, 1 AS amount, {side}.street_code, {side}.sector, {side}.grade AS part, {side}.moment, case_id || ' #' || {side}.seq AS ref {both} ORDER BY case_id"


def _entity_shifted(side: str) -> str:
    both = "FROM entities_then t JOIN entities_now n USING (entity_id) WHERE t.street_code IS DISTINCT FROM n.street_code OR t.sector IS DISTINCT FROM n.sector"
    return f"SELECT entity_id AS item, 1 AS amount, {side}.street_code, {side}.sector, {side}.grade AS part, NULL AS moment, {side}.name AS ref {both} ORDER BY entity_id"


def _complaint(where: str) -> str:
    return (
        "SELECT complaint_id AS item, 1 AS amount, coalesce(k.street_code, c.street_said) AS street_code, k.sector_now AS sector, c.door AS part, c.received AS moment, "
        f"concat_ws(' ', c.file, c.sheet, '第' || c.row_no || '行') AS ref FROM complaints c LEFT JOIN known k USING (entity_id), period WHERE {where} ORDER BY received, complaint_id"
    )


def _visited(where: str) -> str:
    return (
        "SELECT v.entity_id AS item, 1 AS amount, any_value(k.street_code) AS street_code, any_value(k.sector_now) AS sector, NULL AS part, max(v.day) AS moment, "
        f"any_value(k.name) AS ref FROM visits v LEFT JOIN known k USING (entity_id), period WHERE v.day >= opens AND v.day < until AND {where} "
        "GROUP BY v.entity_id ORDER BY v.entity_id"
    )


def _outreach(amount: str) -> str:
    return (
        f"SELECT event_id AS item, {amount} AS amount, street_code, NULL AS sector, form AS part, event_date AS moment, concat_ws(' ', file, sheet, '第' || row_no || '行') AS ref "
        f"FROM outreach, period WHERE event_date >= opens AND event_date < until AND {amount} IS NOT NULL ORDER BY event_date, event_id"
    )


_RECEIVED = "received >= opens AND received < until"
_OPENED = "is_open AND NOT was_open"
_THEN = "NOT EXISTS (FROM entities_then t WHERE t.entity_id = e.entity_id)"
_NOW = "NOT EXISTS (FROM entities_now n WHERE n.entity_id = e.entity_id)"
FIGURES: Mapping[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("entities_opening", "期初监测主体", "户", _entity("entities_then")),
        Figure("entities_added", "新增主体", "户", _entity("entities_now", _THEN)),
        Figure("entities_moved_in", "划入主体", "户", _entity_shifted("n")),
        Figure("entities_moved_out", "划出主体", "户", _entity_shifted("t")),
        Figure("entities_left", "注销和退出主体", "户", _entity("entities_then", _NOW)),
        Figure("entities_closing", "期末监测主体", "户", _entity("entities_now")),
        Figure("checked", "排查主体", "户", _visited("true")),
        Figure("checked_found", "排查发现问题主体", "户", _visited("v.found")),
        Figure("complaints", "接收投诉举报", "件", _complaint(_RECEIVED), is_flow=True),
        Figure(
            "complaints_linked",
            "指向监测主体的投诉举报",
            "件",
            _complaint(f"{_RECEIVED} AND c.entity_id IS NOT NULL"),
            is_flow=True,
        ),
        Figure(
            "complaints_late", "补报的以前投诉举报", "件", _complaint("received < opens AND known >= opens AND known < until")
        ),
        Figure("cases_opening", "期初在办", "件", _case("opening", "is_open", item="case_id")),
        Figure("cases_new", "新增", "件", _case("flows", f"{_OPENED} AND from_state IS NULL"), is_flow=True),
        Figure(
            "cases_new_alert",
            "新增系统预警",
            "件",
            _case("flows", f"{_OPENED} AND from_state IS NULL AND kind = 'alert'"),
            is_flow=True,
        ),
        Figure(
            "cases_new_lead",
            "新增线索登记",
            "件",
            _case("flows", f"{_OPENED} AND from_state IS NULL AND kind != 'alert'"),
            is_flow=True,
        ),
        Figure("cases_reopened", "重启", "件", _case("flows", f"{_OPENED} AND from_state IS NOT NULL"), is_flow=True),
        Figure("cases_moved_in", "划入", "件", _shifted("c")),
        Figure("cases_moved_out", "划出", "件", _shifted("o")),
        Figure("cases_closed", "办结", "件", _case("flows", "was_open AND NOT is_open"), is_flow=True),
        Figure("cases_closing", "期末在办", "件", _case("closing", "is_open", item="case_id")),
        Figure("overdue", "逾期", "件", _case("closing", "is_open AND due < until", item="case_id")),
        Figure("dispatched", "派发核查", "件", _moved("= 'B1'"), is_flow=True),
        Figure("verified", "核查完成", "件", _moved("= 'B4'", "from_state = 'B3'"), is_flow=True),
        Figure("sessions", "会商", "件", _case("flows", "kind = 'minutes'"), is_flow=True),
        Figure(
            "cleared",
            "排除",
            "件",
            _case("flows", "was_open AND NOT is_open AND (to_state = 'A9' OR conclusion = 'cleared')"),
            is_flow=True,
        ),
        Figure("watched", "持续监测", "件", _moved("= 'D0'"), is_flow=True),
        Figure("noticed", "风险提示", "件", _moved("= 'D1'"), is_flow=True),
        Figure("talked", "约谈", "件", _moved("= 'D2'"), is_flow=True),
        Figure("rectified", "责令整改", "件", _moved("= 'D3'"), is_flow=True),
        Figure("to_market", "移送市监", "件", _moved("= 'D4'"), is_flow=True),
        Figure("to_industry", "移送行业部门", "件", _moved("= 'D5'"), is_flow=True),
        Figure("to_police", "移送公安", "件", _moved("IN ('D6', 'D7')"), is_flow=True),
        Figure("referred", "移送合计", "件", _moved("IN ('D4', 'D5', 'D6', 'D7')"), is_flow=True),
        Figure("filed", "行政立案", "件", _moved("= 'D8'"), is_flow=True),
        Figure("outreach_events", "宣传活动", "场", _outreach("1"), is_flow=True),
        Figure("outreach_reached", "宣传覆盖", "人", _outreach("people_reached"), is_flow=True),
        Figure("outreach_materials", "发放资料", "份", _outreach("materials_given"), is_flow=True),
        Figure("outreach_screens", "电子屏", "块", _outreach("screens"), is_flow=True),
    )
}


def count(facts: Facts, name: str) -> Counted:
    """A figure over the period the facts are set to, row by row."""
    figure = FIGURES[name]
    return _counted(facts, figure, f"SELECT {', '.join(COLUMNS)} FROM ({figure.sql})")


def count_in_sum(facts: Facts, name: str) -> Counted:
    """The same, one row for everything that falls into one cell and part: enough where nobody asks what was counted."""
    figure = FIGURES[name]
    summed = "'' AS item, sum(amount)::BIGINT AS amount, street_code, sector, part, NULL AS moment, '' AS ref"
    return _counted(facts, figure, f"SELECT {summed} FROM ({figure.sql}) GROUP BY street_code, sector, part ORDER BY ALL")


def count_all(facts: Facts, *, in_sum: bool = False) -> dict[str, Counted]:
    """Every figure over the period the facts are set to."""
    return {name: count_in_sum(facts, name) if in_sum else count(facts, name) for name in FIGURES}


def _counted(facts: Facts, figure: Figure, query: str) -> Counted:
    return Counted(figure, [Row(*row) for row in facts.connection.execute(query).fetchall()])
