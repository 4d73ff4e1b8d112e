"""A firm's name taken apart into area, brand (字号), trade and legal form, whether registered, on a sign or spoken.

Source: 企业名称登记管理规定 art. 6 (a name is 行政区划 + 字号 + 行业 + 组织形式); the words are in `rules/names.yaml`, the subdistricts in `rules/areas.yaml`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from screening.identity.names import fold
from screening.reference.areas import read_areas
from screening.reference.data_files import Strict, checked, read_yaml

_BRACKETED = re.compile(r"[((\[【〔<《]([^()()\[\]【】〔〕<>《》]*)[))\]】〕>》]")
_OTHER_AREA = re.compile(r"^([\u4e00-\u9fff]{2,3}(?:市|县))(?=.{3})")
_AREA_SUFFIX = re.compile(r"(维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|省|市|区|县)$")
_ORDINAL = r"(?:第?[一二三四五六七八九十\d]{1,3})?"
_SHORTEST_BRAND = 2  # a further trade word is only taken off while this much of a brand remains


class Relation(Enum):
    """How one part of two names compares."""

    SAME = "same"
    RELATED = "related"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class NameParts:
    """The four parts of a name; empty strings where it has none. `trade` is the first word of its line in the rules, so 小贷 reads 小额贷款."""

    area: str
    brand: str
    trade: str
    form: str


class AreaWords(Strict):
    """The areas of one level; `bare` ones are known without 省市区县, too."""

    words: list[str]
    bare: bool


class Decision(Strict):
    """What turns points into a confidence and a confidence into a link; see the comments in the file."""

    sure: float
    exact_full_name: float
    text_discount: float
    rival: float
    plausible: float
    absent: float
    absent_crowded: float
    common_brand: float
    duplicate_base: float
    duplicate_listed: float


class Points(Strict):
    """Points of each piece of evidence, in powers of ten of likelihood; the triples are for brands of one, two, three and more characters."""

    same_full_name: float
    brand_exact: tuple[float, float, float]
    brand_sound: tuple[float, float, float]
    brand_near_sound: tuple[float, float, float]
    brand_edit: tuple[float, float, float]
    brand_part: tuple[float, float, float]
    brand_different: float
    unnamed: float
    trade_same: float
    trade_related: float
    trade_different: float
    trade_missing: float
    area_same: float
    area_different: float
    branch_different: float
    door_same: float
    number_same: float
    road_same: float
    address_different: float
    street_same: float
    street_different: float
    phone_same: float
    legal_rep_same: float
    legal_rep_different: float
    unclear_start: float
    brand_alone_in_text: float


class NameRules(Strict):
    """`rules/names.yaml` as a whole."""

    decision: Decision
    points: Points
    areas: dict[str, AreaWords]
    not_areas: list[str]
    forms: list[str]
    branches: list[str]
    places: list[str]
    trades: dict[str, list[list[str]]]
    generic: list[str]
    lead_ins: list[str]
    before_name: list[str]


def read_name_rules(rules: Path) -> NameRules:
    """`names.yaml` of a rules folder; raises `InvalidRule` naming the key at fault."""
    path = rules / "names.yaml"
    return checked(NameRules, read_yaml(path), path)


class NameReader:
    """Takes names apart by the words of a rules folder; they are read once, so make a new reader after editing them."""

    def __init__(self, rules: Path) -> None:
        self.rules = read_name_rules(rules)
        words = self.rules
        self._family: dict[str, str] = {word: family for family, lines in words.trades.items() for (word, *_) in lines}
        self._kind = {alias: line[0] for lines in words.trades.values() for line in lines for alias in line}
        self._kind |= {word: word for word in words.generic}
        self._level = _levels(words.areas)
        streets = [name for area in read_areas(rules).values() for name in (area.name, *area.aliases)]
        self._level |= dict.fromkeys(streets, "street")
        self._area_at_start = re.compile(f"^(?:{_any_of(self._level)})")
        self._area_at_end = tuple(self._level)
        self._lead_in = re.compile(f"^(?:{_any_of(words.lead_ins)})")
        self._form_at_end = re.compile(f"(?:{_any_of(words.forms)})$")
        self._branch_at_end = re.compile(
            f"(?:(?<=公司)|(?<=集团)|(?<=店)|(?<=行)|(?<=铺))(?:(?:{_any_of(self._level)}|.{{1,6}}?){_ORDINAL})?(?:{_any_of(words.branches)})$|{_ORDINAL}(?:{_any_of(words.branches)})$"
        )
        self._places = tuple(sorted(words.places, key=len, reverse=True))
        self._trade_of = _with_places(self._kind, self._places)
        self._longest_trade = max(map(len, self._kind))
        self._cooperatives = tuple(form for form in words.forms if form.endswith(("合作社", "联合社")))

    @property
    def trade_words(self) -> list[str]:
        """Every word for a trade that a text may use, without the generic ones, in the order of the rules."""
        return [word for word in self._kind if word not in self.rules.generic]

    def parts(self, name: str) -> NameParts:
        """The parts of a name of any kind; what no list knows stays in the brand."""
        areas, rest = self._without_brackets(name)
        rest = self._without_lead(rest, areas)
        rest, forms = self._without_forms(rest)
        brand, trade = self._without_trade(rest)
        if not trade and (
            place := next((p for p in self._places if brand.endswith(p) and len(brand) - len(p) >= _SHORTEST_BRAND), "")
        ):
            brand, forms = brand.removesuffix(place), [place, *forms]
        return NameParts("".join(areas), brand, trade, "".join(forms))

    def core(self, name: str) -> str:
        """The name without area and legal form, as people would write it on a sign."""
        parts = self.parts(name)
        return parts.brand + parts.trade

    def kind_of(self, word: str) -> str:
        """The first word of the line that a trade word stands in; empty for an unknown one."""
        return self._kind.get(word, "")

    def compare_trades(self, first: str, second: str) -> Relation:
        """Trades as `NameParts.trade` has them: the same line, one family, or neither; unknown where one is missing or generic."""
        if first == second:
            return Relation.SAME if first else Relation.UNKNOWN
        family, other = self._family.get(first), self._family.get(second)
        if family is None or other is None:
            return Relation.UNKNOWN
        return Relation.RELATED if family == other else Relation.DIFFERENT

    def compare_areas(self, first: str, second: str) -> Relation:
        """Areas as `NameParts.area` has them: different where two of one level differ, unknown where no level is told by both."""
        one, two = self._by_level(first), self._by_level(second)
        shared = [level for level in one if level in two and level != "country"]
        if not shared:
            return Relation.UNKNOWN
        return Relation.SAME if all(one[level] == two[level] for level in shared) else Relation.DIFFERENT

    def is_branch(self, form: str) -> bool:
        """Whether a legal form says branch (分公司, 分店)."""
        return form.endswith(tuple(self.rules.branches))

    def ends_in_area(self, text: str) -> bool:
        """Whether a text ends in the name of an area or subdistrict."""
        return text.endswith(self._area_at_end)

    def _by_level(self, area: str) -> dict[str, str]:
        levels: dict[str, str] = {}
        while area and (found := self._area_at_start.match(area) or _OTHER_AREA.match(area + "某某某")):
            word = found[0]
            levels[self._level.get(word, "city")] = _AREA_SUFFIX.sub("", word)
            area = area[len(word) :]
        return levels

    def _without_brackets(self, name: str) -> tuple[list[str], str]:
        """Areas in brackets, and the folded name without them; other brackets only lose their marks."""
        areas: list[str] = []

        def unwrapped(found: re.Match[str]) -> str:
            inner = fold(found[1])
            if inner in self._level:
                areas.append(inner)
                return ""
            return inner

        return areas, fold(_BRACKETED.sub(unwrapped, unicodedata.normalize("NFKC", name)))

    def _without_lead(self, name: str, areas: list[str]) -> str:
        """The name without areas (which are added to `areas`) and spoken lead-ins at its beginning."""
        while True:
            area = self._area_at_start.match(name) or self._other_area(name)
            if area:
                areas.append(area[0])
            elif not (area := self._lead_in.match(name)):
                return name
            if area.end() == len(name):
                return name if not areas else ""
            name = name[area.end() :]

    def _other_area(self, name: str) -> re.Match[str] | None:
        found = _OTHER_AREA.match(name)
        return None if found is None or found[1].endswith(tuple(self.rules.not_areas)) else found

    def _without_forms(self, name: str) -> tuple[str, list[str]]:
        forms: list[str] = []
        while len(name) > _SHORTEST_BRAND:
            found = self._branch_at_end.search(name) if not forms else None
            found = found or self._form_at_end.search(name)
            if found is None or found.start() == 0 or self._is_trade(found[0]):
                break
            forms.insert(0, found[0])
            name = name[: found.start()]
        return name, forms

    def _is_trade(self, word: str) -> bool:
        return word in self._kind and word not in self._cooperatives

    def _without_trade(self, name: str) -> tuple[str, str]:
        """Brand and trade; of several trade words the first one that is not generic counts, read from the end."""
        trade = ""
        while name and (word := self._trade_at_end(name)):
            rest = name[: -len(word)]
            if trade and len(rest) < _SHORTEST_BRAND:
                break
            kind = self._kind[self._trade_of[word]]
            trade = kind if not trade or trade in self.rules.generic else trade
            name = rest
        return name, trade

    def _trade_at_end(self, name: str) -> str:
        """The longest trade word at the end, with a place word behind it if there is one (珠宝 + 商行)."""
        for length in range(min(len(name), self._longest_trade + 3), 1, -1):
            if name[-length:] in self._trade_of:
                return name[-length:]
        return ""


def _with_places(trades: Iterable[str], places: Iterable[str]) -> dict[str, str]:
    """The trade word of everything that is one or one with a place word behind it; of several such places the first given counts."""
    words = {word: word for word in trades}
    for place in places:
        for word in trades:
            words.setdefault(word + place, word)
    return words


def _levels(areas: dict[str, AreaWords]) -> dict[str, str]:
    """Level by area word, short spellings included."""
    levels: dict[str, str] = {}
    for level, listed in areas.items():
        for word in listed.words:
            levels[word] = level
            if listed.bare and len(short := _AREA_SUFFIX.sub("", word)) >= _SHORTEST_BRAND:
                levels.setdefault(short, level)
    return levels


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
