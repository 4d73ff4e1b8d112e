"""The tables of a report: each a list of lines by subdistrict, sector or door, each number the part of a figure that falls into the line.

Which figure stands in which column, in which order, is what the offices' forms ask (domain brief 6.2: 附表1–5) and part of how things are counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screening.reports.figures.catalogue import Counted
from screening.reports.figures.facts import Facts
from screening.vocabulary import Grade, Sector

Counts = Mapping[str, Counted]
_SHIFTS = ("划入", "划出")  # left out of a table where nothing was


@dataclass(frozen=True)
class Column:
    """A column: the figure it shows a part of; `part` limits it to that part. `adds` where numbers of no one figure add up all the same."""

    label: str
    figure: str | None = None
    part: str | None = None
    adds: bool = False

    @property
    def has_total(self) -> bool:
        """Whether its cells add up to something."""
        return self.adds or self.figure is not None


@dataclass(frozen=True)
class Table:
    """A table: `name` is its sheet, `lines` label and cells; `total` what the lines add up to (words where nothing does)."""

    name: str
    title: str
    head: str
    columns: tuple[Column, ...]
    lines: list[tuple[str, list[int | str]]]

    @property
    def total(self) -> list[int | str]:
        """Column by column; empty under words."""
        sums: list[int | str] = []
        for number, column in enumerate(self.columns):
            cells = [line[1][number] for line in self.lines]
            sums.append(sum(cell for cell in cells if isinstance(cell, int)) if column.has_total else "")
        return sums


def _grades(figure: str) -> list[Column]:
    """The four colours in order, then what has none: a lead nobody graded yet, an entity of which too little is known."""
    colours = [grade for grade in Grade if grade is not Grade.INSUFFICIENT]
    without = "未定级" if figure == "cases_new" else Grade.INSUFFICIENT.label
    return [*(Column(grade.label, figure, grade.value) for grade in colours), Column(without, figure, Grade.INSUFFICIENT.value)]


_ENTITIES = (
    Column("期初", "entities_opening"), Column("新增", "entities_added"), Column("划入", "entities_moved_in"), Column("划出", "entities_moved_out"),
    Column("注销退出", "entities_left"), Column("期末", "entities_closing"), *_grades("entities_closing"),
    Column("排查户数", "checked"), Column("发现问题", "checked_found"),
)  # fmt: skip
_CASES = (
    Column("期初在办", "cases_opening"), *_grades("cases_new"), Column("重启", "cases_reopened"), Column("划入", "cases_moved_in"),
    Column("划出", "cases_moved_out"), Column("核查完成", "verified"), Column("排除", "cleared"), Column("持续监测", "watched"),
    Column("风险提示", "noticed"), Column("约谈", "talked"), Column("责令整改", "rectified"), Column("移送市监", "to_market"),
    Column("移送行业部门", "to_industry"), Column("移送公安", "to_police"), Column("行政立案", "filed"), Column("办结", "cases_closed"),
    Column("期末在办", "cases_closing"), Column("逾期", "overdue"),
)  # fmt: skip
_PROGRESS = (
    Column("期末监测主体", "entities_closing"), Column("排查户数", "checked"), Column("发现问题", "checked_found"), Column("派发核查", "dispatched"),
    Column("核查完成", "verified"), Column("期末在办", "cases_closing"), Column("逾期", "overdue"),
)  # fmt: skip
_YEAR = (
    Column("监测主体", "entities_closing"), Column("排查户数", "checked"), Column("发现问题", "checked_found"), Column("新增", "cases_new"),
    Column("重启", "cases_reopened"), Column("核查完成", "verified"), Column("排除", "cleared"), Column("风险提示", "noticed"), Column("约谈", "talked"),
    Column("责令整改", "rectified"), Column("移送合计", "referred"), Column("行政立案", "filed"), Column("办结", "cases_closed"),
    Column("期末在办", "cases_closing"),
)  # fmt: skip
_BALANCE = (
    Column("期初在办", "cases_opening"), Column("新增", "cases_new"), Column("重启", "cases_reopened"), Column("划入", "cases_moved_in"),
    Column("划出", "cases_moved_out"), Column("办结", "cases_closed"), Column("期末在办", "cases_closing"),
)  # fmt: skip


def month_tables(facts: Facts, month: Counts, before: Counts, year: Counts) -> list[Table]:
    """附表1、2、3、5、6 of a month; 附表4 is a list of cases, made elsewhere."""
    return [
        _by_sector(facts, "附表1", "主体分类统计表", _ENTITIES, month),
        _by_street(facts, "附表2", "预警及处置统计表", _CASES, month),
        _complaints(facts, "附表3", month, before, year),
        _by_street(facts, "附表5", "街道排查进度表", _PROGRESS, month),
        _outreach(facts, "附表6", month, year),
        balance(facts, "附表7", month),
    ]


def year_tables(facts: Facts, year: Counts) -> list[Table]:
    """The year by sector and by subdistrict."""
    return [
        _by_sector(facts, "年表1", "分行业排查处置统计表", _YEAR, year),
        _by_street(facts, "年表2", "分街道排查处置统计表", _YEAR, year),
        _outreach(facts, "年表3", year, year),
        balance(facts, "年表4", year),
    ]


def balance(facts: Facts, name: str, counts: Counts) -> Table:
    """Opening to closing by subdistrict and sector, for each pair in which anything was."""
    cells = {cell for column in _BALANCE if column.figure for cell in counts[column.figure].by("street_code", "sector")}
    order = [(street, sector) for street in (*facts.streets, None) for sector in (*Sector, None) if (street, sector) in cells]
    by_cell = {column.figure: counts[column.figure].by("street_code", "sector") for column in _BALANCE if column.figure}
    lines: list[tuple[str, list[int | str]]] = [
        (
            f"{facts.street(street)}·{sector_name(facts, sector)}",
            [by_cell[column.figure][(street, sector)] for column in _BALANCE if column.figure],
        )
        for street, sector in order
    ]
    return Table(name, "分街道分行业在办勾稽表", "街道·行业", _BALANCE, lines)


def sector_name(facts: Facts, sector: str | None) -> str:
    """What people call a sector; what is not known is 待定."""
    return Sector(sector).label if sector else facts.wording.unplaced_sector


def change(now: int, then: int, incomparable: str) -> str:
    """(本月−上月)/上月 to a tenth of a per cent; nothing to compare with where it was 0 (domain brief 6.2, rule 3)."""
    return f"{(now - then) / then:+.1%}" if then else incomparable


def _by_street(facts: Facts, name: str, title: str, columns: Sequence[Column], counts: Counts) -> Table:
    in_scope = {row[0] for row in facts.connection.execute("SELECT street_code FROM streets WHERE in_scope").fetchall()}
    said = {code for column in columns if column.figure for code in counts[column.figure].by("street_code")}
    codes: list[str | None] = [code for code in facts.streets if code in in_scope or code in said]
    labels: dict[str | None, str] = {code: facts.street(code) for code in codes}
    labels |= {code: facts.street(None) for code in said if code not in labels}
    return _table(name, title, "街道", columns, counts, "street_code", labels)


def _by_sector(facts: Facts, name: str, title: str, columns: Sequence[Column], counts: Counts) -> Table:
    said = {sector for column in columns if column.figure for sector in counts[column.figure].by("sector")}
    labels: dict[str | None, str] = {sector.value: sector.label for sector in Sector}
    labels |= {None: facts.wording.unplaced_sector} if None in said else {}
    return _table(name, title, "行业", columns, counts, "sector", labels)


def _table(
    name: str, title: str, head: str, columns: Sequence[Column], counts: Counts, by: str, labels: Mapping[str | None, str]
) -> Table:
    shown = tuple(c for c in columns if c.label not in _SHIFTS or (c.figure and counts[c.figure].value))
    parts = [counts[c.figure].by(by, "part") if c.part else counts[c.figure].by(by) for c in shown if c.figure]
    merged: dict[str, list[int | str]] = {label: [0] * len(shown) for label in labels.values()}
    for key, label in labels.items():
        for number, (column, found) in enumerate(zip(shown, parts, strict=True)):
            merged[label][number] += found[(key, column.part) if column.part else key]  # type: ignore[operator]  # numbers so far
    return Table(name, title, head, shown, list(merged.items()))


def _complaints(facts: Facts, name: str, month: Counts, before: Counts, year: Counts) -> Table:
    now, then, whole = (counts["complaints"].by("part") for counts in (month, before, year))
    linked = month["complaints_linked"].by("part")
    columns = (
        Column("本月", "complaints"), Column("上月", adds=True), Column("环比"), Column("指向监测主体", "complaints_linked"),
        Column("本年累计", adds=True),
    )  # fmt: skip
    none = facts.wording.not_comparable
    lines: list[tuple[str, list[int | str]]] = [
        (door, [now[door], then[door], change(now[door], then[door], none), linked[door], whole[door]])
        for door in dict.fromkeys([*facts.wording.doors, facts.wording.other_door])
    ]
    return Table(name, "投诉统计表", "来源", columns, lines)


def _outreach(facts: Facts, name: str, period: Counts, year: Counts) -> Table:
    """What was done, and beside it what has come since the last event of each subdistrict: where the next event should go."""
    risky = facts.connection.execute(
        "SELECT street_code, count(*) FILTER (grade IN ('red', 'orange')), count(*) FILTER (grade = 'yellow') FROM entities_now GROUP BY street_code"
    ).fetchall()
    since = facts.connection.execute(
        "SELECT s.street_code, o.last, count(c.complaint_id) FROM streets s "
        "LEFT JOIN (SELECT street_code, max(event_date) AS last FROM outreach, period WHERE event_date < until GROUP BY ALL) o USING (street_code) "
        "LEFT JOIN (SELECT c.*, coalesce(k.street_code, c.street_said) AS street_code FROM complaints c LEFT JOIN known k USING (entity_id), period "
        "WHERE c.received < until AND c.received >= opens - INTERVAL 365 DAY) c ON c.street_code = s.street_code AND (o.last IS NULL OR c.received > o.last) "
        "GROUP BY ALL"
    ).fetchall()
    grades, after = {row[0]: row[1:] for row in risky}, {row[0]: row[1:] for row in since}
    columns = (
        Column("活动场次", "outreach_events"), Column("覆盖人数", "outreach_reached"), Column("发放资料", "outreach_materials"),
        Column("电子屏", "outreach_screens"), Column("本年场次", adds=True), Column("最近一场"), Column("红橙主体", adds=True),
        Column("黄级主体", adds=True), Column("其后投诉"),
        Column("建议次序"),
    )  # fmt: skip
    table = _by_street(facts, name, "宣传活动与风险对照表", columns[:4], period)
    codes = {facts.street(code): code for code in facts.streets}
    urgent = sorted(
        (label for label, _ in table.lines if label in codes),
        key=lambda label: _next_first(grades.get(codes[label], (0, 0)), after[codes[label]]),
    )
    in_year = year["outreach_events"].by("street_code")
    lines: list[tuple[str, list[int | str]]] = []
    for label, cells in table.lines:
        code = codes.get(label)
        red, yellow = grades.get(code, (0, 0))
        last, complaints = after.get(code, (None, 0))
        held = f"{last.month}月{last.day}日" if last else "没有"
        order = str(urgent.index(label) + 1) if label in codes else ""
        lines.append((label, [*cells, in_year[code], held, red, yellow, str(complaints), order]))
    return Table(name, table.title, "街道", columns, lines)


def _next_first(grades: tuple[int, ...], after: tuple[object, int]) -> tuple[int, int, int]:
    """Most red and orange first, then most complaints since the last event, then most yellow."""
    return (-grades[0], -after[1], -grades[1])
