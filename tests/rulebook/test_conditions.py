"""A condition says hit or miss only when no missing fact could change the answer."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.errors import InvalidRule
from screening.features.catalogue import Feature
from screening.rulebook.conditions import parse_condition

FEATURES = {
    "visits_1y": Feature(label="检查", unit="次", count="true"),
    "complaints_1y": Feature(label="投诉", unit="件", count="true"),
    "age_months": Feature(label="成立月数", unit="月", value="age_months"),
    "barred_word": Feature(label="字样", unit="文本", value="barred_word"),
    "latest_age_days": Feature(label="最近", unit="天", min="age_days"),
}
PARAMETERS = {"few": 2, "many": 5, "ratio": 3}

terms = st.sampled_from(
    ["visits_1y", "complaints_1y", "age_months", "visits_1y + complaints_1y", ":ratio * complaints_1y", ":few", ":many", "0", "1"]
)
comparisons = st.builds("{} {} {}".format, terms, st.sampled_from([">=", ">", "<=", "<"]), terms)
leaves = comparisons | st.sampled_from(
    ["barred_word != ''", "barred_word = ''", "complaints_1y between :few and :many", "barred_word in ('金融', '理财')"]
)
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=5,
)
numbers = st.integers(0, 8)
worlds = st.fixed_dictionaries(
    {"visits_1y": numbers, "complaints_1y": numbers, "age_months": numbers, "barred_word": st.sampled_from(["", "金融"])}
)


def truth(text: str, world: dict[str, object], open_: dict[str, bool]) -> bool | None:
    """What the compiled condition says of one entity."""
    sql = parse_condition(text, FEATURES, PARAMETERS, {}).sql(FEATURES, PARAMETERS)
    cells = [f'{_literal(value)} AS "{name}"' for name, value in world.items()]
    cells += [f'{open_.get(name, False)} AS "{name}__open"' for name in ("visits_1y", "complaints_1y")]
    with duckdb.connect() as connection:
        answer: bool | None = connection.execute(f"SELECT ({sql}) FROM (SELECT {', '.join(cells)})").fetchall()[0][0]
    return answer


def _literal(value: object) -> str:
    return "NULL::INTEGER" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


@settings(max_examples=400, deadline=None)
@given(conditions, worlds, st.sets(st.sampled_from(["visits_1y", "complaints_1y", "age_months", "barred_word"])), st.data())
def test_what_is_said_of_part_of_the_facts_holds_for_all_of_them(
    text: str, world: dict[str, object], lost: set[str], data: st.DataObject
) -> None:
    known, open_ = dict(world), {}
    for name in sorted(lost):
        value = world[name]
        if isinstance(value, int) and FEATURES[name].is_aggregate and data.draw(st.booleans()):
            known[name], open_[name] = data.draw(st.integers(0, value)), True
        elif name != "barred_word":
            known[name] = None
    partial = truth(text, known, open_)
    assert partial is None or partial == truth(text, world, {})


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("coalesce(age_months, 0) <= :few", "coalesce"),
        ("age_months is null", "IS NULL"),
        ("case when age_months > 1 then true else false end", "CASE"),
        ("visits_1y / complaints_1y > :few", "/"),
        ("visits_1y - complaints_1y > :few", "-"),
        ("age_months in (select 1)", "SELECT"),
        ("read_text('x') = ''", "read_text"),
        ("age_monthz > :few", "age_monthz"),
        ("age_months > :fewer", "fewer"),
        ("age_months > 24", "24"),
        ("visits_1y = 0", "等号"),
        ("latest_age_days <= :few", "最小值"),
        ("age_months > 1; drop table x", "条件"),
        ("age_months >", "条件"),
    ],
)
def test_what_could_hide_a_gap_is_refused(text: str, because: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        parse_condition(text, FEATURES, PARAMETERS, {"rule": "X-01"})
    assert because.lower() in refused.value.message.lower()
