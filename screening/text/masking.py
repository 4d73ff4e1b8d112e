"""Hides the personal numbers in what people write: 电话13800001234 → 电话138****1234.

Why: a complaint names its writer, and shown text must not (domain brief 4.1 rule 4, 7.2). Codes of firms, work orders,
amounts, dates and hotlines stay, because a reader needs them. In doubt about 16 to 19 figures, they are hidden.
"""

import re

from stdnum.cn import ric

from screening.reference.credit_code import clean, is_valid
from screening.reference.masks import mask_phone

_D = "[0-9０-９]"
_LETTER = "A-Za-zＡ-Ｚａ-ｚ"
_GAP = "[ \u00a0\u3000\\-‐‑–—－]"
_START = f"(?<![0-9０-９{_LETTER}*])"
_END = f"(?![0-9０-９{_LETTER}*])"

_LONG_NUMBER = re.compile(
    rf"{_START}(?:"
    rf"(?P<groups>{_D}{{4}}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}){_END}"
    rf"(?P<rest>{_GAP}?[0-9０-９{_LETTER}]{{1,3}}{_END})?"
    rf"|(?P<whole>{_D}{{6}}{_GAP}?{_D}{{8}}{_GAP}?{_D}{{3}}[0-9０-９XxＸｘ]"
    rf"|[4-69]{_D}{{5}}{_GAP}{_D}{{10,13}}|{_D}{{15,19}}){_END})"
)
_MOBILE = re.compile(
    rf"(?:{_START}|(?<=[VvWw][Xx])|(?<=[Qq][Qq])|(?<=[Tt][Ee][Ll]))(?<![¥￥$])"
    rf"(?P<prefix>(?:[+＋]|00)?[8８][6６][)）]?{_GAP}{{0,2}})?"
    rf"(?P<number>[1１][3-9３-９]{_D}(?:{_GAP}{{0,3}}{_D}{{4}}{_GAP}{{0,3}}{_D}{{4}}"
    rf"|{_GAP}{_D}{{3}}{_GAP}{_D}{{5}}|{_D}{_GAP}{_D}{{3}}{_GAP}{_D}{{4}}))"
    rf"(?:{_END}|(?=(?:[VvWw][Xx]|[Qq][Qq]|[Vv]信){_END}))"
    rf"(?! ?(?:[万亿]元|元(?!旦))|\.[0-9]{{1,2}} ?元)"
)
_LANDLINE = re.compile(
    rf"{_START}(?<!0\.)(?P<area>(?:[0０][1１][0０]|[0０][2２]{_D}|[0０][3-9３-９]{_D}{{2}})"
    rf"(?:[)）]{_GAP}?|{_GAP}{{1,3}})?)"
    rf"(?P<number>{_D}{{7,8}}){_END}"
)
_ACCOUNT = re.compile(
    r"(?P<label>(?:微信|(?<![0-9A-Za-z])[Vv]信"
    r"|(?:(?<![0-9A-Za-z*])|(?<![A-Za-z*])(?=..[号:： ]))(?:[VvWw][Xx]|[Qq][Qq]))"
    r"(?P<sure>号码|号|[Ii][Dd])?[:：是为 ]{0,3})"
    r"(?P<account>[A-Za-z][A-Za-z0-9_\-]{5,19}|[1-9][0-9]{4,10})(?![A-Za-z0-9_\-*]| ?[元块万千])"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_NAME = re.compile(
    rf"(?P<label>(?:身份证姓名|联系人姓名|联系人)[:：] ?)(?!不详|未知|同上|本人|匿名|保密|客服)"
    rf"(?P<first>[{_HAN}])(?!某)[{_HAN}·]{{1,3}}?"
    rf"(?=[^{_HAN}·]|$|电话|手机|身份|证件|住|地址|联系|性别|微信|先生|女士|反映|投诉|举报|称|说|在|于)"
)


def mask_personal(text: str) -> str:
    """The text with phone, identity and card numbers, chat accounts and labelled names hidden; the rest as it was."""
    text = _NAME.sub(lambda found: f"{found['label']}{found['first']}某", text)
    text = _LONG_NUMBER.sub(_hide_long, text)
    text = _MOBILE.sub(lambda found: (found["prefix"] or "") + mask_phone(clean(found["number"])), text)
    text = _LANDLINE.sub(lambda found: f"{found['area']}****{found['number'][-2:]}", text)
    return _ACCOUNT.sub(_hide_account, text)


def phones_in(text: str) -> list[str]:
    """The digits of every telephone number that `mask_personal` would hide, in order of appearance of their kind."""
    numbers = [found["number"] for found in _MOBILE.finditer(text)]
    numbers += [found["area"] + found["number"] for found in _LANDLINE.finditer(text)]
    return ["".join(char for char in clean(number) if char.isdigit()) for number in numbers]


def _hide_long(found: re.Match[str]) -> str:
    shown, rest = found["whole"] or found["groups"], found["rest"] or ""
    if found["groups"] and all(year[:2] in ("19", "20") for year in re.findall(f"{_D}{{4}}", shown)):
        return found[0]  # 2019-2020-2021-2022: years
    if rest and (is_valid(clean(found[0])) or _is_identity(clean(found[0])) or clean(rest).isdigit()):
        shown, rest = found[0], ""
    number = clean(shown)
    if re.search(r"\d\.$", found.string[max(0, found.start() - 2) : found.start()]) and re.search("0{6}|9{6}", number):
        return found[0]  # 0.30000000000000004: a sum of a spreadsheet
    if _is_identity(number):
        if len(number) == 15 and "注册号" in found.string[max(0, found.start() - 6) : found.start()]:
            return found[0]
        return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}{rest}"
    if is_valid(number) or not number.isdigit() or len(number) < 16:
        return found[0]
    return f"****{number[-4:]}{rest}"


def _is_identity(number: str) -> bool:
    """Whether the birthday is one; a valid credit code counts only if the identity's own check digit holds too."""
    if re.fullmatch(r"\d{15}", number):
        return number[6:8] >= "20" and _is_day(number[8:12])  # 15 figures: issued until 1999
    if not re.fullmatch(r"\d{17}[\dX]", number) or not ("1900" <= number[6:10] <= "2099" and _is_day(number[10:14])):
        return False
    return not is_valid(number) or bool(ric.calc_check_digit(number) == number[-1])


def _is_day(month_and_day: str) -> bool:
    return "01" <= month_and_day[:2] <= "12" and "01" <= month_and_day[2:] <= "31"


def _hide_account(found: re.Match[str]) -> str:
    account = found["account"]
    is_day = re.fullmatch(r"20\d{6}", account) is not None and _is_day(account[4:])
    if not found["sure"] and (is_day or not any(figure.isdigit() for figure in account)):
        return found[0]  # 微信 WeChatPay, 微信20261012: a word, a day
    return f"{found['label']}{account[:2]}****{account[-2:]}"
