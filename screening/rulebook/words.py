"""The words of a condition, each looked at before any parser sees them: what is not on the list of signs, names and parameters is refused where it stands.

Short and shallow by decree, so that no condition can exhaust the parser behind.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screening.errors import InvalidRule
from screening.features.catalogue import Feature
from screening.reference.faults import Place, did_you_mean

HINT = "条件只能用：and or not、比较、in、between、+、*、指标名、:参数名和字面值，写法见 rules/README.md。"
OPERATORS = {"and", "or", "not", "in", "between", "true", "false"}
_SHOWN = 40
_LONGEST, _MOST, _DEEPEST = 2000, 200, 12  # characters; words; parentheses and `not` within each other
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,6})?")

_WORD = re.compile(
    r"(?P<space>\s+)|(?P<pair>--|==|<>|->|::|/\*)|(?P<name>[a-z_]\w*)|(?P<parameter>:[a-z_]\w*)|(?P<number>\d[\w.]*)|(?P<text>'[^'\\\n]*')|(?P<sign>>=|<=|!=|[()=<>,+*])"
    r"|(?P<foreign>[^\x00-\x7f](\w|[^\x00-\x7f])*)|(?P<other>.)",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_SQL = {"case", "when", "then", "else", "end", "is", "null", "like", "select", "from", "as", "over", "cast", "lambda", "exists", "distinct", "union", "with"}  # fmt: skip
_NO_GAPS = "缺资料时条件自然是“无法判断”，不能另作处理。"
_INSTEAD = {
    "/": "不能用除法，除数可能是 0；改用乘法，例如 负债 >= :倍数 * 资产。",
    "-": "不能用减法；把减去的一边移到另一边，用加法。",
    "--": "条件里不能写注释；说明写在 note 里。",
    "/*": "条件里不能写注释；说明写在 note 里。",
    "#": "条件里不能写注释；说明写在 note 里。",
    ";": "一处只能写一个条件；几个条件用 and、or 连接。",
    "==": "请改成一个等号 =。",
    "<>": "请改成 !=。",
    "::": "不能转换类型；指标和参数本来就有类型。",
    "->": "不能用函数。",
    '"': "文字用半角单引号 ' 括起来，指标名不加引号。",
    "'": "引号要成对，文字里不能再有引号和反斜杠。",
    ":": "冒号后面紧接参数名，例如 :young_months。",
}
_LOOKS_LIKE = str.maketrans({"“": "'", "”": "'", "‘": "'", "’": "'", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "、": ","})


@dataclass(frozen=True)
class ConditionWord:
    """One word: what sort it is of (a group of the pattern), and where it begins (0 is the first character)."""

    sort: str
    text: str
    start: int

    def fault(self, place: Place, message: str, hint: str) -> InvalidRule:
        """What is wrong with it, by position and word."""
        shown = self.text[:_SHOWN]
        return place.fault(f"第 {self.start + 1} 个字符起的 {shown} ：{message}", hint, position=self.start + 1, word=shown)


def read_words(text: str, features: Mapping[str, Feature], parameters: Mapping[str, object], place: Place) -> list[ConditionWord]:
    """The words of a condition, in order; raises `InvalidRule` at the first that may not stand in one."""
    if len(text) > _LONGEST:
        raise place.fault(f"条件有 {len(text)} 个字符，超过 {_LONGEST} 个", "请拆成几条规则。")
    words = [
        ConditionWord(str(match.lastgroup), match[0], match.start())
        for match in _WORD.finditer(text)
        if match.lastgroup != "space"
    ]
    for word in words:
        _check_sign(word, features, place)
    _check_size(words, place)
    for word, following in zip(words, [*words[1:], None], strict=False):
        _check_word(word, following, features, parameters, place)
    return words


def _check_sign(word: ConditionWord, features: Mapping[str, Feature], place: Place) -> None:
    if word.sort in ("pair", "other"):
        raise word.fault(place, "条件里不能写这个符号", _INSTEAD.get(word.text, HINT))
    if word.sort == "foreign":
        raise word.fault(place, "条件里只能写半角的英文字母、数字和符号", _foreign_hint(word.text, features))


def _foreign_hint(text: str, features: Mapping[str, Feature]) -> str:
    """What to type instead of a full-width sign, a Chinese name, a letter that only looks Latin, or nothing to be seen."""
    plain = unicodedata.normalize("NFKC", text.translate(_LOOKS_LIKE))
    if plain != text:
        return f"这里有全角的字符，请改成半角的 {plain}" if plain.strip() else "这里有全角空格，请改成半角空格。"
    if not text.isprintable():
        return "这里有看不见的字符，请删去重新输入。"
    if alike := [char for char in text if unicodedata.name(char, "").startswith(("CYRILLIC", "GREEK"))]:
        return f"“{alike[0]}”看着像英文字母，其实不是，请重新输入。"
    return did_you_mean(text, _labels(features)) or HINT


def _check_size(words: Sequence[ConditionWord], place: Place) -> None:
    if len(words) > _MOST:
        raise words[_MOST].fault(place, f"条件有 {len(words)} 个词，超过 {_MOST} 个", "请拆成几条规则。")
    open_, nots = 0, 0
    for word in words:
        open_ += (word.text == "(") - (word.text == ")")
        nots = nots + 1 if word.text.lower() == "not" else nots if word.text == "(" else 0
        if open_ + nots > _DEEPEST:
            raise word.fault(place, f"括号和 not 套了 {_DEEPEST} 层以上", "请拆成几条规则，或用 steps 分档。")


def _check_word(
    word: ConditionWord,
    following: ConditionWord | None,
    features: Mapping[str, Feature],
    parameters: Mapping[str, object],
    place: Place,
) -> None:
    if word.sort == "parameter" and word.text[1:] not in parameters:
        hint = did_you_mean(word.text[1:], {key: getattr(value, "label", "") for key, value in parameters.items()})
        raise word.fault(place, "没有这个参数", hint or "请先在 rules/parameters 中定义。")
    if word.sort == "number" and not _NUMBER.fullmatch(word.text):
        raise word.fault(place, "数字的写法不对", "只写普通的数字，最多 15 位。")
    if word.sort == "text" and following and following.sort == "text":
        raise following.fault(place, "引号不对", _INSTEAD["'"])
    if word.sort == "name" and word.text.lower() not in OPERATORS:
        _check_name(word, following, features, place)


def _check_name(word: ConditionWord, following: ConditionWord | None, features: Mapping[str, Feature], place: Place) -> None:
    name = word.text.lower()
    if following and following.text == "(":
        raise word.fault(place, "条件里不能用函数", _NO_GAPS if name in ("coalesce", "ifnull", "nullif") else HINT)
    if name in _SQL:
        raise word.fault(place, "条件里不能这样写", _NO_GAPS if name in ("case", "is", "null") else HINT)
    if word.text not in features:
        hint = did_you_mean(word.text, _labels(features))
        raise word.fault(place, "没有这个指标", hint or "可用指标见 screening/features/catalogue。")
    if features[word.text].min:
        raise word.fault(place, "取最小值的指标不能写在条件里", "这类指标没有记录时无法判断，只用于 ages_with。")


def _labels(features: Mapping[str, Feature]) -> dict[str, str]:
    return {name: feature.label for name, feature in features.items()}
