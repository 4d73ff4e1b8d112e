"""Rules and rows made up to be tried on each other, by the very statement that scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import strategies as st

from screening.features.catalogue import Feature
from screening.reference.faults import Place
from screening.rulebook.book import Rulebook, read_rulebook
from screening.rulebook.conditions import parse_condition
from screening.rulebook.outcomes import MAYBE, evaluate
from screening.rulebook.rule import Rule
from screening.settings import PROJECT_ROOT
from screening.vocabulary import Sector

RULES = PROJECT_ROOT / "rules"
_BOOK = read_rulebook(RULES)
Row = dict[str, Any]
Points = tuple[int | None, int | None]  # now, and what an unknown could add

FEATURES = {
    "visits_1y": Feature(label="检查", unit="次", count="true"),
    "complaints_1y": Feature(label="投诉", unit="件", count="true"),
    "amount_yuan": Feature(label="金额", unit="元", sum="amount_yuan"),
    "age_months": Feature(label="成立月数", unit="月", value="age_months"),
    "is_seen": Feature(label="见过", unit="是否", value="is_seen"),
    "barred_word": Feature(label="字样", unit="文本", value="barred_word"),
    "latest_age_days": Feature(label="最近", unit="天", min="age_days"),
}
PARAMETERS: dict[str, float | int] = {"none": 0, "few": 2, "many": 5, "ratio": 3, "share": 0.25, "fade_days": 30}

_counted = ["visits_1y", "complaints_1y", "amount_yuan"]
_limits = st.sampled_from([":none", ":few", ":many", ":share", ":later", "0", "1"])  # `later` is not yet in force
_measures = st.sampled_from([*_counted, "age_months"])
_terms = st.recursive(
    _measures | _limits,
    lambda inner: (
        st.builds("({} + {})".format, inner, inner)
        | st.builds(":ratio * {}".format, inner)
        | st.builds("{} * {}".format, inner, inner)
    ),
    max_leaves=3,
)
_comparing = st.sampled_from([">=", ">", "<=", "<"])
_leaves = (
    st.builds("{} {} {}".format, _measures, _comparing, _limits)
    | st.builds("{} {} {}".format, _terms, _comparing, _terms)
    | st.builds("{} {} {} and {}".format, _terms, st.sampled_from(["between", "not between"]), _limits, _limits)
    | st.builds("age_months {} {}".format, st.sampled_from(["=", "!="]), _limits)
    | st.sampled_from(
        [
            "barred_word = ''",
            "barred_word != ''",
            "barred_word in ('金融', '理财')",
            "barred_word not in ('金融')",
            "age_months in (1, 3, 5)",
            "is_seen",
            "is_seen = true",
            "is_seen != false",
            "false",
        ]
    )
)
_rising_leaves = st.builds(
    "{} {} {}".format, _terms.filter(lambda term: ":later" not in term), st.sampled_from([">=", ">"]), _limits
)


def _joined(leaves: st.SearchStrategy[str], *, negated: bool) -> st.SearchStrategy[str]:
    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        both = st.builds("({} and {})".format, inner, inner) | st.builds("{} or {}".format, inner, inner)
        return both | st.builds("not ({})".format, inner) if negated else both

    return st.recursive(leaves, extend, max_leaves=5)


CONDITIONS = _joined(_leaves, negated=True)
RISING_CONDITIONS = _joined(_rising_leaves, negated=False)

_numbers = st.none() | st.integers(0, 8) | st.sampled_from([0.25, 0.75, 2.5])
ROWS = st.fixed_dictionaries(
    {
        **dict.fromkeys([*_counted, "age_months"], _numbers),
        **{f"{name}__open": st.booleans() for name in [*_counted, "latest_age_days"]},
        "latest_age_days": st.none() | st.integers(0, 400),
        "is_seen": st.none() | st.booleans(),
        "barred_word": st.none() | st.sampled_from(["", "金融", "理财", "其他"]),
        "sector": st.sampled_from([sector.value for sector in Sector]),
        "is_sector_certain": st.booleans(),
    }
)


@st.composite
def drafts(draw: st.DrawFn, conditions: st.SearchStrategy[str]) -> dict[str, Any]:
    """A rule as its YAML says it: one condition or steps, for all sectors or some, fading or not."""
    levels = draw(
        st.lists(st.integers(1, 60), min_size=1, max_size=3, unique=True).map(lambda found: sorted(found, reverse=True))
    )
    steps = [{"when": draw(conditions), "points": level} for level in levels]
    fading = {"half_life": "fade_days", "ages_with": "latest_age_days"} if draw(st.booleans()) else {}
    sectors = draw(st.sampled_from([list(Sector), [Sector.PAWNSHOP], [Sector.GOLD_SHOP, Sector.OTHER]]))
    return {
        "id": "TRY-01",
        "name": "试",
        "sectors": [sector.value for sector in sectors],
        "dimension": "return",
        "element": "general",
        "group": "TRY",
        "basis": [{"source": "办公室经验"}],
        "evidence": "试",
        "false_positive": "试",
        "examples": [{"expect": "hit"}],
        **(steps[0] if len(steps) == 1 else {"steps": steps}),
        **fading,
    }


def tried(draft: Mapping[str, Any], rows: Sequence[Row]) -> list[Points]:
    """What the compiled rule gives each row."""
    rule, place = Rule.model_validate(draft), Place(RULES / "grades.yaml")
    conditions = [parse_condition(step.when, FEATURES, {**PARAMETERS, "later": None}, place) for step in rule.levels]
    book = replace(_BOOK, rules={rule.id: rule}, conditions={rule.id: conditions})
    return outcomes(book, [rule], table(rows, FEATURES), FEATURES, PARAMETERS)[rule.id]


def table(rows: Sequence[Row], features: Mapping[str, Feature]) -> pa.Table:
    """Rows as the wide table that rules are run over."""
    columns = {"entity_id": pa.array([f"{number:06d}" for number in range(len(rows))])}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name in features and not features[name].is_text and features[name].unit != "是否":
            columns[name] = pa.array(values, pa.float64())
        else:
            columns[name] = pa.array(values, pa.string() if any(isinstance(value, str) for value in values) else None)
    return pa.table(columns)


def outcomes(
    book: Rulebook,
    rules: Sequence[Rule],
    rows: pa.Table,
    features: Mapping[str, Feature],
    parameters: Mapping[str, float | int],
) -> dict[str, list[Points]]:
    """Rule id → points of each row, in order."""
    with duckdb.connect() as connection:
        connection.register("features", rows)
        evaluate(connection, book, rules, features, parameters)
        found: dict[str, list[Points]] = {}
        for rule in rules:
            found[rule.id] = connection.execute(
                f'SELECT "{rule.id}", "{rule.id}{MAYBE}" FROM outcomes ORDER BY entity_id'
            ).fetchall()
    return found
