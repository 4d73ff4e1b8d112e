"""Rules judged a second time, one row after another, as rules/README.md words it. Slow, plain, and sharing nothing with what it is to check.

A number is its known part and whether it may still rise; a truth is True, False or None for cannot tell.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Value:
    """What a part of a condition comes to for one row."""

    known: Any
    may_rise: bool = False


def truth(condition: str, row: Row, parameters: Mapping[str, float]) -> bool | None:
    """What a condition says of a row."""
    found: bool | None = _value(_tree(condition), row, parameters).known
    return found


@cache
def _tree(condition: str) -> exp.Expression:
    tree: exp.Expression = sqlglot.parse_one(f"SELECT 1 WHERE {condition}").args["where"].this
    return tree


def points(rule: Mapping[str, Any], row: Row, parameters: Mapping[str, float]) -> tuple[int | None, int | None]:
    """Points now and what an unknown could add, in tenths; `rule` is as in the YAML file, but for its points, which are tenths."""
    steps = rule.get("steps") or [{"when": rule["when"], "points": rule["points"]}]
    truths = [truth(step["when"], row, parameters) for step in steps]
    now = next((_faded(rule, step["points"], row, parameters) for step, true in zip(steps, truths, strict=True) if true), 0)
    undecided = next(
        (_faded(rule, step["points"], row, parameters) for step, true in zip(steps, truths, strict=True) if true is not False), 0
    )
    if row["sector"] in rule["sectors"]:
        open_step = next((true for true in truths if true is not False), False) is None
        return now, undecided - now if open_step else 0
    if row["is_sector_certain"]:
        return None, None
    return (0 if undecided else None), undecided


def _faded(rule: Mapping[str, Any], full: int, row: Row, parameters: Mapping[str, float]) -> int:
    """Half as much after each half-life, at least a tenth; an age nobody knows takes nothing away."""
    if not rule.get("half_life"):
        return full
    age = row[rule["ages_with"]]
    if age is None or row[rule["ages_with"] + "__open"]:
        return full
    left: float = full * 0.5 ** (age / parameters[rule["half_life"]])
    return max(1, math.floor(left + 0.5))


def _value(node: exp.Expression, row: Row, parameters: Mapping[str, float]) -> Value:
    def of(part: exp.Expression) -> Value:
        return _value(part, row, parameters)

    match node:
        case exp.Paren():
            return of(node.this)
        case exp.Column():
            return Value(row[node.name], bool(row.get(node.name + "__open")))
        case exp.Placeholder():
            return Value(parameters.get(node.name))
        case exp.Boolean():
            return Value(bool(node.this))
        case exp.Literal():
            return Value(node.name if node.is_string else float(node.name))
        case exp.Add():
            return _together(of(node.this), of(node.expression), lambda a, b: a + b)
        case exp.Mul():
            return _together(of(node.this), of(node.expression), lambda a, b: a * b)
        case exp.And():
            return Value(_both(of(node.this).known, of(node.expression).known))
        case exp.Or():
            return Value(_negated(_both(_negated(of(node.this).known), _negated(of(node.expression).known))))
        case exp.Not():
            return Value(_negated(of(node.this).known))
        case exp.GTE():
            return Value(_exceeds(of(node.this), of(node.expression), or_equals=True))
        case exp.GT():
            return Value(_exceeds(of(node.this), of(node.expression), or_equals=False))
        case exp.LTE():
            return Value(_exceeds(of(node.expression), of(node.this), or_equals=True))
        case exp.LT():
            return Value(_exceeds(of(node.expression), of(node.this), or_equals=False))
        case exp.Between():
            above = _exceeds(of(node.this), of(node.args["low"]), or_equals=True)
            return Value(_both(above, _exceeds(of(node.args["high"]), of(node.this), or_equals=True)))
        case exp.EQ():
            return Value(_equals(of(node.this).known, of(node.expression).known))
        case exp.NEQ():
            return Value(_negated(_equals(of(node.this).known, of(node.expression).known)))
        case exp.In():
            differs: bool | None = True
            for option in node.expressions:
                differs = _both(differs, _negated(_equals(of(node.this).known, of(option).known)))
            return Value(_negated(differs))
    raise AssertionError(f"the README knows no {node!r}")


def _together(left: Value, right: Value, operation: Callable[[Any, Any], Any]) -> Value:
    if left.known is None or right.known is None:
        return Value(None)
    return Value(operation(left.known, right.known), left.may_rise or right.may_rise)


def _exceeds(more: Value, less: Value, *, or_equals: bool) -> bool | None:
    """Whether one number passes another, whatever is still to come to either."""
    if more.known is None or less.known is None:
        return None
    passes: bool = more.known >= less.known if or_equals else more.known > less.known
    if passes:
        return None if less.may_rise else True
    return None if more.may_rise else False


def _equals(left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else bool(left == right)


def _negated(known: bool | None) -> bool | None:
    return None if known is None else not known


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True
