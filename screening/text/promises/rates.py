"""`rate_expr` of the grammar: a percentage, 分/厘, 点, 成 or 万五 with the period that gives it meaning, or the word that says it is no return."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from screening.text.promises.expression import DOUBTFUL, LIKELY, SURE, VAGUE, Expression, annualised
from screening.text.promises.numerals import percent, plain
from screening.text.promises.sentence import Sentence, is_comma, is_period, is_word
from screening.text.promises.tokens import Period, Sort, Token
from screening.text.words import Direction

_RATES = (Sort.RATE, Sort.SLANG, Sort.STEP)
_DAY, _MONTH = Period(Decimal(365), "day", "×365"), Period(Decimal(12), "month", "×12")
# What a 分 is worth by the period it stands in (domain brief 4.2, unit table).
_FEN = {"year": Decimal("0.1"), "day": Decimal("0.001")}
_FEN_ELSEWHERE = Decimal("0.01")
_REACH = 14
_NO_RETURN: dict[str, Direction] = {
    "discount": "none", "promotion": "none", "fee": "none", "purity": "none", "benchmark": "none", "price_move": "none", "growth": "none",
    "shareholding": "none", "bounty": "none", "warning": "none", "denied": "none", "mortgage": "borrow", "commission": "invest",
}  # fmt: skip
_COSTS = {"pawn_fee": "pawn_fee", "penalty": "penalty_daily"}
_RETURNS = ("gain", "give")
_MONEY_TALK = {"put", "gain", "lend", "cap", "floor", "penalty"}
# These lend their sense to a rate even with 利息 or 收益 between: 银行存款利息2%.
_STUBBORN = {"benchmark": 6, "denied": 10, "warning": 14}


def rates(sentence: Sentence) -> Iterator[Expression]:
    """Every rate of a sentence that no other production has read."""
    found = [(place, _rate(sentence, place)) for place in list(sentence.of(*_RATES)) if not _is_idle(sentence, place)]
    tiers = [place for place, expression in found if expression.annual is not None and expression.direction is None]
    tiered = len(tiers) > 1 and any(True for _ in sentence.words("later_tier"))
    for place, expression in found:
        sentence.used.add(place)
        if not tiered or place not in tiers:
            yield expression
    if tiered:
        yield _steady(sentence, [expression for place, expression in found if place in tiers])


def _is_idle(sentence: Sentence, place: int) -> bool:
    """驾照扣了6分: a bare 分 beside no word of money. What people say of nothing else (三分利, 八厘), and a phrase alone, stand."""
    token = sentence.tokens[place]
    if token.sort is Sort.SLANG and sentence.before(place, is_word("score"), 0) is not None:
        return True
    if token.sort is not Sort.SLANG or re.search("[厘毫毛角]", token.text) or len(sentence.tokens) == 1:
        return False
    return _period(sentence, place) is None and not _speaks_of_return(sentence, place)


def _speaks_of_return(sentence: Sentence, place: int) -> bool:
    """Whether the sentence has a word that makes a bare figure one of a return or a loan."""
    if sentence.before(place, is_word("give", "commission"), 8) is not None:
        return True
    return any(token.word in _MONEY_TALK or token.sort is Sort.HEAD for token in sentence.tokens)


def _steady(sentence: Sentence, tiers: list[Expression]) -> Expression:
    """首月返8%,次月起每月返6%: the rate that lasts counts, the first one is kept as the other reading."""
    later = min(sentence.tokens[i].start for i in sentence.words("later_tier"))
    lasting = next((tier for tier in tiers if tier.start >= later), tiers[-1])
    first = next(tier for tier in tiers if tier is not lasting)
    return replace(
        lasting,
        kind="rate_tiered",
        start=min(t.start for t in tiers),
        end=max(t.end for t in tiers),
        alternative=first.annual,
        confidence=LIKELY,
        note="分段利率，按后段常态期计",
    )


def _rate(sentence: Sentence, place: int) -> Expression:
    token = sentence.tokens[place]
    sense = _sense(sentence, place)
    period_place = _period(sentence, place)
    if sense == "bounty":
        sense = "commission" if any(True for _ in sentence.words("commission")) else "fee"
    if sense == "fee" and _is_penalty(sentence, period_place):
        sense = "penalty"
    if sense in _NO_RETURN:
        rate = None if token.sort is Sort.SLANG else token.value
        return Expression(sense, token.start, token.end, rate, direction=_NO_RETURN[sense])
    if period_place is None and token.sort is Sort.RATE and not sense and not _speaks_of_return(sentence, place):
        return Expression("share", token.start, token.end, token.value, confidence=VAGUE, direction="none")
    start, end = token.start, token.end
    if period_place is not None:
        start, end = min(start, sentence.tokens[period_place].start), max(end, sentence.tokens[period_place].end)
    period = None if period_place is None else sentence.tokens[period_place].period
    expression = _valued(token, period, start, end)
    if sense in _COSTS or (period_place is not None and "费" in sentence.tokens[period_place].text):
        return replace(expression, kind=_COSTS.get(sense, "pawn_fee"), direction="borrow")
    return _bounded(sentence, place, expression)


def _is_penalty(sentence: Sentence, period_place: int | None) -> bool:
    """逾期每日按千分之三收违约金: a fee that runs by the day is interest on what is late."""
    period = None if period_place is None else sentence.tokens[period_place].period
    return period is not None and period.code == "day" and any(True for _ in sentence.words("penalty"))


def _valued(token: Token, period: Period | None, start: int, end: int) -> Expression:
    """The rate in its period; 分 and 厘 without one are taken as monthly, as people mean them."""
    assert token.value is not None, "a rate token carries its value"
    if token.sort is Sort.STEP:
        rate, used = token.value, period or _DAY
        annual, formula = annualised(rate, used)
        return Expression(_kind(used), start, end, rate, used, annual, formula=formula, confidence=SURE if period else DOUBTFUL)
    if token.sort is Sort.SLANG:
        return _slang(token, token.value, period, start, end)
    if period is None:
        return Expression("rate_once", start, end, token.value, confidence=VAGUE, note="没有写明期限，不折算年化")
    annual, formula = annualised(token.value, period)
    alternative, kind = None, _kind(period)
    if token.low is not None:
        alternative, kind = token.low * period.per_year, f"{kind}_range"
        formula = f"{percent(token.low)}至{percent(token.value)}取上限，{formula}"
    return Expression(kind, start, end, token.value, period, annual, alternative, formula=formula)


def _slang(token: Token, fen: Decimal, period: Period | None, start: int, end: int) -> Expression:
    used = period or _MONTH
    worth = _FEN.get(used.code, _FEN_ELSEWHERE)
    rate = fen * worth
    annual, formula = annualised(rate, used)
    low = None if token.low is None else token.low * worth * used.per_year
    if token.low is not None:
        formula = f"{percent(token.low * worth)}至{percent(rate)}取上限，{formula}"
    if period is None:
        is_li = "厘" in token.text and "分" not in token.text
        note = f"没有写明期限，{token.text}按月息{percent(rate)}计"
        return Expression(
            "rate_monthly_default",
            start,
            end,
            rate,
            used,
            annual,
            low,
            confidence=VAGUE if is_li else DOUBTFUL,
            formula=formula,
            note=note,
        )
    if used.code == "year":  # people also say 年息 and mean the month
        note = f"年息语境，{token.text}={plain(fen)}×10%；口语也可能指月息"
        return Expression(
            _ranged("rate_annual", low),
            start,
            end,
            rate,
            used,
            annual,
            fen * _FEN_ELSEWHERE * 12 if low is None else low,
            confidence=LIKELY,
            formula=formula,
            note=note,
        )
    return Expression(_ranged(_kind(used), low), start, end, rate, used, annual, low, formula=formula)


def _ranged(kind: str, low: Decimal | None) -> str:
    return kind if low is None else f"{kind}_range"


def _kind(period: Period) -> str:
    return {
        "day": "rate_daily",
        "week": "rate_weekly",
        "month": "rate_monthly",
        "quarter": "rate_quarterly",
        "year": "rate_annual",
    }.get(period.code, f"rate_{period.code}")


def _bounded(sentence: Sentence, place: int, expression: Expression) -> Expression:
    """最高 makes a promise weaker, 不低于 makes it a floor."""
    if sentence.before(place, is_word("cap"), 6) is not None:
        expression = replace(expression, is_capped=True, confidence=min(expression.confidence, LIKELY), note="“最高”为上限说法")
    if expression.kind == "rate_annual" and sentence.before(place, is_word("floor"), 6) is not None:
        expression = replace(expression, kind="rate_annual_floor")
    return expression


def _sense(sentence: Sentence, place: int) -> str:
    """The family of the word that says what the number is, or '' for a return."""
    behind = _behind(sentence, place)
    if behind:
        return behind
    start = sentence.tokens[place].start
    gained = False
    for i in range(place - 1, -1, -1):
        token = sentence.tokens[i]
        if start - token.end > _REACH or (token.sort is Sort.COMMA and token.text != ":"):
            break
        if start - token.end <= _STUBBORN.get(token.word, -1):
            return token.word
        if not gained and (token.word in _NO_RETURN or token.word in _COSTS):
            return token.word
        gained = gained or token.word in _RETURNS or (token.sort is Sort.HEAD and "费" not in token.text) or token.sort in _RATES
    return "" if gained else _inherited(sentence, place)


def _inherited(sentence: Sentence, place: int) -> str:
    """银行存款利率又下调,三年只有1.55%: what an earlier clause measures, where this one has no word of return."""
    for token in reversed(sentence.tokens[:place]):
        if token.word in _RETURNS or token.sort is Sort.HEAD:
            return ""
        if token.word == "benchmark":
            return "" if sentence.after(place, is_word(*_RETURNS), 6) is not None else "benchmark"
    return ""


def _behind(sentence: Sentence, place: int) -> str:
    end = sentence.tokens[place].end
    for token in sentence.tokens[place + 1 : place + 4]:
        if token.start - end > 2 or token.sort is Sort.COMMA:
            return ""
        if token.word in _NO_RETURN or token.word in _COSTS:
            return token.word
    return ""


def _period(sentence: Sentence, place: int) -> int | None:
    """Where the period of a rate stands: just before, just behind, or in the clause before (60天一个周期,收益10%)."""

    def another_rate(token: Token) -> bool:
        return token.sort in _RATES

    near = sentence.before(place, is_period, _REACH, stop=lambda token: another_rate(token) or is_comma(token))
    if near is not None:
        return near
    behind = sentence.after(place, is_period, 6, stop=lambda token: another_rate(token) or is_comma(token))
    if behind is not None:
        return behind
    earlier = sentence.before(place, is_period, _REACH, stop=another_rate)
    if earlier is None:
        earlier = _of_previous_rate(sentence, place)
    return earlier if earlier is not None else _of_term(sentence, place)


def _of_term(sentence: Sentence, place: int) -> int | None:
    """期限6个月,到期一次性还本付息,综合收益7.5%: the term named as such, however far before, or right behind."""
    terms = list(sentence.words("term"))
    before = [word for word in terms if word < place]
    if before:
        return sentence.after(before[-1], is_period, 3)
    behind = sentence.after(place, is_word("term"), 6)
    return None if behind is None else sentence.after(behind, is_period, 3)


def _of_previous_rate(sentence: Sentence, place: int) -> int | None:
    """年化8.5%,最高12% and 首年8个点,第二年10个点: the second rate shares the first one's period."""
    linked = sentence.before(place, is_word("cap", "later_tier"), 6, stop=is_comma)
    before = None if linked is None else next((i for i in range(linked, -1, -1) if sentence.tokens[i].sort in _RATES), None)
    return None if before is None else sentence.before(before, is_period, _REACH)
