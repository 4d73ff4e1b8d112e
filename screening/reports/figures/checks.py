"""What must agree before a report is written: each check returns sentences, in Chinese, of what does not.

Source: domain brief 6.2, rules ⑥ and ⑦; the casebook's own chain.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from screening.reference.clock import CHINA, moment
from screening.reports.figures.catalogue import FIGURES, Cell, Counted
from screening.reports.figures.facts import Facts
from screening.reports.figures.tables import Counts, Table, sector_name
from screening.reports.issued import Issued

_SHOWN = 20  # of one kind of fault; a broken chain would name every case


def chain_is_whole(facts: Facts) -> list[str]:
    """Every event begins where the one before ended, one version on, and not earlier."""
    faults, versions, moments = [], dict[str, int](), dict[str, datetime]()
    for step in facts.steps:
        if step.from_state != step.previous_state:
            faults.append(
                f"案件 {step.case_id} 第 {step.seq} 条记录从“{step.from_state or '无'}”开始，前一条停在“{step.previous_state or '无'}”，中间缺记录"
            )
        if step.version != versions.get(step.case_id, 0) + 1:
            faults.append(
                f"案件 {step.case_id} 第 {step.seq} 条记录是第 {step.version} 版，前一条是第 {versions.get(step.case_id, 0)} 版，版本不连续"
            )
        if step.moment < moments.get(step.case_id, step.moment):
            faults.append(f"案件 {step.case_id} 第 {step.seq} 条记录的时间早于前一条")
        versions[step.case_id], moments[step.case_id] = step.version, step.moment
    return faults[:_SHOWN]


def replay_is_the_casebook(facts: Facts) -> list[str]:
    """The events add up to the cases as they stand today: state, version, grade, subdistrict, term."""
    last = {step.case_id: step for step in facts.steps}
    faults = []
    for case_id, case in facts.standing.items():
        step = last.get(case_id)
        if step is None:
            faults.append(f"案件 {case_id} 没有办理记录")
            continue
        due = case.due_at.astimezone(CHINA).replace(tzinfo=None) if case.due_at else None
        pairs = {
            "状态": (case.state, step.to_state),
            "版本": (case.version, step.version),
            "等级": (case.grade.value, step.grade),
            "街道": (facts.street(case.place), facts.street(step.street_code)),
            "期限": (due, step.due),
        }
        faults += [
            f"案件 {case_id} 的{what}现为“{now}”，按办理记录应为“{then}”" for what, (now, then) in pairs.items() if now != then
        ]
    return faults[:_SHOWN]


def run_saw_everything(facts: Facts) -> list[str]:
    """Without a run of its own a period has no figures; lists and complaints loaded after the run was made would be missing from them."""
    if facts.run.as_of < facts.period.opens:
        closes = facts.period.closes
        return [
            f"{facts.period.key} 还没有评分（最近一次截至 {facts.run.as_of}），主体和投诉的数字无从统计；请先运行 screening score --as-of {closes}"
        ]
    return [
        f"{batch.file_name}（{batch.received} 收到）在评分之后入库，没有计入；请重新评分：screening score --as-of {facts.run.as_of}"
        for batch in facts.left_out
    ]


def cells_balance(facts: Facts, counts: Counts) -> list[str]:
    """期初在办 + 新增 + 重启 + 划入 − 划出 − 办结 = 期末在办, by subdistrict and sector; the same of entities."""
    cases = (
        "cases_opening",
        ("cases_new", "cases_reopened", "cases_moved_in"),
        ("cases_moved_out", "cases_closed"),
        "cases_closing",
    )
    entities = (
        "entities_opening",
        ("entities_added", "entities_moved_in"),
        ("entities_moved_out", "entities_left"),
        "entities_closing",
    )
    faults = []
    for opening, more, less, closing in (cases, entities):
        by_cell = {name: counts[name].by("street_code", "sector") for name in (opening, *more, *less, closing)}
        for cell in {cell for found in by_cell.values() for cell in found}:
            added, taken = [sum(by_cell[name][cell] for name in names) for names in (more, less)]
            if by_cell[opening][cell] + added - taken != by_cell[closing][cell]:
                faults.append(_unbalanced(facts, cell, counts, by_cell, (opening, *more, *less, closing)))
    return sorted(faults)[:_SHOWN]


def parts_add_up(counts: Counts) -> list[str]:
    """Alerts and leads are all that is new, every one with a grade; what is cleared is closed; what is overdue is open; what points at a firm came in."""
    value = {name: counted.value for name, counted in counts.items()}
    faults = []
    if value["cases_new"] != value["cases_new_alert"] + value["cases_new_lead"]:
        faults.append(
            f"新增 {value['cases_new']} 件，不等于系统预警 {value['cases_new_alert']} 件加线索登记 {value['cases_new_lead']} 件"
        )
    if value["referred"] != value["to_market"] + value["to_industry"] + value["to_police"]:
        faults.append(f"移送合计 {value['referred']} 件，不等于移送市监、行业部门、公安之和")
    for part, whole in (
        ("cleared", "cases_closed"), ("overdue", "cases_closing"), ("complaints_linked", "complaints"), ("checked_found", "checked"),
    ):  # fmt: skip
        if outside := _items(counts[part]) - _items(counts[whole]):
            faults.append(f"“{FIGURES[part].label}”里有 {len(outside)} 项不在“{FIGURES[whole].label}”里，如 {min(outside)}")
    for name in ("cases_new", "entities_closing"):
        if unsaid := counts[name].by("part")[None]:
            faults.append(f"“{FIGURES[name].label}”里有 {unsaid} 项没有等级")
    for name, counted in counts.items():
        if repeated := [item for item, times in Counter(row.item for row in counted.rows).items() if times > 1]:
            faults.append(f"“{FIGURES[name].label}”把 {repeated[0]} 数了 {len(repeated) + 1} 次以上")
    return faults


def tables_agree(tables: Iterable[Table], counts: Counts) -> list[str]:
    """The lines of every table add up to the figure its column shows, as the text prints it."""
    faults = []
    for table in tables:
        for column, total in zip(table.columns, table.total, strict=True):
            if column.figure is None:
                continue
            counted = counts[column.figure]
            said = counted.by("part")[column.part] if column.part else counted.value
            if total != said:
                faults.append(f"{table.name}“{table.title}”的“{column.label}”各行合计 {total}，正文为 {said}")
    return faults


def months_make_the_year(months: Sequence[Mapping[str, int]], year: Counts) -> list[str]:
    """Of whatever flows, the months add up to the year."""
    return [
        f"“{FIGURES[name].label}”各月合计 {total}，本年累计为 {year[name].value}"
        for name in FIGURES
        if FIGURES[name].is_flow and (total := sum(month[name] for month in months)) != year[name].value
    ]


def opening_is_last_closing(facts: Facts, counts: Counts, said: Issued | None) -> list[str]:
    """What was printed as last month's closing is what this month opens with, cell by cell. Nothing printed, nothing to hold against."""
    if said is None:
        return []
    opening = closing_document(counts["cases_opening"])
    printed: dict[str, int] = said.content["closing"]
    when = moment(said.issued_at)
    return [
        f"{_said(facts, cell)}：上月报告（{when} 出）期末在办 {printed.get(cell, 0)} 件，按现在的记录本月期初为 {opening.get(cell, 0)} 件；"
        f"如上月之后有补记或重新评分，请先重出上月月报（screening report monthly --month {said.period}）"
        for cell in sorted({*printed, *opening})
        if printed.get(cell, 0) != opening.get(cell, 0)
    ][:_SHOWN]


def closing_document(counted: Counted) -> dict[str, int]:
    """A figure by subdistrict and sector, as the book keeps it."""
    return {
        f"{street or ''}|{sector or ''}": number
        for (street, sector), number in sorted(counted.by("street_code", "sector").items(), key=str)
    }


def _items(counted: Counted) -> set[str]:
    return {row.item for row in counted.rows}


def _unbalanced(facts: Facts, cell: Cell, counts: Counts, by_cell: Mapping[str, Counter[Any]], names: Sequence[str]) -> str:
    street, sector = cell
    sums = "，".join(f"{counts[name].figure.label} {by_cell[name][cell]}" for name in names)
    return f"{facts.street(street)}·{sector_name(facts, sector)}期初期末不平：{sums}"


def _said(facts: Facts, cell: str) -> str:
    street, _, sector = cell.partition("|")
    return f"{facts.street(street or None)}·{sector_name(facts, sector or None)}"
