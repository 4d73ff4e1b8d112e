"""A normalised text as tokens: rates, periods, amounts, grams, and the words that give them meaning.

Every pattern is bounded, so that a text is read in time proportional to its length.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from screening.text.promises.numerals import DECIMAL, DIGIT, FIGURE, NUMERAL, decimal_numeral, spoken


class Sort(StrEnum):
    """What a token is."""

    RATE = "rate"  # value: a fraction, 0.05; `low` where a range is given
    SLANG = "slang"  # value: in 分; what a 分 is worth depends on the period
    STEP = "step"  # 万五, 千三: ten-thousandths and thousandths, by the day
    HEAD = "head"  # 月息, 年化收益率: period and meaning in one word
    PERIOD = "period"
    AMOUNT = "amount"  # yuan
    NUMBER = "number"
    GRAM = "gram"
    PER_GRAM = "per_gram"
    PER_WAN = "per_wan"
    MULTIPLE = "multiple"  # value: what one unit becomes; `low`/value where a phrase has two readings
    DISCOUNT = "discount"
    COUNT = "count"  # 12期
    WORD = "word"  # a word of rules/text.yaml; `word` is its family
    END = "end"  # 。;!?
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: how many such stretches a year has, and how it is written in a formula."""

    per_year: Decimal
    code: str  # day week month quarter half_year year ndays nmonths nyears …
    factor: str  # ×12, ×365/90
    is_adverb: bool = False  # 每月, 按月: a rhythm of payment rather than a term


class Token(NamedTuple):
    """One token; offsets are into the normalised text."""

    sort: Sort
    start: int
    end: int
    text: str
    value: Decimal | None = None
    low: Decimal | None = None
    period: Period | None = None
    word: str = ""


_Reader = Callable[[str, int, int], Token | None]
_MOST_FEN = 60  # 得了98分 is a mark in an examination
_YUAN, _LARGE = re.compile("(?:元|块钱?|人民币|大洋|蚊)$"), re.compile("[万千百亿WK]")
_GRAMS = {"公斤": 1000, "千克": 1000, "KG": 1000, "斤": 500, "两": 50}
# Longer names first, since a period is recognised by how it begins or ends.
_PER_YEAR = {
    "半个月": ("half_month", 24), "半月": ("half_month", 24), "半年": ("half_year", 2), "季度": ("quarter", 4), "星期": ("week", 52), "礼拜": ("week", 52),
    "天": ("day", 365), "日": ("day", 365), "周": ("week", 52), "旬": ("ten_days", 36), "月": ("month", 12), "季": ("quarter", 4), "年": ("year", 1),
}  # fmt: skip
_UNIT = "天|日|周|星期|礼拜|旬|月|季度|季|年"
_ANY = f"(?:{FIGURE}|{DECIMAL})"
_PERCENT = rf"{_ANY}[%‰]"
_RANGE = r"\s?(?:-|~|—|–|―|至|到)\s?"
_SPELT = rf"(?:百|千|万)分之(?:{FIGURE}|{NUMERAL}(?:点{DIGIT}{{1,4}})?)"
# A unit alone, unless it is part of another word: 指日可待, 生日, 周边, 周先生, 上旬, 老年人.
_ALONE = (
    "(?<![指生节假])日(?![子后用本])|(?<![聊白])天(?![气河使然津涯生地猫下])|周(?![边围转末某总阿到知密全岁]|先生|女士|老板|[一二三四五日](?![次回返付结给分]))"
    "|星期|礼拜|(?<![上中下])旬|月(?![饼亮嫂子色])|季度|季|(?<![老青少中成童])年(?![轻货会夜末])"
)
_LOOSE = r"(?![\d年个月天日周季成倍克元块万千百十期人户位名次%])"  # the figure before belongs to what stands before it: 一分五, not 一分 五个月
_FEN = f"(?:{FIGURE}|[一二两三四五六七八九壹贰叁肆伍陆柒捌玖十拾半]{{1,3}}(?:点{DIGIT}{{1,2}})?)"
_SLANG = (
    rf"(?!十分(?![利息的]))(?:{_FEN}分(?!之|钟|期|红|店|公司|行|成|析|辨|享|散|手|开|钱|别|配|段|批|支|局|次|数|米|贝)(?:(?:{DIGIT}|半|\d)(?:厘|{_LOOSE}))?(?!钟|之)"
    rf"|{_FEN}厘(?!米|清)(?:(?:{DIGIT}|半|\d)(?:毫|{_LOOSE}))?|(?<=[息利]){_FEN}毫(?!米|升|克)|(?:\d|{DIGIT})[毛角](?=利|的利|息|的息))"
)
_TAIL = rf"(?:(?:[1-9](?!\d)|{DIGIT}|半)(?![年个月天日周季克分成折期倍人位名次点厘毛%.]))?"
_MONEY = rf"(?:{FIGURE}[万亿](?:[零〇]?{DIGIT}[千百十]){{1,3}}{DIGIT}?|{NUMERAL}点{DIGIT}{{1,2}}[万千百亿]|{FIGURE}(?:[多余来]?[万千百亿WK]){{0,2}}{_TAIL}|[零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖十百千拾佰仟万亿半]{{0,13}}[十百千拾佰仟万亿](?:[多余来][万千百亿]?)?{_TAIL}|{NUMERAL}(?![年个月天日周季克分成折期倍人位名次点厘毛%]))[多余来]?"

_GRAMMAR = "|".join(
    f"(?P<{name}>{pattern})"
    for name, pattern in (
        ("end", "[。;!?]"),
        ("comma", "[,、:]"),
        ("date", rf"(?:\d{{1,2}}|{NUMERAL})[点:](?:{DIGIT}?十{DIGIT}?|\d{{2}})分(?![利息])|(?:19|20)\d{{2}}年(?:\d{{1,2}}月份?)?(?:\d{{1,2}}[日号])?|\d{{1,2}}月(?:份|底|初|中|\d{{1,2}}[日号])?(?!息)|(?:十[一二]?|[二三四五六七八九])月(?:份|底|初|中|(?:\d{{1,2}}|{NUMERAL})[日号])?(?!息)"),
        ("range", rf"(?:{FIGURE}%?{_RANGE}{FIGURE}%|{_SPELT}{_RANGE}(?:{_SPELT}|{NUMERAL}|{FIGURE}))"),
        ("percent", _PERCENT),
        ("spelt", _SPELT),
        ("pergram", r"每一?克|1克(?=补|贴|返|优惠|便宜)|一克(?=补|贴|返|优惠|便宜)"),
        ("gram", rf"{_ANY}(?:公斤|千克|KG|克|G|斤|两(?=黄?金))(?!拉)"),
        ("step", rf"(?<![\d零一二两三四五六七八九十百千万])(?:万|千)(?:{DIGIT}|\d(?:\.\d)?)(?![\d一二三四五六七八九十万千百元块多几个人])"),
        ("head", rf"(?:年化|半个?月|半年|{_UNIT})(?:收益率|回报率|利率|利息|收益|回报|综合费率|综合费|费率|分红|红利|返利|返息|化|息|利|返)(?:收益率?|回报率?|利率|利息)?"),
        ("perwan", r"(?:每|一|1)?万(?:元|块钱?)(?=每|一|1|天|日|月|年|投|存)|每万(?:元|块)?|每(?:一|1)万(?:元|块)?"),
        ("multiple", rf"翻{_ANY}[倍番]|翻倍|翻番|(?:增值|升值|涨){_ANY}倍|变成?{_ANY}倍|{_ANY}倍(?:返还|回报|收益|奉还)|(?:拿回|返还?|给|取回|得){_ANY}倍|(?:到|成|是|为|变)(?:原来|本金|原先|投入)的{_ANY}倍"),
        ("discount", rf"{_ANY}折"),
        ("half", "每?半(?:年|个?月)"),
        ("slangs", rf"(?:{_SLANG}|{_FEN}){_RANGE}{_SLANG}"),
        ("slang", _SLANG),
        ("point", rf"(?:{FIGURE}个?|{DECIMAL}个|{NUMERAL}(?=点[利收回年月]))(?:百分)?点(?!钟|\d|半|多|左右|[一二三四五六七八九十]分|到|上|下|开|才|都|击|整)"),
        ("cheng", rf"{_ANY}成(?:(?:半|{DIGIT}|\d){_LOOSE})?(?!新|把握|是|都|以上的?人|立|色|为|员|功|本|品|交|绩|果|熟|年人|长|人|分(?!红|给|配))"),
        ("count", rf"{_ANY}期"),
        ("nperiod", rf"(?:\d{{1,4}}(?:\.\d)?|{NUMERAL})(?:个(?:半)?(?:月|星期|礼拜|季度)|天|周|年半?|季度|个?工作日)(?!前|龄|级|纪|代|底|初|中|份)"),
        ("period", rf"(?:(?:每隔?|按|一个|一|单|每个|每满一?|每一个?|当|首|次|满一?)个?(?:{_UNIT})|个月|{_ALONE})(?!前|龄|级|纪|代|底|初|中|份|额|报|费|常|期)"),
        ("vague", rf"几[十百千万]{{1,2}}(?:元|块钱?)?|(?:{FIGURE}|{NUMERAL})[十百千万]?几[十百千万]?(?:元|块钱?)?"),
        ("amount", rf"(?:{FIGURE}|{NUMERAL})块(?:[1-9]|{DIGIT})(?![\d万千百])|{_MONEY}(?:元|块钱?|人民币|大洋|蚊)|{_MONEY}"),
    )
)  # fmt: skip


# What any of these can begin with: one look at a character spares trying them all, which makes reading three times as fast.
_FIRST = "0123456789零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖拾佰仟十百千万亿半每按翻变年月日天周旬季星礼首次当单满几个增升涨取拿返给得到成是为。;!?,、:"


class Lexer:
    """Turns texts into tokens with the words of `rules/text.yaml`."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """`words`: family → words, in normalised form. A word may belong to several families; all are kept."""
        self._families: dict[str, tuple[str, ...]] = {}
        for family, members in words.items():
            for member in members:
                self._families[member] = (*self._families.get(member, ()), family)
        rests: dict[str, list[str]] = {}  # the longest word first, of those with the same first character
        for word in sorted(self._families, key=len, reverse=True):
            rests.setdefault(re.escape(word[0]), []).append(re.escape(word[1:]))
        listed = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())
        any_word = f"(?P<word>{listed})" if listed else "(?!)"
        self.grammar = f"{_GRAMMAR}|{any_word}"
        self.pattern = re.compile(f"(?=[{_FIRST}{''.join(rests)}])(?:(?=[{_FIRST}])(?:{_GRAMMAR})|{any_word})", re.ASCII)

    def tokens(self, text: str) -> list[Token]:
        """Every token of a normalised text, in order."""
        found: list[Token] = []
        for match in self.pattern.finditer(text):
            token = _read(match)
            if token is None:
                continue
            if token.sort is not Sort.WORD:
                found.append(token)
            for family in self._families.get(token.text, ()):
                found.append(Token(Sort.WORD, token.start, token.end, token.text, word=family))
        return found


def _read(match: re.Match[str]) -> Token | None:
    """The token a match stands for, or None when its number cannot be read."""
    name = match.lastgroup or ""
    if sort := _PLAIN.get(name):
        return Token(sort, *match.span(), match[0])
    reader = _READERS.get(name)
    return reader(match[0], *match.span()) if reader else None


def _rate(text: str, start: int, end: int) -> Token | None:
    value = _fraction(text)
    return None if value is None else Token(Sort.RATE, start, end, text, value)


def _fraction(text: str, unit: str = "") -> Decimal | None:
    """15% · 百分之八点五 · 3‰ as a fraction; `unit` is that of a bare number."""
    for prefix, scale in (("百分之", 100), ("千分之", 1000), ("万分之", 10000)):
        if text.startswith(prefix):
            value = decimal_numeral(text.removeprefix(prefix))
            return None if value is None else value / scale
    scale = 1000 if text.endswith("‰") or unit == "‰" else 100
    value = spoken(text.rstrip("%‰"))
    return None if value is None else value / scale


def _range(text: str, start: int, end: int) -> Token | None:
    first, last = re.split(_RANGE, text, maxsplit=1)
    prefix = next((p for p in ("百分之", "千分之", "万分之") if first.startswith(p)), "")
    low = _fraction(first)
    high = _fraction(last if not prefix or last.startswith(prefix) else prefix + last)
    if low is None or high is None or low > high:
        return None
    return Token(Sort.RATE, start, end, text, high, low)


def _slang(text: str, start: int, end: int) -> Token | None:
    """一分五 = 1.5, 2分5厘 = 2.5, 8厘 = 0.8, 一毛 = 10, all in 分."""
    for unit, worth in (
        ("分", Decimal(1)),
        ("厘", Decimal("0.1")),
        ("毫", Decimal("0.01")),
        ("毛", Decimal(10)),
        ("角", Decimal(10)),
    ):
        whole, found, rest = text.partition(unit)
        if found:
            value, tail = spoken(whole), rest.rstrip("厘毫")
            part = Decimal("0.5") if tail == "半" else spoken(tail) if tail else Decimal(0)
            if value is None or part is None or value * worth > _MOST_FEN:
                return None
            return Token(Sort.SLANG, start, end, text, value * worth + (Decimal("0.5") if tail == "半" else part / 10) * worth)
    return None


def _slangs(text: str, start: int, end: int) -> Token | None:
    """月息1.2至1.8分, 一分到两分: the higher one, with the lower kept."""
    first, last = re.split(_RANGE, text, maxsplit=1)
    high = _slang(last, start, end)
    low = _slang(
        first if re.search("[分厘毛角毫]", first) else first + next(unit for unit in "分厘毫毛角" if unit in last), start, end
    )
    if high is None or low is None or low.value is None or high.value is None or low.value > high.value:
        return None
    return Token(Sort.SLANG, start, end, text, high.value, low.value)


def _tenths(text: str, start: int, end: int) -> Token | None:
    """两成 = 0.2, 三成半 = 0.35."""
    whole, _, tail = text.partition("成")
    value, part = spoken(whole), Decimal("0.5") if tail == "半" else (spoken(tail) or Decimal(0)) / 10
    return None if value is None else Token(Sort.RATE, start, end, text, (value + part) / 10)


def _step(text: str, start: int, end: int) -> Token | None:
    value = spoken(text[1:])
    return None if value is None else Token(Sort.STEP, start, end, text, value / (10000 if text[0] == "万" else 1000))


def _scaled(scale: int, tails: str) -> _Reader:
    def read(text: str, start: int, end: int) -> Token | None:
        value = spoken(text.rstrip(tails))
        return None if value is None else Token(Sort.RATE, start, end, text, value / scale)

    return read


def _head(text: str, start: int, end: int) -> Token:
    unit = next(u for u in _PER_YEAR if text.startswith(u))
    return Token(Sort.HEAD, start, end, text, period=_unit(unit))


def _unit(unit: str, adverb: bool = True) -> Period:
    code, times = _PER_YEAR[unit]
    return Period(Decimal(times), code, "" if times == 1 else f"×{times}", adverb)


def _period(text: str, start: int, end: int) -> Token:
    unit = next(u for u in _PER_YEAR if text.endswith(u))
    return Token(Sort.PERIOD, start, end, text, period=_unit(unit, adverb=not text.startswith(("首", "次", "当"))))


def _n_period(text: str, start: int, end: int) -> Token | None:
    unit = next(u for u in ("季度", "星期", "礼拜", "工作日", "月", "天", "周", "年") if u in text)
    written = text.partition(unit)[0].removesuffix("个")
    count = spoken(written) if written != "个半" else None
    if "个半" in text:
        whole = spoken(text.partition("个半")[0])
        count = None if whole is None else whole + Decimal("0.5")
    if count is None or count <= 0:
        return None
    if text.endswith("年半"):
        count += Decimal("0.5")
    times = Decimal({"季度": 4, "星期": 52, "礼拜": 52, "工作日": 365, "月": 12, "天": 365, "周": 52, "年": 1}[unit])
    if unit == "年" and count > 100:  # a calendar year
        return None
    if count == 1:
        return Token(Sort.PERIOD, start, end, text, count, period=_unit("天" if unit == "工作日" else unit, adverb=False))
    code = {"月": "nmonths", "年": "nyears", "季度": "nmonths"}.get(unit, "ndays")
    number = f"{count:f}"
    factor = f"÷{number}" if times == 1 else f"×{times}/{number}"
    return Token(Sort.PERIOD, start, end, text, count, period=Period(times / count, code, factor))


def _multiple(text: str, start: int, end: int) -> Token | None:
    """翻倍 ×2; 翻两番 ×4; 翻三倍 ×3, or +300 %; 增值20倍 ×20, or +2000 %. The lower reading is `low`."""
    if text in {"翻倍", "翻番"}:
        return Token(Sort.MULTIPLE, start, end, text, Decimal(2), Decimal(2))
    number = spoken(re.sub("[翻倍番增值升涨变成返还回报收益奉拿取给得到是为原来先本金投入的]", "", text))
    if number is None or number <= 0 or number > 10000:
        return None
    if text.endswith("番"):
        return Token(Sort.MULTIPLE, start, end, text, Decimal(2) ** min(int(number), 20), Decimal(2) ** min(int(number), 20))
    if number == 1 and text.startswith("翻"):  # 翻一倍 is 翻倍
        return Token(Sort.MULTIPLE, start, end, text, Decimal(2), Decimal(2))
    certain = not text.startswith(("翻", "增", "升", "涨"))
    return Token(Sort.MULTIPLE, start, end, text, number if certain or number <= 1 else number + 1, number)


def _amount(text: str, start: int, end: int) -> Token | None:
    body = _YUAN.sub("", text)
    whole, has_change, change = body.partition("块")
    value = spoken(whole)
    if has_change and value is not None:
        value += (spoken(change) or Decimal(0)) / 10
    if value is None:
        return None
    sort = Sort.AMOUNT if body != text or _LARGE.search(body) else Sort.NUMBER
    return Token(sort, start, end, text, value)


def _counted(sort: Sort, tails: str) -> _Reader:
    def read(text: str, start: int, end: int) -> Token | None:
        value = spoken(text.rstrip(tails))
        return None if value is None or value <= 0 else Token(sort, start, end, text, value)

    return read


def _gram(text: str, start: int, end: int) -> Token | None:
    unit = next((unit for unit in _GRAMS if text.endswith(unit)), "")
    value = spoken(text.removesuffix(unit) if unit else text.rstrip("克G"))
    return None if value is None or value <= 0 else Token(Sort.GRAM, start, end, text, value * _GRAMS.get(unit, 1))


_PLAIN = {
    "word": Sort.WORD, "end": Sort.END, "comma": Sort.COMMA, "pergram": Sort.PER_GRAM, "discount": Sort.DISCOUNT, "perwan": Sort.PER_WAN,
}  # fmt: skip
# Not among them are `date` and `vague`: a day is no term, and 一万几 is no sum to divide by.
_READERS: dict[str, _Reader] = {
    "range": _range, "percent": _rate, "spelt": _rate, "slang": _slang, "slangs": _slangs, "step": _step, "head": _head, "period": _period, "half": _period,
    "nperiod": _n_period, "multiple": _multiple, "amount": _amount, "point": _scaled(100, "个百分点"), "cheng": _tenths,
    "gram": _gram, "count": _counted(Sort.COUNT, "期"),
}  # fmt: skip
