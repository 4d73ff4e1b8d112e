"""What speaks for and against one entity being the one that a row means: points by piece of evidence, and a line that says so in Chinese.

Points are powers of ten of likelihood and come from `rules/names.yaml`; the comparison is part by part, never over the whole name.
"""

from dataclasses import dataclass
from math import log10

from screening.identity.addresses import Address, Place, compare_addresses
from screening.identity.name_index import Likeness, compare_brands
from screening.identity.name_parts import NameParts, NameReader, Relation
from screening.identity.names import name_key

_SHORTEST_PHONE = 7  # digits
_EMPTY_NAME_LENGTH = 2  # what a name without a brand (湛江典当行) counts for when it is the same altogether


@dataclass(frozen=True, slots=True)
class Named:
    """One name of an entity or a row: as written, as a key, and in parts."""

    name: str
    key: str
    parts: NameParts


@dataclass(frozen=True, slots=True)
class Profile:
    """One entity made comparable; `streets` are subdistrict codes, all it has an address in."""

    entity_id: str
    names: tuple[Named, ...]
    addresses: tuple[Address, ...]
    phones: frozenset[str]
    legal_reps: frozenset[str]
    streets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Where:
    """What a row says besides a name."""

    address: Address | None
    street: str | None
    phone: str
    legal_rep: str


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """How the row's name compares with the best fitting name of an entity. `points` is their sum."""

    points: float
    known: Named
    likeness: Likeness
    trade: Relation
    same_key: bool


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """How everything but the name compares; None where one side says nothing. `points` is their sum."""

    points: float
    place: Place
    street: bool | None
    phone: bool
    legal_rep: bool | None
    address: Address | None

    @property
    def supports(self) -> bool:
        """Whether something independent of the name agrees."""
        return self.at_door or self.phone or bool(self.street) or bool(self.legal_rep)

    @property
    def at_door(self) -> bool:
        """Whether the house is the same."""
        return self.place in (Place.SAME_DOOR, Place.SAME_NUMBER)


class Scale:
    """Weighs evidence by the points of one rules folder."""

    def __init__(self, reader: NameReader) -> None:
        self._reader = reader
        self._points = reader.rules.points

    def name(self, said: Named, profile: Profile, bearers: int) -> NameEvidence:
        """The name as said against each name of the entity; `bearers` is how many entities have the brand as said."""
        return max(
            (self._name(said, known, bearers) for known in profile.names), key=lambda found: (found.points, found.known.key)
        )

    def _name(self, said: Named, known: Named, bearers: int) -> NameEvidence:
        same_key = said.key == known.key
        likeness = Likeness.EXACT if same_key else compare_brands(said.parts.brand, known.parts.brand)
        trade = self._reader.compare_trades(said.parts.trade, known.parts.trade)
        points = self._brand_points(likeness, said.parts.brand, known.parts.brand) + self._trade_points(trade, said, known)
        points += self._area_points(said, known)
        if same_key:
            points += self._points.same_full_name
        elif likeness is Likeness.EXACT and bearers > 1:
            points -= self._reader.rules.decision.common_brand * log10(bearers)
        if self._reader.is_branch(said.parts.form) != self._reader.is_branch(known.parts.form):
            points += self._points.branch_different
        return NameEvidence(points, known, likeness, trade, same_key)

    def _brand_points(self, likeness: Likeness, said: str, known: str) -> float:
        points = self._points
        length = min(len(said), len(known)) or _EMPTY_NAME_LENGTH
        by_length = {
            Likeness.EXACT: points.brand_exact,
            Likeness.SOUND: points.brand_sound,
            Likeness.NEAR_SOUND: points.brand_near_sound,
            Likeness.EDIT: points.brand_edit,
            Likeness.PART: points.brand_part,
        }
        return by_length[likeness][min(length, 3) - 1] if likeness in by_length else points.brand_different

    def _trade_points(self, trade: Relation, said: Named, known: Named) -> float:
        points = self._points
        if trade is Relation.UNKNOWN:
            return points.trade_missing if bool(said.parts.trade) != bool(known.parts.trade) else 0.0
        return {
            Relation.SAME: points.trade_same,
            Relation.RELATED: points.trade_related,
            Relation.DIFFERENT: points.trade_different,
        }[trade]

    def _area_points(self, said: Named, known: Named) -> float:
        if not said.parts.area or not known.parts.area:
            return 0.0
        area = self._reader.compare_areas(said.parts.area, known.parts.area)
        return {Relation.SAME: self._points.area_same, Relation.DIFFERENT: self._points.area_different}.get(area, 0.0)

    def place(self, where: Where, profile: Profile) -> PlaceEvidence:
        """Address, subdistrict, telephone and legal representative of the row against those of the entity."""
        points = 0.0
        place, address = Place.UNKNOWN, None
        if where.address is not None:
            place, address = _nearest(where.address, profile.addresses)
            points += self._place_points(place)
        street = None
        if where.street and profile.streets:
            street = where.street in profile.streets
            if place not in (Place.SAME_DOOR, Place.SAME_NUMBER):
                points += self._points.street_same if street else self._points.street_different
        phone = bool(where.phone) and where.phone in profile.phones
        points += self._points.phone_same if phone else 0.0
        legal_rep = where.legal_rep in profile.legal_reps if where.legal_rep and profile.legal_reps else None
        if legal_rep is not None:
            points += self._points.legal_rep_same if legal_rep else self._points.legal_rep_different
        return PlaceEvidence(points, place, street, phone, legal_rep, address)

    def _place_points(self, place: Place) -> float:
        points = self._points
        return {
            Place.SAME_DOOR: points.door_same,
            Place.SAME_NUMBER: points.number_same,
            Place.SAME_ROAD: points.road_same,
            Place.DIFFERENT: points.address_different,
        }.get(place, 0.0)


def _nearest(said: Address, known: tuple[Address, ...]) -> tuple[Place, Address | None]:
    order = list(Place)
    found = min(((order.index(compare_addresses(said, address)), number) for number, address in enumerate(known)), default=None)
    return (order[found[0]], known[found[1]]) if found else (Place.UNKNOWN, None)


def digits_of(phone: str | None) -> str:
    """The digits of a telephone number; empty when there are too few to be one."""
    digits = "".join(char for char in phone or "" if char.isdigit())
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def person_key(person: str | None) -> str:
    """A person's name for comparison."""
    return name_key(person or "")


def why_name(said: Named, found: NameEvidence) -> str:
    """How the names compare, in Chinese."""
    if found.same_key:
        return f"名称“{said.name}”与登记一致"
    mine, theirs = said.parts.brand, found.known.parts.brand
    likeness = {
        Likeness.EXACT: f"字号“{mine}”",
        Likeness.SOUND: f"字号“{mine}”与登记“{theirs}”读音相同",
        Likeness.NEAR_SOUND: f"字号“{mine}”与登记“{theirs}”读音相近",
        Likeness.EDIT: f"字号“{mine}”与登记“{theirs}”只差一个字",
        Likeness.PART: f"字号“{mine}”与登记“{theirs}”部分相同",
        Likeness.DIFFERENT: f"字号“{mine}”与登记“{theirs}”不同",
    }[found.likeness]
    trade, other = said.parts.trade, found.known.parts.trade
    if found.trade is Relation.SAME:
        return f"{likeness}、行业“{trade}”一致" if found.likeness is Likeness.EXACT else f"{likeness}，行业“{trade}”一致"
    agreed = f"{likeness}一致" if found.likeness is Likeness.EXACT else likeness
    if found.trade is Relation.RELATED:
        return f"{agreed}，行业“{trade}”与“{other}”相近"
    return f"{agreed}，行业“{trade}”与“{other}”不同" if found.trade is Relation.DIFFERENT else agreed


def why_place(found: PlaceEvidence, street_names: dict[str, str]) -> str:
    """How everything else compares, in Chinese; empty when nothing does."""
    said = []
    if found.at_door and found.address is not None:
        room = f"（铺号{found.address.room}）" if found.place is Place.SAME_DOOR else ""
        street = street_names.get(found.address.street_code or "", "")
        said.append(f"地址同为{street}{found.address.road}{found.address.number}号{room}")
    elif found.street is not None:
        said.append("街道一致" if found.street else "街道不同")
        if found.place is Place.DIFFERENT:
            said.append("地址不同")
    elif found.place is Place.DIFFERENT:
        said.append("地址不同")
    if found.phone:
        said.append("电话一致")
    if found.legal_rep is not None:
        said.append("负责人一致" if found.legal_rep else "负责人不同")
    return "，".join(said)
