"""What the register has under many keys at once, by one query for each kind of key; always all of it, in the order of the entities' numbers."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
from stdnum.cn import uscc

from screening.identity.addresses import Address
from screening.identity.entity_tables import PROBE, REST
from screening.identity.evidence import Named, Profile, person_key
from screening.identity.mentions import SHORTEST_ALONE, Patterns, clauses_of
from screening.identity.name_index import ENDS, MOST_SIMILAR, RESTS, Likeness, alike, near_sound_of
from screening.identity.name_keys import create_keys
from screening.identity.name_parts import NameParts
from screening.identity.names import SHORTEST_NAME
from screening.store.shelf import Shelf, show_or_make
from screening.store.turns import create_taken_apart

_AT_ONCE = 50_000  # rows on their way from the tables
_TEXT = pa.string()
_PHONES = pa.schema([("said", _TEXT), ("phone", _TEXT)])
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_SIMILAR = f"""
WITH asked AS (SELECT sought AS brand, sound FROM register.wanted),
rests AS ({RESTS.format("asked")}),
posted AS (
    SELECT said, brand_no FROM {{0}} SEMI JOIN rests USING (said)
    QUALIFY row_number() OVER (PARTITION BY said ORDER BY brand_no) <= {MOST_SIMILAR}
),
ended AS (
    SELECT said, brand_no FROM {{1}} SEMI JOIN asked ON brand = said
    QUALIFY row_number() OVER (PARTITION BY said ORDER BY brand_no) <= {MOST_SIMILAR}
)
SELECT DISTINCT found.brand, other.brand FROM (
    SELECT asked.brand, brand_no FROM asked JOIN register.brands USING (sound)
    UNION ALL SELECT brand, brand_no FROM rests JOIN posted USING (said)
    UNION ALL SELECT said, brand_no FROM ended
    UNION ALL SELECT ends.brand, brand_no FROM ({ENDS.format("asked")}) ends JOIN register.brands whole ON whole.brand = ends.said
) found JOIN register.brands other USING (brand_no) WHERE found.brand != other.brand ORDER BY found.brand
"""
# Of names whose first characters stand somewhere, those of which every few characters in a row do.
_STANDING = f"""
WITH near AS ({{}}),
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
    """Fetches pages from the tables of `entity_tables`. `phone_key` makes of a telephone number as delivered what is compared."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, phone_key: Callable[[str], str], shelf: Shelf | None = None
    ) -> None:
        self._connection = connection
        self._phone_key = phone_key
        self._shelf = shelf

    def by_key(self, keys: Collection[str]) -> dict[str, Bearers]:
        """Who bears these full names; of several ways to read one, the last counts."""
        self._want(keys)
        rows = self._rows(
            "SELECT key, number, begins FROM register.names SEMI JOIN register.wanted ON sought = key ORDER BY key, number, place"
        )
        found = dict.fromkeys(keys, Bearers([], 0))
        for key, listed in groupby(rows, itemgetter(0)):
            bearers = list(listed)
            found[key] = Bearers(list(dict.fromkeys(number for _, number, _ in bearers)), bearers[-1][2])
        return found

    def by_brand(self, brands: Collection[str]) -> dict[str, list[int]]:
        """Who bears these brands."""
        return self._numbers(
            brands,
            "SELECT DISTINCT brand AS key, number FROM register.names SEMI JOIN register.wanted ON sought = brand WHERE brand != ''",
        )

    def by_phone(self, phones: Collection[str]) -> dict[str, list[int]]:
        """Who has these telephone numbers."""
        return self._numbers(
            phones, f"SELECT DISTINCT phone AS key, number FROM {self._phones} SEMI JOIN register.wanted ON sought = phone"
        )

    def by_head(self, heads: Collection[str]) -> dict[str, list[int]]:
        """Who has these legal representatives."""
        return self._numbers(
            heads, f"SELECT DISTINCT head AS key, number FROM {self._heads} SEMI JOIN register.wanted ON sought = head"
        )

    def by_house(self, houses: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
        """Who is in these houses, as `Address.key` has them."""
        keys = {"\0".join(house): house for house in houses}
        said = "right(road, 3) || chr(0) || house"
        rows = self._numbers(
            keys,
            f"SELECT DISTINCT {said} AS key, number FROM register.doors SEMI JOIN register.wanted ON sought = {said} WHERE road != '' AND house != ''",
        )
        return {keys[key]: numbers for key, numbers in rows.items()}

    def similar(self, brands: Collection[str]) -> dict[str, dict[str, Likeness]]:
        """Other brands like these, with how they are alike."""
        self._want(brands, sound=map(near_sound_of, brands))
        rows = self._rows(_SIMILAR.format(*self._spellings))
        found = {brand: alike(brand, (other for _, other in others)) for brand, others in groupby(rows, itemgetter(0))}
        return {brand: found.get(brand, {}) for brand in brands}

    def traits(self, numbers: Collection[int]) -> dict[int, Traits]:
        """What these entities do and where."""
        self._want(numbers, pa.int32())
        trades = self._of_wanted("SELECT DISTINCT sought, trade FROM register.names")
        streets = self._of_wanted("SELECT sought, street FROM register.streets")
        same: dict[frozenset[str], frozenset[str]] = {}

        def only(said: Iterable[tuple[str]]) -> frozenset[str]:
            found = frozenset(value for (value,) in said)
            return same.setdefault(found, found)

        return {number: Traits(only(trades.get(number, ())), only(streets.get(number, ()))) for number in numbers}

    def profiles(self, numbers: Collection[int]) -> dict[int, Profile]:
        """Everything known of these entities."""
        self._want(numbers, pa.int32())
        ids = self._of_wanted("SELECT sought, entity_id FROM register.entities")
        names = self._of_wanted("SELECT sought, name, key, area, brand, trade, form FROM register.names", "place")
        doors = self._of_wanted("SELECT sought, street, road, house, building, room FROM register.doors", "place")
        phones, heads = (self._of_wanted(f"SELECT sought, said FROM register.{name}") for name in ("phones", "heads"))
        streets = self._of_wanted("SELECT sought, street FROM register.streets")
        return {
            number: Profile(
                entity_id,
                tuple(Named(name, key, NameParts(*parts)) for name, key, *parts in names.get(number, ())),
                tuple(Address(*parts) for parts in doors.get(number, ())),
                frozenset(filter(None, (self._phone_key(said) for (said,) in phones.get(number, ())))),
                frozenset(filter(None, (person_key(said) for (said,) in heads.get(number, ())))),
                frozenset(street for (street,) in streets.get(number, ())),
            )
            for number, ((entity_id,),) in ids.items()
        }

    def patterns(self, texts: Collection[str]) -> dict[str, Patterns]:
        """Names that may stand in these texts: those of which a few characters do. A name's other ways to be read are among its bearers."""
        clauses = list({clause for text in texts for clause in clauses_of(text)})
        self._want(clauses)
        self._connection.execute(f"""
            CREATE OR REPLACE TABLE register.grams AS SELECT DISTINCT substr(sought, start, {PROBE}) AS gram
            FROM (SELECT sought, unnest(range(1, length(sought) - {SHORTEST_ALONE - 2})) AS start FROM register.wanted)
        """)
        self._connection.execute(
            f"INSERT INTO register.grams SELECT DISTINCT left(gram, {SHORTEST_ALONE}) FROM register.grams WHERE length(gram) = {PROBE}"
        )
        near = f"SELECT DISTINCT key AS said, {REST} AS rest FROM register.names SEMI JOIN register.grams ON gram = probe WHERE length(key) >= {SHORTEST_NAME}"
        keys = self._column(_STANDING.format(near))
        near = f"SELECT brand AS said, brand AS rest FROM register.brands SEMI JOIN register.grams ON gram = left(brand, {PROBE}) WHERE length(brand) >= {SHORTEST_ALONE}"
        brands = self._column(_STANDING.format(near))
        names = {key: bearers.area for key, bearers in self.by_key(keys).items()}
        return dict.fromkeys(texts, Patterns(names, brands))

    def without_code(self) -> list[int]:
        """Entities whose id is no valid credit code. Where it has the form of one, SQL reckons the check digit (GB 32100-2015)."""
        places = range(len(_WEIGHTS))
        total = " + ".join(f"{_WEIGHTS[at]} * (strpos('{_ALPHABET}', substr(entity_id, {at + 1}, 1)) - 1)" for at in places)
        self._connection.execute(f"""
            CREATE OR REPLACE TABLE register.uncoded AS SELECT number, entity_id FROM register.entities
            WHERE NOT (regexp_full_match(entity_id, '[0-9]{{8}}[{_ALPHABET}]{{10}}') AND right(entity_id, 1) = substr('{_ALPHABET}', 1 + (31 - ({total}) % 31) % 31, 1))
        """)
        rows = self._rows("SELECT number, entity_id FROM register.uncoded ORDER BY number")
        return [number for number, entity_id in rows if not uscc.is_valid(entity_id)]

    @cached_property
    def _spellings(self) -> tuple[str, str]:
        """Tables of what is left of each brand without a character, and of its beginnings and endings, made when one is first looked for."""

        def make(name: str, spellings: str) -> None:
            said = f"SELECT said, brand_no FROM ({spellings.format('register.brands')}) WHERE said IS NOT NULL"
            self._connection.execute(f"CREATE TABLE register.{name} AS {said}")

        return self._kept("rests", lambda: make("rests", RESTS)), self._kept("ends", lambda: make("ends", ENDS))

    @cached_property
    def _phones(self) -> str:
        """A table of all telephone numbers as they are compared, made when one is first looked for."""

        def make() -> None:
            create_taken_apart(
                self._connection,
                "register.phone_keys",
                _PHONES,
                "FROM register.phones",
                lambda said: (said, self._phone_key(said)),
            )
            self._connection.execute(
                "CREATE TABLE register.known_phones AS SELECT number, phone FROM register.phones JOIN register.phone_keys USING (said) WHERE phone != ''"
            )
            self._connection.execute("DROP TABLE register.phone_keys")

        return self._kept("known_phones", make)

    @cached_property
    def _heads(self) -> str:
        """A table of all legal representatives as they are compared, made when one is first looked for."""
        create_keys(self._connection, "register.head_keys", "SELECT said AS name FROM register.heads")
        self._connection.execute("""
            CREATE TABLE register.known_heads AS SELECT number, name_key AS head FROM register.heads JOIN register.head_keys ON name = said WHERE name_key != ''
        """)
        self._connection.execute("DROP TABLE register.head_keys")
        return "register.known_heads"

    def _kept(self, name: str, make: Callable[[], None]) -> str:
        """A table of the register, as it lies on the shelf or made and put there."""
        table = f"register.{name}"
        show_or_make(self._shelf, self._connection, table, f"register-{name}", make)
        return table

    def _want(self, keys: Collection[Any], kind: pa.DataType = _TEXT, **more: Iterable[str]) -> None:
        """Create `register.wanted(sought, …)`."""
        columns = {"sought": pa.array(keys, kind), **{name: pa.array(values, _TEXT) for name, values in more.items()}}
        self._connection.register("_wanted", pa.table(columns))
        self._connection.execute("CREATE OR REPLACE TABLE register.wanted AS SELECT * FROM _wanted")
        self._connection.unregister("_wanted")

    def _numbers(self, keys: Collection[str], query: str) -> dict[str, list[int]]:
        self._want(keys)
        rows = self._rows(f"{query} ORDER BY key, number")
        found = {key: [number for _, number in listed] for key, listed in groupby(rows, itemgetter(0))}
        return {key: found.get(key, []) for key in keys}

    def _of_wanted(self, query: str, order: str = "ALL") -> dict[int, list[tuple[Any, ...]]]:
        """What each of the wanted numbers has."""
        order = f"sought, {order}" if order != "ALL" else order
        rows = self._rows(f"{query} JOIN register.wanted ON sought = number ORDER BY {order}")
        return {number: [row[1:] for row in listed] for number, listed in groupby(rows, itemgetter(0))}

    def _column(self, query: str) -> list[Any]:
        return [row[0] for row in self._rows(query)]

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """To be read to the end before the next is asked."""
        self._connection.execute(query)
        while rows := self._connection.fetchmany(_AT_ONCE):
            yield from rows
