"""A condition says hit or miss only when no missing fact could change the answer."""

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.features.catalogue import Feature
from screening.reference.faults import Place
from screening.rulebook.conditions import parse_condition
from screening.settings import PROJECT_ROOT

FEATURES = {
    "visits_1y": Feature(label="检查", unit="次", count="true"),
    "complaints_1y": Feature(label="投诉", unit="件", count="true"),
    "age_months": Feature(label="成立月数", unit="月", value="age_months"),
    "barred_word": Feature(label="字样", unit="文本", value="barred_word"),
    "latest_age_days": Feature(label="最近", unit="天", min="age_days"),
}
PARAMETERS = {"few": 2, "many": 5, "ratio": 3}
HERE = Place(PROJECT_ROOT / "rules" / "grades.yaml")

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
    sql = parse_condition(text, FEATURES, PARAMETERS, HERE).sql(FEATURES, PARAMETERS)
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
