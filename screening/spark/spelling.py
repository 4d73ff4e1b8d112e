"""Single words of DuckDB's SQL as Spark says them: functions, windows, casts that sqlglot leaves as they are or that the two engines understand otherwise."""

from collections.abc import Callable
from typing import TypeGuard

import sqlglot
from sqlglot import exp

from screening.spark.patterns import java_pattern


class UnknownSpelling(Exception):
    """A piece of SQL for which no Spark spelling is known: a programming mistake, to be mended here."""


def spelt(node: exp.Expression) -> exp.Expression:
    """The node as Spark says it; the very same one where both say it alike."""
    spelling = _split if is_call(node, "regexp_split_to_array") else _SPELLINGS.get(type(node))
    return spelling(node) if spelling else node


def is_call(node: exp.Expression, name: str) -> TypeGuard[exp.Anonymous]:
    """Whether a node calls a function that sqlglot does not know, of this name."""
    return isinstance(node, exp.Anonymous) and node.name.lower() == name


def _text(node: exp.Expression | None) -> str:
    if not isinstance(node, exp.Literal) or not node.is_string:
        raise UnknownSpelling(f"a pattern must be a literal: {node.sql(dialect='duckdb') if node else None}")
    return node.name


def _pattern(node: exp.Expression | None, *, any_case: bool = False) -> exp.Literal:
    while isinstance(node, exp.DPipe):
        node = exp.Literal.string(_joined(node))
    return exp.Literal.string(java_pattern(_text(node), any_case=any_case))


def _joined(node: exp.Expression) -> str:
    """A text written in pieces, 'a' || 'b'."""
    return _joined(node.this) + _joined(node.expression) if isinstance(node, exp.DPipe) else _text(node)


def _call(name: str, *parts: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(parts))


def _matches(node: exp.Expression) -> exp.Expression:
    flag = node.args.get("flag")
    return _call("regexp_like", node.this, _pattern(node.expression, any_case=flag is not None and flag.name == "i"))


def _matches_whole(node: exp.Expression) -> exp.Expression:
    whole = exp.Literal.string(rf"^(?:{_text(node.expression)})\z")
    return _call("regexp_like", node.this, _pattern(whole))


def _extract(node: exp.Expression) -> exp.Expression:
    group = node.args.get("group") or exp.Literal.number(0)
    name = "regexp_extract_all" if isinstance(node, exp.RegexpExtractAll) else "regexp_extract"
    return _call(name, node.this, _pattern(node.expression), group)


def _replace(node: exp.Expression) -> exp.Expression:
    modifiers = node.args.get("modifiers")
    if (modifiers.name if modifiers else "") != "g" or any(sign in _text(node.args["replacement"]) for sign in "\\$"):
        raise UnknownSpelling(node.sql(dialect="duckdb"))
    return _call("regexp_replace", node.this, _pattern(node.expression), node.args["replacement"])


def _split(node: exp.Expression) -> exp.Expression:
    text, pattern = node.expressions if isinstance(node, exp.Anonymous) else (node.this, node.expression)
    return _call("split", text, _pattern(pattern))


def _difference(node: exp.Expression) -> exp.Expression:
    """Between the boundaries of days or months that lie between, as DuckDB counts; Spark would count whole months."""
    unit, end, start = node.args["unit"].name.upper(), node.this, node.expression
    if unit == "DAY":
        return exp.cast(_call("datediff", exp.cast(end, "date"), exp.cast(start, "date")), "bigint")
    if unit != "MONTH":
        raise UnknownSpelling(node.sql(dialect="duckdb"))
    months = [f"(YEAR({day}) * 12 + MONTH({day}))" for day in (end.sql(dialect="spark"), start.sql(dialect="spark"))]
    return exp.cast(sqlglot.parse_one(f"({months[0]} - {months[1]})", read="spark"), "bigint")


def _item(node: exp.Expression) -> exp.Expression:
    """A member of a list, NULL where there is none; counted from 0 by sqlglot's tree."""
    (place,) = node.expressions
    return _call("get", node.this, place)


def _day(node: exp.Expression) -> exp.Expression:
    parts = [exp.cast(node.args[name], "int") for name in ("year", "month", "day")]
    return _call("make_date", *parts)


def _latest(node: exp.Expression) -> exp.Expression:
    """arg_max leaves out rows where what is wanted is NULL."""
    if isinstance(node.parent, exp.Filter):
        raise UnknownSpelling(node.parent.sql(dialect="duckdb"))
    is_known = exp.not_(exp.Is(this=node.this.copy(), expression=exp.null()))
    return exp.Filter(this=node.copy(), expression=exp.Where(this=is_known))


def _joined_up(node: exp.Expression) -> exp.Expression:
    """concat takes anything as text, and NULL as nothing."""
    parts = [
        p if isinstance(p, exp.Literal) else exp.Coalesce(this=exp.cast(p, "text"), expressions=[exp.Literal.string("")])
        for p in node.expressions
    ]
    return _call("concat", *parts)


def _quotient(node: exp.Expression) -> exp.Expression:
    """`/` divides as doubles; Spark would divide decimals as decimals, and round."""
    return exp.Div(this=exp.cast(node.this, "double"), expression=exp.cast(node.expression, "double"))


def _numbered(node: exp.Expression) -> exp.Expression:
    """DuckDB numbers rows in 64 bits, and as they come where no order is asked for."""
    if isinstance(node.parent, exp.Cast) or not isinstance(node.this, exp.RowNumber):
        return node
    numbered = node.copy()
    if not numbered.args.get("order"):
        numbered.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Literal.string(""))]))
    return exp.cast(numbered, "bigint")


_SPELLINGS: dict[type[exp.Expression], Callable[[exp.Expression], exp.Expression]] = {
    exp.RegexpLike: _matches,
    exp.RegexpFullMatch: _matches_whole,
    exp.RegexpExtract: _extract,
    exp.RegexpExtractAll: _extract,
    exp.RegexpReplace: _replace,
    exp.RegexpSplit: _split,
    exp.DateDiff: _difference,
    exp.Bracket: _item,
    exp.DateFromParts: _day,
    exp.ArgMax: _latest,
    exp.Window: _numbered,
    exp.Concat: _joined_up,
    exp.Div: _quotient,
    exp.ArraySize: lambda node: _call("array_size", node.this),
    exp.ArrayOverlaps: lambda node: _call("arrays_overlap", node.this, node.expression),
}
