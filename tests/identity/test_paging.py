"""Whom a row means does not depend on how the register is fetched: all at once or a little at a time, from a list or from what was delivered."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from benchmarks.matching import RULES
from screening.identity import duplicates, entity_index
from screening.identity.addresses import AddressReader
from screening.identity.duplicates import duplicates_in
from screening.identity.entity_index import EntityIndex, delivered_index, known_index
from screening.identity.entity_pages import EntityPages
from screening.identity.entity_rows import drop_tables, entity_rows
from screening.identity.entity_tables import create_known
from screening.identity.evidence import digits_of
from screening.identity.matching import Asked, Known, Match, Matcher
from screening.identity.mentions import Patterns, clauses_of
from screening.identity.name_index import Likeness, alike
from screening.identity.name_parts import NameReader
from screening.identity.names import name_key, split_names
from screening.identity.pages import NotHereError, Pages, answers, each

COLUMNS = ("name", "former_names", "trade_name", "address_reg", "address_biz", "phone", "legal_rep_name", "street_biz")  # fmt: skip
NAMES, ADDRESSES = NameReader(RULES), AddressReader(RULES)
BRANDS = st.text("甲乙丙源元园新心鑫", min_size=1, max_size=5)
SHOPS = st.builds(
    str.format,
    st.sampled_from(["{}", "湛江市{}", "霞山区 {}", "{}（湛江）", "城东那家{}"]),
    st.builds(str.__add__, BRANDS, st.sampled_from(["典当有限公司", "金店", "打金店", "有限公司", "金店分店", ""])),
)
PLACES = st.sampled_from(["虚构路1号2铺", "新园街道虚构路1号", "样本一路3号", "示例街", ""])
PHONES = st.sampled_from(["13800000001", "138 0000 0002", "12", ""])
HEADS = st.sampled_from(["虚某甲", "虚·某甲", "虚某乙", ""])
STREETS = st.sampled_from([None, "新园街道", "440803001"])
IDS = st.sampled_from([*(f"E{number}" for number in range(9)), "91440803MA0000001R", "91440803MA0000002W", "91440803MA0000002X"])
ENTITIES = st.lists(
    st.builds(
        lambda entity_id, names, at, phone, head, street: Known(entity_id, tuple(names), (at,), (phone,), (head,), street),
        IDS, st.lists(SHOPS, max_size=2, unique=True), PLACES, PHONES, HEADS, STREETS,
    ),
    max_size=10, unique_by=lambda entity: entity.entity_id,
)  # fmt: skip
TEXTS = st.builds(
    "{}{}，{}{}".format,
    st.sampled_from(["", "我在", "大", "反映"]),
    SHOPS,
    st.sampled_from(["不退钱", "打金店", ""]),
    SHOPS | PLACES,
)
ROWS = st.lists(
    st.builds(Asked, SHOPS | st.none(), PLACES | st.none(), STREETS, PHONES | st.none(), HEADS | st.none(), TEXTS | st.none()),
    min_size=1,
    max_size=5,
)
DELIVERED = st.lists(
    st.tuples(
        IDS, SHOPS | st.none(), st.sampled_from([None, "湛江市甲乙典当有限公司；甲源金店", "湛江市甲乙典当有限公司"]), SHOPS | st.none(),
        PLACES | st.none(), PLACES | st.none(), PHONES | st.none(), HEADS | st.none(), STREETS,
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(ENTITIES, ROWS, st.integers(1, 2), st.sampled_from([1, 200]), st.sampled_from([1, 30]))
def test_a_register_fetched_bit_by_bit_gives_the_same_answers(
    known: list[Known], rows: list[Asked], at_once: int, most_bearers: int, most_in_group: int
) -> None:
    with pytest.MonkeyPatch.context() as caps:
        caps.setattr(entity_index, "_MOST_BEARERS", most_bearers)
        caps.setattr(duplicates, "_MOST_IN_GROUP", most_in_group)
        assert told(known_index(known, RULES, at_once), rows) == told(known_index(known, RULES), rows)


@settings(max_examples=25, deadline=None)
@given(DELIVERED, ROWS)
def test_what_was_delivered_is_read_as_a_list_of_the_same_entities(
    rows: list[tuple[str | None, ...]], asked: list[Asked]
) -> None:
    with duckdb.connect() as connection:
        deliver(connection, rows)
        listed = [
            replace(known, phones=tuple(hidden(digits_of(phone)) for phone in known.phones))
            for known in known_entities(connection)
        ]
        hiding = [replace(row, phone=hidden(digits_of(row.phone))) for row in asked]
        delivered = told(delivered_index(connection, RULES, hidden, None, None), hiding)
        drop_tables(connection)
        assert delivered == told(known_index(listed, RULES), hiding)


@settings(max_examples=25, deadline=None)
@given(st.lists(SHOPS, min_size=1, max_size=30), st.lists(BRANDS, min_size=1, max_size=10, unique=True))
def test_like_brands_are_found_without_comparing_all_with_all(names: list[str], asked: list[str]) -> None:
    """But for brands of two characters, which are alike by sound only: all that share a character would be one edit apart."""
    with pages_of([Known("E1", tuple(names), (), (), (), None)]) as pages:
        found = pages.similar(asked)
    brands = {NAMES.parts(name).brand for name in names} - {""}
    for brand in asked:
        others = alike(brand, brands - {brand})
        expected = {other: how for other, how in others.items() if max(len(brand), len(other)) > 2 or how < Likeness.EDIT}
        assert found[brand] == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(SHOPS, min_size=1, max_size=20), st.lists(TEXTS, min_size=1, max_size=4, unique=True))
def test_every_name_that_stands_in_a_text_is_looked_for(names: list[str], texts: list[str]) -> None:
    with pages_of([Known("E1", tuple(names), (), (), (), None)]) as pages:
        found = pages.patterns(texts)
        keys = {name_key(name) for name in names} - {""}
        whole = Patterns(
            {key: bearers.area for key, bearers in pages.by_key(keys).items()}, {NAMES.parts(name).brand for name in names}
        )
    for text in texts:
        for clause in clauses_of(text):
            assert list(found[text].found_in(clause)) == list(whole.found_in(clause))
            assert {said for said, _, _ in whole.found_in(clause)} & whole.alone <= found[text].alone


def test_entities_without_a_valid_credit_code_are_told_by_the_check_digit() -> None:
    coded = ["91440803MA0000001R", "91440803ma0000001r", "91440803-MA0000001R ", "52440803MA0000004C"]
    ids = [
        *coded,
        "91440803MA0000001X",
        "91440803MA000000IR",
        "9144080XMA0000001R",
        "91440803MA0000001",
        "E1",
        "",
        "９1440803MA0000001R",
    ]
    with pages_of([Known(one, (), (), (), (), None) for one in ids]) as pages:
        numbers = pages.without_code()
    assert [sorted(ids)[number] for number in numbers] == [one for one in sorted(ids) if not uscc.is_valid(one)]
    assert len(numbers) in range(len(ids) - len(coded), len(ids))


def test_of_what_is_missing_all_is_fetched_at_once_and_dropped_afterwards() -> None:
    fetched: list[list[int]] = []

    def fetch(keys: Collection[int]) -> dict[int, int]:
        fetched.append(sorted(keys))
        return {key: key * key for key in keys}

    pages = Pages(fetch)
    with pytest.raises(NotHereError):
        each(pages.of, [1, 2])
    pages.turn()
    assert each(pages.of, [1, 2]) == [1, 4]
    assert sorted(answers(pages.of, [3, 1, 4], [pages], at_once=2)) == [(1, 1), (3, 9), (4, 16)]
    assert fetched == [[1, 2], [3], [4]]


def told(register: EntityIndex, rows: list[Asked]) -> tuple[list[Match], list[tuple[str, str, float, str]]]:
    """All that a register is asked."""
    return Matcher(register, RULES).match(rows), duplicates_in(register)


@contextmanager
def pages_of(known: list[Known]) -> Iterator[EntityPages]:
    with duckdb.connect() as connection:
        rows = entity_rows(connection, partial(create_known, connection, known, NAMES, ADDRESSES), None)
        yield EntityPages(connection, rows, digits_of)


def hidden(digits: str) -> str:
    """As telephone numbers in complaints are: another number, even of none."""
    return (digits or "0")[::-1].rjust(20, "7")


def deliver(connection: duckdb.DuckDBPyConnection, rows: list[tuple[str | None, ...]]) -> None:
    """`raw_entities` of two deliveries, in which one entity may stand often."""
    names = ("entity_id", *COLUMNS)
    table = pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})
    connection.register("_rows", table)
    connection.execute("""
        CREATE TABLE raw_entities AS
        SELECT *, NULL::VARCHAR AS street_code_biz, NULL::VARCHAR AS street_code_reg, NULL::VARCHAR AS street_reg, ((n % 2) << 32) + n AS ord
        FROM (SELECT *, row_number() OVER () AS n FROM _rows)
    """)
    connection.unregister("_rows")


def known_entities(connection: duckdb.DuckDBPyConnection) -> list[Known]:
    """Every entity of `raw_entities` with all that any list said of its names, addresses, phones and heads; newest name first."""
    rows = connection.execute("""
        SELECT entity_id, list(name ORDER BY ord DESC) FILTER (WHERE name IS NOT NULL), list(former_names ORDER BY ord) FILTER (WHERE former_names IS NOT NULL),
               list(trade_name ORDER BY ord) FILTER (WHERE trade_name IS NOT NULL),
               list_concat(coalesce(list(address_reg ORDER BY ord) FILTER (WHERE address_reg IS NOT NULL), []),
                           coalesce(list(address_biz ORDER BY ord) FILTER (WHERE address_biz IS NOT NULL), [])),
               list(phone ORDER BY ord) FILTER (WHERE phone IS NOT NULL), list(legal_rep_name ORDER BY ord) FILTER (WHERE legal_rep_name IS NOT NULL),
               arg_max(coalesce(street_code_biz, street_biz, street_code_reg, street_reg), ord)
        FROM raw_entities GROUP BY entity_id ORDER BY entity_id
    """).fetchall()
    found, addresses_of = [], AddressReader(RULES)
    for entity_id, names, former, signs, addresses, phones, heads, street in rows:
        others = [name for cell in [*(former or ()), *(signs or ())] for name in split_names(cell)]
        found.append(
            Known(
                entity_id,
                _once([*(names or ()), *others]),
                _once(addresses),
                _once(phones or ()),
                _once(heads or ()),
                addresses_of.street_code(street),
            )
        )
    return found


def _once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
