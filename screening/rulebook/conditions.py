"""The condition of a rule: parsed against an allow-list and compiled to three-valued SQL.

NULL is "cannot tell". A feature may be open, a lower bound of a number that something missing could raise: then `x >= c` is true as soon as the known part
suffices and cannot-tell otherwise, and `x <= c` is false as soon as the known part exceeds it and cannot-tell otherwise. So no missing cell ever turns a hit
into a miss. Comparisons, and, or, not, in, between, + and * are monotone or handled below; everything else (CASE, IS NULL, COALESCE, functions, minus,
division) could hide a gap or divide 0 by 0, and is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from screening.errors import InvalidRule
from screening.features.catalogue import Feature
from screening.features.compute import OPEN

_SHAPE = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Between, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.NEQ)
_VALUES = (exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Placeholder, exp.Add, exp.Mul)
_RISING = (exp.GT, exp.GTE)
_FALLING = (exp.LT, exp.LTE)
_STRUCTURAL = {"0", "1", ""}
_HINT = "条件只能用：and or not、比较、in、between、+、*、指标名、:参数名和字面值，写法见 rules/README.md。"


@dataclass(frozen=True)
class Condition:
    """A checked condition: its text, what it refers to, and the tree it compiles from."""

    text: str
    features: tuple[str, ...]
    parameters: tuple[str, ...]
    tree: exp.Expression

    def sql(self, features: Mapping[str, Feature], parameters: Mapping[str, float | int]) -> str:
        """A boolean DuckDB expression over the feature table: true hit, false miss, NULL cannot tell."""

        def bind(node: exp.Expression) -> exp.Expression:
            return exp.Literal.number(parameters[node.name]) if isinstance(node, exp.Placeholder) else node

        bound = self.tree.copy().transform(bind)
        return bound.transform(lambda node: _widen(node, features), copy=False).sql(dialect="duckdb")


def parse_condition(
    text: str, features: Mapping[str, Feature], parameters: Mapping[str, object], where: Mapping[str, object]
) -> Condition:
    """Check a condition against the allow-list; raises `InvalidRule` naming what is not allowed or not known."""
    tree = _parse(text, where)
    for node in tree.walk():
        if not isinstance(node, _SHAPE + _VALUES):
            raise InvalidRule(f"条件中不允许使用 {node.sql(dialect='duckdb')}", _HINT, where)
        if isinstance(node, exp.Column) and (node.table or node.name not in features):
            raise InvalidRule(f"条件用到未知指标 {node.sql()}", "可用指标见 screening/features/catalogue。", where)
        if isinstance(node, exp.Column) and features[node.name].min:
            raise InvalidRule(f"条件中不能用取最小值的指标 {node.name}", "这类指标没有记录时无法判断，只用于 ages_with。", where)
        if isinstance(node, exp.Placeholder) and node.name not in parameters:
            raise InvalidRule(f"条件用到未知参数 :{node.name}", "请在 rules/parameters 中定义。", where)
        if isinstance(node, exp.Literal) and not isinstance(node.parent, exp.In) and node.name not in _STRUCTURAL:
            raise InvalidRule(
                f"条件中的数字或文字 {node.sql()} 应写成参数",
                "法律或办公室确定的数值放在 rules/parameters，用 :参数名 引用。",
                where,
            )
        if isinstance(node, (exp.EQ, exp.NEQ, exp.In)) and any(features[c.name].is_aggregate for c in node.find_all(exp.Column)):
            raise InvalidRule(f"计数类指标不能用等号比较：{node.sql()}", "请改用 >= 或 <=。", where)
    return Condition(text, _names(tree, exp.Column), _names(tree, exp.Placeholder), tree)


def _parse(text: str, where: Mapping[str, object]) -> exp.Expression:
    try:
        query = sqlglot.parse_one(f"SELECT 1 WHERE {text}")  # in no dialect: DuckDB's would read `(:a * b` as an alias
    except ParseError as error:
        raise InvalidRule(f"条件写法有误：{text}", _HINT, where) from error
    if {name for name, value in query.args.items() if value} != {"expressions", "where"}:
        raise InvalidRule(f"条件写法有误：{text}", _HINT, where)
    tree: exp.Expression = query.args["where"].this
    return tree


def _names(tree: exp.Expression, kind: type[exp.Expression]) -> tuple[str, ...]:
    return tuple(sorted({node.name for node in tree.find_all(kind)}))


def _widen(node: exp.Expression, features: Mapping[str, Feature]) -> exp.Expression:
    """Let openness speak in one comparison: what could rise may yet pass, what must not be passed may yet be."""
    if isinstance(node, exp.Between):
        low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
        high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
        return exp.paren(exp.and_(_widen(low, features), _widen(high, features)))
    if not isinstance(node, _RISING + _FALLING):
        return node
    left, right = _gap(node.this, features), _gap(node.expression, features)
    could_become_true, could_become_false = (left, right) if isinstance(node, _RISING) else (right, left)
    widened: exp.Expression = node.copy()
    if could_become_true is not None:
        widened = exp.paren(exp.or_(widened, could_become_true))
    if could_become_false is not None:
        widened = exp.paren(exp.and_(widened, exp.not_(could_become_false.copy())))
    return widened


def _gap(side: exp.Expression, features: Mapping[str, Feature]) -> exp.Expression | None:
    """NULL where any feature of this side is open, false elsewhere; None when none can be."""
    names = sorted({column.name for column in side.find_all(exp.Column) if features[column.name].is_aggregate})
    if not names:
        return None
    anyone = exp.or_(*(exp.column(name + OPEN, quoted=True) for name in names))
    return exp.paren(exp.Case(ifs=[exp.If(this=anyone, true=exp.null())], default=exp.false()))
