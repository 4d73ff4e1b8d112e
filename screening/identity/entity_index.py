"""The register made comparable and searchable: every entity as a profile, and where to find it by name, brand, house or telephone.

Entities are numbers in the order of their ids. Whatever is asked may raise `NotHereError` until it was fetched: ask by `answers`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from screening.identity.addresses import AddressReader
from screening.identity.entity_pages import Bearers, EntityPages, Traits
from screening.identity.entity_rows import entity_rows
from screening.identity.entity_tables import create_delivered, create_known
from screening.identity.evidence import Named, Profile, Where, digits_of
from screening.identity.mentions import Patterns
from screening.identity.name_index import Likeness
from screening.identity.name_parts import NameReader
from screening.identity.names import name_key
from screening.identity.pages import Pages, answers, called, each
from screening.identity.parties import Known
from screening.store.shelf import Keeping, Shelf

Question = TypeVar("Question")
Answer = TypeVar("Answer")
_MOST_BEARERS = 200  # of one brand, house or telephone that are looked at
_AT_ONCE = 25_000  # questions; with their pages they take some hundred megabytes
_SAID = 1 << 16  # names whose parts are remembered


class EntityIndex:
    """The pages of one register, by what they are asked for; `without_code` are the entities whose id is no valid credit code."""

    def __init__(self, source: EntityPages, reader: NameReader, addresses: AddressReader, at_once: int = _AT_ONCE) -> None:
        self.reader = reader
        self.addresses = addresses
        self.by_key: Pages[str, Bearers] = Pages(source.by_key)
        self.by_brand: Pages[str, list[int]] = Pages(source.by_brand)
        self.by_house: Pages[tuple[str, str], list[int]] = Pages(source.by_house)
        self.by_phone: Pages[str, list[int]] = Pages(source.by_phone)
        self.by_head: Pages[str, list[int]] = Pages(source.by_head)
        self.similar: Pages[str, dict[str, Likeness]] = Pages(source.similar)
        self.traits: Pages[int, Traits] = Pages(source.traits)
        self.profiles: Pages[int, Profile] = Pages(source.profiles)
        self.patterns: Pages[str, Patterns] = Pages(source.patterns)
        self.named: Callable[[str], Named] = lru_cache(_SAID)(self._named)
        self.without_code = source.without_code
        self._at_once = at_once

    def answers(self, ask: Callable[[Question], Answer], questions: Iterable[Question]) -> Iterator[tuple[Question, Answer]]:
        """Every question with its answer, whatever has to be fetched for it."""
        kinds: list[Pages[Any, Any]] = [pages for pages in vars(self).values() if isinstance(pages, Pages)]
        return answers(ask, questions, kinds, self._at_once)

    def bearers(self, brand: str, said: Named, where: Where) -> list[int]:
        """All bearers of a brand; of a very common one those in the subdistrict or trade that the row names."""
        bearers = self.by_brand.of(brand)
        if len(bearers) <= _MOST_BEARERS:
            return bearers
        traits = self.traits.of_all(bearers)
        in_street = [number for number, one in zip(bearers, traits, strict=True) if where.street in one.streets]
        in_trade = [number for number, one in zip(bearers, traits, strict=True) if said.parts.trade in one.trades]
        return merged(in_street[:_MOST_BEARERS], in_trade[:_MOST_BEARERS])

    def at_place(self, where: Where) -> list[int]:
        """Entities in the same house or with the same telephone."""
        house = [where.address.key] if where.address and where.address.key else []
        phone = [where.phone] if where.phone else []
        found = each(called, (lambda: self.by_house.of_all(house), lambda: self.by_phone.of_all(phone)))
        return merged(*(numbers[:_MOST_BEARERS] for numbers in chain(*found)))

    def _named(self, name: str) -> Named:
        """A name ready for comparison."""
        return Named(name.strip(), name_key(name), self.reader.parts(name))


def known_index(known: Sequence[Known], rules: Path, at_once: int = _AT_ONCE) -> EntityIndex:
    """These entities, each with an id of its own, in tables of their own."""
    connection, reader, addresses = duckdb.connect(), NameReader(rules), AddressReader(rules)
    rows = entity_rows(connection, partial(create_known, connection, known, reader, addresses), None)
    return EntityIndex(EntityPages(connection, rows, digits_of), reader, addresses, at_once)


def delivered_index(
    connection: duckdb.DuckDBPyConnection,
    rules: Path,
    phone_key: Callable[[str], str],
    keeping: Keeping | None,
    shelf: Shelf | None,
) -> EntityIndex:
    """All that `raw_entities` has; `phone_key` hides the digits of a telephone number as complaints' are hidden.

    The `shelf` is for what depends on the whole of it.
    """
    reader, addresses = NameReader(rules), AddressReader(rules)
    rows = entity_rows(connection, partial(create_delivered, connection, reader, addresses, keeping, rules), shelf)
    pages = EntityPages(connection, rows, lambda phone: digits_of(phone_key(digits_of(phone))), shelf)
    return EntityIndex(pages, reader, addresses)


def display_name(profile: Profile) -> str:
    """The registered name, or the id of an entity without one."""
    return profile.names[0].name if profile.names else profile.entity_id


def merged(*lists: Iterable[int]) -> list[int]:
    """All numbers once, in the order given."""
    return list(dict.fromkeys(number for listed in lists for number in listed))
