"""What the register has under many keys at once, one kind of key at a time; always all of it, in the order of the entities' numbers."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from stdnum.cn import uscc

from screening.identity.addresses import Address
from screening.identity.entity_rows import PROBE, kept_as
from screening.identity.evidence import Named, Profile, person_key
from screening.identity.mentions import SHORTEST_ALONE, Patterns, clauses_of
from screening.identity.name_index import ENDS, MOST_SIMILAR, RESTS, Likeness, alike, near_sound_of
from screening.identity.name_keys import create_keys
from screening.identity.name_parts import NameParts
from screening.store.shelf import Shelf, open_or_make
from screening.store.sorted_rows import SLOT, SortedRows
from screening.store.turns import create_taken_apart

_AT_ONCE = 50_000  # rows on their way from the tables
_TEXT = pa.string()
_PHONES = pa.schema([("said", _TEXT), ("phone", _TEXT)])
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# What brands are alike by: all that is left of one without a character, its beginnings and endings, the whole and its sound, told apart by a letter.
_SPELLED = f"""
    SELECT brand_no, 'r' || said AS said FROM ({RESTS.format("register.brands")})
    UNION ALL SELECT brand_no, 'e' || said FROM ({ENDS.format("register.brands")}) WHERE said IS NOT NULL
    UNION ALL SELECT brand_no, 'w' || brand FROM register.brands
    UNION ALL SELECT brand_no, 's' || sound FROM register.brands
"""
# And what it is looked for by: one that ends like it by the whole, one that is the end of it by its ends.
_SOUGHT = f"""
    WITH asked AS (SELECT sought AS brand, sound FROM register.wanted)
    SELECT brand, 'r' || said AS said FROM ({RESTS.format("asked")})
    UNION ALL SELECT brand, 'e' || brand FROM asked
    UNION ALL SELECT brand, 'w' || said FROM ({ENDS.format("asked")}) WHERE said IS NOT NULL
    UNION ALL SELECT brand, 's' || sound FROM asked
"""
# Of names whose first characters stand somewhere, those of which every few characters in a row do.
_STANDING = f"""
WITH near AS (SELECT DISTINCT said, rest FROM {{}} SEMI JOIN register.grams ON gram = left(rest, {PROBE})),
parts AS (SELECT said, rest, substr(rest, unnest(range(1, greatest(2, length(rest) - {PROBE - 2}))), {PROBE}) AS gram FROM near)
SELECT DISTINCT said FROM near ANTI JOIN (SELECT said, rest FROM parts ANTI JOIN register.grams USING (gram)) USING (said, rest)
"""


class Bearers(NamedTuple):
    """Who bears a full name, and how long the area at its beginning is."""

    numbers: list[int]
    area: int


class Traits(NamedTuple):
    """What one entity does and where: of those who bear a common brand, this is enough to choose."""

    trades: frozenset[str]
    streets: frozenset[str]


class EntityPages:
    """Fetches pages from `entity_rows`. `phone_key` makes of a telephone number as delivered what is compared."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        rows: Mapping[str, SortedRows],
        phone_key: Callable[[str], str],
        shelf: Shelf | None = None,
    ) -> None:
        self._connection = connection
        self._sorted = rows
        self._phone_key = phone_key
        self._shelf = shelf
        self._shown: list[str] = []

    def by_key(self, keys: Collection[str]) -> dict[str, Bearers]:
        """Who bears these full names; of several ways to read one, the last counts."""
        rows = self._of_texts(keys, self._sorted["keys"], "key, number, begins, place", "key, number, place")
        found = dict.fromkeys(keys, Bearers([], 0))
        for key, listed in groupby(rows, itemgetter(0)):
            bearers = list(listed)
            found[key] = Bearers(list(dict.fromkeys(number for _, number, *_ in bearers)), bearers[-1][2])
        return found

    def by_brand(self, brands: Collection[str]) -> dict[str, list[int]]:
        """Who bears these brands."""
        return self._numbers(brands, self._sorted["bearers"])

    def by_phone(self, phones: Collection[str]) -> dict[str, list[int]]:
        """Who has these telephone numbers."""
        return self._numbers(phones, self._phones)

    def by_head(self, heads: Collection[str]) -> dict[str, list[int]]:
        """Who has these legal representatives."""
        return self._numbers(heads, self._heads)

    def by_house(self, houses: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
        """Who is in these houses, as `Address.key` has them."""
        keys = {"\0".join(house): house for house in houses}
        return {keys[key]: numbers for key, numbers in self._numbers(keys, self._sorted["houses"]).items()}

    def similar(self, brands: Collection[str]) -> dict[str, dict[str, Likeness]]:
        """Other brands like these, with how they are alike."""
        self._want(brands, sound=map(near_sound_of, brands))
        self._create("sought", f"SELECT brand, hash(said) AS slot, said[1] AS how FROM ({_SOUGHT})")
        spelled = self._at(self._spellings, self._slots("SELECT slot FROM register.sought"))
        self._create("likely", f"""
            SELECT DISTINCT brand, brand_no FROM register.sought JOIN (
                SELECT slot, brand_no, row_number() OVER (PARTITION BY slot ORDER BY brand_no) AS place FROM {spelled}
            ) USING (slot) WHERE place <= {MOST_SIMILAR} OR how IN ('w', 's')
        """)  # fmt: skip
        others = self._at(self._sorted["brands"], self._slots("SELECT brand_no AS slot FROM register.likely"), "brand")
        rows = self._rows(
            f"SELECT l.brand, o.brand FROM register.likely l JOIN {others} o ON o.slot = brand_no WHERE l.brand != o.brand ORDER BY l.brand"
        )
        found = {brand: alike(brand, (other for _, other in others)) for brand, others in groupby(rows, itemgetter(0))}
        return {brand: found.get(brand, {}) for brand in brands}

    def traits(self, numbers: Collection[int]) -> dict[int, Traits]:
        """What these entities do and where."""
        trades = self._of_numbers(numbers, "names", "trade")
        streets = self._of_numbers(numbers, "streets", "street")
        same: dict[frozenset[str], frozenset[str]] = {}

        def only(said: Iterable[tuple[str]]) -> frozenset[str]:
            found = frozenset(value for (value,) in said)
            return same.setdefault(found, found)

        return {number: Traits(only(trades.get(number, ())), only(streets.get(number, ()))) for number in numbers}

    def profiles(self, numbers: Collection[int]) -> dict[int, Profile]:
        """Everything known of these entities."""
        ids = self._of_numbers(numbers, "entities", "entity_id")
        names = self._of_numbers(numbers, "names", "place", "name", "key", "area", "brand", "trade", "form")
        doors = self._of_numbers(numbers, "doors", "place", "street", "road", "house", "building", "room")
        phones, heads = (self._of_numbers(numbers, name, "said") for name in ("phones", "heads"))
        streets = self._of_numbers(numbers, "streets", "street")
        return {
            number: Profile(
                entity_id,
                tuple(Named(name, key, NameParts(*parts)) for _, name, key, *parts in names.get(number, ())),
                tuple(Address(*parts) for _, *parts in doors.get(number, ())),
                frozenset(filter(None, (self._phone_key(said) for (said,) in phones.get(number, ())))),
                frozenset(filter(None, (person_key(said) for (said,) in heads.get(number, ())))),
                frozenset(street for (street,) in streets.get(number, ())),
            )
            for number, ((entity_id,),) in ids.items()
        }

    def patterns(self, texts: Collection[str]) -> dict[str, Patterns]:
        """Names that may stand in these texts: those of which a few characters do. A name's other ways to be read are among its bearers."""
        self._want({clause for text in texts for clause in clauses_of(text)})
        self._create("grams", f"""
            SELECT DISTINCT left(gram, unnest(range({SHORTEST_ALONE}, {PROBE + 1}))) AS gram FROM (
                SELECT DISTINCT substr(sought, start, {PROBE}) AS gram
                FROM (SELECT sought, unnest(range(1, length(sought) - {SHORTEST_ALONE - 2})) AS start FROM register.wanted)
            )
        """)  # fmt: skip
        slots = self._slots("SELECT hash(gram) AS slot FROM register.grams")
        keys, brands = (self._column(_STANDING.format(self._at(self._sorted[name], slots))) for name in ("rests", "alone"))
        names = {key: bearers.area for key, bearers in self.by_key(keys).items()}
        return dict.fromkeys(texts, Patterns(names, brands))

    def without_code(self) -> list[int]:
        """Entities whose id is no valid credit code. Where it has the form of one, SQL reckons the check digit (GB 32100-2015)."""
        places = range(len(_WEIGHTS))
        total = " + ".join(f"{_WEIGHTS[at]} * (strpos('{_ALPHABET}', substr(entity_id, {at + 1}, 1)) - 1)" for at in places)
        rows = self._rows(f"""
            SELECT slot, entity_id FROM {self._all("entities")}
            WHERE NOT (regexp_full_match(entity_id, '[0-9]{{8}}[{_ALPHABET}]{{10}}') AND right(entity_id, 1) = substr('{_ALPHABET}', 1 + (31 - ({total}) % 31) % 31, 1))
            ORDER BY slot
        """)
        return [number for number, entity_id in rows if not uscc.is_valid(entity_id)]

    @cached_property
    def _spellings(self) -> SortedRows:
        """What each brand is alike by, made when one is first looked for."""

        def make() -> str:
            self._create("brands", f"SELECT slot::INTEGER AS brand_no, brand, sound FROM {self._all('brands')}")
            return f"SELECT hash(said) AS slot, brand_no FROM ({_SPELLED})"

        return self._made("spellings", make, "brands")

    @cached_property
    def _phones(self) -> SortedRows:
        """All telephone numbers as they are compared, made when one is first looked for."""

        def make() -> str:
            said = f"FROM {self._all('phones')}"
            create_taken_apart(self._connection, "register.phone_keys", _PHONES, said, lambda said: (said, self._phone_key(said)))
            return self._compared("phones", "SELECT said, phone AS key FROM register.phone_keys")

        return self._made("known_phones", make, "phone_keys", "compared")

    @cached_property
    def _heads(self) -> SortedRows:
        """All legal representatives as they are compared, made when one is first looked for."""

        def make() -> str:
            create_keys(self._connection, "register.head_keys", f"SELECT said AS name FROM {self._all('heads')}")
            return self._compared("heads", "SELECT name AS said, name_key AS key FROM register.head_keys")

        return self._made("known_heads", make, "head_keys", "compared")

    def _compared(self, name: str, keys: str) -> str:
        """A query for who says what, by its key."""
        self._create(
            "compared",
            f"SELECT key, slot::INTEGER AS number FROM {self._all(name)} JOIN ({keys}) USING (said) WHERE key != ''",
        )
        return "SELECT hash(key) AS slot, key, number FROM register.compared"

    def _made(self, name: str, make: Callable[[], str], *tables: str) -> SortedRows:
        """Rows made of others, as they lie on the shelf or made and put there; and the `tables` that this took dropped."""
        rows = open_or_make(self._shelf, self._connection, kept_as(name), make)
        for table in tables:
            self._connection.execute(f"DROP TABLE IF EXISTS register.{table}")
        return rows

    def _create(self, table: str, query: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE TABLE register.{table} AS {query}")

    def _want(self, keys: Collection[str], **more: Iterable[str]) -> None:
        """Create `register.wanted(sought, …)`, and forget what was shown of the last question."""
        columns = {"sought": pa.array(keys, _TEXT), **{name: pa.array(values, _TEXT) for name, values in more.items()}}
        self._connection.register("_wanted", pa.table(columns))
        self._create("wanted", "SELECT * FROM _wanted")
        self._connection.unregister("_wanted")
        self._forget()

    def _slots(self, query: str) -> np.ndarray:
        return np.asarray(self._connection.execute(query).fetchnumpy()[SLOT])

    def _at(self, rows: SortedRows, slots: np.ndarray, *columns: str) -> str:
        """A view of the rows at these slots."""
        return self._show(rows.at(slots, columns or None))

    def _all(self, name: str) -> str:
        """A view of all rows, to be read once."""
        return self._show(self._sorted[name].all())

    def _show(self, rows: pa.Table | pa.RecordBatchReader) -> str:
        self._shown.append(f"_shown_{len(self._shown)}")
        self._connection.register(self._shown[-1], rows)
        return self._shown[-1]

    def _forget(self) -> None:
        for view in self._shown:
            self._connection.unregister(view)
        self._shown.clear()

    def _numbers(self, keys: Collection[str], rows: SortedRows) -> dict[str, list[int]]:
        listed = groupby(self._of_texts(keys, rows, "key, number"), itemgetter(0))
        found = {key: [number for _, number in numbers] for key, numbers in listed}
        return {key: found.get(key, []) for key in keys}

    def _of_texts(self, keys: Collection[str], rows: SortedRows, columns: str, order: str = "ALL") -> Iterator[tuple[Any, ...]]:
        """What the wanted keys have; another text may have the hash of one."""
        self._want(keys)
        found = self._at(rows, self._slots(f"SELECT hash(sought) AS {SLOT} FROM register.wanted"))
        return self._rows(f"SELECT DISTINCT {columns} FROM {found} SEMI JOIN register.wanted ON sought = key ORDER BY {order}")

    def _of_numbers(self, numbers: Collection[int], name: str, *columns: str) -> dict[int, list[tuple[Any, ...]]]:
        """What each of these entities has, in the order of the first column."""
        found = self._sorted[name].at(np.fromiter(numbers, np.uint64, len(numbers)), columns)
        rows = list(zip(*(found[column].to_numpy(zero_copy_only=False).tolist() for column in columns), strict=True))
        whose, begins = np.unique(found[SLOT].to_numpy(), return_index=True)
        return {
            number: sorted(rows[begin:end])
            for number, (begin, end) in zip(whose.tolist(), pairwise([*begins.tolist(), len(rows)]), strict=True)
        }

    def _column(self, query: str) -> list[Any]:
        return [row[0] for row in self._rows(query)]

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """To be read to the end before the next is asked."""
        self._connection.execute(query)
        while rows := self._connection.fetchmany(_AT_ONCE):
            yield from rows
