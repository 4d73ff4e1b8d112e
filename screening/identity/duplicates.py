"""Pairs of register entries that may be one entity: a firm delivered once with and once without its code, or under an old and a new name.

Only people merge; this proposes. Pairs come from what two entries share (brand, house, telephone, legal representative), never from all
with all; two valid credit codes are two legal persons (GB 32100-2015) and are never proposed.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from stdnum.cn import uscc

from screening.identity.entity_index import EntityIndex
from screening.identity.evidence import PlaceEvidence, Profile, Scale, Where, why_name, why_place
from screening.identity.name_index import Likeness
from screening.identity.parties import Known

_MOST_IN_GROUP = 30  # entries that share one thing; more share it by chance


def likely_duplicates(known: Sequence[Known], rules: Path) -> list[tuple[str, str, float, str]]:
    """`duplicates_in` the register that these entities make."""
    return duplicates_in(EntityIndex(known, rules))


def duplicates_in(register: EntityIndex) -> list[tuple[str, str, float, str]]:
    """Entity pairs that may be one: (id, id, confidence from 0 to 1, why in Chinese), the smaller id first, the surest pair first."""
    scale = Scale(register.reader)
    least = register.reader.rules.decision.duplicate_listed
    found = []
    for first, second in sorted(set(_pairs(register))):
        one, other = register.profiles[first], register.profiles[second]
        points, why = _weighed(scale, register, one, other)
        confidence = round(1 / (1 + 10 ** (register.reader.rules.decision.duplicate_base - points)), 4)
        if confidence >= least:
            found.append((one.entity_id, other.entity_id, confidence, why))
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))


def _pairs(register: EntityIndex) -> Iterator[tuple[int, int]]:
    """Numbers of two entries that share something, at least one of them without a credit code."""
    codeless = {number for number, profile in enumerate(register.profiles) if not uscc.is_valid(profile.entity_id)}
    for group in _groups(register):
        if len(group) <= _MOST_IN_GROUP and not codeless.isdisjoint(group):
            yield from (pair for pair in combinations(sorted(group), 2) if not codeless.isdisjoint(pair))
    for brand, bearers in register.by_brand.items():
        for other in (
            () if codeless.isdisjoint(bearers) else register.brands.similar(brand)
        ):  # likeness is mutual: the codeless one asks
            others = register.by_brand[other]
            if len(bearers) * len(others) <= _MOST_IN_GROUP:
                pairs = ((min(a, b), max(a, b)) for a in codeless.intersection(bearers) for b in others)
                yield from (pair for pair in pairs if pair[0] != pair[1] and _share(register, *pair))


def _groups(register: EntityIndex) -> Iterator[list[int]]:
    """Entries that share a thing; of a common brand those that also share a subdistrict."""
    yield from register.by_house.values()
    yield from register.by_phone.values()
    yield from register.by_legal_rep.values()
    for bearers in register.by_brand.values():
        if len(bearers) <= _MOST_IN_GROUP:
            yield bearers
            continue
        by_street: dict[str, list[int]] = {}
        for number in bearers:
            for street in register.profiles[number].streets:
                by_street.setdefault(street, []).append(number)
        yield from by_street.values()


def _share(register: EntityIndex, first: int, second: int) -> bool:
    """Whether two entries of like brands share a subdistrict; houses, telephones and persons make groups of their own."""
    return not register.profiles[first].streets.isdisjoint(register.profiles[second].streets)


def _weighed(scale: Scale, register: EntityIndex, one: Profile, other: Profile) -> tuple[float, str]:
    place = max(_places(scale, one, other), key=lambda found: found.points)
    said = why_place(place, register.addresses.street_names)
    if not one.names or not other.names:
        return place.points, said
    bearers = {named.key: len(register.by_brand.get(named.parts.brand, ())) for named in one.names}
    names = [(scale.name(named, other, bearers[named.key]), named) for named in one.names]
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
