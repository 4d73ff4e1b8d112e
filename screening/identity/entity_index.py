"""The register made comparable and searchable: every entity as a profile, and where to find it by name, brand, house or telephone."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from screening.identity.addresses import AddressReader
from screening.identity.evidence import Named, Profile, Where, digits_of, person_key
from screening.identity.name_index import BrandIndex
from screening.identity.name_parts import NameReader
from screening.identity.names import name_key
from screening.identity.parties import Known

Key = TypeVar("Key")
_MOST_BEARERS = 200  # of one brand, house or telephone that are looked at


class EntityIndex:
    """All profiles in the order of their ids, whatever the order given, and the indexes over them; numbers are places in `profiles`.

    `written` gives for each name key the length of the area at its beginning.
    """

    def __init__(self, known: Sequence[Known], rules: Path) -> None:
        self.reader = NameReader(rules)
        self.addresses = AddressReader(rules)
        self.profiles = [self._profile(entity) for entity in sorted(known, key=lambda entity: entity.entity_id)]
        self.by_key: dict[str, list[int]] = {}
        self.by_brand: dict[str, list[int]] = {}
        self.by_house: dict[tuple[str, str], list[int]] = {}
        self.by_phone: dict[str, list[int]] = {}
        self.by_legal_rep: dict[str, list[int]] = {}
        self.written: dict[str, int] = {}
        for number, profile in enumerate(self.profiles):
            self._add(number, profile)
        self.by_brand.pop("", None)
        self.brands = BrandIndex(self.by_brand)

    def named(self, name: str) -> Named:
        """A name ready for comparison."""
        return Named(name.strip(), name_key(name), self.reader.parts(name))

    def bearers(self, brand: str, said: Named, where: Where) -> list[int]:
        """All bearers of a brand; of a very common one those in the subdistrict or trade that the row names."""
        bearers = self.by_brand.get(brand, [])
        if len(bearers) <= _MOST_BEARERS:
            return bearers
        in_street = [number for number in bearers if where.street in self.profiles[number].streets]
        in_trade = [
            number for number in bearers if any(named.parts.trade == said.parts.trade for named in self.profiles[number].names)
        ]
        return merged(in_street[:_MOST_BEARERS], in_trade[:_MOST_BEARERS])

    def at_place(self, where: Where) -> list[int]:
        """Entities in the same house or with the same telephone."""
        house = self.by_house.get(where.address.key, []) if where.address and where.address.key else []
        return merged(house[:_MOST_BEARERS], self.by_phone.get(where.phone, [])[:_MOST_BEARERS])

    def _profile(self, entity: Known) -> Profile:
        addresses = tuple(self.addresses.read(address) for address in dict.fromkeys(entity.addresses) if address)
        streets = {address.street_code for address in addresses} | {self.addresses.street_code(entity.street_code)}
        return Profile(
            entity.entity_id,
            tuple(self.named(name) for name in dict.fromkeys(entity.names) if name_key(name)),
            addresses,
            frozenset(filter(None, map(digits_of, entity.phones))),
            frozenset(filter(None, map(person_key, entity.legal_reps))),
            frozenset(street for street in streets if street),
        )

    def _add(self, number: int, profile: Profile) -> None:
        for named in profile.names:
            _enter(self.by_key, named.key, number)
            _enter(self.by_brand, named.parts.brand, number)
            self.written[named.key] = len(named.parts.area) if named.key.startswith(named.parts.area) else 0
        for address in profile.addresses:
            if address.key:
                _enter(self.by_house, address.key, number)
        for phone in profile.phones:
            _enter(self.by_phone, phone, number)
        for legal_rep in profile.legal_reps:
            _enter(self.by_legal_rep, legal_rep, number)


def display_name(profile: Profile) -> str:
    """The registered name, or the id of an entity without one."""
    return profile.names[0].name if profile.names else profile.entity_id


def merged(*lists: Iterable[int]) -> list[int]:
    """All numbers once, in the order given."""
    return list(dict.fromkeys(number for listed in lists for number in listed))


def _enter(index: dict[Key, list[int]], key: Key, number: int) -> None:
    listed = index.setdefault(key, [])
    if not listed or listed[-1] != number:
        listed.append(number)
