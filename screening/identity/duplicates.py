"""Pairs of register entries that may be one entity: a firm delivered once with and once without its code, or under an old and a new name.

Only people merge; this proposes. Pairs come from what two entries share (brand, house, telephone, legal representative), never from all
with all; two valid credit codes are two legal persons (GB 32100-2015) and are never proposed, so that entries without one ask for all pairs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from screening.identity.entity_index import EntityIndex, known_index
from screening.identity.evidence import PlaceEvidence, Profile, Scale, Where, why_name, why_place
from screening.identity.name_index import Likeness
from screening.identity.pages import Key, Pages, called, each
from screening.identity.parties import Known

_MOST_IN_GROUP = 30  # entries that share one thing; more share it by chance
_Pair = tuple[str, str, float, str]


def likely_duplicates(known: Sequence[Known], rules: Path) -> list[_Pair]:
    """`duplicates_in` the register that these entities make."""
    return duplicates_in(known_index(known, rules))


def duplicates_in(register: EntityIndex) -> list[_Pair]:
    """Entity pairs that may be one: (id, id, confidence from 0 to 1, why in Chinese), the smaller id first, the surest pair first."""
    scale = Scale(register.reader)
    found = {
        pair for _, pairs in register.answers(partial(_proposed, register, scale), register.without_code()) for pair in pairs
    }
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))


def _proposed(register: EntityIndex, scale: Scale, number: int) -> list[_Pair]:
    """All pairs that one entry without a credit code may be part of."""
    profile = register.profiles.of(number)
    houses = {address.key for address in profile.addresses if address.key}
    brands = {named.parts.brand for named in profile.names} - {""}
    shared: list[Callable[[], Iterable[int]]] = [
        *(partial(_few, register.by_house, house) for house in houses),
        *(partial(_few, register.by_phone, phone) for phone in profile.phones),
        *(partial(_few, register.by_head, head) for head in profile.legal_reps),
        *(partial(ask, register, brand, number) for brand in brands for ask in (_of_brand, _of_like_brands)),
    ]
    mates = {mate for found in each(called, shared) for mate in found} - {number}
    least = register.reader.rules.decision.duplicate_listed
    weighed = each(lambda mate: _weighed(scale, register, min(number, mate), max(number, mate)), mates)
    return [pair for pair in weighed if pair[2] >= least]


def _few(pages: Pages[Key, list[int]], key: Key) -> list[int]:
    """Entries that share a thing."""
    numbers = pages.of(key)
    return numbers if len(numbers) <= _MOST_IN_GROUP else []


def _of_brand(register: EntityIndex, brand: str, number: int) -> Iterable[int]:
    """Entries of the same brand; of a common one those that also share a subdistrict."""
    bearers = register.by_brand.of(brand)
    if len(bearers) <= _MOST_IN_GROUP:
        return bearers
    traits = dict(zip(bearers, register.traits.of_all(bearers), strict=True))
    streets = ([mate for mate in bearers if street in traits[mate].streets] for street in traits[number].streets)
    return chain.from_iterable(mates for mates in streets if len(mates) <= _MOST_IN_GROUP)


def _of_like_brands(register: EntityIndex, brand: str, number: int) -> list[int]:
    """Entries of like brands in the same subdistrict; houses, telephones and persons make groups of their own."""
    similar = register.similar.of(brand)
    bearers, *groups = register.by_brand.of_all([brand, *similar])
    others = [mate for group in groups if len(bearers) * len(group) <= _MOST_IN_GROUP for mate in group]
    (own, *traits) = register.traits.of_all([number, *others])
    return [mate for mate, one in zip(others, traits, strict=True) if not own.streets.isdisjoint(one.streets)]


def _weighed(scale: Scale, register: EntityIndex, first: int, second: int) -> _Pair:
    one, other = register.profiles.of_all((first, second))
    points, why = _compared(scale, register, one, other)
    confidence = round(1 / (1 + 10 ** (register.reader.rules.decision.duplicate_base - points)), 4)
    return one.entity_id, other.entity_id, confidence, why


def _compared(scale: Scale, register: EntityIndex, one: Profile, other: Profile) -> tuple[float, str]:
    place = max(_places(scale, one, other), key=lambda found: found.points)
    said = why_place(place, register.addresses.street_names)
    if not one.names or not other.names:
        return place.points, said
    bearers = register.by_brand.of_all(named.parts.brand for named in one.names)
    names = [(scale.name(named, other, len(same)), named) for named, same in zip(one.names, bearers, strict=True)]
    best, named = max(names, key=lambda pair: (pair[0].points, pair[1].key))
    name = (
        why_name(named, best) if best.likeness is not Likeness.DIFFERENT else f"名称不同（“{named.name}”与“{best.known.name}”）"
    )
    return best.points + place.points, f"{name}，{said}" if said else name


def _places(scale: Scale, one: Profile, other: Profile) -> Iterator[PlaceEvidence]:
    """Each address of one entry, with what else it tells, against the other."""
    phone = next(iter(sorted(one.phones & other.phones)), "")
    legal_rep = next(iter(sorted(one.legal_reps & other.legal_reps) or sorted(one.legal_reps)), "")
    street = next(iter(sorted(one.streets & other.streets) or sorted(one.streets)), None)
    for address in one.addresses or (None,):
        yield scale.place(Where(address, street, phone, legal_rep), other)
