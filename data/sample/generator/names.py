"""Names that nobody can mistake for real ones: heavenly stems, earthly branches, 示例虚拟.

Trade names and heads of firms are never handed out twice.
"""

from __future__ import annotations

from random import Random

STREETS = {
    "解放": "440803001", "爱国": "440803002", "工农": "440803003", "友谊": "440803004", "新兴": "440803005",
    "海滨": "440803006", "建设": "440803009", "东新": "440803010", "新园": "440803011", "海头": "440803012",
}  # fmt: skip

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_MARKS = "示例虚拟"
_LUCKY = "源盛泰隆恒鑫和祥瑞丰宝利"
_SURNAMES = "虚例示"
_ROADS = ("虚构路", "示例街", "虚拟大道", "拟建巷", "例证路", "样本一路", "样本二路")
_COMMUNITIES = ("虚构社区", "示例社区", "样本社区", "例证社区")


class Names:
    """Hands out invented names, addresses and telephone numbers; one object for one world."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(seed)
        self._used: set[str] = set()
        self._phones = 1000

    def trade_name(self) -> str:
        """Two signs and a lucky one, never used before, such as 丙戊源."""
        while True:
            pick = self._rng.choice
            name = pick(_STEMS + _MARKS) + pick(_STEMS + _BRANCHES) + pick(_LUCKY)
            if name not in self._used:
                self._used.add(name)
                return name

    def person(self) -> str:
        """Somebody such as 拟某甲子祥: a shareholder, an inspector, a former head; may come again."""
        pick = self._rng.choice
        return f"拟某{pick(_STEMS)}{pick(_BRANCHES)}{pick(('', *_LUCKY))}"

    def head(self) -> str:
        """A legal representative such as 虚某甲祥, never handed out twice: shared heads are a red flag."""
        while True:
            pick = self._rng.choice
            name = f"{pick(_SURNAMES)}某{pick(_STEMS + _BRANCHES)}{pick(_STEMS + _BRANCHES + _LUCKY)}"
            if name not in self._used:
                self._used.add(name)
                return name

    def address(self, street: str) -> str:
        """A door that exists nowhere; `street` is the subdistrict's short name."""
        road = self._rng.choice(_ROADS)
        number, shop = self._rng.randint(1, 399), self._rng.randint(1, 60)
        shape = self._rng.choice(("{r}{n}号首层{s}号铺", "{r}{n}号{s}铺", "{w}街道{r}{n}号之{s}", "{r}{n}号商铺{s}"))
        return "湛江市霞山区" + shape.format(r=road, n=number, s=shop, w=street)

    def community(self) -> str:
        """A community within a subdistrict."""
        return self._rng.choice(_COMMUNITIES)

    def phone(self) -> str:
        """The next mobile number of the block 13800 0xxxxx, which is kept for invented data."""
        self._phones += 1
        return f"13800{self._phones:06d}"
