"""An address taken apart into subdistrict, road, number, building and room, and two addresses compared.

Source: domain brief 5.5 (drop the province, city and district; take road, number, building, room). Subdistricts are those of `rules/areas.yaml`.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from screening.reference.areas import read_areas

_BLANKS = re.compile(r"[\s,，。、;；·()（）]+")
_PREFIX = re.compile(r"(?:中国)?(?:广东省?)?(?:湛江市?)?(?:霞山区)?")
_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百]+(?=号|栋|幢|座|楼|层|铺|室|房|单元|之)|(?<=之)[〇零一二三四五六七八九十百]+")
_ROAD = r"(?:大道|大街|路|街|巷|里|村|坊|广场|市场|商场|大厦|花园|小区|商城)"
_PLACE = re.compile(
    rf"(?P<road>[\u4e00-\u9fffA-Z]{{1,12}}?{_ROAD}(?!道)[东南西北中]?(?:[一二三四五六七八九十\d]+(?:横路|横巷|横|巷|里|街))?)"
    r"(?:(?P<number>[A-Z]?\d+(?:-\d+)?)(?![\d万千元年月日天个次克])号?(?P<rest>.*))?"
)
_BUILDING = re.compile(r"([A-Z]?\d+|[A-Z])(?:栋|幢|座)")
_FLOOR = re.compile(r"首层|(?:\d+|负\d+)(?:层|楼)|(?:\d+)单元")
_ROOM = re.compile(
    r"^(?:之|-)(\d+)|([A-Z]?\d+(?:-\d+)*[A-Z]?)号?(?:商?铺|室|房|档|卡)|(?:铺位?|房|室|档)([A-Z]?\d+)|^([A-Z]?\d+(?:-\d+)*)$"
)
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
_LONGEST_DOOR = 14  # characters after the house number in which a room is looked for: an address may stand in a sentence
_SHORTEST_ROAD = 3  # characters; a road is known by them even when other words stand before it


class Place(Enum):
    """How two addresses compare, best first."""

    SAME_DOOR = "same door"
    SAME_NUMBER = "same road and number"
    SAME_ROAD = "same road"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Address:
    """The parts of an address; empty strings where it has none, `street_code` None where no subdistrict is named.

    `number` is the house number in digits (12, 12-3); `building` and `room` are digits and letters.
    """

    street_code: str | None
    road: str
    number: str
    building: str
    room: str

    @property
    def key(self) -> tuple[str, str] | None:
        """What addresses of one house share, for an index; None without a house number."""
        return (self.road[-_SHORTEST_ROAD:], self.number) if self.road and self.number else None


class AddressReader:
    """Takes addresses apart by the subdistricts of a rules folder, which are read once."""

    def __init__(self, rules: Path) -> None:
        areas = read_areas(rules)
        self.street_names = {code: area.name for code, area in areas.items()}
        words = {word: code for code, area in areas.items() for word in (area.name, *area.aliases)}
        self._code_of = words | {area.name.removesuffix("街道"): code for code, area in areas.items()}
        listed = sorted(words, key=lambda word: (-len(word), word))
        # 解放街12号 is a road, not the subdistrict 解放街.
        self._street = re.compile(f"(?:{'|'.join(map(re.escape, listed))})(?![\\d一二三四五六七八九十])")

    def street_code(self, street: str | None) -> str | None:
        """The code of a subdistrict given as a code, a name, or a text that names one; None if it is none of them."""
        said = _BLANKS.sub("", street or "")
        if said in self.street_names:
            return said
        said = _PREFIX.sub("", said, count=1) if said not in self._code_of else said
        found = self._street.search(said)
        return self._code_of.get(said) or (self._code_of[found[0]] if found else None)

    def read(self, text: str) -> Address:
        """The parts of an address, or of the first address within a longer text."""
        said = _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()
        said = _NUMERAL.sub(_in_digits, said)
        said = _PREFIX.sub("", said, count=1)
        street = self._street.search(said)
        code = self._code_of[street[0]] if street else None
        place = _best_place(said[street.end() :]) if street else None
        place = place or _best_place(said)
        if place is None:
            return Address(code, "", "", "", "")
        rest = place["rest"] or ""
        return Address(code, place["road"], place["number"] or "", *_door(rest))


def compare_addresses(first: Address, second: Address) -> Place:
    """Whether two addresses mean one door. A room that only one of them tells leaves it at road and number."""
    if not first.road or not second.road:
        return Place.UNKNOWN
    if not _same_road(first.road, second.road):
        return Place.DIFFERENT
    if not first.number or not second.number:
        return Place.SAME_ROAD
    if first.number != second.number:
        return Place.SAME_ROAD
    buildings_differ = first.building and second.building and first.building != second.building
    if first.room and first.room == second.room and not buildings_differ:
        return Place.SAME_DOOR
    return Place.SAME_NUMBER


def _same_road(first: str, second: str) -> bool:
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _SHORTEST_ROAD and longer.endswith(shorter)


def _best_place(text: str) -> re.Match[str] | None:
    """The first road with a house number, else the first road."""
    found = None
    start = 0
    while match := _PLACE.search(text, start):
        if match["number"]:
            return match
        found = found or match
        start = match.end("road")
    return found


def _door(rest: str) -> tuple[str, str]:
    """Building and room out of what follows the house number: 首层31号铺, 之31, 商铺31, 2栋301房."""
    building = _BUILDING.search(rest)
    rest = _FLOOR.sub("", _BUILDING.sub("", rest))
    room = _ROOM.search(rest[:_LONGEST_DOOR])
    return (building[1] if building else "", next(filter(None, room.groups())) if room else "")


def _in_digits(found: re.Match[str]) -> str:
    """十二 and 一二 both give 12."""
    said = found[0]
    if not set(said) & set("十百"):
        return "".join(str(_DIGITS[char]) for char in said)
    total, digit = 0, None
    for char in said:
        if char in "十百":
            total += (1 if digit is None else digit) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(total + (digit or 0))
