"""DuckDB's SQL, as features, rules and scores are written in, as Spark reads it: the same text, another spelling, the same answer.

sqlglot knows most spellings; here stands what it leaves as it is or what the two engines understand otherwise. A piece that cannot be the same is refused,
never guessed at.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.parsers.duckdb import DuckDBParser

from screening.spark.spelling import UnknownSpelling, is_call, spelt

_SHOWN = "_is_shown"
Fields = Callable[[str], Sequence[str]]  # the fields of the structs in a column of that name; the columns of a table


class Spoken(DuckDB):
    """The SQL that the stages write: `len` is asked of lists and `length` of texts, which sqlglot does not tell apart."""

    class Parser(DuckDBParser):
        """How it is read."""

        FUNCTIONS = {**DuckDBParser.FUNCTIONS, "LEN": lambda args: exp.ArraySize(this=args[0])}


class SparkSql:
    """Translates statements one after the other, since macros defined in one are used in those after it."""

    def __init__(self, fields_of: Fields, columns_of: Fields) -> None:
        self._macros: dict[str, tuple[list[str], exp.Expression]] = {}
        self._fields_of, self._columns_of = fields_of, columns_of

    def define(self, macro: exp.Create) -> None:
        """Remember a macro: its calls are written out, as DuckDB does."""
        head = macro.this
        self._macros[head.this.name.lower()] = ([parameter.name for parameter in head.expressions], macro.expression)

    def query(self, tree: exp.Expression) -> str:
        """A SELECT as Spark SQL."""
        whole = self._written_out(tree.copy())
        for select in list(whole.find_all(exp.Select)):
            self._turn_replace(select)
            _turn_qualify(select)
            _turn_unnests(select)
            _turn_using(select)
        for union in list(whole.find_all(exp.SetOperation)):
            self._turn_by_name(union)
        for node in reversed(list(whole.find_all(exp.Expression))):  # what stands within first: a spelling is not read again
            if (said := self._spelt(node)) is not node:
                node.replace(said)
        return whole.sql(dialect="spark")

    def _written_out(self, tree: exp.Expression) -> exp.Expression:
        """Without macros, however deep."""

        def expand(node: exp.Expression) -> exp.Expression:
            if not isinstance(node, exp.Anonymous) or node.name.lower() not in self._macros:
                return node
            names, body = self._macros[node.name.lower()]
            given = dict(zip(names, node.expressions, strict=True))
            filled = body.copy().transform(lambda part: _filled(part, given), copy=False)
            return exp.paren(self._written_out(filled), copy=False)

        return tree.transform(expand, copy=False)

    def _turn_replace(self, select: exp.Select) -> None:
        """`* REPLACE (… AS c)` as the columns one by one, each in its place."""
        for star in [column for column in select.expressions if isinstance(column, exp.Star) and column.args.get("replace")]:
            new = {column.alias: column for column in star.args["replace"]}
            columns = [
                new.get(name) or exp.column(name, quoted=True) for name in self._columns_of(select.args["from_"].this.name)
            ]
            at = select.expressions.index(star)
            select.set("expressions", [*select.expressions[:at], *columns, *select.expressions[at + 1 :]])

    def _turn_by_name(self, union: exp.SetOperation) -> None:
        """UNION BY NAME of `SELECT t.*` and named columns, in order, with NULL for what the second lacks."""
        if not union.args.get("by_name"):
            return
        first, second = union.this, union.expression
        union.set("by_name", False)
        if any(isinstance(column, exp.Star) for column in first.expressions):
            if [c.alias_or_name for c in second.expressions] != self._named(first):
                raise UnknownSpelling(union.sql(dialect="duckdb"))
            return
        names = [name for column in first.expressions for name in self._star_columns(first, column)]
        mine = {column.alias_or_name: column for column in second.expressions}
        second.set("expressions", [exp.alias_(mine.get(name, exp.null()).copy(), name, quoted=True) for name in names])

    def _named(self, select: exp.Select) -> list[str]:
        """The columns of a SELECT * from a common table expression beside it."""
        source = select.args["from_"].this.name
        ctes = {cte.alias: cte.this for scope in _around(select) for cte in scope.ctes}
        return [column.alias_or_name for column in ctes[source].expressions] if source in ctes else []

    def _star_columns(self, select: exp.Select, column: exp.Expression) -> Sequence[str]:
        if not (isinstance(column, exp.Column) and isinstance(column.this, exp.Star)):
            return [column.alias_or_name]
        return self._columns_of(select.args["from_"].this.name)

    def _spelt(self, node: exp.Expression) -> exp.Expression:
        """One node, as Spark says it."""
        return self._struct_update(node) if is_call(node, "struct_update") else spelt(node)

    def _struct_update(self, node: exp.Anonymous) -> exp.Expression:
        """Spark has no struct_update in SQL: every field is named, the changed ones as said. The struct is a member of the list that is gone through."""
        subject, *changes = node.expressions
        new = {change.this.name: change.expression for change in changes}
        through = node.find_ancestor(exp.Transform, exp.ArrayFilter)
        column = through.this if through else None
        if not isinstance(column, exp.Column):
            raise UnknownSpelling(node.sql(dialect="duckdb"))
        fields = [
            exp.PropertyEQ(this=exp.to_identifier(name), expression=(new.get(name) or _field(subject, name)).copy())
            for name in self._fields_of(column.name)
        ]
        return exp.Struct(expressions=fields)


def _field(subject: exp.Expression, name: str) -> exp.Expression:
    return exp.Dot(this=subject.copy(), expression=exp.to_identifier(name))


def _filled(node: exp.Expression, given: Mapping[str, exp.Expression]) -> exp.Expression:
    """A macro's body with what it was called with."""
    if isinstance(node, exp.Column) and not node.table and node.name in given:
        value = given[node.name].copy()
        return value if isinstance(value, (exp.Column, exp.Literal, exp.Boolean, exp.Array)) else exp.paren(value, copy=False)
    return node


def _around(node: exp.Expression) -> list[Any]:
    found, parent = [], node.parent
    while parent is not None:
        if isinstance(parent, (exp.Select, exp.SetOperation)):
            found.append(parent)
        parent = parent.parent
    return found


def _turn_qualify(select: exp.Select) -> None:
    """QUALIFY as a condition around the query: what it asks for is worked out inside and left out again."""
    if not (qualify := select.args.get("qualify")):
        return
    aliases = {column.alias: column.this for column in select.expressions if isinstance(column, exp.Alias)}

    def named(node: exp.Expression) -> exp.Expression:
        return aliases[node.name].copy() if isinstance(node, exp.Column) and not node.table and node.name in aliases else node

    condition = qualify.this.copy().transform(named)
    inner = select.copy()
    inner.set("qualify", None)
    inner.set("with_", None)
    inner.append("expressions", exp.alias_(condition, _SHOWN))
    with_ = select.args.get("with_")
    for name in list(select.args):
        select.set(name, None)
    select.set("with_", with_)
    select.set("expressions", [exp.Star(**{"except_": [exp.to_identifier(_SHOWN)]})])
    select.set("from_", exp.From(this=exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("_all")))))
    select.set("where", exp.Where(this=exp.column(_SHOWN)))


def _turn_using(select: exp.Select) -> None:
    """`p.*` of a join by USING: Spark would put the shared columns first, and a UNION after it would mix them up. ON keeps their places."""
    joins = [join for join in select.args.get("joins") or [] if join.args.get("using")]
    if not joins or not any(
        isinstance(column, exp.Column) and isinstance(column.this, exp.Star) for column in select.expressions
    ):
        return
    left = select.args["from_"].this.alias_or_name
    for join in joins:
        right = join.this.alias_or_name
        pairs = [exp.EQ(this=exp.column(n.name, left), expression=exp.column(n.name, right)) for n in join.args["using"]]
        join.set("using", None)
        join.set("on", exp.and_(*pairs))


def _turn_unnests(select: exp.Select) -> None:
    """Lists unnested side by side: Spark takes one a SELECT, so they are zipped first."""
    unnested = [c for c in select.expressions if isinstance(c, exp.Alias) and isinstance(c.this, (exp.Explode, exp.Unnest))]
    if len(unnested) < 2:
        return
    zipped = exp.Anonymous(this="arrays_zip", expressions=[_list_of(column.this) for column in unnested])
    names = [exp.to_identifier(column.alias) for column in unnested]
    together = exp.Aliases(this=exp.Anonymous(this="inline", expressions=[zipped]), expressions=names)
    kept = [column for column in select.expressions if column not in unnested]
    select.set("expressions", [*kept, together])


def _list_of(node: exp.Expression) -> exp.Expression:
    inner: exp.Expression = node.this if isinstance(node, exp.Explode) else node.expressions[0]
    return inner.copy()
