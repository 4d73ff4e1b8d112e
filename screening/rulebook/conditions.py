"""The condition of a rule: read word by word, checked part by part against an allow-list, compiled to three-valued SQL.

NULL is "cannot tell". A feature may be open, a lower bound of a number that something missing could raise: then `x >= c` is true as soon as the known part
suffices and cannot-tell otherwise, and `x <= c` is false as soon as the known part exceeds it and cannot-tell otherwise. So no missing cell ever turns a hit
into a miss. Comparisons, and, or, not, in, between, + and * are monotone or handled below; everything else (CASE, IS NULL, COALESCE, functions, minus,
division) could hide a gap or divide 0 by 0, and is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from screening.errors import InvalidRule
from screening.features.catalogue import Feature
from screening.features.compute import OPEN
from screening.reference.faults import Place
from screening.rulebook.words import HINT, ConditionWord, read_words

_RISING = (exp.GT, exp.GTE)
_FALLING = (exp.LT, exp.LTE)
_STRUCTURAL, _STRUCTURAL_TEXT = {"0", "1"}, {""}
_BEFORE = "SELECT 1 WHERE "


class _Sort(Enum):
    """What a part of a condition is."""

    NUMBER = "数"
    TEXT = "文字"
    TRUTH = "是否"


_JOINS: dict[type[exp.Expression], tuple[_Sort, _Sort]] = {  # what stands on both sides, and what the whole is
    exp.And: (_Sort.TRUTH, _Sort.TRUTH),
    exp.Or: (_Sort.TRUTH, _Sort.TRUTH),
    exp.Add: (_Sort.NUMBER, _Sort.NUMBER),
    exp.Mul: (_Sort.NUMBER, _Sort.NUMBER),
    **dict.fromkeys(_RISING + _FALLING, (_Sort.NUMBER, _Sort.TRUTH)),
}


@dataclass(frozen=True)
class Condition:
    """A checked condition: its text, what it refers to, and the tree it compiles from."""

    text: str
    features: tuple[str, ...]
    parameters: tuple[str, ...]
    tree: exp.Expression

    def sql(self, features: Mapping[str, Feature], parameters: Mapping[str, float | int]) -> str:
        """A boolean DuckDB expression over the feature table: true hit, false miss, NULL cannot tell, as where a number is not yet in force."""

        def bind(node: exp.Expression) -> exp.Expression:
            if not isinstance(node, exp.Placeholder):
                return node
            return exp.Literal.number(parameters[node.name]) if node.name in parameters else exp.null()

        bound = self.tree.transform(bind)
        return bound.transform(lambda node: _widen(node, features), copy=False).sql(dialect="duckdb")


def parse_condition(text: str, features: Mapping[str, Feature], parameters: Mapping[str, object], place: Place) -> Condition:
    """Check a condition word by word, then as a whole; raises `InvalidRule` saying what is wrong, at which character, and what was perhaps meant."""
    words = read_words(text, features, parameters, place)
    tree = _Grammar(features, place, words).tree(text)
    return Condition(text, _names(tree, exp.Column), _names(tree, exp.Placeholder), tree)


@dataclass(frozen=True)
class _Grammar:
    """How words may stand together: numbers are compared with numbers, truths joined by and, or, not."""

    features: Mapping[str, Feature]
    place: Place
    words: list[ConditionWord]

    def tree(self, text: str) -> exp.Expression:
        """The condition as a tree, every part of which is of the right sort."""
        try:
            query = sqlglot.parse_one(
                _BEFORE + " ".join(text.split("\n"))
            )  # in no dialect: DuckDB's would read `(:a * b` as an alias
        except ParseError as error:
            raise self._misplaced(error.errors[0]["col"] - len(_BEFORE)) from error
        if {name for name, value in query.args.items() if value} != {"expressions", "where"}:
            raise self._misplaced(next((word.start + 1 for word in self.words if word.text == ","), len(text)))
        tree: exp.Expression = query.args["where"].this
        self._expect(_Sort.TRUTH, tree)
        return tree

    def _expect(self, wanted: _Sort, *parts: exp.Expression) -> None:
        for part in parts:
            if (found := self._sort(part)) is not wanted:
                raise self._fault(part, f"这里应是{wanted.value}，写的是{found.value}", HINT)

    def _sort(self, node: exp.Expression) -> _Sort:
        """What a part is, all within it checked."""
        if (join := _JOINS.get(type(node))) is not None:
            self._expect(join[0], node.this, node.expression)
            return join[1]
        if isinstance(node, exp.Paren):
            return self._sort(node.this)
        if isinstance(node, (exp.EQ, exp.NEQ)):
            return self._equal(node.this, node.expression)
        if isinstance(node, exp.In) and node.expressions and isinstance(node.this, exp.Column):
            return self._equal(node.this, *node.expressions)
        if isinstance(node, exp.Between):
            self._expect(_Sort.NUMBER, node.this, node.args["low"], node.args["high"])
            return _Sort.TRUTH
        if isinstance(node, exp.Not):
            self._expect(_Sort.TRUTH, node.this)
            return _Sort.TRUTH
        return self._value(node)

    def _equal(self, first: exp.Expression, *others: exp.Expression) -> _Sort:
        """Equal is what is of one sort; a count is not, as its lower bound may yet become the number or pass it."""
        if any(self.features[column.name].is_aggregate for part in (first, *others) for column in part.find_all(exp.Column)):
            raise self._fault(first, "计数类指标不能用等号比较", "请改用 >= 或 <=。")
        self._expect(self._sort(first), *others)
        return _Sort.TRUTH

    def _value(self, node: exp.Expression) -> _Sort:
        if isinstance(node, exp.Column) and node.name in self.features:
            feature = self.features[node.name]
            return _Sort.TEXT if feature.is_text else _Sort.TRUTH if feature.unit == "是否" else _Sort.NUMBER
        if isinstance(node, exp.Literal):
            if not isinstance(node.parent, exp.In) and node.name not in (_STRUCTURAL_TEXT if node.is_string else _STRUCTURAL):
                raise self._fault(node, "数字或文字应写成参数", "法律或办公室确定的数值放在 rules/parameters，用 :参数名 引用。")
            return _Sort.TEXT if node.is_string else _Sort.NUMBER
        if isinstance(node, exp.Placeholder):
            return _Sort.NUMBER
        if isinstance(node, exp.Boolean):
            return _Sort.TRUTH
        raise self._fault(node, "条件里不能这样写", HINT)

    def _misplaced(self, end: int) -> InvalidRule:
        """What the parser stumbled over: the word that ends there."""
        word = next((word for word in self.words if word.start + len(word.text) >= end), self.words[-1] if self.words else None)
        hint = f"请检查括号和前后的词。{HINT}"
        return word.fault(self.place, "条件到这里接不上", hint) if word else self.place.fault("条件是空的", hint)

    def _fault(self, node: exp.Expression, message: str, hint: str) -> InvalidRule:
        """What is wrong with a part, at its first word."""
        starts = [part.meta["start"] - len(_BEFORE) for part in node.walk() if "start" in part.meta]
        named = {f":{part.name}" for part in node.find_all(exp.Placeholder)}
        first = (word for word in self.words if (word.start >= min(starts) if starts else word.text in named))
        word = next(first, self.words[0])
        return word.fault(self.place, message, hint)


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
