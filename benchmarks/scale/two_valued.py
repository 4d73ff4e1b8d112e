"""The conditions of the rules for engines that know no "cannot tell": when a condition is surely true, in words of two truths only.

What is unknown becomes a test for null; what may still rise becomes a look at its `__open`. Written anew from rules/README.md, not taken from the compiler
that is measured.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from screening.features.catalogue import Feature
from screening.features.compute import OPEN

Say = Callable[..., str]


@dataclass(frozen=True)
class Language:
    """How an engine writes things. `all_of` and `any_of` join parts; `known` asks whether a column has a value."""

    column: Say
    known: Say
    all_of: str
    any_of: str
    no: str
    text: Say
    yes_no: tuple[str, str]


NUMPY = Language(lambda n: f"_[{n!r}]", lambda n: f"known[{n!r}]", " & ", " | ", "~", repr, ("everybody", "nobody"))
ZEN = Language(str, lambda n: f"({n} != null)", " and ", " or ", "not ", lambda s: f"'{s}'", ("true", "false"))
RULE_ENGINE = Language(str, lambda n: f"({n} != null)", " and ", " or ", "not ", lambda s: f"'{s}'", ("true", "false"))


class Writer:
    """Writes conditions in one language."""

    def __init__(self, language: Language, features: Mapping[str, Feature], parameters: Mapping[str, float | int]) -> None:
        self._said, self._features, self._parameters = language, features, parameters

    def true(self, node: exp.Expression, wanted: bool = True) -> str:
        """When the condition is surely true (or surely false)."""
        if isinstance(node, exp.Paren):
            return self.true(node.this, wanted)
        if isinstance(node, exp.Not):
            return self.true(node.this, not wanted)
        if isinstance(node, (exp.And, exp.Or)):
            both = isinstance(node, exp.And) is wanted
            return self._join([self.true(node.this, wanted), self.true(node.expression, wanted)], both)
        if isinstance(node, exp.Between):
            low, high = node.args["low"], node.args["high"]
            return self._join([self._passes(node.this, low, True, wanted), self._passes(high, node.this, True, wanted)], wanted)
        if isinstance(node, (exp.GTE, exp.GT)):
            return self._passes(node.this, node.expression, isinstance(node, exp.GTE), wanted)
        if isinstance(node, (exp.LTE, exp.LT)):
            return self._passes(node.expression, node.this, isinstance(node, exp.LTE), wanted)
        if isinstance(node, (exp.EQ, exp.NEQ)):
            return self._equals(node.this, node.expression, isinstance(node, exp.EQ) is wanted)
        if isinstance(node, exp.In):
            return self._join([self._equals(node.this, one, wanted) for one in node.expressions], not wanted)
        if isinstance(node, exp.Boolean):
            return self._said.yes_no[0 if bool(node.this) is wanted else 1]
        column = self._said.column(node.name)
        truth = f"({column} == {self._number(1.0 if wanted else 0.0)})"
        return self._join([self._said.known(node.name), truth], True)

    def _passes(self, more: exp.Expression, less: exp.Expression, or_equals: bool, wanted: bool) -> str:
        """Surely more, or surely not, whatever is still to come to either side."""
        sign = (">=" if or_equals else ">") if wanted else ("<" if or_equals else "<=")
        compared = f"({self._value(more)} {sign} {self._value(less)})"
        open_ = [f"({self._said.no}{self._said.column(name + OPEN)})" for name in self._may_rise(less if wanted else more)]
        return self._join([*self._all_known(more, less), compared, *open_], True)

    def _equals(self, left: exp.Expression, right: exp.Expression, wanted: bool) -> str:
        compared = f"({self._value(left)} {'==' if wanted else '!='} {self._value(right)})"
        return self._join([*self._all_known(left, right), compared], True)

    def _all_known(self, *sides: exp.Expression) -> list[str]:
        if any(node.name not in self._parameters for side in sides for node in side.find_all(exp.Placeholder)):
            return [self._said.yes_no[1]]  # a number that is not in force yet
        return [self._said.known(name) for name in dict.fromkeys(n.name for side in sides for n in side.find_all(exp.Column))]

    def _may_rise(self, side: exp.Expression) -> list[str]:
        return sorted({column.name for column in side.find_all(exp.Column) if self._features[column.name].is_aggregate})

    def _value(self, node: exp.Expression) -> str:
        if isinstance(node, exp.Paren):
            return self._value(node.this)
        if isinstance(node, (exp.Add, exp.Mul)):
            return f"({self._value(node.this)} {'+' if isinstance(node, exp.Add) else '*'} {self._value(node.expression)})"
        if isinstance(node, exp.Placeholder):
            return self._number(self._parameters.get(node.name, 0))
        if isinstance(node, exp.Literal):
            return self._said.text(node.name) if node.is_string else self._number(node.name)
        return self._said.column(node.name)

    def _join(self, parts: list[str], both: bool) -> str:
        return f"({(self._said.all_of if both else self._said.any_of).join(parts)})" if len(parts) > 1 else parts[0]

    def _number(self, value: Any) -> str:
        return repr(float(value))
