"""One report against itself, the one before, the register and the limits: each fault as a Chinese sentence. A figure nobody gave proves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from screening.reference.fields import FieldType, column_label, read_dictionary
from screening.scoring.periodic.duties import Duty, Limit
from screening.vocabulary import Kind

_WAN = 10_000
_TRIFLE = Decimal(_WAN)  # 元; what rounding to 万元 leaves over
_HALF_PERCENT = 0.005  # a share written without decimals


@dataclass(frozen=True)
class Report:
    """One delivered row of figures. `submitted` is the day it says, `received` the day we had it; `source` where it stands."""

    entity_id: str
    period_end: date
    submitted: date | None
    received: date
    figures: Mapping[str, Any]
    source: str

    def amount(self, column: str) -> Decimal | None:
        """A figure in yuan, None where it was not given."""
        value = self.figures.get(column)
        return None if value is None else Decimal(value)


@dataclass(frozen=True)
class Numbers:
    """The dated numbers the checks use."""

    tolerance: float
    fall: float
    limits: Mapping[str, float | int]


def money_columns(kind: Kind) -> list[str]:
    """Columns that hold amounts."""
    return [name for name, field in read_dictionary(kind).fields.items() if field.type is FieldType.MONEY]


def contradictions(duty: Duty, report: Report, before: Report | None, register: Mapping[str, Any], numbers: Numbers) -> list[str]:
    """What does not fit in one report."""
    kind = duty.report
    found = [
        f"{column_label(kind, column)}为负数（{_yuan(amount)}）"
        for column in money_columns(kind)
        if column != duty.capital and (amount := report.amount(column)) is not None and amount < 0
    ]
    for one in duty.sums:
        whole, parts = report.amount(one.whole), _sum(report, one.parts)
        if whole is not None and parts is not None and not _equal(whole, parts, numbers.tolerance):
            named = "、".join(column_label(kind, part) for part in one.parts)
            found.append(
                f"{column_label(kind, one.whole)}{_yuan(whole)}，与{named}之和{_yuan(parts)}不符，差{_yuan(abs(whole - parts))}"
            )
    for bound in duty.bounds:
        less, more = report.amount(bound.less), _sum(report, bound.more)
        if less is not None and more is not None and less > more and not _equal(less, more, numbers.tolerance):
            named = "、".join(column_label(kind, part) for part in bound.more)
            found.append(
                f"{column_label(kind, bound.less)}{_yuan(less)}，大于{named}{'之和' if len(bound.more) > 1 else ''}{_yuan(more)}"
            )
    for stated in duty.shares:
        share, part, of = report.figures.get(stated.share), report.amount(stated.part), report.amount(stated.of)
        if share is not None and part is not None and of is not None and of > 0:
            real = float(part / of)
            if abs(real - share) > max(_HALF_PERCENT, numbers.tolerance * real):
                found.append(f"{column_label(kind, stated.share)}写{share:.1%}，按金额计算为{real:.1%}")
    for column in duty.same_as_register:
        told, known = report.amount(column), register.get(column)
        if told is not None and known is not None and not _equal(told, Decimal(known), numbers.tolerance):
            found.append(f"{column_label(kind, column)}写{_yuan(told)}，登记为{_yuan(Decimal(known))}")
    return found + _falls(duty, report, before, numbers)


def _falls(duty: Duty, report: Report, before: Report | None, numbers: Numbers) -> list[str]:
    now, then = report.amount(duty.capital), before.amount(duty.capital) if before else None
    if now is None or then is None or then <= 0 or now >= then * (1 - Decimal(str(numbers.fall))):
        return []
    return [f"{column_label(duty.report, duty.capital)}由上期{_yuan(then)}降到{_yuan(now)}，少了{float((then - now) / then):.0%}"]


def differences(duty: Duty, versions: Sequence[Report]) -> list[str]:
    """Figures of one period that were told in more than one way."""
    found = []
    for column in money_columns(duty.report):
        told = list(dict.fromkeys(amount for version in versions if (amount := version.amount(column)) is not None))
        if len(told) > 1:
            found.append(f"{column_label(duty.report, column)}先后报了{'、'.join(_yuan(amount) for amount in told)}")
    return found


def over_limit(duty: Duty, report: Report, register: Mapping[str, Any], numbers: Numbers) -> list[tuple[Limit, str]]:
    """Limits a report is over, each with its sentence."""
    return [(limit, sentence) for limit in duty.limits if (sentence := _over(duty, limit, report, register, numbers))]


def _over(duty: Duty, limit: Limit, report: Report, register: Mapping[str, Any], numbers: Numbers) -> str | None:
    kind = duty.report
    column = limit.amount or limit.shortfall or ""
    amount, label = report.amount(column), column_label(kind, column)
    if amount is None:
        return None
    if limit.at_most is None:
        if amount <= 0 or (limit.none_where_no and report.figures.get(limit.none_where_no) is not False):
            return None
        return f"{label}{_yuan(amount)}，应为零" + (
            f"（报表写明没有{_bare(kind, limit.none_where_no)}）" if limit.none_where_no else ""
        )
    of = report.amount(limit.of) if limit.of else register.get(limit.of_register or "")
    if of is None or limit.at_most not in numbers.limits:
        return None
    whole, allowed = Decimal(of), Decimal(str(numbers.limits[limit.at_most]))
    name = column_label(kind, limit.of) if limit.of else column_label(Kind.ENTITIES, limit.of_register or "")
    if limit.shortfall:
        short = whole - amount
        return (
            f"{label}{_yuan(amount)}，比{name}{_yuan(whole)}少{float(short / whole):.0%}，应补足"
            if whole > 0 and short > allowed * whole
            else None
        )
    if amount <= 0 or amount <= allowed * whole:
        return None
    times = f"为{name}{_yuan(whole)}的{float(amount / whole):.2f}倍" if whole > 0 else f"而{name}为{_yuan(whole)}"
    return f"{label}{_yuan(amount)}，{times}，上限{float(allowed):g}倍"


def _bare(kind: Kind, column: str) -> str:
    return column_label(kind, column).removeprefix("是否具有").removeprefix("是否")


def _sum(report: Report, columns: Sequence[str]) -> Decimal | None:
    amounts = [report.amount(column) for column in columns]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _equal(one: Decimal, other: Decimal, tolerance: float) -> bool:
    return abs(one - other) <= max(_TRIFLE, Decimal(str(tolerance)) * max(abs(one), abs(other)))


def _yuan(amount: Decimal) -> str:
    """Amounts as people say them: 万元 from 10,000 on."""
    return f"{float(amount / _WAN):,.10g}万元" if abs(amount) >= _WAN else f"{float(amount):,.10g}元"
