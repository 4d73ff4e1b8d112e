"""How well loosely named firms are linked: noisy names made from the sample register, ours beside two plain baselines.

Prints by kind of noise: precision where a link was sure, recall@1 (the best candidate is right; rows whose firm exists), and the share of
absent firms left unlinked; then queries per second, also of many rows against many entities. All names are invented.
Run: `python -m benchmarks.matching [--seed 7] [--rows 600] [--many 200000] [--asked 1000000]`
"""

import argparse
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from screening import pipeline
from screening.identity.matching import Asked, Known, Matcher
from screening.identity.name_parts import NameReader, Relation
from screening.identity.names import split_names
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace

RULES = PROJECT_ROOT / "rules"
_STREETS = ("解放", "爱国", "工农", "友谊", "新兴", "海滨", "建设", "东新", "新园", "海头")
_ROADS = ("虚构路", "示例街", "虚拟大道", "拟建巷", "例证路", "样本一路", "样本二路")
_SPOKEN = {
    "典当": ("典当行", "当铺", "典当"),
    "小额贷款": ("小贷", "小额贷款", "小贷公司"),
    "打金店": ("打金店", "打金", "金店", "金铺"),
    "金店": ("金店", "金行", "金铺", "打金店"),
    "珠宝": ("珠宝", "珠宝店", "珠宝行"),
    "首饰加工店": ("首饰店", "首饰加工", "银楼"),
    "黄金回收店": ("黄金回收", "金店"),
    "养老服务": ("养老院", "养老"),
    "股权投资": ("股权", "股权投资", "私募"),
    "投资咨询": ("投资咨询", "投资公司"),
}
_SENTENCES = (
    "上个月在{it}买的戒指掉色，要求退货，店家不理",
    "向{it}借了三万，利息太高，天天打电话催收",
    "投诉！{it}门口施工噪音很大，晚上睡不着",
    "市民来电反映：家里老人在{it}存了十万元，说好每月返两千，现在老板联系不上",
    "我妈被{it}的业务员拉进微信群，说保本保息，请查处。",
    "国庆前{it}收了定金一直不发货，打电话过去互相推",
    "关于{it}的诉求：办卡后要求退款，前台说只能转让",
)
_LEADS = ("", "", "", "", "那家", "城东那家", "霞山", "楼下的")
_OTHER_DISTRICTS = ("湛江市赤坎区", "麻章区", "坡头区", "湛江市麻章区")
_COMMON = "福满祥荣华兴旺金玉永久大德诚信天一广聚财发顺通达康宁安乐美佳新时代海洋蓝星月明珠凤龙"
_PATTERNS = (
    "湛江市{}典当有限公司",
    "湛江市霞山区{}小额贷款有限公司",
    "霞山区{}打金店",
    "霞山区{}金店",
    "湛江市{}投资咨询有限公司",
    "霞山区{}美容院",
)
_SIGNS = ("典当行", "小贷", "打金店", "金行", "投资咨询", "美容院")
_DIGITS = "〇一二三四五六七八九"
ABSENT, ABSENT_NEAR, ABSENT_OTHER_TRADE, TWINS_UNTOLD = "查无此店", "查无·与真店差一字", "查无·字号同行业不同", "两街同名·无地址"


@dataclass(frozen=True)
class Query:
    """One noisy row: its kind of noise, what it says, and whom it means (None: nobody, or nobody can tell)."""

    kind: str
    asked: Asked
    truth: str | None


@dataclass(frozen=True)
class Score:
    """Figures of one kind: rows, sure links, right ones among them, rows with an answer and how many had it first, and rows without an answer."""

    rows: int
    linked: int
    right: int
    answerable: int
    first: int

    @property
    def precision(self) -> float | None:
        """Right among the sure links; None without any."""
        return self.right / self.linked if self.linked else None

    @property
    def recall(self) -> float | None:
        """Best candidate right among rows that have an answer."""
        return self.first / self.answerable if self.answerable else None

    @property
    def unlinked(self) -> float:
        """Share of rows that were not linked."""
        return 1 - self.linked / self.rows


Answer = tuple[str | None, str | None]  # the sure link, the best candidate


def known_of(home: Path) -> list[Known]:
    """The register of a workspace folder whose files are loaded, as the matcher wants it."""
    rows = (
        duckdb.connect()
        .execute(
            """
        SELECT entity_id, name, former_names, trade_name, address_biz, address_reg, phone, legal_rep_name,
               coalesce(street_code_biz, street_biz, street_code_reg, street_reg)
        FROM read_parquet(?, union_by_name = true) ORDER BY ALL
    """,
            [str(home / "batches" / "entities" / "*.parquet")],
        )
        .fetchall()
    )
    grouped: dict[str, list[tuple[str | None, ...]]] = {}
    for entity_id, *row in rows:
        grouped.setdefault(entity_id, []).append(tuple(row))
    return [_known(entity_id, listed) for entity_id, listed in grouped.items()]


def _known(entity_id: str, rows: list[tuple[str | None, ...]]) -> Known:
    def told(*columns: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for column in columns for row in rows if (value := row[column])))

    former = [name for cell in told(1) for name in split_names(cell)]
    streets = told(7)
    return Known(entity_id, (*told(0), *former, *told(2)), told(3, 4), told(5), told(6), streets[0] if streets else None)


def sample_register(home: Path) -> list[Known]:
    """The sample months loaded into `home` through the public pipeline, and who they register."""
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    for month in ("2026-09", "2026-10"):
        files = sorted(path for path in (PROJECT_ROOT / "data" / "sample" / month).iterdir() if path.is_file())
        pipeline.load(workspace, files, kind=None, received=pipeline.month_end(month))
    workspace.register.close()
    return known_of(home)


class Noise:
    """Makes noisy rows from a register; the same seed and register give the same rows."""

    def __init__(self, known: Sequence[Known], seed: int, rules: Path = RULES) -> None:
        self._rng = random.Random(seed)
        self._reader = NameReader(rules)
        whole = [entity for entity in known if entity.names and len(self._reader.parts(entity.names[0]).brand) > 1]
        self._twins = [entity for entity in self._rng.sample(whole, 60) if entity.addresses]
        twins = {entity.entity_id for entity in self._twins}
        self._sisters = {entity.entity_id: self._sister(entity) for entity in self._twins}
        self._plain = [entity for entity in whole if entity.entity_id not in twins]
        self._bearers: dict[str, list[Known]] = {}
        for entity in known:
            for brand in {self._reader.parts(name).brand for name in entity.names}:
                self._bearers.setdefault(brand, []).append(entity)
        self._brands = set(self._bearers)
        self._signs = sorted({char for brand in self._brands for char in brand})
        self.known = [*known, *self._sisters.values()]

    def queries(self, rows: int) -> list[Query]:
        """`rows` of each kind of noise."""
        kinds: dict[str, Callable[[], Query]] = {
            "简称": lambda: self._named("简称", self._short),
            "缺组织形式": lambda: self._named("缺组织形式", self._without_form),
            "只有字号": lambda: self._named("只有字号", self._brand),
            "错字": lambda: self._named("错字", lambda entity: self._spoken(entity, self._typo(self._brand(entity)))),
            "同音字": lambda: self._named("同音字", lambda entity: self._spoken(entity, self._homophone(self._brand(entity)))),
            "区、街道说错": self._misplaced,
            "句中提到": self._in_sentence,
            "两街同名·有地址": lambda: self._twin(told=True),
            TWINS_UNTOLD: lambda: self._twin(told=False),
            ABSENT: lambda: self._absent(ABSENT, self._fresh_brand),
            ABSENT_NEAR: lambda: self._absent(ABSENT_NEAR, self._near_brand),
            ABSENT_OTHER_TRADE: self._other_trade,
        }
        return [make() for make in kinds.values() for _ in range(rows)]

    def _named(self, kind: str, name_of: Callable[[Known], str]) -> Query:
        entity = self._rng.choice(self._plain)
        return Query(kind, self._placed(name_of(entity), entity), entity.entity_id)

    def _placed(self, name: str, entity: Known) -> Asked:
        """About half of the rows tell a subdistrict or an address."""
        chance = self._rng.random()
        street = _street_of(entity) if chance < 0.25 else None
        address = self._said_address(self._rng.choice(entity.addresses)) if 0.25 <= chance < 0.5 and entity.addresses else None
        return Asked(name, address, street, None, None, None)

    def _said_address(self, address: str) -> str:
        """As people write it: without city or district, numerals in Chinese, the room left out, full width."""
        said = address.removeprefix("湛江市") if self._rng.random() < 0.4 else address.removeprefix("湛江市霞山区")
        if self._rng.random() < 0.4:
            said = re.split(r"(?<=号)", said)[0]
        if self._rng.random() < 0.15:
            said = re.sub(r"\d", lambda digit: _DIGITS[int(digit[0])], said)
        return said

    def _brand(self, entity: Known) -> str:
        return self._reader.parts(entity.names[0]).brand

    def _short(self, entity: Known) -> str:
        return self._rng.choice(_LEADS) + self._sign(entity, self._brand(entity))

    def _sign(self, entity: Known, brand: str) -> str:
        parts = self._reader.parts(entity.names[0])
        return brand + (self._rng.choice(_SPOKEN.get(parts.trade, (parts.trade,))) or parts.form)

    def _without_form(self, entity: Known) -> str:
        parts = self._reader.parts(entity.names[0])
        return self._rng.choice((parts.area, "", "湛江")) + parts.brand + parts.trade

    def _spoken(self, entity: Known, brand: str) -> str:
        """A brand within a name of any kind: registered, on a sign, spoken."""
        whole = entity.names[0].replace(self._brand(entity), brand)
        return self._rng.choice((whole, self._sign(entity, brand), self._sign(entity, brand)))

    def _typo(self, brand: str) -> str:
        """One character replaced, left out, added, or two swapped; never another known brand, which nobody could tell."""
        while True:
            at = self._rng.randrange(len(brand))
            char = self._rng.choice((self._rng.choice(self._signs), self._rng.choice(_gb_characters())))
            changed = self._rng.choice(
                (
                    brand[:at] + char + brand[at + 1 :],
                    brand[:at] + char + brand[at + 1 :],
                    brand[:at] + brand[at + 1 :],
                    brand[:at] + char + brand[at:],
                    brand[:at] + brand[at : at + 2][::-1] + brand[at + 2 :],
                )
            )
            if changed not in self._brands and len(changed) > 1:
                return changed

    def _homophone(self, brand: str) -> str:
        while True:
            at = self._rng.randrange(len(brand))
            changed = brand[:at] + self._rng.choice(_homophones().get(lazy_pinyin(brand[at])[0], [brand[at]])) + brand[at + 1 :]
            if changed not in self._brands:
                return changed

    def _misplaced(self) -> Query:
        """The right name with another district before it, or beside another subdistrict."""
        entity = self._rng.choice(self._plain)
        parts = self._reader.parts(entity.names[0])
        if self._rng.random() < 0.5:
            name = self._rng.choice(_OTHER_DISTRICTS) + parts.brand + parts.trade + parts.form
            return Query("区、街道说错", self._placed(name, entity), entity.entity_id)
        wrong = self._rng.choice([street for street in _STREETS if street not in (_street_of(entity) or "")]) + "街道"
        asked = Asked(self._sign(entity, parts.brand), None, wrong, None, None, None)
        return Query("区、街道说错", asked, entity.entity_id)

    def _in_sentence(self) -> Query:
        entity = self._rng.choice(self._plain)
        chance = self._rng.random()
        if chance < 0.2:
            name = entity.names[0]
        elif chance < 0.85:
            name = self._sign(entity, self._brand(entity))
        else:
            name = self._sign(entity, self._homophone(self._brand(entity)))
        return Query("句中提到", self._as_sentence(self._placed(name, entity)), entity.entity_id)

    def _as_sentence(self, asked: Asked) -> Asked:
        return replace(asked, name=None, text=self._rng.choice(_SENTENCES).format(it=asked.name))

    def _twin(self, *, told: bool) -> Query:
        """Two shops of one name in two subdistricts; without a place nobody can say which."""
        entity = self._rng.choice(self._twins)
        one = self._rng.choice((entity, self._sisters[entity.entity_id]))
        name = self._sign(entity, self._brand(entity)) if self._rng.random() < 0.5 else entity.names[0]
        if not told:
            return Query(TWINS_UNTOLD, Asked(name, None, None, None, None, None), None)
        at_door = self._rng.random() < 0.5
        address, street = (self._said_address(one.addresses[0]), None) if at_door else (None, _street_of(one))
        return Query("两街同名·有地址", Asked(name, address, street, None, None, None), one.entity_id)

    def _sister(self, entity: Known) -> Known:
        street = self._rng.choice([street for street in _STREETS if street not in (_street_of(entity) or "")])
        address = self._fresh_address()
        return Known(f"T{entity.entity_id}", entity.names, (address,), (), (), f"{street}街道")

    def _fresh_address(self) -> str:
        number, shop = self._rng.randint(1, 399), self._rng.randint(1, 60)
        return f"湛江市霞山区{self._rng.choice(_ROADS)}{number}号{shop}铺"

    def _absent(self, kind: str, brand_of: Callable[[], str]) -> Query:
        """A shop that no list has: in the trades and words of those that are there, with an address of its own."""
        model = self._rng.choice(self._plain)
        elsewhere = replace(model, addresses=(self._fresh_address(),), street_code=f"{self._rng.choice(_STREETS)}街道")
        asked = self._placed(self._spoken(model, brand_of()), elsewhere)
        return Query(kind, self._as_sentence(asked) if self._rng.random() < 0.2 else asked, None)

    def _other_trade(self) -> Query:
        """A shop that no list has under the brand of one in quite another trade."""
        while True:
            model, brand = self._rng.choice(self._plain), self._brand(self._rng.choice(self._plain))
            if all(self._differs(model, other) for other in self._bearers[brand]):
                elsewhere = replace(model, addresses=(self._fresh_address(),), street_code=f"{self._rng.choice(_STREETS)}街道")
                return Query(ABSENT_OTHER_TRADE, self._placed(self._sign(model, brand), elsewhere), None)

    def _differs(self, one: Known, other: Known) -> bool:
        trades = (self._reader.parts(entity.names[0]).trade for entity in (one, other))
        return self._reader.compare_trades(*trades) is Relation.DIFFERENT

    def _fresh_brand(self) -> str:
        while True:
            signs = self._rng.choice((_COMMON, self._signs))
            brand = "".join(self._rng.choice(signs) for _ in range(self._rng.choice((2, 3, 3))))
            if brand not in self._brands:
                return brand

    def _near_brand(self) -> str:
        return self._typo(self._brand(self._rng.choice(self._plain)))


def _street_of(entity: Known) -> str | None:
    return entity.street_code


@lru_cache(maxsize=1)
def _gb_characters() -> list[str]:
    """The 3,755 common characters of GB 2312, level 1."""
    return [
        bytes((high, low)).decode("gb2312")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
        if (high, low) < (0xD7, 0xFA)
    ]


@lru_cache(maxsize=1)
def _homophones() -> dict[str, list[str]]:
    sounds: dict[str, list[str]] = {}
    for char in _gb_characters():
        sounds.setdefault(lazy_pinyin(char)[0], []).append(char)
    return sounds


def ours(known: Sequence[Known], queries: Sequence[Query]) -> list[Answer]:
    """The matcher's answers."""
    matches = Matcher(known, RULES).match([query.asked for query in queries])
    return [(match.entity_id, match.candidates[0].entity_id if match.candidates else None) for match in matches]


def rapidfuzz_pairwise(known: Sequence[Known], queries: Sequence[Query], cutoff: float = 90) -> list[Answer]:
    """Baseline: the best `ratio` of brand and trade over all names (of `partial_ratio` for sentences), sure from the cut-off on."""
    reader = NameReader(RULES)
    listed = [(reader.core(name), entity.entity_id) for entity in known for name in entity.names]
    cores = [core for core, _ in listed]
    answers: list[Answer] = []
    for query in queries:
        if query.asked.name:
            found = process.extractOne(reader.core(query.asked.name), cores, scorer=fuzz.ratio)
        else:
            found = process.extractOne(query.asked.text, cores, scorer=fuzz.partial_ratio)
        entity_id = listed[found[2]][1]
        answers.append((entity_id if found[1] >= cutoff else None, entity_id))
    return answers


def duckdb_jaro_winkler(known: Sequence[Known], queries: Sequence[Query], cutoff: float = 0.95) -> list[Answer]:
    """Baseline: the best jaro_winkler among names whose brand and trade begin with the same two characters; sentences find nothing."""
    reader = NameReader(RULES)
    connection = duckdb.connect()
    names = [(reader.core(name), entity.entity_id) for entity in known for name in entity.names]
    connection.register("names", pa.table({"core": [core for core, _ in names], "entity_id": [entity for _, entity in names]}))
    asked = [reader.core(query.asked.name or "") for query in queries]
    connection.register("asked", pa.table({"ord": list(range(len(asked))), "core": asked}))
    found = connection.execute("""
        SELECT ord, arg_max(n.entity_id, jaro_winkler_similarity(a.core, n.core)), max(jaro_winkler_similarity(a.core, n.core))
        FROM asked a JOIN names n ON a.core[:2] = n.core[:2] GROUP BY ord
    """).fetchall()
    best = {ord_: (entity_id if score >= cutoff else None, entity_id) for ord_, entity_id, score in found}
    return [best.get(number, (None, None)) for number in range(len(asked))]


def scores(queries: Sequence[Query], answers: Sequence[Answer]) -> dict[str, Score]:
    """Figures by kind, in the order of the rows, and of 合计."""
    kinds = list(dict.fromkeys(query.kind for query in queries))
    pairs = list(zip(queries, answers, strict=True))
    return {kind: _score([pair for pair in pairs if pair[0].kind == kind]) for kind in kinds} | {"合计": _score(pairs)}


def absent_unlinked(queries: Sequence[Query], answers: Sequence[Answer]) -> float:
    """Share of rows about shops that no list has, which were left unlinked."""
    pairs = [pair for pair in zip(queries, answers, strict=True) if pair[0].kind in (ABSENT, ABSENT_NEAR, ABSENT_OTHER_TRADE)]
    return _score(pairs).unlinked


def _score(pairs: Sequence[tuple[Query, Answer]]) -> Score:
    linked = [(query, answer) for query, answer in pairs if answer[0] is not None]
    answerable = [(query, answer) for query, answer in pairs if query.truth is not None]
    return Score(
        rows=len(pairs),
        linked=len(linked),
        right=sum(query.truth == answer[0] for query, answer in linked),
        answerable=len(answerable),
        first=sum(query.truth == answer[1] for query, answer in answerable),
    )


def crowded_register(entities: int, seed: int) -> list[Known]:
    """Harder than the sample: brands of two and three lucky characters, as real ones are, many of them borne by several firms."""
    rng = random.Random(seed)
    patterns = [pattern for pattern in _PATTERNS for _ in range(3 if "店" in pattern else 1)]
    return [
        Known(
            f"C{number:06d}",
            (rng.choice(patterns).format("".join(rng.choice(_COMMON) for _ in range(rng.choice((2, 2, 3))))),),
            (f"湛江市霞山区{rng.choice(_ROADS)}{rng.randint(1, 399)}号{rng.randint(1, 60)}铺",),
            (),
            (),
            f"{rng.choice(_STREETS)}街道",
        )
        for number in range(entities)
    ]


def many(entities: int, rows: int, seed: int) -> tuple[list[Known], list[Asked]]:
    """A large invented register and rows about it, most of them repeating a party that others name, too."""
    rng = random.Random(seed)
    signs = _gb_characters()
    known, short = [], []
    for number in range(entities):
        brand = "".join(rng.choice(signs[:1500]) for _ in range(rng.choice((2, 3, 3))))
        form = rng.randrange(len(_PATTERNS))
        address = f"湛江市霞山区{rng.choice(_ROADS)}{rng.randint(1, 3999)}号{rng.randint(1, 60)}铺"
        known.append(Known(f"E{number:07d}", (_PATTERNS[form].format(brand),), (address,), (), (), f"{rng.choice(_STREETS)}街道"))
        short.append((brand, _SIGNS[form]))
    parties = [
        _party(rng, known[number], *short[number], signs) for number in (rng.randrange(entities) for _ in range(rows * 3 // 10))
    ]
    return known, [rng.choice(parties) for _ in range(rows)]


def _party(rng: random.Random, entity: Known, brand: str, trade: str, signs: list[str]) -> Asked:
    chance = rng.random()
    at = rng.randrange(len(brand))
    wrong = brand[:at] + rng.choice(signs) + brand[at + 1 :]
    name = entity.names[0] if chance < 0.3 else (brand if chance < 0.7 else wrong) + trade
    street = entity.street_code if rng.random() < 0.5 else None
    if rng.random() < 0.4:
        return Asked(None, None, street, None, None, rng.choice(_SENTENCES).format(it=name))
    return Asked(name, None, street, None, None, None)


def main() -> None:
    """Make the rows, ask everybody, print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--rows", type=int, default=600, help="rows of each kind of noise")
    options.add_argument("--crowded", type=int, default=0, help="entities of a harder register that takes the sample's place")
    options.add_argument("--many", type=int, default=0, help="entities of the large run; 0 leaves it out")
    options.add_argument("--asked", type=int, default=1_000_000, help="rows of the large run")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        register = crowded_register(wanted.crowded, wanted.seed) if wanted.crowded else sample_register(Path(folder))
    noise = Noise(register, wanted.seed)
    queries = noise.queries(wanted.rows)
    rates = []
    for name, method in (("本程序", ours), ("rapidfuzz 两两", rapidfuzz_pairwise), ("DuckDB jaro_winkler", duckdb_jaro_winkler)):
        started = time.perf_counter()
        answers = method(noise.known, queries)
        rates.append(len(queries) / (time.perf_counter() - started))
        print(f"\n{name}：{rates[-1]:,.0f} 行/秒，为本程序的 {rates[-1] / rates[0]:.2f} 倍")
        _print(scores(queries, answers).items())
        print(f"查无此店而未关联：{absent_unlinked(queries, answers):.3f}")
    if wanted.many:
        _large(wanted.many, wanted.asked, wanted.seed)


def _print(rows: Iterable[tuple[str, Score]]) -> None:
    print(f"{'噪声':<14}{'行数':>6}{'关联':>6}{'准确率':>8}{'首位命中':>8}{'未关联':>8}")
    for kind, score in rows:
        precision, recall = (f"{value:.3f}" if value is not None else "—" for value in (score.precision, score.recall))
        print(f"{kind:<14}{score.rows:>6}{score.linked:>6}{precision:>10}{recall:>10}{score.unlinked:>10.3f}")


def _large(entities: int, rows: int, seed: int) -> None:
    known, asked = many(entities, rows, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    matcher = Matcher(known, RULES)
    built = time.perf_counter()
    matches = matcher.match(asked)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"\n{entities:,} 家、{rows:,} 行（不同的 {len(set(asked)):,}）：建索引 {built - started:.1f} 秒，匹配 {done - built:.1f} 秒"
    )
    print(f"每秒 {rows / (done - built):,.0f} 行；关联 {sum(match.entity_id is not None for match in matches):,} 行")
    print(f"内存峰值 {peak / 1024:,.0f} MB，其中数据本身 {before / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
